from django.utils.translation import gettext_lazy as _

from xianfeng.core.permissions import declare

VIEW = declare("ledger.view", _("See the facts behind the figures"), members=True)
