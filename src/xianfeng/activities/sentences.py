"""What the acts of this app are called in the audit log. Moves are told by their labels."""

from django.utils.translation import gettext_lazy as _

from xianfeng.audit.sentences import name_detail, say

say("activities.record", _("Recorded an activity"))
say("activities.record_many", _("Recorded activities"))
say("activities.draft", _("Kept a draft of an activity"))
say("activities.correct", _("Corrected an activity"))
say("activities.make_up", _("Noted attendance made up later"))
say("activities.require", _("Stated what the month requires"))
say("activities.evidence", _("Attached evidence to an activity"))

name_detail("month", _("month"))
name_detail("made", _("made"))
name_detail("activities", _("activities"))
