"""What can be wrong with a scheme: a code, a path, and a sentence that says the cure in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Language = Literal["en", "zh-hans"]

MESSAGES: Mapping[str, tuple[str, str]] = {
    "yaml": (
        "this is not YAML: {problem} (line {line}, column {column}); correct it there",
        "第 {line} 行第 {column} 列不合 YAML 格式（{problem}），请在该处改正",
    ),
    "too_large": (
        "the document is too large or nested too deeply; a scheme is a single page of text",
        "文件过大或层次过深，请确认上传的是考核方案",
    ),
    "duplicate_key": (
        "“{key}” stands here twice (line {line}); keep one",
        "“{key}”重复出现（第 {line} 行），请保留一处",
    ),
    "not_mapping": ("a block of “name: value” is expected; write one", "此处应为“名称: 值”的组合，请补写"),
    "not_list": ("a list is expected; begin each entry with “- ”", "此处应为列表，请以“- ”逐项列出"),
    "empty_list": ("nothing is listed; add at least one entry", "列表为空，请至少填写一项"),
    "unknown_key": (
        "“{key}” is not known here; remove it or use one of: {known}",
        "不认识“{key}”，请删去，或改用：{known}",
    ),
    "key_of_other_rule": (
        "“{key}” has no meaning for the rule “{rule}”; remove it or change the rule",
        "“{key}”不适用于规则“{rule}”，请删去或更换规则",
    ),
    "missing": ("this is missing; add it", "缺少此项，请补填"),
    "not_text": ("text is expected; write a word or a sentence", "此处应为文字，请填写"),
    "not_number": (
        "“{value}” is not a decimal number; write it like 2 or 0.25",
        "“{value}”不是数字，请写成 2 或 0.25 的形式",
    ),
    "too_big": ("{value} is beyond 100,000,000; write a smaller number", "{value} 超过 1 亿，请改小"),
    "places": ("{value} has more than 4 decimal places; round it", "{value} 超过 4 位小数，请按 4 位填写"),
    "negative": ("{value} is below 0; write 0 or more", "{value} 小于 0，请填 0 或正数"),
    "year": (
        "“{value}” is not a year; write four digits such as 2026",
        "“{value}”不是年份，请填四位数字，如 2026",
    ),
    "not_a_choice": (
        "“{value}” is not possible; choose one of: {choices}",
        "不能填“{value}”，请从中选择：{choices}",
    ),
    "duplicate_code": (
        "the code “{value}” is already used at {first}; give this one another",
        "编号“{value}”已用于 {first}，请另编",
    ),
    "duplicate_grade": (
        "the grade “{value}” stands here twice; give it another name",
        "等次“{value}”重复，请改名",
    ),
    "lines_sum": (
        "points add up to {sum}, the item has {points}; make them equal",
        "细则分值合计 {sum}，小项为 {points}，请调整一致",
    ),
    "items_sum": (
        "points of all items add up to {sum}, full marks are {full}; make them equal",
        "各小项分值合计 {sum}，满分为 {full}，请调整一致",
    ),
    "uneven": (
        "{value} does not divide evenly into {periods} periods at 4 places; use a multiple of {step}",
        "{value} 平均到 {periods} 期除不尽（4 位小数），请改为 {step} 的倍数，或更换周期",
    ),
    "bands_fall": (
        "bands must fall from the best to the least; this one does not lie below the one before",
        "档次应由高到低排列，此档未低于上一档，请调整顺序",
    ),
    "grades_fall": (
        "grades must fall; {value} does not lie below {before}",
        "等次分数线应由高到低排列，{value} 未低于 {before}，请调整",
    ),
    "grades_end": (
        "the last grade must begin at 0, so that every total has a grade; it begins at {value}",
        "最末等次应从 0 分起，现为 {value}，请改为 0",
    ),
    "floor_above_ceiling": (
        "the floor {floor} lies above the ceiling {ceiling}; swap or correct them",
        "下限 {floor} 高于上限 {ceiling}，请改正",
    ),
    "bonus_per": (
        "a bonus line counts the whole year; write per: year or leave it out",
        "加分项按全年计，请写 per: year 或不写",
    ),
    "cap": (
        "“{value}” is not a grade of this scheme; choose one of: {choices}",
        "“{value}”不是本方案的等次，请从中选择：{choices}",
    ),
    "unknown_measure": (
        "no measure is called “{value}”; register it first or choose another",
        "没有名为“{value}”的指标，请先登记或改选",
    ),
    # warnings: the scheme can be used, but its author should look
    "unreachable": (
        "the best band gives {value}, the line has {points}; full marks can never be reached",
        "最高档为 {value} 分，细则为 {points} 分，永远得不到满分",
    ),
    "above_points": (
        "{value} is more than the line's points ({points}); the item can exceed its full marks",
        "{value} 高于细则分值 {points}，小项得分可能超过满分",
    ),
    "idle_unused": ("“idle” has no effect on the rule “count”", "规则 count 不使用 idle，此项不起作用"),
}
WARNINGS = frozenset({"unreachable", "above_points", "idle_unused"})


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a scheme.

    The path is like `categories[3].items[0].lines`, counted from 0; empty for the document as a whole.
    """

    code: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_warning(self) -> bool:
        """Whether the scheme may be used all the same."""
        return self.code in WARNINGS

    def message(self, language: Language = "en") -> str:
        """What is wrong and what to do, without the path."""
        english, chinese = MESSAGES[self.code]
        return (chinese if language == "zh-hans" else english).format(**self.params)

    def __str__(self) -> str:
        return f"{self.path}: {self.message()}" if self.path else self.message()


class SchemeError(ValueError):
    """A scheme that cannot be used, with all its faults."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))
