"""Reads the rows of a roster one after another, and says of each what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Generic, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from xianfeng.core import cells, idnumbers
from xianfeng.core.fields import mask
from xianfeng.core.findings import Fault, Note, safe
from xianfeng.core.places import Places
from xianfeng.core.sheets import Cell
from xianfeng.core.tables import BodyRow, Profile

from . import vocabulary
from .roster_columns import is_masked
from .roster_rows import (
    MemberRow,
    Registered,
    Roster,
    read_education,
    read_ethnicity,
    read_name,
    read_number,
    read_phone,
    read_post,
)

Key = TypeVar("Key")

_NAME = re.compile(r"[^\W\d_][\w·()（）.'\- ]*", re.UNICODE)


class Reader(Generic[Key]):
    """Reads rows one after another; remembers what a later row must not repeat."""

    def __init__(
        self,
        branches: Places[Key],
        today: date,
        checked: Roster[Key],
        for_all: Key | None,
        registered: Mapping[str, Registered],
    ) -> None:
        self.registered = registered
        self.known = False
        self.branches, self.today, self.checked = branches, today, checked
        found = checked.profile
        self.columns = {column.field: column for column in found.columns if column.field}
        self.seen: dict[str, int] = {}
        self.sections: dict[str, Key | None] = {}
        self.current: BodyRow
        self.branch_of_all = for_all if for_all is not None else self._branch_of_title(found)

    def _branch_of_title(self, found: Profile) -> Key | None:
        """A roster of one branch without a column for it names the branch above the headings or on the sheet's tab."""
        texts = [found.sheet.name]
        for row in found.sheet.rows[: found.first_row - 1]:
            texts.extend(cells.text(cell) for cell in row if cell is not None)
        for text in texts:
            for part in [text, *re.split(r"[::\s]", text)]:
                for end in (
                    "",
                    "党员名册",
                    "党员花名册",
                    "花名册",
                    "名册",
                    "党员名单",
                    "名单",
                    "党员信息表",
                    "党员登记表",
                ):
                    if (bare := part.removesuffix(end)) and (place := self.branches.get(bare)):
                        return place.key
        return None

    def cell(self, code: str) -> Cell:
        column = self.columns.get(code)
        return self.current.get(column.index) if column else None

    def fault(
        self, code: str, field_code: str, message: str | Promise, *, value: str | None = None, offer: str = ""
    ) -> None:
        column = self.columns.get(field_code)
        shown = safe(cells.text(self.cell(field_code)))[:60] if value is None else value
        heading, index = (column.heading, column.index) if column else ("", -1)
        self.checked.faults.append(
            Fault(self.current.number, heading, code, shown, str(message), index, offer)
        )

    def note(self, field_code: str, message: str) -> None:
        column = self.columns[field_code]
        self.checked.notes.append(Note(self.current.number, column.heading, message))

    def row(self, row: BodyRow) -> MemberRow[Key]:
        self.current = row
        number = read_number(self.cell("number"))
        self.known = self.is_known(number)
        if self.known:
            self.told_once()
        name = self.name()
        id_number = self.id_number()
        told = self.stage()
        joined, confirmed = self.days(told)
        stage = told or self.stage_from_days(joined, confirmed)
        derived = {
            code
            for code, is_told in (
                ("sex", vocabulary.sex(self.cell("sex"))),
                ("born_on", not cells.is_nothing(self.cell("born_on"))),
                ("stage", told),
            )
            if not is_told
        }
        return MemberRow(
            row=row.number,
            name=name,
            branch=self.branch(),
            id_number=id_number,
            sex=self.sex(id_number),
            ethnicity=self.ethnicity(),
            born_on=self.born_on(id_number),
            education=self.education(),
            post=read_post(self.cell("post")),
            phone=self.phone(),
            stage=stage,
            joined_on=joined,
            confirmed_on=confirmed,
            number=number,
            known=self.known,
            derived=frozenset(derived),
            reached=self.reached(stage, told=bool(told)),
        )

    def reached(self, stage: str, *, told: bool) -> dict[str, date]:
        """On which day which stage was reached; of members the days of joining and confirmation say it."""
        return {}

    def is_known(self, number: str) -> bool:
        """Whether a row is about the registered member with its number: another office's numbering may look like ours."""
        member = self.registered.get(number)
        if member is None:
            return False
        told = cells.text(self.cell("id_number"))
        return read_name(member.name) == read_name(self.cell("name")) or (
            is_masked(told) and told == str(member.id_number)
        )

    def name(self) -> str:
        name = read_name(self.cell("name"))
        if cells.is_nothing(name):
            self.fault(
                "name_missing", "name", _("There is no name. Fill in the name as it stands on the ID card.")
            )
            return ""
        if len(name) > 60 or not _NAME.fullmatch(name):
            self.fault(
                "name_invalid",
                "name",
                _("“%(value)s” is not a name. Fill in the name as it stands on the ID card.")
                % {"value": safe(name)[:20]},
            )
        return name

    def id_number(self) -> str:
        """The number when it is one, else blank and a fault."""
        if "id_number" not in self.columns:
            return ""
        cell = self.cell("id_number")
        if self.known and (cells.is_nothing(cell) or is_masked(cell)):
            return ""
        if is_masked(cell):
            self.fault(
                "id_length",
                "id_number",
                _(
                    "The ID number is hidden, and no member is registered with this member number and name. Fill in all 18 characters."
                ),
                value=cells.text(cell)[:18],
            )
            return ""
        if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 1e15:
            # Fifteen digits are what the spreadsheet kept; what follows them here would be noise of the binary number.
            return self.damaged(f"{cell:.14e}".replace(".", "").partition("e")[0] + "000")
        raw = cells.text(cell)
        if re.fullmatch(r"\s*\d(?:[.．]\d+)?[eEＥ][+＋]?\d+\s*", raw):
            return self.damaged(raw)
        if raw.endswith(".0") and raw[:-2].isdigit():
            if len(raw) >= 18:
                return self.damaged(raw[:-2])
            raw = raw[:-2]
        number = idnumbers.normalized(raw)
        shown = mask(number)
        if not number:
            self.fault(
                "id_length",
                "id_number",
                _("There is no ID number. Fill in all 18 characters as text."),
                value="",
            )
            return ""
        upgraded = idnumbers.upgraded(number)
        if len(upgraded) != 18:
            self.fault(
                "id_length",
                "id_number",
                _("The ID number has %(count)d characters instead of 18. Compare it with the ID card.")
                % {"count": len(number)},
                value=shown,
            )
            return ""
        if not idnumbers.has_shape(upgraded) or not idnumbers.has_right_check_digit(upgraded):
            if upgraded.endswith("000") and upgraded.isdigit():
                return self.damaged(upgraded)
            self.fault(
                "id_check",
                "id_number",
                _(
                    "The check digit of the ID number is wrong, so one character at least is mistyped. Compare it with the ID card."
                ),
                value=shown,
            )
            return ""
        if idnumbers.birthday(upgraded) is None:
            self.fault(
                "id_birth",
                "id_number",
                _("The ID number contains a day of birth that does not exist. Compare it with the ID card."),
                value=shown,
            )
            return ""
        if upgraded != number:
            self.note("id_number", _("An ID number of 15 digits was completed to 18."))
        first = self.seen.setdefault(upgraded, self.current.number)
        if first != self.current.number:
            self.fault(
                "duplicate_person",
                "id_number",
                _(
                    "This ID number already stands on row %(row)d. Keep the row with the person's present branch and delete the other."
                )
                % {"row": first},
                value=shown,
            )
        return upgraded

    def told_once(self) -> None:
        """A registered member stands on one row only."""
        first = self.seen.setdefault(read_number(self.cell("number")), self.current.number)
        if first != self.current.number:
            self.fault(
                "duplicate_person",
                "number",
                _("This member number already stands on row %(row)d. Delete one of the two.")
                % {"row": first},
            )

    def damaged(self, shown: str) -> str:
        self.fault(
            "id_float",
            "id_number",
            _(
                "The last three digits of the ID number became 000 because the sheet stored it as a number. "
                "Set the column to Text, then type the number again from the ID card."
            ),
            value=_shown_damaged(shown),
        )
        return ""

    def branch(self) -> Key | None:
        raw = cells.text(self.cell("branch"))
        if not raw or "branch" not in self.columns:
            section = self.section()
            if section is not None:
                return section
            if self.branch_of_all is not None:
                return self.branch_of_all
            if self.known:
                return None
            self.fault(
                "branch_unknown",
                "branch",
                _(
                    "There is no branch. Fill in its short name as it stands in the register of organizations."
                ),
            )
            return None
        place = self.branches.get(raw)
        if place is not None:
            return place.key
        near = self.branches.nearest(raw)
        if near is not None:
            message = _("There is no branch “%(value)s”. Do you mean “%(near)s”?") % {
                "value": safe(raw)[:40],
                "near": near.name,
            }
        else:
            message = _(
                "There is no branch “%(value)s”. Use the short name from the register of organizations, or add the branch there."
            ) % {"value": safe(raw)[:40]}
        self.fault("branch_unknown", "branch", message, offer=near.name if near else "")
        return None

    def section(self) -> Key | None:
        text = self.current.section
        if text and text not in self.sections:
            bare = re.sub(r"^[一二三四五六七八九十\d]+[、.．)）]\s*", "", text)
            bare = re.sub(r"[(（].*[)）]$", "", bare).strip(":： ")
            place = (
                self.branches.get(text)
                or self.branches.get(bare)
                or self.branches.get(re.split(r"[:：]", bare)[-1])
            )
            self.sections[text] = place.key if place else None
        return self.sections.get(text)

    def days(self, stage: str) -> tuple[date | None, date | None]:
        """Joined, and full member since; with the faults of both."""
        joined = self.day("joined_on", wanted=True)
        confirmed = self.day("confirmed_on", wanted=False)
        if joined and confirmed and confirmed < joined:
            self.fault(
                "date_order",
                "confirmed_on",
                _(
                    "The day of becoming a full member lies before the day of joining. Compare both with the file."
                ),
            )
        if (
            joined
            and stage == vocabulary.PROBATIONARY
            and not confirmed
            and not self.known
            and _years_later(joined, 2) < self.today
        ):
            self.fault(
                "probation_expired",
                "joined_on",
                _(
                    "Still probationary since %(day)s, though probation lasts one year and can be extended by one at most. Correct the stage, or fill in the day of becoming a full member."
                )
                % {"day": joined.isoformat()},
            )
        return joined, confirmed

    def day(self, code: str, *, wanted: bool) -> date | None:
        if code not in self.columns:
            return None
        cell = self.cell(code)
        if cells.is_nothing(cell):
            if wanted and not self.known:
                said = safe(cells.text(cell))
                message = (
                    _(
                        "“%(value)s” is not a date. Find the date in the person's file and write it as 1998-07-01."
                    )
                    % {"value": said}
                    if said
                    else _("There is no date. Find it in the person's file and write it as 1998-07-01.")
                )
                self.fault("date", code, message)
            return None
        found = cells.day(cell, today=self.today)
        if found is None:
            shown = safe(cells.text(cell))[:30]
            self.fault(
                "date",
                code,
                _("“%(value)s” is not a date that exists. Write year, month and day as 1998-07-01.")
                % {"value": shown},
            )
            return None
        if not 1900 <= found.value.year <= 2100:
            self.fault(
                "date",
                code,
                _("“%(value)s” is not a date that exists. Write year, month and day as 1998-07-01.")
                % {"value": found.value.isoformat()},
            )
            return None
        if found.to_month:
            self.note(code, _("Only the month is given; the 1st was taken."))
        return found.value

    def stage(self) -> str:
        """full or probationary; blank when the sheet does not say."""
        cell = self.cell("stage")
        if cells.is_nothing(cell):
            return ""
        stage = vocabulary.stage(cell)
        shown = safe(cells.text(cell))[:20]
        if stage is None:
            self.fault(
                "stage",
                "stage",
                _("“%(value)s” is not a stage of membership. Write 正式党员 or 预备党员.") % {"value": shown},
            )
        elif stage not in {vocabulary.FULL, vocabulary.PROBATIONARY}:
            self.fault(
                "stage",
                "stage",
                _("“%(value)s” is not yet a member. Take the row out of the roster of members.")
                % {"value": shown},
            )
        return stage or ""

    def stage_from_days(self, joined: date | None, confirmed: date | None) -> str:
        """Where the sheet says nothing, the days decide: nobody becomes a full member within a year of joining."""
        if confirmed is None and joined is not None and _years_later(joined, 1) > self.today:
            return vocabulary.PROBATIONARY
        return vocabulary.FULL

    def sex(self, id_number: str) -> str:
        told = vocabulary.sex(self.cell("sex"))
        by_number = (
            (vocabulary.MALE if idnumbers.is_male(id_number) else vocabulary.FEMALE) if id_number else None
        )
        if "sex" in self.columns and by_number and told and told != by_number:
            self.note("sex", _("The sex differs from the ID number. The sheet's was taken."))
        return told or by_number or "0"

    def born_on(self, id_number: str) -> date | None:
        by_number = idnumbers.birthday(id_number) if id_number else None
        if "born_on" not in self.columns or cells.is_nothing(self.cell("born_on")):
            return by_number
        found = cells.day(self.cell("born_on"), today=self.today)
        if found is None:
            if by_number is not None:
                self.note("born_on", _("The date of birth cannot be read; the ID number's was taken."))
                return by_number
            return self.day("born_on", wanted=False)
        if by_number and (
            found.to_month and (found.value.year, found.value.month) == (by_number.year, by_number.month)
        ):
            return by_number
        if by_number and found.value != by_number:
            self.note("born_on", _("The date of birth differs from the ID number. The sheet's was taken."))
        return found.value

    def ethnicity(self) -> str:
        return read_ethnicity(self.cell("ethnicity"))

    def education(self) -> str:
        return read_education(self.cell("education"))

    def phone(self) -> str:
        """The mobile number if there is one, from either column; a hidden one is not told."""
        found = [
            number
            for code in ("mobile", "phone")
            if code in self.columns and not is_masked(self.cell(code))
            for number in cells.phones(self.cell(code))
        ]
        best = read_phone(found)
        if found and not best:
            code = "mobile" if "mobile" in self.columns else "phone"
            self.note(code, _("The telephone number is incomplete or too long and was left out."))
        return best


def _shown_damaged(text: str) -> str:
    """3.799E+17 as it is, for it tells nobody's number; more digits only masked."""
    digits = re.sub(r"[eE].*$|\D", "", text)
    return text if len(digits) <= 6 else mask(digits[:18].ljust(18, "0"))


def _years_later(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
