"""Tables of assessment: schemes, the workday table, monthly reports, rounds and scores."""

from .calendar import Day, WorkCalendar
from .reports import DraftRevision, Report, ReportLine
from .rounds import BranchScore, MemberScore, Round, Score
from .schemes import Scheme

__all__ = [
    "BranchScore",
    "Day",
    "DraftRevision",
    "MemberScore",
    "Report",
    "ReportLine",
    "Round",
    "Scheme",
    "Score",
    "WorkCalendar",
]
