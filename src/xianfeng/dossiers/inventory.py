"""What this app keeps about people."""

from django.utils.translation import gettext_lazy as _

from xianfeng.core.inventory import keep

PURPOSE = _("The file of a party member (党员基本信息采集表)")
ENTRY = {"recorded_by", "recorded_at", "taken_back_at"}

keep(
    "dossiers.Particulars",
    whose="person",
    purpose=PURPOSE,
    ordinary={
        "native_place", "birthplace", "degree", "schooling", "school", "began_work_on", "employment", "employer", "rank",
        "qualification", "political", "joined_at", "introducers", "party_group", "party_worker",
    },
    sensitive={"landline", "address", "health", "marital", "family"},
    erasing="blank",
)  # fmt: skip
keep(
    "dossiers.WorkPost",
    whose="person",
    purpose=_("Posts at work"),
    ordinary={"person", "unit", "title", "rank", "since", "until", "document", *ENTRY},
    erasing="delete",
)
keep(
    "dossiers.Award",
    whose="person",
    purpose=_("Awards of members; they count in the assessment"),
    ordinary={
        "person",
        "organization",
        "kind",
        "title",
        "level",
        "given_by",
        "on",
        "document",
        "status",
        *ENTRY,
    },
)
keep(
    "dossiers.Sanction",
    whose="person",
    purpose=_("Sanctions and how long they have effect; read by few, with a reason"),
    ordinary={"on", "decided_by", "document", "effect_until", *ENTRY},
    sensitive={"penalty", "reason"},
    erasing="delete",
)
keep(
    "dossiers.Training",
    whose="person",
    purpose=_("Training that members attended"),
    ordinary={"person", "kind", "title", "held_by", "since", "until", "hours", "certificate", *ENTRY},
    erasing="delete",
)
keep(
    "dossiers.Paper",
    whose="person",
    purpose=_("Which papers lie in the file"),
    ordinary={"code", "on", "note", *ENTRY},
    erasing="blank",
    stays={"code", "recorded_by", "recorded_at", "taken_back_at"},
)
keep(
    "dossiers.Correction",
    whose="person",
    purpose=_("Corrections that members ask for in their own file"),
    ordinary={"field", "reason", "status", "asked_at", "decided_by", "decided_at", "answer"},
    sensitive={"value"},
    erasing="delete",
)
