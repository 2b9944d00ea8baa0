"""Every component on pages like the real ones, at both widths and in large text."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

PAGES = ["home", "report", "score", "charts", "table", "review", "import", "sign-in", "upload"]
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_fits(visit: Any, name: str, phone: bool) -> None:
    page = visit(f"/gallery/{name}/?bad=1&err=1", phone=phone)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SIDEWAYS) <= 0
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", PAGES)
def test_large_text_fits_the_phone(visit: Any, name: str) -> None:
    page = visit(f"/gallery/{name}/", phone=True, big=True)
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 18
    small = page.evaluate(
        "[...document.querySelectorAll('main .button')].filter(b => b.offsetParent && b.offsetHeight < 40)"
        ".map(b => b.outerHTML)"
    )
    assert small == []


def test_charts_are_drawn_as_svg(visit: Any) -> None:
    page = visit("/gallery/charts/")
    expect(page.locator(".chart svg")).to_have_count(3)
    page.locator(".chart-data summary").first.click()
    assert page.get_by_role("cell", name="87.5").first.is_visible()


def test_paper_shows_the_document_and_not_the_menus(visit: Any) -> None:
    page = visit("/gallery/score/")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 590, "height": 850})  # the 156 mm between the margins of A4
    for part in (".masthead", ".rail", ".tabbar", ".crumb", ".button"):
        expect(page.locator(part).first).to_be_hidden()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.why tr:not(.group)')).display")
        == "table-row"
    )
    assert page.evaluate(SIDEWAYS) <= 0
    expect(page.locator(".print-foot")).to_contain_text("打印自党员电子考核管理系统")
