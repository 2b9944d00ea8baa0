"""The components of our pages as template tags, and the filters for numbers and days.

Every template has these without `{% load %}`. What a tag shows comes from `core.components` or from plain values; texts
given to tags are translated by the caller. Nothing here reads the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import zip_longest
from typing import Any

from django import forms, template
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.paginator import Page
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xianfeng.core import display, wide
from xianfeng.core.charts import Chart
from xianfeng.core.columns import Column
from xianfeng.core.components import HeatRow, Milestone, Quarter, Step, Task
from xianfeng.core.escaping import escaped
from xianfeng.core.icons import ICONS
from xianfeng.core.wide import body, chart_numbers, headings, heat_body

register = template.Library()

for show in (
    display.points,
    display.exact,
    display.money,
    display.reported,
    display.plain,
    display.percent,
    display.signed,
    display.day,
    display.long_day,
    display.weekday,
    display.iso,
    display.moment,
    display.iso_moment,
    display.clock,
    display.month,
    display.days_left,
):
    register.filter(show.__name__, show)


register.simple_tag(wide.change)
register.simple_tag(wide.bar)
register.simple_tag(wide.score_rows)


# -- small parts --


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """One of our icons; it says nothing to a screen reader, the text beside it does."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>', ICONS[name]
    )


@register.simple_tag
def status(tone: str, word: Any) -> SafeString:
    """A status: shape, word and colour. `tone` is one of `core.components.Tone`."""
    return format_html('<span class="status {}">{}</span>', tone, word)


@register.simple_tag
def crumb(*parts: Any) -> SafeString:
    """Where the page stands: label, address, label, address, … and the page's own label last."""
    items = [
        format_html('<li><a href="{}">{}</a></li>', url, label)
        if url
        else format_html('<li aria-current="page">{}</li>', label)
        for label, url in zip_longest(parts[::2], parts[1::2])
    ]
    return format_html(
        '<nav class="crumb" aria-label="{}"><ol>{}</ol></nav>',
        _("Where this page stands"),
        SafeString("".join(items)),
    )


# -- the shell: what every page shows, joined rather than looped over in the template --

CURRENT = ' aria-current="page"'


@register.simple_tag
def menu_links(navigation: Iterable[Mapping[str, Any]]) -> SafeString:
    """The entries of the menu as plain links."""
    return SafeString(
        "".join(f'<a href="{escaped(item["url"])}">{escaped(item["label"])}</a>' for item in navigation)
    )


@register.simple_tag
def rail(navigation: Iterable[Mapping[str, Any]]) -> SafeString:
    """The menu beside the page; an entry may have a short `note` behind it."""
    return SafeString(
        "".join(
            f'<a href="{escaped(item["url"])}"{CURRENT if item["current"] else ""}>{escaped(item["label"])}'
            f"<em>{escaped(item.get('note') or '')}</em></a>"
            for item in navigation
        )
    )


@register.simple_tag
def tabs(navigation: Sequence[Mapping[str, Any]]) -> SafeString:
    """The first entries, as far as they are for the phone, at its foot: with their icons."""
    out = []
    for item in navigation[:5]:
        if not item["phone"]:
            continue
        raised, now = item["icon"] == "camera", CURRENT if item["current"] else ""
        drawn = icon(item["icon"]) if item["icon"] else ""
        if raised:
            drawn, now = f'<span class="disc">{drawn}</span>', f'{now} class="raised"'
        out.append(f'<a href="{escaped(item["url"])}"{now}>{drawn}{escaped(item["label"])}</a>')
    return SafeString("".join(out))


class PageHead(template.Node):
    """`{% page_head title %}facts in <span>…{% actions %}buttons{% endpage_head %}`; `{% actions %}` may be left out."""

    def __init__(self, title: FilterExpression, meta: NodeList, actions: NodeList | None) -> None:
        self.title, self.meta, self.actions = title, meta, actions

    def render(self, context: Context) -> SafeString:
        # Stripping a rendered part makes it a plain string again; it is as safe as it was.
        meta = SafeString(self.meta.render(context).strip())
        actions = SafeString(self.actions.render(context).strip() if self.actions else "")
        return format_html(
            '<div class="page-head"><div><h1>{}</h1>{}</div>{}</div>',
            conditional_escape(self.title.resolve(context)),
            format_html('<p class="meta">{}</p>', meta) if meta else "",
            format_html('<div class="actions">{}</div>', actions) if actions else "",
        )


@register.tag
def page_head(parser: Parser, token: Token) -> PageHead:
    """The title of a page, a line of facts under it, and its acts on the right."""
    _name, title = token.split_contents()
    meta = parser.parse(("actions", "endpage_head"))
    actions = None
    if parser.next_token().contents == "actions":
        actions = parser.parse(("endpage_head",))
        parser.delete_first_token()
    return PageHead(parser.compile_filter(title), meta, actions)


@register.simple_block_tag
def empty(content: str, title: Any) -> SafeString:
    """Nothing to show: says so, and what to do next (the content)."""
    return format_html('<div class="empty"><b>{}</b>{}</div>', title, content)


@register.simple_block_tag
def note(content: str, tone: str = "") -> SafeString:
    """A remark set off by colour: "", ok, warn, bad or gold."""
    return format_html('<div class="note {}">{}</div>', tone, content)


@register.simple_block_tag
def help_note(content: str, title: Any) -> SafeString:
    """A rule or an explanation that opens where it is needed."""
    return format_html(
        '<details class="help-note"><summary>{}</summary><div>{}</div></details>', title, content
    )


# -- forms --


@register.simple_tag
def field(bound: forms.BoundField, unit: Any = "", wide: bool = False, hint: Any = "") -> SafeString:
    """A form field with label, help, control and error, joined for screen readers."""
    if bound.is_hidden:
        return format_html("{}", bound)
    help_text = hint or bound.help_text
    grouped = isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    single = isinstance(bound.field.widget, forms.CheckboxInput)
    described = [
        name
        for name, present in ((f"{bound.auto_id}_help", help_text), (f"{bound.auto_id}_error", bound.errors))
        if present
    ]
    attrs: dict[str, Any] = {"aria-describedby": " ".join(described)} if described and not grouped else {}
    if bound.errors and not grouped:
        attrs["aria-invalid"] = "true"
    return render_to_string(
        "components/field.html",
        {
            "field": bound,
            "control": bound.as_widget(attrs=attrs),
            "help_text": help_text,
            "unit": unit,
            "wide": wide,
            "grouped": grouped,
            "single": single,
        },
    )


@register.simple_tag
def error_summary(*parts: Any) -> SafeString:
    """What keeps the forms (or formsets) from being accepted, each linked to its field; nothing when all is well."""
    errors: list[tuple[str, str]] = []
    for form in _forms(parts):
        for name, messages in form.errors.items():
            target = "" if name == NON_FIELD_ERRORS else form[name].id_for_label or form[name].auto_id
            label = "" if name == NON_FIELD_ERRORS else form[name].label
            for message in map(str, messages):
                said = (
                    _("%(field)s: %(message)s") % {"field": label, "message": message} if label else message
                )
                errors.append((target, said))
    for part in parts:
        if isinstance(part, forms.BaseFormSet):
            errors += [("", str(message)) for message in part.non_form_errors()]
    if not errors:
        return SafeString()
    return render_to_string("components/error_summary.html", {"errors": errors})


def _forms(parts: Iterable[Any]) -> Iterable[forms.BaseForm]:
    for part in parts:
        if isinstance(part, forms.BaseFormSet):
            yield from part.forms
        elif part is not None:
            yield part


# -- larger parts --


@register.inclusion_tag("components/pager.html")
def pager(page: Page[Any], query: str = "", sort: str = "") -> dict[str, Any]:
    """Pages of a list; `query` is what the address keeps besides page and sort."""
    kept = "&".join(part for part in (query, f"sort={sort}" if sort else "") if part)
    return {
        "page": page,
        "prefix": f"?{kept}&page=" if kept else "?page=",
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "ellipsis": page.paginator.ELLIPSIS,
    }


@register.inclusion_tag("components/table.html")
def table(  # noqa: PLR0917 - tags are called by position
    page: Iterable[Any],
    columns: Sequence[Column],
    sort: str = "",
    query: str = "",
    select: str = "",
    cards: bool = True,
) -> dict[str, Any]:
    """A list as a three-line table; on the phone as cards. `select` names the check box that picks rows by `uid`."""
    return {
        "headings": headings(columns, sort, query),
        "body": body(columns, page, select=select, labels=True),
        "select": select,
        "cards": cards,
    }


@register.inclusion_tag("components/milestones.html")
def milestones(
    title: Any, road: Sequence[Milestone], quarters: Sequence[Quarter] = (), note: Any = ""
) -> dict[str, Any]:
    """The year as a road with twelve stones, and the quarters under it."""
    return {"title": title, "stones": wide.stones(road), "quarters": quarters, "note": note}


@register.inclusion_tag("components/tasks.html")
def tasks(items: Sequence[Task]) -> dict[str, Any]:
    """What is to be done, nearest deadline first as the caller sorted it."""
    return {"items": wide.task_items(items)}


@register.inclusion_tag("components/steps.html")
def steps(items: Sequence[Step]) -> dict[str, Any]:
    """Through whose hands something went, and what is still ahead."""
    return {"steps": items}


@register.simple_tag
def names(rows: Iterable[tuple[str, str, str]]) -> SafeString:
    """Names in columns, each with its page and a word behind it."""
    return wide.names(rows)


@cache
def _month_headings(_language: str | None) -> SafeString:
    return format_html_join("", '<th scope="col">{}</th>', ([name] for name in display.months()))


@register.inclusion_tag("components/heat.html")
def heat(rows: Sequence[HeatRow], caption: Any) -> dict[str, Any]:
    """Branches by months: all numbers printed, only exceptions filled."""
    return {"body": heat_body(rows), "months": _month_headings(get_language()), "caption": caption}


@register.simple_block_tag
def chart(content: str, drawing: Chart, name: str, size: str = "") -> SafeString:
    """A chart, its sentence (the content) and its table. `name` is unique on the page; `size` is "", tall or low."""
    return format_html(
        '<figure><div class="chart {}" data-chart="{}" role="img" aria-label="{}"></div>{}'
        '<figcaption class="chart-text">{}</figcaption>{}</figure>',
        size,
        name,
        drawing.description,
        json_script(drawing.option, name),
        content,
        render_to_string("components/chart_data.html", {"numbers": chart_numbers(drawing)}),
    )


@register.inclusion_tag("components/toast.html")
def toast(text: Any, undo: str = "", label: Any = "", seconds: int = 10, key: str = "") -> dict[str, Any]:
    """A short word that something happened; `undo` is the address that takes it back, by post, for so many seconds."""
    return {"text": text, "undo": undo, "label": label or _("Undo"), "seconds": seconds, "key": key}


@register.simple_tag
def script_texts() -> SafeString:
    """The sentences that our script says, for it to read."""
    texts = {
        "saving": _("Saving"),
        "saved": _("Saved %(time)s"),
        "partly": _("Saved, but for what is marked."),
        "offline": _("Offline. Kept on this device and will upload when you are back."),
        "unsaved": _("Not saved. Your entries are kept on this device; we will try again."),
        "restored": _("Entries that had not been sent were put back."),
        "conflict": _("Someone else changed this in the meantime. Choose which one to keep."),
        "refused": _("Not signed in. Please check the password, or sign in in a new window and continue."),
        "copied": _("Copied"),
        "pasted": _("%(rows)s rows × %(columns)s columns"),
        "chosen": _("%(count)s chosen"),
        "too_large": _("%(name)s is larger than 10 MB."),
    }
    return json_script(texts, "texts")


@register.simple_tag
def list_items(items: Iterable[Any]) -> SafeString:
    """Plain list items, one for each value."""
    return format_html_join("", "<li>{}</li>", ((item,) for item in items))
