"""What members and branches are told about corrections."""

from django.utils.translation import gettext_lazy as _

from xianfeng.messaging.kinds import declare

ASKED = declare("dossiers.asked", _("%(name)s asks for a correction: %(field)s. Please decide."))
ACCEPTED = declare("dossiers.accepted", _("Your file was corrected as you asked: %(field)s."))
REFUSED = declare("dossiers.refused", _("Your file was not changed: %(field)s. Reason: %(reason)s"))
