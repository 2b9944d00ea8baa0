"""Recording what was held, as a clerk does it: on the phone, in a few taps, also without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.site import DESK, PHONE, Site


@pytest.fixture(scope="module", autouse=True)
def clean(site: Site) -> None:
    """This month's duties stand before anything is recorded."""
    site.run(
        "from xianfeng.activities.duties import require_month\n"
        "from xianfeng.core.periods import Period, today\n"
        "require_month(Period.of(today()))"
    )


class Taps:
    """A finger that counts."""

    def __init__(self, page: Any) -> None:
        self.page, self.count = page, 0

    def on(self, name: str | re.Pattern[str], role: str = "link") -> None:
        self.page.get_by_role(role, name=name).locator("visible=true").first.click()
        self.page.wait_for_load_state()
        self.count += 1


def test_a_party_day_takes_six_taps_on_the_phone(visit: Callable[..., Any], site: Site) -> None:
    page = visit("clerk", "/", viewport=PHONE)
    finger = Taps(page)
    finger.on(re.compile("^活动"))
    finger.on("记录活动")
    assert page.get_by_role("button", name="主题党日").get_attribute("aria-pressed") == "true"
    page.get_by_role("radiogroup", name="张晓东").get_by_text("请假").click()
    finger.count += 1
    finger.on("记录", "button")
    assert page.get_by_text("已记录").count()
    assert page.get_by_role("heading", level=1).inner_text() == "主题党日"
    assert "应到 9 人，实到 8 人" in page.inner_text("main")
    assert finger.count <= 6


def test_faults_keep_what_was_typed_and_the_kind_may_change(visit: Callable[..., Any]) -> None:
    page = visit("clerk", "/activities/new/?kind=lecture", viewport=DESK, java_script_enabled=False)
    page.get_by_label("主题", exact=False).first.fill("学习党章")
    page.locator(".act-bar").get_by_role("button", name="记录", exact=True).click()
    assert page.get_by_text("请填写主讲人").count()
    assert page.locator("#id_topic").input_value() == "学习党章"
    page.get_by_role("button", name="警示教育").click()
    assert page.locator("#id_topic").input_value() == "学习党章"
    page.locator("#id_topic").press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "学习党章"
    assert "警示教育" in page.inner_text("main")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(
    "path",
    ["/activities/", "/activities/new/", "/activities/new/?kind=talk", "/activities/new/?kind=committee"],
)
def test_nothing_stands_in_the_way(visit: Callable[..., Any], path: str, viewport: dict[str, int]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visit("clerk", path, viewport=viewport)
    found = Axe().run(page).response["violations"]
    assert not [(rule["id"], [node["html"][:120] for node in rule["nodes"]][:3]) for rule in found]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
