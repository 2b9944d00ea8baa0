from django.utils.translation import gettext_lazy as _

from xianfeng.core.permissions import declare

VIEW = declare("development.view", _("See the development of members"))
RECORD = declare("development.record", _("Record the branch's steps of development"))
APPROVE = declare("development.approve", _("Record the upper committee's steps of development"))
IMPORT = declare("development.import", _("Import the register of activists"))
