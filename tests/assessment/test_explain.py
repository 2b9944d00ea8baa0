"""Sentences, and deductions that add up."""

import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.assessment.test_properties import scored, world, worlds
from xianfeng.assessment.explain import TEXTS, apportion, losses, percent, sentence
from xianfeng.assessment.scheme import default_scheme
from xianfeng.assessment.scoring import Readings, score

BRANCH = default_scheme("branch", 2026)


def branch(*facts, as_of=date(2026, 12, 31)):
    sums = [
        (m, "S", month, int(Decimal(done) * 10_000), int(Decimal(due) * 10_000))
        for m, month, done, due in facts
    ]
    return score(BRANCH, Readings.collect(sums, ["S"]), as_of).of("S")


def said(result, code, language):
    loss = next(loss for loss in losses(result) if loss.line and loss.line.code == code)
    # The rule's own figure: without the other lines everything would be rescaled.
    raw = sum((c.full - c.points for c in loss.cells if c.points is not None), Decimal(0))
    return sentence(loss.cells, raw, language)


@pytest.mark.parametrize(
    ("code", "facts", "chinese", "english"),
    [
        (
            "D1.4",
            [("meeting.lecture", 2, 1, 1), ("meeting.lecture", 5, 0, 1), ("meeting.lecture", 8, 1, 1)],
            "党课：一至三季度应上 3 次，实上 2 次，少 1 次（二季度），扣 0.40 分。",
            "Party lectures: Q1 to Q3, 3 due, 2 held; 1 short (Q2); 0.40 points off.",
        ),
        (
            "D2.1",
            [("meeting.party_day", 3, 1, 1), ("meeting.party_day", 4, 1, 1)],
            "主题党日：3至4月应开展 2 次，实开展 2 次，得满分 1.00 分。",
            "Party day: March to April, 2 due, 2 held; full marks, 1.00.",
        ),
        (
            "D1.5",
            [("meeting.attendance", 3, "78.4999", 100)],
            "出勤：全年应到 100 人次，实到 78.4999 人次，达 78.49%，按“不低于 75%”得 0.60 分，扣 0.40 分。",
            "Attendance: the year, 100 due, 78.4999 present; 78.49%; from 75% gives 0.60; 0.40 points off.",
        ),
        (
            "E1.5",
            [("integrity.test", 2, 9, 10), ("integrity.test", 8, 1, 10)],
            (
                "廉政测试合格：上半年应合格 10 人，合格 9 人，达 90%，按“不低于 90%”得 0.50 分；"
                "下半年应合格 10 人，合格 1 人，达 10%，未达最低档，不得分；共扣 0.50 分。"
            ),
            (
                "Integrity test: the first half, 10 due, 9 passed; 90%; from 90% gives 0.50; "
                "the second half, 10 due, 1 passed; 10%; below the lowest band, no points; 0.50 points off in all."
            ),
        ),
        (
            "D4.1",
            [("development.overdue", 2, 2, 0)],
            "发展党员程序超期：全年计 2 例，每例扣 0.5 分，扣完为止，扣 0.50 分。",
            (
                "Overdue steps of admission: the year, 2 recorded; 0.5 off for each; nothing left to lose; "
                "0.50 points off."
            ),
        ),
        (
            "E3.1",
            [],
            "作风与执纪问题：全年没有发生，得满分 5.00 分。",
            "Breaches of discipline: the year, none; full marks, 5.00.",
        ),
        (
            "D1.2",
            [],
            "支委会：全年没有应办事项，不计分，其余按比例折算。",
            "Committee meetings: the year, nothing was due; left out, the rest is rescaled.",
        ),
        (
            "D4.3",
            [],
            "流动党员联系：全年没有应办事项，按满分计。",
            "Mobile members: the year, nothing was due; counted as full.",
        ),
    ],
)
def test_a_line_says_itself_in_both_languages(code, facts, chinese, english):
    result = branch(*facts)
    assert said(result, code, "zh-hans") == chinese
    assert said(result, code, "en") == english


def test_a_rescaled_deduction_gives_both_figures():
    result = branch(("meeting.lecture", 2, 1, 1), ("meeting.lecture", 5, 0, 1), as_of=date(2026, 6, 30))
    loss = next(loss for loss in losses(result) if loss.line and loss.line.code == "D1.4")
    assert loss.amount > Decimal("0.40")
    assert loss.sentence("zh-hans").endswith(f"扣 0.40 分，折算后扣 {loss.amount} 分。")


def test_bonus_and_veto_say_themselves():
    result = branch(("award.province", 3, 3, 0), ("award.city", 3, 1, 0), ("veto.dues", 3, 1, 0))
    cells = {cell.line.code: cell for cell in (*result.bonus_cells, *result.veto_cells)}

    def both(code):
        return [sentence([cells[code]], Decimal(0), language) for language in ("zh-hans", "en")]

    assert both("X2") == [
        "省级表彰：全年计 3 项，每项得 5 分，已到上限，得 10.00 分。",
        "Provincial awards: the year, 3 recorded; 5 for each; the most there is; 10.00 points.",
    ]
    assert both("X3")[0] == "市级表彰：全年计 1 项，每项得 3 分，得 3.00 分。"
    assert both("X1")[0] == "国家级表彰：全年没有发生，得 0.00 分。"
    assert both("V3") == [
        "贪污挪用党费：发生 1 件，等次不高于“一般”。",
        "Embezzled dues: 1 recorded; the grade is at best “一般”.",
    ]
    assert both("V1")[0] == "立案审查或处分：没有发生。"


def test_every_text_exists_in_both_languages():
    for english, chinese in TEXTS.values():
        names = {part.split("}")[0] for part in (english + chinese).split("{")[1:]}
        assert english.format(**dict.fromkeys(names, "x")) and chinese.format(**dict.fromkeys(names, "x"))


def test_a_rate_is_cut_and_never_rounded_up():
    assert percent(Decimal("84.9999"), Decimal(100)) == "84.99"
    assert percent(Decimal(2), Decimal(2)) == "100"


@given(st.integers(-200, 10**7), st.lists(st.integers(-50, 10**6), max_size=12))
def test_parts_and_rest_add_up_and_each_part_is_near_its_share(total, weights):
    parts, rest = apportion(total, weights)
    assert sum(parts) + rest == total
    whole = sum(max(weight, 0) for weight in weights)
    if total > 0 and whole:
        assert rest == 0
        for part, weight in zip(parts, weights, strict=True):
            assert part == 0 or weight > 0
            assert abs(part - total * max(weight, 0) / whole) < 200


@settings(max_examples=100, deadline=None)
@given(worlds)
def test_deductions_add_up_to_full_marks_less_the_total_before_bonus(world):
    scheme, _, facts, everyone, as_of = world
    for subject in scored(scheme, facts, everyone, as_of):
        found = losses(subject)
        if subject.total is None:
            assert found == ()
            continue
        assert sum(loss.amount for loss in found) == subject.full - subject.before_bonus
        assert all(loss.amount == sum(loss.amounts) for loss in found if loss.line)
        # With nothing left out each item's lines add up to what the item lost.
        items = [item for category in subject.categories for item in category.items]
        if not any(item.left_out for item in items):
            for item in items:
                lost = sum(loss.amount for loss in found if loss.item is item.item)
                assert item.full - item.points == lost or lost == 0


def test_every_random_line_can_say_itself():
    for seed in range(60):
        scheme, _, facts, everyone, as_of = world(random.Random(seed))
        for subject in scored(scheme, facts, everyone, as_of):
            for loss in losses(subject):
                assert loss.sentence("zh-hans").endswith("。")
                assert loss.sentence("en", title="Something").endswith(".")
