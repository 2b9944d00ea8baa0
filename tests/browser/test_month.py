"""One branch's month in a browser: filled in and handed in by the clerk, returned and accepted by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.site import PHONE, Site

CLICKS = 12  # at most, on the PC, from the home page to the receipt


@pytest.fixture(scope="module", autouse=True)
def month(site: Site) -> str:
    """This month's reports of both branches are open; returns the month."""
    return site.run(
        "from xianfeng.assessment.actions import open_reports\n"
        "from xianfeng.core.periods import Period, today\n"
        "open_reports(Period.of(today()))\n"
        "print(Period.of(today()).code)"
    )


class Hand:
    """A hand that counts its clicks; typing is not clicking."""

    def __init__(self, page: Any) -> None:
        self.page, self.count = page, 0

    def click(self, name: str | re.Pattern[str], role: str = "link") -> None:
        self.page.get_by_role(role, name=name).locator("visible=true").first.click()
        self.page.wait_for_load_state()
        self.count += 1

    def answer(self) -> None:
        """Answer every open line: a click in each, then the keyboard."""
        for line in self.page.locator(".line.open").all():
            self.count += 1
            radio = line.locator("input[type=radio]")
            if radio.count():
                radio.first.check()
            else:
                line.locator("input.input").first.fill(
                    "2" if line.locator("input.digits").count() else "进入试运行"
                )


def test_the_month_from_home_to_acceptance(visit: Callable[..., Any], site: Site, month: str) -> None:
    clerk = visit("clerk", "/")
    hand = Hand(clerk)
    hand.click(re.compile("^月报"))
    hand.click(re.compile("^继续填写"))
    hand.answer()
    clerk.get_by_text("已自动保存").wait_for()
    hand.click("核对并提交", "button")
    assert clerk.get_by_role("heading", level=1).inner_text() == "核对并提交"
    hand.click("提交", "button")
    assert clerk.locator(".result .number").inner_text().startswith("YB-JT12-")
    assert hand.count <= CLICKS

    office = visit("office", "/review/")
    assert "JT-12" in office.locator(".verdict h2").inner_text()
    office.keyboard.press("b")
    office.locator("#reasons[open]").wait_for()
    office.get_by_label("要改的条目").select_option("C1.1")
    office.keyboard.press("Tab")
    office.keyboard.press("2")
    office.keyboard.press("Control+Enter")
    office.get_by_text("已退回 JT-12 月报").wait_for()

    clerk.goto(f"{site.url}/reports/jt-12/{month}/")
    line = clerk.locator(".line.faulty")
    assert "缺少佐证" in line.inner_text()
    line.locator("input.digits").fill("3")
    clerk.get_by_role("button", name="核对并提交").first.click()
    clerk.get_by_role("button", name="提交", exact=True).click()
    assert clerk.get_by_role("heading", level=1).inner_text() == "已提交"

    office.goto(f"{site.url}/review/")
    office.keyboard.press("a")
    office.get_by_text("已通过 JT-12 月报").wait_for()
    office.keyboard.press("z")
    office.get_by_text("已通过 JT-12 月报").wait_for(state="detached")
    assert "JT-12" in office.locator(".verdict h2").inner_text()
    office.keyboard.press("a")
    office.get_by_text("已通过 JT-12 月报").wait_for()

    clerk.goto(f"{site.url}/reports/jt-12/{month}/receipt/")
    assert clerk.get_by_role("heading", level=1).inner_text() == "已通过"


def test_two_editors_see_each_other(visit: Callable[..., Any], month: str) -> None:
    url = f"/reports/jt-18/{month}/"
    first, second = visit("neighbour", url), visit("neighbour", url)
    first.locator("[name='C1.1-number']").fill("2")
    first.get_by_text("已自动保存").wait_for()
    second.locator("[name='C1.1-number']").fill("5")
    dialog = second.locator("#conflict[open]")
    dialog.wait_for()
    assert "冯涛" in dialog.inner_text()
    assert "“2”" in dialog.inner_text()
    dialog.get_by_role("button", name="保留我填的").click()
    second.get_by_text("已自动保存").wait_for()
    first.reload()
    assert first.locator("[name='C1.1-number']").input_value() == "5"


def test_a_lost_session_loses_nothing(visit: Callable[..., Any], month: str) -> None:
    page = visit("neighbour", f"/reports/jt-18/{month}/")
    page.context.clear_cookies()
    page.locator("#coordination").fill("请协调维修活动室")
    page.locator("#sign-in-again[open]").wait_for()
    assert page.locator("#coordination").input_value() == "请协调维修活动室"


def test_a_photo_from_the_phone_appears_on_the_computer(
    visit: Callable[..., Any], site: Site, month: str, tmp_path: Any
) -> None:
    from PIL import Image

    photo = tmp_path / "现场.jpg"
    Image.new("RGB", (2400, 1800), "seagreen").save(photo)
    computer = visit("neighbour", f"/reports/jt-18/{month}/")
    word = site.run(
        "import sys\n"
        "from xianfeng.assessment.evidence import photo_pass\n"
        "from xianfeng.assessment.models import Report\n"
        "from xianfeng.people.models import Person\n"
        "report = Report.objects.get(organization__code='jt-18', month=int(sys.argv[1][-2:]), year=int(sys.argv[1][:4]))\n"
        "print(photo_pass(report, Person.objects.get(account=sys.argv[2])))",
        month,
        site.people["neighbour"],
    )
    phone = visit(None, f"/u/{word}/", viewport=PHONE)
    phone.locator("input[type=file]").set_input_files(photo)
    phone.get_by_text("已上传 1 张").wait_for()
    computer.locator("#photos img").wait_for(timeout=8000)
