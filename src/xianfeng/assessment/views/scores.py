"""Scores: the sheets of branches and members, a branch's page, why it is so many points, my own score, the heat table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from xianfeng.audit import events
from xianfeng.core.columns import Column
from xianfeng.core.display import exact, points
from xianfeng.core.display import month as month_name
from xianfeng.core.lists import excel
from xianfeng.core.numbers import half_up
from xianfeng.core.pages import SIGNED_IN, needs
from xianfeng.core.periods import Period, today
from xianfeng.core.wide import wide_table
from xianfeng.organizations.models import Organization
from xianfeng.organizations.permissions import HOME

from .. import columns, panels, permissions
from ..addresses import of_period
from ..columns import BranchLine, MemberLine
from ..items import ItemRow, item_rows, item_sums, so_far, sums_so_far
from ..models import BranchScore, MemberScore, Round
from ..overview import Spread, own_score, year_of
from ..rounds import latest
from ..scheme import Line
from ..why import Why
from . import visitor


@dataclass(frozen=True, slots=True)
class Tab:
    """A period one can turn to."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Chosen:
    """The round a page is about, among the rounds of its year."""

    round: Round
    rounds: Sequence[Round]

    def tabs(self, name: str, *args: Any) -> dict[str, list[Tab]]:
        """The periods one can turn to: the year and its quarters, and its months."""
        order = {"year": 0, "quarter": 1, "month": 2}
        tabs: dict[str, list[Tab]] = {"quarters": [], "months": []}
        for period in sorted((r.period for r in self.rounds), key=lambda p: (order[p.kind], p.number)):
            url = of_period(name, period.code, *args)
            tab = Tab(short(period), url, period == self.round.period)
            tabs["months" if period.kind == "month" else "quarters"].append(tab)
        return tabs


def _chosen(subject: str, period: Period) -> Chosen:
    """The round of a period, in step with the facts; 404 where there is none yet. Two queries when it is."""
    rounds = panels.rounds_in_step(subject, period.year, today())
    found = next((round_ for round_ in rounds if round_.code == period.code), None)
    if found is None:
        raise Http404
    return Chosen(found, rounds)


def short(period: Period) -> str:
    """A period within its year: 全年, 三季度, 9月."""
    if period.kind == "year":
        return _("The year %(year)s") % {"year": period.year}
    return panels.quarter_name(period.number) if period.kind == "quarter" else month_name(period.number)


def _oversees(request: HttpRequest, round_: Round) -> bool:
    """Whether the visitor looks after everybody who was scored."""
    return bool(visitor(request).can(permissions.VIEW, at=round_.scheme.organization))


# Branches


@needs(permissions.VIEW)
def latest_sheet(request: HttpRequest) -> HttpResponse:
    """The sheet of the last quarter that has a score."""
    round_ = latest("quarter", today())
    if round_ is None:
        return render(request, "assessment/score_none.html", {})
    return redirect("scores:branch_sheet", round_.code)


@needs(permissions.VIEW)
def branch_sheet(request: HttpRequest, period: Period) -> HttpResponse:
    """Every branch in the order of codes: categories, points, rate, grade.

    While a round is open, branches see themselves; whoever looks after all sees all, and may sort. A closed one is seen
    by all, in the order of codes. Nobody else's page opens from here.
    """
    chosen = _chosen("organization", period)
    round_ = chosen.round
    oversees = _oversees(request, round_)
    mine = BranchScore.objects.visible_to(visitor(request), permissions.VIEW).filter(round=round_)
    visible = None if oversees else frozenset(mine.values_list("organization_id", flat=True))
    shown = mine if round_.is_open or oversees else BranchScore.objects.filter(round=round_)
    lines = [
        BranchLine(*row) for row in shown.order_by("organization__number").values_list(*columns.BRANCH_FIELDS)
    ]
    table = columns.branch_columns(round_, visible, sortable=oversees)
    sort = request.GET.get("sort", "") if oversees else ""
    lines = columns.sorted_lines(lines, table, sort)
    title = _("%(period)s: scores of branches") % {"period": period}
    if request.GET.get("format") == "xlsx":
        return excel(request, lines, table, title=title)
    own = next((line for line in lines if line.organization == visitor(request).organization_id), None)
    return render(
        request,
        "assessment/score_sheet.html",
        {
            "round": round_,
            "title": title,
            "table": wide_table(table, lines, sort=sort if oversees else None, own=own),
            "number": len(lines),
            "third": None if oversees or own is None else third(own, round_.scored),
            "median": _median(lines) if oversees else None,
            "oversees": oversees,
            "may_close": round_.is_open
            and round_.has_ended
            and visitor(request).can(permissions.CLOSE, at=round_.scheme.organization),
            "may_see_members": visitor(request).can(permissions.MEMBER_SCORES),
            "has_members": period.kind != "month",
            **chosen.tabs("branch_sheet"),
        },
    )


@needs(permissions.CLOSE)
def round_close(request: HttpRequest, period: Period) -> HttpResponse:
    """What closing a round means, before it is done. Of branches, or (`?of=members`) of members."""
    subject = "person" if request.GET.get("of") == "members" else "organization"
    rounds = Round.objects.visible_to(visitor(request), permissions.CLOSE).with_scheme()
    round_ = get_object_or_404(rounds, subject=subject, code=period.code)
    return render(
        request, "assessment/score_close.html", {"round": round_, "back": round_.get_absolute_url()}
    )


def third(line: BranchLine, scored: int) -> str:
    """In which third of all a branch stands, in words; nothing where fewer than five were scored."""
    if line.standing is None or scored < panels.ENOUGH:
        return ""
    return (_("upper third"), _("middle third"), _("lower third"))[min((line.standing - 1) * 3 // scored, 2)]


def _median(lines: Sequence[BranchLine]) -> str:
    rates = [columns.percent(line.before_bonus, line.full) for line in lines]
    found = Spread.of(value for value in rates if value is not None)
    return points(found.median) if found else ""


def _branch_score(request: HttpRequest, round_: Round, code: str) -> BranchScore:
    rows = BranchScore.objects.visible_to(visitor(request), permissions.VIEW).filter(round=round_)
    score: BranchScore = get_object_or_404(rows.select_related("organization"), organization__code=code)
    score.round = round_
    return score


@needs(permissions.VIEW)
def branch_score(request: HttpRequest, period: Period, code: str) -> HttpResponse:
    """One branch: points, categories against the period before, items, and its course through the year."""
    chosen = _chosen("organization", period)
    score = _branch_score(request, chosen.round, code)
    before = (
        BranchScore.objects.filter(
            round__subject="organization",
            round__code=period.shifted(-1).code,
            organization=score.organization_id,
            total__isnull=False,
        )
        .select_related("round")
        .first()
    )
    year = year_of(period.year, chosen.rounds)
    items = item_rows(score)
    return render(
        request,
        "assessment/score_branch.html",
        {
            "score": score,
            "round": score.round,
            "organization": score.organization,
            "rate": score.rate,
            "change": panels.difference(score.rate, before.rate if before else None),
            "before": before,
            "categories": panels.category_rows(score, before),
            "items": items,
            "sums": item_sums(items),
            "trend": panels.trend(score.organization, year),
            "bars": panels.quarter_bars(score.organization, year),
            "radar": panels.category_radar(score, before),
            "why": score.get_absolute_url(),
            **chosen.tabs("branch_score", code),
        },
    )


def _part(request: HttpRequest, template: str) -> str:
    """The panel alone where the branch's page asks for it, else a page of its own."""
    return f"{template}#panel" if request.headers.get("HX-Request") else template


@needs(HOME)
def branch_panel(request: HttpRequest, code: str) -> HttpResponse:
    """The last quarter and the course of the year, for the page of the branch; for everybody else inside what was
    published."""
    rows = Organization.objects.branches().visible_to(visitor(request), HOME)
    organization = get_object_or_404(rows, code=code)
    day = today()
    if not visitor(request).can(permissions.VIEW, at=organization):
        published = panels.published(organization)
        return render(
            request,
            _part(request, "assessment/score_published.html"),
            {"organization": organization, "published": published},
        )
    panels.rounds_in_step("organization", day.year, day)
    found = panels.latest_quarter(organization, day)
    return render(
        request,
        _part(request, "assessment/score_panel.html"),
        {
            "organization": organization,
            "latest": found,
            "trend": panels.trend(organization, year_of(found.period.year)) if found else None,
        },
    )


# Why


@needs(permissions.VIEW)
def branch_why(request: HttpRequest, period: Period, code: str) -> HttpResponse:
    """Why a branch has so many points."""
    score = _branch_score(request, _chosen("organization", period).round, code)
    why = Why.of(score, visitor(request), today())
    trail = [
        (_("Scores"), reverse("scores:branch_sheet", args=[period.code])),
        (str(score.organization), reverse("scores:branch_score", args=[period.code, code])),
    ]
    return _why(request, why, trail)


@needs(permissions.MEMBER_SCORES, SIGNED_IN)
def member_why(request: HttpRequest, period: Period, uid: str) -> HttpResponse:
    """Why a member has so many points: for the member, and for the branch. Others who look are noted in the log."""
    round_ = _chosen("person", period).round
    who = visitor(request)
    rows = MemberScore.objects.visible_to(who, permissions.MEMBER_SCORES).filter(round=round_)
    score: MemberScore = get_object_or_404(rows.select_related("person", "organization"), uid=uid)
    score.round = round_
    if who.pk != score.person_id and who.organization_id != score.organization_id:
        details = {"period": period.code}
        events.record(
            "assessment.read_member_score", by=who, obj=score.person, at=score.organization, details=details
        )
    if who.pk == score.person_id:
        trail = [(_("My score"), reverse("scores:my_score", args=[period.code]))]
    else:
        trail = [(_("Scores of members"), reverse("scores:member_sheet", args=[period.code]))]
    return _why(request, Why.of(score, who, today()), trail)


def _why(request: HttpRequest, why: Why, trail: Sequence[tuple[str, str]]) -> HttpResponse:
    headline = points(why.headline)
    if request.GET.get("format") == "xlsx":
        lost = [line for group in why.groups for line in group.lines]
        name = _("%(subject)s, %(period)s: points lost") % {
            "subject": why.score.subject_name,
            "period": why.period,
        }
        return excel(request, lost, columns.why_columns(), title=name)
    return render(
        request,
        "assessment/score_why.html",
        {
            "why": why,
            "title": _("Why %(points)s points") % {"points": headline},
            "heading": _heading(headline),
            "trail": [part for pair in trail for part in pair],
            "first": trail[0],
            "second": trail[1] if len(trail) > 1 else None,
        },
    )


def _heading(headline: str) -> SafeString:
    """As one talks on the screen, as an official paper in print."""
    return format_html(
        '<span class="screen-only">{}</span><span class="print-only">{}</span>',
        _("Why %(points)s points") % {"points": headline},
        _("Explanation of a score"),
    )


# Members


@needs(permissions.MEMBER_SCORES)
def member_sheet(request: HttpRequest, period: Period) -> HttpResponse:
    """Members in the order of their numbers, without places: for their branch, and for whoever looks after all."""
    chosen = _chosen("person", period)
    round_ = chosen.round
    rows = MemberScore.objects.visible_to(visitor(request), permissions.MEMBER_SCORES).filter(round=round_)
    lines = [MemberLine(*row) for row in rows.order_by("person__number").values_list(*columns.MEMBER_FIELDS)]
    table = columns.member_columns(round_)
    title = _("%(period)s: scores of members") % {"period": period}
    if request.GET.get("format") == "xlsx":
        return excel(request, lines, table, title=title)
    rates = [columns.percent(line.before_bonus, line.full) for line in lines]
    return render(
        request,
        "assessment/score_members.html",
        {
            "round": round_,
            "title": title,
            "table": wide_table(table, lines, tall=True),
            "number": len(lines),
            "may_close": round_.is_open
            and round_.has_ended
            and visitor(request).can(permissions.CLOSE, at=round_.scheme.organization),
            "exempt": sum(value is None for value in rates),
            "distribution": panels.distribution([value for value in rates if value is not None]),
            **chosen.tabs("member_sheet"),
        },
    )


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One line of the scheme on my own page: what it gave, or what there is so far."""

    line: Line
    text: str
    lost: str
    counted: bool


@needs(SIGNED_IN)
def my_score(request: HttpRequest, period: Period | None = None) -> HttpResponse:
    """The reader's own score, line by line. No place: members are not ranked."""
    reader = visitor(request)
    day = today()
    chosen = _chosen("person", period) if period else _this_year(day)
    if chosen is None:
        return render(request, "assessment/score_none.html", {})
    round_ = chosen.round
    score = own_score(reader.pk, round_.code)
    if score is None and period is None:
        return render(request, "assessment/score_none.html", {})
    if score is None:
        raise Http404
    score.round, score.person = round_, reader
    why = Why.of(score, reader, day)
    return render(
        request,
        "assessment/score_me.html",
        {
            "why": why,
            "score": score,
            "round": round_,
            "organization": score.organization,
            "categories": _own_categories(why, reader),
            **chosen.tabs("my_score"),
        },
    )


def _this_year(day: date) -> Chosen | None:
    """The members' year to date; in January, before anything of it is scored, the year before."""
    for year in (day.year, day.year - 1):
        rounds = panels.rounds_in_step("person", year, day)
        found = next((round_ for round_ in rounds if round_.code == str(year)), None)
        if found:
            return Chosen(found, rounds)
    return None


def _own_categories(why: Why, reader: Any) -> list[tuple[str, list[tuple[ItemRow, list[OwnLine]]]]]:
    """The items by category, each with its lines. One query, for what is scored later."""
    lost = {loss.line.code: loss for loss in why.all_losses if loss.line is not None}
    rows = {row.code: row for row in item_rows(why.score)}
    sums = sums_so_far(reader, why.period.year, why.day)
    shown = []
    for category in why.round.scheme.parsed.categories:
        items = []
        for item in category.items:
            lines = []
            for line in item.lines:
                loss = lost.get(line.code)
                if loss is not None:
                    text = loss.sentence(why.language, why.label_of(line))
                    lines.append(OwnLine(line, text, exact(-loss.amount) if loss.amount else "", True))
                else:
                    lines.append(OwnLine(line, so_far(line, sums), "", False))
            items.append((rows[item.code], lines))
        shown.append((category.name, items))
    return shown


# All months of all branches


@needs(permissions.VIEW)
def heatmap(request: HttpRequest, year: int) -> HttpResponse:
    """Branches by months: rates, late and missing reports. Each reader sees the branches in scope, the own marked."""
    if not 1921 <= year <= today().year:
        raise Http404
    day = today()
    rounds = panels.rounds_in_step("organization", year, day)
    end = min(day, Period(year, "year").end)
    visible = Organization.objects.branches().standing(end).visible_to(visitor(request), permissions.VIEW)
    branches = list(visible.order_by("number"))
    rows = panels.heat_rows(year_of(year, rounds), branches, day, own=visitor(request).organization_id)
    title = _("Monthly scores of branches, %(year)s") % {"year": year}
    if request.GET.get("format") == "xlsx":
        return excel(request, rows, _heat_columns(), title=title)
    return render(
        request,
        "assessment/score_heat.html",
        {
            "rows": rows,
            "title": title,
            "year": year,
            "caption": panels.heat_caption(rows),
            "years": Round.objects.filter(subject="organization")
            .order_by("year")
            .values_list("year", flat=True)
            .distinct(),
        },
    )


def _heat_columns() -> list[Column]:
    def month(number: int) -> Column:
        def value(row: Any) -> Any:
            cell = row.cells[number - 1]
            if cell.points is None:
                return None if cell.future else _("not reported")
            return half_up(cell.points, 1)

        return Column(f"month-{number}", month_name(number), value, "points")

    return [
        Column("code", _("Number"), lambda row: row.code, "code"),
        Column("name", _("Branch"), lambda row: row.name),
        *(month(number) for number in range(1, 13)),
    ]
