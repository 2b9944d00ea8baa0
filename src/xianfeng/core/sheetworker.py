"""Opens one workbook of unknown origin inside a process that may die of it.

Run by path with ``python -I sheetworker.py MODE``, the file on standard input and the answer on standard output; it imports
nothing of this package, so that it starts in a few milliseconds and has no secret in its memory. ``sheets.py`` starts it.

``read``      writes JSON lines: ``{"sheet", "visible", "left", "merges", "hidden"}`` opens a sheet, every array after it is a row
              from row 1 on (a day is ``["d", "1998-02-01"]``, an empty cell is null), ``{"refused": code}`` ends everything.
``annotate``  first reads one line of JSON ``{"sheet", "notes": [[row, column, text]]}``, then the workbook; writes the same workbook
              with a comment in each named cell.

Limits: 512 MB of address space, 25 s of processor time, no file can be written, no connection opened. The rules for zip archives
hold before anything is parsed, over the bytes as they are really unpacked and not as the directory promises.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import resource
import stat
import struct
import sys
import zipfile
from typing import Any, BinaryIO, TextIO

MEMORY = 512 << 20
SECONDS = 25
OUTPUT = 32 << 20
TOO_BIG = 3
"""Exit code when the answer outgrew its limit."""
MAX_FILE = 20 << 20
MAX_PARTS = 2_000
MAX_UNPACKED = 100 << 20
MAX_RATIO = 100
RATIO_FROM = 1 << 20
"""Parts smaller than this may shrink as they like: a few hundred kilobytes hurt nobody."""
MAX_ROWS = 60_000
MAX_COLUMNS = 100
MAX_SHEETS = 60
MAX_MERGES = 20_000
MAX_TEXT = 4_000

ARCHIVES = (
    ".zip",
    ".rar",
    ".7z",
    ".gz",
    ".bz2",
    ".xz",
    ".tar",
    ".jar",
    ".xlsx",
    ".xlsm",
    ".docx",
    ".pptx",
    ".xls",
    ".ole",
)
ARCHIVE_MAGIC = (
    b"PK\x03\x04",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b\x08",
    b"BZh",
    b"\xfd7zXZ\x00",
)
ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
ROW_NUMBER = re.compile(rb'\br="(\d+)"')
HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
VALUE = re.compile(rb"<(?:\w+:)?(?:v|is|f)(?:\s[^>]*[^/])?>")
SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
SHEET_NAME = re.compile(rb'\bname="([^"]*)"')
SHEET_ID = re.compile(rb'\br:id="([^"]*)"')
RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Refused(Exception):
    """The file breaks a rule; the code says which."""


def confine() -> None:
    """Take from this process what reading a sheet does not need."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, OUTPUT),
    ):
        hard = resource.getrlimit(limit)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)  # noqa: PLW2901
        resource.setrlimit(limit, (most, most))

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(
            ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "ctypes.")
        ):
            raise PermissionError(event)

    sys.addaudithook(watch)


class ZipFindings:
    """What the walk over an archive learned besides that it is harmless."""

    def __init__(self) -> None:
        self.hidden: dict[str, list[int]] = {}
        """Hidden rows, by part of the archive."""
        self.kept: dict[str, bytes] = {}


def walk(source: BinaryIO) -> ZipFindings:
    """Unpack every part once, counting, and refuse what an honest workbook never does."""
    findings = ZipFindings()
    with zipfile.ZipFile(source) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS:
            raise Refused("too_many_parts")
        names = [part.filename for part in parts]
        lowered = {name.lower() for name in names}
        if len(lowered) != len(names):
            raise Refused("damaged")
        for part in parts:
            name = part.filename
            if part.flag_bits & 0x1:
                raise Refused("encrypted")
            if (
                name.startswith(("/", "\\"))
                or ".." in re.split(r"[/\\]", name)
                or ":" in name
                or "\x00" in name
            ):
                raise Refused("odd_names")
            if stat.S_ISLNK(part.external_attr >> 16):
                raise Refused("odd_names")
            if name.lower().endswith(ARCHIVES):
                raise Refused("nested")
        if sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise Refused("unpacks_too_big")
        if "xl/workbook.xml" not in lowered:
            raise Refused(_kind_of_archive(lowered))
        total = 0
        for part in parts:
            total = _walk_part(archive, part, total, findings)
        packed = max(1, sum(part.compress_size for part in parts))
        if total > RATIO_FROM and total / packed > MAX_RATIO:
            raise Refused("unpacks_too_big")
    return findings


def _kind_of_archive(names: set[str]) -> str:
    if any(name.startswith("word/") for name in names):
        return "is_word"
    if "xl/workbook.bin" in names or "content.xml" in names:
        return "other_sheet"
    return "wrong_type"


def _walk_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, total: int, findings: ZipFindings) -> int:
    """Stream one part: sizes, entity declarations, nested archives, hidden rows and cells far outside. The new total in bytes."""
    name = part.filename
    lowered = name.lower()
    is_xml = lowered.endswith((".xml", ".rels", ".vml"))
    is_sheet = lowered.startswith("xl/worksheets/") and lowered.endswith(".xml")
    keep = lowered in {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
    kept: list[bytes] = []
    hidden: list[int] = []
    size, row, beyond, tail = 0, 0, False, b""
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 18):
            if not size and chunk.startswith(ARCHIVE_MAGIC):
                raise Refused("nested")
            size += len(chunk)
            if total + size > MAX_UNPACKED:
                raise Refused("unpacks_too_big")
            if size > RATIO_FROM and size > MAX_RATIO * max(1, part.compress_size):
                raise Refused("unpacks_too_big")
            if not is_xml:
                continue
            text = tail + chunk
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise Refused("entities")
            if keep:
                kept.append(chunk)
            if is_sheet:
                cut = text.rfind(b"<")
                cut = len(text) if cut < 0 else cut
                whole, tail = text[:cut], text[cut:][-4096:]
                start = 0
                for match in ROW.finditer(whole):
                    number = ROW_NUMBER.search(match[1])
                    row = int(number[1][:9]) if number else row + 1
                    if row > MAX_ROWS and not beyond:
                        beyond, start = True, match.end()
                    if HIDDEN.search(match[1]) and len(hidden) < MAX_ROWS:
                        hidden.append(row)
                # Formatting far below is common and harmless; a value there is a sheet too long.
                if beyond and VALUE.search(whole, start):
                    raise Refused("too_many_rows")
            else:
                tail = text[-16:]
    if keep:
        findings.kept[lowered] = b"".join(kept)
    if hidden:
        findings.hidden[name] = hidden
    return total + size


def hidden_rows(findings: ZipFindings) -> dict[str, list[int]]:
    """Hidden rows by the sheet's name, for the sheets whose part can be told from the workbook's list."""
    if not findings.hidden:
        return {}
    targets: dict[bytes, str] = {}
    for match in RELATION.finditer(findings.kept.get("xl/_rels/workbook.xml.rels", b"")):
        key, target = re.search(rb'\bId="([^"]*)"', match[0]), re.search(rb'\bTarget="([^"]*)"', match[0])
        if key and target:
            targets[key[1]] = "xl/" + target[1].decode("utf-8", "replace").removeprefix("/xl/")
    found = {}
    for match in SHEET.finditer(findings.kept.get("xl/workbook.xml", b"")):
        name, key = SHEET_NAME.search(match[0]), SHEET_ID.search(match[0])
        if name and key and (rows := findings.hidden.get(targets.get(key[1], ""))):
            found[_unescape(name[1].decode("utf-8", "replace"))] = rows
    return found


def _unescape(text: str) -> str:
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


def kind(head: bytes, everything: bytes) -> str:
    """``zip``, ``xls`` or ``text``, told by content alone: an .xls that was renamed to .xlsx is still an .xls."""
    if head.startswith(b"PK"):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if _utf16("EncryptedPackage") in everything or _utf16("EncryptionInfo") in everything:
            raise Refused("encrypted")
        if _utf16("WordDocument") in everything:
            raise Refused("is_word")
        if _utf16("Workbook") in everything or _utf16("Book") in everything:
            return "xls"
        raise Refused("wrong_type")
    if head[:2] in {b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00"}:
        raise Refused("other_sheet")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta", b"mime-version")):
        raise Refused("is_web_page")
    if start.startswith((b"%pdf", b"\x89png", b"\xff\xd8\xff", b"gif8", b"{\\rtf", b"\x7felf", b"mz\x90")):
        raise Refused("wrong_type")
    if any(head.startswith(magic) for magic in ARCHIVE_MAGIC):
        raise Refused("wrong_type")
    return "text"


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def decoded(data: bytes) -> str:
    """Text of a CSV file: UTF-8 with or without its mark, UTF-16 with a mark, GB18030."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if CONTROL.search(text):
            raise Refused("wrong_type")
        return text
    raise Refused("encoding")


def text_rows(text: str, delimiter: str | None = None) -> Any:
    """Rows of delimited text; the delimiter is the one that the first lines use most."""
    import csv

    if delimiter is None:
        opening = text[:4000]
        delimiter = max(",\t;", key=opening.count)
    csv.field_size_limit(1 << 20)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


class Answer:
    """Writes sheets as JSON lines and keeps to the limits on rows, columns and cells."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def line(self, value: object) -> None:
        self.out.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")

    def sheet(self, name: str, rows: Any, **more: object) -> None:
        self.line({"sheet": name, **more})
        for number, row in enumerate(rows, 1):
            if number > MAX_ROWS:
                raise Refused("too_many_rows")
            if len(row) > MAX_COLUMNS:
                # Trailing emptiness is formatting; a value out there is not.
                if any(cell not in {"", None} for cell in row[MAX_COLUMNS:]):
                    raise Refused("too_many_columns")
                row = row[:MAX_COLUMNS]  # noqa: PLW2901
            self.line([self.cell(value) for value in row])

    def cell(self, value: Any) -> object:
        if value is None or value == "":
            return None
        if isinstance(value, str):
            if len(value) > MAX_TEXT:
                raise Refused("cell_too_long")
            return value
        if isinstance(value, float):
            return int(value) if value.is_integer() and abs(value) < 1e18 else value
        if isinstance(value, bool | int):
            return value
        if hasattr(value, "isoformat"):
            return ["d" if hasattr(value, "year") else "t", value.isoformat()]
        return str(value)


def read(source: BinaryIO, out: TextIO) -> None:
    """Answer with every sheet of the workbook, or with the one reason why not."""
    answer = Answer(out)
    data = source.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise Refused("file_too_big")
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Refused("empty")
    sort = kind(data[:512], data)
    if sort == "text":
        answer.sheet("", text_rows(decoded(data)), visible=True, left=0, merges=[], hidden=[])
        return
    hidden: dict[str, list[int]] = {}
    if sort == "zip":
        hidden = hidden_rows(walk(io.BytesIO(data)))

    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.PasswordError:
        raise Refused("encrypted") from None
    worksheets = [one for one in book.sheets_metadata if one.typ == python_calamine.SheetTypeEnum.WorkSheet]
    if not worksheets:
        raise Refused("empty")
    for sheet_number, one in enumerate(worksheets, 1):
        if sheet_number > MAX_SHEETS:
            raise Refused("too_many_sheets")
        sheet = book.get_sheet_by_name(one.name)
        if sheet.total_height > MAX_ROWS:
            raise Refused("too_many_rows")
        # A dense table is built for the whole rectangle: look at its corners before asking for it.
        if sheet.width > MAX_COLUMNS * 20 or sheet.width * sheet.height > 6_000_000:
            raise Refused("too_many_columns")
        merges = [
            [top + 1, left + 1, bottom + 1, right + 1]
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
        ]
        if len(merges) > MAX_MERGES:
            raise Refused("too_many_merges")
        visible = one.visible == python_calamine.SheetVisibleEnum.Visible
        left = sheet.start[1] if sheet.start else 0
        if left > MAX_COLUMNS:
            raise Refused("too_many_columns")
        rows = sheet.iter_rows() if sheet.start else []
        answer.sheet(
            one.name, rows, visible=visible, left=left, merges=merges, hidden=hidden.get(one.name, [])
        )


def annotate(source: BinaryIO, out: BinaryIO) -> None:
    """Copy the workbook with comments; whatever else stands in it is kept as openpyxl keeps it."""
    request = json.loads(source.readline())
    data = source.read(MAX_FILE + 1)
    if not data.startswith(b"PK"):
        raise Refused("wrong_type")
    walk(io.BytesIO(data))

    # openpyxl takes numpy along where it finds it; numpy alone would use up the address space.
    sys.modules["numpy"] = None  # type: ignore[assignment]  # None: it cannot be imported
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    book = openpyxl.load_workbook(io.BytesIO(data), keep_links=False)
    sheet = book[request["sheet"]]
    fill = PatternFill("solid", fgColor="FFF2CC")
    for row, column, text in request["notes"]:
        cell = sheet.cell(row, column)
        if hasattr(cell, "comment") and type(cell).__name__ != "MergedCell":
            comment = Comment(text, "xianfeng")
            comment.width, comment.height = 320, 96
            cell.comment = comment
            cell.fill = fill
    result = io.BytesIO()
    book.save(result)
    out.write(result.getvalue())


def main(mode: str) -> int:
    """Do what is asked and say in one word why not. 0 also when refused; anything else means that the file broke the reader."""
    confine()
    try:
        _answer(mode)
    except OSError as error:
        if error.errno == errno.EFBIG:
            os._exit(TOO_BIG)  # The answer is full: not even the reason fits into it.
        raise
    return 0


def _answer(mode: str) -> None:
    with open(1, "w", encoding="utf-8", closefd=False) as out:
        try:
            if mode == "read":
                read(sys.stdin.buffer, out)
                out.write('{"end":true}\n')
            else:
                annotate(sys.stdin.buffer, sys.stdout.buffer)
                sys.stdout.flush()
        except Refused as refused:
            out.write(f'\n{{"refused":"{refused}"}}\n')
        except MemoryError:
            out.write('\n{"refused":"too_big"}\n')
        except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, struct.error, NotImplementedError):
            out.write('\n{"refused":"damaged"}\n')
        except OSError:
            raise
        except BaseException:  # noqa: BLE001 - a parser that panics is one more way of saying that the file is damaged
            out.write('\n{"refused":"damaged"}\n')


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
