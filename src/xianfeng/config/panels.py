"""What the apps above organizations add to the list and the pages of organizations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xianfeng.assessment.models.calendar import office_days
from xianfeng.core import workdays
from xianfeng.dues import permissions as dues
from xianfeng.leadership.holders import check_leadership, in_charge
from xianfeng.members import permissions as members
from xianfeng.members.roll import check_strength, tree_strengths
from xianfeng.organizations import permissions as organizations
from xianfeng.organizations.panels import Figure, Panel, install
from xianfeng.organizations.terms import check_term

FIGURES = (
    Figure("members", _("Members"), tree_strengths, lambda s: s.total, "number"),
    Figure("probationary", _("Probationary"), tree_strengths, lambda s: s.probationary, "number"),
    Figure("secretary", _("Secretary"), in_charge, lambda charge: ", ".join(charge.secretary)),
    Figure("committee", _("In the committee"), in_charge, lambda charge: charge.size, "number"),
    Figure("charge", "", in_charge, lambda charge: charge, shown=False),
)
CHECKERS = (check_strength, check_term, check_leadership)
PANELS = (
    Panel(_("Committee"), "leadership:branch_committee", organizations.HOME, branches_only=False, aside=True),
    Panel(_("Plan and activities"), "activities:branch_activities", organizations.HOME),
    Panel(_("Scores"), "scores:branch_panel", organizations.HOME),
    Panel(_("Party dues"), "dues:branch", dues.VIEW),
    Panel(_("Members"), "members:branch_members", members.NAMES),
)  # fmt: skip


def put_up() -> None:
    """Hand the lists to the pages that show them, and the office's workdays to whatever counts by workdays."""
    workdays.install(office_days)
    install(FIGURES, CHECKERS, PANELS)
