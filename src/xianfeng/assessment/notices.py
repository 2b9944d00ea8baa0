"""What this app tells people."""

from django.utils.translation import gettext_lazy as _

from xianfeng.messaging.kinds import declare

REPORT_DUE = declare(
    "assessment.report_due", _("The report for %(month)s is due %(due)s, %(left)s things are left.")
)
REPORT_OVERDUE = declare(
    "assessment.report_overdue",
    _("The report for %(month)s was due %(due)s. Please hand it in."),
    urgent=True,
)
REPORT_RETURNED = declare(
    "assessment.report_returned",
    _("The report for %(month)s was returned: %(line)s. %(reason)s"),
    urgent=True,
)
