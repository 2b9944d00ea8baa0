"""The letter of introduction in its three parts: stub, letter, receipt (组通字〔2006〕45号).

Its text is Chinese whatever language the reader has chosen: it is an official form. Number of days and the month up to
which dues are paid stand in capital numerals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from xianfeng.core.capitals import capital_day, capital_month, capitals
from xianfeng.core.codes import ETHNIC
from xianfeng.core.word import blank, content
from xianfeng.people.models import Person

from .columns import age
from .models import Membership, Transfer

TITLE = "中国共产党党员组织关系介绍信"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the sheet: its title, whom it is addressed to, its text, who signs, and the lines below."""

    title: str
    remark: str
    number: str
    to: str
    text: str
    signed: str
    day: str
    foot: tuple[str, ...] = ()


def _stage(transfer: Transfer) -> str:
    return "预备" if transfer.stage == Membership.Stage.PROBATIONARY else "正式"


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "　　年　　月　　日"


def parts(transfer: Transfer) -> list[Part]:
    """The three parts of the letter of a transfer whose letter is issued."""
    person, day = transfer.person, transfer.issued_on
    assert day is not None  # the letter is issued
    assert transfer.sender is not None  # it goes out
    root = _above(transfer)
    years = age(person.born_on, day)
    sex = "男" if person.sex == Person.Sex.MALE else "女" if person.sex == Person.Sex.FEMALE else "　"
    paid = capital_month(transfer.dues_paid_until) if transfer.dues_paid_until else "　　　"
    number = f"第 {transfer.letter_number} 号"
    who = f"{person.name}同志"
    stub = (
        f"{who}系中共{_stage(transfer)}党员，组织关系由{transfer.sender.name}转到{transfer.elsewhere}。"
        f"党费交至{paid}。有效期{capitals(transfer.valid_days or 0)}天。"
    )
    letter = (
        f"{who}（{sex}，{'' if years is None else years}岁，{ETHNIC.chinese(person.ethnicity) or '　'}），系中共{_stage(transfer)}党员，"
        f"公民身份号码{person.id_number.reveal() or '　　　　　　'}，由{transfer.sender.name}去{transfer.elsewhere}，"
        f"请转接组织关系。该同志党费已交至{paid}。（有效期{capitals(transfer.valid_days or 0)}天）"
    )
    return [
        Part("第一联　存根", "开具单位留存", number, "", stub, root, capital_day(day)),
        Part(
            TITLE,
            "第二联　交接收单位",
            number,
            f"{transfer.addressee}：",
            letter,
            root,
            capital_day(day),
            (
                f"党员联系电话：{person.phone.reveal() or '　　　　　　'}",
                f"党员原所在党支部：{transfer.sender.name}",
                f"原所在基层党委：{root}",
            ),
        ),
        Part(
            f"{TITLE}回执",
            "第三联　由接收单位在一个月内寄回或传回",
            number,
            f"{root}：",
            f"{who}的党员组织关系已转达我处，现予回复。",
            "（盖章）",
            _day(None),
            ("经办人：　　　　　　　", "联系电话：　　　　　　　"),
        ),
    ]


def _above(transfer: Transfer) -> str:
    """The committee that issues: the organization above the branch."""
    sender = transfer.sender
    assert sender is not None
    return sender.parent.name if sender.parent else sender.name


def word(transfer: Transfer) -> bytes:
    """The letter as a Word document on one sheet of A4, with lines to cut along."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    document, normal = blank(edge=1.6, side=2.4, size=13)
    normal.paragraph_format.space_after = Pt(2)
    normal.paragraph_format.line_spacing = Pt(22)

    def line(
        text: str, *, align: Any = None, size: float = 13, bold: bool = False, indent: bool = False
    ) -> None:
        paragraph = document.add_paragraph()
        run = paragraph.add_run(text)
        run.font.size, run.bold = Pt(size), bold
        if align is not None:
            paragraph.alignment = align
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(size * 2)

    centre, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    for index, part in enumerate(parts(transfer)):
        if index:
            line("－　" * 24, align=centre, size=8)
        line(part.title, align=centre, size=17, bold=True)
        line(f"{part.remark}　　{part.number}", align=right, size=10.5)
        if part.to:
            line(part.to)
        line(part.text, indent=True)
        line(part.signed, align=right)
        line(part.day, align=right)
        for foot in part.foot:
            line(foot, size=11)
    return content(document)
