"""What the acts of this app are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from xianfeng.audit.sentences import name_detail, say

say("development.apply", _("Entered an applicant"))
say("development.open", _("Opened roads to membership"))
say("development.record", _("Recorded a step of development"))
say("development.record_all", _("Recorded steps of development"))
say("development.extend", _("Extended a probation"), high=True)
say("development.correct", _("Corrected a step of development"))
say("development.take_back", _("Took back a step of development"), high=True)
say("development.examine", _("Recorded an examination of an activist"))
say("development.take_back_examination", _("Took back an examination of an activist"))
say("development.papers", _("Put papers into a file of development"))
say("development.stop", _("Ended a development"), high=True)

name_detail("steps", _("steps"))
name_detail("step", _("step"))
name_detail("done_on", _("done on"))
name_detail("papers", _("papers of the file"))
