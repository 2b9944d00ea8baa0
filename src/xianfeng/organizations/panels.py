"""What other apps add to the pages of organizations.

Organizations stand low and import none of the apps that know members, activities or scores. `config.panels` lists what
each of those offers, and installs it when the program starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from xianfeng.core.columns import Column, Kind

from .models import Organization


@dataclass(frozen=True, slots=True)
class Figure:
    """A value for each organization on a day: a column of the list and a fact in the head of the page.

    `read` answers for all organizations in one query, by id; figures with the same `read` share the answer, of which
    `value` takes what it shows. `shown` is off for what only the checkers ask.
    """

    key: str
    label: str | Promise
    read: Callable[[date], Mapping[int, Any]]
    value: Callable[[Any], Any]
    kind: Kind = "text"
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about an organization that its readers should know: tone as in `core.components.Tone`."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of an organization's page that another app shows under its own address, which takes `code`.

    `aside` puts it into the narrow column.
    """

    title: str | Promise
    view: str
    permission: str
    branches_only: bool = True
    aside: bool = False

    def url(self, organization: Organization) -> str:
        return reverse(self.view, args=[organization.code])


# Asked with the organization, the day, and its figures by key.
Checker = Callable[[Organization, date, Mapping[str, Any]], Iterable[Remark]]
_figures: list[Figure] = []
_checkers: list[Checker] = []
_panels: list[Panel] = []


def install(figures: Iterable[Figure], checkers: Iterable[Checker], panels: Iterable[Panel]) -> None:
    """Take over what the other apps offer, in the order in which it is shown."""
    _figures[:], _checkers[:], _panels[:] = figures, checkers, panels


def _read(on: date) -> dict[Callable[[date], Mapping[int, Any]], Mapping[int, Any]]:
    """What the figures show is read once, however many share it."""
    return {read: read(on) for read in dict.fromkeys(figure.read for figure in _figures)}


def columns(on: date) -> list[Column]:
    """The figures as columns of the list of organizations."""
    known = _read(on)

    def shown(figure: Figure) -> Callable[[Organization], Any]:
        values = known[figure.read]
        return lambda o: figure.value(values[o.pk]) if o.pk in values else None

    return [Column(f.key, f.label, shown(f), f.kind) for f in _figures if f.shown]


def figures(on: date) -> Callable[[Organization], dict[str, Any]]:
    """The figures of a day, read once for all organizations: gives the values of one of them, by key."""
    known = _read(on)

    def of(organization: Organization) -> dict[str, Any]:
        return {
            figure.key: figure.value(value)
            for figure in _figures
            if (value := known[figure.read].get(organization.pk)) is not None
        }

    return of


def labelled(values: Mapping[str, Any]) -> list[tuple[str | Promise, Any]]:
    """Label and value of the figures that are shown."""
    return [(f.label, values[f.key]) for f in _figures if f.shown and values.get(f.key) not in {None, ""}]


def remarks(organization: Organization, on: date, values: Mapping[str, Any]) -> list[Remark]:
    """What all checkers say about an organization."""
    return [remark for checker in _checkers for remark in checker(organization, on, values)]


def panels_for(organization: Organization, person: Any) -> list[tuple[Panel, str]]:
    """The parts of an organization's page that a person may see, with their addresses."""
    return [
        (panel, panel.url(organization))
        for panel in _panels
        if (organization.is_branch or not panel.branches_only)
        and person.can(panel.permission, at=organization)
    ]
