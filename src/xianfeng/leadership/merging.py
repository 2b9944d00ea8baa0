"""What becomes of posts when two rows turn out to be one human."""

from __future__ import annotations

from xianfeng.people.merging import by_hand
from xianfeng.people.models import Person

from .models import Post


@by_hand("leadership.Post.person")
def _posts(kept: Person, gone: Person) -> None:
    """A post that both hold in one term is held once."""
    held = set(Post.objects.filter(person=kept, until=None).values_list("term", "kind"))
    for post in Post.objects.filter(person=gone, until=None):
        if (post.term_id, post.kind) in held:
            post.delete()
    Post.objects.filter(person=gone).update(person=kept)
