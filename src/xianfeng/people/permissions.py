from django.utils.translation import gettext_lazy as _

from xianfeng.core.permissions import declare

ACCOUNTS = declare("people.accounts", _("Open and close accounts"))
GRANT = declare("people.grant", _("Appoint people to roles"))
REVEAL = declare("people.reveal", _("See an ID number or a phone number in full, with a reason"))
PRIVACY = declare("people.privacy", _("Restrict or erase what is kept about people who left"))
ACTIVATE = declare("people.activate", _("Print activation slips for members"))
