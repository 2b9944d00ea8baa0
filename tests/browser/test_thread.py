"""The whole thread: what was held is recorded on a phone, the month is reported, sent back, mended and accepted, and the
score says so and why.

The month is the last one that ended, because points of a month come when it is over. Its duties and reports are opened by
the job that opens each month; the rest is done with the pages alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.site import DESK, PHONE, Site, serving_world

CLICKS = 12  # at most, on the PC, from the home page to the receipt

OPEN_MONTHS = """
import json
from xianfeng.assessment.actions import save_draft, submit
from xianfeng.assessment.models import Report
from xianfeng.assessment.rounds import recompute_current
from xianfeng.config.jobs import open_month
from xianfeng.core.periods import Period, today
from xianfeng.people.models import Person
month = Period.of(today()).shifted(-1)
for opened in (month, Period.of(today())):
    open_month(opened.start)
# The neighbour has handed in already, so that the office has more than one report to review.
report = Report.objects.of_month(month).get(organization__code="jt-18")
by = Person.objects.get(account="jt180001")
answers = {}
for line in report.lines.filter(kind="reported"):
    answers[f"{line.code}-number"] = "2" if line.asks == "number" else ""
    answers[f"{line.code}-answer"] = line.choices[0].value if line.asks == "yes" else ""
    answers[f"{line.code}-sentence"] = "进入试运行" if line.asks not in {"number", "yes"} else ""
save_draft(report, answers, version=str(report.rev), by=by)
submit(report, by=by)
recompute_current(today())
print(json.dumps({"code": month.code, "number": month.number, "day": f"{month.code}-12", "next": month.shifted(1).code}))
"""


@dataclass
class Month:
    """The month that is reported: 2026-10, 10, a day in it; and the month after."""

    code: str
    number: int
    day: str
    next: str


@pytest.fixture(scope="module")
def thread_site() -> Iterator[Site]:
    """A site of its own, so that nobody else's records get into the score."""
    with serving_world() as site:
        yield site


@pytest.fixture(scope="module")
def month(thread_site: Site) -> Month:
    return Month(**json.loads(thread_site.run(OPEN_MONTHS)))


@pytest.fixture
def enter(chromium: Any, thread_site: Site) -> Iterator[Any]:
    """`enter("clerk", PHONE)`: a window in which that person is signed in, on the home page."""
    contexts: list[BrowserContext] = []

    def entered(role: str, viewport: dict[str, int], **options: Any) -> Page:
        context = chromium.new_context(
            viewport=viewport,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            base_url=thread_site.url,
            **options,
        )
        contexts.append(context)
        context.add_cookies([thread_site.session(thread_site.people[role])])
        page: Page = context.new_page()
        page.goto("/")
        return page

    yield entered
    for context in contexts:
        context.close()


def count_clicks(page: Page) -> list[str]:
    """Every press of a mouse button or finger on the pages of this window, as it happens; keys are none."""
    clicks: list[str] = []
    page.context.expose_binding("clicked", lambda _source, what: clicks.append(what))
    page.context.add_init_script(
        "addEventListener('pointerdown', e => e.isTrusted && clicked(e.target.textContent.trim().slice(0, 20)), true)"
    )
    page.reload()
    return clicks


def record(page: Page, kind: str, day: str, *, topic: str, **states: str) -> None:
    """Record one activity with the form, from the home page; `states`: who was 到场, 请假 or 缺席."""
    page.goto("/")
    page.get_by_role("link", name="记录活动").first.click()
    page.get_by_role("button", name=kind).click()
    page.get_by_label("日期").fill(day)
    page.get_by_label("主题", exact=False).first.fill(topic)
    page.wait_for_load_state("networkidle")  # who was due on that day is asked anew
    for name, state in states.items():
        page.get_by_role("radiogroup", name=name).get_by_text(state).click()
    page.locator(".act-bar").get_by_role("button", name="记录", exact=True).click()
    expect(page.locator(".note.ok")).to_contain_text("已记录")


def answer(page: Page) -> None:
    """Answer every open line: a click in each, then the keyboard."""
    for line in page.locator(".line.open").all():
        if line.locator("input[type=radio]").count():
            line.locator("input[type=radio]").first.click()
        else:
            box = line.locator(
                "input.digits" if line.locator("input.digits").count() else "input.input"
            ).first
            box.click()
            box.press_sequentially("2")


def hand_in(page: Page) -> None:
    """Check and submit, from the report to the receipt."""
    page.get_by_role("button", name="核对并提交").locator("visible=true").first.click()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已提交")


def total(page: Page) -> float:
    """The points at the end of the equation."""
    return float(page.locator(".equation b").last.inner_text())


def test_a_month_from_the_meeting_to_the_points(enter: Any, month: Month) -> None:
    why = f"/scores/{month.code}/jt-12/why/"

    # Two meetings, recorded on the phone.
    phone = enter("clerk", PHONE, has_touch=True)
    record(phone, "主题党日", month.day, topic="洛安路清障保畅", 张晓东="请假")
    record(phone, "支委会", month.day, topic="研究党建工作", 王建国="到场", 刘佳="到场", 陈立平="到场")

    # Before the report: the meetings count already, the missing report costs points.
    clerk = enter("clerk", DESK)
    clerk.goto(why)
    before = total(clerk)
    expect(clerk.locator("[id='B2.2']")).to_be_visible()
    expect(clerk.locator("[id='D2.1']")).to_have_count(0)

    # The report, from the home page to the receipt.
    clerk.goto("/")
    clicks = count_clicks(clerk)
    clerk.get_by_role("link", name=re.compile(rf"^继续填写\D*{month.number}月")).first.click()
    expect(clerk.locator("#l-D2-1")).to_contain_text("洛安路清障保畅")
    answer(clerk)
    expect(clerk.locator("[data-saved]")).to_contain_text("已自动保存")
    hand_in(clerk)
    number = clerk.locator(".result .number").inner_text()
    assert number == f"YB-JT12-{month.code.replace('-', '')}"
    assert 0 < len(clicks) <= CLICKS, clicks
    late = "迟报" in clerk.locator(".result").inner_text()

    # The office, without a mouse: to the next report and back; one line is returned with a reason.
    office = enter("office", DESK)
    touched = count_clicks(office)
    office.goto("/review/")
    for key, code in ((None, "JT-12"), ("j", "JT-18"), ("k", "JT-12")):
        if key:
            office.keyboard.press(key)
        expect(office.locator(".verdict h2")).to_contain_text(code)
    office.keyboard.press("b")
    expect(office.locator("#reasons")).to_be_visible()
    office.keyboard.press("2")
    office.keyboard.press("Control+Enter")
    expect(office.locator(".toasts")).to_contain_text("已退回 JT-12 月报")

    # The clerk mends the line and hands in again.
    clerk.goto("/")
    clerk.get_by_role("link", name="去补正").first.click()
    line = clerk.locator(".line.faulty")
    expect(line).to_contain_text("退回")
    line.locator("input.digits").fill("3")
    hand_in(clerk)

    # The office accepts, again by keyboard, and might undo it.
    office.goto("/review/")
    office.keyboard.press("a")
    expect(office.locator(".toasts")).to_contain_text("已通过 JT-12 月报")
    expect(office.locator(".toasts button[data-key=KeyZ]")).to_be_visible()
    assert touched == []

    # The points are there, and why: the report, when it came and who decided, leads to the record.
    clerk.goto(why)
    assert total(clerk) > before
    expect(clerk.get_by_role("listitem").filter(has_text=f"{month.number}月月报")).to_contain_text("已通过")
    lost = clerk.locator("[id='B2.2']")
    expect(lost).to_have_count(1 if late else 0)
    if late:
        lost.get_by_role("link", name="月报").click()
        expect(clerk.locator("main")).to_contain_text(number)


def test_the_same_without_a_script(enter: Any, month: Month) -> None:
    secretary = enter("neighbour", DESK, java_script_enabled=False)
    record(secretary, "主题党日", f"{month.next}-01", topic="学习党章")
    secretary.goto(f"/reports/jt-18/{month.next}/")
    answer(secretary)
    hand_in(secretary)
    number = secretary.locator(".result .number").inner_text()

    office = enter("office", DESK, java_script_enabled=False)
    office.goto(f"/review/jt-18/{month.next}/")
    office.get_by_role("button", name="通过").click()
    expect(office.locator(".toasts")).to_contain_text("已通过 JT-18 月报")
    secretary.goto(f"/reports/jt-18/{month.next}/receipt/")
    expect(secretary.get_by_role("heading", level=1)).to_have_text("已通过")
    expect(secretary.locator(".number")).to_have_text(number)
