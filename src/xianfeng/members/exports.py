"""Registers as workbooks that our own import reads again: the same headings, so that what comes back changes nothing.

Headings and words are Chinese whatever the reader's language: they are a format. Numbers of people stand masked, and the
import takes a masked number for "as registered". In clear they need a reason, a permission and an event in the audit log; so
does any export of the register of members in hardship.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.audit import events
from xianfeng.core import cells
from xianfeng.core.codes import EDUCATION, ETHNIC
from xianfeng.core.columns import Kind
from xianfeng.core.excel import workbook
from xianfeng.core.fields import HIDDEN
from xianfeng.core.periods import today
from xianfeng.organizations.models import Organization
from xianfeng.people import permissions as people
from xianfeng.people.models import Person

from . import permissions, vocabulary
from .models import Absence, HardshipCase, Membership

FEWEST_LETTERS = 4  # of a reason that says something


@dataclass(frozen=True, slots=True)
class Reading:
    """How the rows of one export are read: on which day, numbers in clear or not, and what branches are called."""

    on: date
    clear: bool
    branches: dict[int, str]

    def sealed(self, value: Any) -> str:
        """A number of somebody, in clear or masked."""
        return str(value.reveal()) if self.clear else str(value)

    def story(self, value: Any) -> str:
        """A sealed text, in clear or not at all: of a text even the ends say something."""
        clear = str(value.reveal())
        return clear if self.clear or not clear else HIDDEN

    def branch(self, organization: Any) -> str:
        """The name of a branch that only this one goes by."""
        return self.branches.get(organization, "")


@dataclass(frozen=True, slots=True)
class Item:
    """A column: its heading, and what of a row stands in it."""

    heading: str
    value: Callable[[Any, Reading], Any]
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Register:
    """One of the registers. `rows` gives those that hold on a day, of whoever may see them by a permission.

    see, clear: what seeing it, and its numbers in clear, needs. guarded: every export needs `clear` and a reason.
    page: URL name of its list.
    """

    code: str
    title: str | Promise
    page: str
    see: str
    clear: str
    rows: Callable[[Any, str, date], Any]
    items: tuple[Item, ...]
    guarded: bool = False


REGISTERS: dict[str, Register] = {}


def declare(register: Register) -> Register:
    """Make a register known to the command."""
    REGISTERS[register.code] = register
    return register


@transaction.atomic
def export(register: Register, *, by: Person | None, clear: bool = False, reason: str = "") -> bytes:
    """The register as `by` may see it (the system itself: whole) as a workbook.

    Raises ValidationError for a reason that says nothing, PermissionDenied where `by` may not have it in clear.
    """
    needed = register.clear if clear or register.guarded else register.see
    if needed == register.clear:
        if by is None or not by.can(needed):
            raise PermissionDenied
        if len(reason.strip()) < FEWEST_LETTERS:
            raise ValidationError(_("Please say for what work you need it."))
    elif by is not None and not by.can(needed):
        raise PermissionDenied
    on = today()
    rows = list(register.rows(by, needed, on))
    if needed == register.clear:
        details = {
            "register": register.code,
            "rows": len(rows),
            "clear": clear,
            "reason": reason.strip()[:200],
        }
        events.record("members.export", by=by, at=by.organization if by else None, details=details)
    reading = Reading(on, clear, _branch_names())
    return workbook(
        [(item.heading, item.kind) for item in register.items],
        ([item.value(row, reading) for item in register.items] for row in rows),
        title=str(register.title),
        footer=_("Exported by %(who)s on %(when)s")
        % {"who": by or "xianfeng", "when": timezone.localtime().strftime("%Y-%m-%d %H:%M")},
    )


def _branch_names() -> dict[int, str]:
    """Names of branches by id: the short one, or the number where another branch is called the same."""
    known = list(Organization.objects.values_list("pk", "short_name", "name", "number", "dissolved_on"))
    called: Counter[str] = Counter()
    for _pk, *names, gone in known:
        if gone is None:
            called.update({cells.folded(name) for name in names if name})
    return {
        pk: short if called[cells.folded(short)] <= 1 else number for pk, short, _name, number, _gone in known
    }


def _seen(rows: Any, by: Person | None, permission: str) -> Any:
    return rows.all() if by is None else rows.visible_to(by, permission)


def person_items(person: Callable[[Any], Any], branch: Callable[[Any], Any]) -> tuple[Item, ...]:
    """Columns about a person that every register of people begins with."""

    def sex(row: Any, _reading: Reading) -> str:
        return vocabulary.SEX_WORDS.get(person(row).sex, "")

    return (
        Item("党员编号", lambda row, _r: person(row).number, "code"),
        Item("姓名", lambda row, _r: person(row).name),
        Item("身份证号", lambda row, reading: reading.sealed(person(row).id_number), "code"),
        Item("所在党支部", lambda row, reading: reading.branch(branch(row))),
        Item("性别", sex),
        Item("民族", lambda row, _r: ETHNIC.chinese(person(row).ethnicity)),
        Item("出生日期", lambda row, _r: person(row).born_on, "date"),
        Item("学历", lambda row, _r: EDUCATION.chinese(person(row).education)),
        Item("职务", lambda row, _r: person(row).post),
        Item("手机号码", lambda row, reading: reading.sealed(person(row).phone), "code"),
    )


def stage_item() -> Item:
    """The stage in which a person stands."""
    return Item("人员类别", lambda spell, _r: vocabulary.STAGE_WORDS[spell.stage])


# -- the registers of this app --


def _record(spell: Membership, name: str) -> Any:
    return getattr(getattr(spell.person, "member", None), name, None)


def _members(by: Person | None, permission: str, on: date) -> Any:
    spells = _seen(Membership.objects, by, permission).members().on(on)
    return spells.select_related("person", "person__member").order_by("person__number")


MEMBERS = declare(
    Register(
        "members",
        gettext_lazy("Register of members"),
        "members:member_list",
        permissions.VIEW,
        people.REVEAL,
        _members,
        (
            *person_items(lambda spell: spell.person, lambda spell: spell.organization_id),
            stage_item(),
            Item("入党日期", lambda spell, _r: _record(spell, "joined_on"), "date"),
            Item("转正日期", lambda spell, _r: _record(spell, "confirmed_on"), "date"),
        ),
    )
)


def _mobile(by: Person | None, permission: str, on: date) -> Any:
    absences = _seen(Absence.objects, by, permission).going_on().with_last_contact()
    return (
        absences.filter(since__lte=on).select_related("person").order_by("direction", "person__number", "pk")
    )


def _yes(value: bool) -> str:
    return "是" if value else "否"


MOBILE = declare(
    Register(
        "mobile",
        gettext_lazy("Register of mobile members"),
        "members:mobile_list",
        permissions.VIEW,
        people.REVEAL,
        _mobile,
        (
            Item("党员编号", lambda a, _r: a.person.number, "code"),
            Item("姓名", lambda a, _r: a.person.name),
            Item("身份证号", lambda a, reading: reading.sealed(a.person.id_number), "code"),
            Item("所在党支部", lambda a, reading: reading.branch(a.organization_id)),
            Item("流动方向", lambda a, _r: vocabulary.DIRECTION_WORDS[a.direction]),
            Item("流动地点", lambda a, _r: a.place_name),
            Item("是否境外", lambda a, _r: _yes(a.abroad)),
            Item("流动原因", lambda a, _r: vocabulary.REASON_WORDS[a.reason]),
            Item("流动开始日期", lambda a, _r: a.since, "date"),
            Item("预计结束日期", lambda a, _r: a.expected_until, "date"),
            Item("外出期间电话", lambda a, reading: reading.sealed(a.phone), "code"),
            Item("对方党组织", lambda a, _r: a.other_organization),
            Item("对方联系人", lambda a, _r: a.other_contact),
            Item("对方联系电话", lambda a, reading: reading.sealed(a.other_phone), "code"),
            Item("活动证编号", lambda a, _r: a.certificate, "code"),
            Item("我方登记日期", lambda a, _r: a.registered_on, "date"),
            Item("对方登记日期", lambda a, _r: a.registered_there_on, "date"),
            Item("最近联系日期", lambda a, _r: a.contacted_on, "date"),
        ),
    )
)


def _hardship(by: Person | None, permission: str, on: date) -> Any:
    cases = _seen(HardshipCase.objects, by, permission).going_on().filter(since__lte=on)
    return cases.select_related("person").prefetch_related("leaders").order_by("person__number", "pk")


def _names(found: Iterable[Person]) -> str:
    return "、".join(person.name for person in found)


HARDSHIP = declare(
    Register(
        "hardship",
        gettext_lazy("Register of members in hardship"),
        "members:hardship_list",
        permissions.HARDSHIP,
        permissions.HARDSHIP,
        _hardship,
        (
            Item("党员编号", lambda c, _r: c.person.number, "code"),
            Item("姓名", lambda c, _r: c.person.name),
            Item("所在党支部", lambda c, reading: reading.branch(c.person.organization_id)),
            Item("困难类型", lambda c, _r: vocabulary.HARDSHIP_WORDS[c.kind]),
            Item("困难程度", lambda c, _r: vocabulary.DEGREE_WORDS[c.degree]),
            Item("认定日期", lambda c, _r: c.since, "date"),
            Item("困难情况", lambda c, reading: reading.story(c.situation)),
            Item("帮扶措施", lambda c, reading: reading.story(c.measures)),
            Item("联系领导", lambda c, _r: _names(c.leaders.all())),
        ),
        guarded=True,
    )
)
