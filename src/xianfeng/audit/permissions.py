from django.utils.translation import gettext_lazy as _

from xianfeng.core.permissions import declare

READ = declare("audit.read", _("Read and verify the audit log"))
