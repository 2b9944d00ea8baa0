"""Pages of dues: who sees what, and what one click does."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from tests.dues.conftest import OCTOBER, line, people_of, sheet
from tests.dues.test_months import at, counted
from xianfeng.audit.once import new_key
from xianfeng.core.periods import Period
from xianfeng.dues import actions
from xianfeng.dues.models import Base, Due, Publication, Reduction, Remittance

pytestmark = pytest.mark.django_db
Status = Due.Status
MONTH = {"code": "jt-12", "month": "2026-10"}


@pytest.fixture
def clerk(client, reckoned):
    client.force_login(reckoned.clerk)
    return client


def post(client, url, **data):
    return client.post(url, {"once": new_key(), **data})


# --- the sheet ---


def test_the_clerk_ticks_who_has_paid(clerk, reckoned):
    chosen = [line(reckoned.member), line(reckoned.secretary)]
    amounts = {f"amount-{row.uid}": "50.00" for row in Due.objects.filter(month=OCTOBER.start)}
    url = reverse("dues:collection", kwargs=MONTH)
    sent = {"once": new_key(), "on": "2026-10-12", "paid": [row.uid for row in chosen], **amounts}
    assert clerk.post(url, sent).status_code == 302
    assert Due.objects.filter(month=OCTOBER.start, status=Status.PAID).count() == 2
    assert line(reckoned.member).paid_on == date(2026, 10, 12)
    assert clerk.post(url, sent).status_code == 302  # the same form again
    assert Due.objects.filter(status=Status.PAID).count() == 2


def test_amounts_that_cannot_be_come_back_with_what_was_typed(clerk, reckoned):
    row = line(reckoned.member)
    url = reverse("dues:collection", kwargs=MONTH)
    response = post(clerk, url, on="2026-10-12", paid=[row.uid], **{f"amount-{row.uid}": "五十"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "五十" in page
    assert "例如75.02" in page
    assert line(reckoned.member).status == Status.OWED


def test_nobody_ticked_is_said(clerk):
    response = post(clerk, reverse("dues:collection", kwargs=MONTH), on="2026-10-12")
    assert "请勾选已交纳的党员" in response.content.decode()


def test_everybody_paid_as_due_is_one_click(clerk, reckoned):
    assert post(clerk, reverse("dues:collection_all", kwargs=MONTH)).status_code == 302
    assert not Due.objects.open().filter(month=OCTOBER.start).exists()
    assert counted("dues.collected", reckoned.jia, "2026-10") == (1, 1)


def test_one_payment_is_put_right(clerk, reckoned):
    actions.pay_all(sheet(reckoned.jia), on=date(2026, 10, 12), by=reckoned.clerk)
    row = line(reckoned.member)
    response = post(clerk, row.get_absolute_url(), amount="60", on="2026-10-20", seen=row.version)
    assert response.status_code == 302
    assert line(reckoned.member).paid == 6_000
    again = post(clerk, row.get_absolute_url(), amount="70", on="2026-10-20", seen=row.version)
    assert again.status_code == 409
    assert line(reckoned.member).paid == 6_000


def test_a_payment_is_deferred_on_its_page(clerk, reckoned):
    row = line(reckoned.member)
    missing = post(clerk, row.get_absolute_url(), act="defer", approval="")
    assert missing.status_code == 422
    assert post(clerk, row.get_absolute_url(), act="defer", approval="支委会10月12日会议").status_code == 302
    assert line(reckoned.member).status == Status.DEFERRED


# --- bases ---


def test_bases_of_a_branch_are_entered_on_one_page(client, today, world):
    client.force_login(world.clerk)
    url = reverse("dues:bases", kwargs={"code": "jt-12"})
    sent = {"since": "2026-10"}
    for person in people_of(world.jia):
        sent |= {f"group-{person.uid}": "serving", f"amount-{person.uid}": "5,001"}
    assert post(client, url, **sent).status_code == 302
    assert {row.owed for row in Due.objects.all()} == {7_502}
    page = client.get(url).content.decode()
    assert "5001.00" in page
    assert "75.02" in page


def test_a_base_out_of_bounds_is_said_at_the_field(client, today, world):
    client.force_login(world.clerk)
    url = reverse("dues:bases", kwargs={"code": "jt-12"})
    sent = {"since": "2026-10"}
    for person in people_of(world.jia):
        sent |= {f"group-{person.uid}": "farmer", f"amount-{person.uid}": "5001"}
    response = post(client, url, **sent)
    assert response.status_code == 422
    assert "0.20至1.00元" in response.content.decode()
    assert not Base.objects.exists()


# --- who sees what ---


@pytest.mark.parametrize("role", ["leader", "inspector", "system_admin", "member"])
def test_pay_is_no_business_of_others(client, reckoned, role):
    client.force_login(reckoned.people[role])
    for name in ("dues:overview", "dues:unpaid_list"):
        assert client.get(reverse(name)).status_code == 403
    for name in ("dues:bases", "dues:branch"):
        assert client.get(reverse(name, kwargs={"code": "jt-12"})).status_code == 403


def test_a_member_sees_the_own_dues_and_nobody_elses(client, reckoned):
    client.force_login(reckoned.member)
    page = client.get(reverse("dues:my_dues")).content.decode()
    assert "50.00" in page
    assert "5,000.00" in page
    assert reckoned.clerk.name not in page.split("<main")[1]
    assert client.get(line(reckoned.member).get_absolute_url()).status_code == 200
    assert client.get(line(reckoned.clerk).get_absolute_url()).status_code == 404


def test_a_member_cannot_enter_the_own_payment(client, reckoned):
    client.force_login(reckoned.member)
    row = line(reckoned.member)
    response = post(client, row.get_absolute_url(), amount="50", on="2026-10-12", seen=row.version)
    assert response.status_code == 403
    assert line(reckoned.member).status == Status.OWED


def test_a_fact_leads_strangers_to_counts_without_names_or_amounts(client, reckoned):
    client.force_login(reckoned.leader)
    page = client.get(sheet(reckoned.jia).get_absolute_url()).content.decode()
    assert "应交9人" in page
    assert "50.00" not in page
    assert reckoned.member.name not in page
    client.force_login(reckoned.member)
    assert client.get(sheet(reckoned.jia).get_absolute_url())["Location"] == reverse("dues:my_dues")
    client.force_login(reckoned.clerk)
    assert client.get(sheet(reckoned.jia).get_absolute_url())["Location"] == reverse(
        "dues:collection", kwargs=MONTH
    )


# --- lists ---


def test_the_office_sees_branches_with_sums_and_takes_them_along(client, reckoned):
    actions.pay_all(sheet(reckoned.jia), on=date(2026, 10, 12), by=reckoned.clerk)
    client.force_login(reckoned.office)
    page = client.get(reverse("dues:overview")).content.decode()
    assert "450.00" in page
    response = client.get(reverse("dues:overview"), {"format": "xlsx", "period": "2026"})
    rows = list(openpyxl.load_workbook(BytesIO(response.content)).active.values)
    assert rows[0][3:5] == ("应交（元）", "实收（元）")
    assert rows[1][1:5] == ("甲党支部", 9, 900, 450)


def test_who_has_not_paid_is_listed_without_the_running_month(client, reckoned):
    client.force_login(reckoned.office)
    response = client.get(reverse("dues:unpaid_list"), {"format": "xlsx"})
    rows = list(openpyxl.load_workbook(BytesIO(response.content)).active.values)
    months = [row[3] for row in rows[1:] if row[3]]
    assert months == ["2026-09"] * 9
    page = client.get(reverse("dues:unpaid_list"), {"period": "2026-10"}).content.decode()
    assert "2026-10" in page


def test_the_clerk_of_one_branch_comes_to_it_at_once(clerk):
    assert clerk.get(reverse("dues:overview"))["Location"] == reverse("dues:branch", kwargs={"code": "jt-12"})


# --- decisions, remittances, accounts ---


def test_a_decision_is_entered_and_withdrawn(clerk, reckoned):
    response = post(
        clerk, reverse("dues:reduction_new", kwargs={"code": "jt-12"}), person=reckoned.member.uid,
        first="2026-10", last="2027-03", amount="0", reason="illness", decided_on="2026-10-09",
        document="支委会纪要〔2026〕9号",
    )  # fmt: skip
    assert response.status_code == 302
    assert line(reckoned.member).status == Status.EXEMPT
    made = Reduction.objects.get()
    url = reverse("move", kwargs={"app": "dues", "model": "reduction", "uid": made.uid, "name": "withdraw"})
    post(clerk, url, reason="登记错误")
    assert line(reckoned.member).status == Status.OWED


def test_a_member_of_another_branch_cannot_be_chosen(clerk, reckoned):
    response = post(
        clerk, reverse("dues:reduction_new", kwargs={"code": "jt-12"}), person=reckoned.neighbour.uid,
        first="2026-10", last="2027-03", amount="0", reason="illness", decided_on="2026-10-09", document="纪要",
    )  # fmt: skip
    assert response.status_code == 422
    assert not Reduction.objects.exists()


def test_a_quarter_is_passed_on_in_time_once(clerk, reckoned):
    url = reverse("dues:remittance_new", kwargs={"code": "jt-12"})
    sent = {"covers": "2026-q3", "amount": "450.00", "on": "2026-10-10", "receipt_number": "0001234"}
    assert post(clerk, f"{url}?quarter=2026-q3", **sent).status_code == 302
    assert counted("dues.remitted", reckoned.jia, "2026-09") == (1, 1)
    assert post(clerk, f"{url}?quarter=2026-q3", **sent).status_code == 422
    made = Remittance.objects.get()
    actions.cancel_remittance(made, by=reckoned.clerk, reason="金额有误")
    assert counted("dues.remitted", reckoned.jia, "2026-09") == (0, 1)


def test_passed_on_late_does_not_count(reckoned):
    actions.remit(
        reckoned.jia,
        Period.parse("2026-q3"),
        fen=45_000,
        on=date(2026, 10, 16),
        receipt_number="1",
        by=reckoned.clerk,
    )
    assert counted("dues.remitted", reckoned.jia, "2026-09") == (0, 1)


def test_three_months_one_by_one_are_a_quarter(reckoned):
    for month, on in (("2026-07", 5), ("2026-08", 5), ("2026-09", 15)):
        assert counted("dues.remitted", reckoned.jia, "2026-09")[0] == 0
        actions.remit(
            reckoned.jia,
            Period.parse(month),
            fen=100,
            on=date(2026, 10, on),
            receipt_number=month,
            by=reckoned.clerk,
        )
    assert counted("dues.remitted", reckoned.jia, "2026-09") == (1, 1)


def publish(client, world, year: int = 2026) -> Publication:
    """December comes, the accounts are due, and the clerk publishes them."""
    with at(date(2026, 12, 20)):
        actions.open_month(Period.parse("2026-12"))
        actions.pay_all(sheet(world.jia), on=date(2026, 10, 12), by=world.clerk)
        client.force_login(world.clerk)
        url = reverse("dues:accounts", kwargs={"code": "jt-12", "year": year})
        assert post(client, url, note="返还经费用于订阅党报").status_code == 302
    return Publication.objects.get(organization=world.jia)


def test_accounts_are_published_for_every_member_without_names(client, reckoned):
    found = publish(client, reckoned)
    assert (found.payers, found.owed, found.received) == (9, 135_000, 45_000)
    assert counted("dues.published", reckoned.jia, "2026-12") == (1, 1)
    for role in ("member", "neighbour", "leader"):
        client.force_login(reckoned.people[role])
        page = client.get(reverse("dues:published")).content.decode()
        assert "1,350.00" in page
        assert "订阅党报" in page
        others = [p.name for p in people_of(reckoned.jia) if p != reckoned.people[role]]
        assert not [name for name in others if name in page]


def test_where_few_pay_sums_are_not_shown(client, reckoned):
    publish(client, reckoned)
    Publication.objects.update(payers=2)
    client.force_login(reckoned.neighbour)
    assert "1,350.00" not in client.get(reverse("dues:published")).content.decode()


def test_accounts_taken_back_are_owed_again(client, reckoned):
    found = publish(client, reckoned)
    with at(date(2026, 12, 21)):
        actions.unpublish(found, by=reckoned.clerk, reason="漏记一笔")
    assert counted("dues.published", reckoned.jia, "2026-12") == (0, 1)
    client.force_login(reckoned.member)
    assert "1,350.00" not in client.get(reverse("dues:published")).content.decode()


def test_accounts_cannot_be_published_before_december(clerk, reckoned):
    url = reverse("dues:accounts", kwargs={"code": "jt-12", "year": 2026})
    assert clerk.get(url).status_code == 200
    assert post(clerk, url).status_code == 403
    assert not Publication.objects.exists()
