"""What must hold for every scheme and every set of facts; and a second path that must agree."""

import random
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assessment import cases, reference
from xianfeng.assessment.batch.adding import AFTER, MONTHS, Adder, Chunk
from xianfeng.assessment.layout import plan
from xianfeng.assessment.results import rows
from xianfeng.assessment.scheme import export, load, parse
from xianfeng.assessment.scoring import Readings, assess, places, score


def readings(facts, subjects, year, as_of):
    """Facts of the year up to the day, as the caller of `score` hands them over."""
    sums = [
        (f["measure"], f["subject"], f["day"].month, int(f["done"] * 10_000), int(f["due"] * 10_000))
        for f in facts
        if f["day"].year == year and f["day"] <= as_of
    ]
    return Readings.collect(sums, subjects)


def world(chance):
    """A scheme and its data, facts, everyone scored and the day."""
    data, facts = cases.scheme(chance), cases.facts(chance)
    scheme, faults = parse(data)
    assert scheme is not None, faults
    everyone = cases.listed(chance) or sorted({fact["subject"] for fact in facts})
    return scheme, data, facts, everyone, cases.day(chance) or date(2026, 12, 31)


def scored(scheme, facts, everyone, as_of):
    return score(scheme, readings(facts, everyone, scheme.year, as_of), as_of)


worlds = st.randoms(use_true_random=False).map(world)
few = settings(max_examples=60, deadline=None)


def agrees(seed):
    """Scores by columns of a page, and by a batch's table, against the second path."""
    scheme, data, facts, everyone, as_of = world(random.Random(seed))
    wanted = reference.score(data, facts, everyone, as_of)
    assert list(rows(scored(scheme, facts, everyone, as_of))) == wanted, seed
    layout = plan(scheme, as_of)
    known = {measure: at for at, measure in enumerate(scheme.measures, 1)}
    counted = [
        f for f in facts if f["day"].year == 2026 and f["measure"] in known and f["subject"] in everyone
    ]
    adder = Adder(layout, 0, len(everyone), unit=1, narrow=False)
    adder.add(
        Chunk(
            subject=np.array([everyone.index(f["subject"]) for f in counted], dtype=np.int32),
            code=np.array(
                [
                    known[f["measure"]] * MONTHS + (f["day"].month if f["day"] <= as_of else AFTER)
                    for f in counted
                ],
                dtype=np.int16,
            ),
            done=np.array([int(f["done"] * 10_000) for f in counted], dtype=np.int64),
            due=np.array([int(f["due"] * 10_000) for f in counted], dtype=np.int64),
        )
    )
    result = assess(layout, everyone, *adder.block(slice(None)))
    assert list(rows(replace(result, place=places(result.total, result.scored)))) == wanted, seed


def test_random_cases_agree_with_the_second_path():
    for seed in range(150):
        agrees(10_000 + seed)


@pytest.mark.slow
def test_two_thousand_random_cases_agree_with_the_second_path():
    for seed in range(150, 2000):
        agrees(10_000 + seed)


@few
@given(worlds)
def test_a_share_or_a_band_lies_between_nothing_and_full_marks(world):
    scheme, _, facts, everyone, as_of = world
    for subject in scored(scheme, facts, everyone, as_of):
        for category in subject.categories:
            for item in category.items:
                for cell in item.cells:
                    if cell.points is not None and cell.line.rule != "count":
                        assert 0 <= cell.points <= cell.full


@few
@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_facts_subjects_and_lines_is_irrelevant(world, chance):
    scheme, data, facts, everyone, as_of = world
    before = list(rows(scored(scheme, facts, everyone, as_of)))
    chance.shuffle(facts)
    for category in data["categories"]:
        for item in category["items"]:
            chance.shuffle(item["lines"])
        chance.shuffle(category["items"])
    chance.shuffle(data["categories"])
    shuffled, _ = parse(data)
    assert list(rows(scored(shuffled, facts, everyone[::-1], as_of))) == before


@few
@given(worlds, st.integers(0, 364), st.integers(1, 50_000))
def test_more_done_never_scores_less_where_doing_is_good(world, day, more):
    scheme, data, facts, everyone, as_of = world
    for line in [line for c in data["categories"] for i in c["items"] for line in i["lines"]]:
        if line["rule"] == "count":
            line["each"] = abs(line["each"])
    scheme, _ = parse(data | {"vetoes": [], "bonus": {}})
    if not everyone:
        return
    extra = {
        "measure": "m.a",
        "subject": everyone[0],
        "day": date.fromordinal(date(2026, 1, 1).toordinal() + day),
        "done": more,
        "due": 0,
    }
    before = scored(scheme, facts, everyone, as_of).at(0)
    after = scored(scheme, [*facts, extra], everyone, as_of).at(0)
    assert (after.total is None) == (before.total is None)
    assert after.total is None or after.total >= before.total


@few
@given(worlds)
def test_a_place_is_one_more_than_the_number_strictly_above(world):
    scheme, _, facts, everyone, as_of = world
    subjects = list(scored(scheme, facts, everyone, as_of))
    parts = [Fraction(s.total) / Fraction(s.full) for s in subjects if s.total is not None]
    for subject in subjects:
        if subject.total is None:
            assert subject.place is None
        else:
            mine = Fraction(subject.total) / Fraction(subject.full)
            assert subject.place == 1 + sum(other > mine for other in parts)


@few
@given(worlds)
def test_one_subject_alone_equals_its_row_in_a_batch(world):
    scheme, _, facts, everyone, as_of = world
    batch = scored(scheme, facts, everyone, as_of)
    for subject in everyone:
        alone, together = scored(scheme, facts, [subject], as_of).of(subject), batch.of(subject)
        assert alone.categories == together.categories
        assert (alone.total, alone.grade, alone.bonus_cells) == (
            together.total,
            together.grade,
            together.bonus_cells,
        )


@few
@given(worlds)
def test_what_is_shown_adds_up(world):
    scheme, _, facts, everyone, as_of = world
    for subject in scored(scheme, facts, everyone, as_of):
        items = [item for category in subject.categories for item in category.items]
        counted = [item for item in items if not item.left_out]
        assert sum(item.full for item in items) == subject.full
        if subject.total is None:
            assert not counted
            continue
        assert subject.total == subject.before_bonus + subject.bonus
        if len(counted) == len(items):
            assert subject.before_bonus == sum(item.points for item in counted)
            assert subject.before_bonus == sum(c.points for c in subject.categories)


@few
@given(worlds)
def test_an_exported_scheme_means_the_same(world):
    scheme = world[0]
    assert load(export(scheme)) == scheme
