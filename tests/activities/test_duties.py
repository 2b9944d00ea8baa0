"""What a branch owes."""

from datetime import date
from decimal import Decimal

import pytest

from xianfeng.activities.actions import record_activity
from xianfeng.activities.due import Strength
from xianfeng.activities.duties import duties, require_month
from xianfeng.activities.models import Requirement
from xianfeng.activities.rules import RULES
from xianfeng.core.periods import Period
from xianfeng.ledger.facts import check_ledger
from xianfeng.ledger.models import Entry
from xianfeng.members.actions import NewMember, admit, leave

pytestmark = pytest.mark.django_db

OCTOBER = Period(2026, "month", 10)


def owed(branch, month=OCTOBER):
    return {
        row.measure: (row.period, row.due)
        for row in Requirement.objects.filter(organization=branch, day=month.start)
    }


def test_a_branch_owes_by_its_strength(world):
    require_month(OCTOBER)
    assert owed(world.jia) == {
        "meeting.assembly": ("2026-q4", 1),
        "meeting.committee": ("2026-10", 1),
        "meeting.lecture": ("2026-q4", 1),
        "meeting.secretary_lecture": ("2026", 1),
        "meeting.party_day": ("2026-10", 1),
        "meeting.life": ("2026", 1),
        "meeting.appraisal": ("2026", 1),
        "talk.coverage": ("2026", 9),
        "education.integrity": ("2026-q4", 1),
        "education.warning": ("2026-h2", 1),
        "volunteer.hours": ("2026", 72),
    }
    assert set(owed(world.jia)) - set(owed(world.yi)) == {"meeting.committee"}  # five members: no committee
    assert not owed(world.committee)


def test_running_twice_adds_nothing_and_the_next_month_adds_only_its_own(world):
    assert require_month(OCTOBER) > 0
    entries = Entry.objects.count()
    assert require_month(OCTOBER) == 0
    assert Entry.objects.count() == entries
    require_month(OCTOBER.shifted(1))
    assert set(owed(world.jia, OCTOBER.shifted(1))) == {"meeting.committee", "meeting.party_day"}
    assert check_ledger() == []


def test_growing_to_seven_brings_a_committee_from_the_next_month_on(world):
    require_month(OCTOBER)
    for name in ("新一", "新二"):
        admit(NewMember(name, world.yi, "full", since=date(2026, 10, 12)), by=None)
    require_month(OCTOBER)
    assert "meeting.committee" not in owed(world.yi)
    require_month(OCTOBER.shifted(1))
    assert "meeting.committee" in owed(world.yi, OCTOBER.shifted(1))


def test_exempt_members_owe_no_hours_but_are_talked_with(world):
    world.member.member.exempt_since = date(2026, 5, 1)
    world.member.member.save()
    require_month(OCTOBER)
    assert owed(world.jia)["volunteer.hours"][1] == 64
    assert owed(world.jia)["talk.coverage"][1] == 9


def test_a_branch_without_members_owes_nothing(world):
    for spell in list(world.yi.memberships.all()):
        leave(spell.person, on=date(2026, 9, 30), reason="转出", by=None)
    require_month(OCTOBER)
    assert not owed(world.yi)


@pytest.mark.parametrize(
    ("strength", "groups", "committee"),
    [(Strength(6, 30, 30), 0, 0), (Strength(7, 20, 20), 0, 1), (Strength(7, 21, 21), 1, 1)],
)
def test_groups_are_owed_above_twenty_members_with_a_committee(strength, groups, committee):
    due = {rule.measure.code: rule.due(strength) for rule in RULES}
    assert (due["meeting.group"], due["meeting.committee"]) == (groups, committee)


def test_every_rule_names_its_source_and_comes_out_even():
    assert all(rule.source and rule.value > 0 for rule in RULES)
    assert len({rule.measure.code for rule in RULES}) == len(RULES)


def test_duties_say_what_is_still_open(world, today, django_assert_max_num_queries):
    require_month(OCTOBER)
    record_activity(world.jia, "party_day", date(2026, 10, 15), by=world.clerk)
    record_activity(world.jia, "party_day", date(2026, 9, 15), by=world.clerk)
    record_activity(
        world.jia, "volunteering", date(2026, 3, 5), by=world.clerk, present=[world.clerk], hours=Decimal(3)
    )
    with django_assert_max_num_queries(2):
        now = {duty.measure.code: duty for duty in duties(world.jia, OCTOBER)}
    assert not now["meeting.party_day"].is_open
    assert now["meeting.party_day"].done == 1
    assert now["meeting.committee"].is_open
    assert now["volunteer.hours"].missing == 69
    assert next(iter(now)) == "meeting.committee"  # this month's first
