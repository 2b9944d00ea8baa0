from django.utils.translation import gettext_lazy as _

from xianfeng.core.permissions import declare

KEEP = declare("dossiers.keep", _("Keep the e-files of members"))
DECIDE = declare("dossiers.decide", _("Decide on corrections that members ask for"))
CONFIRM = declare("dossiers.confirm", _("Confirm awards of members, so that they count"))
SENSITIVE = declare(
    "dossiers.sensitive", _("Read and enter health, marital state and family of members, with a reason")
)
SANCTIONS = declare("dossiers.sanctions", _("Read and enter sanctions, with a reason"))
