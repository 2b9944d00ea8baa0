"""The pages: the register, one road, the short form of a step, and what each person may see and do there."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.development.conftest import DAYS, step
from tests.files.samples import photo
from xianfeng.audit.once import new_key
from xianfeng.development.actions import apply
from xianfeng.development.models import Paper, Road, StepRecord
from xianfeng.files.models import Attachment
from xianfeng.members.actions import NewMember
from xianfeng.members.models import Membership
from xianfeng.people.models import Person

pytestmark = pytest.mark.django_db
LIST = reverse("development:activist_list")
NEW = reverse("development:activist_new")


def sent(client: Client, url: str, **data: Any) -> Any:
    return client.post(url, {"once": new_key(), **data})


def page(road: Road, name: str = "road", **more: Any) -> str:
    return reverse(f"development:{name}", kwargs={"uid": road.person.uid, **more})


@pytest.fixture
def clerk(client: Client, world: Any) -> Client:
    client.force_login(world.clerk)
    return client


APPLICANT = {
    "organization": "", "on": "2026-10-20", "reference": "申〔2026〕3号", "application": "on",
    "person-name": "林小雪", "person-sex": "2", "person-born_on": "1999-12-31", "person-seen": "0",
    "person-id_number": "37990019991231017X", "person-phone": "13800000000", "person-ethnicity": "01",
    "person-education": "20", "person-post": "科员",
}  # fmt: skip


@pytest.fixture
def said(world: Any) -> dict[str, str]:
    """What a clerk types of an applicant, with an ID number whose last character is right."""
    from xianfeng.core import idnumbers

    number = next(
        f"37990019991231017{last}"
        for last in "0123456789X"
        if idnumbers.has_right_check_digit(f"37990019991231017{last}")
    )
    return {**APPLICANT, "organization": str(world.jia.pk), "person-id_number": number}


def test_the_clerk_enters_an_applicant_and_comes_to_the_road(
    clerk: Client, world: Any, today: date, said: dict[str, str]
) -> None:
    answer = sent(clerk, NEW, **said)
    road = Road.objects.get(person__name="林小雪")
    assert answer.status_code == 302 and answer["Location"] == road.get_absolute_url()
    assert (road.person.organization, road.person.education) == (world.jia, "20")
    assert StepRecord.objects.get(road=road).reference == "申〔2026〕3号"
    assert Paper.objects.get(road=road).code == "application"
    text = clerk.get(answer["Location"]).content.decode()
    assert "党组织派人谈话" in text and "2026年11月20日" in text


def test_faults_are_said_and_nothing_typed_is_lost(
    clerk: Client, world: Any, today: date, said: dict[str, str]
) -> None:
    answer = sent(clerk, NEW, **{**said, "on": "2026-10-28", "person-phone": "12"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "这一天还没到" in text and 'value="林小雪"' in text and "申〔2026〕3号" in text
    assert not Person.objects.filter(name="林小雪").exists()


def test_two_people_with_one_id_number_are_refused(
    clerk: Client, world: Any, today: date, said: dict[str, str]
) -> None:
    sent(clerk, NEW, **said)
    answer = sent(clerk, NEW, **{**said, "person-name": "另一人"})
    assert answer.status_code == 422
    assert "此身份证号已经登记过" in answer.content.decode()
    assert not Person.objects.filter(name="另一人").exists()


def test_a_clerk_enters_at_the_own_branch_only(
    clerk: Client, world: Any, today: date, said: dict[str, str]
) -> None:
    answer = sent(clerk, NEW, **{**said, "organization": str(world.yi.pk)})
    assert answer.status_code == 422
    assert not Person.objects.filter(name="林小雪").exists()


def test_a_step_is_recorded_with_day_number_papers_and_scans(clerk: Client, world: Any, road: Road) -> None:
    upload = SimpleUploadedFile("谈话.jpg", photo())
    answer = sent(
        clerk,
        page(road, "step", step=2),
        done_on="2024-03-20",
        reference="谈〔2024〕2号",
        papers=["talk"],
        scan_talk=upload,
    )
    assert answer.status_code == 302
    paper = Paper.objects.get(road=road, code="talk")
    [scan] = Attachment.objects.of(paper)
    text = clerk.get(page(road)).content.decode()
    assert "谈〔2024〕2号" in text and scan.get_absolute_url() in text
    assert clerk.get(scan.get_absolute_url()).status_code == 200
    clerk.force_login(world.neighbour)
    assert clerk.get(scan.get_absolute_url()).status_code == 404


def test_a_scan_is_removed_where_its_step_is_corrected(clerk: Client, world: Any, road: Road) -> None:
    url = page(road, "step", step=2)
    sent(clerk, url, done_on="2024-03-20", papers=["talk"], scan_talk=SimpleUploadedFile("谈话.jpg", photo()))
    [scan] = Attachment.objects.of(Paper.objects.get(road=road, code="talk"))
    assert scan.uid in clerk.get(url).content.decode()
    assert scan.uid not in clerk.get(page(road, "step", step=3)).content.decode()
    sent(clerk, url, done_on="2024-03-20", papers=["talk"], remove_talk=scan.uid, reason="扫描不清")
    assert clerk.get(scan.get_absolute_url()).status_code == 404
    assert Paper.objects.filter(road=road, code="talk").exists()


def test_scans_are_kept_when_the_rest_has_faults(clerk: Client, world: Any, road: Road) -> None:
    upload = SimpleUploadedFile("谈话.jpg", photo())
    answer = sent(clerk, page(road, "step", step=2), done_on="2027-01-01", scan_talk=upload)
    assert answer.status_code == 422
    assert "谈话.jpg" in answer.content.decode()
    assert not StepRecord.objects.filter(road=road, step=2).exists()


def test_what_is_missing_late_or_out_of_order_stands_on_the_page(
    clerk: Client, world: Any, road: Road
) -> None:
    sent(clerk, page(road, "step", step=2), done_on="2024-05-06")
    text = clerk.get(page(road)).content.decode()
    assert "晚于 2024年4月1日" in text
    assert "还缺的材料" in text and "入党申请人谈话记录" in text


def test_a_recorded_step_is_corrected_with_a_reason(clerk: Client, world: Any, road: Road) -> None:
    step(world, road, 2, DAYS[2])
    url = page(road, "step", step=2)
    assert 'value="2024-03-20"' in clerk.get(url).content.decode()
    assert sent(clerk, url, done_on="2024-03-21").status_code == 422
    assert sent(clerk, url, done_on="2024-03-21", reason="日期写错").status_code == 302
    assert StepRecord.objects.get(road=road, step=2).done_on == date(2024, 3, 21)


def test_the_step_entered_last_is_taken_back(
    clerk: Client, world: Any, road: Road, walk: Callable[..., None]
) -> None:
    walk(3)
    assert sent(clerk, page(road, "step_take_back")).status_code == 422
    assert sent(clerk, page(road, "step_take_back"), reason="登记有误").status_code == 302
    assert Membership.objects.get(person=road.person, until=None).stage == Membership.Stage.APPLICANT


def test_the_upper_committees_steps_open_to_the_office_only(
    client: Client, world: Any, road: Road, walk: Callable[..., None]
) -> None:
    walk(3)
    url = page(road, "step", step=4)
    client.force_login(world.secretary)
    assert client.get(url).status_code == 403
    assert sent(client, url, done_on="2024-09-10").status_code == 403
    assert "由机关党委办公室登记" in client.get(page(road)).content.decode()
    client.force_login(world.office)
    assert sent(client, url, done_on="2024-09-10", reference="莒交党备〔2024〕5号").status_code == 302


def test_the_leader_reads_and_records_nothing(client: Client, world: Any, road: Road) -> None:
    client.force_login(world.leader)
    assert client.get(LIST).status_code == 200
    text = client.get(page(road)).content.decode()
    assert "林小雨" in text and 'method="post" action="/register' not in text
    for name in ("step_take_back", "extend", "examine", "stop"):
        assert sent(client, page(road, name), reason="不该").status_code == 403


def test_an_ordinary_member_sees_no_register(client: Client, world: Any, road: Road) -> None:
    client.force_login(world.member)
    assert client.get(LIST).status_code == 403
    assert client.get(page(road)).status_code == 403


def test_everybody_sees_the_own_road_without_what_is_written_about_them(
    client: Client, world: Any, road: Road
) -> None:
    step(world, road, 2, date(2024, 5, 6), note="家庭情况待核实")
    client.force_login(road.person)
    text = client.get(reverse("development:my_road")).content.decode()
    assert "党组织派人谈话" in text and "2024-05-06" in text
    assert "家庭情况待核实" not in text and 'class="remark"' not in text and "status check" not in text
    assert client.get(page(road, "road_print")).status_code == 403
    client.force_login(world.member)
    assert "没有可以显示的内容" in client.get(reverse("development:my_road")).content.decode()


def test_examination_extension_and_end_by_their_pages(
    clerk: Client, world: Any, road: Road, walk: Callable[..., None]
) -> None:
    walk(5)
    assert sent(clerk, page(road, "examine"), held_on="2025-03-01", result="good").status_code == 302
    assert "表现较好，继续培养" in clerk.get(page(road)).content.decode()
    walk(22, first=6)
    assert sent(clerk, page(road, "extend"), done_on="2026-10-12", extends_by="3").status_code == 422
    assert sent(clerk, page(road, "extend"), done_on="2026-10-12", extends_by="6").status_code == 302
    assert "2027年4月10日" in clerk.get(page(road)).content.decode()
    assert sent(clerk, page(road, "stop"), on="2026-10-20").status_code == 422
    assert sent(clerk, page(road, "stop"), on="2026-10-20", reason="本人撤回").status_code == 302
    assert "林小雨" not in clerk.get(LIST).content.decode()


def test_the_sheet_to_print_holds_all_25_steps(clerk: Client, world: Any, road: Road) -> None:
    text = clerk.get(page(road, "road_print")).content.decode()
    assert "发展党员全程纪实表" in text and text.count('<th scope="row">') == 25


# --- the register ---


@pytest.fixture
def several(world: Any, road: Road, walk: Callable[..., None]) -> None:
    """林小雨 is an activist who should have been examined; 林小雪 has just applied; 秦月 applied in the other branch."""
    walk(3)
    for name, branch, by in (("林小雪", world.jia, world.clerk), ("秦月", world.yi, world.neighbour)):
        apply(NewMember(name, branch, "applicant"), on=date(2026, 10, 20), by=by)


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"林小雨", "林小雪", "秦月"}),
        ("stage=applicant", {"林小雪", "秦月"}),
        ("stage=activist", {"林小雨"}),
        ("branch=jt-18", {"秦月"}),
        ("next=2", {"林小雪", "秦月"}),
        ("due=over", {"林小雨"}),
        ("due=soon", {"林小雪", "秦月"}),
        ("q=lxx", {"林小雪"}),
    ],
)
def test_the_register_is_narrowed_down(client: Client, world: Any, query: str, names: set[str]) -> None:
    client.force_login(world.office)
    text = client.get(f"{LIST}?{query}").content.decode()
    rows = text[text.index('id="rows"') :]
    assert {name for name in ("林小雨", "林小雪", "秦月") if name in rows} == names


@pytest.mark.usefixtures("several")
def test_a_clerk_sees_the_own_branch_and_the_excel_file_has_the_same_people(
    clerk: Client, world: Any
) -> None:
    assert "秦月" not in clerk.get(LIST).content.decode()
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{LIST}?format=xlsx").content))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    heads = next(row for row in rows if "姓名" in row)
    people = {row[heads.index("姓名")]: dict(zip(heads, row, strict=True)) for row in rows}
    assert {"林小雨", "林小雪"} <= people.keys() and "秦月" not in people
    assert people["林小雨"]["下一步"] == "4 上级党委备案（积极分子）"
    assert people["林小雨"]["确定积极分子"].date() == DAYS[3]


def test_who_has_become_a_full_member_leaves_the_register_with_the_last_step(
    clerk: Client, world: Any, road: Road, walk: Callable[..., None]
) -> None:
    walk(24)
    assert "林小雨" in clerk.get(LIST).content.decode()
    step(world, road, 25, DAYS[25])
    assert "林小雨" not in clerk.get(LIST).content.decode()
    assert clerk.get(page(road)).status_code == 200


def test_the_register_asks_the_same_number_of_questions_for_more_people(
    clerk: Client, world: Any, road: Road
) -> None:
    def asked() -> int:
        clerk.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            clerk.get(LIST)
        return len(queries)

    before = asked()
    for number in range(12):
        apply(NewMember(f"林{number}", world.jia, "applicant"), on=date(2026, 10, 1), by=world.clerk)
    assert asked() == before
