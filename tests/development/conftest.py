"""People on the way to membership at the branch under test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from xianfeng.development.actions import Particulars, apply, record_step
from xianfeng.development.models import Road
from xianfeng.members.actions import NewMember
from xianfeng.members.models import Membership

APPLIED = date(2024, 3, 1)
# A road of nobody in particular, each step within its limit.
DAYS = {
    2: date(2024, 3, 20), 3: date(2024, 9, 2), 4: date(2024, 9, 10), 5: date(2024, 9, 12), 6: date(2025, 8, 28),
    7: date(2025, 9, 5), 8: date(2025, 9, 8), 9: date(2025, 9, 9), 10: date(2025, 9, 15), 11: date(2025, 9, 19),
    12: date(2025, 9, 22), 13: date(2025, 9, 25), 14: date(2025, 9, 28), 15: date(2025, 10, 10),
    16: date(2025, 10, 15), 17: date(2025, 10, 20), 18: date(2025, 10, 22), 19: date(2025, 10, 24),
    20: date(2025, 11, 5), 21: date(2026, 9, 20), 22: date(2026, 10, 9), 23: date(2026, 10, 12),
    24: date(2026, 10, 20), 25: date(2026, 10, 26),
}  # fmt: skip


@pytest.fixture
def road(world: Any, today: date) -> Road:
    """林小雨 has applied to 甲."""
    newcomer = NewMember("林小雨", world.jia, Membership.Stage.APPLICANT, {"born_on": date(1998, 5, 6)})
    return apply(newcomer, on=APPLIED, by=world.clerk)


@pytest.fixture
def walk(world: Any, road: Road) -> Callable[..., None]:
    """Record steps up to and including one, each on its day, by those who may."""

    def record(last: int, first: int = 2, **days: date) -> None:
        for number in range(first, last + 1):
            step(world, road, number, days.get(f"on_{number}", DAYS[number]))

    return record


def step(world: Any, road: Road, number: int, on: date, **more: Any) -> Any:
    """Record one step with what it asks for."""
    particulars: dict[str, Any] = {"reference": f"莒交党〔{on.year}〕{number}号"}
    match number:
        case 5:
            particulars["helpers"] = (world.secretary, world.member)
        case 7 if on >= date(2026, 5, 18):
            particulars |= {"notice_from": date(2026, 5, 20), "notice_to": date(2026, 5, 27)}
        case 9:
            particulars["helpers"] = (world.secretary, world.member)
        case 11:
            particulars["days"] = 3
        case 15 | 23:
            particulars |= {"due": 9, "present": 8, "in_favour": 8}
    return record_step(road, number, Particulars(on, **(particulars | more)), by=world.office)
