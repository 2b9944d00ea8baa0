from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _sync(**_kwargs: Any) -> None:
    from .measures import sync

    sync()


class LedgerConfig(AppConfig):
    name = "xianfeng.ledger"
    label = "ledger"

    def ready(self) -> None:
        post_migrate.connect(_sync, sender=self)
