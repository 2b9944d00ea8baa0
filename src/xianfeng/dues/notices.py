"""What is told about dues. Amounts are never told, and nobody is named."""

from django.utils.translation import gettext_lazy as _

from xianfeng.messaging.kinds import declare

SIX_MONTHS = declare(
    "dues.six_months",
    _(
        "%(branch)s: a member has owed party dues for six months in a row without a stated reason. Please find out why and help; nothing follows by itself."
    ),
)
