"""The rules, one corner at a time. Figures are worked by hand; see also docs/scoring.md."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from xianfeng.assessment.results import HEADER, rows
from xianfeng.assessment.scheme import load
from xianfeng.assessment.scoring import Readings, score


def scheme(lines, *, points=10, bonus="", vetoes=""):
    return load(
        f"""
scheme: s
title: 试
subject: organization
year: 2026
full: {points}
grades: [{{name: 好, at_least: 9}}, {{name: 中, at_least: 6}}, {{name: 差, at_least: 0}}]
categories:
  - code: A
    name: 类
    items:
      - code: A1
        name: 项
        points: {points}
        lines:
{lines}
{bonus}
{vetoes}
"""
    )


def line(code="L", rule="share", per="year", points=10, rest="idle: skip", measure="m"):
    return (
        f"          - {{code: {code}, measure: {measure}, rule: {rule}, per: {per}, "
        f"points: {points}, text: t, {rest}}}"
    )


def run(scheme, *facts, as_of=None, subjects=("S",)):
    """facts: (measure, subject, month, done, due) in whole units."""
    sums = [
        (m, s, month, int(Decimal(done) * 10_000), int(Decimal(due) * 10_000))
        for m, s, month, done, due in facts
    ]
    return score(scheme, Readings.collect(sums, subjects), as_of)


def one(scheme, *facts, as_of=None):
    return run(scheme, *facts, as_of=as_of).of("S")


@pytest.mark.parametrize(
    ("done", "due", "points"),
    [
        ("3", "4", "7.5"),
        ("5", "4", "10"),
        ("0", "4", "0"),
        ("-1", "4", "0"),
        ("1", "3", "3.3333"),
        ("2", "3", "6.6667"),
    ],
)
def test_share_is_the_part_done_of_what_was_due(done, due, points):
    cell = one(scheme(line()), ("m", "S", 3, done, due)).categories[0].items[0].cells[0]
    assert (cell.points, cell.full, cell.left_out) == (Decimal(points), Decimal(10), False)


@pytest.mark.parametrize(("idle", "points"), [("full", "10"), ("none", "0"), ("skip", None)])
def test_when_nothing_was_due_idle_decides(idle, points):
    cell = one(scheme(line(rest=f"idle: {idle}")), ("m", "S", 3, 5, 0)).categories[0].items[0].cells[0]
    assert cell.points == (None if points is None else Decimal(points))
    assert cell.done == 5


def test_a_due_corrected_below_nothing_counts_as_nothing():
    cell = one(scheme(line()), ("m", "S", 3, 1, -2)).categories[0].items[0].cells[0]
    assert (cell.left_out, cell.due) == (True, 0)


@pytest.mark.parametrize(
    ("done", "points"), [(90, "10"), (85, "10"), ("84.9999", "5"), (80, "5"), ("79.9999", "0"), (120, "10")]
)
def test_bands_give_the_first_reached(done, points):
    bands = "idle: skip, bands: [{at_least: 0.85, points: 10}, {at_least: 0.80, points: 5}]"
    cell = (
        one(scheme(line(rule="bands", rest=bands)), ("m", "S", 3, done, 100)).categories[0].items[0].cells[0]
    )
    assert cell.points == Decimal(points)


def test_count_divides_base_floor_and_ceiling_by_the_periods_but_not_each():
    rules = scheme(line(rule="count", per="quarter", rest="each: -2"))
    quarters = one(rules, ("m", "S", 2, 1, 0), ("m", "S", 4, 9, 0)).categories[0].items[0].cells
    assert [cell.points for cell in quarters] == [Decimal("0.5"), 0, Decimal("2.5"), Decimal("2.5")]


def test_count_rounds_half_away_from_zero_on_both_sides():
    rules = scheme(line(rule="count", rest="base: 0, each: 0.0001, floor: -5"))
    assert one(rules, ("m", "S", 1, "0.5", 0)).categories[0].items[0].cells[0].points == Decimal("0.0001")
    rules = scheme(line(rule="count", rest="base: 0, each: -0.0001, floor: -5"))
    assert one(rules, ("m", "S", 1, "0.5", 0)).categories[0].items[0].cells[0].points == Decimal("-0.0001")


def test_cells_left_out_rescale_the_item():
    lines = [line("A1.1", points=4, measure="a"), line("A1.2", points=6, measure="b")]
    item = one(scheme("\n".join(lines)), ("a", "S", 1, 1, 3)).categories[0].items[0]
    # 4 × 1/3 = 1.3333; 10 × 1.3333 / 4 = 3.33325 → 3.33
    assert (item.points, item.full) == (Decimal("3.33"), 10)


def test_an_item_left_out_rescales_the_total_but_not_its_category():
    rules = load(
        """
scheme: s
title: 试
subject: organization
year: 2026
full: 15
grades: [{name: 差, at_least: 0}]
categories:
  - code: A
    name: 类
    items:
      - {code: A1, name: 一, points: 10, lines: [
          {code: A1.1, measure: a, rule: share, per: year, points: 10, idle: skip, text: t}]}
      - {code: A2, name: 二, points: 5, lines: [
          {code: A2.1, measure: b, rule: share, per: year, points: 5, idle: skip, text: t}]}
"""
    )
    subject = one(rules, ("a", "S", 1, 1, 3))
    assert subject.categories[0].points == Decimal("3.33")
    assert subject.categories[0].full == 10
    assert subject.total == Decimal("5.00")  # 3.33 × 15 / 10 = 4.995, half up
    assert subject.full == 15


def test_who_owes_nothing_has_no_total_grade_or_place():
    result = run(scheme(line()), ("m", "T", 1, 1, 1), subjects=("S", "T"))
    idle, active = result.of("S"), result.of("T")
    assert (idle.total, idle.grade, idle.place, idle.full) == (None, None, None, 10)
    assert (active.total, active.place) == (10, 1)


def test_only_ended_periods_count_but_bonus_and_vetoes_see_every_fact():
    bonus = "bonus: {ceiling: 5, lines: [{code: X, measure: m, rule: count, base: 0, each: 1, ceiling: 5, text: t}]}"
    vetoes = "vetoes: [{code: V, measure: m, cap: 中, text: t}]"
    rules = scheme(line(per="quarter"), bonus=bonus, vetoes=vetoes)
    facts = [("m", "S", 2, 1, 1), ("m", "S", 5, 1, 2)]
    early = one(rules, *facts, as_of=date(2026, 5, 20))
    assert [cell.label for cell in early.categories[0].items[0].cells] == ["2026-q1"]
    assert (early.full, early.before_bonus, early.bonus, early.total) == (
        Decimal("2.5"),
        Decimal("2.5"),
        2,
        Decimal("4.5"),
    )
    assert early.veto_cells[0].done == 2
    assert early.grade is None
    late = one(rules, *facts, as_of=date(2026, 6, 30))
    assert [cell.label for cell in late.categories[0].items[0].cells] == ["2026-q1", "2026-q2"]


@pytest.mark.parametrize(
    ("as_of", "periods"),
    [
        (date(2025, 12, 31), 0),
        (date(2026, 1, 30), 0),
        (date(2026, 1, 31), 1),
        (date(2026, 2, 28), 2),
        (date(2026, 12, 30), 11),
        (date(2026, 12, 31), 12),
        (date(2027, 3, 1), 12),
    ],
)
def test_a_month_ends_with_its_last_day(as_of, periods):
    subject = one(scheme(line(per="month", points=12), points=12), as_of=as_of)
    assert len(subject.categories[0].items[0].cells) == periods


def test_vetoes_cap_the_grade_and_never_lift_it():
    rules = scheme(line(), vetoes="vetoes: [{code: V, measure: v, cap: 中, text: t}]")
    good = one(rules, ("m", "S", 1, 1, 1), ("v", "S", 1, 1, 0))
    assert (good.grade.name, good.uncapped.name, good.total) == ("中", "好", 10)
    poor = one(rules, ("m", "S", 1, 0, 1), ("v", "S", 1, 1, 0))
    assert poor.grade.name == "差"
    lifted = one(rules, ("m", "S", 1, 1, 1), ("v", "S", 1, 1, 0), ("v", "S", 3, -1, 0))
    assert lifted.grade.name == "好"


def test_places_skip_after_a_tie():
    facts = [("m", who, 1, done, 10) for who, done in (("A", 9), ("B", 8), ("C", 8), ("D", 7))]
    result = run(scheme(line()), *facts, subjects=("A", "B", "C", "D", "E"))
    assert [subject.place for subject in result] == [1, 2, 2, 4, None]


def test_the_bonus_stops_at_its_ceiling_and_lies_outside_full_marks():
    bonus = "bonus: {ceiling: 1.5, lines: [{code: X, measure: x, rule: count, base: 0, each: 1, ceiling: 9, text: t}]}"
    subject = one(scheme(line(), bonus=bonus), ("m", "S", 1, 1, 1), ("x", "S", 1, 4, 0))
    assert (subject.before_bonus, subject.bonus, subject.total, subject.full) == (
        10,
        Decimal("1.5"),
        Decimal("11.5"),
        10,
    )


def test_products_beyond_64_bits_stay_exact():
    rules = scheme(line(points=99999999), points=99999999)
    cell = one(rules, ("m", "S", 1, "99999998.9999", "99999999.9999")).categories[0].items[0].cells[0]
    exact = Decimal(99999999) * Decimal("99999998.9999") / Decimal("99999999.9999")
    assert cell.points == exact.quantize(Decimal("0.0001"))


def test_one_subject_alone_scores_as_in_a_batch():
    rules = scheme(line(per="month", points=12), points=12)
    facts = [("m", f"S{n}", month, n, 7) for n in range(6) for month in range(1, 13)]
    batch = run(rules, *facts, subjects=[f"S{n}" for n in range(6)])
    for n in range(6):
        alone = run(rules, *facts, subjects=[f"S{n}"]).of(f"S{n}")
        assert alone.categories == batch.of(f"S{n}").categories
        assert alone.total == batch.of(f"S{n}").total


def test_digests_name_the_result_and_the_facts():
    rules = scheme(line())
    first, again = run(rules, ("m", "S", 1, 1, 2)), run(rules, ("m", "S", 1, 1, 1), ("m", "S", 1, 0, 1))
    assert first.digest() == again.digest()
    assert first.digest() != run(rules, ("m", "S", 1, 2, 2)).digest()
    readings = Readings.collect([("m", "S", 1, 10_000, 0), ("m", "S", 1, 0, 20_000)])
    assert (
        readings.digest() == Readings.collect([("m", "S", 1, 10_000, 20_000), ("n", "S", 1, 0, 0)]).digest()
    )


def test_columns_of_a_database_give_the_readings_of_its_rows():
    rows_ = [
        ("m", 7, 1, 1, 2),
        ("n", 3, 2, 3, 4),
        ("m", 3, 12, 5, 6),
        ("m", 3, 3, 7, 8),
        ("x", 3, 3, 1, 1),
        ("m", 9, 3, 1, 1),
    ]
    numbers = {"m": 40, "n": 8, "x": 5}
    columns = np.array([(numbers[code], *rest) for code, *rest in rows_]).T
    columns[2] += 202600
    readings = Readings.of_columns(columns, {40: "m", 8: "n"}, [7, 3, 4], (2, 11))
    assert readings.subjects == [7, 3, 4]
    assert readings.digest() == Readings.collect([rows_[1], rows_[3]], [7, 3, 4]).digest()
    nothing = Readings.of_columns(np.zeros((5, 0), dtype=np.int64), {}, [], (1, 12))
    assert nothing.digest() == Readings.collect([]).digest()


def test_rows_stand_in_the_documented_order_and_leave_empty_what_has_nothing_to_say():
    bonus = "bonus: {ceiling: 5, lines: [{code: 0X, measure: x, rule: count, base: 0, each: 1, ceiling: 5, text: t}]}"
    rules = scheme(line(per="half"), bonus=bonus, vetoes="vetoes: [{code: V, measure: v, cap: 差, text: t}]")
    table = list(rows(run(rules, ("m", "S", 1, 1, 2), ("x", "S", 1, 1, 0))))
    assert [dict(zip(HEADER, row, strict=True))["level"] for row in table] == (
        ["cell"] * 4 + ["item", "category", "bonus", "total"]
    )
    assert table == [
        ("S", "cell", "0X", "2026", "1.0000", "0.0000", "1.0000", "", "false", "", ""),
        ("S", "cell", "L", "2026-h1", "1.0000", "2.0000", "2.5000", "5.0000", "false", "", ""),
        ("S", "cell", "L", "2026-h2", "0.0000", "0.0000", "", "5.0000", "true", "", ""),
        ("S", "cell", "V", "2026", "0.0000", "0.0000", "", "", "false", "", ""),
        ("S", "item", "A1", "2026", "", "", "5.00", "10.00", "false", "", ""),
        ("S", "category", "A", "2026", "", "", "5.00", "10.00", "false", "", ""),
        ("S", "bonus", "", "2026", "", "", "1.00", "", "false", "", ""),
        ("S", "total", "", "2026", "", "", "6.00", "10.00", "false", "中", "1"),
    ]
