"""What each kind of activity counts for, and how corrections reconcile."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from xianfeng.activities import actions
from xianfeng.activities.actions import correct, make_up, record_activity, record_many, recording
from xianfeng.activities.checks import Particulars
from xianfeng.activities.models import Activity, Attendance
from xianfeng.audit import events
from xianfeng.audit.moves import Refused
from xianfeng.ledger.facts import check_ledger, record
from xianfeng.ledger.models import Entry
from xianfeng.members.roll import members_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DAY = date(2026, 10, 15)


def people(branch, day=DAY):
    return [spell.person for spell in members_on(day, branch)]


def sums(**where):
    """Done and due by measure, in units."""
    found = {}
    for entry in Entry.objects.filter(**where).select_related("measure"):
        done, due = found.get(entry.measure.code, (0, 0))
        found[entry.measure.code] = (done + entry.done, due + entry.due)
    return {
        code: (Decimal(done) / 10_000, Decimal(due) / 10_000)
        for code, (done, due) in found.items()
        if done or due
    }


HELD = {
    "assembly": "meeting.assembly",
    "party_day": "meeting.party_day",
    "life_meeting": "meeting.life",
    "integrity_education": "education.integrity",
    "warning_education": "education.warning",
}


@pytest.mark.parametrize(("kind", "measure"), HELD.items())
def test_holding_one_counts_once_for_the_branch(world, kind, measure):
    record_activity(world.jia, kind, DAY, by=world.clerk)
    assert sums(organization=world.jia)[measure] == (1, 0)


def test_attendance_counts_for_each_member_but_leave_leaves_the_sum(world):
    _wang, liu, zhang, chen, *_rest = people(world.jia)
    record_activity(world.jia, "party_day", DAY, by=world.clerk, leave=[zhang], absent=[chen])
    assert sums(person=liu)["meeting.attendance"] == (1, 1)
    assert "meeting.attendance" not in sums(person=zhang)
    assert sums(person=chen)["meeting.attendance"] == (0, 1)
    assert sums(organization=world.jia)["meeting.attendance"] == (7, 8)


def test_education_is_no_meeting_of_which_attendance_is_counted(world):
    record_activity(world.jia, "integrity_education", DAY, by=world.clerk)
    assert set(sums()) == {"education.integrity"}


def test_exempt_members_are_listed_but_owe_nothing(world):
    old = people(world.jia)[5]
    old.member.exempt_since, old.member.exempt_reason = date(2026, 1, 1), "年老体弱"
    old.member.save()
    activity = record_activity(world.jia, "assembly", DAY, by=world.clerk)
    assert activity.attendances.get(person=old).state == "exempt"
    assert sums(person=old) == {}
    assert sums(organization=world.jia)["meeting.attendance"] == (8, 8)


def test_a_lecture_by_the_secretary_counts_as_such_on_that_day_only(world):
    record_activity(world.jia, "lecture", DAY, by=world.clerk, led_by=world.secretary)
    record_activity(world.jia, "lecture", date(2024, 6, 1), by=world.clerk, led_by=world.secretary)
    record_activity(world.jia, "lecture", date(2026, 9, 1), by=world.clerk, led_by_other="县委党校 李老师")
    assert sums()["meeting.lecture"] == (3, 0)
    assert sums()["meeting.secretary_lecture"] == (1, 0)  # appointed on 1 January 2025


def test_hours_of_volunteering_count_for_whoever_gave_them(world):
    liu, zhang = people(world.jia)[1:3]
    record_activity(
        world.jia, "volunteering", DAY, by=world.clerk, present=[liu, zhang], hours=Decimal("2.5")
    )
    assert sums(person=liu) == {"volunteer.hours": (Decimal("2.5"), 0)}
    assert sums(organization=world.jia) == {"volunteer.hours": (5, 0)}


def test_the_appraisal_counts_its_turnout(world):
    zhang, chen = people(world.jia)[2:4]
    record_activity(world.jia, "appraisal", DAY, by=world.clerk, leave=[zhang], absent=[chen])
    assert sums(organization=world.jia)["meeting.appraisal"] == (1, 0)
    assert sums(organization=world.jia)["meeting.appraisal_turnout"] == (7, 9)


def test_committee_and_group_remember_who_came_last_time(world):
    first_five = people(world.jia)[:5]
    record_activity(world.jia, "committee", date(2026, 9, 9), by=world.clerk, present=first_five)
    again = record_activity(world.jia, "committee", DAY, by=world.clerk, absent=first_five[:1])
    assert again.attendances.count() == 5
    assert sums(organization=world.jia)["meeting.committee"] == (2, 0)
    assert sums(organization=world.jia)["meeting.attendance"] == (9, 10)
    with pytest.raises(ValidationError):
        record_activity(world.jia, "group", DAY, by=world.clerk)


# --- talks ---


def test_each_member_is_reached_once_a_year_however_many_talks(world):
    liu, zhang, chen = people(world.jia)[1:4]
    talk = {"by": world.clerk, "led_by": world.secretary}
    first = record_activity(world.jia, "talk", DAY, present=[liu, zhang], **talk)
    record_activity(world.jia, "talk", date(2026, 10, 20), present=[zhang, chen], **talk)
    record_activity(world.jia, "talk", date(2025, 10, 20), present=[chen], **talk)
    assert sums(month=202610) == {"talk.coverage": (4, 0)}  # the three and the secretary
    assert sums(month=202510) == {"talk.coverage": (2, 0)}
    actions.cancel(first, by=world.clerk, reason="记错了")
    assert sums(month=202610) == {"talk.coverage": (3, 0)}  # Zhang now counts by the second talk; Liu no more
    assert check_ledger() == []


def test_an_earlier_talk_entered_later_takes_over_without_counting_twice(world):
    liu = people(world.jia)[1]
    record_activity(world.jia, "talk", DAY, present=[liu], by=world.clerk, led_by=world.secretary)
    earlier = record_activity(
        world.jia, "talk", date(2026, 3, 2), present=[liu], by=world.clerk, led_by=world.secretary
    )
    assert sums() == {"talk.coverage": (2, 0)}
    assert set(earlier.attendances.values_list("counts_for", flat=True)) == {2026}
    correct(
        earlier,
        Particulars.of(earlier).__class__(kind="talk", held_on=date(2025, 3, 2), states=Particulars.of(earlier).states, led_by=world.secretary),
        by=world.clerk,
    )  # fmt: skip
    assert sums(month=202503) == sums(month=202610) == {"talk.coverage": (2, 0)}
    assert check_ledger() == []


def test_what_was_said_cannot_be_stored(world):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        Activity.objects.create(organization=world.jia, kind="talk", held_on=DAY, minutes="……")


def test_a_talk_needs_two(world):
    with pytest.raises(ValidationError):
        record_activity(world.jia, "talk", DAY, present=[], by=world.clerk, led_by=world.secretary)


# --- reconciling ---


def test_recording_twice_adds_nothing(world):
    activity = record_activity(world.jia, "party_day", DAY, by=world.clerk)
    entries = Entry.objects.count()
    assert record(activity) == 0
    assert Entry.objects.count() == entries == 10


def test_a_correction_appends_only_the_difference(world):
    activity = record_activity(world.jia, "party_day", DAY, by=world.clerk)
    entries = Entry.objects.count()
    states = dict(Particulars.of(activity).states)
    states[world.member.pk] = "absent"
    correct(activity, Particulars(kind="party_day", held_on=DAY, states=states, topic="学习"), by=world.clerk)
    assert Entry.objects.count() == entries + 1
    assert sums(person=world.member)["meeting.attendance"] == (0, 1)
    event = events.history(activity).first()
    assert event.action == "activities.correct"
    assert event.details == {"attendance": True, "topic": ["", "学习"]}
    assert check_ledger() == []


def test_a_changed_day_moves_the_facts_and_cancelling_leaves_nothing(world):
    activity = record_activity(world.jia, "party_day", DAY, by=world.clerk)
    moved = Particulars(kind="party_day", held_on=date(2026, 9, 30), states=Particulars.of(activity).states)
    activity = correct(activity, moved, by=world.clerk)
    assert sums(month=202610) == {}
    assert sums(month=202609)["meeting.attendance"] == (9, 9)
    actions.cancel(activity, by=world.clerk, reason="记错了")
    assert sums() == {}
    assert Activity.objects.get(pk=activity.pk).attendances.count() == 9
    assert check_ledger() == []
    with pytest.raises(Refused):
        correct(activity, moved, by=world.clerk)


def test_two_people_correcting_at_once_are_told(world):
    activity = record_activity(world.jia, "party_day", DAY, by=world.clerk)
    states = Particulars.of(activity).states
    correct(
        activity,
        Particulars(kind="party_day", held_on=DAY, states=states, topic="甲"),
        by=world.clerk,
        version=0,
    )
    with pytest.raises(Refused):
        correct(activity, Particulars(kind="party_day", held_on=DAY, states=states, topic="乙"), by=world.secretary, version=0)  # fmt: skip


def test_made_up_later_counts_as_having_come(world):
    zhang, chen = people(world.jia)[2:4]
    activity = record_activity(world.jia, "party_day", DAY, by=world.clerk, leave=[zhang], absent=[chen])
    make_up(activity, [zhang, chen], on=date(2026, 10, 20), by=world.clerk)
    assert sums(organization=world.jia)["meeting.attendance"] == (9, 9)
    for wrong in (date(2026, 10, 14), date(2026, 10, 28)):
        with pytest.raises(ValidationError):
            make_up(activity, [zhang], on=wrong, by=world.clerk)
    with pytest.raises(ValidationError):  # was there, so has nothing to make up
        make_up(activity, [world.secretary], on=date(2026, 10, 20), by=world.clerk)


# --- drafts, refusals ---


def test_a_draft_counts_for_nothing_until_it_is_recorded(world):
    states = {person.pk: "present" for person in people(world.jia)}
    draft = Activity(organization=world.jia)
    actions.save_draft(draft, Particulars(kind="lecture", held_on=DAY, states=states), by=world.clerk)
    assert sums() == {}
    with pytest.raises(Refused):  # nobody gave the lecture yet
        actions.record(draft, by=world.clerk)
    actions.save_draft(draft, Particulars(kind="lecture", held_on=DAY, states=states, led_by=world.secretary), by=world.clerk)  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.record(draft, by=world.neighbour)
    actions.record(draft, by=world.clerk)
    assert sums()["meeting.secretary_lecture"] == (1, 0)
    assert check_ledger() == []


def test_what_cannot_be_is_refused_with_a_sentence_at_its_field(world):
    def fault(**wrong):
        given = {"kind": "party_day", "day": DAY, "by": world.clerk, **wrong}
        with pytest.raises(ValidationError) as refused:
            record_activity(world.jia, given.pop("kind"), given.pop("day"), **given)
        return refused.value.message_dict

    assert set(fault(day=date(2026, 10, 28))) == {"held_on"}
    assert set(fault(present=[*people(world.jia), *people(world.yi)])) == {"attendance"}
    assert "14" in fault(present=[*people(world.jia), *people(world.yi)])["attendance"][0]
    assert world.neighbour.name in fault(present=[world.clerk, world.neighbour])["attendance"][0]
    assert set(fault(present=[])) == {"attendance"}
    assert set(fault(kind="volunteering", present=[world.clerk])) == {"hours"}
    assert set(fault(kind="lecture")) == {"led_by"}
    assert set(fault(day=date(2009, 1, 1))) == {"attendance"}  # nobody belonged to the branch yet
    record_activity(world.jia, "party_day", DAY, by=world.clerk)
    assert set(fault()) == {"held_on"}  # entered twice
    assert sums(organization=world.yi) == {}


def test_every_state_is_understood_by_the_facts(world):
    activity = record_activity(world.jia, "party_day", DAY, by=world.clerk)
    line = activity.attendances.get(person=world.member)
    expected = {"present": (1, 1), "made_up": (1, 1), "absent": (0, 1), "leave": None, "exempt": None}
    assert set(expected) == set(Attendance.State.values)
    for state, counts in expected.items():
        line.state = state
        assert [(f.done, f.due) for f in activity._facts_about(line)] == ([counts] if counts else [])


def test_a_batch_is_one_act_with_the_same_facts(world):
    given = [
        recording(world.jia, "party_day", DAY),
        recording(world.yi, "party_day", DAY),
        recording(world.jia, "talk", DAY, present=people(world.jia)[1:3], led_by=world.secretary),
    ]
    assert len(record_many(given, by=world.office)) == 3
    assert sums(organization=world.jia) == {
        "meeting.party_day": (1, 0), "meeting.attendance": (9, 9), "talk.coverage": (3, 0),
    }  # fmt: skip
    assert sums(organization=world.yi)["meeting.attendance"] == (5, 5)
    assert check_ledger() == []


def test_a_batch_with_one_fault_leaves_nothing_behind(world):
    twice = [recording(world.jia, "party_day", DAY), recording(world.jia, "party_day", DAY)]
    with pytest.raises(ValidationError):
        record_many(twice, by=world.clerk)
    assert sums() == {}
    assert not Activity.objects.exists()
