"""What the acts of this app are called in the audit log. Amounts and bases are never among the details: they tell pay."""

from django.utils.translation import gettext_lazy as _

from xianfeng.audit.sentences import name_detail, say

say("dues.set_bases", _("Set what party dues are reckoned by"))
say("dues.state", _("Stated what is owed in party dues"))
say("dues.pay", _("Recorded party dues paid"))
say("dues.correct", _("Corrected a payment of party dues"))
say("dues.lapse", _("Ended deferrals of party dues that ran out"))
say("dues.reduce", _("Recorded a decision to reduce or waive party dues"), high=True)
say("dues.remit", _("Recorded party dues passed on"))
say("dues.duties", _("Stated what is to be passed on and published"))

name_detail("paid", _("paid"))
name_detail("receipts", _("receipts"))
name_detail("receipt", _("receipt number"))
