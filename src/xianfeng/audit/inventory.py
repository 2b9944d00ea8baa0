"""What this app keeps about people."""

from django.utils.translation import gettext_lazy as _

from xianfeng.core.inventory import SECURITY, YEARS, keep, nobody

keep(
    "audit.Event",
    whose="actor",
    acted=True,
    purpose=_("Who did what and when; details can be erased without breaking the chain"),
    basis=SECURITY,
    retention=YEARS,
    ordinary={"at", "action", "content_type", "object_id", "organization_id", "network", "details"},
)
nobody("audit.ChainHead", "audit.Once")
