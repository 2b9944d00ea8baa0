"""Small drawn pictures and one-page papers that stand for photos and sign-in sheets. No people, no borrowed media."""

from __future__ import annotations

import random
from functools import lru_cache
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from xianfeng.activities.models import Activity, Kind
from xianfeng.activities.permissions import VIEW
from xianfeng.files.storing import store

from .cast import Branch

WIDTH, HEIGHT = 640, 420
SKIES = ((196, 220, 236), (228, 214, 190), (178, 200, 212), (214, 226, 232))
HILLS = ((104, 140, 108), (126, 148, 96), (88, 122, 112), (140, 138, 104))
SIGNS = ((192, 57, 43), (31, 97, 141), (183, 149, 11))


def suits(activity: Activity) -> bool:
    """Whether somebody would have taken a picture or kept a sheet. Never of talks."""
    return activity.kind in {Kind.PARTY_DAY, Kind.VOLUNTEERING, Kind.ASSEMBLY, Kind.LECTURE}


def attach(activity: Activity, branch: Branch, draw: random.Random) -> None:
    """Attach a picture (outdoors) or a sheet (indoors) to an activity, as its clerk would."""
    outdoors = activity.kind == Kind.VOLUNTEERING or draw.random() < 0.6
    day = f"{activity.held_on:%Y%m%d}"
    if outdoors:
        upload = SimpleUploadedFile(f"现场_{day}.png", scene(draw.randrange(2**30)), "image/png")
    else:
        upload = SimpleUploadedFile(f"签到_{day}.pdf", sheet(activity), "application/pdf")
    store(upload, target=activity, permission=VIEW, by=branch.clerk)


def scene(seed: int) -> bytes:
    """A road through hills with a sign, as a PNG."""
    draw = random.Random(seed)  # noqa: S311 - a picture
    image = Image.new("RGB", (WIDTH, HEIGHT), draw.choice(SKIES))
    pen = ImageDraw.Draw(image)
    horizon = draw.randint(150, 210)
    sun = draw.randint(60, WIDTH - 60)
    pen.ellipse((sun - 22, 36, sun + 22, 80), fill=(250, 236, 190))
    for layer in range(3):
        shade = tuple(c + 26 * (2 - layer) for c in draw.choice(HILLS))
        points = [(0, HEIGHT), (0, horizon)]
        points += [(x, horizon + layer * 24 - draw.randint(0, 46)) for x in range(0, WIDTH + 81, 80)]
        pen.polygon([*points, (WIDTH, HEIGHT)], fill=shade)
    middle = draw.randint(WIDTH // 2 - 70, WIDTH // 2 + 70)
    top = horizon + 40
    pen.polygon(
        [(middle - 16, top), (middle + 16, top), (WIDTH - 60, HEIGHT), (60, HEIGHT)], fill=(92, 96, 100)
    )
    for step in range(6):
        y = top + (HEIGHT - top) * step // 6
        half = 1 + step
        x = middle + (WIDTH // 2 - middle) * step // 6
        pen.polygon(
            [
                (x - half, y),
                (x + half, y),
                (x + half + 1, y + 12 + step * 4),
                (x - half - 1, y + 12 + step * 4),
            ],
            fill=(236, 236, 228),
        )
    post = draw.choice((90, WIDTH - 130))
    pen.rectangle((post + 18, horizon + 20, post + 22, HEIGHT - 90), fill=(120, 120, 120))
    pen.rectangle((post, horizon - 10, post + 40, horizon + 24), fill=draw.choice(SIGNS))
    for offset in range(0, WIDTH, 58):
        if abs(offset - middle) > 190:
            pen.rectangle((offset + 10, HEIGHT - 120, offset + 14, HEIGHT - 84), fill=(110, 84, 60))
            pen.ellipse((offset - 6, HEIGHT - 160, offset + 30, HEIGHT - 110), fill=(72, 112, 76))
    return _png(image.quantize(32))


def portrait(seed: int) -> bytes:
    """Head and shoulders as a plain shape, where a photo would be: a JPEG of 300 by 400."""
    draw = random.Random(seed)  # noqa: S311 - a picture
    image = Image.new("RGB", (300, 400), (206, 222, 234))
    pen = ImageDraw.Draw(image)
    coat, skin = draw.choice(((52, 70, 92), (70, 78, 86), (44, 82, 88))), (226, 208, 190)
    pen.ellipse((30, 270, 270, 560), fill=coat)
    pen.polygon([(122, 268), (178, 268), (150, 340)], fill=(240, 242, 244))
    pen.rectangle((128, 220, 172, 284), fill=skin)
    pen.ellipse((88, 84, 212, 252), fill=skin)
    pen.pieslice((82, 66, 218, 226), 180, 360, fill=(58, 54, 52))
    target = BytesIO()
    image.save(target, "JPEG", quality=85)
    return target.getvalue()


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", optimize=False)
    return out.getvalue()


def sheet(activity: Activity) -> bytes:
    """A one-page PDF with a ruled sign-in sheet. Its few words are the number and the day: no fonts are needed."""
    return _sheet(f"{activity.held_on:%Y-%m-%d}", activity.organization.short_number)


@lru_cache(maxsize=64)
def _sheet(day: str, branch: str) -> bytes:
    lines = ["BT /F1 16 Tf 72 770 Td (" + branch + "   " + day + ") Tj ET", "0.5 w 72 750 m 523 750 l S"]
    for row in range(18):
        y = 720 - row * 34
        lines.append(
            f"0.3 w 72 {y} m 523 {y} l S 72 {y} m 72 {y + 34} l S 297 {y} m 297 {y + 34} l S 523 {y} m 523 {y + 34} l S"
        )
    content = "\n".join(lines).encode("ascii")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    out = BytesIO()
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, part in enumerate(parts, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    xref = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, xref))
    return out.getvalue()
