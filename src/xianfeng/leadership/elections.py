"""What does not fit the rules about an election that is on record. It is said, never refused: what was, was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from .models import Post, Term

RULES_SINCE = date(2020, 7, 13)  # 中国共产党基层组织选举工作条例, arts. 20 and 21


def oddities(term: Term) -> list[str]:
    """Sentences about the election of a term, whose posts have been read with it."""
    if term.method == Term.Method.APPOINTED or term.began_on < RULES_SINCE:
        return []
    return list(_found(term))


def _found(term: Term) -> Iterator[str]:
    if term.due and term.present is not None and term.present * 5 < term.due * 4:
        yield _(
            "%(present)s of %(due)s were present: an election needs four fifths of those entitled to vote."
        ) % {
            "present": term.present,
            "due": term.due,
        }
    for post in term.posts.all():
        if (
            post.how == Post.How.ELECTED
            and post.votes is not None
            and term.present
            and post.votes * 2 <= term.present
        ):
            yield _("%(post)s had %(votes)s votes of %(present)s present: more than half are needed.") % {
                "post": post,
                "votes": post.votes,
                "present": term.present,
            }
