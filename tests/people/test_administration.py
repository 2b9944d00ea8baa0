"""The pages of the three administrators, one's own account, and numbers shown in full."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.people.accounts import PASSWORD, form_key, sign_in, signed_in
from xianfeng.audit.models import Event
from xianfeng.people.models import ActivationCode, Appointment, Person

pytestmark = pytest.mark.django_db

GOOD = "nine patient cranes by noon"


def post(client, url, **fields):
    """Send a once-only form."""
    return client.post(url, {**fields, "once": form_key()})


# -- the system administrator --


def test_an_account_is_closed_with_a_reason_and_opened_again(signed_up, client):
    clerk, theirs = signed_up.clerk, Client()
    sign_in(theirs, clerk)
    client.force_login(signed_up.system_admin)
    assert post(client, f"/manage/users/{clerk.uid}/close/", reason="").status_code == 422
    assert signed_in(theirs)
    post(client, f"/manage/users/{clerk.uid}/close/", reason="on leave for a year")
    assert not signed_in(theirs)
    assert sign_in(theirs, clerk).status_code == 422
    post(client, f"/manage/users/{clerk.uid}/open/")
    assert sign_in(theirs, clerk).status_code == 302


def test_a_reset_ends_password_and_sessions_and_prints_a_slip(signed_up, client):
    clerk, theirs = signed_up.clerk, Client()
    sign_in(theirs, clerk)
    client.force_login(signed_up.system_admin)
    response = post(client, f"/manage/users/{clerk.uid}/reset/")
    page = client.get(response["Location"]).content.decode()
    assert not signed_in(theirs)
    assert sign_in(theirs, clerk).status_code == 422
    code = re.search(r'<b class="code">([\w-]+)</b>', page)[1]
    fields = {"number": clerk.number, "code": code, "password1": GOOD, "password2": GOOD}
    assert post(theirs, "/activate/", **fields).status_code == 302
    assert sign_in(theirs, clerk, GOOD).status_code == 302


def test_the_own_account_is_looked_after_by_someone_else(signed_up, client):
    own = signed_up.system_admin
    client.force_login(own)
    for act in ("close", "reset"):
        post(client, f"/manage/users/{own.uid}/{act}/", reason="trying it out")
    own.refresh_from_db()
    assert own.is_active
    assert own.check_password(PASSWORD)


def test_a_new_account_opens_with_a_slip(signed_up, client):
    client.force_login(signed_up.system_admin)
    form = {"name": "何一", "account": "heyi", "organization": signed_up.committee.pk}
    response = post(client, "/manage/users/new/", **form)
    person = Person.objects.get(account="heyi")
    assert response["Location"] == f"/manage/users/{person.uid}/"
    assert not person.has_usable_password()
    assert post(client, "/manage/users/new/", **form).status_code == 422
    post(client, "/register/slips/", person=person.uid)
    assert ActivationCode.objects.open().filter(person=person).exists()


def test_accounts_are_found_by_pinyin_and_state(signed_up, client):
    client.force_login(signed_up.system_admin)
    page = client.get("/manage/users/", {"q": "liujia", "state": "open"}).content.decode()
    assert "刘佳" in page
    assert "王建国" not in page
    assert "刘佳" not in client.get("/manage/users/", {"state": "new"}).content.decode()


def test_the_system_administrator_sees_no_roles_and_no_log(signed_up, client):
    client.force_login(signed_up.system_admin)
    for url in ("/manage/roles/", "/audit/logs/", "/manage/roles/new/"):
        assert client.get(url).status_code == 403


# -- the security officer --


def appoint(client, **fields):
    """Send the form of an appointment, from today on."""
    return post(client, "/manage/roles/new/", **{"since": timezone.localdate().isoformat(), **fields})


def test_the_security_officer_appoints_and_relieves(signed_up, client):
    from xianfeng.people.models import Role

    client.force_login(signed_up.security_admin)
    role = Role.objects.get(code="clerk")
    response = appoint(client, who="张晓东", role=role.pk, organization=signed_up.jia.pk)
    assert response.status_code == 302
    made = Appointment.objects.get(person=signed_up.member)
    theirs = Client()
    theirs.force_login(signed_up.member)
    assert theirs.get("/register/slips/").status_code == 200
    post(client, f"/manage/roles/{made.uid}/relieve/")
    assert theirs.get("/register/slips/").status_code == 403


def test_nobody_appoints_themselves_and_administrators_hold_nothing_else(signed_up, client):
    from xianfeng.people.models import Role

    client.force_login(signed_up.security_admin)
    leader = Role.objects.get(code="leader")
    for who in ("security_admin", "system_admin"):
        assert (
            appoint(client, who=who, role=leader.pk, organization=signed_up.committee.pk).status_code == 422
        )
    assert not Appointment.objects.filter(person=signed_up.security_admin, role=leader).exists()


def test_namesakes_are_a_question(signed_up, client):
    from xianfeng.members.actions import NewMember, admit
    from xianfeng.people.models import Role

    admit(NewMember("张晓东", signed_up.yi, "full"), by=None)
    client.force_login(signed_up.security_admin)
    role = Role.objects.get(code="clerk")
    response = appoint(client, who="张晓东", role=role.pk, organization=signed_up.jia.pk)
    assert response.status_code == 422
    assert "JT120003" in response.content.decode()
    assert "JT180006" in response.content.decode()


def test_roles_that_end_soon_or_lie_unused_are_found(signed_up, client):
    soon = signed_up.clerk.appointments.get()
    soon.until = timezone.localdate() + timedelta(days=10)
    soon.save()
    Person.objects.filter(pk=signed_up.secretary.pk).update(last_login=timezone.now())
    client.force_login(signed_up.security_admin)
    page = client.get("/manage/roles/", {"state": "soon"}).content.decode()
    assert "刘佳" in page
    assert "王建国" not in page
    page = client.get("/manage/roles/", {"state": "unused"}).content.decode()
    assert "刘佳" in page
    assert "王建国" not in page


# -- the auditor --


def test_the_auditor_reads_acts_in_words_and_filters_them(signed_up, client):
    sign_in(Client(), signed_up.clerk)
    sign_in(Client(), signed_up.secretary, "wrong guess")
    client.force_login(signed_up.audit_admin)
    page = client.get("/audit/logs/").content.decode()
    assert "登录未成功：编号或密码不对" in page
    page = client.get("/audit/logs/", {"who": "刘佳", "action": "people.sign_in"}).content.decode()
    assert "刘佳" in page
    assert "王建国" not in page
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert "没有符合条件的记录" in client.get("/audit/logs/", {"since": tomorrow}).content.decode()


def test_the_auditor_verifies_the_chain(signed_up, client):
    client.force_login(signed_up.audit_admin)
    page = client.get(post(client, "/audit/logs/verify/")["Location"]).content.decode()
    assert "日志完整，未被改动" in page


def test_the_export_of_the_log_is_an_event_itself(signed_up, client):
    client.force_login(signed_up.audit_admin)
    response = client.get("/audit/logs/", {"format": "xlsx"})
    assert "spreadsheetml" in response["Content-Type"]
    assert Event.objects.filter(action="audit.export", actor=signed_up.audit_admin).count() == 1


def test_the_log_takes_as_many_queries_for_many_events_as_for_few(
    signed_up, client, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from xianfeng.audit import events

    client.force_login(signed_up.audit_admin)
    counts = []
    for _round in range(2):
        for person in Person.objects.all()[:10]:
            events.record("people.reveal", by=signed_up.office, obj=person, details={"field": "phone"})
        client.get("/audit/logs/")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get("/audit/logs/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


# -- one's own account --


def test_changing_the_password_ends_every_other_session(signed_up, client):
    elsewhere = Client()
    sign_in(elsewhere, signed_up.clerk)
    sign_in(client, signed_up.clerk)
    form = {"password": "not the password", "password1": GOOD, "password2": GOOD}
    assert post(client, "/me/account/password/", **form).status_code == 422
    assert signed_in(elsewhere)
    assert (
        post(client, "/me/account/password/", **{**form, "password": PASSWORD})["Location"] == "/me/account/"
    )
    assert signed_in(client)
    assert not signed_in(elsewhere)
    assert sign_in(elsewhere, signed_up.clerk).status_code == 422
    assert sign_in(elsewhere, signed_up.clerk, GOOD).status_code == 302


def test_a_session_elsewhere_is_seen_and_ended(signed_up, client):
    elsewhere = Client(headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/126 MicroMessenger/8"})
    sign_in(elsewhere, signed_up.clerk)
    sign_in(client, signed_up.clerk)
    page = client.get("/me/account/").content.decode()
    assert "微信 · Android" in page
    url = re.search(r"/me/account/sessions/\w+/end/", page)[0]
    stranger = Client()
    sign_in(stranger, signed_up.secretary)
    assert post(stranger, url).status_code == 404
    assert signed_in(elsewhere)
    post(client, url)
    assert not signed_in(elsewhere)
    assert signed_in(client)


# -- numbers in full --


@pytest.fixture
def phone(signed_up):
    member = signed_up.member
    member.phone, member.id_number = "13800990003", "379900198503071233"
    member.save()
    return f"/register/members/{member.uid}/reveal/"


def test_a_number_is_shown_in_full_once_for_a_stated_reason(signed_up, client, phone):
    client.force_login(signed_up.office)
    assert client.get(phone).status_code == 405
    refused = client.post(phone, {"field": "phone", "reason": " "})
    assert refused.status_code == 422
    assert "13800990003" not in refused.content.decode()
    shown = client.post(phone, {"field": "phone", "reason": "to arrange a visit"})
    assert "13800990003" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    event = Event.objects.get(action="people.reveal")
    assert event.actor == signed_up.office
    assert event.details == {"field": "phone", "reason": "to arrange a visit"}


def test_htmx_gets_the_value_alone(signed_up, client, phone):
    client.force_login(signed_up.office)
    response = client.post(
        phone, {"field": "id_number", "reason": "to compare the card"}, HTTP_HX_REQUEST="true"
    )
    assert response.content.decode().strip() == '<span class="num nowrap">379900198503071233</span>'


def test_no_other_column_can_be_asked_for(signed_up, client, phone):
    client.force_login(signed_up.office)
    assert client.post(phone, {"field": "password", "reason": "out of curiosity"}).status_code == 422


def test_the_thirty_first_number_of_a_day_is_refused_and_not_recorded(signed_up, client, phone):
    client.force_login(signed_up.office)
    codes = [
        client.post(phone, {"field": "phone", "reason": "to arrange a visit"}).status_code for _i in range(31)
    ]
    assert codes == [200] * 30 + [422]
    assert Event.objects.filter(action="people.reveal").count() == 30


def test_a_clerk_has_no_right_to_it(signed_up, client, phone):
    client.force_login(signed_up.clerk)
    assert client.post(phone, {"field": "phone", "reason": "to arrange a visit"}).status_code == 403
