from django.utils.translation import gettext_lazy as _

from xianfeng.core.permissions import declare

VIEW = declare("assessment.view", _("See reports, rules and scores"), members=True)
REPORT = declare("assessment.report", _("Fill in and submit the monthly report of a branch"))
REVIEW = declare("assessment.review", _("Review monthly reports"))
SCHEMES = declare("assessment.schemes", _("Make and put in force assessment rules"))
CALENDAR = declare("assessment.calendar", _("Edit the workday table"))
MEMBER_SCORES = declare("assessment.member_scores", _("See the scores of members"))
CLOSE = declare("assessment.close", _("Close a round of scoring"))
