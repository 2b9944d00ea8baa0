"""What this app tells people."""

from django.utils.translation import gettext_lazy as _

from xianfeng.messaging.kinds import declare

TERM_ENDS = declare(
    "leadership.term_ends",
    _("The term of office of %(branch)s ends on %(day)s. Please prepare the election."),
)
TERM_ENDS_SOON = declare(
    "leadership.term_ends_soon",
    _("The term of office of %(branch)s ends on %(day)s, within three months. Please report the election."),
    urgent=True,
)
TERM_OVER = declare(
    "leadership.term_over",
    _("The term of office of %(branch)s ended on %(day)s. Please elect, or ask for a postponement."),
    urgent=True,
)
ROLE_FOLLOWED = declare(
    "leadership.role_followed",
    _("After an election at %(branch)s, %(by)s changed who signs in as secretary. Please have a look."),
)
