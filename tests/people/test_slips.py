"""Activation slips: who prints them for whom, and that each opens one account, once, for a fortnight."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from docx import Document

from tests.people.accounts import PASSWORD, form_key, sign_in, signed_in
from xianfeng.people.actions import CODE_ALPHABET, activate, issue_slips, matching_code
from xianfeng.people.models import ActivationCode, Person

pytestmark = pytest.mark.django_db

GOOD = "nine patient cranes by noon"


def open_account(client, person, code, password=GOOD, again=None):
    """Send the activation form as a browser would."""
    return client.post(
        "/activate/",
        {
            "number": person.number,
            "code": code,
            "password1": password,
            "password2": password if again is None else again,
            "once": form_key(),
        },
    )


def code_for(world) -> str:
    return issue_slips([world.member], by=world.clerk)[0].code


def test_a_member_opens_the_account_with_a_slip_and_signs_in(signed_up, client):
    code = code_for(signed_up)
    typed = f" {code[:4].lower()}-{code[4:].lower()} "
    assert open_account(client, signed_up.member, typed)["Location"] == "/login/"
    assert sign_in(client, signed_up.member, GOOD)["Location"] == "/"
    assert signed_in(client)


def test_a_slip_works_once(signed_up, client):
    code = code_for(signed_up)
    open_account(client, signed_up.member, code)
    assert open_account(client, signed_up.member, code, "ten other cranes by noon").status_code == 422
    assert sign_in(client, signed_up.member, GOOD).status_code == 302


def test_two_forms_with_one_slip_make_one_password(signed_up):
    from django.core.exceptions import ValidationError

    found = matching_code(signed_up.member, code_for(signed_up))
    activate(found, GOOD)
    with pytest.raises(ValidationError):
        activate(found, "ten other cranes by noon")


def test_a_slip_ends_after_a_fortnight(signed_up, client):
    code = code_for(signed_up)
    now = timezone.now()
    with time_machine.travel(now + timedelta(days=14, seconds=1)):
        assert open_account(client, signed_up.member, code).status_code == 422
    with time_machine.travel(now + timedelta(days=13, hours=23)):
        assert open_account(client, signed_up.member, code).status_code == 302


def test_a_new_slip_ends_the_old_one(signed_up, client):
    old = code_for(signed_up)
    new = code_for(signed_up)
    assert open_account(client, signed_up.member, old).status_code == 422
    assert open_account(client, signed_up.member, new).status_code == 302


def test_a_slip_of_one_member_opens_no_other_account(signed_up, client):
    code = code_for(signed_up)
    assert open_account(client, signed_up.neighbour, code).status_code == 422


def test_unknown_numbers_and_wrong_codes_get_the_same_answer(signed_up, client):
    code_for(signed_up)

    def shown(response) -> str:
        return re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]*"', "", response.content.decode())

    wrong = open_account(client, signed_up.member, "AAAA-AAAA")
    nobody = open_account(client, Person(number="JT990099"), "AAAA-AAAA")
    no_slip = open_account(client, signed_up.clerk, "AAAA-AAAA")
    assert wrong.status_code == nobody.status_code == no_slip.status_code == 422
    assert shown(wrong) == shown(nobody) == shown(no_slip)


def test_five_wrong_codes_close_activation_to_that_network(signed_up, client):
    code = code_for(signed_up)
    codes = [open_account(client, signed_up.member, f"AAAA-AAA{n}").status_code for n in range(5)]
    assert codes == [422, 422, 422, 422, 429]
    assert open_account(client, signed_up.member, code).status_code == 429


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "password1234",
        "123456789012",
        "407718263950",
        "123456qwertyuiop",
        "aaaaaaaaaaaa",
        "xianfeng2026",
        "zhangxiaodong12",
        "jt120003jt12",
        "张晓东张晓东张晓东张晓",
    ],
)
def test_weak_passwords_are_refused_and_the_slip_stays_good(signed_up, client, weak):
    code = code_for(signed_up)
    assert open_account(client, signed_up.member, code, weak).status_code == 422
    assert open_account(client, signed_up.member, code).status_code == 302


def test_passwords_are_not_built_on_what_stands_in_the_file(signed_up, client):
    member = signed_up.member
    member.phone, member.id_number = "13800990003", "379900198503071230"
    member.save()
    code = code_for(signed_up)
    for weak in ("13800990003ab", "zxd198503071230", "990003071230a"):
        assert open_account(client, member, code, weak).status_code == 422, weak


@pytest.mark.parametrize("length", [12, 64, 200])
def test_long_passwords_are_taken_as_they_are(signed_up, client, length):
    password = (" Wörter mit Leerzeichen und 汉字 " * 10)[: length - 1] + "!"
    assert open_account(client, signed_up.member, code_for(signed_up), password).status_code == 302
    assert sign_in(client, signed_up.member, password).status_code == 302


def test_two_different_passwords_are_refused(signed_up, client):
    response = open_account(
        client, signed_up.member, code_for(signed_up), GOOD, "nine patient cranes at noon"
    )
    assert response.status_code == 422


def test_codes_have_no_letters_that_look_alike_and_never_repeat_a_number(signed_up):
    people = list(Person.objects.without_account().filter(is_member=True))
    codes = [slip.code for slip in issue_slips(people, by=signed_up.office)]
    assert len(set(codes)) == len(people)
    assert all(len(code) == 8 and set(code) <= set(CODE_ALPHABET) for code in codes)
    assert not set(CODE_ALPHABET) & set("0O1IL2Z5S8BUV")


def test_codes_lie_nowhere_in_clear(signed_up, client):
    sign_in(client, signed_up.clerk)
    page = print_slips(client, signed_up.member)
    code = re.search(r'<b class="code">([\w-]+)</b>', page.content.decode())[1].replace("-", "")
    kept = repr(list(ActivationCode.objects.values())) + repr(dict(client.session.items()))
    from django.contrib.sessions.models import Session

    from xianfeng.audit.models import Event

    kept += "".join(repr(s.get_decoded()) for s in Session.objects.all()) + repr(list(Event.objects.values()))
    assert code not in kept


def print_slips(client, *people):
    """Tick people on the page and follow to the sheet."""
    response = client.post("/register/slips/", {"person": [p.uid for p in people], "once": form_key()})
    assert response.status_code == 302
    return client.get(response["Location"])


def test_a_clerk_prints_slips_for_plain_members_of_the_own_branch_only(signed_up, client):
    sign_in(client, signed_up.clerk)
    page = client.get("/register/slips/").content.decode()
    assert signed_up.member.number in page
    assert "JT180002" not in page
    other = Person.objects.get(number="JT180002")
    client.post("/register/slips/", {"person": [other.uid], "once": form_key()})
    assert not ActivationCode.objects.filter(person=other).exists()


def test_a_clerk_cannot_open_the_account_of_the_own_secretary(signed_up, client):
    secretary = signed_up.secretary
    secretary.set_unusable_password()
    secretary.save()
    sign_in(client, signed_up.clerk)
    assert secretary.number not in client.get("/register/slips/").content.decode()
    client.post("/register/slips/", {"person": [secretary.uid], "once": form_key()})
    assert not ActivationCode.objects.filter(person=secretary).exists()
    client.post("/logout/")
    sign_in(client, signed_up.system_admin)
    assert secretary.number in client.get("/register/slips/").content.decode()
    print_slips(client, secretary)
    assert ActivationCode.objects.open().filter(person=secretary).exists()


def test_slips_come_as_a_page_of_eight_and_as_a_word_file(signed_up, client):
    sign_in(client, signed_up.office)
    people = list(
        Person.objects.without_account().filter(is_member=True).without_office(timezone.localdate())
    )[:9]
    assert len(people) == 9
    page = print_slips(client, *people)
    html = page.content.decode()
    assert html.count('class="slips"') == 2
    assert html.count('class="slip"') == 9
    assert "data:image/svg+xml" in html
    codes = re.findall(r'<b class="code">([\w-]+)</b>', html)
    word = client.get(page.request["PATH_INFO"] + "word/")
    assert "%E5%BC%80%E9%80%9A%E6%9D%A1" in word["Content-Disposition"]
    document = Document(io.BytesIO(word.content))
    cells = [cell.text for row in document.tables[0].rows for cell in row.cells if cell.text]
    assert [next(c for c in codes if c in text) for text in cells] == codes
    assert all(person.number in text for person, text in zip(people, cells, strict=True))
    assert len(document.inline_shapes) == 9
    assert matching_code(people[0], codes[0])


def test_printed_slips_are_gone_after_half_an_hour_and_for_others(signed_up, client):
    from django.test import Client

    sign_in(client, signed_up.clerk)
    address = print_slips(client, signed_up.member).request["PATH_INFO"]
    other = Client()
    sign_in(other, signed_up.secretary)
    assert other.get(address).status_code == 404
    now = timezone.now()
    with time_machine.travel(now + timedelta(minutes=29)):
        assert client.get(address).status_code == 200
    with time_machine.travel(now + timedelta(minutes=31)):
        assert client.get(address).status_code == 404


def test_a_form_sent_twice_issues_once(signed_up, client):
    sign_in(client, signed_up.clerk)
    form = {"person": [signed_up.member.uid], "once": form_key()}
    first, second = (client.post("/register/slips/", form) for _i in range(2))
    assert first["Location"] == second["Location"]
    assert ActivationCode.objects.filter(person=signed_up.member).count() == 1


def test_no_slip_for_someone_who_has_an_account(signed_up, client):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        issue_slips([signed_up.clerk], by=signed_up.office)
    assert sign_in(client, signed_up.clerk, PASSWORD).status_code == 302
