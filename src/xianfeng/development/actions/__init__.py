"""Verbs of the road: apply, record, correct, take back, examine, extend, keep papers, stop, remind."""

from .examinations import examine, take_back_examination
from .papers import keep_papers
from .reminders import remind
from .roads import apply, apply_all, may_record, open_roads, settle, stop
from .steps import (
    COLUMNS,
    Particulars,
    correct,
    last_record,
    record_all,
    record_step,
    take_back,
    takes_effect,
)

__all__ = [
    "COLUMNS", "Particulars", "apply", "apply_all", "correct", "examine", "keep_papers", "last_record", "may_record",
    "open_roads", "record_all", "record_step", "remind", "settle", "stop", "take_back",
    "take_back_examination", "takes_effect",
]  # fmt: skip
