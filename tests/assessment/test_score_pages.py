"""What one sees of scores: the right ones, to the right people, adding up as printed."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from tests.assessment.month import fill_in, state
from xianfeng.activities.actions import cancel, record_activity
from xianfeng.activities.duties import require_month
from xianfeng.assessment import panels
from xianfeng.assessment.actions import accept, close, ensure_default_schemes
from xianfeng.assessment.models import BranchScore, MemberScore, Round
from xianfeng.assessment.overview import year_of
from xianfeng.assessment.rounds import recompute_current
from xianfeng.assessment.why import Why
from xianfeng.audit.models import Event
from xianfeng.core.numbers import half_up
from xianfeng.core.periods import Period
from xianfeng.members.actions import NewMember, admit_all

pytestmark = pytest.mark.django_db
QUARTER = "2026-q3"


@pytest.fixture
def lived(today, world):
    """What 甲 and 乙 owed from July to September, and what they held: 甲 missed the party day of August."""
    ensure_default_schemes(2026)
    for number in (7, 8, 9):
        require_month(Period(2026, "month", number))
        for branch, by in ((world.jia, world.clerk), (world.yi, world.neighbour)):
            if not (branch == world.jia and number == 8):
                absent = [world.member] if branch == world.jia and number == 9 else []
                record_activity(branch, "party_day", date(2026, number, 10), by=by, absent=absent)
    recompute_current(today)
    return world


def page(client, name, *args, **query):
    return client.get(reverse(f"scores:{name}", args=args), query)


def score_of(branch, period=QUARTER):
    return BranchScore.objects.select_related("round__scheme", "organization").get(
        round__code=period, organization=branch
    )


def why_of(branch, reader, today, period=QUARTER):
    return Why.of(score_of(branch, period), reader, today)


def number(text):
    return Decimal(text.replace("−", "-"))


# Why


def test_the_page_adds_up_as_printed(client, lived):
    client.force_login(lived.clerk)
    text = page(client, "branch_why", QUARTER, "jt-12").content.decode()
    full, lost, earned, rate = map(number, re.findall(r"<b>([\d.−]+)</b><span>", text))
    assert full - lost == earned
    assert round(earned * 100 / full, 1) == rate
    rows = re.findall(r'<tr id="[A-F]\d\.\d">.*?<td class="r">(−[\d.]+)</td>', text, re.DOTALL)
    groups = re.findall(r'<tr class="group".*?<td class="r">(−[\d.]+)</td>', text, re.DOTALL)
    assert rows and sum(map(number, rows)) == sum(map(number, groups)) == -lost


def test_every_lost_point_leads_to_its_rule_and_its_records(client, lived, today):
    client.force_login(lived.clerk)
    lost = {line.code: line for group in why_of(lived.jia, lived.clerk, today).groups for line in group.lines}
    party_day = lost["D2.1"]
    assert "8月" in party_day.fact
    assert party_day.rule in page(client, "branch_why", QUARTER, "jt-12").content.decode()
    assert client.get(party_day.rule_url).status_code == 200
    assert 'id="D2.1"' in client.get(party_day.rule_url).content.decode()
    assert party_day.evidence
    for record in party_day.evidence:
        assert client.get(record.url).status_code == 200


def test_a_corrected_activity_changes_the_score_and_the_page_shows_it(client, lived, today):
    client.force_login(lived.clerk)
    before = score_of(lived.jia)
    assert "D2.1" in page(client, "branch_why", QUARTER, "jt-12").content.decode()
    held = record_activity(lived.jia, "party_day", date(2026, 8, 20), by=lived.clerk)
    assert "D2.1" not in page(client, "branch_why", QUARTER, "jt-12").content.decode()
    assert score_of(lived.jia).before_bonus > before.before_bonus
    cancel(held, by=lived.clerk, reason="记错了")
    assert "D2.1" in page(client, "branch_why", QUARTER, "jt-12").content.decode()
    assert score_of(lived.jia).before_bonus == before.before_bonus


def test_what_a_report_can_still_bring_back_is_said(reports, lived, today):
    import time_machine

    with time_machine.travel("2026-11-02 10:00+08:00", tick=False):
        day = date(2026, 11, 2)
        recompute_current(day)
        why = why_of(lived.jia, lived.clerk, day, "2026-10")
        mended = {line.code: line.recovery for group in why.groups for line in group.lines if line.recovery}
        assert mended["B2.2"].amount == Decimal("0.20") or mended["B2.2"].amount > 0
        assert not mended["B2.2"].overdue
        fill_in(reports["jt-12"], lived.clerk)
        accept(reports["jt-12"], by=lived.office)
        recompute_current(day)
        assert not why_of(lived.jia, lived.clerk, day, "2026-10").recoveries


def test_the_steps_lead_from_full_marks_to_the_points(lived, today):
    why = why_of(lived.jia, lived.clerk, today)
    shown = [number(value) for _label, value in why.steps.rows]
    assert shown[0] + sum(shown[1:-1]) == shown[-1] == why.earned


def test_a_bonus_stands_beside_the_year_alone(lived, today):
    state(lived.jia, "award.city", date(2026, 8, 1), 1)
    recompute_current(today)
    year, quarter = why_of(lived.jia, lived.clerk, today, "2026"), why_of(lived.jia, lived.clerk, today)
    assert year.has_bonus and year.bonus > 0 and year.total == year.earned + year.bonus
    assert year.full - year.lost == year.earned
    assert not quarter.has_bonus and quarter.total == quarter.earned
    assert [extra.code for extra in year.extras]


# Who sees what


def test_neighbours_and_strangers_get_404(client, lived):
    client.force_login(lived.neighbour)
    for name in ("branch_score", "branch_why"):
        assert page(client, name, QUARTER, "jt-12").status_code == 404
        assert page(client, name, QUARTER, "jt-99").status_code == 404


def test_neighbours_see_what_was_published_and_nothing_before(client, lived):
    client.force_login(lived.neighbour)
    assert "还没有公布得分" in page(client, "branch_panel", "jt-12").content.decode()
    quarter = Round.objects.of("organization", Period.parse(QUARTER))
    close(quarter, by=lived.office)
    rate = half_up(BranchScore.objects.get(round=quarter, organization=lived.jia).rate, 1)
    html = page(client, "branch_panel", "jt-12").content.decode()
    assert f"{rate}" in html
    assert "/why/" not in html


def test_a_period_without_a_round_does_not_exist(client, lived):
    client.force_login(lived.office)
    for code in ("2026-q4", "2026-10", "2031", "2026-13"):
        assert client.get(f"/scores/{code}/").status_code == 404
    assert client.get("/stats/heatmap/2031/").status_code == 404


def test_branches_see_themselves_until_the_round_is_closed(client, lived):
    client.force_login(lived.secretary)
    assert "乙党支部" not in page(client, "branch_sheet", QUARTER).content.decode()
    close(Round.objects.of("organization", Period.parse(QUARTER)), by=lived.office)
    shown = page(client, "branch_sheet", QUARTER).content.decode()
    assert shown.index("JT-12") < shown.index("JT-18")
    assert "/scores/2026-q3/jt-18/" not in shown
    assert page(client, "branch_why", QUARTER, "jt-18").status_code == 404


def test_the_office_closes_a_round_from_its_page(client, lived):
    address = reverse("scores:round_close", args=[QUARTER])
    client.force_login(lived.secretary)
    assert client.get(address).status_code == 403
    client.force_login(lived.office)
    assert address in page(client, "branch_sheet", QUARTER).content.decode()
    form = client.get(address).content.decode()
    posted = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    action = re.search(r'action="(/moves/assessment/round/[^"]+)"', form)[1]
    client.post(action, posted)
    assert not Round.objects.of("organization", Period.parse(QUARTER)).is_open
    assert address not in page(client, "branch_sheet", QUARTER).content.decode()


def test_the_office_sorts_and_branches_do_not(client, lived):
    client.force_login(lived.office)
    assert page(client, "branch_sheet", QUARTER).content.decode().index("JT-12") > 0
    ranked = page(client, "branch_sheet", QUARTER, sort="-rate").content.decode()
    assert ranked.index("JT-18") < ranked.index("JT-12")
    client.force_login(lived.secretary)
    assert "aria-sort" not in page(client, "branch_sheet", QUARTER).content.decode()


def test_a_third_is_told_only_where_it_says_little_about_single_ones(client, lived, today):
    client.force_login(lived.secretary)
    assert page(client, "branch_sheet", QUARTER).context["third"] == ""
    from xianfeng.organizations.actions import found

    for serial in range(20, 24):
        found(
            number=f"371122-JT-{serial}", name=f"第{serial}党支部", short_name=f"第{serial}", kind="branch",
            parent=lived.committee, by=None,
        )  # fmt: skip
        state(
            lived.jia.__class__.objects.get(code=f"jt-{serial}"), "meeting.party_day", date(2026, 7, 1), 1, 1
        )
    recompute_current(today)
    assert page(client, "branch_sheet", QUARTER).context["third"]


def test_members_see_their_own_score_and_nobody_elses(client, lived):
    client.force_login(lived.member)
    own = page(client, "my_score", QUARTER)
    assert own.status_code == 200
    assert own.context["score"].person == lived.member
    mine = MemberScore.objects.get(round__code=QUARTER, person=lived.member)
    other = MemberScore.objects.get(round__code=QUARTER, person=lived.clerk)
    assert page(client, "member_why", QUARTER, mine.uid).status_code == 200
    assert page(client, "member_why", QUARTER, other.uid).status_code == 404
    assert page(client, "member_sheet", QUARTER).status_code == 403


def test_the_branch_sees_its_members_without_places(client, lived):
    client.force_login(lived.secretary)
    shown = page(client, "member_sheet", QUARTER).content.decode()
    assert lived.member.name in shown
    assert lived.neighbour.name not in shown
    other = MemberScore.objects.get(round__code=QUARTER, person=lived.neighbour)
    assert page(client, "member_why", QUARTER, other.uid).status_code == 404


def test_whoever_is_not_of_the_branch_and_looks_is_noted(client, lived):
    mine = MemberScore.objects.get(round__code=QUARTER, person=lived.member)
    looked = Event.objects.filter(action="assessment.read_member_score")
    for reader, times in ((lived.member, 0), (lived.secretary, 0), (lived.office, 1)):
        client.force_login(reader)
        assert page(client, "member_why", QUARTER, mine.uid).status_code == 200
        assert looked.count() == times


def test_my_score_says_what_is_scored_later(client, lived):
    client.force_login(lived.member)
    lines = {
        line.line.code: line
        for _category, items in page(client, "my_score", QUARTER).context["categories"]
        for _item, lines in items
        for line in lines
    }
    assert lines["M2.1"].counted and "少 1" in lines["M2.1"].text
    assert not lines["M1.1"].counted


# Sheets and charts


def test_excel_has_the_words_of_the_page_and_real_numbers(client, lived):
    client.force_login(lived.office)
    for name, args in (
        ("branch_sheet", (QUARTER,)),
        ("member_sheet", (QUARTER,)),
        ("branch_why", (QUARTER, "jt-12")),
    ):
        answer = page(client, name, *args, format="xlsx")
        sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
        heads = [cell.value for cell in sheet[1]]
        text = page(client, name, *args).content.decode()
        assert all(head in text for head in heads if head not in {"依据", "经办"})
        assert any(isinstance(cell.value, int | float) for cell in sheet[2])


def test_the_heat_table_tells_late_from_missing(client, reports, lived, today):
    fill_in(reports["jt-12"], lived.clerk)
    rows = panels.heat_rows(year_of(2026), [lived.jia, lived.yi], date(2026, 12, 1), own=lived.jia.pk)
    assert [row.own for row in rows] == [True, False]
    assert [cell.future for cell in rows[0].cells] == [False] * 11 + [True]
    assert rows[0].cells[6].points is not None and rows[0].cells[6].url
    assert rows[1].cells[9].level == "missing"
    client.force_login(lived.clerk)
    shown = client.get("/stats/heatmap/2026/").content.decode()
    assert "甲党支部" in shown and "乙党支部" not in shown


def test_nothing_is_said_about_all_where_there_are_few(lived):
    trend = panels.trend(lived.jia, year_of(2026))
    assert all(row[2] == "—" for row in trend.chart.rows)
    assert panels.distribution([Decimal(80)] * 4) is None
    assert panels.distribution([Decimal(80)] * 5).chart.rows


def test_the_panel_shows_the_last_quarter(client, lived, today):
    found = panels.latest_quarter(lived.jia, today)
    assert found.period == Period.parse(QUARTER)
    assert found.why == reverse("scores:branch_why", args=[QUARTER, "jt-12"])
    client.force_login(lived.secretary)
    part = client.get(reverse("scores:branch_panel", args=["jt-12"]), headers={"HX-Request": "true"})
    assert found.why in part.content.decode() and "<html" not in part.content.decode()


@pytest.mark.parametrize(
    ("name", "args", "reader", "at_most"),
    [
        ("branch_sheet", (QUARTER,), "office", 8),
        ("member_sheet", (QUARTER,), "office", 8),
        ("my_score", (QUARTER,), "member", 8),
        ("branch_score", (QUARTER, "jt-12"), "secretary", 8),
        ("branch_why", (QUARTER, "jt-12"), "secretary", 11),
    ],
)
def test_the_number_of_queries_does_not_grow(
    client, lived, today, name, args, reader, at_most, django_assert_max_num_queries
):
    client.force_login(lived.people[reader])
    page(client, name, *args)
    with django_assert_max_num_queries(at_most) as asked:
        page(client, name, *args)
        few = len(asked)
    admit_all([NewMember(f"新{n}", lived.jia, "full", since=date(2020, 1, 1)) for n in "一二三四五"], by=None)
    for day in (3, 4, 5):
        record_activity(
            lived.jia, "volunteering", date(2026, 9, day), by=lived.clerk, present=[lived.member], hours=1
        )
    recompute_current(today)
    page(client, name, *args)
    with django_assert_max_num_queries(few):
        page(client, name, *args)
