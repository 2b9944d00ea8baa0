"""What this app keeps about people."""

from django.utils.translation import gettext_lazy as _

from xianfeng.core.inventory import keep

keep(
    "files.Attachment",
    whose="uploaded_by",
    acted=True,
    purpose=_("Evidence and papers, read only by those who may read the record they belong to"),
    ordinary={
        "sha256", "size", "name", "media_type", "kind", "target_type", "target_id", "permission", "uploaded_at",
        "removed_by", "removed_at",
    },
)  # fmt: skip
