from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WORDS = (
    "xianfeng",
    "dangjian",
    "jiaotong",
    "juxian",
    "dangyuan",
    "zhibu",
    "password",
    "先锋",
    "党建",
    "交通",
    "党员",
)


class OwnWordsValidator:
    """Refuses passwords made of words everybody here would try: the bureau, the system, the own number or name."""

    def validate(self, password: str, user: Any = None) -> None:
        words = [*WORDS]
        if user is not None:
            words += [
                word for word in (user.number, user.account, user.name, user.post) if word and len(word) > 1
            ]
        low = password.lower()
        rest = low
        for word in words:
            rest = rest.replace(word.lower(), "")
        if rest != low and len(rest) < 8:
            raise ValidationError(
                _("This password is built on a word that others would try first."), code="own_words"
            )

    def get_help_text(self) -> str:
        return _("Do not build it on your name, your number or the name of the bureau.")
