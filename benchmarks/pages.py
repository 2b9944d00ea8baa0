"""What pages cost: CPU milliseconds and queries of a request, through the whole stack.

Requests go to the WSGI handler in this process: middleware, session, permission checks, navigation and templates are
those of production, only the socket is missing. The bureau is `benchmarks.bureau`. Goals: performance.md, rows 1 to 6
and 10.

The goals are for the machine they were set on, which adds a thousand numbers in 10 µs (`speed`). Each row measures that
on this machine while it measures the work, and prints the goal as it was set and, under "here", as many times larger as
this machine is slower. Met or missed is judged by the goal "here"; a quicker machine gets a smaller one.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from . import bureau

RUNS = 40
SPEED_OF_THE_GOALS = 10.0
"""Microseconds for a thousand additions on the machine of the goals."""
NOW = datetime(bureau.DAY.year, bureau.DAY.month, bureau.DAY.day, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True, slots=True)
class Page:
    """A page, who asks for it (by account), and how many CPU milliseconds it may take."""

    name: str
    url: str
    who: str
    goal: float | None = None


PAGES = (
    Page("my score", "/me/score/", "jt120003", 6),
    Page("score sheet of 30 branches", "/scores/2026-q3/", "office", 8),
    Page("score sheet of 413 members", "/scores/2026-q3/members/", "office", 25),
    Page("member list, one branch", "/register/members/?branch=jt-05", "office", 6),
    Page("member list, first 50 of 413", "/register/members/", "office", 18),
    Page("home of a branch's clerk", "/", "jt120002", 7),
    Page("home of the office", "/", "office", 7),
    Page("home of a member", "/", "jt120003", 7),
    Page("a branch's score", "/scores/2026-q3/jt-12/", "jt120001"),
    Page("why, a quarter", "/scores/2026-q3/jt-12/why/", "jt120001"),
    Page("why, the year to date", "/scores/2026/jt-12/why/", "jt120001"),
    Page("heat table, 30 by 12", "/stats/heatmap/2026/", "office"),
)
QUERIES = 8
SHEET_RAW, SHEET_GZIP = 300_000, 40_000
REWRITTEN, UNCHANGED = 40.0, 15.0


def environ(url: str, session: str) -> dict[str, Any]:
    """A GET request of somebody signed in."""
    path, _mark, query = url.partition("?")
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1", "HTTP_COOKIE": f"sessionid={session}; language=zh-hans; csrftoken={'b' * 32}",
        "wsgi.input": BytesIO(), "wsgi.errors": BytesIO(), "wsgi.url_scheme": "http", "wsgi.version": (1, 0),
        "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip


def sign_in(account: str) -> str:
    """A session as the sign-in page leaves it, second factor included."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from xianfeng.people.models import Person

    person = Person.objects.get(account=account)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "xianfeng.people.backends.PersonBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements made inside, savepoints aside."""
    from django.db import connection

    made: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE")):
            made.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield made


@dataclass(frozen=True, slots=True)
class Taken:
    """CPU milliseconds of a run, and how many times slower than that of the goals the machine was before and after."""

    ms: float
    slower: float

    def meets(self, goal: float) -> bool:
        """Whether the goal is met, as it is on this machine."""
        return self.ms <= self.here(goal)

    def here(self, goal: float) -> float:
        """The goal on this machine."""
        return goal * self.slower


def once(work: Callable[[], object]) -> float:
    """CPU milliseconds of one run."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def speed() -> float:
    """Microseconds for a thousand additions."""
    return min(once(lambda: [sum(range(1000)) for _ in range(20)]) for _ in range(3)) * 1000 / 20


def measure(
    work: Callable[[], object], runs: int = RUNS, before: Callable[[], object] | None = None
) -> Taken:
    """Run it so many times, each after `before`, which is not counted. Given is the run in the middle, by cost and speed
    together: on a shared machine both change from moment to moment."""
    taken = []
    for _ in range(runs):
        if before:
            before()
        fast = speed()
        ms = once(work)
        taken.append(Taken(ms, (fast + speed()) / 2 / SPEED_OF_THE_GOALS))
    return sorted(taken, key=lambda run: run.ms / run.slower)[runs // 2]


def ask(handler: Any, url: str, session: str) -> bytes:
    """One request; anything but success is a mistake of the benchmark."""
    answer: list[str] = []

    def started(status: str, _headers: Any, _error: Any = None) -> None:
        answer.append(status)

    body = b"".join(handler(environ(url, session), started))
    if not answer[0].startswith("200"):
        raise RuntimeError(f"{url}: {answer[0]}")
    return body


def pages(handler: Any) -> bool:
    """The table of pages; whether all goals are met."""
    print(f"{'page':34} {'CPU ms':>8} {'goal':>6} {'here':>6} {'queries':>8} {'kB':>7} {'gzip':>6}")
    met = True
    for page in PAGES:
        session = sign_in(page.who)
        ask(handler, page.url, session)
        with counting() as made:
            body = ask(handler, page.url, session)
        taken = measure(lambda page=page, session=session: ask(handler, page.url, session))  # type: ignore[misc]
        packed = len(gzip.compress(body, 6))
        goal = f"{page.goal:6.0f} {taken.here(page.goal):6.1f}" if page.goal else " " * 13
        kept = page.goal is None or (taken.meets(page.goal) and len(made) <= QUERIES)
        if page.name.endswith("413 members"):
            kept = kept and len(body) <= SHEET_RAW and packed <= SHEET_GZIP
        met = met and kept
        print(
            f"{page.name:34} {taken.ms:8.1f} {goal} {len(made):8} {len(body) / 1000:7.1f} {packed / 1000:6.1f}"
            f"  {'' if page.goal is None else 'met' if kept else 'MISSED'}"
        )
    return met


def rounds() -> bool:
    """Recomputing the third quarter of everybody: all rewritten, and nothing changed."""
    from xianfeng.assessment.models import BranchScore, MemberScore, Round
    from xianfeng.assessment.rounds import recompute

    quarter = list(Round.objects.filter(code="2026-q3"))

    def forget() -> None:
        Round.objects.filter(code="2026-q3").update(entries=0, results_digest="")
        for model in (BranchScore, MemberScore):
            model.objects.filter(round__code="2026-q3").update(digest="")

    def again() -> None:
        for round_ in quarter:
            recompute(round_, day=bureau.DAY)

    rewritten = measure(again, 7, before=forget)
    with counting() as made:
        again()
    unchanged = measure(again)
    writes = sum(sql.startswith(("INSERT", "UPDATE", "DELETE")) for sql in made)
    asked = len(made) <= QUERIES and not writes
    met = rewritten.meets(REWRITTEN) and unchanged.meets(UNCHANGED) and asked
    print(f"{'recompute':34} {'CPU ms':>8} {'goal':>6} {'here':>6}")
    for name, taken, goal, kept, more in (
        ("413 and 30, every row rewritten", rewritten, REWRITTEN, True, ""),
        ("nothing changed", unchanged, UNCHANGED, asked, f"{len(made):8} queries, {writes} writes"),
    ):
        verdict = "met" if taken.meets(goal) and kept else "MISSED"
        print(f"{name:34} {taken.ms:8.1f} {goal:6.0f} {taken.here(goal):6.1f}{more}  {verdict}")
    return met


def main() -> bool:
    """Print the tables; whether the goals are met."""
    bureau.begin()
    from django.conf import settings
    from django.core.management import call_command

    from xianfeng.core import clock

    settings.SECOND_FACTOR = False  # the sessions here are made, not signed in to
    with clock.at(NOW):
        bureau.build()
        call_command("collectstatic", interactive=False, verbosity=0)
        print(
            f"a thousand additions: {speed():.0f} µs here, {SPEED_OF_THE_GOALS:.0f} on the machine of the goals"
        )
        from xianfeng.config.wsgi import application as handler

        met = pages(handler)
        return rounds() and met


if __name__ == "__main__":
    main()
