"""Signing in: by which names, with which answers, how often one may guess, and when a session ends."""

from __future__ import annotations

import logging
import re
import statistics
import time
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.people.accounts import PASSWORD, sign_in, signed_in
from xianfeng.audit.models import Event
from xianfeng.people.actions import close_account

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["number", "account", "phone"])
def test_a_member_signs_in_by_number_account_or_phone(signed_up, client, name):
    clerk = signed_up.clerk
    clerk.phone = "13800990001"
    clerk.save()
    typed = {"number": clerk.number.lower(), "account": clerk.account.upper(), "phone": "138 0099 0001"}[name]
    response = client.post("/login/", {"login": f" {typed} ", "password": PASSWORD})
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert signed_in(client)
    assert Event.objects.filter(action="people.sign_in", actor=clerk).exists()


def test_the_page_that_was_asked_for_opens_after_signing_in(signed_up, client):
    assert client.get("/me/account/")["Location"] == "/login/?next=/me/account/"
    assert sign_in(client, signed_up.clerk, next="/me/account/")["Location"] == "/me/account/"


def test_nobody_is_led_to_another_site(signed_up, client):
    assert sign_in(client, signed_up.clerk, next="https://elsewhere.example/")["Location"] == "/"


def without_token(response) -> str:
    return re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]*"', "", response.content.decode())


def test_unknown_names_wrong_passwords_and_closed_accounts_get_the_same_answer(signed_up, client):
    close_account(signed_up.secretary, reason="left the bureau", by=signed_up.system_admin)
    answers = [
        client.post("/login/", {"login": login, "password": password})
        for login, password in [
            (signed_up.clerk.account, "not the password"),
            ("jt999999", "not the password"),
            (signed_up.secretary.account, PASSWORD),
            (signed_up.member.account, "has no account yet"),
        ]
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert len({without_token(answer) for answer in answers}) == 1


def test_unknown_names_take_as_many_hashes_as_known_ones(signed_up, client, monkeypatch):
    from xianfeng.people.hashers import Argon2id

    hashed = []
    monkeypatch.setattr(Argon2id, "encode", lambda self, password, salt: hashed.append(1) or "argon2$x")
    monkeypatch.setattr(Argon2id, "verify", lambda self, password, encoded: bool(hashed.append(1)))
    monkeypatch.setattr(Argon2id, "must_update", lambda self, encoded: False)
    monkeypatch.setattr(Argon2id, "decode", lambda self, encoded: {})
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["xianfeng.people.hashers.Argon2id"]):
        type(signed_up.clerk).objects.filter(pk=signed_up.clerk.pk).update(password="argon2$x")
        counts = []
        for name in (signed_up.clerk.account, "jt999999", signed_up.member.account):
            hashed.clear()
            client.post("/login/", {"login": name, "password": "not the password"})
            counts.append(len(hashed))
    assert counts == [1, 1, 1]


def test_five_wrong_passwords_close_the_account_to_that_network_for_a_quarter_of_an_hour(signed_up, client):
    clerk = signed_up.clerk
    names = [clerk.account, clerk.number, clerk.account, clerk.number, clerk.account]
    codes = [client.post("/login/", {"login": n, "password": "wrong guess"}).status_code for n in names]
    assert codes == [422, 422, 422, 422, 429]
    assert sign_in(client, clerk).status_code == 429
    assert (
        client.post(
            "/login/", {"login": clerk.account, "password": PASSWORD}, REMOTE_ADDR="127.0.0.77"
        ).status_code
        == 429
    )
    elsewhere = client.post(
        "/login/", {"login": clerk.account, "password": PASSWORD}, REMOTE_ADDR="10.20.30.40"
    )
    assert elsewhere.status_code == 302
    client.post("/logout/")
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert sign_in(client, clerk).status_code == 302


def test_trying_on_does_not_lengthen_the_pause(signed_up, client):
    for _i in range(5):
        sign_in(client, signed_up.clerk, "wrong guess")
    now = timezone.now()
    with time_machine.travel(now + timedelta(minutes=14)):
        assert sign_in(client, signed_up.clerk, "wrong guess").status_code == 429
    with time_machine.travel(now + timedelta(minutes=15, seconds=1)):
        assert sign_in(client, signed_up.clerk).status_code == 302


def test_an_attacker_with_many_networks_gains_nothing_and_the_owners_desk_stays_open(
    signed_up, client, settings
):
    settings.BEHIND_TLS = True
    clerk = signed_up.clerk

    def attempt(address: str, password: str) -> int:
        return client.post(
            "/login/",
            {"login": clerk.account, "password": password},
            REMOTE_ADDR="127.0.0.1",
            HTTP_X_FORWARDED_FOR=f"6.6.6.6, {address}",
            HTTP_X_FORWARDED_PROTO="https",
        ).status_code

    assert attempt("2001:db8:1::5", PASSWORD) == 302
    client.cookies.clear()
    codes = [attempt(f"2001:db8:{n:x}:1::1", "wrong guess") for n in range(0x100, 0x100 + 30)]
    assert codes[:20] == [422] * 20
    assert set(codes[20:]) == {429}
    assert attempt("2001:db8:ffff::9", PASSWORD) == 429
    assert attempt("2001:db8:1::77", PASSWORD) == 302


def test_a_forged_address_does_not_help_without_our_gateway(signed_up, client):
    codes = [
        client.post(
            "/login/",
            {"login": signed_up.clerk.account, "password": "wrong guess"},
            HTTP_X_FORWARDED_FOR=f"10.0.{n}.1",
        ).status_code
        for n in range(6)
    ]
    assert codes[-1] == 429


def test_the_session_gets_a_new_key_at_sign_in(signed_up, client):
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    sign_in(client, signed_up.clerk)
    assert client.session.session_key != before


def test_an_idle_session_ends_after_half_an_hour(signed_up, client):
    now = timezone.now()
    with time_machine.travel(now):
        sign_in(client, signed_up.clerk)
    with time_machine.travel(now + timedelta(minutes=29)):
        assert signed_in(client)
    with time_machine.travel(now + timedelta(minutes=58)):
        assert signed_in(client)
    with time_machine.travel(now + timedelta(minutes=89)):
        assert not signed_in(client)


def test_the_longest_session_ends_after_twelve_hours_however_busy(signed_up, client):
    now = timezone.now()
    with time_machine.travel(now):
        sign_in(client, signed_up.clerk)
    for quarter in range(1, 48):
        with time_machine.travel(now + timedelta(minutes=15 * quarter)):
            assert signed_in(client), quarter
    with time_machine.travel(now + timedelta(hours=12, seconds=1)):
        assert not signed_in(client)


def test_a_script_of_an_open_page_is_told_that_the_session_ended(signed_up, client):
    assert client.get("/me/account/", HTTP_X_REQUESTED_WITH="fetch").status_code == 401
    assert client.get("/me/account/", HTTP_HX_REQUEST="true").status_code == 401


def test_signing_in_again_from_an_open_page_answers_without_a_page(signed_up, client):
    def again(password: str):
        return client.post(
            "/login/",
            {"login": signed_up.clerk.account, "password": password},
            HTTP_X_REQUESTED_WITH="fetch",
        )

    refused = again("wrong guess")
    assert refused.status_code == 422
    assert b"<form" in refused.content
    assert b"<html" not in refused.content
    taken = again(PASSWORD)
    assert taken.status_code == 204
    assert signed_in(client)


def test_language_and_large_text_follow_the_person_to_another_device(signed_up, client):
    signed_up.clerk.language, signed_up.clerk.big_text = "en", True
    signed_up.clerk.save()
    response = sign_in(client, signed_up.clerk)
    assert response.cookies["language"].value == "en"
    assert response.cookies["big"].value == "1"
    assert "My account" in client.get("/me/account/").content.decode()


def test_signing_out_is_a_post_and_ends_the_session(signed_up, client):
    sign_in(client, signed_up.clerk)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert not signed_in(client)


def test_a_closed_account_loses_its_session_at_once(signed_up, client):
    sign_in(client, signed_up.clerk)
    assert signed_in(client)
    close_account(signed_up.clerk, reason="left the bureau", by=signed_up.system_admin)
    assert not signed_in(client)


def test_an_ended_role_ends_at_once(signed_up, client):
    from xianfeng.people.actions import relieve

    sign_in(client, signed_up.system_admin)
    assert client.get("/manage/users/").status_code == 200
    relieve(signed_up.system_admin.appointments.get(), by=signed_up.security_admin)
    assert client.get("/manage/users/").status_code == 403


def test_passwords_and_typed_names_stay_out_of_answers_logs_and_database(signed_up, client, caplog):
    """Someone types the password into the wrong box, and a phone number: neither may lie anywhere afterwards."""
    from axes.models import AccessAttempt
    from django.db import connection

    secret, phone = "canary-herons-at-dawn", "13899990000"
    with caplog.at_level(logging.DEBUG):
        answers = [
            client.post("/login/", {"login": secret, "password": "x"}),
            client.post("/login/", {"login": phone, "password": secret}),
            client.post("/login/", {"login": signed_up.clerk.account, "password": secret}),
        ]
    for answer in answers:
        assert f'value="{secret}"' not in answer.content.decode().replace(
            f'name="login" value="{secret}"', ""
        )
    assert secret not in answers[1].content.decode()
    assert secret not in caplog.text.replace(connection.vendor, "")
    assert phone not in caplog.text
    kept = repr(list(AccessAttempt.objects.values())) + repr(list(Event.objects.values()))
    assert secret not in kept
    assert phone not in kept


def test_the_night_forgets_ended_sessions_and_guesses_that_no_longer_count(signed_up, client):
    from axes.models import AccessAttempt

    from xianfeng.people.models import SignIn
    from xianfeng.people.sessions import tidy

    sign_in(client, signed_up.clerk)
    sign_in(client, signed_up.secretary, "wrong guess")
    tidy()
    assert SignIn.objects.count() == AccessAttempt.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        tidy()
    assert not SignIn.objects.exists()
    assert not AccessAttempt.objects.exists()


@pytest.mark.slow
def test_the_time_of_an_answer_does_not_tell_whether_a_name_exists(signed_up, client, settings):
    """Medians of processor time over 150 tries each: unknown, wrong password, no account yet."""
    from axes.models import AccessAttempt

    settings.PASSWORD_HASHERS = ["xianfeng.people.hashers.Argon2id"]
    signed_up.clerk.set_password(PASSWORD)
    signed_up.clerk.save()
    times: dict[str, list[float]] = {
        signed_up.clerk.account: [],
        "jt999999": [],
        signed_up.member.account: [],
    }
    for _i in range(150):
        for name, spent in times.items():
            AccessAttempt.objects.all().delete()
            begun = time.process_time()
            client.post("/login/", {"login": name, "password": "wrong guess"})
            spent.append(time.process_time() - begun)
    medians = [statistics.median(spent[10:]) for spent in times.values()]
    assert max(medians) - min(medians) < 0.005
