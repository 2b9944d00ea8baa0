"""The order in which things happen: steps at moments, run one after the other with the clock set to each."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import date, datetime, time
from itertools import count

from django.db import transaction
from django.utils import timezone

from xianfeng.core import clock

Step = Callable[[], object]


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of a day in Asia/Shanghai."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


class Agenda:
    """What is still to happen. Steps of the same moment keep the order in which they were put."""

    def __init__(self) -> None:
        self._steps: list[tuple[datetime, int, Step]] = []
        self._order = count()

    def put(self, when: datetime, step: Step) -> None:
        """Let a step happen at a moment; a step may put further ones."""
        heapq.heappush(self._steps, (when, next(self._order), step))

    def run(self, until: datetime) -> None:
        """Live through everything before a moment, each calendar month in one transaction."""
        while self._steps and self._steps[0][0] < until:
            month = _month(self._steps[0][0])
            with transaction.atomic():
                while self._steps and self._steps[0][0] < until and _month(self._steps[0][0]) == month:
                    when, _number, step = heapq.heappop(self._steps)
                    with clock.at(when):
                        step()


def _month(when: datetime) -> tuple[int, int]:
    local = timezone.localtime(when)
    return local.year, local.month
