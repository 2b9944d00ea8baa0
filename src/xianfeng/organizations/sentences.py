"""What the acts of this app are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from xianfeng.audit.sentences import say

say("organizations.found", _("Entered an organization"))
say("organizations.change", _("Changed an organization"))
say("organizations.dissolve", _("Dissolved an organization"), high=True)
