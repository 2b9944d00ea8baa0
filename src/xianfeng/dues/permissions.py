"""Dues tell pay: whoever works for the branch and the office see them; a member sees the own, without any of these."""

from django.utils.translation import gettext_lazy as _

from xianfeng.core.permissions import declare

VIEW = declare("dues.view", _("See the party dues of the branch's members and what they are reckoned by"))
CHANGE = declare("dues.change", _("Enter the party dues of the branch"))
ACCOUNTS = declare("dues.accounts", _("See the published accounts of party dues"), members=True)
