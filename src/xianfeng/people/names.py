"""Names as they are looked for: full pinyin and initials, with the readings that surnames have."""

from __future__ import annotations

# Surnames that are read otherwise than the character usually is.
SURNAMES = {
    "单": "shan", "仇": "qiu", "曾": "zeng", "解": "xie", "区": "ou", "查": "zha", "尉迟": "yuchi", "万俟": "moqi",
    "朴": "piao", "盖": "ge", "员": "yun", "冼": "xian", "洗": "xian", "燕": "yan", "种": "chong", "逄": "pang",
    "乐": "yue", "缪": "miao", "宓": "mi", "覃": "qin", "黑": "he", "翟": "zhai", "纪": "ji", "召": "shao",
}  # fmt: skip


def syllables(name: str) -> list[str]:
    """The pinyin of a name, a syllable a character, without tones."""
    from pypinyin import lazy_pinyin  # loading its tables takes a moment that most commands need not spend

    for length in (2, 1):
        if reading := SURNAMES.get(name[:length]):
            return [reading, *lazy_pinyin(name[length:])]
    return lazy_pinyin(name)


def search_text(name: str, *more: str) -> str:
    """What a search looks in: the name, its pinyin, its initials, and whatever else is given."""
    parts = syllables(name)
    return " ".join([name, "".join(parts), "".join(part[:1] for part in parts), *filter(None, more)]).lower()
