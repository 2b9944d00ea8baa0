"""The second factor: who must have one, that nothing opens without it, and that every code counts once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.people.accounts import PASSWORD, form_key, sign_in, signed_in
from tests.sweep.examples import OUTSIDE, examples
from tests.sweep.routes import ALL
from xianfeng.core.fields import CannotOpen
from xianfeng.core.pages import PUBLIC
from xianfeng.people import second_factor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_FACTOR = True


def code_of(secret: str, later: int = 0) -> str:
    """What a device with this secret shows now, or so many half minutes later."""
    return str(format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30 + later)))


def enrolled(person) -> str:
    """The secret of a device that the person took into use a minute ago."""
    secret = second_factor.new_secret()
    with time_machine.travel(timezone.now() - timedelta(minutes=1)):
        assert second_factor.enrol(person, secret, code_of(secret))
    return secret


@pytest.mark.parametrize("role", ["office", "system_admin", "security_admin", "audit_admin"])
def test_no_page_opens_for_a_role_with_power_before_the_second_factor(today, signed_up, client, role):
    person = getattr(signed_up, role)
    sign_in(client, person)
    here = examples(signed_up)
    asked = 0
    for route in ALL:
        if route.door == PUBLIC or route.name in OUTSIDE or route.name in {"people:second_factor", "logout"}:
            continue
        url = reverse(route.name, kwargs=here[route.name][0] if route.takes else None)
        for method in ("get", "post"):
            response = getattr(client, method)(url, {"once": form_key()} if method == "post" else {})
            assert response.status_code == 302, f"{method} {url}: {response.status_code}"
            assert response["Location"].startswith("/me/account/second-factor/"), f"{method} {url}"
            asked += 1
    assert asked > 20
    assert client.get("/", HTTP_HX_REQUEST="true").status_code == 403


def test_setting_up_a_device_opens_the_pages_and_shows_recovery_codes_once(signed_up, client):
    sign_in(client, signed_up.office)
    page = client.get("/me/account/second-factor/").content.decode()
    secret = re.search(r"[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}", page)[0].replace(" ", "")
    assert secret not in repr(dict(client.session.items()))
    wrong = client.post("/me/account/second-factor/", {"code": "000000", "once": form_key()})
    assert wrong.status_code == 422
    response = client.post("/me/account/second-factor/", {"code": code_of(secret), "once": form_key()})
    assert response["Location"] == "/me/account/recovery-codes/"
    codes = re.findall(
        r'<li class="num">(\d{8})</li>', client.get("/me/account/recovery-codes/").content.decode()
    )
    assert len(codes) == 10
    assert not set(codes) & set(
        re.findall(r"\d{8}", client.get("/me/account/recovery-codes/").content.decode())
    )
    assert signed_in(client)


def test_the_password_alone_opens_nothing_once_a_device_is_set_up(signed_up, client):
    enrolled(signed_up.office)
    response = sign_in(client, signed_up.office, next="/me/account/")
    assert response["Location"] == "/login/code/"
    assert not signed_in(client)
    assert client.get("/me/account/second-factor/")["Location"].startswith("/login/")


def test_the_code_completes_the_sign_in_and_leads_on(signed_up, client):
    secret = enrolled(signed_up.office)
    sign_in(client, signed_up.office, next="/me/account/")
    response = client.post("/login/code/", {"code": code_of(secret)})
    assert response["Location"] == "/me/account/"
    assert signed_in(client)


def test_a_code_is_refused_when_it_was_used_before(signed_up, client):
    secret = enrolled(signed_up.office)
    sign_in(client, signed_up.office)
    code = code_of(secret)
    assert client.post("/login/code/", {"code": code}).status_code == 302
    other = Client()
    sign_in(other, signed_up.office)
    assert other.post("/login/code/", {"code": code}).status_code == 200
    assert not signed_in(other)
    assert other.post("/login/code/", {"code": code_of(secret, later=1)}).status_code == 302
    assert signed_in(other)


def test_an_older_code_does_not_count_after_a_newer_one(signed_up):
    secret = enrolled(signed_up.office)
    assert second_factor.accept(signed_up.office, code_of(secret, later=1))
    assert not second_factor.accept(signed_up.office, code_of(secret))


def test_a_recovery_code_counts_once(signed_up, client):
    enrolled(signed_up.office)
    code = second_factor.recovery_codes(signed_up.office)[0]
    sign_in(client, signed_up.office)
    assert client.post("/login/code/", {"code": code}).status_code == 302
    assert not second_factor.accept(signed_up.office, code)
    assert len(second_factor.recovery_codes(signed_up.office)) == 9


def test_five_wrong_codes_close_the_account_to_that_network(signed_up, client):
    secret = enrolled(signed_up.office)
    sign_in(client, signed_up.office)
    codes = [client.post("/login/code/", {"code": f"00000{n}"}).status_code for n in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    assert client.post("/login/code/", {"code": code_of(secret)}).status_code == 429
    assert not signed_in(client)


def test_a_secret_copied_to_another_person_does_not_open(signed_up):
    secret = enrolled(signed_up.audit_admin)
    enrolled(signed_up.security_admin)
    stolen = Authenticator.objects.get(user=signed_up.audit_admin, type="totp")
    Authenticator.objects.filter(user=signed_up.security_admin, type="totp").update(data=stolen.data)
    with pytest.raises(CannotOpen):
        second_factor.accept(signed_up.security_admin, code_of(secret))


def test_secrets_lie_sealed(signed_up):
    secret = enrolled(signed_up.office)
    kept = repr(list(Authenticator.objects.values()))
    assert secret not in kept
    assert not set(second_factor.recovery_codes(signed_up.office)) & set(re.findall(r"\d{8}", kept))


def test_replacing_the_device_takes_the_password_and_ends_the_old_one(signed_up, client):
    old = enrolled(signed_up.office)
    sign_in(client, signed_up.office)
    client.post("/login/code/", {"code": code_of(old)})
    page = client.get("/me/account/second-factor/").content.decode()
    new = re.search(r"[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}", page)[0].replace(" ", "")
    form = {"code": code_of(new), "password": "not the password"}
    assert client.post("/me/account/second-factor/", {**form, "once": form_key()}).status_code == 422
    form["password"] = PASSWORD
    assert client.post("/me/account/second-factor/", {**form, "once": form_key()}).status_code == 302
    assert not second_factor.accept(signed_up.office, code_of(old, later=1))
    assert second_factor.accept(signed_up.office, code_of(new, later=1))


def test_a_reset_password_leaves_the_second_factor_in_force(signed_up, client):
    """One administrator alone must not be able to enter as another."""
    from xianfeng.people.actions import activate, matching_code, reset_account

    enrolled(signed_up.security_admin)
    slip = reset_account(signed_up.security_admin, by=signed_up.system_admin)
    activate(matching_code(signed_up.security_admin, slip.code), "nine patient cranes by noon")
    sign_in(client, signed_up.security_admin, "nine patient cranes by noon")
    assert not signed_in(client)
    assert client.get("/login/code/").status_code == 200


def test_a_lost_device_is_declared_by_the_security_officer_and_ends_sessions(signed_up, client):
    secret = enrolled(signed_up.office)
    sign_in(client, signed_up.office)
    client.post("/login/code/", {"code": code_of(secret)})
    assert signed_in(client)
    officer = Client()
    enrolled_by = enrolled(signed_up.security_admin)
    sign_in(officer, signed_up.security_admin)
    officer.post("/login/code/", {"code": code_of(enrolled_by)})
    uid = signed_up.office.appointments.get().uid
    url = f"/manage/roles/{uid}/second-factor/"
    assert officer.post(url, {"reason": "", "once": form_key()}).status_code == 422
    assert officer.post(url, {"reason": "phone was stolen", "once": form_key()}).status_code == 302
    assert not signed_in(client)
    assert not second_factor.is_set_up(signed_up.office)


def test_signing_in_again_on_an_open_page_takes_password_and_code(signed_up, client):
    secret = enrolled(signed_up.office)
    form = {"login": signed_up.office.account, "password": PASSWORD}
    refused = client.post("/login/", form, HTTP_X_REQUESTED_WITH="fetch")
    assert refused.status_code == 422
    assert b'name="code"' in refused.content
    assert not signed_in(client)
    taken = client.post("/login/", {**form, "code": code_of(secret)}, HTTP_X_REQUESTED_WITH="fetch")
    assert taken.status_code == 204
    assert signed_in(client)


def test_a_clerk_needs_none_but_may_have_one(signed_up, client):
    sign_in(client, signed_up.clerk)
    assert signed_in(client)
    assert client.get("/me/account/second-factor/").status_code == 200


def test_a_role_given_during_a_session_asks_at_once(signed_up, client):
    from xianfeng.people.actions import appoint
    from xianfeng.people.models import Role

    sign_in(client, signed_up.clerk)
    assert signed_in(client)
    appoint(
        signed_up.clerk, Role.objects.get(code="leader"), signed_up.committee, by=signed_up.security_admin
    )
    assert client.get("/me/account/")["Location"].startswith("/me/account/second-factor/")


def test_a_demonstration_without_second_factors_says_so(signed_up, client, settings):
    settings.SECOND_FACTOR = False
    sign_in(client, signed_up.office)
    assert "note warn no-print" in client.get("/me/account/").content.decode()
    settings.SECOND_FACTOR = True
    sign_in(client, signed_up.clerk)
    assert "note warn no-print" not in client.get("/me/account/").content.decode()
