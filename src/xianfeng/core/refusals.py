"""Refusing to start: one clear sentence, in Chinese unless the terminal speaks English.

These sentences are needed while the settings are still being read: Django's translation cannot be asked yet.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path

LOCALE = Path(__file__).resolve().parent / "locale"


def say(msgid: str, **values: object) -> str:
    """The sentence for the person at the terminal. LC_ALL or LANG beginning with `en` keeps it English."""
    speaks = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    languages = ["en"] if speaks.startswith("en") else ["zh_Hans"]
    catalogue = gettext.translation("django", LOCALE, languages, fallback=True)
    return catalogue.gettext(msgid) % values


class Refusal(Exception):
    """The program will not start, or not go on, in this state. Its text is one sentence with the cure."""

    def __init__(self, msgid: str, **values: object) -> None:
        super().__init__(say(msgid, **values))


class KeysMissing(Refusal):
    """Data exists, the keys that open it do not."""


class WeakSettings(Refusal):
    """A key, a file mode or a setting is weaker than may be used."""
