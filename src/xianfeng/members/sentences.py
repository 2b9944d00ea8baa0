"""What the acts of this app are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from xianfeng.audit.sentences import name_detail, say

say("members.admit", _("Entered members"))
say("members.change", _("Changed data of members"))
say("members.correct", _("Corrected data of a member"))
say("members.advance", _("Took a person a step towards membership"))
say("members.trace", _("Brought a person's stages in step with the steps of development"))
say("members.confirm", _("Confirmed a full member"))
say("members.place", _("Placed a member in another branch"))
say("members.leave", _("Took a member off the roll"), high=True)
say("members.import_begin", _("Began an import"))
say("members.import", _("Imported a roster"), high=True)
say("members.import_download", _("Downloaded the sheet of an import"), high=True)
say("members.import_drop", _("Gave up an import"))
say("members.import_undo", _("Undid an import"), high=True)

name_detail("on", _("day"))
