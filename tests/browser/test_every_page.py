"""Every page, for every role, at both widths: accessible, no wider than the screen, quiet, and nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.pages import ROLES, Listed, every_page
from tests.browser.site import DESK, PHONE, Site, serving_world

# Half-width marks between Chinese characters, where a sentence was put together from pieces.
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?] ?[\u4e00-\u9fff]")
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
DRAWN = "[...document.querySelectorAll('.chart [data-chart]')].every(chart => chart.querySelector('svg'))"
# What is wider than the page, not counting what scrolls inside a box of its own.
WIDER = """() => {
  const edge = document.documentElement.clientWidth, wide = [];
  for (const part of document.querySelectorAll('body *')) {
    if (part.getBoundingClientRect().right <= edge + 1 || !part.offsetParent) continue;
    let box = part.parentElement;
    while (box && getComputedStyle(box).overflowX === 'visible') box = box.parentElement;
    if (!box || box === document.body || box === document.documentElement) wide.push(part.outerHTML.slice(0, 90));
  }
  return wide.slice(0, 3);
}"""


@pytest.fixture(scope="module")
def full() -> Iterator[tuple[Site, list[Listed]]]:
    """A site with one object of each kind, and its pages."""
    with serving_world() as site:
        yield site, every_page(site)


class Walker:
    """One window, signed in as one role; writes down what is wrong on the pages it opens."""

    def __init__(
        self, chromium: Any, site: Site, role: str | None, viewport: dict[str, int], language: str = "zh-hans"
    ) -> None:
        self.site, self.viewport, self.language, self.at = site, viewport, language, ""
        self.faults: list[str] = []
        self.context = chromium.new_context(
            viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=viewport == PHONE
        )
        if role:
            self.context.add_cookies([site.session(site.people[role])])
        self.context.add_cookies([{"name": "language", "value": language, "url": site.url}])
        self.page = self.context.new_page()
        self.own = urlsplit(site.url).netloc
        self.page.on("request", self.asked)
        self.page.on("response", self.answered)
        self.page.on("console", self.said)
        self.page.on("pageerror", lambda error: self.fault(f"script: {error}"))

    def fault(self, text: str) -> None:
        self.faults.append(f"{self.at} ({self.viewport['width']}): {text}")

    def asked(self, request: Any) -> None:
        if urlsplit(request.url).netloc not in {self.own, ""}:
            self.fault(f"asked {request.url}")

    def answered(self, response: Any) -> None:
        if response.status >= 400:
            self.fault(f"{response.url} answered {response.status}")

    def said(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.fault(f"console: {message.text}")

    def open(self, listed: Listed) -> None:
        """Open a page; it says its language and its title."""
        self.at = listed.url
        self.page.goto(self.site.url + listed.url)
        self.page.wait_for_function(DRAWN)
        if self.page.locator("html").get_attribute("lang") != self.language:
            self.fault("says another language")
        if self.page.title().partition(" - ")[0].strip() in {"", "党员电子考核管理系统"}:
            self.fault("has no title")
        self.fits("")
        if self.viewport == PHONE:
            self.page.evaluate("document.documentElement.classList.toggle('big', true)")
            self.fits(" in large text")
            self.page.evaluate("document.documentElement.classList.toggle('big', false)")

    def examine(self) -> None:
        """What is wrong with the page that is open, apart from its size."""
        if self.page.locator("h1").count() != 1:
            self.fault(f"has {self.page.locator('h1').count()} first headings")
        for found in HALF_WIDTH.findall(self.page.locator("main").inner_text()):
            self.fault(f"half-width mark: {found}")
        for violation in Axe().run(self.page).response["violations"]:
            where = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            self.fault(f"{violation['id']}: {violation['help']} - {where}")

    def fits(self, how: str) -> None:
        if (over := self.page.evaluate(SIDEWAYS)) > 0:
            self.fault(f"{over} px wider than the screen{how}: {self.page.evaluate(WIDER)}")


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("role", [None, *ROLES])
def test_pages_are_accessible_fit_the_screen_and_stay_quiet(
    chromium: Any, full: tuple[Site, list[Listed]], role: str | None, viewport: dict[str, int]
) -> None:
    site, pages = full
    mine = [page for page in pages if page.role == role]
    assert mine
    walker = Walker(chromium, site, role, viewport)
    for page in mine:
        walker.open(page)
        walker.examine()
    walker.context.close()
    assert not walker.faults, "\n".join(walker.faults)


@pytest.mark.slow
@pytest.mark.parametrize("role", [None, *ROLES])
def test_english_fits_the_phone(chromium: Any, full: tuple[Site, list[Listed]], role: str | None) -> None:
    site, pages = full
    walker = Walker(chromium, site, role, PHONE, "en")
    for page in pages:
        if page.role == role:
            walker.open(page)
    walker.context.close()
    assert not walker.faults, "\n".join(walker.faults)
