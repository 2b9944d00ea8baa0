"""What this app keeps about people."""

from django.utils.translation import gettext_lazy as _

from xianfeng.core.inventory import keep, nobody

keep(
    "activities.Attendance",
    whose="person",
    purpose=_("Who came to what the branch held; of a talk only with whom and when"),
    ordinary={"activity", "state", "made_up_on", "counts_for"},
)
nobody("activities.Activity", "activities.Requirement")
