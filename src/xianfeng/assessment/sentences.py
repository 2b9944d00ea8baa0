"""What the acts of this app are called in the audit log. Moves are told by their labels."""

from django.utils.translation import gettext_lazy as _

from xianfeng.audit.sentences import name_detail, say

say("assessment.set_day", _("Changed the workday table"))
say("assessment.clear_day", _("Returned a day to the published workday table"))
say("assessment.import_scheme", _("Entered assessment rules"))
say("assessment.rewrite", _("Changed a draft of assessment rules"))
say("assessment.put_in_force", _("Put assessment rules in force"), high=True)
say("assessment.open_reports", _("Opened the monthly reports"))
say("assessment.confirm", _("Confirmed an odd line of a report"))
say("assessment.attach", _("Attached evidence to a report"))
say("assessment.detach", _("Took evidence of a report away"))
say("assessment.remind_overdue", _("Reminded of overdue reports"))
say("assessment.recompute", _("Computed the scores again"))

say("assessment.recompute", _("Recomputed scores"))
say("assessment.export_facts", _("Exported facts for a superior"))
say("assessment.import_facts", _("Took facts that were delivered"))
say("assessment.read_member_score", _("Looked at a member's score"))

name_detail("day", _("day"))
name_detail("line", _("line"))
name_detail("reports", _("reports"))
name_detail("period", _("period"))
name_detail("added", _("added"))
name_detail("changed", _("changed"))
name_detail("removed", _("removed"))
name_detail("issuer", _("delivered by"))
name_detail("entries", _("entries in the ledger"))
