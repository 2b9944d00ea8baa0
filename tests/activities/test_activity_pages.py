"""The pages: entering on one page, correcting, refusals that lose nothing, scope, and a fixed number of queries."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from xianfeng.activities.actions import correct, record_activity
from xianfeng.activities.checks import Particulars
from xianfeng.activities.due import Roll
from xianfeng.activities.duties import require_month
from xianfeng.activities.models import Activity
from xianfeng.audit import events
from xianfeng.audit.once import new_key
from xianfeng.core.periods import Period
from xianfeng.files.models import Attachment
from xianfeng.ledger.facts import check_ledger
from xianfeng.members.actions import NewMember, admit
from xianfeng.members.roll import members_on
from xianfeng.people.actions import appoint
from xianfeng.people.models import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DAY = date(2026, 10, 15)
NEW = reverse("activities:activity_new")
LIST = reverse("activities:activity_list")


@pytest.fixture
def clerk(client, world):
    client.force_login(world.clerk)
    return client


def photo(name="现场.jpg"):
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def sent(at, day=DAY, kind="party_day", states=None, **typed):
    """What the page sends: everybody on the list with a state."""
    listed = {f"state-{spell.person.uid}": "present" for spell in members_on(day, at)}
    changed = {f"state-{person.uid}": state for person, state in (states or {}).items()}
    return {"once": new_key(), "kind": kind, "held_on": day.isoformat(), "observers": "0", "act": "record"} | listed | changed | typed  # fmt: skip


def test_a_party_day_is_recorded_by_one_form(clerk, world):
    answer = clerk.post(
        NEW, sent(world.jia, states={world.member: "leave"}, topic="10月主题党日", venue="党员活动室")
    )
    activity = Activity.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, activity.get_absolute_url())
    assert (activity.status, activity.topic, activity.recorded_by) == (
        "recorded",
        "10月主题党日",
        world.clerk,
    )
    assert activity.attendances.get(person=world.member).state == "leave"
    assert activity.attendances.filter(state="present").count() == 8
    page = clerk.get(activity.get_absolute_url()).content.decode()
    assert "10月主题党日" in page
    assert world.member.name in page
    assert check_ledger() == []


def test_the_same_form_sent_twice_records_once(clerk, world):
    form = sent(world.jia)
    first, second = clerk.post(NEW, form), clerk.post(NEW, form)
    assert first["Location"] == second["Location"]
    assert Activity.objects.count() == 1


def test_everybody_is_present_before_anything_is_tapped(clerk, world):
    form = clerk.get(f"{NEW}?kind=party_day").context["form"]
    assert [row.state for row in form.rows] == ["present"] * 9
    assert form.initial["held_on"] == date(2026, 10, 27)


def test_the_page_begins_with_what_is_owed(clerk, world):
    require_month(Period(2026, "month", 10))
    assert clerk.get(NEW).context["form"].kind == "party_day"
    record_activity(world.jia, "party_day", DAY, by=world.clerk)
    assert clerk.get(NEW).context["form"].kind == "committee"
    above = clerk.get(LIST).context
    assert [str(task.title) for task in above["tasks"]] == ["支委会"]  # by the end of the month
    assert len(above["later"]) == 9  # by the end of the quarter, half and year


def test_one_click_begins_with_the_last_one(clerk, world):
    record_activity(world.jia, "party_day", date(2026, 9, 15), by=world.clerk, topic="9月主题党日：学党章", venue="党员活动室")  # fmt: skip
    page = clerk.get(f"{NEW}?kind=party_day")
    assert page.context["last"] == ["9月15日", "党员活动室", "9月主题党日：学党章"]
    form = clerk.get(f"{NEW}?kind=party_day&again=1").context["form"]
    assert (form.initial["topic"], form.initial["venue"]) == ("10月主题党日：学党章", "党员活动室")


def test_the_committee_of_the_last_time_is_proposed(clerk, world):
    five = [spell.person for spell in members_on(DAY, world.jia)][:5]
    record_activity(world.jia, "committee", date(2026, 9, 9), by=world.clerk, present=five)
    form = clerk.get(f"{NEW}?kind=committee").context["form"]
    assert [row.person for row in form.rows if row.state == "present"] == five


# --- faults ---


def test_faults_come_back_in_words_with_everything_that_was_typed(clerk, world):
    typed = sent(
        world.jia, held_on="2026-10-28", topic="学习", minutes="一、传达精神", states={world.member: "absent"}
    )
    answer = clerk.post(NEW, typed)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == ["held_on"]
    page = answer.content.decode()
    for kept in ('value="学习"', "一、传达精神", 'value="2026-10-28"'):
        assert kept in page
    assert {row.person: row.state for row in form.rows}[world.member] == "absent"
    assert not Activity.objects.exists()


def test_a_photo_survives_a_fault_and_is_attached_in_the_end(clerk, world):
    answer = clerk.post(NEW, sent(world.jia, kind="lecture", evidence=photo()))
    assert answer.status_code == 422  # nobody gave the lecture
    draft = Activity.objects.get()
    assert (draft.status, Attachment.objects.of(draft).count()) == ("draft", 1)
    again = sent(world.jia, kind="lecture", led_by=world.secretary.uid, draft=answer.context["form"].new_uid)
    assert clerk.post(NEW, again).status_code == 302
    recorded = Activity.objects.get()
    assert (recorded.pk, recorded.status, recorded.by_secretary) == (draft.pk, "recorded", True)
    assert [a.name for a in Attachment.objects.of(recorded)] == ["现场.jpg"]


def test_a_file_that_is_refused_does_not_lose_the_other(clerk, world):
    files = [photo(), SimpleUploadedFile("宏.docm", b"PK")]
    answer = clerk.post(NEW, sent(world.jia) | {"evidence": files})
    assert answer.status_code == 422
    assert "evidence" in answer.context["form"].errors
    assert Attachment.objects.of(Activity.objects.get()).count() == 1


def test_another_day_lists_the_members_of_that_day(clerk, world):
    newcomer = admit(NewMember("新来的", world.jia, "full", since=date(2026, 10, 20)), by=None)
    typed = sent(world.jia, day=date(2026, 10, 27)) | {"held_on": DAY.isoformat()}
    assert f"state-{newcomer.uid}" in typed
    answer = clerk.post(NEW, typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["attendance"]
    assert newcomer not in [row.person for row in answer.context["form"].rows]
    assert clerk.post(NEW, sent(world.jia)).status_code == 302


def test_changing_the_kind_keeps_what_was_typed(clerk, world):
    answer = clerk.post(
        NEW, sent(world.jia, topic="学习", switch="lecture", states={world.member: "leave"}, act="")
    )
    assert answer.status_code == 200
    form = answer.context["form"]
    assert (form.kind, form.initial["topic"]) == ("lecture", "学习")
    assert {row.person: row.state for row in form.rows}[world.member] == "leave"
    assert not Activity.objects.exists()
    talk = clerk.post(NEW, sent(world.jia, topic="学习", switch="talk", act="")).context["form"]
    assert "topic" not in talk.fields
    assert talk.start.states == {}


def test_a_talk_keeps_who_and_when_only(clerk, world):
    form = {
        "once": new_key(), "kind": "talk", "held_on": "2026-10-15", "act": "record", "led_by": world.secretary.uid,
        f"state-{world.member.uid}": "present", "topic": "思想汇报", "minutes": "谈了什么", "venue": "某处",
    }  # fmt: skip
    assert clerk.post(NEW, form | {"evidence": photo()}).status_code == 302
    talk = Activity.objects.get()
    assert (talk.topic, talk.minutes, talk.venue, talk.led_by) == ("", "", "", world.secretary)
    assert {line.person for line in talk.attendances.all()} == {world.secretary, world.member}
    assert not Attachment.objects.exists()


def test_a_draft_is_kept_and_recorded_by_its_button(clerk, world):
    answer = clerk.post(NEW, sent(world.jia, topic="未完", act="draft"))
    draft = Activity.objects.get()
    assert (answer["Location"], draft.status) == (draft.get_absolute_url(), "draft")
    assert clerk.get(draft.get_absolute_url()).status_code == 200
    for reader in (world.member, world.office):
        assert draft not in Activity.objects.visible_to(reader, "activities.view")
    move = reverse("move", args=["activities", "activity", draft.uid, "record"])
    assert clerk.post(move, {"once": new_key(), "version": draft.version}).status_code == 302
    draft.refresh_from_db()
    assert draft.status == "recorded"


# --- correcting ---


def test_a_correction_from_the_page(clerk, world):
    activity = record_activity(world.jia, "party_day", DAY, by=world.clerk)
    edit = reverse("activities:activity_edit", args=[activity.uid])
    assert clerk.get(edit).status_code == 200
    changed = sent(world.jia, states={world.member: "absent"}, version="0", topic="补题目")
    assert clerk.post(edit, changed).status_code == 302
    activity.refresh_from_db()
    assert (activity.topic, activity.version) == ("补题目", 1)
    late = clerk.post(edit, sent(world.jia, version="0", topic="另一个题目"))
    assert late.status_code == 409
    assert "另一个题目" in late.content.decode()
    assert [e.action for e in events.history(activity)] == ["activities.correct", "activities.record"]
    assert check_ledger() == []


def test_evidence_is_added_and_removed_on_the_same_page(clerk, world):
    activity = record_activity(world.jia, "party_day", DAY, by=world.clerk)
    edit = reverse("activities:activity_edit", args=[activity.uid])
    clerk.post(edit, sent(world.jia, version="0", evidence=photo()))
    attachment = Attachment.objects.of(activity).get()
    assert clerk.get(attachment.get_absolute_url()).status_code == 200
    clerk.post(edit, sent(world.jia, version="0", remove=attachment.uid))
    assert not Attachment.objects.of(activity).exists()


def test_made_up_and_cancelled_from_the_page(clerk, world):
    activity = record_activity(world.jia, "party_day", DAY, by=world.clerk, absent=[world.member])
    url = reverse("activities:activity_made_up", args=[activity.uid])
    clerk.post(url, {"once": new_key(), "people": world.member.uid, "on": "2026-10-20"})
    assert activity.attendances.get(person=world.member).made_up_on == date(2026, 10, 20)
    cancel = reverse("move", args=["activities", "activity", activity.uid, "cancel"])
    activity.refresh_from_db()
    clerk.post(cancel, {"once": new_key(), "version": activity.version, "reason": "记错了"})
    page = clerk.get(activity.get_absolute_url()).content.decode()
    assert "记错了" in page
    edit = reverse("activities:activity_edit", args=[activity.uid])
    assert clerk.get(edit)["Location"] == activity.get_absolute_url()


# --- who sees what ---


def test_a_neighbour_gets_the_same_404_as_for_nothing(client, world):
    activity = record_activity(world.jia, "party_day", DAY, by=world.clerk)
    client.force_login(world.neighbour)
    for name in ("activity_detail", "activity_edit", "activity_made_up"):
        for uid in (activity.uid, "0" * 16):
            url = reverse(f"activities:{name}", args=[uid])
            answer = client.post(url, {"once": new_key()}) if name == "activity_made_up" else client.get(url)
            assert answer.status_code == 404
    assert not client.get(LIST).context["page"].object_list
    assert client.get(f"{NEW}?branch={world.jia.code}").context.get("form") is None


def test_a_member_sees_the_branchs_activities_but_of_talks_only_the_own(client, world):
    day = record_activity(world.jia, "party_day", DAY, by=world.clerk)
    own = record_activity(
        world.jia, "talk", DAY, by=world.clerk, led_by=world.secretary, present=[world.member]
    )
    other = record_activity(
        world.jia, "talk", DAY, by=world.clerk, led_by=world.secretary, present=[world.clerk]
    )
    client.force_login(world.member)
    assert set(client.get(LIST).context["page"]) == {day, own}
    assert client.get(other.get_absolute_url()).status_code == 404
    assert client.get(own.get_absolute_url()).status_code == 200
    assert client.get(NEW).status_code == 403
    client.force_login(world.office)
    assert set(client.get(LIST).context["page"]) == {day, own, other}
    assert not client.get(day.get_absolute_url()).context["may_change"]


def test_whoever_records_for_several_branches_is_asked_for_which(client, world):
    appoint(world.clerk, Role.objects.get(code="clerk"), world.yi, by=None, since=date(2025, 1, 1))
    client.force_login(world.clerk)
    assert set(client.get(NEW).context["branches"]) == {world.jia, world.yi}
    assert client.get(f"{NEW}?branch=jt-18").context["form"].organization == world.yi
    assert client.post(NEW, sent(world.yi, branch="jt-18")).status_code == 302
    assert Activity.objects.get().organization == world.yi


def test_the_list_narrows_down_and_goes_to_excel(client, world):
    for month in (8, 9, 10):
        record_activity(
            world.jia, "party_day", date(2026, month, 15), by=world.clerk, topic=f"{month}月主题党日"
        )
    record_activity(world.yi, "assembly", DAY, by=world.neighbour)
    client.force_login(world.office)

    def found(query):
        return client.get(f"{LIST}?{query}").context["page"].paginator.count

    assert [found(q) for q in ("", "kind=assembly", "branch=jt-12", "period=2026-q3", "period=2026-10", "q=9月")] == [4, 1, 3, 2, 2, 1]  # fmt: skip
    assert found("period=2019-05&kind=party_day") == 0
    answer = client.get(f"{LIST}?format=xlsx")
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")


def test_the_number_of_queries_does_not_grow_with_rows(client, world):
    def queries(url):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    client.force_login(world.clerk)
    client.get(LIST)  # the first request also writes the session
    activity = record_activity(world.jia, "party_day", DAY, by=world.clerk, present=[world.clerk])
    before = queries(LIST), queries(activity.get_absolute_url()), queries(f"{NEW}?kind=party_day")
    roll = Roll.of(world.jia, DAY)
    for back in range(1, 20):
        record_activity(world.jia, "party_day", DAY - timedelta(back), by=world.clerk, roll=roll)
    states = Particulars.of(activity).states | dict.fromkeys(roll.people, "present")
    correct(activity, Particulars(kind="party_day", held_on=DAY, states=states), by=world.clerk)
    after = queries(LIST), queries(activity.get_absolute_url()), queries(f"{NEW}?kind=party_day")
    assert after == before
    assert max(after) <= 12
