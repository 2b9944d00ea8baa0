"""Changing one thing of many members at once: a batch of people chosen from the list, looked at, taken and undone like an import.

What can be changed so is the fixed list `EDITS`. Each says which value it asks for, what of a member becomes different, and
for whom it is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.audit import events
from xianfeng.core import cells
from xianfeng.core.codes import EDUCATION, ETHNIC
from xianfeng.core.findings import Fault
from xianfeng.core.forms import DayInput
from xianfeng.core.periods import today
from xianfeng.organizations.choices import branches
from xianfeng.organizations.models import Organization

from . import enrolment, imports, permissions
from .batches import Journal, Kind, Outcome, declare
from .forms import code_field
from .models import Import, Member, Membership
from .roster_rows import read_post

MOST = 5_000
"""So many people are changed in one batch."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that can be changed. `value`: the field that asks for it, of a visitor; None where nothing is asked.

    become: new values of a member by field of `enrolment`, from what was said. refuse: why not of this member, or blank.
    """

    code: str
    label: str | Promise
    hint: str | Promise
    value: Callable[[Any], forms.Field] | None
    become: Callable[[Any], dict[str, Any]]
    refuse: Callable[[Membership, Any], str] = lambda spell, value: ""


class ValueForm(forms.Form):
    """What the chosen members become."""

    def __init__(self, edit: Edit, by: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if edit.value is not None:
            self.fields["value"] = edit.value(by)
            self.fields["value"].help_text = str(edit.hint)

    def clean_value(self) -> Any:
        value = self.cleaned_data["value"]
        if isinstance(value, date) and value > today():
            raise ValidationError(_("That day lies ahead. Please enter it when it has come."))
        return value

    def as_kept(self) -> Any:
        """The value as JSON holds it."""
        value = self.cleaned_data.get("value")
        if isinstance(value, Organization):
            return value.pk
        return value.isoformat() if isinstance(value, date) else value


def _day(label: Any) -> Callable[[Any], forms.Field]:
    return lambda by: forms.DateField(label=label, widget=DayInput)


def _joined(spell: Membership, value: str) -> str:
    confirmed = spell.person.member.confirmed_on
    if confirmed and confirmed < date.fromisoformat(value):
        return _("Full member since %(day)s: the day of joining must not lie after it.") % {
            "day": confirmed.isoformat()
        }
    return ""


def _confirmed(spell: Membership, value: str) -> str:
    if spell.stage != Membership.Stage.FULL:
        return _("Still on probation. Confirm the member on the member's own page.")
    joined = spell.person.member.joined_on
    if joined and joined > date.fromisoformat(value):
        return _("Joined on %(day)s: the day of confirmation must not lie before it.") % {
            "day": joined.isoformat()
        }
    return ""


def _placed(spell: Membership, value: int) -> str:
    """Whoever leaves the unit is transferred, with both sides confirming; inside it the office places."""
    target = Organization.objects.select_related("parent").get(pk=value)
    here = spell.organization
    same_unit = bool(here.unit) and cells.folded(here.unit) == cells.folded(target.unit)
    general = target.parent is not None and target.parent.kind == Organization.Kind.GENERAL_BRANCH
    if target.pk == here.pk or same_unit or (general and target.parent_id == here.parent_id):
        return ""
    return _(
        "%(from)s and %(to)s belong to different units. Begin a transfer, which both branches confirm."
    ) % {"from": here, "to": target}


EDITS: dict[str, Edit] = {
    edit.code: edit
    for edit in (
        Edit(
            "post",
            gettext_lazy("Post"),
            gettext_lazy("Blank takes the post away."),
            lambda by: forms.CharField(label=gettext_lazy("Post"), max_length=60, required=False),
            lambda value: {"post": read_post(value)},
        ),
        Edit(
            "education",
            gettext_lazy("Education"),
            "",
            lambda by: code_field(EDUCATION, gettext_lazy("Education"), required=True),
            lambda value: {"education": value},
        ),
        Edit(
            "ethnicity",
            gettext_lazy("Ethnic group"),
            "",
            lambda by: code_field(ETHNIC, gettext_lazy("Ethnic group"), required=True),
            lambda value: {"ethnicity": value},
        ),
        Edit(
            "occupation",
            gettext_lazy("Serving or retired"),
            gettext_lazy("From then on dues and requirements are those of serving or of retired members."),
            lambda by: forms.ChoiceField(
                label=gettext_lazy("Serving or retired"), choices=Member.Occupation.choices
            ),
            lambda value: {"occupation": value},
        ),
        Edit(
            "joined_on",
            gettext_lazy("Joined the party on"),
            "",
            _day(gettext_lazy("Joined the party on")),
            lambda value: {"joined_on": date.fromisoformat(value)},
            _joined,
        ),
        Edit(
            "confirmed_on",
            gettext_lazy("Full member since"),
            gettext_lazy("Only of full members: it corrects what is on record and confirms nobody."),
            _day(gettext_lazy("Full member since")),
            lambda value: {"confirmed_on": date.fromisoformat(value)},
            _confirmed,
        ),
        Edit(
            "phone",
            gettext_lazy("Take the phone number away"),
            gettext_lazy("For numbers that are nobody's any more."),
            None,
            lambda value: {"phone": ""},
        ),
        Edit(
            "organization",
            gettext_lazy("Branch inside the unit"),
            gettext_lazy(
                "Takes effect today. Facts stay where they happened; to another unit a transfer leads."
            ),
            lambda by: forms.ModelChoiceField(
                branches(by, permissions.CHANGE),
                to_field_name="code",
                label=gettext_lazy("Branch"),
                empty_label=gettext_lazy("(choose)"),
            ),
            lambda value: {"organization": value},
            _placed,
        ),
    )
}


@transaction.atomic
def begin(code: str, people: Iterable[int], *, by: Any) -> Import:
    """Keep who is to be changed and in what. Raises ValidationError where nobody or too many are chosen."""
    edit, chosen = EDITS[code], sorted(set(people))
    if not chosen:
        raise ValidationError(_("Nobody is chosen. Tick the rows, or choose all of the filter."))
    if len(chosen) > MOST:
        raise ValidationError(
            _("At most %(number)d people can be changed at once. Please narrow the filter.")
            % {"number": MOST}
        )
    batch = Import(
        kind=Import.Kind.EDIT, by=by, filename=str(edit.label), organization=imports.home("edit", by)
    )
    batch.rows = len(chosen)
    _keep(batch, {"edit": code, "people": chosen})
    batch.save()
    events.record(
        "members.import_begin",
        by=by,
        obj=batch,
        at=batch.organization,
        details={"kind": batch.kind, "field": code, "rows": batch.rows},
    )
    return batch


def _keep(batch: Import, held: dict[str, Any]) -> None:
    batch.source = json.dumps(held, ensure_ascii=False)


def edit_of(batch: Import) -> Edit:
    """What a batch changes."""
    return EDITS[imports.source_of(batch)["edit"]]


def decided(batch: Import) -> bool:
    """Whether it was said what the members become."""
    return edit_of(batch).value is None or "value" in imports.source_of(batch)


def value_form(batch: Import, by: Any, data: Any = None) -> ValueForm:
    """The form that asks for the value, with the one said last."""
    held = imports.source_of(batch)
    said: Any = held.get("value")
    if held["edit"] == "organization" and said:
        said = Organization.objects.values_list("code", flat=True).get(pk=said)
    return ValueForm(EDITS[held["edit"]], by, data, initial={"value": said})


def decide(batch: Import, form: ValueForm) -> None:
    """Say what the members become."""
    _keep(batch, {**imports.source_of(batch), "value": form.as_kept()})
    imports.save(batch, "source")


def look(batch: Import, day: date) -> Outcome:
    """What the change would do to whom. Whoever was chosen and is in the visitor's scope no more is refused."""
    held = imports.source_of(batch)
    edit, value = EDITS[held["edit"]], held.get("value")
    found = Outcome(0, 0, 0, [])
    if edit.value is not None and "value" not in held:
        return found
    spells = _spells(batch.by, held["people"], day)
    for row, pk in enumerate(held["people"], 1):
        spell = spells.get(pk)
        if spell is None:
            gone = _("This person is no longer on the roll of your branches. Begin anew without the person.")
            found.faults.append(Fault(row, "", "gone", "—", gone, -1))
            continue
        if message := edit.refuse(spell, value):
            found.faults.append(
                Fault(row, str(spell.person.number), "refused", spell.person.name, message, -1)
            )
            continue
        values = {name: new for name, new in edit.become(value).items() if _now(spell, name) != new}
        if values:
            found.plan.append(enrolment.Change(0, spell.person, values, spell))
        else:
            found.same += 1
    found.changing = len(found.plan)
    found.changed = enrolment.shown(found.plan)
    return found


def _spells(by: Any, people: list[int], day: date) -> dict[int, Membership]:
    seen: Any = (
        Membership.objects.all() if by is None else Membership.objects.visible_to(by, permissions.CHANGE)
    )
    spells = seen.members().on(day).filter(person__member__isnull=False)
    found: dict[int, Membership] = {}
    for start in range(0, len(people), enrolment.AT_ONCE):
        some = spells.filter(person__in=people[start : start + enrolment.AT_ONCE])
        found |= {
            spell.person_id: spell
            for spell in some.select_related("person__member", "person__organization", "organization")
        }
    return found


def _now(spell: Membership, name: str) -> Any:
    """What is on record of a field; of sealed ones in clear."""
    if name == "organization":
        return spell.organization_id
    value = getattr(spell.person.member if name in enrolment.PARTY else spell.person, name)
    return value.reveal() if hasattr(value, "reveal") else value


def take(found: Outcome, by: Any, day: date) -> Journal:
    """Do it."""
    return enrolment.take(enrolment.Plan(changes=found.plan), by=by, day=day)


declare(
    Kind(
        "edit", gettext_lazy("Members"), permissions.CHANGE, "members:member_list",
        lambda journal, by: enrolment.take_back(journal), look=look, take=take,
    )
)  # fmt: skip
