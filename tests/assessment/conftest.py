"""The October report of the two branches, opened on the 1st, with one party day already recorded at 甲."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

OCTOBER = "2026-10"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Meetings are counted, whether or not their app is installed."""
    from xianfeng.ledger import measures

    for code in ("meeting.committee", "meeting.party_day", "meeting.attendance", "meeting.life"):
        known = measures._registry[code]
        monkeypatch.setitem(measures._registry, code, replace(known, supply="counted"))


@pytest.fixture
def reports(today: date, world: Any, counted: None) -> dict[str, Any]:
    """October's reports by branch code."""
    from xianfeng.assessment.actions import open_reports
    from xianfeng.core.periods import Period

    return {report.organization.code: report for report in open_reports(Period.parse(OCTOBER))}


@pytest.fixture
def report(reports: dict[str, Any]) -> Any:
    """The report of 甲."""
    return reports["jt-12"]
