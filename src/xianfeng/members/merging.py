"""Merging two rows that are one human: what forbids it, what is chosen, and what becomes of the rows of this app.

The row that goes keeps its number, leads to the one kept, and loses what was told of the person; nothing brings it back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xianfeng.audit import events
from xianfeng.core.display import day as spoken
from xianfeng.core.uids import new_uid
from xianfeng.people import merging
from xianfeng.people.merging import by_hand, moves, obstacle, stays
from xianfeng.people.models import Person

from .models import Absence, Apart, HardshipCase, Member, Membership, Merge, Transfer

# What makes a row a row, who signs in with it, and what follows from other columns.
NOT_CHOSEN = frozenset(
    {
        "id", "uid", "version", "person", "number", "former_numbers", "account", "password", "last_login", "search_text",
        "organization", "is_member", "is_active", "language", "big_text", "added_at", "restricted_on",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """A field of two rows: what each has, as shown, and whose value stays unless another is chosen."""

    name: str
    label: str
    kept: str
    gone: str
    differ: bool
    take_gone: bool


def fields_of(model: type[models.Model]) -> Iterator[Any]:
    """The columns that tell something of a person."""
    for field in model._meta.concrete_fields:
        if field.name not in NOT_CHOSEN and not field.is_relation and not field.name.endswith("_index"):
            yield field


def choices(kept: Person, gone: Person) -> list[Choice]:
    """Every field of both, side by side. Where only one row tells something, that stays."""
    found = []
    for model, one, other in ((Person, kept, gone), (Member, _member(kept), _member(gone))):
        for field in fields_of(model):
            ours, theirs = _clear(one, field), _clear(other, field)
            found.append(
                Choice(
                    field.name,
                    str(field.verbose_name),
                    _shown(one, field),
                    _shown(other, field),
                    differ=ours != theirs and not _nothing(field, ours) and not _nothing(field, theirs),
                    take_gone=_nothing(field, ours) and not _nothing(field, theirs),
                )
            )
    return found


def _member(person: Person) -> Member | None:
    return getattr(person, "member", None)


def _clear(row: Any, field: Any) -> Any:
    value: Any = getattr(row, field.attname, None)
    return value.reveal() if hasattr(value, "reveal") else value


def _nothing(field: Any, value: Any) -> bool:
    """Whether a value tells nothing: blank, or the one that every row begins with."""
    return value in {None, ""} or (bool(field.choices) and value == field.get_default())


def _shown(row: Any, field: Any) -> str:
    value = getattr(row, field.attname, None)
    if value in {None, ""}:
        return "—"
    if isinstance(value, date):
        return value.isoformat()
    return str(dict(field.flatchoices).get(value, value)) if field.choices else str(value) or "—"


@transaction.atomic
def merge(
    kept: Person, gone: Person, *, chosen: Collection[str] = (), document: str = "", reason: str, by: Any
) -> Merge:
    """Let one row be the other. `chosen` names the fields whose value the row that goes gives.

    Raises ValidationError with everything that must be mended first.
    """
    if kept.pk == gone.pk:
        raise ValidationError(_("These are one row already."))
    locked = {
        p.pk: p for p in Person.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk")
    }
    kept, gone = locked[kept.pk], locked[gone.pk]
    if len(reason.strip()) < 4:
        raise ValidationError({"reason": _("Please say how it was found that both are one person.")})
    if found := merging.obstacles(kept, gone):
        raise ValidationError(found)
    wanted = {
        choice.name
        for choice in choices(kept, gone)
        if choice.take_gone or (choice.differ and choice.name in chosen)
    }
    told = {field.name: _clear(gone, field) for field in fields_of(Person) if field.name in wanted}
    member, _created = Member.objects.get_or_create(person=kept)
    other = _member(gone)
    for field in fields_of(Member):
        if field.name in wanted and other is not None:
            setattr(member, field.name, getattr(other, field.name))
    member.full_clean()
    member.save()
    number, place = gone.number, gone.organization
    _empty(gone)
    for name, value in told.items():
        setattr(kept, name, value)
    kept.former_numbers = " ".join(["", *_numbers(kept), *_numbers(gone), *([number] if number else []), ""])
    merging.follow(kept, gone)
    _stand(kept)
    kept.version += 1
    kept.full_clean(exclude=["password"])
    kept.save()
    made = Merge(kept=kept, gone=gone, document=document.strip()[:80], reason=reason.strip()[:200], by=by)
    made.full_clean(exclude=["by"])
    made.save(force_insert=True)
    events.record(
        "members.merge",
        by=by,
        obj=kept,
        at=kept.organization or place,
        details={
            "number": number,
            "fields": sorted(wanted),
            "document": made.document,
            "reason": made.reason,
        },
    )
    return made


def _numbers(person: Person) -> list[str]:
    return person.former_numbers.split()


def _empty(gone: Person) -> None:
    """The row keeps its number and name, for what the log tells of it; what was told of the person goes."""
    for field in fields_of(Person):
        if field.name != "name":
            setattr(
                gone, field.name, None if field.null else field.get_default() if field.has_default() else ""
            )
    gone.account, gone.password = new_uid(), make_password(None)
    gone.is_active = gone.is_member = False
    gone.organization = None
    gone.version += 1
    gone.save()


def _stand(kept: Person) -> None:
    """Branch, membership and account follow from the history that is now whole."""
    last = Membership.objects.filter(person=kept).order_by("since").last()
    if last is not None and last.until is None:
        kept.organization, kept.is_member, kept.is_active = (
            last.organization,
            last.stage in Membership.PARTY,
            True,
        )


def tell_apart(first: Person, second: Person, *, by: Any) -> None:
    """Somebody looked: these are two people. They are not proposed again."""
    low, high = sorted((first.pk, second.pk))
    Apart.objects.get_or_create(first_id=low, second_id=high, defaults={"by": by})
    events.record("members.apart", by=by, obj=first, at=first.organization, details={"number": second.number})


def now_called(uid: str) -> Person | None:
    """The person to whom the row of a uid leads; None where it was not merged."""
    found = Merge.objects.filter(gone__uid=uid).select_related("kept").first()
    return found.kept if found else None


# -- obstacles --


def _both(label: str) -> dict[str, str]:
    return {"what": label}


@obstacle
def _other_id(kept: Person, gone: Person) -> Iterator[str]:
    if kept.id_number_index and gone.id_number_index:
        yield _(
            "Both have an ID number, and the numbers differ: compare both with the ID cards. Where one is mistyped, correct it on that member's page first."
        )


@obstacle
def _histories(kept: Person, gone: Person) -> Iterator[str]:
    """One person belongs to one branch in one stage on a day."""
    for one in Membership.objects.filter(person=kept).select_related("organization"):
        for other in Membership.objects.filter(person=gone).select_related("organization"):
            if (one.organization_id, one.stage) == (other.organization_id, other.stage):
                continue
            since = max(one.since, other.since)
            ends = [day for day in (one.until, other.until) if day]
            if ends and min(ends) <= since:
                continue
            yield _(
                "From %(since)s on %(one)s (%(number)s) stands as %(stage)s of %(branch)s and %(two)s (%(other_number)s) as %(other_stage)s of %(other_branch)s. Only one can be right: transfer or correct the other as of %(since)s, then merge."
            ) % {
                "since": spoken(since),
                "one": kept, "number": kept.number or "—", "stage": one.get_stage_display(), "branch": one.organization,
                "two": gone, "other_number": gone.number or "—", "other_stage": other.get_stage_display(), "other_branch": other.organization,
            }  # fmt: skip


@obstacle
def _going_on(kept: Person, gone: Person) -> Iterator[str]:
    """Of some things a person has one at a time."""
    for rows, sentence in (
        (
            Absence.objects.going_on(),
            gettext_lazy("Both stand in the register of mobile members. End one of the two spells first."),
        ),
        (
            HardshipCase.objects.going_on(),
            # Whether there is a case is told to nobody here.
            gettext_lazy(
                "Both have an entry in a restricted register. Ask whoever keeps that register to end one of the two."
            ),
        ),
        (
            Transfer.objects.filter(status__in=("waiting", "issued")),
            gettext_lazy("A transfer of both is under way. Complete one of the two, or give it up."),
        ),
    ):
        if rows.filter(person__in=[kept, gone]).values("person").distinct().count() == 2:
            yield str(sentence)


# -- the rows of this app --

moves(
    "members.Absence.person", "members.Contact.by", "members.Import.by",
    "members.Transfer.person", "members.Transfer.begun_by", "members.Transfer.released_by", "members.Transfer.taken_by",
    "members.Merge.kept", "members.Merge.by", "members.Apart.by",
)  # fmt: skip
moves("members.HardshipCase.person", hidden=True)
stays("members.Merge.gone", gettext_lazy("What was merged leads to the row that was kept then."))


@by_hand("members.Member.person")
def _record(kept: Person, gone: Person) -> None:
    """What was chosen stands in the kept record already."""
    Member.objects.filter(person=gone).delete()


@by_hand("members.HardshipCase_leaders.person", hidden=True)
def _leaders(kept: Person, gone: Person) -> None:
    for case in HardshipCase.objects.filter(leaders=gone):
        case.leaders.remove(gone)
        case.leaders.add(kept)


@by_hand("members.Apart.first", "members.Apart.second")
def _apart(kept: Person, gone: Person) -> None:
    Apart.objects.filter(models.Q(first=gone) | models.Q(second=gone)).delete()


@by_hand("members.Membership.person")
def _memberships(kept: Person, gone: Person) -> None:
    """One history of both: what says the same of the same days becomes one spell."""
    spells = list(Membership.objects.filter(person__in=[kept, gone]).order_by("since", "pk"))
    whole: list[dict[str, Any]] = []
    for spell in spells:
        last = whole[-1] if whole else None
        if (
            last
            and (last["organization_id"], last["stage"]) == (spell.organization_id, spell.stage)
            and (last["until"] is None or last["until"] >= spell.since)
        ):
            if last["until"] is not None and (spell.until is None or spell.until > last["until"]):
                last["until"], last["ending"] = spell.until, spell.ending
            continue
        names = ("organization_id", "stage", "since", "until", "ending")
        whole.append({name: getattr(spell, name) for name in names})
    Membership.objects.filter(pk__in=[spell.pk for spell in spells[len(whole) :]]).delete()
    ours = spells[: len(whole)]
    # Closed first: a person has one open spell at a time, also for a moment.
    for spell, values in sorted(zip(ours, whole, strict=True), key=lambda pair: pair[1]["until"] is None):
        for name, value in values.items():
            setattr(spell, name, value)
        spell.person = kept
        spell.save()
