"""What e-files count for: awards of members, by level. The codes are those of the schemes of assessment."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xianfeng.ledger.measures import measure

TIMES = _("times")
AWARDS = {
    "nation": measure("award.nation", _("National commendation"), unit=TIMES),
    "province": measure("award.province", _("Commendation by the province"), unit=TIMES),
    "city": measure("award.city", _("Commendation by the city"), unit=TIMES),
    "county": measure("award.county", _("Commendation by the county"), unit=TIMES),
    "bureau": measure("award.bureau", _("Commendation by the bureau"), unit=TIMES),
}
