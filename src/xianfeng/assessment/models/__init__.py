"""Tables of assessment: schemes, the workday table, monthly reports, rounds and scores, facts from elsewhere."""

from .calendar import Day, WorkCalendar
from .deliveries import DeliveredFact, Delivery
from .reports import DraftRevision, Report, ReportLine
from .rounds import BranchScore, MemberScore, Round, Score
from .schemes import Scheme

__all__ = [
    "BranchScore",
    "Day",
    "DeliveredFact",
    "Delivery",
    "DraftRevision",
    "MemberScore",
    "Report",
    "ReportLine",
    "Round",
    "Scheme",
    "Score",
    "WorkCalendar",
]
