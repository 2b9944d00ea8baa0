"""Two rows of one human become one: everything follows, the old number still leads there, and the log is whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.members.test_exports import id_number
from tests.members.test_import_pages import Office
from xianfeng.activities.actions import record_activity
from xianfeng.activities.models import Attendance
from xianfeng.audit import events
from xianfeng.audit.models import Event
from xianfeng.core.crypto import blind
from xianfeng.dues.models import Due
from xianfeng.files.models import Attachment
from xianfeng.ledger.facts import check_ledger
from xianfeng.members import duplicates, hardship, imports, merging, mobility
from xianfeng.members.actions import NewMember, admit_all, place
from xianfeng.members.duplicates import Someone, pairs
from xianfeng.members.models import Absence, Apart, Member, Membership, Merge
from xianfeng.members.search import matching
from xianfeng.messaging.models import Notice
from xianfeng.people import merging as links
from xianfeng.people.actions import appoint
from xianfeng.people.models import Person, Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
JOINED = {"joined_on": date(2012, 7, 1), "confirmed_on": date(2013, 7, 1)}


def entered(world: Any, name: str = "王新", branch: Any = None, **told: Any) -> Person:
    [person] = admit_all([NewMember(name, branch or world.jia, "full", told, dict(JOINED))], by=None)
    return person


def one(kept: Person, gone: Person, **more: Any) -> Merge:
    return merging.merge(kept, gone, reason="比对身份证", by=more.pop("by", None), **more)


def test_every_link_to_a_person_is_declared() -> None:
    """A new foreign key to a person: say in the app's merging.py what becomes of it when two rows are one human."""
    assert sorted(set(links.links_to_people()) - set(links.declared())) == []
    assert sorted(set(links.declared()) - set(links.links_to_people())) == []
    assert all(link.hand or str(link.why) for link in links.declared().values())


def test_a_link_that_nobody_declared_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict(links.declared())
    del known["dues.Due.person"]
    assert set(links.links_to_people()) - set(known) == {"dues.Due.person"}


def test_everything_follows_and_nothing_points_to_the_row_that_went(world: Any) -> None:
    kept, gone = entered(world, id_number=id_number(1)), entered(world, phone="13800000001", post="科员")
    role = Role.objects.get(code="clerk")
    appoint(kept, role, world.jia, by=None, since=date(2026, 1, 1))
    appoint(gone, role, world.jia, by=None, since=date(2026, 1, 1))
    appoint(gone, Role.objects.get(code="secretary"), world.jia, by=None, since=date(2026, 1, 1))
    both = record_activity(world.jia, "party_day", date(2026, 10, 9), by=None, topic="学习", present=[gone])
    alone = record_activity(
        world.jia, "volunteering", date(2026, 10, 15), by=None, present=[gone], hours=Decimal(2)
    )
    case = hardship.enter(
        gone, leaders=[kept], by=None, kind="1", degree="2", since=date(2026, 1, 5), situation="长期治疗"
    )
    led = hardship.enter(
        world.member,
        leaders=[gone],
        by=None,
        kind="1",
        degree="2",
        since=date(2026, 1, 5),
        situation="长期治疗",
    )
    mobility.go_out(gone, by=None, place_name="青岛市", reason="work", since=date(2026, 1, 5))
    one(kept, gone, by=world.office, document="会议纪要〔2026〕3号")
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.id_number.reveal(), kept.phone.reveal(), kept.post) == (id_number(1), "13800000001", "科员")
    assert kept.appointments.filter(role=role).count() == 2
    assert {a.role.code for a in kept.appointments.in_force(date(2026, 10, 27))} == {"clerk", "secretary"}
    assert Attendance.objects.get(activity=both, person=kept).state == "present"
    assert Attendance.objects.get(activity=alone).person == kept
    assert [c.pk for c in kept.hardship_cases.all()] == [case.pk]
    assert list(led.leaders.all()) == [kept]
    assert Absence.objects.get().person == kept
    spell = Membership.objects.get(person=kept)
    assert (spell.since, spell.until) == (date(2012, 7, 1), None)
    for label, link in links.declared().items():
        if link.hand is not None and not label.endswith(".target"):
            assert not links.rows_of(label, gone).exists(), label
    assert check_ledger() == []
    assert events.verify() == []


def test_the_old_number_leads_to_the_row_that_was_kept(client: Client, world: Any) -> None:
    kept, gone = entered(world), entered(world)
    number, uid = str(gone.number), gone.uid
    one(kept, gone)
    assert list(matching(world.office, number)) == [kept]
    client.force_login(world.office)
    assert client.get(f"/register/members/{uid}/")["Location"] == f"/register/members/{kept.uid}/"
    found = client.get(f"/register/members/?q={number}")
    assert str(kept.number) in found.content.decode()
    text = f"党员编号\t姓名\t身份证号\t职务\n{number}\t王新\t\t科长"
    imports.take(imports.begin("members", by=None, pasted=text), by=None)
    kept.refresh_from_db()
    assert kept.post == "科长"
    newcomer = entered(world)
    assert newcomer.number != number
    assert not Person.objects.get(uid=uid).is_active
    third = entered(world)
    one(third, kept)
    assert list(matching(world.office, number)) == [third]
    assert merging.now_called(uid) == third


def test_the_row_that_went_tells_nothing_any_more(world: Any) -> None:
    kept, gone = entered(world), entered(world, id_number=id_number(1), phone="13800000001", post="科员")
    one(kept, gone)
    gone.refresh_from_db()
    assert not gone.id_number
    assert not gone.phone
    assert gone.post == ""
    assert not gone.has_usable_password()
    assert Person.objects.get(id_number_index=blind("people.person.id_number", id_number(1))).pk == kept.pk
    event = Event.objects.filter(action="members.merge").latest("seq")
    assert id_number(1) not in str(event.details)
    assert "13800000001" not in str(event.details)
    assert not Person.objects.visible_to(world.office, "members.view").filter(pk=gone.pk).exists()


def test_what_differs_is_chosen(world: Any) -> None:
    kept = entered(world, "王新", post="科员", born_on=date(1980, 1, 1))
    gone = entered(world, "王欣", post="科长", born_on=date(1980, 1, 1))
    differ = {choice.name for choice in merging.choices(kept, gone) if choice.differ}
    assert differ == {"name", "post"}
    one(kept, gone, chosen={"post"})
    kept.refresh_from_db()
    assert (kept.name, kept.post) == ("王新", "科长")


def test_histories_that_contradict_each_other_are_refused_with_the_cure(world: Any) -> None:
    kept, gone = entered(world), entered(world, branch=world.yi)
    with pytest.raises(ValidationError) as refusal:
        one(kept, gone)
    [sentence] = refusal.value.messages
    assert "乙党支部" in sentence
    assert "2012" in sentence
    # The cure that the sentence names.
    place(gone, world.jia, on=date(2012, 7, 1), by=None)
    one(kept, gone)
    assert Membership.objects.get(person=kept).organization == world.jia


def test_one_history_of_two_that_follow_each_other(world: Any) -> None:
    kept, gone = entered(world), entered(world)
    place(kept, world.yi, on=date(2020, 1, 1), by=None)
    Membership.objects.filter(person=gone).update(
        until=date(2019, 5, 1), ending="other", since=date(2011, 7, 1)
    )
    one(kept, gone)
    spells = (
        Membership.objects.filter(person=kept).order_by("since").values_list("organization", "since", "until")
    )
    assert list(spells) == [
        (world.jia.pk, date(2011, 7, 1), date(2020, 1, 1)), (world.yi.pk, date(2020, 1, 1), None),
    ]  # fmt: skip


@pytest.mark.parametrize("what", ["id_number", "absence", "hardship", "reason", "self"])
def test_what_forbids_it_says_how_it_is_mended(what: str, world: Any) -> None:
    kept, gone = entered(world), entered(world)
    if what == "id_number":
        kept, gone = entered(world, id_number=id_number(1)), entered(world, id_number=id_number(2))
    for person in (kept, gone):
        if what == "absence":
            mobility.go_out(person, by=None, place_name="青岛市", reason="work", since=date(2026, 1, 5))
        if what == "hardship":
            hardship.enter(
                person, by=None, kind="1", degree="2", since=date(2026, 1, 5), situation="长期治疗"
            )
    with pytest.raises(ValidationError) as refusal:
        merging.merge(
            kept, kept if what == "self" else gone, reason=" " if what == "reason" else "比对身份证", by=None
        )
    assert len(refusal.value.messages) == 1
    assert "hardship" not in refusal.value.messages[0]
    assert not Merge.objects.exists()


def test_dues_of_a_month_are_owed_once(world: Any) -> None:
    from xianfeng.core.periods import Period
    from xianfeng.dues.actions import NewBase, open_month, pay_all, set_bases
    from xianfeng.dues.models import Collection

    kept, gone = entered(world), entered(world)
    month = Period.parse("2026-10")
    set_bases([NewBase(person, "serving", 500_000) for person in (kept, gone)], since=month, by=None)
    open_month(month)
    assert Due.objects.filter(person__in=[kept, gone]).count() == 2
    one(kept, gone)
    assert Due.objects.get(person__in=[kept, gone]).person == kept
    assert check_ledger() == []
    other = entered(world)
    set_bases([NewBase(other, "serving", 500_000)], since=month, by=None)
    open_month(month)
    Due.objects.exclude(person__in=[kept, other]).update(status="exempt")
    pay_all(Collection.objects.get(organization=world.jia, month=month.start), on=date(2026, 10, 20), by=None)
    with pytest.raises(ValidationError):
        one(kept, other)


def test_roads_become_one(world: Any) -> None:
    from xianfeng.development.actions import examine, open_roads
    from xianfeng.development.models import Examination, Road, StepRecord

    people = admit_all(
        [NewMember("林小雨", world.jia, "activist", since=date(2025, 9, 2)) for _i in range(2)], by=None
    )
    open_roads(people)
    for person in people:
        examine(person.road, on=date(2026, 3, 2), result="good", by=None)
    kept, gone = people
    one(kept, gone)
    road = Road.objects.get(person__in=[kept, gone])
    assert road.person == kept
    assert StepRecord.objects.live().filter(road=road).count() == 1
    assert StepRecord.objects.filter(road=road).count() == 2
    assert Examination.objects.live().get().road == road


def test_notices_scores_and_files(world: Any) -> None:
    from xianfeng.members.notices import PLACED
    from xianfeng.messaging.actions import notify

    kept, gone = entered(world), entered(world)
    notify([kept, gone], PLACED, {"branch": "甲党支部"}, key="both")
    notify([gone], PLACED, {"branch": "甲党支部"}, key="one")
    one(kept, gone)
    assert sorted(
        Notice.objects.filter(person=kept, key__in=("one", "both")).values_list("key", flat=True)
    ) == ["both", "one"]
    assert not Attachment.objects.filter(target_id=gone.pk, target_type__model="person").exists()


def test_e_files_become_one(world: Any) -> None:
    from xianfeng.dossiers.models import Award, Paper, Particulars, WorkPost

    kept, gone = entered(world), entered(world)
    Particulars.objects.create(person=kept, school="交通学校")
    Particulars.objects.create(person=gone, school="党校", address="莒州路1号", employer="交通局")
    told = {"level": "county", "given_by": "县委", "on": date(2026, 7, 1), "organization": world.jia}
    for person in (kept, gone):
        Award.objects.create(person=person, kind="member", title="优秀共产党员", **told)
        Paper.objects.create(person=person, code="application")
    WorkPost.objects.create(person=gone, unit="交通局", title="科员", since=date(2020, 1, 1))
    one(kept, gone)
    particulars = Particulars.objects.get(person__in=[kept, gone])
    assert (particulars.school, particulars.employer) == ("交通学校", "交通局")
    assert particulars.address.reveal() == "莒州路1号"
    for model in (Award, Paper):
        assert model.objects.live().filter(person=kept).count() == 1
        assert model.objects.filter(person=kept).count() == 2
    assert WorkPost.objects.get().person == kept
    assert check_ledger() == []


def test_erasing_who_was_kept_erases_the_name_of_the_other_row(world: Any) -> None:
    from xianfeng.config.privacy.erasure import erase
    from xianfeng.members.actions import leave

    kept, gone = entered(world), entered(world)
    one(kept, gone)
    leave(kept, on=date(2026, 10, 27), by=None)
    erase(kept, reason="本人申请", by=world.security_admin)
    gone.refresh_from_db()
    assert gone.name != "王新"
    assert events.verify() == []


# -- who may be whom --


def someone(
    pk: int, name: str, born: date | None = None, phone: str | None = None, place: int = 1
) -> Someone:
    return Someone(pk, name, born, phone, place)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (
            someone(1, "王新", date(1980, 1, 1)),
            someone(2, "王新", date(1980, 1, 1), place=2),
            duplicates.SAME_BIRTH,
        ),
        (someone(1, "王新", phone="x"), someone(2, "李梅", phone="x"), duplicates.SAME_PHONE),
        (someone(1, "王新", date(1980, 1, 1)), someone(2, "王新"), duplicates.SAME_PLACE),
        (someone(1, "王建国", date(1980, 1, 1)), someone(2, "王健国", date(1980, 1, 1)), duplicates.SIMILAR),
        (someone(1, "王新", date(1980, 1, 1)), someone(2, "王欣", date(1980, 1, 1)), duplicates.SIMILAR),
    ],
)
def test_two_that_may_be_one_are_proposed(first: Someone, second: Someone, why: Any) -> None:
    [pair] = pairs([first, second])
    assert (pair.first, pair.second, pair.why) == (1, 2, why)
    assert pairs([first, second], [(1, 2)]) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (someone(1, "王新", date(1980, 1, 1)), someone(2, "王新", date(1981, 1, 1))),
        (someone(1, "王新"), someone(2, "王新", place=2)),
        (someone(1, "王新", date(1980, 1, 1)), someone(2, "李梅", date(1980, 1, 1))),
    ],
)
def test_namesakes_alone_are_not(first: Someone, second: Someone) -> None:
    assert pairs([first, second]) == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["王新", "李梅", "王欣"]),
            st.none() | st.just(date(1980, 1, 1)),
            st.sampled_from([None, "x", "y"]),
            st.integers(1, 2),
        ),
        max_size=8,
    )
)
def test_each_pair_is_proposed_once_and_in_order(
    told: list[tuple[str, date | None, str | None, int]],
) -> None:
    found = pairs(Someone(pk, *row) for pk, row in enumerate(told))
    assert len({(pair.first, pair.second) for pair in found}) == len(found)
    assert all(pair.first < pair.second for pair in found)


# -- pages --


def test_the_pages(client: Client, world: Any) -> None:
    office = Office(client, world.office)
    kept = entered(world, born_on=date(1980, 1, 1), post="科员")
    gone = entered(world, born_on=date(1980, 1, 1), post="科长", phone="13800000001")
    page = client.get("/register/members/duplicates/").content.decode()
    assert str(gone.number) in page
    url = reverse("members:merge", args=[kept.uid, gone.uid])
    page = client.get(url).content.decode()
    assert "13800000001" not in page
    assert "138****0001" in page
    assert office.post(url, act="merge", reason="").status_code == 422
    office.post(url, act="merge", reason="比对身份证", **{"take-post": "gone"})
    kept.refresh_from_db()
    assert (kept.post, kept.phone.reveal()) == ("科长", "13800000001")
    assert client.get(url).status_code == 404


def test_two_people_are_told_apart(client: Client, world: Any) -> None:
    office = Office(client, world.office)
    first, second = entered(world, born_on=date(1980, 1, 1)), entered(world, born_on=date(1980, 1, 1))
    office.post(reverse("members:merge", args=[second.uid, first.uid]), act="apart")
    assert Apart.objects.filter(first=first, second=second).exists()
    assert str(first.number) not in client.get("/register/members/duplicates/").content.decode()
    answer = client.get(f"/register/members/duplicates/find/?one={first.number}&other={second.number}")
    assert answer["Location"] == reverse("members:merge", args=[first.uid, second.uid])
    assert (
        client.get(f"/register/members/duplicates/find/?one={first.number}&other={first.number}").status_code
        == 422
    )


def test_only_who_may_change_both(client: Client, world: Any) -> None:
    first, second = entered(world), entered(world, branch=world.yi)
    url = reverse("members:merge", args=[first.uid, second.uid])
    for who in (world.clerk, world.secretary, world.leader, world.member):
        client.force_login(who)
        assert client.get(url).status_code == 403
    appoint(world.neighbour, Role.objects.get(code="office"), world.yi, by=None)
    client.force_login(Person.objects.get(pk=world.neighbour.pk))
    assert client.get(url).status_code == 404
    assert client.get("/register/members/duplicates/").status_code == 200


def test_the_list_asks_a_fixed_number_of_questions(
    client: Client, world: Any, django_assert_max_num_queries: Any
) -> None:
    admit_all(
        [NewMember("王新", world.jia, "full", {"born_on": date(1980, 1, 1)}) for _i in range(12)], by=None
    )
    with django_assert_max_num_queries(3):
        assert len(duplicates.found_by(world.office)) >= 66
    assert Member.objects.count() > 12
