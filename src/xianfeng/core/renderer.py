"""How form controls become HTML: Django's templates, but for inputs and choices, which are joined.

A choice among thirty branches takes Django's templates three milliseconds, an include for each option and another for its
attributes. What comes out here is the same to the letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.safestring import SafeString

from .escaping import escaped

FOLDER = "django/forms/widgets/"
INPUTS = frozenset(
    f"{FOLDER}{name}.html"
    for name in (
        "input",
        "text",
        "number",
        "email",
        "url",
        "tel",
        "search",
        "hidden",
        "date",
        "time",
        "checkbox",
    )
)
SELECT = f"{FOLDER}select.html"
OPTION = f"{FOLDER}select_option.html"


class Renderer(DjangoTemplates):
    """The setting FORM_RENDERER names it."""

    def render(
        self, template_name: str, context: Mapping[str, Any], request: HttpRequest | None = None
    ) -> str:
        if template_name in INPUTS:
            return SafeString(_input(context["widget"]))
        if template_name == SELECT and _plain(context["widget"]):
            return SafeString(_select(context["widget"]))
        return super().render(template_name, dict(context), request)


def _attrs(attrs: Mapping[str, Any]) -> str:
    return "".join(
        f" {escaped(name)}" + ("" if value is True else f'="{escaped(str(value))}"')
        for name, value in attrs.items()
        if value is not False
    )


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{escaped(str(widget["value"]))}"'
    return f'<input type="{widget["type"]}" name="{escaped(widget["name"])}"{value}{_attrs(widget["attrs"])}>'


def _plain(select: Mapping[str, Any]) -> bool:
    """Whether no option has a template of its own."""
    return all(
        option["template_name"] == OPTION for _name, options, _at in select["optgroups"] for option in options
    )


def _select(widget: Mapping[str, Any]) -> str:
    out = [f'<select name="{escaped(widget["name"])}"{_attrs(widget["attrs"])}>']
    for name, options, _index in widget["optgroups"]:
        if name:
            out.append(f'\n  <optgroup label="{escaped(name)}">')
        out += [
            f'\n  <option value="{escaped(str(option["value"]))}"{_attrs(attrs) if (attrs := option["attrs"]) else ""}>'
            f"{escaped(option['label'])}</option>\n"
            for option in options
        ]
        if name:
            out.append("\n  </optgroup>")
    out.append("\n</select>")
    return "".join(out)
