"""The office brings in its own files: drops the register, pastes the roster from WPS, mends it, takes it, takes it back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.site import DESK, PHONE
from xianfeng.core.idnumbers import check_digit
from xianfeng.core.sheets import Cell, read_sheets

DATA = Path(__file__).parent.parent / "data"
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


def displayed(cell: Cell) -> str:
    """A cell as WPS puts it on the clipboard: as it is shown, not as it is stored."""
    if cell is None:
        return ""
    if isinstance(cell, float | int) and cell >= 1e11:
        return f"{cell:.5E}"
    if isinstance(cell, date):
        return f"{cell.year}/{cell.month}/{cell.day}"
    text = str(cell)
    return f'"{text}"' if "\n" in text else text


def clipboard(path: Path) -> str:
    (sheet,) = read_sheets(path)
    return "\n".join("\t".join(displayed(cell) for cell in row) for row in sheet.rows)


def looks_right(page: Page) -> None:
    for viewport in (DESK, PHONE):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]  # a plain dict has the two keys
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        assert page.evaluate(SIDEWAYS) <= 0
    page.set_viewport_size(DESK)  # type: ignore[arg-type]


@pytest.mark.slow
def test_from_the_offices_own_files_and_back(visit: Callable[..., Page]) -> None:
    page = visit("office", "/register/imports/new/?kind=branches")
    page.locator("input[type=file]").set_input_files(DATA / "党组织名册.xlsx")
    expect(page.locator("[data-chosen]")).to_have_text("党组织名册.xlsx")
    page.get_by_role("button", name="核对").click()
    page.get_by_role("button", name="导入 31 行").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已导入")
    register = page.url

    page.goto(page.url.partition("/register")[0] + "/register/imports/new/?kind=members")
    looks_right(page)
    page.evaluate(
        "text => { const area = document.querySelector('textarea'); area.focus(); area.value = text; area.dispatchEvent(new Event('input', {bubbles: true})); }",
        clipboard(DATA / "党员名册-甲.xlsx"),
    )
    expect(page.locator("#preview")).to_contain_text("419 行 × 13 列")
    page.get_by_role("button", name="核对").click()
    expected = json.loads((DATA / "党员名册-甲.expected.json").read_text())
    tally = page.locator(".tally")
    expect(tally).to_contain_text("414")
    expect(page.locator("td.faulty")).to_have_count(len(expected["faults"]))
    expect(page.get_by_role("button", name="导入 400 行")).to_be_visible()
    looks_right(page)

    # Mend by keyboard: Tab leads from one cell to mend to the next; what is offered is taken by its button.
    first, second = page.locator("td.faulty input").nth(1), page.locator("td.faulty input").nth(2)
    expect(first).to_have_accessible_name("第 87 行 入党时间")
    first.fill("1964-02-14")
    first.press("Tab")
    expect(second).to_be_focused()
    first17 = "37990019800918003"
    page.keyboard.type(first17 + check_digit(first17))
    page.get_by_role("button", name="重新核对", exact=True).click()
    expect(page.get_by_role("button", name="导入 402 行")).to_be_visible()
    expect(page.locator("td.faulty")).to_have_count(12)

    page.get_by_role("button", name="导入 402 行").click()
    expect(page.locator(".result .tally")).to_contain_text("402")
    looks_right(page)
    for url in (page.url, register):
        page.goto(url)
        page.get_by_role("link", name="撤销本次操作").click()
        looks_right(page)
        page.get_by_role("button", name="撤销本次操作").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("已撤销")
    page.goto(page.url.partition("/register")[0] + "/register/imports/")
    for kind in ("党组织名册", "党员名册"):
        expect(page.locator("tbody tr", has_text=kind).first).to_contain_text("已撤销")
    looks_right(page)


def test_a_file_that_is_no_sheet_is_refused_in_one_sentence(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    wrong: Any = tmp_path / "名册.xlsx"
    wrong.write_bytes(b"%PDF-1.7 not a sheet")
    page = visit("office", "/register/imports/new/?kind=branches")
    page.locator("input[type=file]").set_input_files(wrong)
    page.get_by_role("button", name="核对").click()
    expect(page.locator(".error-summary")).to_contain_text("这不是表格文件")
    looks_right(page)
