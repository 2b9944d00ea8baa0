"""What the registers state."""

from django.utils.translation import gettext_lazy as _

from xianfeng.ledger.measures import measure

COMPLETENESS = measure("register.completeness", _("Completeness of the registers"), unit=_("fields"))
