"""Tables in one piece: rows put together as strings, for `{% table %}`, `{% heat %}` and for sheets that are not paged.

A template loop costs some ten microseconds a cell, and a sheet of 413 people by a dozen columns is read on one page; so
here each value is escaped once and joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from . import display
from .charts import Chart
from .columns import Column
from .components import CategoryScore, HeatCell, HeatRow, Milestone, Task
from .escaping import escaped

RIGHT = {"number", "points", "money"}
RIGHT_CLASS = ' class="r"'
TICK = '<td class="tick"><input type="checkbox" name="{}" value="{}" aria-label="{}"></td>'


def body(
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    own: Any = None,
    select: str = "",
    labels: bool = False,
) -> SafeString:
    """The rows of a table. `own` is one to mark; `select` names a check box in front that holds the row's `uid`;
    `labels`: each cell carries its heading, for the cards of the phone."""
    openings = [_opening(column, labels) for column in columns]
    shown = [_shower(column) for column in columns]
    links = [column.link for column in columns]
    out: list[str] = []
    add = out.append
    for row in rows:
        add('<tr class="own">' if own is not None and row == own else "<tr>")
        if select:
            add(format_html(TICK, select, getattr(row, "uid", ""), row))
        for opening, show, link in zip(openings, shown, links, strict=True):
            text = show(row)
            url = link(row) if link else None
            add(f'{opening}<a href="{escaped(url)}">{text}</a></td>' if url else f"{opening}{text}</td>")
        add("</tr>\n")
    return SafeString("".join(out))


def headings(columns: Sequence[Column], sort: str, query: str) -> SafeString:
    """The headings of a list that sorts by them; `query` is what its address keeps."""
    kept = f"?{query}&" if query else "?"
    return SafeString("".join(_heading(column, sort, kept, desk=False) for column in columns))


def wide_table(
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    sort: str | None = None,
    own: Any = None,
    tall: bool = False,
) -> SafeString:
    """A three-line table of every row. `sort` is the present order, None: headings do not sort; `tall`: it scrolls under
    its headings. It stays a table on the phone, with the columns that are shown there."""
    head = "".join(_heading(column, sort) for column in columns)
    return SafeString(
        f'<div class="scroll wide{" tall" if tall else ""}"><table class="grid dense"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body(columns, rows, own=own)}</tbody></table></div>"
    )


def heat_body(rows: Iterable[HeatRow]) -> SafeString:
    """The rows of a heat table: a branch and its twelve months."""
    language = get_language()
    out: list[str] = []
    for row in rows:
        name = f'<a href="{escape(row.url)}">{escape(row.name)}</a>' if row.url else escape(row.name)
        out.append('<tr class="own">' if row.own else "<tr>")
        out.append(f'<th scope="row"><i class="num">{escape(row.code)}</i>{name}</th>')
        out += [_heat_cell(cell, language) for cell in row.cells]
        out.append("</tr>\n")
    return SafeString("".join(out))


@lru_cache(maxsize=8192)
def _heat_cell(cell: HeatCell, _language: str | None) -> str:
    """A month of the heat table, in the language of the moment."""
    spoken = '<span class="sr">{}</span>'
    if cell.points is not None:
        number = _points(cell.points)
        text = f'<a href="{escaped(cell.url)}">{number}</a>' if cell.url else number
        text += format_html(spoken, _("reported late")) if cell.late else ""
    elif cell.future:
        text = format_html(spoken, _("not yet"))
    else:
        text = format_html('<span aria-hidden="true">—</span>' + spoken, _("not reported"))
    return f'<td class="{cell.level}{" late" if cell.late else ""}">{text}</td>'


def change(value: display.Number | None) -> SafeString:
    """A change coloured by its direction; with hundredths only where it has some, so that it fits what it compares."""
    tone = "same" if not value else "better" if value > 0 else "worse"
    places = 2 if value and Decimal(value) * 10 % 1 else 1
    return SafeString(f'<span class="num {tone}">{escaped(display.signed(value, places))}</span>')


def bar(
    value: display.Number, full: display.Number = 100, mark: display.Number | None = None, label: Any = ""
) -> SafeString:
    """A bar of `value` out of `full`, with a stroke at `mark` of 100. Decoration when it has no `label`."""
    width = min(max(Decimal(value) * 100 / Decimal(full), Decimal(0)), Decimal(100)) if full else Decimal(0)
    at = "" if mark is None else f"{mark:.1f}"
    stroke = f'<line class="mark" x1="{at}" x2="{at}" y1="0" y2="15"/>' if at else ""
    speaks = f'role="img" aria-label="{escaped(label)}"' if label else 'aria-hidden="true"'
    return SafeString(
        f'<svg class="bar" viewBox="0 0 100 15" preserveAspectRatio="none" {speaks}>'
        '<rect class="ground" y="3" width="100" height="9"/>'
        f'<rect class="value" y="3" width="{width:.1f}" height="9"/>{stroke}</svg>'
    )


def score_rows(rows: Iterable[CategoryScore]) -> SafeString:
    """The rows of a table of points by category, with bars."""
    out = []
    for row in rows:
        label = escaped(row.label)
        name = f'<a href="{escaped(row.url)}">{label}</a>' if row.url else label
        difference = display.NONE if row.change is None else change(row.change)
        out.append(
            f'<tr><th scope="row">{name}</th><td class="bars">{bar(row.points, row.full, row.before)}</td>'
            f'<td class="r">{display.plain(row.points)} / {display.plain(row.full)}</td><td class="r">{difference}</td></tr>\n'
        )
    return SafeString("".join(out))


def task_items(tasks: Iterable[Task]) -> SafeString:
    """What is to be done, as items of a list."""
    out = []
    for task in tasks:
        url, title, act = escaped(task.url), escaped(task.title), escaped(task.act)
        detail = f'<p class="detail">{escaped(task.detail)}</p>' if task.detail else ""
        out.append(
            f'<li><span class="status {task.tone}">{escaped(task.word)}</span><div class="body">'
            f'<p class="title"><a href="{url}">{title}</a></p>{detail}</div><div class="side">{_until(task)}'
            f'<a class="button small" href="{url}" aria-label="{act}: {title}">{act}</a></div></li>\n'
        )
    return SafeString("".join(out))


def _until(task: Task) -> str:
    if not task.due:
        return ""
    due, left = _("due %(day)s") % {"day": display.day(task.due)}, display.days_left(task.days_left)
    over = ' class="over"' if task.days_left is not None and task.days_left < 0 else ""
    return f'<p class="by">{escaped(due)}<br><b{over}>{escaped(left)}</b></p>'


def names(rows: Iterable[tuple[str, str, str]]) -> SafeString:
    """A list of names in columns: each with its page, and a word behind it."""
    items = [
        f'<li><a href="{escaped(url)}">{escaped(name)}</a> <small class="muted">{escaped(word)}</small></li>'
        for url, name, word in rows
    ]
    return SafeString(f'<ul class="names">{"".join(items)}</ul>')


def stones(road: Iterable[Milestone]) -> SafeString:
    """The months on the road of the year, as items of a list."""
    out, months = [], display.months()
    for stone in road:
        tone = "now" if stone.current else "future" if stone.future else stone.tone
        text = f"<b>{months[stone.month - 1]}</b>{escaped(stone.word)}"
        now = ' aria-current="step"' if stone.current else ""
        link = f'<a class="stone" href="{escaped(stone.url)}"{now}>{text}</a>'
        out.append(
            f'<li class="{tone}">{link if stone.url else f"""<span class="stone">{text}</span>"""}</li>'
        )
    return SafeString("".join(out))


def chart_numbers(chart: Chart) -> SafeString:
    """Head and rows of the table behind a chart; the first of each row says what the others are of."""
    head = "".join(
        f'<th scope="col"{RIGHT_CLASS if at else ""}>{escaped(heading)}</th>'
        for at, heading in enumerate(chart.headings)
    )
    rows = "".join(
        f'<tr><th scope="row">{escaped(name)}</th>'
        f"{''.join(f'<td{RIGHT_CLASS}>{escaped(value)}</td>' for value in values)}</tr>\n"
        for name, *values in chart.rows
    )
    return SafeString(f"<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody>")


def _heading(column: Column, sort: str | None, kept: str = "?", *, desk: bool = True) -> str:
    label, classes = escaped(str(column.label)), _classes(column, desk=desk)
    if sort is None or not column.order:
        return f'<th scope="col"{classes}>{label}</th>'
    now = {column.key: "ascending", f"-{column.key}": "descending"}.get(sort, "none")
    turned = f"-{column.key}" if now == "ascending" else column.key
    url = escaped(f"{kept}sort={turned}")
    return f'<th scope="col"{classes} aria-sort="{now}"><a href="{url}">{label}</a></th>'


def _opening(column: Column, labels: bool) -> str:
    label = f' data-label="{escaped(str(column.label))}"' if labels else ""
    return f"<td{_classes(column)}{label}>"


def _classes(column: Column, *, desk: bool = True) -> str:
    names = [
        name for name, has in (("r", column.kind in RIGHT), ("desk-only", desk and not column.phone)) if has
    ]
    return f' class="{" ".join(names)}"' if names else ""


def _shower(column: Column) -> Callable[[Any], Any]:
    """What turns a row into the escaped text of a column."""
    value = column.value

    def on(row: Any) -> str:
        found = value(row)
        return display.iso_moment(found) if isinstance(found, datetime) else _day(found)

    def status(row: Any) -> str:
        return format_html(
            '<span class="status {}">{}</span>', column.tone(row) if column.tone else "none", value(row)
        )

    def text(row: Any) -> str:
        found = value(row)
        return display.NONE if found is None or found == "" else escaped(found)

    match column.kind:
        case "points":
            return lambda row: _points(value(row))
        case "number":
            return lambda row: _plain(value(row))
        case "money":
            return lambda row: display.money(value(row))
        case "date":
            return on
        case "status":
            return status
        case _:
            return text


@lru_cache(maxsize=8192)
def _day(value: date | None) -> str:
    return display.iso(value)


@lru_cache(maxsize=8192)
def _points(value: Decimal | int | None) -> str:
    return display.points(value)


@lru_cache(maxsize=8192)
def _plain(value: Decimal | int | None) -> str:
    return display.plain(value)
