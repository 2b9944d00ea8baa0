"""A member asks to have the own file corrected; the branch decides, and never on the own request."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from xianfeng.audit.models import Event
from xianfeng.audit.moves import Refused
from xianfeng.audit.once import new_key
from xianfeng.dossiers import actions
from xianfeng.dossiers.fields import CORRECTABLE
from xianfeng.dossiers.models import Correction, Particulars
from xianfeng.messaging.models import Notice
from xianfeng.people.models import Person

pytestmark = pytest.mark.usefixtures("today")


def send(client: Any, url: str, data: dict[str, Any]) -> Any:
    """Send a form as a browser does, with a key of its own."""
    return client.post(url, {**data, "once": new_key()})


@pytest.fixture
def asked(world: Any) -> Correction:
    return actions.ask(world.member, "native_place", "371122", reason="按户口簿")


def kinds(person: Any) -> list[str]:
    return list(Notice.objects.filter(person=person, read_at=None).values_list("kind", flat=True))


def test_asking_writes_nothing_and_tells_the_branch(world: Any, asked: Correction) -> None:
    assert not Particulars.objects.filter(person=world.member).exists()
    assert kinds(world.clerk) == ["dossiers.asked"]
    assert kinds(world.neighbour) == []


def test_accepting_writes_the_field_tells_the_member_and_is_audited(world: Any, asked: Correction) -> None:
    actions.accept(asked, by=world.clerk)
    asked.refresh_from_db()
    assert Particulars.objects.get(person=world.member).native_place == "371122"
    assert (asked.status, asked.decided_by) == ("accepted", world.clerk)
    assert kinds(world.member) == ["dossiers.accepted"]
    assert kinds(world.clerk) == []  # what is dealt with no longer waits
    assert Event.objects.get(action="dossiers.change").details == {"native_place": ["", "371122"]}
    assert Event.objects.filter(action="dossiers.accept", actor=world.clerk).count() == 1


def test_a_field_of_the_person_is_written_where_it_belongs(world: Any) -> None:
    actions.accept(actions.ask(world.member, "education", "10", reason="毕业证书"), by=world.clerk)
    assert Person.objects.get(pk=world.member.pk).education == "10"
    day = world.member.member.joined_on.replace(day=2)
    actions.accept(actions.ask(world.member, "joined_on", day, reason="志愿书"), by=world.clerk)
    assert Person.objects.get(pk=world.member.pk).member.joined_on == day


def test_refusing_needs_a_reason_which_the_member_reads(world: Any, asked: Correction) -> None:
    with pytest.raises(Refused):
        actions.refuse(asked, by=world.clerk, reason=" ")
    actions.refuse(asked, by=world.clerk, reason="与户口簿不符")
    asked.refresh_from_db()
    assert (asked.status, asked.answer) == ("refused", "与户口簿不符")
    with translation.override("zh-hans"):
        assert "与户口簿不符" in str(Notice.objects.get(person=world.member).params)
    assert not Particulars.objects.filter(person=world.member).exists()


def test_nobody_decides_on_the_own_request(world: Any) -> None:
    own = actions.ask(world.clerk, "school", "省委党校", reason="毕业证书")
    assert kinds(world.clerk) == []
    with pytest.raises(Refused, match=r"somebody else|其他人员"):
        actions.accept(own, by=world.clerk)
    actions.accept(own, by=world.secretary)


def test_neither_a_neighbour_nor_a_member_decides(world: Any, asked: Correction) -> None:
    for person in (world.neighbour, world.people["leader"]):
        with pytest.raises(PermissionDenied):
            actions.accept(asked, by=person)


def test_the_member_withdraws_and_nobody_else_does(world: Any, asked: Correction) -> None:
    with pytest.raises(Refused):
        actions.withdraw(asked, by=world.clerk)
    actions.withdraw(asked, by=world.member)
    asked.refresh_from_db()
    assert asked.status == "withdrawn"
    assert kinds(world.clerk) == []


def test_one_request_for_a_field_at_a_time(world: Any, asked: Correction) -> None:
    with pytest.raises(ValidationError):
        actions.ask(world.member, "native_place", "371121", reason="再次")
    actions.withdraw(asked, by=world.member)
    assert actions.ask(world.member, "native_place", "371121", reason="再次").pk


def test_what_the_file_says_already_and_what_is_not_on_the_list_is_not_asked(world: Any) -> None:
    with pytest.raises(ValidationError):
        actions.ask(world.member, "name", world.member.name, reason="x")
    with pytest.raises(ValidationError):
        actions.ask(world.member, "party_worker", True, reason="x")
    assert "number" not in CORRECTABLE and "organization" not in CORRECTABLE


def test_the_sensitive_part_is_decided_by_whoever_may_read_it(world: Any) -> None:
    asked = actions.ask(world.member, "marital", "20", reason="结婚证")
    assert kinds(world.clerk) == [] and kinds(world.secretary) == ["dossiers.asked"]
    with pytest.raises(Refused):
        actions.accept(asked, by=world.clerk)
    actions.accept(asked, by=world.secretary)
    assert Particulars.objects.get(person=world.member).marital.reveal() == "20"


def test_an_id_number_that_somebody_else_has_is_refused_and_nothing_changes(world: Any) -> None:
    other = Person.objects.get(pk=world.secretary.pk)
    other.id_number = "37990019700101001X"
    other.save(update_fields=["id_number"])
    asked = actions.ask(world.member, "id_number", "37990019700101001X", reason="身份证")
    with pytest.raises(Refused):
        actions.accept(asked, by=world.clerk)
    asked.refresh_from_db()
    assert asked.status == "asked"


def test_the_value_lies_sealed_and_never_stands_in_the_log(world: Any) -> None:
    asked = actions.ask(world.member, "address", "莒州路一号丹顶鹤小区", reason="搬家")
    actions.accept(asked, by=world.clerk)
    assert "丹顶鹤" not in str(list(Event.objects.values_list("details", flat=True)))
    assert "丹顶鹤" not in str(Correction.objects.get().value)


def test_the_page_asks_says_faults_at_the_field_and_keeps_what_was_typed(client: Any, world: Any) -> None:
    client.force_login(world.member)
    page = client.get("/me/file/").content.decode()
    assert "/me/file/correct/native_place/" in page
    answer = send(client, "/me/file/correct/native_place/", {"value": "鼓楼区", "reason": "按户口簿"})
    assert answer.status_code == 422
    assert "鼓楼区" in answer.content.decode() and "请连同省份" in answer.content.decode()
    answer = send(client, "/me/file/correct/native_place/", {"value": "山东莒县", "reason": "按户口簿"})
    assert answer.status_code == 302
    page = client.get("/me/file/").content.decode()
    assert "/me/file/correct/native_place/" not in page and "待办理" in page
    assert client.get("/me/file/correct/number/").status_code == 404


def test_the_clerk_sees_what_waits_and_decides_by_a_button(
    client: Any, world: Any, asked: Correction
) -> None:
    client.force_login(world.clerk)
    assert world.member.name in client.get("/register/corrections/").content.decode()
    page = client.get(asked.get_absolute_url()).content.decode()
    assert "山东省日照市莒县" in page
    assert f"/moves/dossiers/correction/{asked.uid}/accept/" in page
    client.force_login(world.neighbour)
    assert client.get(asked.get_absolute_url()).status_code == 404
    assert world.member.name not in client.get("/register/corrections/").content.decode()


def test_reading_a_number_to_decide_on_it_is_audited(client: Any, world: Any) -> None:
    asked = actions.ask(world.member, "phone", "13900001111", reason="换号")
    client.force_login(world.clerk)
    assert "13900001111" in client.get(asked.get_absolute_url()).content.decode()
    assert Event.objects.filter(action="dossiers.read", actor=world.clerk).count() == 1
    actions.refuse(asked, by=world.clerk, reason="号码有误")
    assert "13900001111" not in client.get(asked.get_absolute_url()).content.decode()


def test_the_home_of_the_clerk_says_what_waits_but_not_the_own_request(
    client: Any, world: Any, asked: Correction
) -> None:
    actions.ask(world.clerk, "school", "省委党校", reason="毕业证书")
    client.force_login(world.clerk)
    text = client.get("/").content.decode()
    assert "党员请求更正档案" in text and "1 项" in text
    assert "/register/corrections/?status=asked" in text
    actions.accept(asked, by=world.clerk)
    assert "党员请求更正档案" not in client.get("/").content.decode()
