from django.utils.translation import gettext_lazy as _

from xianfeng.core.permissions import declare

VIEW = declare("members.view", _("See members of the branch"))
NAMES = declare("members.names", _("See by name who belongs to a branch"), inside=True)
CHANGE = declare("members.change", _("Change the data of members"))
IMPORT = declare("members.import", _("Import the roster of members"))
MOBILE = declare("members.mobile", _("Keep the register of mobile members"))
TRANSFER = declare("members.transfer", _("Start transfers of members and confirm them"))
HARDSHIP = declare("members.hardship", _("Keep the register of members in hardship, with a reason"))
HARDSHIP_NAMED = declare(
    "members.hardship_named", _("See the cases of hardship in which one is named, with a reason")
)
