"""Why this many points: everything the page of that name shows, from one stored score.

The deductions are those of `explain.losses`, so they add up to full marks less points, exactly. Beside each stand the
rule in force, the fact in a sentence, the records behind it, and who recorded them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from xianfeng.core import charts
from xianfeng.core.charts import Chart
from xianfeng.core.components import Step
from xianfeng.core.display import day as day_name
from xianfeng.core.display import exact, moment, month, points
from xianfeng.core.periods import Period
from xianfeng.ledger.measures import declared

from .explain import Loss, losses, sentence
from .layout import ended_months
from .measures import ON_TIME
from .models import MemberScore, Report, Round, Score
from .records import Evidence, records_behind
from .results import SubjectScore
from .scheme import Language

SHOWN = 3
"""So many records stand beside a lost point; of the rest the number is told."""
HALF = Decimal("0.5")  # what late work gives


@dataclass(frozen=True, slots=True)
class Recovery:
    """What can still be had back, by when, and how."""

    amount: Decimal
    act: str
    by: datetime
    overdue: bool


@dataclass(frozen=True)
class Lost:
    """One line of the scheme that cost points."""

    code: str
    item: str
    rule: str
    rule_url: str
    fact: str
    amount: Decimal
    evidence: Sequence[Evidence] = ()
    more: int = 0
    recovery: Recovery | None = None

    @property
    def handled(self) -> str:
        """Who recorded what the fact rests on, and when it was last touched."""
        if not self.evidence:
            return _("computed by the system")
        last = max(self.evidence, key=lambda one: one.at)
        names = list(dict.fromkeys(one.who for one in self.evidence if one.who))
        when = day_name(timezone.localtime(last.at).date())
        if not names:
            return _("computed by the system, %(day)s") % {"day": when}
        return _("recorded by %(who)s, %(day)s") % {"who": _(", ").join(names[:2]), "day": when}


@dataclass(frozen=True)
class Group:
    """The losses of one category. The last group may be the rounding, without a category."""

    code: str
    name: str
    lines: Sequence[Lost]

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class Extra:
    """A bonus that was earned, or a veto that holds."""

    code: str
    rule: str
    rule_url: str
    fact: str
    points: Decimal | None


@dataclass
class Why:
    """The page. Everything is read when it is first asked for."""

    score: Score
    reader: Any
    day: date
    language: Language = field(default="zh-hans")

    @classmethod
    def of(cls, score: Score, reader: Any, day: date) -> Why:
        english = (get_language() or "").startswith("en")
        return cls(score, reader, day, "en" if english else "zh-hans")

    @property
    def round(self) -> Round:
        return self.score.round

    @property
    def period(self) -> Period:
        return self.round.period

    @cached_property
    def explained(self) -> SubjectScore:
        return self.score.explained()

    @property
    def full(self) -> Decimal:
        return self.explained.full

    @property
    def earned(self) -> Decimal | None:
        """Before bonus."""
        return self.explained.before_bonus

    @property
    def bonus(self) -> Decimal:
        return self.explained.bonus

    @property
    def total(self) -> Decimal | None:
        return self.explained.total

    @property
    def has_bonus(self) -> bool:
        """Whether a bonus belongs to this score at all: only to the year's."""
        return self.round.months is None and self.round.scheme.parsed.bonus is not None

    @property
    def headline(self) -> Decimal | None:
        """The one number of the page: the rate, or the total of a whole year."""
        return self.total if self.is_whole_year else self.score.rate

    @property
    def is_whole_year(self) -> bool:
        return self.round.months is None and self.round.has_ended

    # The losses

    @cached_property
    def all_losses(self) -> Sequence[Loss]:
        """Every line that was scored, those that lost nothing included."""
        return losses(self.explained)

    @cached_property
    def _losses(self) -> list[Loss]:
        return [loss for loss in self.all_losses if loss.amount]

    @property
    def lost(self) -> Decimal:
        return sum((loss.amount for loss in self._losses), Decimal(0))

    @property
    def count(self) -> int:
        return sum(loss.line is not None for loss in self._losses)

    @cached_property
    def groups(self) -> list[Group]:
        """The losses by category, in the scheme's order."""
        told = any(loss.line is not None for loss in self._losses)
        evidence = records_behind(self.score, self._losses, self.reports, self.reader) if told else {}
        grouped: dict[str, list[Lost]] = defaultdict(list)
        names = {"": _("Rounding")}
        for loss in self._losses:
            code = loss.category.code if loss.category else ""
            if loss.category:
                names[code] = loss.category.name
            grouped[code].append(self._lost(loss, evidence))
        return [Group(code, names[code], lines) for code, lines in grouped.items()]

    def _lost(self, loss: Loss, evidence: dict[str, list[Evidence]]) -> Lost:
        fact = loss.sentence(self.language, self.label_of(loss.line))
        if loss.line is None or loss.item is None:
            return Lost("", "", "", "", fact, loss.amount)
        found = evidence.get(loss.line.measure, [])
        return Lost(
            code=loss.line.code,
            item=loss.item.name,
            rule=loss.line.text,
            rule_url=self.rule_url(loss.line.code),
            fact=fact,
            amount=loss.amount,
            evidence=found[:SHOWN],
            more=max(len(found) - SHOWN, 0),
            recovery=self._recovery(loss),
        )

    def label_of(self, line: Any) -> str:
        """What the measure of a line is called, for those that have no phrase of their own."""
        known = declared().get(line.measure) if line is not None else None
        return str(known.label) if known else ""

    def rule_url(self, code: str) -> str:
        """The article in the version that this score was computed by."""
        try:
            return f"{self.round.scheme.get_absolute_url()}#{code}"
        except NoReverseMatch:
            return ""

    @property
    def extras(self) -> list[Extra]:
        """Bonuses earned and vetoes that hold."""
        cells = [*self.explained.bonus_cells, *self.explained.veto_cells]
        return [
            Extra(
                code=cell.line.code,
                rule=cell.line.text,
                rule_url=self.rule_url(cell.line.code),
                fact=sentence([cell], Decimal(0), self.language, self.label_of(cell.line)),
                points=cell.points,
            )
            for cell in cells
            if cell.points or (cell.points is None and cell.done)
        ]

    # What can still be done

    @cached_property
    def reports(self) -> list[Report]:
        """The branch's reports of the months of the period. One query."""
        period = self.period
        return list(
            Report.objects.filter(
                organization=self.score.organization_id,
                year=period.year,
                month__gte=period.first_month,
                month__lte=min(period.last_month, ended_months(period.year, self.round.as_of)),
            )
            .select_related("organization", "submitted_by", "decided_by")
            .order_by("month")
        )

    def _recovery(self, loss: Loss) -> Recovery | None:
        """What a report that is still in the branch's or the office's hands can bring back on this line."""
        if not self.round.is_open or isinstance(self.score, MemberScore) or loss.line is None:
            return None
        measure = declared().get(loss.line.measure)
        if measure is None or (measure.supply != "reported" and measure.code != ON_TIME.code):
            return None
        amount, awaited = Decimal(0), []
        for cell, lost in zip(loss.cells, loss.amounts, strict=True):
            open_ones = [
                r for r in self.reports if cell.first <= r.month <= cell.last and self._can_mend(r, measure)
            ]
            if lost and open_ones:
                late = measure.code == ON_TIME.code and self._is_over(open_ones[-1])
                amount += min(lost, (cell.full or lost) * HALF) if late else lost
                awaited.append(open_ones[-1])
        if not amount:
            return None
        last = awaited[-1]
        told = {"month": month(last.month), "day": day_name(timezone.localtime(last.due_at).date())}
        overdue = self._is_over(last)
        if not last.is_open:
            act = _("once the report for %(month)s is accepted") % told
        elif overdue:
            act = _("hand in the overdue report for %(month)s") % told
        else:
            act = _("hand in the report for %(month)s by %(day)s") % told
        return Recovery(amount, act, last.due_at, overdue)

    def _can_mend(self, report: Report, measure: Any) -> bool:
        if measure.code == ON_TIME.code:
            return report.received_at is None
        return report.status != Report.Status.ACCEPTED and report.month in measure.months

    def _is_over(self, report: Report) -> bool:
        return timezone.localtime(report.due_at).date() < self.day

    # In words

    @cached_property
    def recoveries(self) -> list[Recovery]:
        return [line.recovery for group in self.groups for line in group.lines if line.recovery]

    @property
    def recoverable(self) -> Decimal:
        return sum((recovery.amount for recovery in self.recoveries), Decimal(0))

    @property
    def most_lost(self) -> list[Group]:
        """The one or two categories that lost most."""
        ordered = sorted((g for g in self.groups if g.code), key=lambda group: -group.amount)
        return ordered[:2]

    @property
    def afterwards(self) -> Decimal | None:
        """The headline once everything recoverable is back."""
        if self.earned is None or not self.full:
            return None
        if self.is_whole_year:
            return (self.total or Decimal(0)) + self.recoverable
        return (self.earned + self.recoverable) * 100 / self.full

    @property
    def saying(self) -> SafeString:
        """Where most was lost, and what can still be had back by when."""
        if not self.lost:
            return format_html("{}", _("No points were lost."))
        most = (
            (_("%(name)s (%(amount)s points)") % {"name": group.name, "amount": exact(group.amount)},)
            for group in self.most_lost
        )
        where = format_html(_("Most was lost in {}."), format_html_join(_(" and "), "<b>{}</b>", most))
        if self.recoveries:
            acts = _("; ").join(dict.fromkeys(recovery.act for recovery in self.recoveries))
            number = len(self.recoveries)
            told = {
                "n": number,
                "acts": acts,
                "amount": exact(self.recoverable),
                "after": points(self.afterwards),
            }
            more = ngettext(
                "%(n)d loss can still be made good: %(acts)s. At most %(amount)s points come back, which makes"
                " %(after)s.",
                "%(n)d losses can still be made good: %(acts)s. At most %(amount)s points come back, which makes"
                " %(after)s.",
                number,
            )
            return format_html(_("{} {}"), where, more % told)
        if self.round.is_open:
            return format_html(_("{} {}"), where, _("Nothing of it can be made good by a report any more."))
        return where

    @cached_property
    def steps(self) -> Chart:
        """How full marks came down to the points, category by category."""
        lost = [(group.name, group.amount) for group in self.groups]
        last = _("Points before bonus") if self.has_bonus else _("Points")
        return charts.steps(self.full, lost, first=_("Full marks"), last=last, places=2)

    @property
    def steps_from(self) -> Decimal:
        """Where the axis of that chart begins."""
        return Decimal(str(self.steps.option["xAxis"]["min"]))

    @property
    def path(self) -> list[Step]:
        """Through whose hands the score went, and what is still ahead."""
        scheme = self.round.scheme
        parsed = scheme.parsed
        number = sum(len(category.items) for category in parsed.categories)
        items = ngettext("%(n)d item", "%(n)d items", number) % {"n": number}
        steps = [
            Step(
                _("Computed"),
                moment(self.round.computed_at),
                _("by “%(title)s” of %(year)s, version %(version)s: %(categories)s categories, %(items)s")
                % {
                    "title": scheme.title,
                    "year": scheme.year,
                    "version": scheme.number,
                    "categories": len(parsed.categories),
                    "items": items,
                },
                "done",
            )
        ]
        if not isinstance(self.score, MemberScore):
            steps += self._report_steps()
        if self.round.is_open:
            text = _("Until then it follows the facts: what is added or corrected counts at once.")
            steps.append(Step(_("Closed"), "", text))
        else:
            who = self.round.closed_by
            text = (_("by %(who)s") % {"who": who}) if who else ""
            steps.append(Step(_("Closed"), moment(self.round.closed_at), text, "done"))
        return steps

    def _report_steps(self) -> list[Step]:
        if len(self.reports) > 3:
            return [self._reports_together()]
        return [self._report_step(report) for report in self.reports]

    def _reports_together(self) -> Step:
        accepted = [r for r in self.reports if r.is_decided]
        late = sum(r.was_late for r in self.reports)
        text = _("%(accepted)s of %(all)s accepted, %(late)s were late") % {
            "accepted": len(accepted),
            "all": len(self.reports),
            "late": late,
        }
        done = len(accepted) == len(self.reports)
        return Step(_("Monthly reports"), "", text, "done" if done else "current")

    def _report_step(self, report: Report) -> Step:
        title = _("Report for %(month)s") % {"month": month(report.month)}
        told = []
        if report.submitted_by and report.submitted_at:
            told.append(
                _("handed in by %(who)s on %(day)s")
                % {
                    "who": report.submitted_by,
                    "day": day_name(timezone.localtime(report.submitted_at).date()),
                }
            )
        if report.was_late:
            told.append(_("late"))
        if report.decided_by and report.decided_at and not report.is_open:
            told.append(
                _("accepted by %(who)s on %(day)s")
                % {"who": report.decided_by, "day": day_name(timezone.localtime(report.decided_at).date())}
            )
        if report.is_open:
            told.append(_("due %(day)s") % {"day": moment(report.due_at)})
        state: Any = "done" if report.is_decided else "current" if not report.is_open else ""
        return Step(title, str(report.get_status_display()), _(", ").join(told), state)
