"""How long scoring takes: a bureau's year as one round computes it, and one subject as a page does.

The goal (performance.md, row 10) is 40 ms for everything a recalculation does; this prints the part that is
computing: 413 members and 30 branches with twelve months of facts, from the monthly sums that the database's
group-by returns to totals, grades and places.
"""

import random
import time
from collections.abc import Callable

from xianfeng.assessment.explain import losses
from xianfeng.assessment.results import rows
from xianfeng.assessment.scheme import Scheme, default_scheme
from xianfeng.assessment.scoring import Readings, score

from .facts import YEAR_END

GOAL_MS = 40.0

Sums = list[tuple[str, str, int, int, int]]


def sums(scheme: Scheme, subjects: int) -> Sums:
    """A sum for every subject, measure and month: more than any real year has."""
    chance = random.Random(2026)
    return [
        (measure, f"{scheme.subject}{number:04d}", month, chance.randint(0, 3) * 10_000, 20_000)
        for measure in scheme.measures
        for number in range(subjects)
        for month in range(1, 13)
    ]


def cpu_ms(work: Callable[[], object], runs: int = 15) -> float:
    """The median CPU time of one run, in milliseconds."""
    work()
    taken = []
    for _ in range(runs):
        start = time.process_time()
        work()
        taken.append((time.process_time() - start) * 1000)
    return sorted(taken)[runs // 2]


def main() -> bool:
    """Print the table; whether the goal is met."""
    branch, member = default_scheme("branch", 2026), default_scheme("member", 2026)
    branches, members = sums(branch, 30), sums(member, 413)
    branch_readings, member_readings = Readings.collect(branches), Readings.collect(members)

    def everybody() -> None:
        score(branch, branch_readings, YEAR_END)
        score(member, member_readings, YEAR_END)

    def collected() -> None:
        Readings.collect(branches)
        Readings.collect(members)

    one = Readings.collect(row for row in branches if row[1] == "organization0007")
    result = score(branch, branch_readings, YEAR_END)
    round_ms = cpu_ms(everybody)
    met = round_ms <= GOAL_MS
    print(f"{'scoring':44} {'CPU ms':>8}")
    print(
        f"{'413 members and 30 branches, computed':44} {round_ms:8.2f}  goal {GOAL_MS:.0f}: {'met' if met else 'MISSED'}"
    )
    print(
        f"{f'their {len(branches) + len(members):,} monthly sums collected':44} {cpu_ms(collected, 5):8.2f}"
    )
    print(f"{'one branch, computed':44} {cpu_ms(lambda: score(branch, one, YEAR_END)):8.2f}")
    print(f"{'one branch, viewed and explained':44} {cpu_ms(lambda: losses(result.at(7))):8.2f}")
    print(f"{'digest of the 30 branches':44} {cpu_ms(result.digest):8.2f}")
    print(f"{'rows of the 30 branches':44} {cpu_ms(lambda: list(rows(result)), 5):8.2f}")
    return met


if __name__ == "__main__":
    main()
