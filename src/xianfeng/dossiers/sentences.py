"""What the acts of this app are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from xianfeng.audit.sentences import name_detail, say

say("dossiers.change", _("Changed the particulars of a member"))
say("dossiers.keep_all", _("Entered e-files"))
say("dossiers.photo", _("Put a photo into a file"))
say("dossiers.photo_remove", _("Took the photo out of a file"))
say("dossiers.enter", _("Entered something in a file"))
say("dossiers.correct", _("Corrected something in a file"))
say("dossiers.take_back", _("Took something back out of a file"), high=True)
say("dossiers.paper", _("Put a paper into a file"))
say("dossiers.paper_take_out", _("Took a paper out of a file"), high=True)
say("dossiers.read", _("Opened the sensitive part of a file"), high=True)
say("dossiers.sheet", _("Printed the information sheet of a member in full"), high=True)
say("dossiers.ask", _("Asked for a correction"))

name_detail("field", _("field"))
name_detail("entry", _("what was entered"))
name_detail("paper", _("paper"))
