"""A life in the party, on the pages alone: from the application to full membership through all 25 steps, then to another
branch, away from home, in hardship, back, and retired.

The branch's clerk records the branch's steps, the party office those of the upper committee. The days are counted back from
the day of the test, each within its limit, so that nothing is remarked on the way and the test is the same on any day. At each
stage the registers and the person's own file are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.site import DESK, PHONE, Site, serving_world
from tests.files.samples import photo

UPPER = {4, 8, 13, 16, 17, 18, 24}
# Days before the test on which each step was done; probation (15 → 23) lasts a year and some days.
AGO = {
    1: 1040, 2: 1020, 3: 850, 4: 845, 5: 843, 6: 480, 7: 470, 8: 468, 9: 467, 10: 460, 11: 455, 12: 452, 13: 445, 14: 440,
    15: 430, 16: 425, 17: 415, 18: 412, 19: 410, 20: 395, 21: 70, 22: 66, 23: 60, 24: 30, 25: 5,
}  # fmt: skip
STAGES = {1: "入党申请人", 3: "入党积极分子", 7: "发展对象", 15: "预备党员", 24: "正式党员"}
NAME = "林小雨"
MEMBERS, ACTIVISTS, MOBILE = "/register/members/", "/register/activists/", "/register/mobile-members/"
HARDSHIP, TRANSFERS = "/register/hardship/", "/register/transfers/"


@pytest.fixture(scope="module")
def own_site() -> Iterator[Site]:
    """A site of its own, so that the register holds nobody else."""
    with serving_world() as site:
        yield site


@pytest.fixture
def enter(chromium: Any, own_site: Site) -> Iterator[Callable[..., Page]]:
    """`enter("clerk", PHONE)`: a window in which that person is signed in."""
    contexts: list[BrowserContext] = []

    def entered(role: str, viewport: dict[str, int]) -> Page:
        context = chromium.new_context(
            viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=own_site.url
        )
        contexts.append(context)
        context.add_cookies([own_site.session(own_site.people[role])])
        page: Page = context.new_page()
        return page

    yield entered
    for context in contexts:
        context.close()


def day(ago: int) -> str:
    return (date.today() - timedelta(days=ago)).isoformat()  # noqa: DTZ011 - the machine's day is the site's


def test_a_life_in_the_party(enter: Callable[..., Page], own_site: Site) -> None:
    clerk, office = enter("clerk", PHONE), enter("office", DESK)
    apply(clerk)
    road = clerk.url
    number = clerk.locator(".page-head .num").inner_text()
    own_site.people["own"] = number.lower()
    own = enter("own", PHONE)
    own_file_says(own, STAGES[1])
    for step in range(2, 26):
        page = office if step in UPPER else clerk
        page.goto(road)
        if step == 6:
            for ago in (680, 510):
                examine(page, day(ago))
        record(page, step)
        expect(page.locator(f"#step-{step} .status")).to_have_text("完成")
        expect(page.locator(f"#step-{step} .remark")).to_have_count(0)
        if step in STAGES:
            expect(page.locator(".page-head .meta")).to_contain_text(STAGES[step])
            own_file_says(own, STAGES[step])
            # Until the last step is done the road goes on in the register of those who are prepared.
            stands_in(office, {ACTIVISTS, MEMBERS} if step >= 15 else {ACTIVISTS}, STAGES[step])
    office.goto(road)
    expect(office.locator(".remark")).to_have_count(0)
    expect(office.locator(".page-head .meta")).to_contain_text("已办 25/25 步")
    expect(office.locator(".page-head .num")).to_have_text(number)
    stands_in(office, {MEMBERS}, "正式党员")
    own_file_says(own, "入党志愿书", within="main")

    neighbour = enter("neighbour", DESK)
    transfer(clerk, neighbour, number)
    own_file_says(own, "乙党支部")
    stands_in(neighbour, {MEMBERS, TRANSFERS}, "乙党支部")
    stands_in(clerk, {TRANSFERS}, "乙党支部")

    go_away(neighbour, number)
    stands_in(neighbour, {MEMBERS, MOBILE, TRANSFERS})
    own_file_says(own, "山东省青岛市", within="main")

    fall_into_hardship(neighbour, number)
    stands_in(neighbour, {MEMBERS, MOBILE, HARDSHIP, TRANSFERS})
    office.goto(HARDSHIP)
    expect(office.locator("main")).not_to_contain_text(NAME)
    own_file_says(own, "乙党支部")

    come_back(neighbour)
    retire(office)
    stands_in(office, {MEMBERS, TRANSFERS}, "正式党员")
    own.goto("/me/record/")
    expect(own.locator("main")).to_contain_text("离退休")
    own_file_says(own, "正式党员")


def own_file_says(page: Page, text: str, within: str = ".page-head .meta") -> None:
    """What the person reads in the own file, on the phone."""
    page.goto("/me/file/")
    expect(page.locator("h1")).to_have_text("我的电子档案")
    expect(page.locator(within)).to_contain_text(text)


def stands_in(page: Page, registers: set[str], text: str = "") -> None:
    """The person stands in these registers, as far as the visitor may open them, and in no other."""
    for register in (MEMBERS, ACTIVISTS, MOBILE, HARDSHIP, TRANSFERS):
        if register == HARDSHIP and HARDSHIP not in registers:
            continue  # opened with a reason by those alone who are named for it
        page.goto(register)
        rows = page.locator("#rows", has_text=NAME)
        expect(rows).to_have_count(int(register in registers))
        if text and register in {MEMBERS, ACTIVISTS} & registers:
            expect(rows.locator("tr", has_text=NAME)).to_contain_text(text)


def transfer(giver: Page, taker: Page, number: str) -> None:
    """The branch that gives begins, the one that takes agrees."""
    giver.goto("/register/transfers/new/inside/")
    giver.get_by_label("党员", exact=True).fill(number)
    giver.get_by_label("转入支部").select_option(label="乙党支部")
    giver.get_by_label("生效日期").fill(day(3))
    giver.get_by_role("button", name="登记", exact=True).click()
    expect(giver.locator(".page-head")).to_contain_text("待确认")
    taker.goto(TRANSFERS)
    taker.get_by_role("link", name=NAME).click()
    taker.get_by_role("button", name="同意接收").click()
    expect(taker.locator(".page-head")).to_contain_text("已完成")


def go_away(page: Page, number: str) -> None:
    """Away for work, registered on our side."""
    page.goto("/register/mobile-members/new/out/")
    page.get_by_label("党员", exact=True).fill(number)
    page.get_by_label("地点").fill("山东省青岛市")
    page.get_by_label("原因").select_option(label="务工经商")
    page.get_by_label("起始日期").fill(day(2))
    page.get_by_label("对方党组织").fill("青岛市市北区某社区党委")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("h1")).to_have_text(NAME)


def come_back(page: Page) -> None:
    page.goto(MOBILE)
    page.get_by_role("link", name=NAME).click()
    page.get_by_role("link", name="结束").or_(page.get_by_role("link", name="已返回")).click()
    page.locator("main form").get_by_role("button").first.click()
    page.goto(MOBILE)
    expect(page.locator("#rows", has_text=NAME)).to_have_count(0)


def fall_into_hardship(page: Page, number: str) -> None:
    """The register of hardship opens for a reason."""
    page.goto(HARDSHIP)
    page.get_by_label("用于什么工作").fill("登记困难党员")
    page.get_by_role("button", name="打开").click()
    page.get_by_role("link", name="登记").first.click()
    page.get_by_label("党员", exact=True).fill(number)
    page.get_by_label("类型").select_option(label="突发变故")
    page.get_by_label("困难程度").select_option(label="一般")
    page.get_by_label("起始日期").fill(day(1))
    page.get_by_label("情况").fill("家中失火，房屋受损。")
    page.get_by_role("button", name="登记", exact=True).click()


def retire(page: Page) -> None:
    page.goto(MEMBERS)
    page.get_by_role("link", name=NAME).click()
    page.get_by_role("link", name="电子档案").click()
    page.get_by_role("link", name="填写与更正").click()
    page.get_by_label("在职情况").select_option(label="离退休")
    page.get_by_role("button", name="保存").click()


def apply(page: Page) -> None:
    """The clerk enters the application and comes to the road."""
    page.goto(ACTIVISTS)
    page.get_by_role("link", name="登记入党申请人").click()
    page.get_by_label("申请入党", exact=True).fill(day(AGO[1]))
    page.get_by_label("已收到书面入党申请书").check()
    page.get_by_label("姓名").fill(NAME)
    page.get_by_label("出生日期").fill("1996-02-29")
    page.locator("main").get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("h1")).to_have_text(NAME)
    expect(page.locator(".page-head .meta")).to_contain_text(STAGES[1])


def examine(page: Page, on: str) -> None:
    """A half-yearly examination."""
    page.get_by_text("登记一次考察", exact=True).click()
    page.get_by_label("考察日期").fill(on)
    page.get_by_label("结果").select_option("good")
    page.get_by_role("button", name="记录", exact=True).click()
    expect(page.locator(".timeline").first).to_contain_text(on)


def record(page: Page, step: int) -> None:
    """The next step by the short form on the page of the road."""
    form = page.locator("form", has=page.get_by_role("button", name="登记这一步"))
    expect(form).to_have_attribute("action", re.compile(f"/steps/{step}/$"))
    form.get_by_label("办理日期").fill(day(AGO[step]))
    form.get_by_label(re.compile("^文号")).fill(f"林〔{step}〕号")
    match step:
        case 2:
            form.get_by_text("添加扫描件").click()
            form.locator("input[type=file]").set_input_files(
                {"name": "谈话.jpg", "mimeType": "image/jpeg", "buffer": photo()}
            )
        case 5 | 9:
            for place, name in ((1, "王建国"), (2, "张晓东")):
                form.locator("select").nth(place - 1).select_option(label=name)
        case 7:
            form.get_by_label(re.compile("^公示开始")).fill(day(AGO[7] + 22))
            form.get_by_label(re.compile("^公示结束")).fill(day(AGO[7] + 2))
        case 11:
            form.get_by_label(re.compile("^培训天数")).fill("3")
        case 15 | 23:
            for label, votes in (("应到", "9"), ("到会", "8"), ("赞成", "8")):
                form.get_by_label(re.compile(f"^{label}")).fill(votes)
    for box in form.locator("input[type=checkbox]").all():
        box.check()
    form.get_by_role("button", name="登记这一步").click()
    page.wait_for_url(re.compile(r"/steps/$"))
