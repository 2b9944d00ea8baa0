"""What this app keeps about people."""

from django.utils.translation import gettext_lazy as _

from xianfeng.core.inventory import keep

PURPOSE = _("Developing members by the rules, step by step (发展党员工作细则)")

keep(
    "development.Road",
    whose="person",
    purpose=PURPOSE,
    ordinary={"next_step", "due_step", "due_on", "gaps", "added_at"},
)
keep(
    "development.StepRecord",
    whose="road__person",
    purpose=PURPOSE,
    ordinary={
        "road", "step", "done_on", "reference", "note", "notice_from", "notice_to", "days", "hours", "due", "present",
        "in_favour", "effective_on", "extends_by", "recorded_by", "recorded_at", "taken_back_at",
    },
    erasing="blank",
    stays={"extends_by", "effective_on"},
)  # fmt: skip
keep(
    "development.Helper",
    whose="road__person",
    purpose=_("Who accompanies or introduces somebody on the way to membership"),
    ordinary={"road", "kind", "person"},
    erasing="delete",
)
keep(
    "development.Examination",
    whose="road__person",
    purpose=PURPOSE,
    ordinary={"road", "held_on", "result", "note", "recorded_by", "taken_back_at"},
    erasing="blank",
)
keep(
    "development.Paper",
    whose="road__person",
    purpose=_("Which papers of the development lie in the file"),
    ordinary={"road", "code"},
)
