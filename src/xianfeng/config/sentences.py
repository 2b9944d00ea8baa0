"""What the acts of this app are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from xianfeng.audit.sentences import say

say("privacy.take_along", _("Took along the own data"), high=True)
say("privacy.restrict", _("Restricted the data of a person"), high=True)
say("privacy.lift", _("Lifted the restriction of a person's data"), high=True)
say("privacy.erase", _("Erased a person's data"), high=True)
