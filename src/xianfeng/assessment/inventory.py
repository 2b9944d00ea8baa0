"""What this app keeps about people."""

from django.utils.translation import gettext_lazy as _

from xianfeng.core.inventory import keep, nobody

keep(
    "assessment.MemberScore",
    whose="person",
    purpose=_("Points of a member by the published scheme, for the member and those who look after the branch"),
    ordinary={
        "round", "organization", "full", "before_bonus", "bonus", "total", "grade", "uncapped", "standing", "cells",
        "items", "categories", "digest",
    },
)  # fmt: skip
keep(
    "assessment.DeliveredFact",
    whose="person",
    purpose=_("What another installation counted of a member and delivered to the superior"),
    ordinary={"delivery", "measure", "organization", "day", "done", "due"},
)
nobody(
    "assessment.BranchScore",
    "assessment.Day",
    "assessment.Delivery",
    "assessment.DraftRevision",
    "assessment.Report",
    "assessment.ReportLine",
    "assessment.Round",
    "assessment.Scheme",
)
