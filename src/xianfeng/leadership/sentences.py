"""What the acts of this app are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from xianfeng.audit.sentences import name_detail, say

say("leadership.elect", _("Recorded an election"))
say("leadership.change", _("Corrected what is on record about an election"))
say("leadership.postpone", _("Recorded a postponed election"))
say("leadership.fill", _("Recorded a by-election"))
say("leadership.vacate", _("Recorded that somebody left a post"))

name_detail("posts", _("posts"))
