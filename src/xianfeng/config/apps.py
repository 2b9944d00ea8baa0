from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


def _sync(**_kwargs: Any) -> None:
    from .roles import sync

    sync()


class ConfigConfig(AppConfig):
    name = "xianfeng.config"
    label = "config"

    def ready(self) -> None:
        """Make every app's permissions, measures, notices, moves, sentences, exports and imports known, and keep the built-in roles in step."""
        for app in apps.get_app_configs():
            if app.name.startswith("xianfeng."):
                for module in (
                    "permissions",
                    "measures",
                    "notices",
                    "actions",
                    "sentences",
                    "inventory",
                    "exports",
                    "imports",
                    "edits",
                    "merging",
                ):
                    try:
                        import_module(f"{app.name}.{module}")
                    except ModuleNotFoundError as missing:
                        if missing.name != f"{app.name}.{module}":
                            raise
        from . import panels

        panels.put_up()
        post_migrate.connect(_sync, sender=apps.get_app_config("people"))
