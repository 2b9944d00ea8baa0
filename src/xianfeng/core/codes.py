"""The national code lists that a person's file is written in: code, Chinese word, English word.

The Chinese words are those of the standards, so they stand here and not among the translations: sheets, letters and forms
are written with them whatever the reader's language. Text that is in no list (an import may bring some) stands for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.functional import Promise, lazystr
from django.utils.translation import get_language


class CodeList:
    """One list of a standard, in its order."""

    def __init__(self, standard: str, rows: Iterable[tuple[str, str, str]]) -> None:
        self.standard = standard
        self._words = {code: (chinese, english) for code, chinese, english in rows}
        self.choices: list[tuple[str, str | Promise]] = [
            (code, lazystr(_Word(*words))) for code, words in self._words.items()
        ]
        """For a model field; words follow the language of the moment."""

    def __contains__(self, code: object) -> bool:
        return code in self._words

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def word(self, code: str) -> str:
        """The word in the language of the moment; what is no code is its own word."""
        words = self._words.get(code)
        return str(_Word(*words)) if words else code

    def chinese(self, code: str) -> str:
        """The word of the standard, for official papers; what is no code is its own word."""
        words = self._words.get(code)
        return words[0] if words else code


class _Word:
    """A word that chooses its language when it is read."""

    def __init__(self, chinese: str, english: str) -> None:
        self.chinese, self.english = chinese, english

    def __str__(self) -> str:
        return self.english if (get_language() or "").startswith("en") else self.chinese


if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
else:
    _CharField = models.CharField


class CodeField(_CharField):
    """A code of a list given as `choices`; text as somebody wrote it, up to `max_length`, is kept as well.

    The list is a matter of code, not of the database: no migration follows from a word that changes.
    """

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        return name, path, args, kwargs

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """As a text: what stands in no list is refused by forms, not by what an import brought."""
        choices, self.choices = self.choices, None
        try:
            super().validate(value, model_instance)
        finally:
            self.choices = choices


ETHNIC = CodeList(
    "GB/T 3304-1991",
    [
        *((f"{number:02}", f"{chinese}族", english) for number, (chinese, english) in enumerate((
            ("汉", "Han"), ("蒙古", "Mongol"), ("回", "Hui"), ("藏", "Tibetan"), ("维吾尔", "Uygur"),
            ("苗", "Miao"), ("彝", "Yi"), ("壮", "Zhuang"), ("布依", "Buyei"), ("朝鲜", "Korean"),
            ("满", "Manchu"), ("侗", "Dong"), ("瑶", "Yao"), ("白", "Bai"), ("土家", "Tujia"),
            ("哈尼", "Hani"), ("哈萨克", "Kazak"), ("傣", "Dai"), ("黎", "Li"), ("傈僳", "Lisu"),
            ("佤", "Va"), ("畲", "She"), ("高山", "Gaoshan"), ("拉祜", "Lahu"), ("水", "Sui"),
            ("东乡", "Dongxiang"), ("纳西", "Naxi"), ("景颇", "Jingpo"), ("柯尔克孜", "Kirgiz"), ("土", "Tu"),
            ("达斡尔", "Daur"), ("仫佬", "Mulao"), ("羌", "Qiang"), ("布朗", "Blang"), ("撒拉", "Salar"),
            ("毛南", "Maonan"), ("仡佬", "Gelao"), ("锡伯", "Xibe"), ("阿昌", "Achang"), ("普米", "Pumi"),
            ("塔吉克", "Tajik"), ("怒", "Nu"), ("乌孜别克", "Uzbek"), ("俄罗斯", "Russian"), ("鄂温克", "Ewenki"),
            ("德昂", "Deang"), ("保安", "Bonan"), ("裕固", "Yugur"), ("京", "Gin"), ("塔塔尔", "Tatar"),
            ("独龙", "Derung"), ("鄂伦春", "Oroqen"), ("赫哲", "Hezhen"), ("门巴", "Monba"), ("珞巴", "Lhoba"),
            ("基诺", "Jino"),
        ), start=1)),
        ("97", "其他", "other"),
    ],
)  # fmt: skip
EDUCATION = CodeList(
    "GB/T 4658-2006",
    (
        ("10", "研究生", "postgraduate"),
        ("20", "大学本科", "bachelor's course"),
        ("30", "大学专科", "junior college"),
        ("40", "中等职业", "vocational school"),
        ("60", "普通高中", "senior high school"),
        ("70", "初中", "junior high school"),
        ("80", "小学", "primary school"),
        ("90", "其他", "other"),
    ),
)
DEGREES = CodeList(
    "GB/T 6864-2003",
    (
        ("1", "名誉博士", "honorary doctor"),
        ("2", "博士", "doctor"),
        ("3", "硕士", "master"),
        ("4", "学士", "bachelor"),
    ),
)
MARITAL = CodeList(
    "GB/T 2261.2-2003",
    (
        ("10", "未婚", "single"),
        ("20", "已婚", "married"),
        ("21", "初婚", "first marriage"),
        ("22", "再婚", "remarried"),
        ("23", "复婚", "remarried to the same person"),
        ("30", "丧偶", "widowed"),
        ("40", "离婚", "divorced"),
        ("90", "未说明的婚姻状况", "not stated"),
    ),
)
HEALTH = CodeList(
    "GB/T 2261.3-2003",
    (
        ("1", "健康或良好", "healthy"),
        ("2", "一般或较弱", "average or weak"),
        ("3", "有慢性病", "chronic illness"),
        ("6", "残疾", "disabled"),
    ),
)
EMPLOYMENT = CodeList(
    "GB/T 2261.4-2003",
    (
        ("11", "国家公务员", "civil servant"),
        ("13", "专业技术人员", "professional or technician"),
        ("17", "职员", "clerical staff"),
        ("21", "企业管理人员", "manager of an enterprise"),
        ("24", "工人", "worker"),
        ("27", "农民", "farmer"),
        ("31", "学生", "student"),
        ("37", "现役军人", "in active military service"),
        ("51", "自由职业者", "freelancer"),
        ("54", "个体经营者", "self-employed"),
        ("70", "无业人员", "without work"),
        ("80", "退(离)休人员", "retired"),
        ("90", "其他", "other"),
    ),
)
POLITICAL = CodeList(
    "GB/T 4762-1984",
    (
        ("01", "中共党员", "member of the party"),
        ("02", "中共预备党员", "probationary member of the party"),
        ("03", "共青团员", "member of the youth league"),
        ("04", "民革会员", "Revolutionary Committee of the Kuomintang"),
        ("05", "民盟盟员", "China Democratic League"),
        ("06", "民建会员", "China National Democratic Construction Association"),
        ("07", "民进会员", "China Association for Promoting Democracy"),
        ("08", "农工党党员", "Chinese Peasants' and Workers' Democratic Party"),
        ("09", "致公党党员", "China Zhi Gong Party"),
        ("10", "九三学社社员", "Jiusan Society"),
        ("11", "台盟盟员", "Taiwan Democratic Self-Government League"),
        ("12", "无党派民主人士", "without party affiliation"),
        ("13", "群众", "none"),
    ),
)
