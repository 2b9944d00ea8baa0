"""Which passwords are refused."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .names import syllables

WORDS = (
    "xianfeng",
    "dangjian",
    "jiaotong",
    "juxian",
    "dangyuan",
    "zhibu",
    "password",
    "qwertyuiop",
    "asdfghjkl",
    "1qaz2wsx",
    "abcdef",
    "123456",
    "先锋",
    "党建",
    "交通",
    "党员",
)


def own_words(person: Any) -> list[str]:
    """What others know or can guess of a person: names, numbers, the day of birth, the end of the ID number."""
    id_number, phone = person.id_number.reveal(), person.phone.reveal()
    born = f"{person.born_on:%Y%m%d}" if person.born_on else ""
    # The longer before its own tail, so that replacing finds both.
    words = [id_number, id_number[-8:], id_number[-6:], phone, phone[-8:], born, born[2:], born[:4]]
    words += [person.number, person.account, person.name, person.post, *syllables(person.name)]
    words.append("".join(syllables(person.name)))
    return sorted(filter(None, words), key=len, reverse=True)


class OwnWordsValidator:
    """Refuses passwords made of words everybody here would try: the bureau, the system, the own number or name."""

    def validate(self, password: str, user: Any = None) -> None:
        words = [*WORDS]
        if user is not None:
            words += [word for word in own_words(user) if len(word) > 1]
        low = password.lower()
        if len(set(low)) < 5:
            raise ValidationError(_("This password repeats too few characters."), code="too_few_characters")
        rest = low
        for word in words:
            rest = rest.replace(word.lower(), "")
        if rest != low and len(rest) < 8:
            raise ValidationError(
                _("This password is built on a word that others would try first."), code="own_words"
            )

    def get_help_text(self) -> str:
        return _("Do not build it on your name, your number or the name of the bureau.")
