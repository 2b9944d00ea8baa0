"""Reading the ledger: sums of done and due. Readers only sum; nothing is derived twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, NamedTuple

from django.db.models import QuerySet, Sum

from .models import Entries, Entry

Subject = Literal["organization", "person"]


class MonthSum(NamedTuple):
    """Done and due, in ten-thousandths, of one measure, subject and month (yyyymm)."""

    measure_id: int
    subject_id: int
    month: int
    done: int
    due: int


class WholeSum(Sum):
    """A sum of whole numbers that comes as one, so that thousands of rows need no conversion."""

    def get_db_converters(self, connection: Any) -> list[Any]:
        return []

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        sql, params = self.as_sql(compiler, connection)
        return f"{sql}::bigint", params  # there a sum of bigint is numeric


def monthly_sums(
    subject: Subject,
    *,
    since: date,
    until: date,
    measures: Iterable[int] | None = None,
    subjects: Iterable[int] | QuerySet[Entry] | None = None,
) -> list[MonthSum]:
    """Sums by measure, subject and month of the facts with since ≤ day ≤ until. One query; absent keys: no facts.

    For organizations a fact about a person counts at the organization where it happened.
    """
    entries: Entries = Entry.objects.filter(
        month__gte=since.year * 100 + since.month, month__lte=until.year * 100 + until.month
    )
    # Whole months need no look at the day itself, which keeps the sum inside one index.
    if since.day != 1:
        entries = entries.filter(day__gte=since)
    if date.fromordinal(until.toordinal() + 1).day != 1:
        entries = entries.filter(day__lte=until)
    if subjects is not None:
        entries = entries.filter(**{f"{subject}__in": subjects})
    sums = {"total_done": WholeSum("done"), "total_due": WholeSum("due")}
    if subject == "person":
        # In the order of the index `entry_person_sums`; picking the measures out here is quicker than leaving it.
        wanted = None if measures is None else frozenset(measures)
        rows = entries.filter(person__isnull=False).order_by().values_list("person_id", "month", "measure_id")
        return [
            MonthSum(measure, person, month, done, due)
            for person, month, measure, done, due in rows.annotate(**sums)
            if wanted is None or measure in wanted
        ]
    if measures is not None:
        entries = entries.filter(measure_id__in=list(measures))
    rows = entries.order_by().values_list("measure_id", "organization_id", "month")
    return list(map(MonthSum._make, rows.annotate(**sums)))
