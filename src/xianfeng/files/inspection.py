"""What may come in: name, first bytes and inner structure must agree, and nothing inside may run.

Pictures are decoded and written anew, which drops place of taking, camera and whatever was hidden behind the
picture. PDF is read by a child process with limits. Word and Excel files are walked entry by entry without being
unpacked. Everything else is refused; so is SVG, HTML, archives, and anything with macros.
"""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath, PureWindowsPath

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from .models import Attachment

Kind = Attachment.Kind
MAX_NAME = 120
MAX_PIXELS = 50_000_000
MAX_ENTRIES = 2_000
MAX_UNPACKED = 100_000_000
MAX_RATIO = 100
PDF_SECONDS = 20
OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of file that may be attached: how it begins, what it is called, and what looks inside."""

    kind: Attachment.Kind
    media_type: str
    magic: bytes
    inspect: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that passed: what to keep (a picture's bytes differ from those handed in) and what it is."""

    name: str
    kind: Attachment.Kind
    media_type: str
    content: bytes


def accept(name: str, content: bytes) -> Accepted:
    """The file as it may be kept. Raises ValidationError with a sentence for whoever handed it in."""
    name = clean_name(name)
    extension = PurePosixPath(name).suffix.lower()
    form = FORMS.get(extension)
    if form is None:
        raise ValidationError(
            _("“%(name)s” cannot be attached. Pictures (JPG, PNG), PDF, Word (docx) and Excel (xlsx) can."),
            code="type",
            params={"name": name},
        )
    if not content:
        raise ValidationError(_("“%(name)s” is empty."), code="empty", params={"name": name})
    if not content.startswith(form.magic):
        raise ValidationError(
            _("“%(name)s” is not what its ending says. Open it, save it again in that form, then attach it."),
            code="content",
            params={"name": name},
        )
    try:
        return Accepted(name, form.kind, form.media_type, form.inspect(content))
    except Refused as refused:
        raise ValidationError(str(refused.sentence), code=refused.code, params={"name": name}) from refused


def clean_name(name: str) -> str:
    """The last part of a name as a person may see it: no path, no control or direction marks, 120 characters."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    visible = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    visible = re.sub(r'[<>:"/\\|?*]+', "_", visible).strip(" .") or "file"
    suffix = PurePosixPath(visible).suffix[:10]
    return visible[: MAX_NAME - len(suffix)].removesuffix(suffix) + suffix


class Refused(Exception):
    """Why a file is refused; the sentence may name it as %(name)s."""

    def __init__(self, code: str, sentence: str | Promise) -> None:
        super().__init__(code)
        self.code, self.sentence = code, sentence


def damaged() -> Refused:
    return Refused("damaged", _("“%(name)s” is damaged and cannot be read. Save it again, then attach it."))


# --- pictures ---


def jpeg(content: bytes) -> bytes:
    image = _decoded(content, "JPEG")
    return _encoded(image if image.mode in {"L", "RGB"} else image.convert("RGB"), "JPEG", quality=88)


def png(content: bytes) -> bytes:
    image = _decoded(content, "PNG")
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode not in {"1", "L", "LA", "RGB", "RGBA"}:
        image = image.convert("RGB")
    return _encoded(image, "PNG")


def smaller(content: bytes, pixels: int) -> bytes:
    """A JPEG of a stored picture whose longer side has at most so many pixels."""
    image: Image.Image = Image.open(BytesIO(content), formats=["JPEG", "PNG"])
    image.draft("RGB", (2 * pixels, 2 * pixels))
    image.thumbnail((pixels, pixels))
    if image.mode in {"LA", "RGBA"}:
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    return _encoded(image.convert("RGB"), "JPEG", quality=82)


def _decoded(content: bytes, form: str) -> Image.Image:
    too_large = Refused("pixels", _("The picture “%(name)s” is too large: at most 50 million pixels."))
    try:
        with Image.open(BytesIO(content), formats=[form]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise too_large
            image.load()
            return ImageOps.exif_transpose(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_large from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, zlib.error, EOFError) as error:
        raise damaged() from error


def _encoded(image: Image.Image, form: str, **options: int) -> bytes:
    """The picture alone: profiles, comments and positions are left behind."""
    image.info = {}
    target = BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


# --- PDF ---


def pdf(content: bytes) -> bytes:
    """A PDF without scripts, programs and files inside; asked of a child process that may be killed."""
    reader = Path(__file__).with_name("pdf_reader.py")
    try:
        answer = subprocess.run(  # noqa: S603 - our own file, no shell
            [sys.executable, "-I", str(reader)],
            input=content,
            capture_output=True,
            timeout=PDF_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise damaged() from error
    verdict = answer.stdout.decode("ascii", "replace").strip() if answer.returncode == 0 else "damaged"
    if verdict == "active":
        raise Refused(
            "active",
            _("“%(name)s” contains scripts or embedded files. Print it to PDF anew, then attach it."),
        )
    if verdict == "encrypted":
        raise Refused(
            "encrypted", _("“%(name)s” is protected by a password. Remove the password, then attach it.")
        )
    if verdict != "clean":
        raise damaged()
    return content


# --- Word and Excel ---


def word(content: bytes) -> bytes:
    return _office(content, "word/document.xml", f"{OFFICE}wordprocessingml.document.main+xml")


def excel(content: bytes) -> bytes:
    return _office(content, "xl/workbook.xml", f"{OFFICE}spreadsheetml.sheet.main+xml")


_RUNS = re.compile(r"vbaproject|vbadata|macrosheets|activex|oleobject|\.bin\.rels$", re.IGNORECASE)
_FETCHES = re.compile(
    rb'<Relationship\b(?=[^>]*TargetMode="External")(?=[^>]*/(?:attachedTemplate|oleObject|frame|subDocument)")'
    rb'(?=[^>]*Target="(?:https?:|ftp:|\\\\|file:////|//))',
    re.IGNORECASE,
)


def _office(content: bytes, main: str, main_type: str) -> bytes:
    """The zip rules, entry by entry: what counts is what is really unpacked, not what the directory claims."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_directory(archive, main)
            total = 0
            for entry in archive.infolist():
                total = _check_entry(archive, entry, total, len(content))
            if main_type.encode() not in archive.read("[Content_Types].xml"):
                raise Refused(
                    "content",
                    _(
                        "“%(name)s” is not what its ending says. Open it, save it again in that form, then attach it."
                    ),
                )
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise damaged() from error
    return content


def _check_directory(archive: zipfile.ZipFile, main: str) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MAX_ENTRIES:
        raise bomb()
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(
            "encrypted", _("“%(name)s” is protected by a password. Remove the password, then attach it.")
        )
    if any(_RUNS.search(name) for name in names):
        raise macros()
    if (
        len({name.lower() for name in names}) != len(names)
        or not {"[Content_Types].xml", main} <= set(names)
        or min(entry.header_offset for entry in entries)  # something stands before the archive
        or archive.comment
        or any(_strays(entry) for entry in entries)
    ):
        raise damaged()


def _strays(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry would leave its folder, or is a link."""
    name = entry.filename
    parts = PurePosixPath(name).parts
    return (
        "\\" in name
        or "\0" in name
        or name.startswith("/")
        or ":" in name
        or ".." in parts
        or (entry.external_attr >> 16) & 0o170000 == 0o120000
    )


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, total: int, packed: int) -> int:
    """Unpack one entry into nothing and look at its beginning. Returns the bytes unpacked so far."""
    xml = entry.filename.endswith((".xml", ".rels"))
    with archive.open(entry) as stream:
        first = stream.read(65_536)
        total += len(first)
        if first.startswith((b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
            raise Refused(
                "nested", _("“%(name)s” contains another file. Remove the embedded file, then attach it.")
            )
        if xml and (
            b"<!DOCTYPE" in first or b"<!ENTITY" in first or first.startswith((b"\xff\xfe", b"\xfe\xff"))
        ):
            raise damaged()
        if b"macroEnabled" in first and entry.filename == "[Content_Types].xml":
            raise macros()
        if entry.filename.endswith(".rels") and _FETCHES.search(first):
            raise Refused(
                "active",
                _("“%(name)s” fetches parts from elsewhere. Save it as a new document, then attach it."),
            )
        while chunk := stream.read(1_048_576):
            total += len(chunk)
            if total > MAX_UNPACKED or total > MAX_RATIO * packed:
                raise bomb()
    if total > MAX_UNPACKED or total > MAX_RATIO * packed:
        raise bomb()
    return total


def bomb() -> Refused:
    return Refused("bomb", _("“%(name)s” unpacks to far more than a document holds and was not opened."))


def macros() -> Refused:
    return Refused("macros", _("“%(name)s” contains macros. Save it without macros, then attach it."))


_JPEG = Form(Kind.IMAGE, "image/jpeg", b"\xff\xd8\xff", jpeg)
FORMS: dict[str, Form] = {
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".png": Form(Kind.IMAGE, "image/png", b"\x89PNG\r\n\x1a\n", png),
    ".pdf": Form(Kind.PDF, "application/pdf", b"%PDF-", pdf),
    ".docx": Form(Kind.WORD, f"{OFFICE}wordprocessingml.document", b"PK\x03\x04", word),
    ".xlsx": Form(Kind.EXCEL, f"{OFFICE}spreadsheetml.sheet", b"PK\x03\x04", excel),
}
ACCEPT = ",".join(FORMS)
"""For the `accept` attribute of a file field."""
