"""Many at once: activists are pasted, corrected and taken back; one thing of many members is changed and undone; two rows compared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.browser.test_importing import looks_right
from xianfeng.core.periods import today

HEADS = "所在党支部\t姓名\t人员类别\t申请入党日期\t确定积极分子日期\t学历"


def paste(page: Page, text: str) -> None:
    """As from WPS: into the field, so that the preview hears of it."""
    page.evaluate(
        "text => { const area = document.querySelector('textarea'); area.focus(); area.value = text; area.dispatchEvent(new Event('input', {bubbles: true})); }",
        text,
    )


def test_activists_are_pasted_mended_taken_and_taken_back(visit: Callable[..., Page]) -> None:
    applied, activist = (today() - timedelta(days=days) for days in (600, 300))
    page = visit("office", "/register/imports/new/?kind=activists")
    looks_right(page)
    rows = (
        f"甲党支部\t苏晨\t入党积极分子\t{applied}\t{activist}\t本科",
        f"甲党支部\t何静\t正式党员\t{applied}\t\t本科",
    )
    paste(page, "\n".join([HEADS, *rows]))
    expect(page.locator("#preview")).to_contain_text("3 行 × 6 列")
    page.get_by_role("button", name="核对").click()
    expect(page.locator("td.faulty")).to_have_count(1)
    expect(page.locator("td.faulty")).to_contain_text("已是党员")
    looks_right(page)
    page.locator("td.faulty input").fill("入党申请人")
    page.get_by_role("button", name="重新核对", exact=True).click()
    page.get_by_role("button", name="导入 2 行").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已导入")
    looks_right(page)
    result = page.url
    page.get_by_role("link", name="入党积极分子库").last.click()
    expect(page.locator("#rows")).to_contain_text("苏晨")

    page.goto(result.partition("/register")[0] + "/register/imports/new/?kind=activists")
    paste(page, f"{HEADS}\n甲党支部\t苏晨\t\t\t{activist - timedelta(days=9)}\t研究生")
    page.get_by_role("button", name="核对").click()
    changes = page.locator("#changes")
    expect(changes).to_contain_text(str(activist))
    expect(changes).to_contain_text(str(activist - timedelta(days=9)))
    expect(changes).to_contain_text("研究生")
    looks_right(page)
    page.get_by_role("button", name="放弃导入").click()

    page.goto(result)
    page.get_by_role("link", name="撤销本次操作").click()
    looks_right(page)
    page.get_by_role("button", name="撤销本次操作").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已撤销")


def test_one_thing_of_many_members_is_changed_and_undone(visit: Callable[..., Page]) -> None:
    page = visit("office", "/register/members/?branch=jt-12")
    page.get_by_role("link", name="批量修改").click()
    expect(page.locator("tbody tr")).to_have_count(9)
    looks_right(page)
    page.locator("[data-check-all]").check()
    expect(page.locator("[data-bulk-count]")).to_contain_text("9")
    page.select_option("select[name=edit]", "post")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("职务").fill("稽查员")
    page.get_by_role("button", name="查看改动").click()
    expect(page.locator("#changes tbody tr")).to_have_count(9)
    looks_right(page)
    page.get_by_role("button", name="修改 9 人").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已修改")
    page.get_by_role("link", name="撤销本次操作").click()
    page.get_by_role("button", name="撤销本次操作").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已撤销")


def test_two_rows_are_compared_and_the_registers_completeness_leads_to_what_is_missing(
    visit: Callable[..., Page],
) -> None:
    page = visit("office", "/register/quality/")
    looks_right(page)
    page.locator("tbody a").first.click()
    expect(page.locator("#rows tbody tr").first).to_be_visible()
    looks_right(page)
    page.goto(page.url.partition("/register")[0] + "/register/members/duplicates/find/")
    page.get_by_label("其中一人").fill("JT120003")
    page.get_by_label("另一方").fill("JT120004")
    page.get_by_role("button", name="比对").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("是否同一人")
    expect(page.get_by_role("button", name="是同一人，合并")).to_be_visible()
    expect(page.locator("main")).to_contain_text("合并后不能撤销")
    looks_right(page)
