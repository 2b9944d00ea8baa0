from django.utils.translation import gettext_lazy as _

from xianfeng.core.permissions import declare

VIEW = declare("leadership.view", _("See terms of office and elections"), members=True)
RECORD = declare(
    "leadership.record",
    _("Record elections and posts, and give the role of secretary that follows from them"),
)
