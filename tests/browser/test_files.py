"""A member reads the own file on the phone and asks for a correction; the clerk finds it on the home page and decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.site import PHONE


def test_a_correction_from_the_phone_to_the_file(visit: Callable[..., Any]) -> None:
    member = visit("member", "/me/file/", viewport=PHONE)
    member.get_by_role("link", name=re.compile("请求更正.*籍贯")).click()
    member.get_by_label("应更正为").fill("鼓楼区")
    member.get_by_label("理由").or_(member.get_by_label("原因")).fill("按户口簿")
    member.get_by_role("button", name="提交支部").click()
    expect(member.locator(".field .message")).to_contain_text("请连同省份")
    member.get_by_label("应更正为").fill("山东省莒县")
    member.get_by_role("button", name="提交支部").click()
    expect(member.locator("main")).to_contain_text("支部尚未办理")

    clerk = visit("clerk", "/")
    clerk.locator(".tasks").get_by_role("link", name="办理").click()
    clerk.get_by_role("link", name="籍贯").click()
    expect(clerk.locator("main")).to_contain_text("山东省日照市莒县")
    clerk.get_by_role("button", name="同意更正").click()
    expect(clerk.locator(".page-head")).to_contain_text("已更正")

    member = visit("member", "/me/file/", viewport=PHONE)
    expect(member.locator("dd", has_text="山东省日照市莒县").first).to_be_visible()
    expect(member.locator("#corrections")).to_contain_text("已更正")


def test_a_photo_is_put_into_the_file_and_stands_on_the_sheet(visit: Callable[..., Any]) -> None:
    from tests.files.samples import photo

    clerk = visit("clerk", "/register/members/")
    clerk.get_by_role("link", name="张晓东").first.click()
    clerk.get_by_role("link", name="电子档案").click()
    clerk.get_by_role("link", name="上传照片").click()
    files = [{"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": photo()}]
    clerk.get_by_label("照片").set_input_files(files)
    clerk.get_by_role("button", name="归入").click()
    expect(clerk.locator(".file-photo img")).to_be_visible()
    clerk.get_by_role("link", name="信息采集表").click()
    expect(clerk.locator(".sheet-form .photo img")).to_be_visible()
    expect(clerk.locator("h1")).to_have_text("党员基本信息采集表")
