"""Words of a roster and what they mean: sex, ethnic group, schooling, stage of membership.

What is kept are codes of the national lists (GB/T 2261.1, 3304, 4658; `core.codes`); offices write the same thing in many ways.
"""

from __future__ import annotations

import re

from xianfeng.core import cells
from xianfeng.core.codes import EDUCATION, ETHNIC
from xianfeng.core.sheets import Cell

MALE, FEMALE = "1", "2"
SEXES = {
    "男": MALE,
    "女": FEMALE,
    "1": MALE,
    "2": FEMALE,
    "m": MALE,
    "f": FEMALE,
    "male": MALE,
    "female": FEMALE,
    "男性": MALE,
    "女性": FEMALE,
}

_ETHNIC = (
    {ETHNIC.chinese(code).removesuffix("族"): code for code in ETHNIC}
    | {code: code for code in ETHNIC}
    | {"han": "01"}
)

_SCHOOLING = (
    ("10", re.compile(r"研究生|硕士|博士|硕研|博研")),
    ("20", re.compile(r"大学本科|本科|大本|^大学$|大学学历|学士|大学毕业")),
    ("30", re.compile(r"大专|专科|高职")),
    ("40", re.compile(r"中专|中技|技校|中等|职高|职业高中|中师")),
    ("60", re.compile(r"高中")),
    ("70", re.compile(r"初中")),
    ("80", re.compile(r"小学")),
    ("90", re.compile(r"其他|文盲|半文盲")),
)
"""GB/T 4658 by what is found in the cell, highest first; a degree in the same cell does not disturb."""

FULL, PROBATIONARY, CANDIDATE, ACTIVIST, APPLICANT = (
    "full",
    "probationary",
    "candidate",
    "activist",
    "applicant",
)
_STAGES = (
    (PROBATIONARY, re.compile(r"预备")),
    (CANDIDATE, re.compile(r"发展对象|拟发展")),
    (ACTIVIST, re.compile(r"积极分子")),
    (APPLICANT, re.compile(r"申请人|申请入党")),
    (FULL, re.compile(r"正式|^(中共)?党员$|^中国共产党党员$|^中共党员\W*$|^(full|member)")),
)


def sex(cell: Cell) -> str | None:
    """1 man, 2 woman; None when it cannot be told."""
    return SEXES.get(cells.folded(cell))


def ethnic(cell: Cell) -> str | None:
    """The code of GB/T 3304, whether written 汉, 汉族, Han or 01."""
    name = cells.folded(cell)
    return _ETHNIC.get(name) or _ETHNIC.get(name.removesuffix("族"))


def education(cell: Cell) -> str | None:
    """The code of GB/T 4658, whether written as such or as a word."""
    name = cells.folded(cell)
    if name in EDUCATION:
        return name
    return next((code for code, pattern in _SCHOOLING if pattern.search(name)), None)


def stage(cell: Cell) -> str | None:
    """How far a person has come; 党员 alone is a full member."""
    name = cells.folded(cell)
    return next((code for code, pattern in _STAGES if pattern.search(name)), None)


def is_retired(post: str) -> bool:
    """Whether the column for posts says that there is none any more."""
    return re.search(r"退休|离休|退养", post) is not None


# -- the words that our own exports write, and their imports read --

SEX_WORDS = {MALE: "男", FEMALE: "女"}
STAGE_WORDS = {
    FULL: "正式党员",
    PROBATIONARY: "预备党员",
    CANDIDATE: "发展对象",
    ACTIVIST: "入党积极分子",
    APPLICANT: "入党申请人",
}
DIRECTION_WORDS = {"out": "流出", "in": "流入"}
REASON_WORDS = {
    "work": "务工经商",
    "study": "学习",
    "residence": "居住",
    "care": "随亲属居住",
    "other": "其他",
}
HARDSHIP_WORDS = {
    "1": "重大疾病",
    "2": "丧失劳动能力",
    "3": "突发变故",
    "4": "低保或低收入",
    "5": "建国前老党员、高龄",
    "9": "其他",
}
DEGREE_WORDS = {"1": "特困", "2": "困难", "3": "一般"}
