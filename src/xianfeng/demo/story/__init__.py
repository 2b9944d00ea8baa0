"""The story: last year and this one up to yesterday, told by calling the actions that users call.

`founding` makes the bureau, `leading` elects its committees, `months` lets its branches hold and record what they owe,
`reviews` lets them report and the office decide, `dues` lets them collect, `registers` tells who is away, in hardship or goes
over to another organization, `dossiers` fills the files. Whoever acts is asked for the permission first, moves, ledger and audit are the real ones, and the clock
(`core.clock`) stands at the moment of the story. Chance is seeded: the same day gives the same story.
"""

from __future__ import annotations

from datetime import date
from functools import partial

from xianfeng.config import jobs
from xianfeng.core import clock
from xianfeng.core.periods import Period

from . import development, dossiers, dues, founding, leading, months, registers, reviews
from .agenda import moment
from .cast import Cast

__all__ = ["Cast", "tell"]


def tell(today: date, start: date | None = None) -> Cast:
    """Live through everything from `start` (1 January of last year) up to the beginning of `today`."""
    start = start or date(today.year - 1, 1, 1)
    with clock.at(moment(start, 0, 1)):
        cast = founding.begin(today, start)
    founding.plan(cast, start)
    leading.plan(cast, start)
    with clock.at(moment(start, 0, 2)):
        registers.plan(cast, start)
    month = Period.of(start)
    while month.start <= today:
        cast.agenda.put(moment(month.start, 0, 5), partial(jobs.open_month, month.start))
        months.plan(cast, month)
        reviews.plan(cast, month)
        month = month.shifted(1)
    reviews.plan_reminders(cast, start)
    reviews.plan_rounds(cast, start)
    dues.plan(cast, start)
    development.plan(cast, start)
    dossiers.plan(cast, start)
    cast.agenda.run(until=moment(today, 0, 30))
    with clock.at(moment(today, 1, 30)):
        jobs.score(today)
        for month in (Period.of(today).shifted(-1), Period.of(today)):
            reviews.look(month)
    return cast
