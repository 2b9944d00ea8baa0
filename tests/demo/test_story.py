"""The demonstration, told over two months into a data folder of its own, and looked at with plain SQL."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

pytestmark = pytest.mark.slow

STANDING = "organizations_organization where dissolved_on is null"
SINCE, TODAY = "2026-08-01", "2026-10-12"
FACTS = """
    select m.code, o.number, p.number, e.day, e.done, e.due from ledger_entry e
    join ledger_measure m on m.id = e.measure_id
    join organizations_organization o on o.id = e.organization_id
    left join people_person p on p.id = e.person_id
    order by e.id"""


def xianfeng(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a data folder of its own, on the embedded database."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("XIANFENG_", "DATABASE_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "xianfeng", *words],
        env={**env, "XIANFENG_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass
class Told:
    """A data folder with the story in it, and what the command printed."""

    home: Path
    printed: str
    sql: sqlite3.Connection

    def all(self, query: str, *values: Any) -> list[Any]:
        return self.sql.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> Any:
        [[value]] = self.all(query, *values)
        return value


def told(home: Path) -> Told:
    done = xianfeng(home, "demo", "--since", SINCE, "--today", TODAY)
    assert done.returncode == 0, done.stderr
    return Told(home, done.stdout, sqlite3.connect(home / "xianfeng.db"))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    made = told(tmp_path_factory.mktemp("story"))
    yield made
    made.sql.close()


def test_there_are_thirty_branches_and_413_members(story: Told) -> None:
    assert story.one(f"select count(*) from {STANDING} and kind in ('branch', 'joint_branch')") == 30
    assert story.one(f"select count(*) from {STANDING}") == 31
    now = "select count(*) from members_membership where until is null and stage in ('full', 'probationary')"
    assert story.one(now) == 413
    assert story.one(f"{now} and stage = 'probationary'") == 11
    assert story.one("select count(*) from people_person where is_member and account != ''") == 413


def test_all_31_organizations_have_a_term_and_somebody_who_heads_it(story: Told) -> None:
    heads = "select count(*) from leadership_post where until is null and kind = 'secretary'"
    assert story.one("select count(*) from leadership_term where closed_on is null") == 31
    assert story.one(heads) == 31
    other = """select count(*) from leadership_term t join organizations_organization o on o.id = t.organization_id
               where t.closed_on is null and o.term_ends_on != coalesce(t.postponed_to, t.ends_on)"""
    assert story.one(other) == 0
    by_role = """select count(*) from leadership_post p join leadership_term t on t.id = p.term_id
                 join people_appointment a on a.person_id = p.person_id and a.organization_id = t.organization_id
                 join people_role r on r.id = a.role_id where p.until is null and p.kind = 'secretary' and r.code = 'secretary'"""
    assert story.one(by_role) == 30


def test_one_term_is_over_one_is_postponed_and_one_post_was_filled_anew(story: Told) -> None:
    ends = dict(story.all(f"select code, term_ends_on from {STANDING} and term_ends_on <= '2027-04-28'"))
    assert ends["jt-26"] == "2026-09-28"
    assert "2027-04-01" < ends["jt-19"] <= "2027-04-28"
    ended = dict(story.all("select ending, count(*) from leadership_post where until is not null group by 1"))
    assert ended.pop("resigned") == 1
    assert set(ended) == {"term"}  # elections on their days
    acts = "select act, count(*) from organizations_chapter group by 1 order by 1"
    assert story.all(acts) == [("founded", 32), ("merged", 1), ("renamed", 1)]


def test_the_checks_find_nothing(story: Told) -> None:
    checked = xianfeng(story.home, "check")
    assert (checked.returncode, checked.stderr) == (0, "")


def test_moments_are_those_of_the_story_and_follow_each_other(story: Told) -> None:
    moments = [at for (at,) in story.all("select at from audit_event order by seq")]
    assert moments == sorted(moments)
    assert moments[0] < "2026-08-01" < moments[-1] < "2026-10-12"
    early = "select count(*) from activities_activity where date(added_at, '+8 hours') < held_on"
    assert story.one(early) == 0


def test_the_month_that_is_over_is_accepted_everywhere(story: Told) -> None:
    assert story.all("select status, count(*) from assessment_report where month = 8 group by 1") == [
        ("accepted", 30)
    ]


def test_last_months_reports_stand_everywhere_between_draft_and_accepted(story: Told) -> None:
    found = dict(story.all("select status, count(*) from assessment_report where month = 9 group by 1"))
    assert set(found) == {"draft", "submitted", "review", "returned", "accepted"}


def test_some_reports_were_late_and_some_were_returned(story: Told) -> None:
    assert story.one("select count(*) from assessment_report where received_at > due_at") >= 1
    assert story.one("select count(*) from assessment_report where returns > 0") >= 1
    returned = "select count(*) from assessment_reportline where returned and review_note != ''"
    assert story.one(returned) >= 1


def test_nobody_decided_on_the_own_branch(story: Told) -> None:
    own = """select count(*) from assessment_report r join people_person p on p.id = r.decided_by_id
             where p.organization_id = r.organization_id"""
    assert story.one(own) == 0
    deciders = "select count(distinct decided_by_id) from assessment_report where decided_by_id is not null"
    assert story.one(deciders) == 2


def test_the_branch_a_visitor_signs_in_for_has_something_to_do(story: Told) -> None:
    lines = """select count(*) from assessment_reportline l join assessment_report r on r.id = l.report_id
               join organizations_organization o on o.id = r.organization_id
               where o.code = 'jt-12' and r.status = 'draft' and r.month = 10 and l.state = 'open'"""
    assert 2 <= story.one(lines) <= 4


def test_dues_are_collected_passed_on_and_sometimes_late(story: Told) -> None:
    assert story.one("select count(*) from dues_base") >= 413
    found = dict(story.all("select status, count(*) from dues_due where month < '2026-10-01' group by 1"))
    assert found["paid"] > 800
    assert {"made_up", "deferred", "owed"} <= set(found)
    assert story.one("select count(*) from dues_settlement s where quarter = '2026-q3'") == 30
    waiting = """select count(*) from dues_due d join dues_collection c on c.id = d.collection_id
                 join organizations_organization o on o.id = c.organization_id
                 where o.code = 'jt-12' and d.month = '2026-10-01' and d.status = 'owed'"""
    assert story.one(waiting) > 10


def test_exempt_members_owe_no_attendance(story: Told) -> None:
    exempt = "select person_id from members_member where exempt_since is not null"
    assert story.one(f"select count(*) from ({exempt})") == 23
    listed = f"select count(*) from activities_attendance where state = 'exempt' and person_id in ({exempt})"
    assert story.one(listed) > 0
    owed = f"""select coalesce(sum(e.due), 0) from ledger_entry e join ledger_measure m on m.id = e.measure_id
               where m.code = 'meeting.attendance' and e.person_id in ({exempt})"""
    assert story.one(owed) == 0


def test_a_branch_under_seven_owes_no_committee_meeting(story: Told) -> None:
    owing = """select distinct o.code from activities_requirement q
               join organizations_organization o on o.id = q.organization_id where q.measure = 'meeting.committee'"""
    codes = {code for (code,) in story.all(owing)}
    assert codes.isdisjoint({"jt-04", "jt-18", "jt-19", "jt-26"})
    assert {"jt-12", "jt-20"} <= codes


def test_pictures_and_papers_are_attached(story: Told) -> None:
    assert {kind for (kind,) in story.all("select kind from files_attachment")} == {"image", "pdf"}


def test_the_sign_ins_are_printed_once_and_open_their_accounts(story: Told) -> None:
    lines = re.findall(r"^  (\S+) +(\w{4}-\w{4}-\w{4}-\w{4})   (.+?)　", story.printed, re.MULTILINE)
    assert [account for account, _password, _role in lines] == [
        "JT120002", "JT120001", "JT010003", "JT010004", "JT120004", "xitong", "anquan", "shenji",
    ]  # fmt: skip
    assert len({password for _account, password, _role in lines}) == 8
    for account, password, _role in lines:
        stored = story.one("select password from people_person where account = ?", account.lower())
        assert PasswordHasher().verify("$" + stored.partition("$")[2], password)
    usable = "select count(*) from people_person where password not like '!%'"
    assert story.one(usable) == 8


def test_a_second_run_keeps_the_data(story: Told) -> None:
    quiet = xianfeng(story.home, "demo", "--if-empty")
    assert (quiet.returncode, quiet.stdout) == (0, "")
    refused = xianfeng(story.home, "demo")
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1


def test_the_folder_itself_says_that_nobody_needs_a_second_device(story: Told) -> None:
    asked = "from django.conf import settings; print(settings.SECOND_FACTOR)"
    assert xianfeng(story.home, "django", "shell", "-v0", "-c", asked).stdout.strip() == "False"


def test_the_same_day_gives_the_same_facts(story: Told, tmp_path: Path) -> None:
    again = told(tmp_path / "again")
    try:
        assert again.all(FACTS) == story.all(FACTS)
    finally:
        again.sql.close()


def test_a_day_to_come_is_refused(tmp_path: Path) -> None:
    refused = xianfeng(tmp_path / "future", "demo", "--today", "2999-01-01")
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
