"""What this app keeps about people."""

from django.utils.translation import gettext_lazy as _

from xianfeng.core.inventory import keep, nobody

keep(
    "leadership.Post",
    whose="person",
    purpose=_("Who held which post in a committee, and how it came about"),
    ordinary={"term", "kind", "how", "votes", "since", "document", "until", "ending", "ending_document"},
)
nobody("leadership.Term")
