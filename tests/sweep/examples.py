"""One object of each kind in the own branch (甲) and in the neighbour's (乙), for the sweeps.

`examples(world)` gives url name → (arguments in 甲, arguments in 乙). None in place of the second: the page has no
owner, everybody who passes the door sees it.
"""

from __future__ import annotations

from typing import Any

OUTSIDE: frozenset[str] = frozenset()  # routes that are tested elsewhere, each with the reason beside it


def examples(world: Any) -> dict[str, tuple[dict[str, Any], dict[str, Any] | None]]:
    """Make the objects by the actions users call and say where they are shown."""
    own, foreign = {"code": world.jia.code}, {"code": world.yi.code}
    files = {"uid": attach(world.member, world.clerk).uid}, {"uid": attach(world.neighbour, world.neighbour).uid}
    return {
        "files:download": files,
        "files:thumb": files,
        "files:preview": files,
        "organizations:organization_detail": (own, foreign),
        "move": (
            {"app": "activities", "model": "activity", "uid": "0" * 16, "name": "cancel"},
            None,
        ),
    }


def attach(person: Any, by: Any) -> Any:
    """A picture attached to a person."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.files.samples import photo
    from xianfeng.files.storing import store

    upload = SimpleUploadedFile("a.jpg", photo())
    return store(upload, target=person, permission="members.view", by=by)
