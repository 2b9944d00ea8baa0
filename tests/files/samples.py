"""Real files, made here: a photograph with a position, documents, and their hostile cousins."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

from PIL import Image
from pypdf import PdfReader, PdfWriter

OFFICE = "application/vnd.openxmlformats-officedocument."


def photo(form: str = "JPEG", size: tuple[int, int] = (64, 32), *, orientation: int = 1) -> bytes:
    """A picture that carries camera, position and a comment; its left half is red, its right half blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    exif[0x0112] = orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (35.0, 35.0, 0.0), 3: "E", 4: (118.0, 50.0, 0.0)})
    target = BytesIO()
    options: dict[str, Any] = {"comment": b"CANARY-COMMENT"} if form == "JPEG" else {}
    image.save(target, form, exif=exif, icc_profile=b"CANARY-PROFILE", **options)
    return target.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims to be so large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


def pdf(build: Any = None) -> bytes:
    """A PDF of one empty page; `build` may do things to its writer."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if build:
        build(writer)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def packed(content: bytes) -> bytes:
    """The same PDF with all that is not a stream packed into one object stream, as PDF 1.5 allows."""
    reader = PdfReader(BytesIO(content))
    plain, inside = [], []
    for number in sorted(reader.xref[0]):
        found: Any = reader.get_object(number)
        body = BytesIO()
        found.write_to_stream(body)
        (plain if b"stream" in body.getvalue() else inside).append((number, body.getvalue()))
    offsets, bodies = [], b""
    for number, text in inside:
        offsets.append(f"{number} {len(bodies)}")
        bodies += text + b"\n"
    index = " ".join(offsets).encode() + b"\n"
    out, places = b"%PDF-1.5\n", {}
    for number, text in plain:
        places[number] = (1, len(out), 0)
        out += f"{number} 0 obj\n".encode() + text + b"\nendobj\n"
    stream = max(reader.xref[0]) + 1
    places |= {number: (2, stream, at) for at, (number, _) in enumerate(inside)}
    squeezed = zlib.compress(index + bodies)
    places[stream], places[stream + 1] = (1, len(out), 0), (0, 0, 0)
    head = f"<</Type/ObjStm/N {len(inside)}/First {len(index)}/Length {len(squeezed)}/Filter/FlateDecode>>"
    out += f"{stream} 0 obj\n{head}\nstream\n".encode() + squeezed + b"\nendstream\nendobj\n"
    places[stream + 1] = (1, len(out), 0)
    table = b"".join(struct.pack(">BIH", *places.get(n, (0, 0, 65535))) for n in range(stream + 2))
    root = reader.trailer.raw_get("/Root").idnum
    head = f"<</Type/XRef/Size {stream + 2}/W[1 4 2]/Root {root} 0 R/Length {len(table)}>>"
    start = len(out)
    out += f"{stream + 1} 0 obj\n{head}\nstream\n".encode() + table + b"\nendstream\nendobj\n"
    return out + f"startxref\n{start}\n%%EOF\n".encode()


def office(kind: str = "docx", extra: dict[str, bytes] | None = None, *, types: str = "") -> bytes:
    """A minimal Word or Excel file, with entries added."""
    main, form = {
        "docx": ("word/document.xml", "wordprocessingml.document"),
        "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
    }[kind]
    types = types or f'<Types><Override PartName="/{main}" ContentType="{OFFICE}{form}.main+xml"/></Types>'
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr(main, "<document/>")
        for name, body in (extra or {}).items():
            archive.writestr(name, body)
    return target.getvalue()
