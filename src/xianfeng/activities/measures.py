"""What activities state in the ledger. Codes are those of the default schemes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xianfeng.ledger.measures import measure

TIMES = _("times")

ASSEMBLY = measure("meeting.assembly", _("general meetings of members"), unit=TIMES)
COMMITTEE = measure("meeting.committee", _("meetings of the branch committee"), unit=TIMES)
GROUP = measure("meeting.group", _("meetings of party groups"), unit=TIMES)
LECTURE = measure("meeting.lecture", _("party lectures"), unit=TIMES)
SECRETARY_LECTURE = measure(
    "meeting.secretary_lecture", _("party lectures given by the secretary"), unit=TIMES
)
PARTY_DAY = measure("meeting.party_day", _("themed party days"), unit=TIMES)
LIFE_MEETING = measure("meeting.life", _("organizational life meetings"), unit=TIMES)
APPRAISAL = measure("meeting.appraisal", _("democratic appraisals of members"), unit=TIMES)
APPRAISAL_TURNOUT = measure(
    "meeting.appraisal_turnout", _("members who took part in the appraisal"), unit=_("members")
)
ATTENDANCE = measure("meeting.attendance", _("attendance at organizational life"), unit=TIMES)
TALK_COVERAGE = measure("talk.coverage", _("members reached by heart-to-heart talks"), unit=_("members"))
VOLUNTEER_HOURS = measure("volunteer.hours", _("volunteering"), unit=_("hours"))
INTEGRITY = measure("education.integrity", _("integrity education"), unit=TIMES)
WARNING = measure("education.warning", _("warning education"), unit=TIMES)
