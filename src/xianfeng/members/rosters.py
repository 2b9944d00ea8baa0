"""Rosters of party members as offices keep them: what each row says, what is wrong with it, and what must be asked.

``check(profile, branches, today)`` looks at every row of a sheet and touches no database. A **fault** keeps its row out and says
where it is, what is wrong and how to mend it; a **question** (two people of the same name) keeps nothing out; a **note** tells
what was understood in a way worth knowing. What a row does not say, or says masked (3799**********1234), of a registered member
stays as it is registered. Codes of faults:

name_missing, name_invalid      no name; no name of a person
id_float                        stored as a number, the last digits are lost
id_length, id_check, id_birth   not 18 characters; wrong check digit; no such day of birth
date, date_order                no day that exists; became a full member before joining
branch_unknown                  no such branch; the nearest is offered
duplicate_person                the ID number already stands on an earlier row
probation_expired               probationary although the year, with its longest extension, is over
stage                           not a stage of membership
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from xianfeng.core import cells, findings, idnumbers, tables
from xianfeng.core.fields import mask
from xianfeng.core.findings import Checked, Fault, FaultGroup, Note, Question, safe
from xianfeng.core.places import Places
from xianfeng.core.sheets import Cell, Sheet, UnreadableSheet
from xianfeng.core.tables import BodyRow, Field, Profile
from xianfeng.members import vocabulary

Key = TypeVar("Key")

_NAME = re.compile(r"[^\W\d_][\w·()（）.'\- ]*", re.UNICODE)
_DOTS = re.compile(r"\s*[·•‧∙・･․﹒．.]\s*")
_HAN = re.compile(r"[㐀-鿿]")


def is_masked(cell: Cell) -> bool:
    """Whether a number was hidden: our own exports show 3799**********1234."""
    return isinstance(cell, str) and "***" in cell


def _looks_like_id(cell: Cell) -> bool:
    if is_masked(cell):
        return len(cells.text(cell)) == 18
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell >= 1e14
    text = idnumbers.normalized(cells.text(cell))
    return (len(text) in {15, 16, 17, 18, 19} and sum(map(str.isdigit, text)) >= 13) or bool(
        re.fullmatch(r"\d\d+E17|\dE17", text)
    )


def _looks_like_phone(cell: Cell) -> bool:
    if is_masked(cell):
        return len(cells.text(cell)) < 15
    found = cells.phones(cell)
    return bool(found) and (cells.is_mobile(found[0]) or cells.is_landline(found[0]))


def _looks_like_mobile(cell: Cell) -> bool:
    if is_masked(cell):
        return len(cells.text(cell)) == 11
    found = cells.phones(cell)
    return bool(found) and cells.is_mobile(found[0])


def _looks_like_day(cell: Cell) -> bool:
    return cells.day(cell, today=date(2100, 1, 1)) is not None


def _looks_like_name(cell: Cell) -> bool:
    text = cells.folded(cell)
    return 2 <= len(text) <= 20 and text[:4].isalpha() and _HAN.match(text) is not None


def fields(branches: Places[Any]) -> tuple[Field, ...]:
    """What a roster's columns can hold. A column called 单位 is the branch when its values are branches."""

    def is_branch(cell: Cell) -> bool:
        return branches.get(cells.text(cell)) is not None

    def is_sex(cell: Cell) -> bool:
        return vocabulary.sex(cell) is not None

    def is_stage(cell: Cell) -> bool:
        return vocabulary.stage(cell) is not None

    day = _looks_like_day
    own, num = "(?:党员|本人|个人|同志|人员)?", "(?:号|号码|代码)?"
    when = "(?:时间|日期|年月日|年月|日|时候|年份)"
    return (
        Field("serial", gettext_lazy("No."), ("序号?|编号|顺序号?|排序|行号|no|号",), context=True),
        Field(
            "number",
            gettext_lazy("member number"),
            ("党员编号|党员号|党员代码|人员编号|member ?(number|no)",),
            context=True,
        ),
        Field(
            "name",
            gettext_lazy("name"),
            (f"{own}(?:姓名|名字)", "name|fullname", "党员|党员名单|成员|人员|同志|姓氏名字|名称"),
            required=True,
        ),
        Field(
            "id_number",
            gettext_lazy("ID number"),
            (
                f"{own}(?:公民|居民|二代|第二代)?(?:身份证|身份证件){num}(?:18位|18位数)?|{own}(?:公民)?身份(?:号|号码|代码)",
                f"(?:有效)?(?:证件|证照|身份证明){num}|身份证.{{0,8}}|id(?:card)?(?:number|no)?",
            ),
            _looks_like_id,
            alone=True,
        ),
        Field(
            "branch",
            gettext_lazy("branch"),
            (
                "(?:所在|所属|隶属|现|现在|目前|组织关系|组织关系所在|党员所在)*(?:的)?(?:党支部|支部|基层党组织|党组织)(?:名称|全称|简称)?",
                "(?:所在|所属|隶属)?(?:党支部|支部|党组织)(?:名称|全称|简称)?(?:或|及|和).{1,8}|组织关系(?:所在单位)?|branch",
                "组织名称|所在组织|所属组织",
                "(?:所在|所属)?(?:单位|部门|处室|科室)(?:名称)?",
            ),
            is_branch,
            alone=True,
            carries=True,
            context=True,
        ),
        Field(
            "unit",
            gettext_lazy("unit"),
            ("(?:工作|所在|所属)?单位(?:名称)?|部门",),
            carries=True,
            context=True,
        ),
        Field(
            "group",
            gettext_lazy("group"),
            ("(?:所在|所属)?党小组(?:名称)?|小组",),
            carries=True,
            context=True,
        ),
        Field("sex", gettext_lazy("sex"), ("性别|男女|sex|gender",), is_sex),
        Field(
            "ethnicity",
            gettext_lazy("ethnic group"),
            ("民族|族别|ethnic.*",),
            lambda cell: vocabulary.ethnic(cell) is not None,
        ),
        Field(
            "born_on",
            gettext_lazy("date of birth"),
            (f"{own}(?:出生|生){when}?|生日|(?:date ?of ?)?birth(?:day)?|出生",),
            day,
        ),
        Field(
            "joined_on",
            gettext_lazy("joined the party on"),
            (
                f"(?:何时)?(?:加入|参加|入)(?:中国共产党|中共|党组织|党|共产党){when}?",
                f"(?:批准|接收|接受|吸收|成为|转为|列为|确定为)*(?:为|成为)?(?:中共)?预备(?:党员|党员接收|期开始)?{when}?|(?:批准|支部大会通过|支部大会)?入党.{{0,6}}{when}",
                f"(?:党员)?发展(?:为)?(?:党员)?{when}|党龄起算{when}?|入党|joined?(?:on)?",
            ),
            day,
        ),
        Field(
            "confirmed_on",
            gettext_lazy("full member since"),
            (
                f"(?:预备党员|何时|预备期满|按期|批准|支部大会通过|党员)?转(?:为)?正式?(?:党员)?{when}?",
                f"(?:批准|成为|转为|列为|为)*正式党员{when}|转正.{{0,6}}|confirmed(?:on)?|预备期满{when}?",
            ),
            day,
        ),
        Field(
            "stage",
            gettext_lazy("stage"),
            (
                "(?:人员|党员)(?:类别|类型|性质|身份|状态)|类别|(?:党员)?(?:正式|预备)(?:或|/)?(?:预备|正式)(?:党员)?",
                "政治面貌|党员身份|党籍(?:状态)?|是否正式(?:党员)?|stage",
            ),
            is_stage,
        ),
        Field(
            "education",
            gettext_lazy("education"),
            ("(?:最高|现有?|全日制)?(?:学历|文化程度|教育程度)(?:学位)?|education", "学历.*|文化"),
        ),
        Field(
            "post",
            gettext_lazy("post"),
            (
                "(?:现任|行政|工作|现)?(?:职务|岗位|工作岗位|职位)(?:职级|职称)?|单位及职务|工作单位及职务|post",
                "职业|职务.*|工种|(?:工作)?岗位.*",
            ),
        ),
        Field(
            "mobile",
            gettext_lazy("mobile phone"),
            ("(?:本人|联系)?(?:手机|移动电话)(?:号|号码)?|mobile|phone",),
            _looks_like_mobile,
            alone=True,
        ),
        Field(
            "phone",
            gettext_lazy("telephone"),
            (
                "(?:联系|本人|办公|固定|家庭|单位)?(?:电话|方式|联系电话|联系方式|固话)(?:号|号码)?|通讯方式|手机.*|.{0,4}电话.{0,4}|telephone|contact",
            ),
            _looks_like_phone,
        ),
        Field("remark", gettext_lazy("remark"), ("备注|说明|备考|remarks?",), context=True),
    )


# -- how texts are read; what is registered compares as it would be read --


def read_name(cell: Cell) -> str:
    """A name without blanks between its characters, with the one dot that names have (阿·买)."""
    raw = cells.text(cell)
    if raw.isalpha() and raw.isprintable():
        return raw
    bare = _DOTS.sub("·", raw)
    return re.sub(r"\s+", "" if _HAN.search(bare) else " ", bare).strip("·")


def read_ethnicity(cell: Cell) -> str:
    """The code of the ethnic group (GB/T 3304), or as written."""
    return "" if cells.is_nothing(cell) else vocabulary.ethnic(cell) or cells.text(cell)[:20]


def read_education(cell: Cell) -> str:
    """The code of the schooling (GB/T 4658), or as written."""
    return "" if cells.is_nothing(cell) else vocabulary.education(cell) or cells.text(cell)[:30]


def read_post(cell: Cell) -> str:
    """A post, as written."""
    return cells.text(cell)[:60]


def read_phone(found: Sequence[str]) -> str:
    """Of several numbers the mobile one, else the first; blank when that is no telephone number."""
    best = next((number for number in found if cells.is_mobile(number)), next(iter(found), ""))
    return best if cells.is_mobile(best) or cells.is_landline(best) else ""


class Registered(Protocol):
    """What is known of a registered member; ``id_number`` as text is masked."""

    @property
    def name(self) -> Any: ...

    @property
    def id_number(self) -> Any: ...


@dataclass(frozen=True)
class MemberRow(Generic[Key]):
    """One person as a row of the sheet tells it; blank was not told.

    known: the number is that of a registered member of this name or ID number. derived: fields the row does not tell itself
    (the day of birth from the ID number).
    """

    row: int
    name: str
    branch: Key | None
    id_number: str
    sex: str
    ethnicity: str
    born_on: date | None
    education: str
    post: str
    phone: str
    stage: str
    joined_on: date | None
    confirmed_on: date | None
    number: str = ""
    known: bool = False
    derived: frozenset[str] = frozenset()
    reached: Mapping[str, date] = field(default_factory=dict)


GROUPED = frozenset({"branch_unknown", "date", "stage"})
"""Faults that tend to be the same in many rows."""


@dataclass
class Roster(Checked, Generic[Key]):
    """A roster looked through."""

    rows: list[MemberRow[Key]] = field(default_factory=list)

    @property
    def branches(self) -> set[Key]:
        """Branches that occur."""
        return {row.branch for row in self.rows if row.branch is not None}

    def groups(self) -> list[FaultGroup]:
        """Faults to be mended in many rows at once."""
        return findings.groups(self.faults, GROUPED)

    def as_json(self) -> dict[str, object]:
        """What ``xianfeng import members --dry-run --json`` prints."""
        return super().as_json() | {"namesakes": len(self.questions), "branches": len(self.branches)}


def find(sheets: Iterable[Sheet], branches: Places[Any], columns: Sequence[Field] = ()) -> Profile:
    """The roster among the sheets of a workbook. Raises UnreadableSheet when none of them is one.

    `columns`: what its columns can hold, where that is not what those of members hold.
    """
    held = list(sheets)
    found = tables.best(held, columns or fields(branches))
    if found is None:
        if not any(any(cell is not None for cell in row) for sheet in held for row in sheet.rows):
            raise UnreadableSheet("empty")
        raise UnreadableSheet(
            "no_heading",
            gettext_lazy(
                "No row of headings with a column for names was found. Is this a roster of members?"
            ),
        )
    return found


def numbers(found: Profile) -> set[str]:
    """The member numbers a sheet names."""
    column = found.column("number")
    rows = found.sheet.rows[found.first_row - 1 :] if column else ()
    return {
        text
        for row in rows
        if (text := read_number(row[column.index] if column and column.index < len(row) else None))
    }


def read_number(cell: Cell) -> str:
    """A member number as ours are written."""
    return cells.text(cell).upper()[:30]


def check(
    found: Profile,
    branches: Places[Key],
    *,
    today: date,
    for_all: Key | None = None,
    registered: Mapping[str, Registered] | None = None,
    columns: Sequence[Field] = (),
    read_by: type[Reader[Key]] | None = None,
) -> Roster[Key]:
    """Look through every row. ``for_all`` is the branch of a sheet that names none; ``registered`` are members by number.

    ``columns`` and ``read_by``: other columns, and who reads them, for rosters of people who are no members yet.
    """
    body = tables.body(found, columns or fields(branches), keys=("name", "id_number"))
    checked: Roster[Key] = Roster(found, body)
    reader = (read_by or Reader)(branches, today, checked, for_all, registered or {})
    for row in body.rows:
        checked.rows.append(reader.row(row))
    checked.faults.sort(key=lambda fault: (fault.row, fault.index))
    checked.questions = _namesakes(checked.rows)
    return checked


def _namesakes(rows: Sequence[MemberRow[Any]]) -> list[Question]:
    by_name: dict[str, dict[str, int]] = defaultdict(dict)
    asked = {row.name for row in rows if not row.known}  # The registered are known to be several people.
    for row in rows:
        if row.name in asked and row.name:
            # A number that cannot be read is nobody else's number: such rows count as different people.
            by_name[row.name].setdefault(row.id_number or f"row {row.row}", row.row)
    return [
        Question(
            name,
            tuple(sorted(numbers.values())),
            ngettext(
                "%(name)s stands on rows %(rows)s with %(count)d ID number. One person or several?",
                "%(name)s stands on rows %(rows)s with %(count)d different ID numbers. One person or several?",
                len(numbers),
            )
            % {"name": name, "rows": _(", ").join(map(str, sorted(numbers.values()))), "count": len(numbers)},
        )
        for name, numbers in by_name.items()
        if len(numbers) > 1
    ]


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
