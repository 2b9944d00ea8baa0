"""What branches and the office are told about limits that run out."""

from django.utils.translation import gettext_lazy as _

from xianfeng.messaging.kinds import declare

DUE = declare("development.due", _("%(name)s, “%(step)s”: due %(day)s."))
OVERDUE = declare(
    "development.overdue", _("%(name)s, “%(step)s”: was due %(day)s. Please see to it."), urgent=True
)
