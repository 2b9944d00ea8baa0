from django.utils.translation import gettext_lazy as _

from xianfeng.core.permissions import declare

VIEW = declare("organizations.view", _("See organizations"), members=True)
CHANGE = declare("organizations.change", _("Found, rename and dissolve organizations"))
IMPORT = declare("organizations.import", _("Import the register of organizations"))
HOME = declare("organizations.home", _("See the homes of all branches"), inside=True)
KEEP_HOME = declare("organizations.keep_home", _("Keep the home of the branch"))
