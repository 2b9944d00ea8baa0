from django.utils.translation import gettext_lazy as _

from xianfeng.core.permissions import declare

VIEW = declare("activities.view", _("See the activities of the branch"), members=True)
CHANGE = declare("activities.change", _("Record and correct the activities of the branch"))
TALKS = declare("activities.talks", _("See who had heart-to-heart talks with whom"))
