"""What dues state in the ledger. Codes are those of the default schemes, and so are the units: months, quarters, years.

Amounts stay out of the ledger: whoever may read facts would read pay from them. What is counted is whether a month was
paid in full and on time; an approved deferral counts as on time (member scheme M3.1, branch scheme B3.1 to B3.3).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xianfeng.ledger.measures import measure

PAID = measure("dues.paid", _("Party dues paid"), unit=_("months"))
COLLECTED = measure("dues.collected", _("Party dues collected"), unit=_("months"))
REMITTED = measure("dues.remitted", _("Party dues remitted"), unit=_("times"))
PUBLISHED = measure("dues.published", _("Publication of party dues"), unit=_("times"))
