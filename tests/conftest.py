"""One world for all tests: a committee, two neighbouring branches and their people. Each test rolls back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

TODAY = date(2026, 10, 27)


@pytest.fixture
def today() -> Iterator[date]:
    """The world's today is Tuesday 27 October 2026, at ten in the morning."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    import time_machine

    with time_machine.travel(datetime(2026, 10, 27, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False):
        yield TODAY


@dataclass
class World:
    """Named people and places. 甲 is the branch under test (nine members), 乙 its neighbour (five: no committee)."""

    committee: Any
    jia: Any
    yi: Any
    clerk: Any
    secretary: Any
    office: Any
    leader: Any
    inspector: Any
    member: Any
    neighbour: Any
    system_admin: Any
    security_admin: Any
    audit_admin: Any

    @property
    def people(self) -> dict[str, Any]:
        """Everyone with an account, by the name of their role."""
        names = (
            "clerk", "secretary", "office", "leader", "inspector", "member", "neighbour",
            "system_admin", "security_admin", "audit_admin",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names}


def build_world() -> World:
    """Make the world by the same actions that users call."""
    from xianfeng.members.actions import NewMember, admit_all
    from xianfeng.organizations.actions import found
    from xianfeng.people.actions import appoint, enter
    from xianfeng.people.models import Role

    committee = found(number="371122-JT", name="中共测试局机关委员会", short_name="机关党委", kind="committee", parent=None, by=None)  # fmt: skip
    jia = found(number="371122-JT-12", name="中共测试局甲党支部", short_name="甲党支部", kind="branch", parent=committee, by=None)  # fmt: skip
    yi = found(number="371122-JT-18", name="中共测试局乙党支部", short_name="乙党支部", kind="branch", parent=committee, by=None)  # fmt: skip
    names = ["王建国", "刘佳", "张晓东", "陈立平", "赵志刚", "孙立新", "周敏", "吴海燕", "郑文"]
    full = {"joined_on": date(2010, 7, 1), "confirmed_on": date(2011, 7, 1)}
    staff = admit_all([NewMember(n, jia, "full", party=dict(full)) for n in names], by=None)
    others = admit_all([NewMember(n, yi, "full", party=dict(full)) for n in ["冯涛", "韩梅", "杨帆", "朱琳", "秦岭"]], by=None)  # fmt: skip
    roles = {role.code: role for role in Role.objects.all()}
    placed = {
        "clerk": (staff[1], jia), "secretary": (staff[0], jia), "neighbour": (others[0], yi),
    }  # fmt: skip
    appoint(staff[1], roles["clerk"], jia, by=None, since=date(2025, 1, 1))
    appoint(staff[0], roles["secretary"], jia, by=None, since=date(2025, 1, 1))
    appoint(others[0], roles["secretary"], yi, by=None, since=date(2025, 1, 1))
    central = {}
    for code in ("office", "leader", "inspector", "system_admin", "security_admin", "audit_admin"):
        central[code] = enter(name=str(roles[code].name), organization=committee, account=code, by=None)
        appoint(central[code], roles[code], committee, by=None, since=date(2025, 1, 1))
    people = {name: person for name, (person, _place) in placed.items()}
    return World(committee=committee, jia=jia, yi=yi, member=staff[2], **people, **central)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The world stands in the database before the first test."""
    with django_db_blocker.unblock():
        build_world()


def standing_world() -> World:
    """The world that stands in the database."""
    from xianfeng.organizations.models import Organization
    from xianfeng.people.models import Person

    places = {o.code: o for o in Organization.objects.all()}
    by_account = {p.account: p for p in Person.objects.select_related("organization")}
    return World(
        committee=places["jt"], jia=places["jt-12"], yi=places["jt-18"],
        secretary=by_account["jt120001"], clerk=by_account["jt120002"], member=by_account["jt120003"],
        neighbour=by_account["jt180001"],
        **{c: by_account[c] for c in ("office", "leader", "inspector", "system_admin", "security_admin", "audit_admin")},
    )  # fmt: skip


@pytest.fixture
def world(db: None) -> World:
    """The world, read afresh so that a test may change it."""
    return standing_world()
