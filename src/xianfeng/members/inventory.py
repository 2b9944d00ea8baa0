"""What this app keeps about people."""

from django.utils.translation import gettext_lazy as _

from xianfeng.core.inventory import keep, nobody

keep(
    "members.Member",
    whose="person",
    purpose=_("Life in the party: days of joining, exemption from hard requirements"),
    ordinary={"joined_on", "confirmed_on", "occupation", "exempt_since", "exempt_until", "exempt_reason"},
    erasing="blank",
)
keep(
    "members.Membership",
    whose="person",
    purpose=_("Who belonged to which branch, and in which stage"),
    ordinary={"organization", "stage", "since", "until", "ending"},
)
keep(
    "members.Import",
    whose="by",
    purpose=_("A sheet on its way into the register; emptied when it can no longer be undone"),
    retention=_("24 hours after the import"),
    ordinary={"filename", "sheet", "kind", "status", "begun_at", "taken_at", "undone_at"},
    sensitive={"source", "edits", "journal"},
)
nobody("members.RememberedMapping")
