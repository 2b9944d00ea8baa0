"""What the acts of this app are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from xianfeng.audit.sentences import name_detail, say

say("organizations.found", _("Entered an organization"))
say("organizations.change", _("Corrected the data of an organization"))
say("organizations.rename", _("Renamed an organization"))
say("organizations.move", _("Gave an organization another superior"))
say("organizations.dissolve", _("Dissolved an organization"), high=True)
say("organizations.introduce", _("Changed the introduction of a branch"))
say("organizations.honour", _("Entered an honour of a branch"))
say("organizations.honour_change", _("Changed an honour of a branch"))
say("organizations.honour_remove", _("Removed an honour of a branch"))
say("organizations.announce", _("Put up an announcement of a branch"))
say("organizations.announcement_change", _("Changed an announcement of a branch"))
say("organizations.announcement_remove", _("Took down an announcement of a branch"))

name_detail("document", _("document number"))
name_detail("into", _("merged into"))
