"""Every page asks the database a fixed number of questions, whatever it holds.

`query_counts.json` says how many each page asks the one who uses it most. After a change that is meant, write it anew:

    XIANFENG_WRITE_COUNTS=1 python -m pytest tests/sweep/test_query_counts.py
"""

from __future__ import annotations

import json
import os
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.sweep.examples import OUTSIDE, examples
from tests.sweep.routes import ALL
from xianfeng.core.pages import PUBLIC

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

COUNTS = Path(__file__).parent / "query_counts.json"
# Who uses a page most comes first.
ROLES = ("clerk", "office", "leader", "member", "system_admin", "security_admin", "audit_admin")

# The log asks once for each kind of thing that its latest events are about: which kinds these are is not its doing.
BY_KIND = {"audit:log_list"}
OF_ONE_KIND = re.compile(r'FROM "(\w+)" WHERE "\1"\."id" IN \(')


def measured(world: Any, client: Any, here: dict[str, Any]) -> dict[str, list[str]]:
    """The SQL of each page that answers 200, by the name of its route, asked a second time."""
    found: dict[str, list[str]] = {}
    client.logout()
    for role in (None, *ROLES):
        if role:
            client.force_login(world.people[role])
        for route in ALL:
            if route.name in found or route.name in OUTSIDE or (role is None) != (route.door == PUBLIC):
                continue
            url = reverse(route.name, kwargs=here[route.name][0] if route.takes else None)
            if client.get(url).status_code != 200:
                continue
            with CaptureQueriesContext(connection) as asked:
                client.get(url)
            found[route.name] = [
                query["sql"]
                for query in asked.captured_queries
                if not (route.name in BY_KIND and OF_ONE_KIND.search(query["sql"]))
            ]
    return found


def enlarge(world: Any, *numbers: int) -> None:
    """More of everything: branches of these numbers, their members, activities and reports, notices and imports."""
    from xianfeng.activities.actions import record_activity
    from xianfeng.assessment.actions import open_reports
    from xianfeng.core.periods import Period
    from xianfeng.members.actions import NewMember, admit_all
    from xianfeng.organizations.actions import found
    from xianfeng.people.actions import appoint
    from xianfeng.people.models import Role

    clerk = Role.objects.get(code="clerk")
    joined = {"joined_on": date(2012, 7, 1), "confirmed_on": date(2013, 7, 1)}
    for number in numbers:
        branch = found(number=f"371122-JT-{number}", name=f"中共测试局{number}党支部", kind="branch", parent=world.committee, by=None)  # fmt: skip
        people = admit_all(
            [NewMember(f"新{n}", branch, "full", party=dict(joined)) for n in "甲乙丙丁戊"], by=None
        )
        appoint(people[0], clerk, branch, by=None, since=date(2026, 1, 1))
        for place, present in ((branch, people[:3]), (world.jia, [world.clerk, world.member])):
            record_activity(
                place, "volunteering", date(2026, 10, 15), by=None, present=present, hours=Decimal(1)
            )
            record_activity(place, "party_day", date(2026, 10, number - 15), by=None, topic="洛安路清障")
    admit_all([NewMember(f"王{n}", world.jia, "full", party=dict(joined)) for n in numbers], by=None)
    for month in ("2026-08", "2026-09", "2026-10"):
        open_reports(Period.parse(month))
    examples(world)


def settled(world: Any) -> dict[str, Any]:
    """The examples, made again until the first page of the log holds what they leave there and nothing else."""
    for _again in range(4):
        here = examples(world)
    return here


def test_pages_ask_what_is_written_down_and_no_more_when_there_is_more(today, world, client):
    enlarge(world, 21, 22)
    few = measured(world, client, settled(world))
    enlarge(world, 23, 24, 25, 26)
    many = measured(world, client, settled(world))
    assert few.keys() == many.keys()
    grown = {name: (len(sql), len(many[name])) for name, sql in few.items() if len(sql) != len(many[name])}
    why = "\n".join(f"{name}: {sql}" for name in grown for sql in sorted(set(many[name]) - set(few[name])))
    assert not grown, f"{grown}\n{why[:6000]}"
    counts = {name: len(sql) for name, sql in sorted(few.items())}
    if os.environ.get("XIANFENG_WRITE_COUNTS"):
        COUNTS.write_text(json.dumps(counts, indent=2) + "\n")
    written = json.loads(COUNTS.read_text())
    changed = {
        n: (written.get(n), counts.get(n)) for n in counts | written if written.get(n) != counts.get(n)
    }
    assert not changed, (
        "(written, asked): mend the page, or write the counts anew as the first lines here say"
    )
