"""What this app keeps about people."""

from django.utils.translation import gettext_lazy as _

from xianfeng.core.inventory import YEARS, keep, nobody

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
keep(
    "members.Absence",
    whose="person",
    purpose=_("Keeping in touch with members who live elsewhere, and with those who came (流动党员)"),
    ordinary={
        "organization", "direction", "place_name", "abroad", "reason", "since", "expected_until", "until", "ending",
        "other_organization", "other_contact", "certificate", "registered_on", "registered_there_on",
    },
    sensitive={"phone", "other_phone"},
    erasing="blank",
)  # fmt: skip
keep(
    "members.Contact",
    whose="absence__person",
    purpose=_("When somebody spoke with a mobile member"),
    retention=YEARS,
    ordinary={"absence", "day", "way", "note"},
    erasing="delete",
)
keep(
    "members.HardshipCase",
    whose="person",
    purpose=_("Help for members in hardship; read by few, with a reason"),
    retention=YEARS,
    ordinary={"since", "until"},
    sensitive={"kind", "degree", "situation", "measures"},
    erasing="delete",
)
keep(
    "members.Transfer",
    whose="person",
    purpose=_("Transfers of the relation and their letters"),
    ordinary={
        "kind", "status", "sender", "receiver", "elsewhere", "addressee", "stage", "joined_on", "confirmed_on",
        "reason", "on", "letter_number", "issued_on", "valid_days", "valid_until", "dues_paid_until", "receipt_on",
        "begun_by", "begun_at", "released_by", "released_at", "taken_by", "taken_at",
    },
)  # fmt: skip
keep(
    "members.Merge",
    whose="kept",
    purpose=_("Which numbers were found to be one person, and how"),
    ordinary={"gone", "document", "reason", "at"},
)
keep(
    "members.Apart",
    whose="first",
    purpose=_(
        "People whom somebody looked at and found to be different, so that they are not asked about again"
    ),
    ordinary={"second", "at"},
    erasing="delete",
)
nobody("members.RememberedMapping", "members.Completeness")
