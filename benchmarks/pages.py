"""What pages cost: CPU milliseconds and queries of a request, through the whole stack.

Requests go to the WSGI handler in this process: middleware, session, permission checks, navigation and templates are
those of production, only the socket is missing. The bureau is `benchmarks.bureau`. Goals: performance.md, rows 1 to 6
and 10; they are for a quiet machine of its kind, so the speed of this one is printed beside them.
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
        "HTTP_HOST": "127.0.0.1", "HTTP_COOKIE": f"sessionid={session}; language=zh-hans",
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


def cpu_ms(work: Callable[[], object], runs: int = RUNS) -> float:
    """The CPU time of the quickest run, in milliseconds: what else runs on the machine can only add to it."""
    taken = []
    for _ in range(runs):
        start = time.process_time()
        work()
        taken.append((time.process_time() - start) * 1000)
    return min(taken)


def speed() -> float:
    """Microseconds for a thousand additions: about 10 on the machine of the goals."""
    return cpu_ms(lambda: [sum(range(1000)) for _ in range(200)], 5) * 1000 / 200


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
    print(f"{'page':34} {'CPU ms':>8} {'goal':>6} {'queries':>8} {'kB':>7} {'gzip':>6}")
    met = True
    for page in PAGES:
        session = sign_in(page.who)
        ask(handler, page.url, session)
        with counting() as made:
            body = ask(handler, page.url, session)
        taken = cpu_ms(lambda page=page, session=session: ask(handler, page.url, session))  # type: ignore[misc]
        packed = len(gzip.compress(body, 6))
        goal = f"{page.goal:.0f}" if page.goal else ""
        kept = page.goal is None or (taken <= page.goal and len(made) <= QUERIES)
        if page.name.endswith("413 members"):
            kept = kept and len(body) <= SHEET_RAW and packed <= SHEET_GZIP
        met = met and kept
        print(
            f"{page.name:34} {taken:8.1f} {goal:>6} {len(made):8} {len(body) / 1000:7.1f} {packed / 1000:6.1f}"
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

    times = []
    for _ in range(7):
        forget()
        start = time.process_time()
        again()
        times.append((time.process_time() - start) * 1000)
    rewritten = min(times)
    with counting() as made:
        again()
    unchanged = cpu_ms(again)
    writes = sum(sql.startswith(("INSERT", "UPDATE", "DELETE")) for sql in made)
    met = rewritten <= REWRITTEN and unchanged <= UNCHANGED and not writes
    print(f"{'recompute':34} {'CPU ms':>8} {'goal':>6}")
    print(f"{'413 and 30, every row rewritten':34} {rewritten:8.1f} {REWRITTEN:6.0f}")
    print(f"{'nothing changed':34} {unchanged:8.1f} {UNCHANGED:6.0f} {len(made):8} queries, {writes} writes")
    return met


def main() -> bool:
    """Print the tables; whether the goals are met."""
    bureau.begin()
    from django.conf import settings
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    from xianfeng.core import clock

    settings.SECOND_FACTOR = False  # the sessions here are made, not signed in to
    with clock.at(NOW):
        bureau.build()
        call_command("collectstatic", interactive=False, verbosity=0)
        print(f"this machine: {speed():.0f} µs for a thousand additions (the goals: about 10)")
        handler = get_wsgi_application()
        met = pages(handler)
        return rounds() and met


if __name__ == "__main__":
    main()
