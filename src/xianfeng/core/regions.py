"""Places as GB/T 2260 has them: the six digits of a county, and how people write it.

The list comes with python-stdnum and knows the codes of former counties too, which stand in older papers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from importlib.resources import files

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from xianfeng.core import cells

_LINE = re.compile(r'^(?P<inner> *)(?P<digits>\d+)(?: \w+="(?P<names>[^"]*)")?')
_PERIOD = re.compile(r"\[(?P<since>\d*)-(?P<until>\d*)\](?P<name>.+)")
_NO_NAME = re.compile(r"市辖区|^县$|^市区$|直辖县级")
_PROVINCE = re.compile(r"省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区")
_ENDING = re.compile(r"(?:市|县|区|盟|地区)$")
MOST_NAMED = 4


@cache
def _names() -> dict[str, tuple[str, bool]]:
    """Six digits → its last name, and whether it still holds."""
    found: dict[str, tuple[str, bool]] = {}
    province = ""
    for line in (files("stdnum.cn") / "loc.dat").read_text(encoding="utf-8").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        if not match["inner"]:
            province = match["digits"]
        elif match["names"]:
            found[province + match["digits"]] = _last(match["names"].split(","))
    return found


def _last(names: list[str]) -> tuple[str, bool]:
    """Of names with their years the one that holds, else the latest."""
    dated = []
    for text in names:
        period = _PERIOD.match(text)
        dated.append((period["until"] or "9999", period["name"]) if period else ("9999", text))
    until, name = max(dated)
    return name, until == "9999"


def is_region(code: str) -> bool:
    """Whether these six digits stand, or once stood, for a place."""
    return code in _names()


def parts(code: str) -> list[str]:
    """Province, prefecture and county by name, as far as each has one of its own."""
    names = _names()
    steps = dict.fromkeys((f"{code[:2]}0000", f"{code[:4]}00", code))
    known = [names[step][0] for step in steps if step in names]
    return [name for name in dict.fromkeys(known) if not _NO_NAME.search(name)]


def region(code: str) -> str:
    """The place in words; what is no code is its own word."""
    return "".join(parts(code)) if is_region(code) else code


@cache
def _by_writing() -> dict[str, list[str]]:
    """How a place may be written → its codes; present ones before former ones."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, (_name, holds) in sorted(_names().items(), key=lambda item: (not item[1][1], item[0])):
        whole = parts(code)
        if not whole or (not code.endswith("00") and _NO_NAME.search(_names()[code][0])):
            continue
        above = [[], *([[part] for part in whole[:-1]]), whole[:-1]]
        own = {whole[-1], _ENDING.sub("", whole[-1]) if len(whole[-1]) > 2 else whole[-1]}
        for before in above:
            shorter = {"".join(before), "".join(_shortened(part, i) for i, part in enumerate(before))}
            for text in {first + last for first in shorter for last in own}:
                if code not in found[text] and (holds or not found[text]):
                    found[text].append(code)
        if len(whole) == 1:
            bare = found[_PROVINCE.sub("", whole[0])]
            bare += [] if code in bare else [code]
    return found


def _shortened(part: str, place: int) -> str:
    return _PROVINCE.sub("", part) if place == 0 else _ENDING.sub("", part)


def read_region(written: str) -> str:
    """The code of a place written as six digits or in words. Raises ValidationError with the cure."""
    text = cells.folded(written)
    if not text:
        return ""
    if text.isdecimal():
        if len(text) != 6 or not is_region(text):
            raise ValidationError(
                _("There is no place %(code)s. A code has six digits, for example 371122.") % {"code": text}
            )
        return text
    found = _by_writing().get(text, [])
    if len(found) == 1:
        return found[0]
    if not found:
        raise ValidationError(
            _("“%(text)s” is not in the list of places. Write province and county, for example 山东省莒县.")
            % {"text": written}
        )
    names = _(", ").join(region(code) for code in found[:MOST_NAMED])
    raise ValidationError(
        _("Several places are called that: %(names)s. Please write the province too.") % {"names": names}
    )
