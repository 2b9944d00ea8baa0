"""Sessions in the database, as Django keeps them; reading one is a prepared question."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from xianfeng.core.prepared import Prepared

LIVING = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list("session_data")
)


class SessionStore(db.SessionStore):
    """Django's, but for how it is read. `people.sessions` revokes by key, which is the same for both."""

    def load(self) -> dict[str, Any]:
        for (data,) in LIVING(key=self.session_key, now=timezone.now()):
            return self.decode(data)
        self._session_key = None
        return {}
