"""What members are told about their own record."""

from django.utils.translation import gettext_lazy as _

from xianfeng.messaging.kinds import declare

PLACED = declare("members.placed", _("You belong to %(branch)s from %(day)s on."))
CONFIRMED = declare("members.confirmed", _("You are a full member since %(day)s."))

# To those who keep the registers
SILENT = declare("members.silent", _("Nobody has spoken with %(name)s, who is away, since %(day)s."))
NAMED = declare(
    "members.named", _("You are named as a leader in a case. Open it to read it; a reason will be asked for.")
)
TRANSFER_BEGUN = declare(
    "members.transfer_begun", _("%(name)s is to go over from %(origin)s to %(destination)s. Please confirm.")
)
TRANSFER_DONE = declare(
    "members.transfer_done", _("%(name)s has gone over from %(origin)s to %(destination)s.")
)
TRANSFER_ENDED = declare(
    "members.transfer_ended",
    _("The transfer of %(name)s from %(origin)s to %(destination)s was not carried out: %(reason)s"),
)
LETTER_ISSUED = declare(
    "members.letter_issued", _("The letter for %(name)s is issued, no. %(number)s, valid until %(day)s.")
)
TRANSFER_OVERDUE = declare(
    "members.transfer_overdue",
    _("The transfer of %(name)s to %(destination)s is overdue. Please ask."),
    urgent=True,
)
