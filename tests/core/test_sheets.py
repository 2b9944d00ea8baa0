"""Workbooks of every kind are read; hostile ones end in one sentence, soon, with little memory."""

from __future__ import annotations

import io
import re
import time
import warnings
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from xianfeng.core import sheetworker
from xianfeng.core.sheets import UnreadableSheet, annotated, read_pasted, read_sheets

ROWS = [
    ["姓名", "身份证号", "入党时间"],
    ["王建国", "37990019700101001X", date(1998, 7, 1)],
    ["刘佳", 379900198506300025, "1998.7"],
]


def clean() -> bytes:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


CLEAN = clean()


def rebuilt(change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None) -> bytes:
    """The clean workbook with parts changed (None drops one) and others added."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(CLEAN)) as source,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = change(name, source.read(name))
            if content is not None:
                target.writestr(name, content)
        for name, content in (extra or {}).items():
            target.writestr(name, content)
    return held.getvalue()


def same(name: str, content: bytes) -> bytes:
    return content


def in_sheet(old: bytes, new: bytes) -> bytes:
    return rebuilt(
        lambda name, content: content.replace(old, new) if name.endswith("sheet1.xml") else content
    )


def declared(name: str, content: bytes) -> bytes:
    entities = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 9000 + b'"><!ENTITY b "' + b"&a;" * 9000 + b'">]>'
    if not name.endswith("sheet1.xml"):
        return content
    head, mark, rest = content.partition(b"<worksheet")
    return head + entities + mark + rest


def bomb() -> bytes:
    cell = (
        b'<row r="9"><c r="A9" t="inlineStr"><is><t>'
        + b"A" * (256 << 20)
        + b"</t></is></c></row></sheetData>"
    )
    return in_sheet(b"</sheetData>", cell)


def far_cell() -> bytes:
    return in_sheet(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


def far_column() -> bytes:
    return in_sheet(b"</sheetData>", b'<row r="9"><c r="XFD9"><v>1</v></c></row></sheetData>')


def million_rows() -> bytes:
    # Without a dimension and without row numbers: nothing but counting helps.
    row = b"<row><c><v>1</v></c></row>"
    return rebuilt(
        lambda name, content: (
            re.sub(rb"<dimension[^>]*/>", b"", content).replace(
                b"</sheetData>", row * 1_000_000 + b"</sheetData>"
            )
            if name.endswith("sheet1.xml")
            else content
        )
    )


def many_small_parts() -> bytes:
    return rebuilt(same, {f"xl/media/{number}.bin": b"" for number in range(2_100)})


def encrypted_flag() -> bytes:
    held = bytearray(CLEAN)
    place = held.find(b"PK\x01\x02")
    while place >= 0:
        held[place + 8] |= 1
        place = held.find(b"PK\x01\x02", place + 4)
    return bytes(held)


def ole(name: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + name.encode("utf-16-le") + bytes(500)


def duplicate_part() -> bytes:
    held = io.BytesIO(CLEAN)
    with warnings.catch_warnings(), zipfile.ZipFile(held, "a") as target:
        warnings.simplefilter("ignore")
        target.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
    return held.getvalue()


def bad_checksum() -> bytes:
    with zipfile.ZipFile(io.BytesIO(CLEAN)) as source:
        part = source.getinfo("xl/worksheets/sheet1.xml")
    held = bytearray(CLEAN)
    held[part.header_offset + 60] ^= 0xFF
    return bytes(held)


HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "zip bomb": (bomb, {"unpacks_too_big"}),
    "one far cell": (far_cell, {"too_many_rows"}),
    "one cell far to the right": (far_column, {"too_many_columns"}),
    "a million rows": (million_rows, {"too_many_rows", "unpacks_too_big"}),
    "entity bomb": (lambda: rebuilt(declared), {"entities"}),
    "too many parts": (many_small_parts, {"too_many_parts"}),
    "nested archive": (lambda: rebuilt(same, {"xl/embeddings/inner.xlsx": CLEAN}), {"nested"}),
    "nested archive in disguise": (lambda: rebuilt(same, {"xl/media/image1.png": CLEAN}), {"nested"}),
    "climbing name": (lambda: rebuilt(same, {"../../evil": b"x"}), {"odd_names"}),
    "absolute name": (lambda: rebuilt(same, {"/etc/evil": b"x"}), {"odd_names"}),
    "encrypted part": (encrypted_flag, {"encrypted"}),
    "encrypted workbook": (lambda: ole("EncryptedPackage"), {"encrypted"}),
    "Word document, old": (lambda: ole("WordDocument"), {"is_word"}),
    "unknown compound file": (lambda: ole("Something"), {"wrong_type"}),
    "Word document": (
        lambda: rebuilt(
            lambda name, content: None if name.startswith("xl/") else content, {"word/document.xml": b"<a/>"}
        ),
        {"is_word"},
    ),
    "duplicate part": (duplicate_part, {"damaged"}),
    "wrong checksum": (bad_checksum, {"damaged"}),
    "cut short": (lambda: CLEAN[: len(CLEAN) // 2], {"damaged"}),
    "no sheet in it": (
        lambda: rebuilt(lambda name, content: None if "sheet1" in name else content),
        {"damaged"},
    ),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), {"wrong_type"}),
    "PDF": (lambda: b"%PDF-1.7\n", {"wrong_type"}),
    "web page as workbook": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", {"is_web_page"}),
    "noise": (lambda: bytes(range(256)) * 40, {"wrong_type", "encoding"}),
    "empty": (lambda: b"", {"empty"}),
    "zeros": (lambda: bytes(5000), {"empty"}),
    "endless cell": (lambda: bytes("姓名\n" + "王" * 5000, "utf-8"), {"cell_too_long"}),
    "long text file": (lambda: b"a\n" * 60_001, {"too_many_rows"}),
    "wide text file": (lambda: b"a," * 101 + b"a\n", {"too_many_columns"}),
    "too large": (lambda: b"a" * (20 << 20) + b"b", {"file_too_big"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_one_sentence(name: str) -> None:
    make, codes = HOSTILE[name]
    content = make()
    assert content != CLEAN
    started = time.monotonic()
    with pytest.raises(UnreadableSheet) as refusal:
        read_sheets(content)
    assert time.monotonic() - started < 30
    assert refusal.value.code in codes
    assert refusal.value.message.count("\n") == 0
    assert len(refusal.value.message) > 10


def test_the_limits_hold_in_the_child(tmp_path: Path) -> None:
    """A reader that turns greedy, slow or curious is stopped, whatever the file."""
    import subprocess
    import sys

    prelude = f"import sys; sys.path.insert(0, {str(Path(sheetworker.__file__).parent)!r}); import sheetworker; sheetworker.confine()\n"

    def run(code: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "-c", prelude + code],
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )

    assert "MemoryError" in run("held = bytearray(600 << 20)").stderr
    assert "PermissionError" in run("import socket; socket.create_connection(('127.0.0.1', 9))").stderr
    assert "PermissionError" in run("import subprocess; subprocess.run(['true'])").stderr
    assert run("open('/proc/self/limits').read()").returncode == 0
    big = tmp_path / "big"
    assert run(f"open({str(big)!r}, 'wb').write(bytes(120 << 20))").returncode != 0


def test_a_child_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from xianfeng.core import sheets

    slow = tmp_path / "slow.py"
    slow.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(sheets, "WALL_SECONDS", 0.3)
    monkeypatch.setattr(sheetworker, "__file__", str(slow))
    with pytest.raises(UnreadableSheet) as refusal:
        read_sheets(CLEAN)
    assert refusal.value.code == "timeout"


@given(place=st.integers(0, len(CLEAN) - 1), flip=st.integers(1, 255), cut=st.integers(1, len(CLEAN)))
@effort(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_flipped_and_cut_files_are_read_or_refused(place: int, flip: int, cut: int) -> None:
    broken = bytearray(CLEAN)
    broken[place] ^= flip
    content = bytes(broken[:cut])
    assert content != CLEAN
    try:
        assert read_sheets(content)
    except UnreadableSheet as refusal:
        assert refusal.message


def test_cells_keep_their_kind() -> None:
    (sheet,) = read_sheets(CLEAN)
    assert sheet.rows[1] == ["王建国", "37990019700101001X", date(1998, 7, 1)]
    assert isinstance(sheet.rows[2][1], int | float)
    assert sheet.rows[2][2] == "1998.7"


def test_rows_and_columns_are_counted_as_in_the_file() -> None:
    book = openpyxl.Workbook()
    book.active["C4"] = "姓名"
    book.active["D6"] = datetime(2020, 1, 2, 3, 4)  # noqa: DTZ001
    book.active.merge_cells("C7:C9")
    book.active.row_dimensions[6].hidden = True
    book.active.cell(1_048_576, 16_384).font = openpyxl.styles.Font(bold=True)  # formatting only
    other = book.create_sheet("旧表")
    other.sheet_state = "hidden"
    held = io.BytesIO()
    book.save(held)
    first, second = read_sheets(held.getvalue())
    assert first.rows[3][2] == "姓名"
    assert first.rows[5][3] == date(2020, 1, 2)
    assert first.hidden == {6}
    assert list(first.merges) == [(7, 3, 9, 3)]
    assert (second.name, second.visible, list(second.rows)) == ("旧表", False, [])


def test_an_xls_called_xlsx_is_read(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("名册")
    for number, row in enumerate(ROWS):
        for column, value in enumerate(row):
            style = (
                xlwt.easyxf(num_format_str="yyyy-mm-dd")
                if isinstance(value, date)
                else xlwt.Style.default_style
            )
            sheet.write(number, column, value, style)
    path = tmp_path / "名册.xlsx"
    book.save(str(path))
    (read,) = read_sheets(path)
    assert read.rows[1] == ["王建国", "37990019700101001X", date(1998, 7, 1)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_files_in_the_usual_encodings(encoding: str, delimiter: str) -> None:
    text = delimiter.join(["姓名", "备注"]) + "\r\n" + delimiter.join(["苏　超", '"两行\n文字"']) + "\r\n"
    (sheet,) = read_sheets(text.encode(encoding))
    assert sheet.rows == [["姓名", "备注"], ["苏　超", "两行\n文字"]]


def test_pasted_cells() -> None:
    sheet = read_pasted('姓名\t身份证号\r\n苏超\t"37990019700101\n001X"\r\n\t')
    assert sheet.rows == [["姓名", "身份证号"], ["苏超", "37990019700101\n001X"], [None, None]]
    with pytest.raises(UnreadableSheet):
        read_pasted(" \n ")


def test_comments_are_put_into_the_offices_own_workbook() -> None:
    result = annotated(CLEAN, "Sheet", [(3, 2, "身份证号后三位变成了 000。")])
    book = openpyxl.load_workbook(io.BytesIO(result))
    assert book.active["B3"].comment.text == "身份证号后三位变成了 000。"
    assert book.active["A2"].value == "王建国"
    with pytest.raises(UnreadableSheet):
        annotated(b"text", "Sheet", [])
