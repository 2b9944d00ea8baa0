"""A new installation in a real browser: three administrators, their second factors, a role, a slip, a member's sign-in."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe

from tests.browser.site import DESK, PHONE, Site, running

GOOD = "patient cranes by noon"
BRANCH = (
    "from xianfeng.organizations.actions import found\n"
    "from xianfeng.organizations.models import Organization\n"
    "from xianfeng.members.actions import NewMember, admit_all\n"
    "root = Organization.objects.get()\n"
    "branch = found(number='371122-JT-12', name='中共测试局甲党支部', short_name='甲党支部', kind='branch', parent=root, by=None)\n"
    "people = admit_all([NewMember(name, branch, 'full') for name in ('王建国', '刘佳', '张晓东')], by=None)\n"
)


@pytest.fixture(scope="module")
def fresh() -> Iterator[Site]:
    """An empty installation with second factors, served as an office serves it."""
    with (
        tempfile.TemporaryDirectory(prefix="xianfeng-fresh-") as folder,
        running(Path(folder), XIANFENG_SECOND_FACTOR="on") as site,
    ):
        yield site


def init(site: Site) -> str:
    """The path of the set-up link that `xianfeng init` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "xianfeng", "init"],
        env=site.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return str(re.search(r"(/setup/[\w-]{43}/)", done.stdout)[1])


def code_of(secret: str) -> str:
    """What a device shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def clean(page: Any) -> None:
    """Nothing that axe finds, and no sideways scroll."""
    found = Axe().run(page).response["violations"]
    assert not found, [f"{page.url} {fault['id']}: {fault['nodes'][0]['html']}" for fault in found]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


@pytest.mark.parametrize("viewport", [DESK], ids=["desk"])
def test_from_an_empty_folder_to_a_member_who_signs_in(
    fresh: Site, chromium: Any, viewport: dict[str, int]
) -> None:
    page = chromium.new_context(viewport=viewport, locale="zh-CN").new_page()
    page.goto(fresh.url + init(fresh))
    clean(page)
    page.fill("[name=number]", "371122-JT")
    page.fill("[name=name]", "中共测试局机关委员会")
    page.click("main .primary")
    secrets = {}
    for name, account in (("何一", "heyi"), ("吕二", "lver"), ("施三", "shisan")):
        clean(page)
        for field, value in {"name": name, "account": account, "password1": f"{account} {GOOD}"}.items():
            page.fill(f"[name={field}]", value)
        page.fill("[name=password2]", f"{account} {GOOD}")
        page.click("main .primary")
    assert "三员已经齐备" in page.inner_text("h1")

    def enter(account: str, password: str = "") -> Any:
        there = chromium.new_context(viewport=viewport, locale="zh-CN").new_page()
        there.goto(fresh.url + "/login/")
        clean(there)
        there.fill("[name=login]", account)
        there.fill("[name=password]", password or f"{account} {GOOD}")
        there.click("main .primary")
        return there

    for account in ("heyi", "lver", "shisan"):
        there = enter(account)
        assert "/me/account/second-factor/" in there.url
        clean(there)
        secrets[account] = "".join(there.inner_text(".secret").split())
        there.fill("[name=code]", code_of(secrets[account]))
        there.click("main .primary")
        assert there.locator(".codes li").count() == 10
        clean(there)
        if account == "lver":
            officer = there
        elif account == "heyi":
            admin = there
        else:
            auditor = there

    fresh.run(BRANCH)
    officer.goto(fresh.url + "/manage/roles/new/")
    clean(officer)
    officer.fill("[name=who]", "刘佳")
    officer.select_option("[name=role]", label="党务干事")
    officer.select_option("[name=organization]", label="甲党支部")
    officer.click("main .primary")
    assert "已给 刘佳 授权" in officer.inner_text(".messages")
    clean(officer)

    admin.goto(fresh.url + "/manage/users/")
    clean(admin)
    admin.click("text=刘佳")
    clean(admin)
    admin.click("text=重置并打印开通条")
    code = admin.inner_text(".slip .code")
    clean(admin)

    clerk = chromium.new_context(viewport=PHONE, locale="zh-CN").new_page()
    clerk.goto(fresh.url + "/activate/?number=JT120002")
    clean(clerk)
    clerk.fill("[name=code]", code.lower())
    clerk.fill("[name=password1]", f"seven {GOOD}")
    clerk.fill("[name=password2]", f"seven {GOOD}")
    clerk.click("main .primary")
    assert "密码已设置" in clerk.inner_text(".messages")
    clerk.fill("[name=login]", "jt120002")
    clerk.fill("[name=password]", f"seven {GOOD}")
    clerk.click("main .primary")
    clerk.goto(fresh.url + "/register/slips/")
    clean(clerk)
    clerk.check("tbody tr:has-text('张晓东') [type=checkbox]")
    clerk.click("text=打印开通条")
    assert "张晓东" in clerk.inner_text(".slip")
    clerk.goto(fresh.url + "/me/account/")
    clean(clerk)

    auditor.goto(fresh.url + "/audit/logs/")
    clean(auditor)
    auditor.click("text=核验日志")
    assert "日志完整，未被改动" in auditor.inner_text(".messages")
    assert "授予角色" in auditor.inner_text("table")
