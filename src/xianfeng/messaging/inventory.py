"""What this app keeps about people."""

from django.utils.translation import gettext_lazy as _

from xianfeng.core.inventory import YEARS, keep

keep(
    "messaging.Notice",
    whose="person",
    purpose=_("Telling somebody what has happened and what is to be done"),
    retention=YEARS,
    ordinary={"kind", "params", "link", "key", "at", "read_at"},
    erasing="delete",
)
