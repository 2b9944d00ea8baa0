"""What this app keeps about people."""

from django.utils.translation import gettext_lazy as _

from xianfeng.core.inventory import keep, nobody

keep(
    "dues.Base",
    whose="person",
    purpose=_("Working out the dues (中组发〔2008〕3号)"),
    ordinary={"since", "group", "recorded_by", "recorded_at"},
    sensitive={"amount"},
    erasing="blank",
)
keep(
    "dues.Reduction",
    whose="person",
    purpose=_("Decisions to reduce dues"),
    ordinary={
        "organization",
        "first",
        "last",
        "decided_on",
        "document",
        "status",
        "recorded_by",
        "recorded_at",
    },
    sensitive={"amount", "reason"},
)
keep(
    "dues.Due",
    whose="person",
    purpose=_("What a member owed and paid each month"),
    ordinary={
        "collection", "month", "owed", "status", "paid", "paid_on", "deferred_until", "approval", "reduction",
        "recorded_by",
    },
)  # fmt: skip
nobody("dues.Collection", "dues.Settlement", "dues.Remittance", "dues.Publication")
