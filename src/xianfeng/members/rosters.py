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

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from xianfeng.core import tables
from xianfeng.core.findings import Question
from xianfeng.core.places import Places
from xianfeng.core.sheets import Sheet, UnreadableSheet
from xianfeng.core.tables import Field, Profile

from .roster_columns import fields
from .roster_reader import Reader
from .roster_rows import MemberRow, Registered, Roster, read_number

Key = TypeVar("Key")


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
