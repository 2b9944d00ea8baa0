"""A bureau to measure on: the demo's 30 branches and 413 people, with a year of activities, reports and scores.

Made in bulk by the same writers that pages use, in a database of its own; nobody waits for a story to be told.
"""

from __future__ import annotations

import os
import random
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from .scoring import YEAR_END

DAY = date(2026, 10, 27)
YEAR = YEAR_END.year
QUARTER_ENDS = (3, 6, 9, 12)


def begin() -> None:
    """Django on a database in a new folder, unless XIANFENG_HOME names one."""
    os.environ.setdefault("XIANFENG_HOME", tempfile.mkdtemp(prefix="xianfeng-bench-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianfeng.config.settings")
    import django

    django.setup()


def build() -> None:
    """Migrate and fill the database; does nothing when the bureau is there. The clock stands on the bureau's day."""
    from django.core.management import call_command
    from django.db import transaction

    from xianfeng.assessment.rounds import recompute_current
    from xianfeng.organizations.models import Organization

    call_command("migrate", verbosity=0)
    if Organization.objects.exists():
        return
    with transaction.atomic():
        places, diligence = _found()
        office = _appoint(places)
        draw = random.Random(YEAR)
        for month in range(1, DAY.month + 1):
            _live(month, diligence, draw)
            _report(month, diligence, office, draw)
        recompute_current(DAY)


def _found() -> tuple[dict[int, Any], dict[int, float]]:
    """Branches by serial, and how well each works, by organization id."""
    from xianfeng.demo import world
    from xianfeng.members.actions import NewMember, admit_all
    from xianfeng.organizations.actions import found

    number, name, short, *_rest = world.COMMITTEE
    root = found(number=number, name=name, short_name=short, kind="committee", parent=None, by=None)
    places = {
        row.serial: found(
            number=row.number, name=row.name, short_name=row.short_name, kind=row.kind, parent=root, by=None
        )
        for row in world.BRANCHES
    }
    newcomers = [
        NewMember(
            person.name,
            places[person.branch],
            "full" if person.confirmed_on else "probationary",
            party={"joined_on": person.joined_on, "confirmed_on": person.confirmed_on},
            since=date(2020, 1, 1),
        )
        for person in world.people(DAY)
    ]
    admit_all(newcomers, by=None)
    return places, {places[row.serial].pk: row.diligence for row in world.BRANCHES}


def _appoint(places: dict[int, Any]) -> Any:
    """A secretary and a clerk in every branch, and the office; returns the office."""
    from xianfeng.people.actions import appoint, enter
    from xianfeng.people.models import Person, Role

    roles = {role.code: role for role in Role.objects.all()}
    for place in places.values():
        first, second = Person.objects.filter(organization=place).order_by("number")[:2]
        appoint(first, roles["secretary"], place, by=None, since=date(2025, 1, 1))
        appoint(second, roles["clerk"], place, by=None, since=date(2025, 1, 1))
    root = places[1].parent
    office = enter(name="周敏", organization=root, account="office", by=None)
    appoint(office, roles["office"], root, by=None, since=date(2025, 1, 1))
    return office


def _live(month: int, diligence: dict[int, float], draw: random.Random) -> None:
    """What the branches owed in a month, and what they held of it: the better a branch works, the more."""
    from xianfeng.activities.actions import record_many, recording
    from xianfeng.activities.due import Roll
    from xianfeng.activities.duties import require_month
    from xianfeng.core.periods import Period
    from xianfeng.members.roll import everyone_on
    from xianfeng.organizations.models import Organization

    period = Period(YEAR, "month", month)
    require_month(period)
    kinds = ["party_day", "committee", "group"]
    if month in QUARTER_ENDS or month == DAY.month:
        kinds += ["assembly", "lecture", "integrity_education"]
    if month in {6, 9}:
        kinds += ["warning_education", "volunteering", "life_meeting"]
    rolls = everyone_on(period.start)
    held = []
    for branch in Organization.objects.branches():
        good = diligence[branch.pk]
        roll = Roll.of(branch, period.start, rolls[branch.pk])
        people = list(roll.people.values())
        for at, kind in enumerate(kinds):
            if draw.random() > good or (kind in {"committee", "group"} and len(people) < 8):
                continue
            day = period.start + timedelta(days=3 + 2 * at)
            if day > DAY:
                continue
            some = people[:5] if kind in {"committee", "group"} else people
            details: dict[str, Any] = {"hours": Decimal(2)} if kind == "volunteering" else {}
            if kind == "lecture":
                details["led_by"] = people[0]
            if kind == "group":
                details["group_name"] = "第一党小组"
            absent = [person for person in some if draw.random() > 0.82 + good * 0.16]
            came = [person for person in some if person not in absent]
            if kind == "volunteering":
                absent = []
            held.append(
                recording(
                    branch,
                    kind,
                    day,
                    present=came,
                    absent=absent,
                    roll=Roll.of(branch, day, rolls[branch.pk]),
                    **details,
                )
            )
    record_many(held, by=None)


def _report(month: int, diligence: dict[int, float], office: Any, draw: random.Random) -> None:
    """The reports of a month, opened, answered and accepted; of the present month and of idle branches only opened."""
    from xianfeng.assessment.actions import open_reports
    from xianfeng.assessment.models import Report, ReportLine
    from xianfeng.core.numbers import to_units
    from xianfeng.core.periods import Period
    from xianfeng.ledger.facts import record_all
    from xianfeng.people.models import Person

    reports = open_reports(Period(YEAR, "month", month))
    if month == DAY.month:
        return
    clerks = {p.organization_id: p for p in Person.objects.filter(account__endswith="0002")}
    sent = []
    for report in reports:
        good = diligence[report.organization_id]
        if draw.random() > good + 0.2:
            continue
        late = timedelta(days=3) if draw.random() > good + 0.1 else timedelta(days=-2)
        report.received_at = report.submitted_at = report.due_at + late
        report.submitted_by = clerks[report.organization_id]
        report.decided_at, report.decided_by = report.due_at + timedelta(days=4), office
        report.status = Report.Status.ACCEPTED
        sent.append(report)
    lines = list(
        ReportLine.objects.filter(report__in=sent, kind=ReportLine.Kind.REPORTED).select_related("report")
    )
    for line in lines:
        due = to_units(line.declaration.expected)
        short = draw.random() > diligence[line.report.organization_id]
        line.done, line.due, line.state = 0 if short else due, due, ReportLine.State.READY
    ReportLine.objects.bulk_update(lines, ["done", "due", "state"], batch_size=200)
    changed = ["received_at", "submitted_at", "submitted_by", "decided_at", "decided_by", "status"]
    Report.objects.bulk_update(sent, changed, batch_size=200)
    record_all(Report.objects.filter(pk__in=[r.pk for r in reports]).prefetch_related("lines"), by=office)
