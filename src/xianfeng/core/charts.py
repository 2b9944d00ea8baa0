"""Charts as data: functions that return what ECharts draws, with a description and the numbers as a table.

Conventions (docs/decisions and ux.md §4.7): red is never data; labels stand on the lines instead of a legend; bars begin
at 0, a line may begin above when the caption says so; at most two colours at once, with a dash or a hatch as second cue.
A formatter is given by name (`"fn:points"`); `ui/src/charts.js` holds the few functions there are, so that no code travels
in data. Numbers become floats here and only here: a picture is not counted with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor
from typing import Any

from django.utils.translation import gettext as _

from .display import Number, percent, points, reported

INK, INK_2, LINE, AXIS = "#1c2126", "#4d565f", "#d8dde2", "#87919b"
BLUE, BLUE_PALE, OCHRE, SLATE, BAND = "#0b5cad", "rgba(11,92,173,0.10)", "#d17c05", "#737f8c", "#e3e8ec"
NUMERALS = '"Times New Roman","Liberation Serif",serif'
HEIGHT, LINE_HEIGHT = 190, 16  # pixels of the plot of a usual chart, and of one of its labels
NICE = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)  # steps of an axis
PHONE = 520  # pixels of width below which labels beside the lines have no room

Option = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, the same in words for who cannot see it, and its numbers."""

    option: Option
    description: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def trend(
    labels: Sequence[str],
    own: Sequence[Number | None],
    *,
    median: Sequence[Number | None],
    low: Sequence[Number | None],
    high: Sequence[Number | None],
    name: str,
) -> Chart:
    """One subject's scores over time, the median of all, and the band in which the middle half of all lies.

    All sequences have the length of `labels`; None is a gap. Labelled are the last point and those below the band.
    """
    known = [value for series in (own, low, high, median) for value in series if value is not None]
    lowest = min(known, default=0)
    step = 5 if lowest >= 72 else 20
    bottom = max(0, floor((lowest - 2) / step) * step)  # room for a label below the lowest point
    last = max((i for i, value in enumerate(own) if value is not None), default=-1)
    drawn = [
        {
            "value": _plot(value),
            "label": {
                "show": value is not None and i != last and low[i] is not None and value < (low[i] or 0)
            },
        }
        for i, value in enumerate(own)
    ]
    ends = (own[last] if last >= 0 else None, high[-1] if high else None, median[-1] if median else None)
    own_shift, band_shift, median_shift = _apart(ends, bottom)
    no_line: Option = {"opacity": 0}
    option: Option = {
        "grid": {"left": 34, "right": 104, "top": 14, "bottom": 26},
        "tooltip": {"trigger": "axis", "valueFormatter": "fn:value"},
        "xAxis": _categories(labels, boundaryGap=False),
        "yAxis": _values(bottom, 100, step),
        "series": [
            {
                "type": "line",
                "data": [_plot(value) for value in low],
                "stack": "band",
                "symbol": "none",
                "lineStyle": no_line,
                "silent": True,
                "tooltip": {"show": False},
            },
            {
                "type": "line",
                "data": [_plot(_difference(a, b)) for a, b in zip(high, low, strict=True)],
                "stack": "band",
                "symbol": "none",
                "lineStyle": no_line,
                "areaStyle": {"color": BAND},
                "silent": True,
                "tooltip": {"show": False},
                "endLabel": _end_label(_("middle half"), INK_2, band_shift),
            },
            {
                "type": "line",
                "name": _("Median of all"),
                "data": [_plot(value) for value in median],
                "symbol": "none",
                "lineStyle": {"color": SLATE, "width": 1.5, "type": [5, 4]},
                "itemStyle": {"color": SLATE},
                "endLabel": _end_label(_("Median of all"), INK_2, median_shift),
            },
            {
                "type": "line",
                "name": name,
                "data": drawn,
                "symbol": "circle",
                "symbolSize": 7,
                "lineStyle": {"color": BLUE, "width": 2.5},
                "itemStyle": {"color": BLUE},
                "label": {
                    "show": False,
                    "position": "bottom",
                    "distance": 7,
                    "color": INK,
                    "formatter": "fn:points",
                },
                "endLabel": _end_label(
                    f"{name} {points(own[last])}" if last >= 0 else name, BLUE, own_shift, bold=True
                ),
            },
        ],
    }
    narrow: Option = {
        "grid": {"right": 18},
        "series": [
            {},
            {"endLabel": {"show": False}},
            {"endLabel": {"show": False}},
            {"endLabel": {"show": False}},
        ],
    }
    return Chart(
        {
            "baseOption": option,
            "media": [{"option": option}, {"query": {"maxWidth": PHONE}, "option": narrow}],
        },
        _spoken(labels, [reported(value) for value in own]),
        [_("Month"), name, _("Median of all"), _("Middle half from"), _("Middle half up to")],
        [
            (label, reported(own[i]), points(median[i]), points(low[i]), points(high[i]))
            for i, label in enumerate(labels)
        ],
    )


def _apart(ends: Sequence[Number | None], bottom: int) -> list[int]:
    """How far, in pixels, to move the labels at the ends of lines so that none covers another; the first given wins."""
    places = [HEIGHT if end is None else round((100 - float(end)) / (100 - bottom) * HEIGHT) for end in ends]
    order = sorted(range(len(ends)), key=lambda i: (places[i], i))
    found = dict.fromkeys(order, 0)
    next_free = -LINE_HEIGHT
    for i in order:
        found[i] = max(places[i], next_free)
        next_free = found[i] + LINE_HEIGHT
    return [found[i] - places[i] for i in range(len(ends))]


def quarters(
    labels: Sequence[str], own: Sequence[Number | None], median: Sequence[Number | None], *, name: str
) -> Chart:
    """A subject's quarters as bars from 0, the median of all as outlines beside them."""
    numbers = {"fontFamily": NUMERALS, "color": INK, "formatter": "fn:points"}
    option: Option = {
        "grid": {"left": 34, "right": 14, "top": 26, "bottom": 26},
        "xAxis": _categories(labels),
        "yAxis": _values(0, 100, 25),
        "series": [
            {
                "type": "bar",
                "name": name,
                "barWidth": "30%",
                "barGap": "12%",
                "data": [_plot(value) for value in own],
                "itemStyle": {"color": BLUE},
                "label": {"show": True, "position": "top", "fontWeight": 700, **numbers},
            },
            {
                "type": "bar",
                "name": _("Median of all"),
                "barWidth": "30%",
                "data": [_plot(value) for value in median],
                "itemStyle": {"color": "#fff", "borderColor": SLATE, "borderWidth": 1.5},
                "label": {"show": True, "position": "insideTop", **numbers, "color": INK_2},
            },
        ],
    }
    return Chart(
        option,
        _spoken(labels, [points(value) for value in own]),
        [_("Quarter"), name, _("Median of all")],
        [(label, points(own[i]), points(median[i])) for i, label in enumerate(labels)],
    )


def radar(labels: Sequence[str], rates: Sequence[Number], before: Sequence[Number] | None = None) -> Chart:
    """Rates of the categories in per cent, the period before dashed. The inner ring is 50 %, or 0 when one is lower."""
    both = [*rates, *(before or ())]
    floor_rate = 50 if both and min(both) >= 50 else 0
    series: list[Option] = []
    if before:
        line = {"color": SLATE, "type": [5, 4], "width": 1.5}
        series.append(
            {"type": "radar", "symbol": "none", "data": [{"value": _plots(before), "lineStyle": line}]}
        )
    series.append(
        {
            "type": "radar",
            "symbol": "circle",
            "symbolSize": 6,
            "data": [
                {
                    "value": _plots(rates),
                    "lineStyle": {"color": BLUE, "width": 2.5},
                    "itemStyle": {"color": BLUE},
                    "areaStyle": {"color": BLUE_PALE},
                }
            ],
        }
    )
    option: Option = {
        "radar": {
            "center": ["50%", "50%"],
            "radius": "60%",
            "splitNumber": 4,
            "indicator": [
                {"name": f"{label}\n{points(rate, 0)}%", "min": floor_rate, "max": 100}
                for label, rate in zip(labels, rates, strict=True)
            ],
            "axisName": {"color": INK, "lineHeight": 17},
            "splitLine": {"lineStyle": {"color": LINE}},
            "splitArea": {"show": False},
            "axisLine": {"lineStyle": {"color": LINE}},
        },
        "series": series,
    }
    return Chart(
        option,
        _spoken(labels, [percent(rate) for rate in rates]),
        [_("Category"), _("This period"), *([_("Period before")] if before else [])],
        [
            (label, percent(rates[i]), *([percent(before[i])] if before else []))
            for i, label in enumerate(labels)
        ],
    )


def steps(
    full: Number, losses: Sequence[tuple[str, Number]], *, first: str, last: str, places: int = 1
) -> Chart:
    """How the full mark came down to the score: one bar as long as each loss, told with so many decimals.

    Both ends are diamonds, not bars, so that the axis may begin above 0 without telling a lie.
    """
    left: list[Number] = []
    rest: Number = full
    for _label, loss in losses:
        rest -= loss
        left.append(rest)
    names = [first, *(label for label, _loss in losses), last]
    lost = float(full) - float(rest)
    step = next((nice for nice in NICE if nice * 6 >= lost * 1.2), NICE[-1])
    bottom = max(0.0, min(floor((float(rest) - lost * 0.15) / step) * step, float(rest)))
    hatch = {
        "symbol": "rect",
        "dashArrayX": [1, 0],
        "dashArrayY": [2, 4],
        "rotation": -0.785,
        "color": "rgba(255,255,255,0.45)",
    }
    bars = [
        {
            "value": _plot(loss),
            "itemStyle": {"color": OCHRE, "decal": hatch},
            "label": {"formatter": points(-loss, places)},
        }
        for _label, loss in losses
    ]
    option: Option = {
        "grid": {"left": 8, "right": 52, "top": 4, "bottom": 22, "containLabel": True},
        "xAxis": _values(bottom, float(full), step),
        "yAxis": {**_categories(names), "inverse": True, "axisLabel": {"color": INK}},
        "series": [
            {
                "type": "bar",
                "stack": "steps",
                "barWidth": "58%",
                "data": [0, *(_plot(value) for value in left), 0],
                "itemStyle": {"color": "transparent"},
                "silent": True,
            },
            {
                "type": "bar",
                "stack": "steps",
                "barWidth": "58%",
                "data": [0, *bars, 0],
                "label": {
                    "show": True,
                    "position": "right",
                    "color": INK,
                    "fontFamily": NUMERALS,
                    "formatter": "fn:loss",
                },
            },
            {
                "type": "line",
                "data": [
                    {"value": [_plot(full), 0], "label": {"formatter": points(full, places)}},
                    {"value": [_plot(rest), len(names) - 1], "label": {"formatter": points(rest, places)}},
                ],
                "lineStyle": {"opacity": 0},
                "symbol": "diamond",
                "symbolSize": 14,
                "itemStyle": {"color": BLUE},
                "label": {
                    "show": True,
                    "position": "right",
                    "color": BLUE,
                    "fontWeight": 700,
                    "fontFamily": NUMERALS,
                    "formatter": "fn:first",
                },
                "markLine": {
                    "silent": True,
                    "symbol": "none",
                    "label": {"show": False},
                    "lineStyle": {"color": BLUE, "type": [2, 4], "width": 1},
                    "data": [{"xAxis": _plot(rest)}],
                },
            },
        ],
    }
    shown = [points(full, places), *(points(-loss, places) for _label, loss in losses), points(rest, places)]
    return Chart(
        option, _spoken(names, shown), [_("Step"), _("Points")], list(zip(names, shown, strict=True))
    )


def histogram(labels: Sequence[str], counts: Sequence[int], *, below: int, unit: str) -> Chart:
    """How many people lie in each interval; the first `below` intervals miss the goal and are hatched. No names."""
    hatch = {
        "symbol": "rect",
        "dashArrayX": [1, 0],
        "dashArrayY": [2, 4],
        "rotation": -0.785,
        "color": "rgba(209,124,5,0.35)",
    }
    missed = {"color": "#fff", "borderColor": OCHRE, "borderWidth": 2, "decal": hatch}
    option: Option = {
        "grid": {"left": 36, "right": 14, "top": 22, "bottom": 40},
        "xAxis": {**_categories(labels), "name": unit, "nameLocation": "middle", "nameGap": 24},
        "yAxis": {"type": "value", "minInterval": 1, "splitLine": {"lineStyle": {"color": LINE}}},
        "series": [
            {
                "type": "bar",
                "barCategoryGap": "8%",
                "data": [
                    {"value": count, "itemStyle": missed if i < below else {"color": BLUE}}
                    for i, count in enumerate(counts)
                ],
                "label": {
                    "show": True,
                    "position": "top",
                    "color": INK,
                    "fontFamily": NUMERALS,
                    "formatter": "fn:count",
                },
            }
        ],
    }
    shown = [str(count) for count in counts]
    return Chart(option, _spoken(labels, shown), [unit, _("People")], list(zip(labels, shown, strict=True)))


def _plot(value: Number | None) -> float | None:
    return None if value is None else float(value)


def _plots(values: Sequence[Number]) -> list[float]:
    return [float(value) for value in values]


def _difference(high: Number | None, low: Number | None) -> Number | None:
    return None if high is None or low is None else Decimal(high) - low


def _categories(labels: Sequence[str], **more: Any) -> Option:
    return {
        "type": "category",
        "data": list(labels),
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": AXIS}},
        **more,
    }


def _values(low: float, high: float, interval: float) -> Option:
    return {
        "type": "value",
        "min": low,
        "max": high,
        "interval": interval,
        "splitLine": {"lineStyle": {"color": LINE}},
    }


def _end_label(text: str, color: str, shift: int, *, bold: bool = False) -> Option:
    return {
        "show": True,
        "formatter": text,
        "color": color,
        "fontWeight": 700 if bold else 400,
        "offset": [0, shift],
    }


def _spoken(labels: Sequence[str], values: Sequence[str]) -> str:
    return _(", ").join(f"{label} {value}" for label, value in zip(labels, values, strict=True))
