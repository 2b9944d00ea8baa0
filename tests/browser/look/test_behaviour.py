"""What the script does, seen from outside."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect


def test_keys_press_buttons_but_not_while_writing(visit: Any) -> None:
    page: Page = visit("/gallery/review/")
    page.keyboard.press("b")
    dialog = page.locator("#reasons")
    expect(dialog).to_be_visible()
    page.locator("#why").fill("")
    page.locator("#why").press("2")
    expect(page.locator("#why")).to_have_value("2")
    page.locator("#reasons h2").click()
    page.keyboard.press("2")
    expect(page.locator("#reasons [type=radio]").nth(1)).to_be_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_url("**#jt-2")
    page.keyboard.press("Shift+Slash")
    expect(page.locator("#keys")).to_be_visible()


def test_large_text_at_once_and_after_reload(visit: Any) -> None:
    page: Page = visit("/gallery/home/")
    with page.expect_response("**/preferences/") as answered:
        page.get_by_role("button", name="大字").click()
    assert answered.value.status == 204
    expect(page.locator("html")).to_have_class("big")
    page.reload()
    expect(page.locator("html")).to_have_class("big")
    page.get_by_role("button", name="标准").click()
    expect(page.locator("html")).not_to_have_class("big")


def test_autosave_says_so_only_after_the_server(visit: Any) -> None:
    page: Page = visit("/gallery/report/")
    page.locator("#n12").fill("3")
    with page.expect_response("**/gallery/save/"):
        page.locator("#n12").blur()
    expect(page.locator("[data-saved]")).to_have_text("10:42 已自动保存")
    expect(page.locator("input[name=version]")).to_have_value("3")
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('autosave'))") == []


def test_unsent_text_survives_a_failing_server(visit: Any) -> None:
    page: Page = visit("/gallery/report/", expected=(500,))
    page.route("**/gallery/save/", lambda route: route.fulfill(status=500, body=""))
    page.locator("#wish").fill("党员活动室漏雨")
    page.locator("#wish").blur()
    expect(page.locator("[data-saved]")).to_contain_text("还没有保存")
    page.unroute("**/gallery/save/")
    with page.expect_response("**/gallery/save/"):
        page.reload()
    expect(page.locator("#wish")).to_have_value("党员活动室漏雨")


def test_what_cannot_be_saved_is_said_at_its_field_until_it_can(visit: Any) -> None:
    page: Page = visit("/gallery/report/")
    field = page.locator("#n12")
    field.fill("三")
    field.blur()
    expect(page.get_by_role("alert")).to_have_text("请填数字。没有的填 0。")
    expect(page.locator("[data-saved]")).to_have_text("已保存，标红的除外。")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("3")
    field.blur()
    expect(page.locator("[data-saved]")).to_have_text("10:42 已自动保存")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_conflict_asks_whose_text_stays(visit: Any) -> None:
    page: Page = visit("/gallery/report/", expected=(409,))
    page.locator("#n12").fill("409")
    page.locator("#n12").blur()
    dialog = page.locator("#conflict")
    expect(dialog).to_contain_text("刘佳在 10:39 改过这一项")
    with page.expect_request(lambda request: "overwrite" in (request.post_data or "")):
        dialog.get_by_role("button", name="保留我填的").click()


def test_ended_session_asks_for_the_password(visit: Any) -> None:
    page: Page = visit("/gallery/report/", expected=(401,))
    page.locator("#n12").fill("401")
    page.locator("#n12").blur()
    expect(page.locator("#sign-in-again")).to_contain_text("登录已超时，内容没有丢。")
    expect(page.locator("#n12")).to_have_value("401")


def test_photos_shrink_before_they_leave(visit: Any) -> None:
    page: Page = visit("/gallery/report/")
    photo = io.BytesIO()
    Image.new("RGB", (4000, 3000), "#888").save(photo, "JPEG", exif=Image.Exif().tobytes())
    chosen = page.locator(".add input").first
    chosen.set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()})
    size = """async input => {
      for (let i = 0; i < 50 && input.files[0].size > 200000; i++) await new Promise(done => setTimeout(done, 50));
      const image = await createImageBitmap(input.files[0]);
      return [image.width, image.height, input.files[0].name];
    }"""
    expect(page.locator(".add.busy")).to_have_count(0)
    assert chosen.evaluate(size) == [1600, 1200, "IMG_1.jpg"]


def test_pasted_sheet_is_shown_as_a_table(visit: Any) -> None:
    page: Page = visit("/gallery/import/")
    page.locator("#paste").fill('姓名\t支部\n王建国\t"第一\n支部"\n刘佳\t第二支部\n')
    expect(page.locator("#preview")).to_contain_text("3 行 × 2 列")
    assert page.locator("#preview tr").count() == 3


def test_rows_are_picked_and_counted(visit: Any) -> None:
    page: Page = visit("/gallery/table/")
    bar = page.locator("[data-bulk-bar]")
    expect(bar).to_be_hidden()
    page.locator("input[data-check-all]").check()
    expect(bar).to_contain_text("已选 20 项")


def test_summary_of_faults_has_the_focus_and_leads_to_the_field(visit: Any) -> None:
    page: Page = visit("/gallery/table/?bad=1")
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").first.click()
    expect(page.locator("#id_place")).to_be_focused()


def test_number_is_copied_and_toast_goes_away(visit: Any) -> None:
    page: Page = visit("/gallery/table/")
    page.get_by_role("button", name="复制编号").click()
    expect(page.locator(".toast").last).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == "YB-JT12-202610"


def test_pictures_open_and_turn(visit: Any) -> None:
    page: Page = visit("/gallery/review/")
    page.keyboard.press("Enter")
    viewer = page.locator("dialog.viewer")
    expect(viewer).to_contain_text("党课现场 1 / 2")
    page.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("签到表 2 / 2")
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
