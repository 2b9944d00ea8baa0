"""A file as its pages show it: groups of pairs, registers, papers with what is missing. A fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from xianfeng.core.visits import reason_of
from xianfeng.development.models import Paper as StepPaper
from xianfeng.development.models import Road
from xianfeng.development.steps import PAPERS as STEP_PAPERS
from xianfeng.files.models import Attachment
from xianfeng.members.columns import age
from xianfeng.members.models import Member, Membership, Transfer
from xianfeng.people import permissions as people
from xianfeng.people.models import Person

from . import permissions
from .actions.particulars import photo_of
from .fields import CORRECTABLE, Field, label_of
from .models import Award, Correction, Paper, Particulars, Sanction, Training, WorkPost
from .papers import KINDS, Kind, required

VISIT = "dossiers"


@dataclass(frozen=True, slots=True)
class Rights:
    """What a reader may do with one file. `reason`: of the visit that is going on; nothing restricted opens without it."""

    own: bool
    keep: bool
    identify: bool
    sensitive: bool
    sanctions: bool
    reveal: bool
    reason: str = ""

    @property
    def restricted(self) -> bool:
        """Whether some part of the file opens for a reason."""
        return not self.own and (self.sensitive or self.sanctions or self.reveal)

    @property
    def opened(self) -> bool:
        """Whether that part is open now."""
        return self.restricted and bool(self.reason)

    @property
    def reads_sensitive(self) -> bool:
        return self.own or (self.sensitive and bool(self.reason))

    @property
    def reads_sanctions(self) -> bool:
        return self.own or (self.sanctions and bool(self.reason))

    @property
    def reads_numbers(self) -> bool:
        """Numbers and address in full."""
        return self.own or (self.reveal and bool(self.reason))


def rights(request: HttpRequest, person: Person) -> Rights:
    """What the visitor may do with a person's file."""
    from xianfeng.members import permissions as members

    visitor: Any = request.user
    there = person.organization
    own = person.pk == visitor.pk

    def may(permission: str) -> bool:
        return there is not None and bool(visitor.can(permission, at=there))

    return Rights(
        own=own,
        keep=may(permissions.KEEP),
        identify=may(members.CHANGE),
        sensitive=may(permissions.SENSITIVE),
        sanctions=may(permissions.SANCTIONS),
        reveal=may(people.REVEAL),
        reason=reason_of(request, VISIT),
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and what stands there; `ask`: the field a correction can be asked for, `waits`: one is asked for."""

    label: str
    value: str
    ask: str = ""
    waits: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Some pairs under a title."""

    title: str
    pairs: list[Pair]

    @property
    def empty(self) -> list[Pair]:
        """Those where nothing stands yet."""
        return [pair for pair in self.pairs if not pair.value]


PERSONAL = (
    "name", "sex", "ethnicity", "born_on", "id_number", "native_place", "birthplace", "education", "degree", "schooling",
    "school",
)  # fmt: skip
WORK = ("began_work_on", "employment", "employer", "post", "rank", "qualification")
REACHED = ("phone", "landline", "address")
PARTY = ("political", "joined_at", "introducers", "party_group", "party_worker")
SENSITIVE = Particulars.SENSITIVE
_PERSON = frozenset({"name", "sex", "ethnicity", "born_on", "id_number", "education", "post", "phone"})


def field_of(name: str) -> Field:
    """A field of a file by the name of its column."""
    return Field(name, "person" if name in _PERSON else "particulars")


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """A kind of paper in this file: whether it lies there, where it is kept, and its scans."""

    kind: Kind
    needed: bool
    paper: Paper | None = None
    step: StepPaper | None = None
    scans: list[Attachment] = field(default_factory=list)

    @property
    def held(self) -> bool:
        return self.paper is not None or self.step is not None

    @property
    def missing(self) -> bool:
        return self.needed and not self.held

    @property
    def step_number(self) -> int | None:
        """The step of the development it is kept at."""
        return STEP_PAPERS[self.step.code][0].number if self.step and self.step.code in STEP_PAPERS else None


@dataclass(slots=True)
class File:
    """Everything a page shows of one file."""

    person: Any
    member: Member | None
    particulars: Particulars | None
    photo: Attachment | None
    rights: Rights
    spells: list[Membership]
    current: Membership | None
    work_posts: list[WorkPost]
    awards: list[Award]
    training: list[Training]
    sanctions: list[Sanction]
    papers: list[ShownPaper]
    corrections: list[Correction]
    on_a_road: bool
    on: date

    @property
    def missing(self) -> list[ShownPaper]:
        return [paper for paper in self.papers if paper.missing]

    @property
    def waiting(self) -> list[Correction]:
        """Requests that nobody has decided."""
        return [one for one in self.corrections if one.status == Correction.Status.ASKED]

    @property
    def requests(self) -> list[tuple[Correction, str]]:
        """What was asked for, with its field in words."""
        return [(one, label_of(one.field)) for one in self.corrections]

    def groups(self) -> list[Group]:
        """Personal data, work, ways to reach somebody, the party; and what few may read."""
        found = [
            Group(_("Person"), [self._pair(name) for name in PERSONAL]),
            Group(_("Study and work"), [self._pair(name) for name in WORK]),
            Group(_("How to reach"), [self._pair(name) for name in REACHED]),
            Group(
                _("In the party"), [*self._party(), *(self._pair(name) for name in PARTY if self._fits(name))]
            ),
        ]
        if self.rights.reads_sensitive:
            found.append(Group(_("Restricted"), [self._pair(name) for name in SENSITIVE]))
        return found

    def _fits(self, name: str) -> bool:
        return name != "party_worker" or bool(self.particulars and self.particulars.party_worker)

    def _pair(self, name: str) -> Pair:
        kind = field_of(name)
        clear = self.rights.reads_sensitive if kind.is_sensitive else self.rights.reads_numbers
        value = kind.now(self.person)
        shown = (_("yes") if value else "") if isinstance(value, bool) else kind.shown(value, clear=clear)
        note = ""
        if name == "born_on" and (years := age(value or None, self.on)) is not None:
            note = _("%(years)s years old") % {"years": years}
        return self._with_correction(name, kind.label, shown, note)

    def _with_correction(self, name: str, label: str, shown: str, note: str = "") -> Pair:
        ask = name if self.rights.own and name in CORRECTABLE else ""
        return Pair(label, shown, ask, bool(ask) and any(c.field == name for c in self.waiting), note)

    def _party(self) -> list[Pair]:
        """What follows from the history of membership."""
        reached: dict[str, date] = {}
        for spell in sorted(self.spells, key=lambda s: s.since):
            reached.setdefault(spell.stage, spell.since)
        here = [s for s in self.spells if self.current and s.organization_id == self.current.organization_id]
        years = age(self.member.confirmed_on if self.member else None, self.on)
        party_age = _("%(years)s years in the party") % {"years": years} if years is not None else ""
        stage = self.current.get_stage_display() if self.current else _("not on the roll")
        pairs = [
            Pair(_("Number"), self.person.number or ""),
            Pair(_("Branch"), str(self.current.organization) if self.current else ""),
            Pair(_("Stage"), str(stage)),
        ]
        if applied := reached.get(Membership.Stage.APPLICANT):
            pairs.append(Pair(_("Applied on"), Field("joined_on", "member").shown(applied)))
        for name, note in (("joined_on", ""), ("confirmed_on", party_age)):
            kind = Field(name, "member")
            pairs.append(self._with_correction(name, kind.label, kind.shown(kind.now(self.person)), note))
        if here:
            came = min(s.since for s in here)
            pairs.append(Pair(_("In this branch since"), Field("joined_on", "member").shown(came)))
        return pairs


def read_file(request: HttpRequest, person: Any, on: date) -> File:
    """A person's file as the visitor may see it. Twelve queries, one more for sanctions."""
    may = rights(request, person)
    particulars = Particulars.objects.filter(person=person).first()
    if particulars is not None:
        particulars.person = person
        person.particulars = particulars
    spells = list(Membership.objects.filter(person=person).select_related("organization").order_by("-since"))
    current = next((s for s in spells if s.since <= on and (s.until is None or s.until > on)), None)
    return File(
        person=person,
        member=getattr(person, "member", None),
        particulars=particulars,
        photo=photo_of(particulars),
        rights=may,
        spells=spells,
        current=current,
        work_posts=list(WorkPost.objects.live().filter(person=person)),
        awards=list(Award.objects.live().filter(person=person)),
        training=list(Training.objects.live().filter(person=person)),
        sanctions=list(Sanction.objects.live().filter(person=person)) if may.reads_sanctions else [],
        papers=shown_papers(person, current),
        corrections=list(Correction.objects.filter(person=person).select_related("decided_by")[:20])
        if may.own or may.keep
        else [],
        on_a_road=Road.objects.filter(person=person).exists(),
        on=on,
    )


def shown_papers(person: Any, current: Membership | None) -> list[ShownPaper]:
    """The papers of a file, those of the development among them, and what is missing. Five queries."""
    by_letter = Transfer.objects.filter(person=person, kind=Transfer.Kind.IN, status=Transfer.Status.DONE)
    needed = required(current.stage if current else None, by_letter=by_letter.exists())
    own = {paper.code: paper for paper in Paper.objects.live().filter(person=person)}
    steps = {paper.code: paper for paper in StepPaper.objects.filter(road__person=person)}
    scans = _scans([*own.values()]), _scans([*steps.values()])
    found = []
    for kind in KINDS.values():
        paper = own.get(kind.code)
        step = next((steps[code] for code in kind.steps if code in steps), None)
        shown = ShownPaper(
            kind,
            kind.code in needed,
            paper,
            step,
            [*(scans[0][paper.pk] if paper else []), *(scans[1][step.pk] if step else [])],
        )
        if shown.needed or shown.held:
            found.append(shown)
    return found


def _scans(papers: Sequence[Any]) -> dict[int, list[Attachment]]:
    found: dict[int, list[Attachment]] = defaultdict(list)
    for attachment in Attachment.objects.of_all(papers):
        found[attachment.target_id].append(attachment)
    return found


def may_be_put(file: File) -> list[str]:
    """Codes of the papers that may be put into a file here: what the development keeps is put in at its step."""
    held = {shown.kind.code for shown in file.papers if shown.step}
    return [code for code, kind in KINDS.items() if code not in held and not (file.on_a_road and kind.steps)]
