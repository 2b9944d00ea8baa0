"""What is asked of an engine, and what it tells afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from xianfeng.assessment.layout import Plan, plan
from xianfeng.assessment.scheme import Scheme

from .sources import Source


@dataclass(frozen=True)
class Request:
    """Facts to be scored. `listed`: who is scored, None for everyone with a fact; `level`: cell, item or total.

    `out` and `refused` are names to write to; `memory` is in bytes, 0 for what there is; `progress` hears how much of the work is done, 0 to 1.
    """

    scheme: Scheme
    as_of: date
    facts: Source
    listed: list[str] | None
    level: str
    as_csv: bool
    out: Path
    refused: Path
    work: Path
    memory: int
    strict: bool
    progress: Callable[[float], None]
    master: str = ""

    @property
    def plan(self) -> Plan:
        return plan(self.scheme, self.as_of)


@dataclass
class Summary:
    """What happened: counts of rows and subjects. `refused` counts unusable rows by their number in `sources.FAULTS`."""

    subjects: int = 0
    rows: int = 0
    after: int = 0
    unlisted: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    grades: Counter[str] = field(default_factory=Counter)
    unscored: int = 0
