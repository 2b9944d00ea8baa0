"""What tests of signing in do again and again. The password stands here so that a test can look for it elsewhere."""

from __future__ import annotations

from typing import Any

PASSWORD = "seven quiet herons at dawn"


def sign_in(client: Any, person: Any, password: str = PASSWORD, **more: Any) -> Any:
    """Send the sign-in form as a browser would."""
    return client.post("/login/", {"login": person.account, "password": password, **more})


def signed_in(client: Any) -> bool:
    """Whether a page for people who signed in opens."""
    return client.get("/me/account/").status_code == 200


def form_key() -> str:
    """The hidden key of a once-only form."""
    from xianfeng.audit.once import new_key

    return new_key()
