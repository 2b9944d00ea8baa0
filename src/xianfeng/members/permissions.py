from django.utils.translation import gettext_lazy as _

from xianfeng.core.permissions import declare

VIEW = declare("members.view", _("See members of the branch"))
NAMES = declare("members.names", _("See by name who belongs to a branch"), inside=True)
CHANGE = declare("members.change", _("Change the data of members"))
IMPORT = declare("members.import", _("Import the roster of members"))
