"""Why this many points: every line of a score as a sentence, in Chinese and in English.

The sentence is made from the rule and the reading alone. The deductions shown add up: their sum is full marks
so far less the total before bonus, exactly, though items are rounded and what is left out is rescaled. To that
end an item's loss is apportioned to its cells in whole hundredths by largest remainder; with an item left out,
the loss of the total is first apportioned to the items in the same way. What no cell lost (the last digit of a
rounding) stands as a loss of its own, without a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .phrases import Phrase, phrase
from .results import CENT, Cell, ItemScore, SubjectScore, decimal
from .scheme import Category, Item, Language, Line, plain, scaled


@dataclass(frozen=True)
class Loss:
    """What one line cost one subject: its cells, the deduction shown for each, and their sum.

    `line`, `item` and `category` are None for the last digit of a rounding that no line lost.
    """

    category: Category | None
    item: Item | None
    line: Line | None
    cells: tuple[Cell, ...]
    amounts: tuple[Decimal, ...]
    amount: Decimal

    def sentence(self, language: Language, title: str = "") -> str:
        """“党课：一至三季度应上 3 次，实上 2 次，少 1 次（二季度），扣 0.40 分。”"""
        if self.line is None:
            return say(language, "rounding", amount=points(self.amount))
        return sentence(self.cells, self.amount, language, title)


# Deductions that add up


def losses(score: SubjectScore) -> tuple[Loss, ...]:
    """Every line in the scheme's order with its loss, which may be 0, and at the end a rounding if there is one.

    Σ amounts = full marks so far − total before bonus. Empty for who has no total.
    """
    if score.before_bonus is None:
        return ()
    found: list[Loss] = []
    items = [(category.category, item) for category in score.categories for item in category.items]
    item_losses, rest = _item_losses(score, [item for _, item in items])
    for (category, item), lost in zip(items, item_losses, strict=True):
        counted = [0 if cell.left_out else _lost(cell.full, cell.points) for cell in item.cells]
        amounts, remainder = apportion(lost, counted)
        rest += remainder
        at = 0
        for line in item.item.lines:
            cells = tuple(cell for cell in item.cells if cell.line is line)
            part = tuple(decimal(amount) for amount in amounts[at : at + len(cells)])
            at += len(cells)
            if cells:
                found.append(Loss(category, item.item, line, cells, part, sum(part, Decimal(0))))
    if rest:
        found.append(Loss(None, None, None, (), (), decimal(rest)))
    return tuple(found)


def _item_losses(score: SubjectScore, items: Sequence[ItemScore]) -> tuple[list[int], int]:
    """Ten-thousandths each item lost of the total, and what none of them lost."""
    lost = [0 if item.left_out else _lost(item.full, item.points) for item in items]
    if not any(item.left_out for item in items):
        return lost, 0
    return apportion(_lost(score.full, score.before_bonus), lost)


def _lost(full: Decimal | None, earned: Decimal | None) -> int:
    return scaled(full or Decimal(0)) - scaled(earned or Decimal(0))


def apportion(total: int, weights: Sequence[int], unit: int = CENT) -> tuple[list[int], int]:
    """Split `total` in proportion to the weights, in whole units by largest remainder.

    Returns the parts and what cannot be laid on any of them; parts and rest add up to `total`. Weights below 0
    count as 0. A total that is no multiple of the unit leaves its odd end on the heaviest; equal claims are
    met in order.
    """
    weights = [max(weight, 0) for weight in weights]
    whole = sum(weights)
    if total <= 0 or not whole:
        return [0] * len(weights), total
    units, odd = divmod(total, unit)
    parts = [units * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda k: -(units * weights[k] % whole))
    for k in by_remainder[: units - sum(parts)]:
        parts[k] += 1
    parts = [part * unit for part in parts]
    parts[max(range(len(weights)), key=weights.__getitem__)] += odd
    return parts, 0


# Sentences

TEXTS: dict[str, tuple[str, str]] = {
    "subject": ("{name}: {rest}.", "{name}：{rest}。"),
    "reading": ("{period}, {due} due, {done} {did}", "{period}{should} {due}{unit}，{does} {done}{unit}"),
    "short": ("{short} short", "少 {short}{unit}"),
    "short_in": ("{short} short ({where})", "少 {short}{unit}（{where}）"),
    "off": ("{amount} points off", "扣 {amount} 分"),
    "off_in_all": ("{amount} points off in all", "共扣 {amount} 分"),
    "rescaled": ("{raw} points off, {amount} after rescaling", "扣 {raw} 分，折算后扣 {amount} 分"),
    "full": ("full marks, {points}", "得满分 {points} 分"),
    "no_loss": ("nothing off", "不扣分"),
    "idle_full": ("{period}, nothing was due; counted as full", "{period}没有应办事项，按满分计"),
    "idle_none": ("{period}, nothing was due; no points", "{period}没有应办事项，不得分"),
    "idle_skip": (
        "{period}, nothing was due; left out, the rest is rescaled",
        "{period}没有应办事项，不计分，其余按比例折算",
    ),
    "rate": ("{rate}%", "达 {rate}%"),
    "band": ("from {edge}% gives {points}", "按“不低于 {edge}%”得 {points} 分"),
    "no_band": ("below the lowest band, no points", "未达最低档，不得分"),
    "none": ("{period}, none", "{period}没有发生"),
    "counted": ("{period}, {done} {did}", "{period}计 {done}{unit}"),
    "each_off": ("{each} off for each", "每{one}扣 {each} 分"),
    "each_more": ("{each} for each", "每{one}得 {each} 分"),
    "earned": ("{points} points", "得 {points} 分"),
    "earned_of": ("{points} of {full} points", "得 {points} 分（满分 {full} 分）"),
    "at_ceiling": ("the most there is", "已到上限"),
    "at_floor": ("nothing left to lose", "扣完为止"),
    "veto_none": ("none", "没有发生"),
    "veto": ("{done} recorded; the grade is at best “{cap}”", "发生 {done}{unit}，等次不高于“{cap}”"),
    "rounding": ("Rounding: {amount} points.", "四舍五入差额：{amount} 分。"),
    "comma": ("; ", "，"),
    "clause": ("; ", "；"),
    "list": (", ", "、"),
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_NUMERALS = "一二三四"


def say(language: Language, key: str, **values: str) -> str:
    english, chinese = TEXTS[key]
    return (chinese if language == "zh-hans" else english).format(**values)


def sentence(cells: Sequence[Cell], deduction: Decimal, language: Language, title: str = "") -> str:
    """One sentence about the cells of one line (one cell, or several periods in order).

    `deduction` is what is shown as lost, from `losses`; bonus lines pass 0. `title` names a measure that has
    no phrase of its own.
    """
    line = cells[0].line
    words = phrase(line.measure, title)
    if not isinstance(line, Line):
        return _subject(language, words, _veto(cells[0], language, words))
    if line.rule == "count":
        rest = _counted(cells, line, deduction, language, words)
    elif all(cell.due == 0 for cell in cells):
        rest = say(language, f"idle_{line.idle}", period=period(cells, language))
        if deduction:
            rest += say(language, "comma") + say(language, "off", amount=points(deduction))
    elif line.rule == "share":
        rest = _shared([cell for cell in cells if cell.due], deduction, language, words)
    else:
        rest = _banded([cell for cell in cells if cell.due], deduction, language, words)
    return _subject(language, words, rest)


def _subject(language: Language, words: Phrase, rest: str) -> str:
    return say(language, "subject", name=words.zh if language == "zh-hans" else words.en, rest=rest)


def _shared(cells: Sequence[Cell], deduction: Decimal, language: Language, words: Phrase) -> str:
    short = [cell for cell in cells if cell.done < cell.due]
    parts = [_reading(cells, language, words)]
    if short:
        missing = plain(sum((cell.due - cell.done for cell in short), Decimal(0)))
        # Too much in one period does not make up for another, so where it was short must be said.
        key = "short_in" if len(short) < len(cells) else "short"
        where = say(language, "list").join(period([cell], language) for cell in short)
        parts.append(say(language, key, short=missing, unit=_unit(words), where=where))
    parts.append(_outcome(cells, deduction, language))
    return say(language, "comma").join(parts)


def _banded(cells: Sequence[Cell], deduction: Decimal, language: Language, words: Phrase) -> str:
    comma = say(language, "comma")
    if len(cells) == 1:
        clause = comma.join([_reading(cells, language, words), *_band(cells[0], language)])
        return clause + comma + _outcome(cells, deduction, language)
    clauses = [comma.join([_reading([cell], language, words), *_band(cell, language)]) for cell in cells]
    last = _off(cells, deduction, language, "off_in_all") if deduction else say(language, "no_loss")
    return say(language, "clause").join([*clauses, last])


def _band(cell: Cell, language: Language) -> list[str]:
    assert isinstance(cell.line, Line)
    rate = say(language, "rate", rate=percent(cell.done, cell.due))
    for band in cell.line.bands:
        if cell.done >= band.at_least * cell.due:
            edge = plain(band.at_least * 100)
            return [rate, say(language, "band", edge=edge, points=points(cell.points or Decimal(0)))]
    return [rate, say(language, "no_band")]


def _counted(cells: Sequence[Cell], line: Line, deduction: Decimal, language: Language, words: Phrase) -> str:
    done = sum((cell.done for cell in cells), Decimal(0))
    earned = sum((cell.points or Decimal(0) for cell in cells), Decimal(0))
    when = period(cells, language)
    parts = [say(language, "none", period=when)]
    if done:
        each = say(
            language, "each_off" if line.each < 0 else "each_more", each=plain(abs(line.each)), one=words.unit
        )
        parts = [
            say(language, "counted", period=when, done=plain(done), unit=_unit(words), did=words.done),
            each,
        ]
    bound = Decimal(0)
    if done and line.each:
        bound = (line.ceiling if line.each > 0 else line.floor) / line.periods
        if any(cell.points == bound for cell in cells if cell.done):
            parts.append(say(language, "at_ceiling" if line.each > 0 else "at_floor"))
    if deduction or (line.points and earned == sum((cell.full or Decimal(0) for cell in cells), Decimal(0))):
        parts.append(_outcome(cells, deduction, language))
    else:
        parts.append(say(language, "earned", points=points(earned)))
    return say(language, "comma").join(parts)


def _veto(cell: Cell, language: Language, words: Phrase) -> str:
    if not cell.done:
        return say(language, "veto_none")
    cap = getattr(cell.line, "cap", "")
    return say(language, "veto", done=plain(cell.done), unit=_unit(words), cap=cap)


def _reading(cells: Sequence[Cell], language: Language, words: Phrase) -> str:
    return say(
        language,
        "reading",
        period=period(cells, language),
        due=plain(sum((cell.due for cell in cells), Decimal(0))),
        done=plain(sum((cell.done for cell in cells), Decimal(0))),
        unit=_unit(words),
        should=words.due,
        does=words.did,
        did=words.done,
    )


def _outcome(cells: Sequence[Cell], deduction: Decimal, language: Language) -> str:
    if deduction:
        return _off(cells, deduction, language)
    full = sum((cell.full or Decimal(0) for cell in cells), Decimal(0))
    if full and full == sum((cell.points or Decimal(0) for cell in cells), Decimal(0)):
        return say(language, "full", points=points(full))
    return say(language, "no_loss")


def _off(cells: Sequence[Cell], deduction: Decimal, language: Language, key: str = "off") -> str:
    """The deduction; where something left out made it another than the rule's own, both."""
    raw = sum(
        (cell.full - cell.points for cell in cells if cell.full is not None and cell.points is not None),
        Decimal(0),
    )
    # A hundredth is rounding, not rescaling.
    if abs(raw - deduction) > Decimal("0.01"):
        return say(language, "rescaled", raw=points(raw), amount=points(deduction))
    return say(language, key, amount=points(deduction))


def period(cells: Sequence[Cell], language: Language) -> str:
    """From the first cell's period to the last's: 一至三季度, 3月, 全年; Q1 to Q3, March, the year."""
    first, last = cells[0].first, cells[-1].last
    months = cells[0].last - cells[0].first + 1
    if (first, last) == (1, 12):
        return "全年" if language == "zh-hans" else "the year"
    if months == 1 and language == "zh-hans":
        return _range(str(first), str(last), language, "月")
    if months == 1:
        return _range(_MONTHS[first - 1], _MONTHS[last - 1], language)
    if months == 3 and language == "zh-hans":
        return _range(_NUMERALS[first // 3], _NUMERALS[last // 3 - 1], language, "季度")
    if months == 3:
        return _range(f"Q{first // 3 + 1}", f"Q{last // 3}", language)
    if language == "zh-hans":
        return "上半年" if first == 1 else "下半年"
    return "the first half" if first == 1 else "the second half"


def _range(first: str, last: str, language: Language, suffix: str = "") -> str:
    to = "至" if language == "zh-hans" else " to "
    return (first if first == last else f"{first}{to}{last}") + suffix


def points(number: Decimal) -> str:
    """Two decimals, more where they would hide something."""
    text = f"{number:.4f}"
    return text[:-2] + text[-2:].rstrip("0")


def percent(done: Decimal, due: Decimal) -> str:
    """A rate with at most two decimals, cut and never rounded up: 84.999 % must not read as 85."""
    hundredths = int(done * 10_000 // due)
    return plain(Decimal(hundredths) / 100)


def _unit(words: Phrase) -> str:
    return f" {words.unit}" if words.unit else ""
