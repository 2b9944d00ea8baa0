"""What the acts of this app are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from xianfeng.audit.sentences import name_detail, say

say("people.enter", _("Entered a person"))
say("people.appoint", _("Appointed to a role"), high=True)
say("people.relieve", _("Ended an appointment"), high=True)
say("people.reveal", _("Saw an ID number or a phone number in full"), high=True)
say("people.sign_in", _("Signed in"))
say("people.sign_in_failed", _("Sign-in refused: name or password wrong"))
say("people.second_factor_failed", _("Sign-in refused: code wrong"))
say("people.activate_failed", _("Activation refused: slip wrong"))
say("people.sign_out", _("Signed out"))
say("people.session_revoke", _("Ended an own session elsewhere"))
say("people.slips", _("Issued activation slips"), high=True)
say("people.activate", _("Opened the account with a slip"))
say("people.password", _("Changed the password"))
say("people.second_factor", _("Set up a device for the second factor"))
say("people.recovery_codes", _("Made new recovery codes"))
say("people.second_factor_drop", _("Declared a device lost"), high=True)
say("people.close", _("Closed an account"), high=True)
say("people.open", _("Opened an account again"), high=True)
say("people.reset", _("Reset an account"), high=True)
say("people.setup_link", _("Made the set-up link on the console"), high=True)

name_detail("role", _("role"))
name_detail("since", _("from"))
name_detail("until", _("until"))
name_detail("field", _("field"))
name_detail("people", _("number of people"))
name_detail("second_factor", _("with second factor"))
