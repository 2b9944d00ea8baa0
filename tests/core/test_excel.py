"""Exported sheets hold real numbers and dates, keep ID numbers whole, and run nothing."""

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from xianfeng.core import excel
from xianfeng.core.excel import display_width, safe_cell, sheet_name, workbook

COLUMNS = [
    ("姓名", "text"),
    ("身份证号", "code"),
    ("得分", "points"),
    ("次数", "number"),
    ("入党时间", "date"),
    ("提交", "date"),
]
ROW = [
    "张三",
    "379900199001011234",
    Decimal("87.5"),
    12,
    date(2026, 7, 1),
    datetime(2026, 10, 5, 9, 30, tzinfo=UTC),
]


def read(content: bytes) -> Any:
    return load_workbook(BytesIO(content)).active


def test_cells_keep_their_types() -> None:
    sheet = read(workbook(COLUMNS, [ROW], title="2026年第三季度 支部得分"))
    assert [cell.value for cell in sheet[1]] == [heading for heading, _ in COLUMNS]
    name, number, points, count, day, moment = sheet[2]
    assert (name.value, name.data_type) == ("张三", "s")
    assert (number.value, number.data_type, number.number_format) == ("379900199001011234", "s", "@")
    assert (points.value, points.number_format) == (87.5, "0.0#")
    assert count.value == 12
    assert (day.value, day.number_format) == (datetime(2026, 7, 1), "yyyy-mm-dd")  # noqa: DTZ001
    assert moment.value == datetime(2026, 10, 5, 17, 30)  # noqa: DTZ001
    assert sheet.title == "2026年第三季度 支部得分"


def test_a_number_in_a_code_column_stays_text() -> None:
    sheet = read(workbook([("编号", "code")], [[371122], ["007"], [None]], title="编号"))
    assert [(cell.value, cell.data_type) for cell in sheet["A"][1:3]] == [("371122", "s"), ("007", "s")]


def test_headings_stay_in_sight_and_columns_fit_chinese() -> None:
    sheet = read(
        workbook(
            [("名称", "text"), ("长", "text")], [["莒县交通运输局机关第一党支部", "字" * 200]], title="支部"
        )
    )
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:B2"
    assert sheet.column_dimensions["A"].width >= display_width("莒县交通运输局机关第一党支部")
    assert sheet.column_dimensions["B"].width <= 52
    assert sheet["A1"].font.bold


def test_the_footer_stands_apart_and_on_every_page() -> None:
    sheet = read(workbook([("名称", "text")], [["a"], ["b"]], title="支部", footer="刘佳 2026-10-27 导出"))
    assert (sheet["A4"].value, sheet["A5"].value) == (None, "刘佳 2026-10-27 导出")
    assert "刘佳" in sheet.oddFooter.left.text
    assert sheet.auto_filter.ref == "A1:A3"


def test_an_empty_list_is_a_sheet_with_headings() -> None:
    sheet = read(workbook([("名称", "text")], [], title="a/b[c]:*?"))
    assert sheet["A1"].value == "名称"
    assert sheet.max_row == 1


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|'/c calc'!A0", "http://example.test/"]
)
def test_nothing_runs(text: str) -> None:
    content = workbook([(text, "text")], [[text]], title=text, footer=text)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"hyperlink" not in sheet
    assert not str(read(content)["A2"].value).startswith(("=", "+", "-", "@", "\t", "\r"))


@effort(max_examples=50, deadline=None)
@given(st.text(max_size=40))
def test_any_text_makes_a_readable_file(text: str) -> None:
    sheet = read(workbook([("a", "text")], [[text]], title=text, sheet=text))
    assert unescape(sheet["A2"].value or "") == safe_cell(text)
    assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_sheet_names_are_what_excel_allows() -> None:
    assert sheet_name("2026/03 [支部]: 'a'") == "2026 03  支部   'a"
    assert sheet_name("'''") == sheet_name("History") == "Sheet1"
    assert sheet_name("𐀀" * 31) == "𐀀" * 15
    assert len(sheet_name("字" * 60)) == 31


def test_a_list_is_never_cut_silently(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MAX_ROWS", 10)
    assert read(workbook([("a", "number")], ([n] for n in range(7)), title="a")).max_row == 8
    with pytest.raises(ValueError, match="more than"):
        workbook([("a", "number")], ([n] for n in range(8)), title="a")
