"""Tables of assessment: schemes, the workday table, monthly reports."""

from .calendar import Day, WorkCalendar
from .reports import DraftRevision, Report, ReportLine
from .schemes import Scheme

__all__ = ["Day", "DraftRevision", "Report", "ReportLine", "Scheme", "WorkCalendar"]
