"""What this app keeps about people."""

from django.utils.translation import gettext_lazy as _

from xianfeng.core.inventory import keep, nobody

keep(
    "ledger.Entry",
    whose="person",
    purpose=_("What counts: done out of due, by whom, where and when; scores follow from it"),
    ordinary={
        "measure",
        "organization",
        "day",
        "month",
        "done",
        "due",
        "content_type",
        "object_id",
        "posted_at",
    },
)
nobody("ledger.Measure")
