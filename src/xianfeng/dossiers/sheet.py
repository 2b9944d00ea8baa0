"""The information sheet of a member (党员基本信息采集表) as offices use it: a table with the photo in its corner.

Its text is Chinese whatever language the reader has chosen: it is an official form. What the reader may not see stands
masked or is left out, on the screen, in print and in Word alike. Fonts are those of GB/T 9704.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import translation

from xianfeng.core.word import blank, content
from xianfeng.files.access import THUMB, picture_of
from xianfeng.leadership.models import Post
from xianfeng.members.models import Membership

from .fields import Field
from .reading import File, field_of

TITLE = "党员基本信息采集表"
PHOTO_LINES = 4  # the first lines leave room for the photo
WIDTHS = (2.6, 4.6, 2.6, 3.4, 3.2)  # centimetres: label, value, label, value, photo
MOST = 8  # entries of one register


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: one pair over the whole width, or two."""

    left: tuple[str, str]
    right: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The table and what stands around it."""

    title: str
    branch: str
    day: str
    lines: list[Line]

    @property
    def beside_photo(self) -> list[Line]:
        return self.lines[:PHOTO_LINES]

    @property
    def below(self) -> list[Line]:
        return self.lines[PHOTO_LINES:]


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def sheet(file: File) -> Sheet:
    """The sheet of a file as its reader may see it. One query, for the posts in the party."""
    with translation.override("zh-hans"):
        return _sheet(file)


def _sheet(file: File) -> Sheet:
    person, rights = file.person, file.rights

    def of(name: str) -> str:
        kind = field_of(name)
        value = kind.now(person)
        if isinstance(value, date):
            return _day(value)
        return kind.shown(value, clear=rights.reads_sensitive if kind.is_sensitive else rights.reads_numbers)

    def party(name: str) -> str:
        return _day(Field(name, "member").now(person) or None)

    def pair(label: str, name: str) -> tuple[str, str]:
        return label, of(name)

    reached: dict[str, date] = {}
    for spell in sorted(file.spells, key=lambda s: s.since):
        reached.setdefault(spell.stage, spell.since)
    here = min(
        (s.since for s in file.spells if file.current and s.organization_id == file.current.organization_id),
        default=None,
    )
    branch = str(file.current.organization.name) if file.current else "不在册"
    posts = Post.objects.filter(person=person.pk, until=None).select_related("term__organization")
    lines = [
        Line(pair("姓　名", "name"), pair("性　别", "sex")),
        Line(pair("民　族", "ethnicity"), pair("出生日期", "born_on")),
        Line(pair("籍　贯", "native_place"), pair("出生地", "birthplace")),
        Line(("党员编号", person.number or ""), pair("身份证号", "id_number")),
        Line(pair("学　历", "education"), pair("学　位", "degree")),
        Line(pair("毕业院校及专业", "school"), pair("学习方式", "schooling")),
        Line(pair("参加工作日期", "began_work_on"), pair("从业状况", "employment")),
        Line(("工作单位及职务", " ".join(filter(None, (of("employer"), person.post))))),
        Line(pair("职　级", "rank"), pair("专业技术职务", "qualification")),
        Line(pair("手机号码", "phone"), pair("固定电话", "landline")),
        Line(pair("家庭住址", "address")),
        Line(
            ("人员类别", str(file.current.get_stage_display()) if file.current else "不在册"),
            pair("入党前政治面貌", "political"),
        ),
        Line(("所在党支部", branch), ("进入支部日期", _day(here))),
        Line(
            ("申请入党日期", _day(reached.get(Membership.Stage.APPLICANT))),
            ("加入党组织日期", party("joined_on")),
        ),
        Line(("转为正式党员日期", party("confirmed_on")), pair("入党介绍人", "introducers")),
        Line(pair("入党时所在支部", "joined_at"), pair("党小组", "party_group")),
        Line(
            (
                "党内职务",
                "；".join(f"{p.term.organization}{p.get_kind_display()}（{_day(p.since)}起）" for p in posts),
            )
        ),
    ]
    if rights.reads_sensitive:
        lines += [
            Line(pair("婚姻状况", "marital"), pair("健康状况", "health")),
            Line(pair("家庭主要成员", "family")),
        ]
    lines += [
        Line(("工作经历", "\n".join(f"{_span(p.since, p.until)}　{p.unit}　{p.title}" for p in file.work_posts[:MOST]))),
        Line(("奖励情况", "\n".join(f"{_day(a.on)}　{a.title}（{a.given_by}）" for a in file.awards[:MOST]))),
        Line(("培训情况", "\n".join(f"{_span(t.since, t.until)}　{t.title}" + (f"　{t.hours.normalize():f}学时" if t.hours else "") for t in file.training[:MOST]))),
    ]  # fmt: skip
    if rights.reads_sanctions:
        told = (f"{_day(s.on)}　{s.get_penalty_display()}（{s.decided_by}）" for s in file.sanctions[:MOST])
        lines.append(Line(("处分情况", "\n".join(told))))
    return Sheet(TITLE, branch, _day(file.on), lines)


def _span(since: date, until: date | None) -> str:
    """Two days of one training are one; a post that goes on has no end."""
    if until == since:
        return _day(since)
    return f"{_day(since)}—{_day(until) or '今'}"


def word(file: File) -> bytes:
    """The sheet as a Word document on A4."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    made = sheet(file)
    document, normal = blank(edge=2, side=2.3, size=12, font="FangSong_GB2312", chinese="仿宋_GB2312")
    normal.paragraph_format.space_after = Pt(0)
    centre = WD_ALIGN_PARAGRAPH.CENTER

    def written(paragraph: Any, text: str, *, font: str = "", size: float = 12, align: Any = None) -> None:
        run = paragraph.add_run(text)
        run.font.size = Pt(size)
        if font:
            run.font.name = font
            run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
        if align is not None:
            paragraph.alignment = align

    written(document.add_paragraph(), made.title, font="方正小标宋简体", size=22, align=centre)
    written(document.add_paragraph(), f"党支部：{made.branch}　　填表日期：{made.day}", size=12)
    table = document.add_table(rows=len(made.lines), cols=len(WIDTHS))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for number, line in enumerate(made.lines):
        cells = table.rows[number].cells
        for cell, width in zip(cells, WIDTHS, strict=True):
            cell.width = Cm(width)
        last = 3 if number < PHOTO_LINES else 4
        places = [(0, line.left[0], True)]
        if line.right is None:
            cells[1].merge(cells[last])
            places.append((1, line.left[1], False))
        else:
            if last == 4:
                cells[3].merge(cells[4])
            places += [(1, line.left[1], False), (2, line.right[0], True), (3, line.right[1], False)]
        for column, text, is_label in places:
            first = table.cell(number, column).paragraphs[0]
            written(first, text, font="黑体" if is_label else "", size=11, align=centre if is_label else None)
    corner = table.cell(0, 4).merge(table.cell(PHOTO_LINES - 1, 4))
    if file.photo is not None:
        corner.paragraphs[0].add_run().add_picture(io.BytesIO(picture_of(file.photo, THUMB)), width=Cm(2.7))
    else:
        written(corner.paragraphs[0], "照　片", size=11)
    corner.paragraphs[0].alignment = centre
    written(document.add_paragraph(), "")
    written(
        document.add_paragraph(),
        "本人签名：　　　　　　　　　党支部书记签名：　　　　　　　　　年　　月　　日",
    )
    return content(document)
