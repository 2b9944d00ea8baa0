"""Only files that are what they say and that cannot run come in; pictures come in without where and with what."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from PIL import Image
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from tests.files.samples import office, packed, pdf, photo, png_header
from xianfeng.core.excel import workbook
from xianfeng.files import inspection
from xianfeng.files.inspection import FORMS, MAX_NAME, accept, clean_name
from xianfeng.files.models import Attachment


def refused(name: str, content: bytes) -> str:
    """The code with which a file is refused; its sentence must name the file."""
    with pytest.raises(ValidationError) as caught:
        accept(name, content)
    assert clean_name(name) in caught.value.messages[0]
    return str(caught.value.code)


# --- pictures ---


@pytest.mark.parametrize(("name", "form"), [("现场.jpg", "JPEG"), ("现场.JPEG", "JPEG"), ("现场.png", "PNG")])
def test_pictures_lose_place_camera_and_comment(name: str, form: str) -> None:
    original = photo(form)
    assert b"CANARY-CAMERA" in original
    accepted = accept(name, original)
    assert (accepted.name, accepted.kind) == (name, Attachment.Kind.IMAGE)
    assert b"CANARY" not in accepted.content
    assert b"Exif" not in accepted.content
    with Image.open(BytesIO(accepted.content)) as image:
        assert (image.format, image.size) == (form, (64, 32))
        assert not image.getexif()
        assert not image.getexif().get_ifd(0x8825)
        assert "icc_profile" not in image.info


def test_pictures_are_turned_as_the_camera_was_held() -> None:
    accepted = accept("a.jpg", photo(orientation=6))
    with Image.open(BytesIO(accepted.content)) as image:
        assert image.size == (32, 64)
        red, _green, blue = image.getpixel((16, 5))
        assert red > 200 > 60 > blue  # what was on the left is on top


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    target = BytesIO()
    Image.new(mode, (9, 9)).save(target, "PNG")
    assert accept("a.png", target.getvalue()).media_type == "image/png"


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_kind_of_jpeg_is_read(mode: str) -> None:
    target = BytesIO()
    Image.new(mode, (9, 9)).save(target, "JPEG")
    assert accept("a.jpg", target.getvalue()).media_type == "image/jpeg"


@pytest.mark.parametrize("size", [(50_000, 50_000), (12_000, 12_000), (7_072, 7_072)])
def test_too_many_pixels_are_refused_before_they_are_decoded(size: tuple[int, int]) -> None:
    assert refused("a.png", png_header(*size)) == "pixels"


@pytest.mark.parametrize(("name", "form"), [("a.jpg", "JPEG"), ("a.png", "PNG")])
def test_what_hides_behind_a_picture_is_left_behind(name: str, form: str) -> None:
    tail = b"<?php system($_GET[0]); ?><script>alert(1)</script>"
    assert b"<script" not in accept(name, photo(form) + tail).content


@pytest.mark.parametrize("cut", [20, 100, -30])
def test_torn_pictures_are_refused(cut: int) -> None:
    assert refused("a.png", photo("PNG", (200, 200))[:cut]) == "damaged"


# --- names and kinds ---


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b"GIF89a/*"),
        ("a.png", photo("JPEG")),
        ("a.jpg", photo("PNG")),
        ("a.pdf", b"<html>%PDF-1.7"),
        ("a.pdf", b"\n" + pdf()),
        ("a.docx", b"<html><script>alert(1)</script>"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("a.docx", b"MIME-Version: 1.0\nContent-Type: multipart/related"),
    ],
)
def test_an_ending_that_lies_is_refused(name: str, content: bytes) -> None:
    assert refused(name, content) == "content"


@pytest.mark.parametrize(
    "name",
    [
        "a.svg",
        "a.html",
        "a.docm",
        "a.xlsm",
        "a.zip",
        "a.exe",
        "a.lnk",
        "a.mht",
        "a.gif",
        "a",
        "a.pdf.exe",
        ".jpg",
    ],
)
def test_other_kinds_are_refused(name: str) -> None:
    assert refused(name, photo()) == "type"


def test_an_empty_file_is_refused() -> None:
    assert refused("a.pdf", b"") == "empty"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\刘佳\\会议.docx", "会议.docx"),
        ("/absolute/a.png", "a.png"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("photo\u202egpj.pdf", "photogpj.pdf"),
        ('a"b<c>|d?.pdf', "a_b_c_d_.pdf"),
        ("..", "file"),
        ("\x00.pdf", "pdf"),
        ("字" * 300 + ".docx", "字" * (MAX_NAME - 5) + ".docx"),
    ],
)
def test_names_hold_no_path_and_no_tricks(given: str, kept: str) -> None:
    assert clean_name(given) == kept
    assert len(clean_name(given)) <= MAX_NAME


# --- PDF ---


def script(writer: Any) -> None:
    """As a program does it: in the document's tree of names."""
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")}
    )
    names = ArrayObject([TextStringObject("a"), writer._add_object(action)])
    tree = DictionaryObject({NameObject("/JavaScript"): DictionaryObject({NameObject("/Names"): names})})
    writer.root_object[NameObject("/Names")] = writer._add_object(tree)


def script_of_a_page(writer: Any) -> None:
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")}
    )
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})


def launch(writer: Any) -> None:
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("a.exe")}
    )
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)


def embedded(writer: Any) -> None:
    writer.add_attachment("a.exe", b"MZ")


def named_by_reference(writer: Any) -> None:
    action = DictionaryObject({NameObject("/S"): writer._add_object(NameObject("/SubmitForm"))})
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})


def lying_loose(writer: Any) -> None:
    """An object that nothing refers to."""
    writer._add_object(ArrayObject([DictionaryObject({NameObject("/JS"): TextStringObject("x")})]))


@pytest.mark.parametrize(
    "build", [script, script_of_a_page, launch, embedded, named_by_reference, lying_loose]
)
def test_a_pdf_that_acts_is_refused(build: Any) -> None:
    assert refused("a.pdf", pdf(build)) == "active"


@pytest.mark.parametrize("build", [script_of_a_page, launch, named_by_reference])
def test_a_pdf_that_acts_is_refused_when_packed(build: Any) -> None:
    content = packed(pdf(build))
    assert not any(name in content for name in (b"/Launch", b"/JavaScript", b"/SubmitForm"))
    assert refused("a.pdf", content) == "active"


def test_a_name_spelled_with_escapes_is_still_that_name() -> None:
    spelled = pdf(lying_loose).replace(b"/JS (x)", b"/#4aS()")
    assert b"/JS" not in spelled
    assert refused("a.pdf", spelled) == "active"


def test_packing_alone_is_no_fault() -> None:
    assert accept("a.pdf", packed(pdf())).kind == Attachment.Kind.PDF


def test_an_ordinary_pdf_is_kept_as_it_is() -> None:
    def outline(writer: Any) -> None:
        writer.add_outline_item(title="第一页", page_number=0)
        top = [writer.pages[0].indirect_reference, NameObject("/XYZ"), *(NumberObject(0) for _ in range(3))]
        writer.root_object[NameObject("/OpenAction")] = ArrayObject(top)

    content = pdf(outline)
    accepted = accept("会议记录.pdf", content)
    assert accepted.content == content
    assert accepted.kind == Attachment.Kind.PDF


def test_a_protected_pdf_is_refused() -> None:
    assert refused("a.pdf", pdf(lambda writer: writer.encrypt("secret", algorithm="AES-128"))) == "encrypted"


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"%PDF-1.7\n" + b"1 0 obj <<" * 5000, pdf()[:80]])
def test_a_broken_pdf_is_refused(content: bytes) -> None:
    assert refused("a.pdf", content) == "damaged"


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "PDF_SECONDS", 0.01)
    assert refused("a.pdf", pdf()) == "damaged"


# --- Word and Excel ---


@pytest.mark.parametrize(("name", "kind"), [("a.docx", "word"), ("a.xlsx", "excel")])
def test_office_files_are_kept_as_they_are(name: str, kind: str) -> None:
    content = office(name[2:])
    accepted = accept(name, content)
    assert (accepted.content, accepted.kind) == (content, kind)


def test_files_of_real_programs_are_accepted() -> None:
    import docx

    target = BytesIO()
    document = docx.Document()
    document.add_paragraph("会议记录")
    picture = BytesIO()
    Image.new("RGB", (64, 32)).save(picture, "JPEG")
    document.add_picture(picture)
    document.save(target)
    assert accept("会议记录.docx", target.getvalue()).kind == "word"
    sheet = workbook([("姓名", "text")], [["张三"]] * 5000, title="名单")
    assert accept("名单.xlsx", sheet).kind == "excel"


def test_word_and_excel_are_not_taken_for_each_other() -> None:
    assert refused("a.docx", office("xlsx")) == "damaged"
    assert refused("a.docx", office("docx", types="<Types>application/msword</Types>")) == "content"


@pytest.mark.parametrize(
    ("entry", "body", "code"),
    [
        ("word/vbaProject.bin", b"x", "macros"),
        ("word/activeX/activeX1.xml", b"x", "macros"),
        ("word/embeddings/oleObject1.bin", b"x", "macros"),
        ("word/embeddings/table.xlsx", b"PK\x03\x04rest", "nested"),
        ("word/media/a.rar", b"Rar!rest", "nested"),
        ("../evil.xml", b"x", "damaged"),
        ("/evil.xml", b"x", "damaged"),
        ("word\\..\\evil.xml", b"x", "damaged"),
        ("WORD/document.xml", b"x", "damaged"),
        ("word/a.xml", b'<!DOCTYPE a [<!ENTITY b "c">]>', "damaged"),
        ("word/a.xml", '<?xml version="1.0"?><!DOCTYPE a>'.encode("utf-16"), "damaged"),
        (
            "word/_rels/settings.xml.rels",
            b'<Relationship Type="http://x/attachedTemplate" Target="http://evil.test/a" TargetMode="External"/>',
            "active",
        ),
        ("word/big.xml", b"\0" * 60_000_000, "bomb"),
    ],
)
def test_office_files_with_something_inside_are_refused(entry: str, body: bytes, code: str) -> None:
    assert refused("a.docx", office("docx", {entry: body})) == code


def test_links_to_a_local_template_and_to_pages_are_no_fault() -> None:
    links = (
        b'<Relationship Type="http://x/attachedTemplate" Target="Normal.dotm" TargetMode="External"/>'
        b'<Relationship Type="http://x/hyperlink" Target="https://example.test/" TargetMode="External"/>'
    )
    assert accept("a.docx", office("docx", {"word/_rels/document.xml.rels": links})).kind == "word"


def test_too_many_entries_are_refused() -> None:
    assert refused("a.xlsx", office("xlsx", {f"xl/{n}.xml": b"" for n in range(2000)})) == "bomb"


def test_macros_declared_under_another_name_are_refused() -> None:
    types = "<Types>application/vnd.ms-word.document.macroEnabled.main+xml</Types>"
    assert refused("a.docx", office("docx", types=types)) == "macros"


def test_an_archive_behind_something_else_is_refused() -> None:
    target = BytesIO()
    target.write(b"PK\x03\x04 something that a zip reader skips ")
    with zipfile.ZipFile(target, "a") as archive, zipfile.ZipFile(BytesIO(office())) as source:
        for entry in source.infolist():
            archive.writestr(entry, source.read(entry))
    assert refused("a.docx", target.getvalue()) == "damaged"


def test_links_comments_and_protection_are_refused() -> None:
    def changed(change: Any) -> bytes:
        target = BytesIO(office())
        with zipfile.ZipFile(target, "a") as archive:
            change(archive)
        return target.getvalue()

    def link(archive: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo("word/link.xml")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")

    def comment(archive: zipfile.ZipFile) -> None:
        archive.comment = b"<script>"

    assert refused("a.docx", changed(link)) == "damaged"
    assert refused("a.docx", changed(comment)) == "damaged"
    protected = bytearray(office())
    protected[protected.index(b"PK\x01\x02") + 8] |= 1
    assert refused("a.docx", bytes(protected)) == "encrypted"


def test_torn_office_files_are_refused_at_every_length() -> None:
    whole = office()
    for cut in range(4, len(whole), 7):
        assert refused("a.docx", whole[:cut]) == "damaged"


def test_every_changed_byte_is_harmless() -> None:
    """A changed file is refused with a sentence, or kept because only dates and attributes differ."""
    whole = office()
    kept = 0
    for at in range(4, len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 0xFF
        try:
            accept("a.docx", bytes(changed))
            kept += 1
        except ValidationError:
            continue
    assert 0 < kept < len(whole) / 2


def test_the_file_field_offers_what_is_accepted() -> None:
    assert inspection.ACCEPT.split(",") == list(FORMS)
