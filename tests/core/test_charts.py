"""Charts as data: what is drawn, said and listed."""

import json
from decimal import Decimal

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from xianfeng.core import charts

TENTHS = st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def trend(own, low=None):
    n = len(own)
    return charts.trend(
        [str(i) for i in range(n)],
        own,
        median=[90] * n,
        low=low or [85] * n,
        high=[95] * n,
        name="This branch",
    )


def test_trend_labels_the_last_point_and_those_below_the_band():
    option = trend([Decimal(90), Decimal("84.5"), None, Decimal(91)]).option["baseOption"]
    own = option["series"][3]
    assert [point["value"] for point in own["data"]] == [90.0, 84.5, None, 91.0]
    assert [point["label"]["show"] for point in own["data"]] == [False, True, False, False]
    assert own["endLabel"]["formatter"] == "This branch 91.0"
    assert option["yAxis"]["min"] == 80


def test_trend_band_is_the_distance_between_its_edges():
    series = trend([Decimal(90)], low=[Decimal("85.5")]).option["baseOption"]["series"]
    assert series[0]["data"] == [85.5]
    assert series[1]["data"] == [9.5]


def test_trend_lists_every_number_and_says_what_is_missing():
    chart = trend([Decimal(90), None])
    assert list(chart.rows[1]) == ["1", "not reported", "90.0", "85.0", "95.0"]
    assert chart.description == "0 90.0, 1 not reported"


def test_trend_without_any_score_still_draws():
    assert trend([None, None]).option["baseOption"]["series"][3]["endLabel"]["formatter"] == "This branch"


def test_steps_lead_exactly_from_the_full_mark_to_the_score():
    chart = charts.steps(
        Decimal(100), [("Leadership", Decimal("1.5")), ("Rules", Decimal(11))], first="Full", last="Score"
    )
    ground, losses, ends = chart.option["series"]
    assert ground["data"] == [0, 98.5, 87.5, 0]
    assert [bar["value"] for bar in losses["data"][1:-1]] == [1.5, 11.0]
    assert [end["value"] for end in ends["data"]] == [[100.0, 0], [87.5, 3]]
    assert chart.rows == [("Full", "100.0"), ("Leadership", "−1.5"), ("Rules", "−11.0"), ("Score", "87.5")]


@given(losses=st.lists(st.tuples(st.text(max_size=4), TENTHS), max_size=6), full=TENTHS)
def test_steps_never_leave_the_axis(losses, full):
    total = sum((loss for _name, loss in losses), Decimal(0))
    full += total
    option = charts.steps(full, losses, first="a", last="z").option
    assert option["xAxis"]["min"] <= float(full - total)
    assert option["xAxis"]["max"] == float(full)


def test_radar_begins_lower_when_a_rate_is_below_half():
    labels = ["a", "b", "c"]
    assert charts.radar(labels, [90, 80, 70]).option["radar"]["indicator"][0]["min"] == 50
    assert charts.radar(labels, [90, 49, 70]).option["radar"]["indicator"][0]["min"] == 0
    assert len(charts.radar(labels, [90, 80, 70], [80, 80, 80]).option["series"]) == 2


def test_quarters_begin_at_zero_and_leave_gaps():
    option = charts.quarters(
        ["Q1", "Q2"], [Decimal("90.5"), None], [Decimal(90), None], name="This branch"
    ).option
    assert option["yAxis"]["min"] == 0
    assert option["series"][0]["data"] == [90.5, None]


def test_histogram_hatches_what_misses_the_goal():
    bars = charts.histogram(["0-9", "10-19"], [3, 7], below=1, unit="credits").option["series"][0]["data"]
    assert "decal" in bars[0]["itemStyle"]
    assert "decal" not in bars[1]["itemStyle"]


@pytest.mark.parametrize(
    "chart",
    [
        trend([Decimal(90)]),
        charts.steps(100, [("a", 3)], first="x", last="y"),
        charts.radar(["a"], [50]),
        charts.quarters(["a"], [1], [2], name="n"),
        charts.histogram(["a"], [1], below=0, unit="u"),
    ],
    ids=["trend", "steps", "radar", "quarters", "histogram"],
)
def test_options_are_plain_data_and_rows_fit_their_headings(chart):
    option = json.loads(json.dumps(chart.option, cls=DjangoJSONEncoder))
    names = [value for value in json.dumps(option).split('"') if value.startswith("fn:")]
    assert set(names) <= {"fn:points", "fn:value", "fn:loss", "fn:first", "fn:count"}
    assert all(len(row) == len(chart.headings) for row in chart.rows)
