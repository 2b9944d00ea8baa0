"""What members are told about their own record."""

from django.utils.translation import gettext_lazy as _

from xianfeng.messaging.kinds import declare

PLACED = declare("members.placed", _("You belong to %(branch)s from %(day)s on."))
CONFIRMED = declare("members.confirmed", _("You are a full member since %(day)s."))
