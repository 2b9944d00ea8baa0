"""The home of a branch's clerk and secretary: the road of the year, what is to be done, and the score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from xianfeng.activities.todo import todo
from xianfeng.assessment import panels
from xianfeng.assessment.addresses import branch_why
from xianfeng.assessment.models import BranchScore, Report, WorkCalendar
from xianfeng.assessment.overview import Year, branch_year
from xianfeng.assessment.permissions import REPORT
from xianfeng.core.components import Milestone, Quarter, Task, Text, Tone
from xianfeng.core.numbers import half_up
from xianfeng.core.periods import Period
from xianfeng.core.prepared import Prepared
from xianfeng.dossiers import permissions as dossiers
from xianfeng.dossiers import todo as corrections
from xianfeng.members.models import Membership
from xianfeng.members.roll import strengths
from xianfeng.organizations.models import Organization
from xianfeng.organizations.terms import check_term

Status = Report.Status


def concerns(person: Any) -> bool:
    """Those who fill in a branch's report."""
    return bool(person.can(REPORT))


def branch_of(person: Any) -> Organization | None:
    """The branch a person works for: the own one where that is it, else the first in number order."""
    paths = person.places(REPORT)
    own: Organization | None = person.organization
    if own and own.is_branch and own.path in paths:
        return own
    found: Organization | None = Organization.objects.under(paths).branches().first()
    return found


def build(person: Any, day: date) -> dict[str, Any]:
    """What the branch's people came for. Four queries, and one more after scores were recomputed."""
    branch = branch_of(person)
    if branch is None:
        return {"branch": None}
    reports = reports_of(branch, day, person)
    year, scores = branch_year(day.year, branch)
    duties = todo(branch, day)["tasks"]
    return {
        "branch": branch,
        "members": reports[0].members if reports else strength_of(branch, day),
        "day": day,
        "remarks": list(check_term(branch, day, {})),
        "current": current(reports),
        "road": road(reports, day),
        "road_note": road_note(reports, day),
        "quarters": quarters(branch, year, day),
        "tasks": [*by_deadline([*tasks(reports, day), *duties]), *asked_for(reports, branch, person)],
        "next_due": next_due(reports, day),
        "score": latest_score(branch, year, scores),
        "trend": panels.trend(branch, year),
    }


def asked_for(reports: Iterable[Any], branch: Organization, person: Any) -> list[Task]:
    """Corrections that members of the branch ask for, for whoever decides on them."""
    if not person.can(dossiers.DECIDE, at=branch):
        return []
    found = [report.asked for report in reports] or list(corrections.waiting(branch, person))
    return corrections.tasks(found[0] or 0 if found else 0)


def strength_of(branch: Organization, day: date) -> int:
    """How many belong to a branch that has no reports yet."""
    found = strengths(day, [branch]).get(branch.pk)
    return found.total if found else 0


# -- the year's reports --


def _reports(branch: Any, day: Any, year: Any, person: Any) -> Any:
    spells = Membership.objects.members().on(day).filter(organization=OuterRef("organization")).order_by()
    found: Any = Report.objects.filter(organization=branch).with_progress()
    found = found.filter(Q(year=year) | Q(status__in=Report.OPEN, year__lt=year))
    return found.annotate(
        lines_returned=Count("lines", filter=Q(lines__returned=True)),
        members=Subquery(spells.values("organization").annotate(number=Count("pk")).values("number")),
        asked=Subquery(corrections.waiting(OuterRef("organization"), person)),
    ).order_by("year", "month")


REPORTS: Prepared[Any] = Prepared(_reports)


def reports_of(branch: Organization, day: date, person: Any) -> list[Any]:
    """The reports of the year, and older ones that are still open, each with its progress and the number of lines sent
    back; and, to save queries, the strength of the branch (`members`) and the corrections asked for (`asked`). One query."""
    rows = REPORTS(branch=branch.pk, day=day, year=day.year, person=person.pk)
    for row in rows:
        row.organization = branch
    return rows


def current(reports: Iterable[Report]) -> Report | None:
    """The report to go on with: returned ones first, then the one that is due next."""
    open_ones = [report for report in reports if report.is_open]
    return min(open_ones, key=lambda r: (r.status != Status.RETURNED, r.due_at), default=None)


WORDS: dict[str, tuple[Tone, Text]] = {
    Status.SUBMITTED: ("review", gettext_lazy("submitted")),
    Status.REVIEW: ("review", gettext_lazy("in review")),
    Status.RETURNED: ("back", gettext_lazy("to be mended")),
    Status.ACCEPTED: ("ok", gettext_lazy("approved")),
}


def road(reports: Iterable[Report], day: date) -> list[Milestone]:
    """Twelve stones: what became of each month's report."""
    known = {(report.year, report.month): report for report in reports}
    filling = current(known.values())
    stones = []
    for number in range(1, 13):
        report = known.get((day.year, number))
        if report is None:
            ahead = number > day.month
            stones.append(Milestone(number, _("ahead") if ahead else "—", future=ahead))
        elif report.status == Status.DRAFT:
            late = report.due_at < timezone.now()
            stones.append(
                Milestone(
                    number,
                    _("overdue") if late else _("filling in"),
                    "todo",
                    report.get_absolute_url(),
                    current=report is filling,
                )
            )
        else:
            tone, word = WORDS[report.status]
            stones.append(Milestone(number, word, tone, report.get_absolute_url()))
    return stones


def road_note(reports: Iterable[Report], day: date) -> str:
    """How far the year has come, in words."""
    done = sum(r.status == Status.ACCEPTED and r.year == day.year for r in reports)
    return _("12 reports in the year, %(done)s approved") % {"done": done}


def tasks(reports: Iterable[Any], day: date) -> list[Task]:
    """The reports that wait for the branch."""
    found: list[Task] = []
    for report in reports:
        if not report.is_open:
            continue
        due = timezone.localtime(report.due_at)
        left = (due.date() - day).days
        title = _("Monthly report for %(month)s") % {"month": report.period}
        if report.status == Status.RETURNED:
            number = report.lines_returned
            detail = ngettext(
                "%(number)s line was returned. Mend it and hand it in again.",
                "%(number)s lines were returned. Mend them and hand it in again.",
                number,
            ) % {"number": number}
            found.append(Task(title, report.get_absolute_url(), "back", _("to be mended"), _("Mend"), detail))
        else:
            detail = _("%(ready)s of %(total)s lines are ready.") % {
                "ready": report.lines_ready,
                "total": report.lines_total,
            }
            late = report.due_at < timezone.now()
            task = Task(
                title,
                report.get_absolute_url(),
                "check" if late else "todo",
                _("overdue") if late else _("to hand in"),
                _("Continue filling in"),
                detail,
                due,
                left,
            )
            found.append(task)
    return found


def by_deadline(found: Iterable[Task]) -> list[Task]:
    """Nearest deadline first; what has none, since it was sent back, before all."""
    return sorted(found, key=lambda task: (task.days_left is not None, task.days_left or 0))


def next_due(reports: Iterable[Report], day: date) -> Any:
    """When the next report is due, for those who have nothing to do: None where one is open."""
    if current(reports):
        return None
    return WorkCalendar({}).due_at(Period.of(day))


# -- the scores --


QUARTERS = (
    gettext_lazy("1st quarter"), gettext_lazy("2nd quarter"), gettext_lazy("3rd quarter"), gettext_lazy("4th quarter"),
)  # fmt: skip


def quarters(branch: Organization, year: Year, day: date) -> list[Quarter]:
    """The four quarters under the road."""
    shown = []
    for number in range(1, 5):
        period = Period(day.year, "quarter", number)
        points = year.rate(period, branch.pk)
        running = period.start <= day <= period.end
        note = _("running") if running and points is not None else "" if points is not None else _("not yet")
        shown.append(
            Quarter(
                QUARTERS[number - 1],
                None if points is None else half_up(points, 1),
                note,
                why(branch, period) if points is not None else "",
                current=running,
            )
        )
    return shown


def why(branch: Organization, period: Period) -> str:
    """The page that explains a branch's score."""
    return branch_why(period.code, branch.code)


def latest_score(
    branch: Organization, year: Year, scores: Mapping[str, BranchScore]
) -> dict[str, Any] | None:
    """The last quarter that has ended (else the running one): rate, change, and the categories beside the quarter
    before."""
    scored = [p for p in year.quarters if year.rate(p, branch.pk) is not None and p.code in scores]
    if not scored:
        return None
    ended = [p for p in scored if year.rounds[p.code].has_ended]
    period = (ended or scored)[-1]
    before = period.shifted(-1) if period.shifted(-1) in scored else None
    rate = year.rate(period, branch.pk)
    rate_before = year.rate(before, branch.pk) if before else None
    spread = year.spread(period)
    return {
        "period": period,
        "rate": rate,
        "change": None if rate is None or rate_before is None else half_up(rate - rate_before, 1),
        "before": before,
        "running": not year.rounds[period.code].has_ended,
        "categories": panels.category_rows(scores[period.code], scores[before.code] if before else None),
        "url": why(branch, period),
        "median": spread.median if spread else None,
    }
