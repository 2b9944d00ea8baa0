"""Plain data to a scheme, with every fault found on the way."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal

from .faults import Fault
from .values import (
    IDLES,
    PERIODS,
    RULES,
    SUBJECTS,
    UNIT,
    Band,
    Bonus,
    Category,
    Grade,
    Item,
    Line,
    Scheme,
    Veto,
    plain,
    scaled,
)

LARGEST = Decimal(10**8)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)

_LINE_KEYS = {
    "share": ("idle",),
    "bands": ("idle", "bands"),
    "count": ("base", "each", "floor", "ceiling"),
}
_RULE_KEYS = tuple(dict.fromkeys(key for keys in _LINE_KEYS.values() for key in keys))


class Reader:
    """Builds a scheme and collects every fault on the way; what is faulty gets a harmless stand-in.

    `measures` are those that exist, or None when nobody knows (a file scored on its own).
    """

    def __init__(self, measures: Collection[str] | None) -> None:
        self.measures = measures
        self.faults: list[Fault] = []
        self.codes: dict[str, str] = {}

    def fault(self, code: str, path: str, **params: object) -> None:
        self.faults.append(Fault(code, path, {key: str(value) for key, value in params.items()}))

    # scheme, top down

    def scheme(self, data: object) -> Scheme:
        keys = ("scheme", "title", "subject", "year", "full", "grades", "categories")
        block = self.mapping(data, "", keys, optional=("bonus", "vetoes"))
        grades = self.grades(block)
        full = self.number(block, "", "full", least=0)
        categories = tuple(
            self.category(entry, path) for entry, path in self.entries(block, "", "categories", needed=True)
        )
        scheme = Scheme(
            code=self.text(block, "", "scheme"),
            title=self.text(block, "", "title"),
            subject=self.choice(block, "", "subject", SUBJECTS),
            year=self.year(block),
            full=full,
            grades=grades,
            categories=categories,
            bonus=self.bonus(block["bonus"]) if block.get("bonus") else None,
            vetoes=tuple(self.veto(entry, path, grades) for entry, path in self.entries(block, "", "vetoes")),
        )
        total = sum((item.points for item in scheme.items), Decimal(0))
        if "full" in block and total != full:
            self.fault("items_sum", "categories", sum=plain(total), full=plain(full))
        return scheme

    def grades(self, block: Mapping[str, object]) -> tuple[Grade, ...]:
        grades: list[Grade] = []
        for entry, path in self.entries(block, "", "grades", needed=True):
            data = self.mapping(entry, path, ("name", "at_least"))
            grade = Grade(self.text(data, path, "name"), self.number(data, path, "at_least"))
            if grade.name and any(grade.name == other.name for other in grades):
                self.fault("duplicate_grade", path, value=grade.name)
            if grades and grade.at_least >= grades[-1].at_least:
                before = plain(grades[-1].at_least)
                self.fault("grades_fall", path, value=plain(grade.at_least), before=before)
            grades.append(grade)
        if grades and grades[-1].at_least != 0:
            self.fault("grades_end", f"grades[{len(grades) - 1}]", value=plain(grades[-1].at_least))
        return tuple(grades)

    def category(self, data: object, path: str) -> Category:
        block = self.mapping(data, path, ("code", "name", "items"))
        return Category(
            code=self.code(block, path),
            name=self.text(block, path, "name"),
            items=tuple(
                self.item(entry, at) for entry, at in self.entries(block, path, "items", needed=True)
            ),
        )

    def item(self, data: object, path: str) -> Item:
        block = self.mapping(data, path, ("code", "name", "points", "lines"), optional=("standard",))
        item = Item(
            code=self.code(block, path),
            name=self.text(block, path, "name"),
            points=self.number(block, path, "points", least=0),
            standard=self.text(block, path, "standard", optional=True),
            lines=tuple(
                self.line(entry, at) for entry, at in self.entries(block, path, "lines", needed=True)
            ),
        )
        total = sum((line.points for line in item.lines), Decimal(0))
        if "points" in block and item.lines and total != item.points:
            self.fault("lines_sum", f"{path}.lines", sum=plain(total), points=plain(item.points))
        return item

    def bonus(self, data: object) -> Bonus:
        block = self.mapping(data, "bonus", ("ceiling", "lines"))
        return Bonus(
            ceiling=self.number(block, "bonus", "ceiling", least=0),
            lines=tuple(
                self.line(entry, path, bonus=True) for entry, path in self.entries(block, "bonus", "lines")
            ),
        )

    def veto(self, data: object, path: str, grades: tuple[Grade, ...]) -> Veto:
        # `rule: veto` and `per: year` say nothing new, but a hand may write them.
        block = self.mapping(data, path, ("code", "measure", "cap", "text"), optional=("rule", "per"))
        if "rule" in block:
            self.choice(block, path, "rule", ("veto",))
        if "per" in block:
            self.choice(block, path, "per", ("year",))
        cap = self.text(block, path, "cap")
        names = [grade.name for grade in grades]
        if cap and cap not in names:
            self.fault("cap", f"{path}.cap", value=cap, choices="、".join(names))
        return Veto(self.code(block, path), self.measure(block, path), cap, self.text(block, path, "text"))

    def line(self, data: object, path: str, *, bonus: bool = False) -> Line:
        needed = ("code", "measure", "rule", "text") + (() if bonus else ("per", "points"))
        block = self.mapping(data, path, needed, optional=("points", "per", *_RULE_KEYS))
        rule = self.choice(block, path, "rule", RULES)
        per = self.choice(block, path, "per", tuple(PERIODS), default="year")
        if bonus and per != "year":
            self.fault("bonus_per", f"{path}.per")
        for key in _RULE_KEYS:
            if key in block and key not in _LINE_KEYS[rule]:
                if key == "idle":
                    self.fault("idle_unused", f"{path}.idle")
                else:
                    self.fault("key_of_other_rule", f"{path}.{key}", key=key, rule=rule)
        points = self.even(block, path, "points", per, default=Decimal(0), least=0)
        line = Line(
            code=self.code(block, path),
            measure=self.measure(block, path),
            rule=rule,
            per=per,
            text=self.text(block, path, "text"),
            points=points,
        )
        if rule == "count":
            return self.counted(line, block, path, bonus=bonus)
        idle = self.choice(block, path, "idle", IDLES)
        if "idle" not in block:
            self.fault("missing", f"{path}.idle")
        if bonus and "points" not in block:
            self.fault("missing", f"{path}.points")
        bands = self.bands(block, path, per, points) if rule == "bands" else ()
        return replace(line, idle=idle, bands=bands)

    def counted(self, line: Line, block: Mapping[str, object], path: str, *, bonus: bool) -> Line:
        for key in ("each", *(("ceiling",) if bonus and "points" not in block else ())):
            if key not in block:
                self.fault("missing", f"{path}.{key}")
        floor = self.even(block, path, "floor", line.per, default=Decimal(0))
        ceiling = self.even(block, path, "ceiling", line.per, default=line.points)
        if floor > ceiling:
            self.fault("floor_above_ceiling", path, floor=plain(floor), ceiling=plain(ceiling))
        if not bonus and ceiling > line.points:
            self.fault("above_points", f"{path}.ceiling", value=plain(ceiling), points=plain(line.points))
        base = self.even(block, path, "base", line.per, default=line.points)
        each = self.number(block, path, "each", default=Decimal(0))
        return replace(line, base=base, each=each, floor=floor, ceiling=ceiling)

    def bands(self, block: Mapping[str, object], path: str, per: str, points: Decimal) -> tuple[Band, ...]:
        if "bands" not in block:
            self.fault("missing", f"{path}.bands")
            return ()
        bands: list[Band] = []
        for entry, at in self.entries(block, path, "bands", needed=True):
            data = self.mapping(entry, at, ("at_least", "points"))
            band = Band(
                self.number(data, at, "at_least", least=0),
                self.even(data, at, "points", per, default=Decimal(0), least=0),
            )
            if bands and (band.at_least >= bands[-1].at_least or band.points > bands[-1].points):
                self.fault("bands_fall", at)
            bands.append(band)
        best = max((band.points for band in bands), default=points)
        if best != points:
            code = "above_points" if best > points else "unreachable"
            self.fault(code, f"{path}.bands", value=plain(best), points=plain(points))
        return tuple(bands)

    # parts

    def mapping(
        self, data: object, path: str, keys: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> Mapping[str, object]:
        """The block with its unknown keys refused and its missing ones named."""
        if not isinstance(data, Mapping):
            self.fault("not_mapping", path)
            return {}
        known = (*keys, *(key for key in optional if key not in keys))
        for key in data:
            if key not in known:
                where = f"{path}.{key}" if path else str(key)
                self.fault("unknown_key", where, key=key, known=", ".join(known))
        for key in keys:
            if key not in data:
                self.fault("missing", f"{path}.{key}" if path else key)
        return data

    def entries(
        self, block: Mapping[str, object], path: str, key: str, *, needed: bool = False
    ) -> list[tuple[object, str]]:
        """The entries of a list, each with its path."""
        if key not in block:
            return []
        value, where = block[key], f"{path}.{key}" if path else key
        if not isinstance(value, list | tuple):
            if needed or value not in ("", None):
                self.fault("not_list", where)
            return []
        if needed and not value:
            self.fault("empty_list", where)
        return [(entry, f"{where}[{index}]") for index, entry in enumerate(value)]

    def text(self, block: Mapping[str, object], path: str, key: str, *, optional: bool = False) -> str:
        if key not in block:
            return ""
        value = block[key]
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            value = str(value)
        text = value.strip() if isinstance(value, str) else ""
        if not text and not (optional and value in ("", None)):
            self.fault("not_text", f"{path}.{key}" if path else key)
        return text

    def code(self, block: Mapping[str, object], path: str) -> str:
        code, where = self.text(block, path, "code"), f"{path}.code"
        first = self.codes.setdefault(code, where) if code else where
        if first != where:
            self.fault("duplicate_code", where, value=code, first=first)
        return code

    def measure(self, block: Mapping[str, object], path: str) -> str:
        measure = self.text(block, path, "measure")
        if measure and self.measures is not None and measure not in self.measures:
            self.fault("unknown_measure", f"{path}.measure", value=measure)
        return measure

    def choice(
        self,
        block: Mapping[str, object],
        path: str,
        key: str,
        choices: tuple[str, ...],
        default: str | None = None,
    ) -> str:
        """One of the choices; the default (or the first) stands in where it is missing or wrong."""
        fallback = default or choices[0]
        if key not in block:
            return fallback
        value = block[key]
        if isinstance(value, str) and value in choices:
            return value
        where = f"{path}.{key}" if path else key
        self.fault("not_a_choice", where, value=value, choices=", ".join(choices))
        return fallback

    def year(self, block: Mapping[str, object]) -> int:
        if "year" not in block:
            return 1
        text = str(block["year"])
        if not re.fullmatch(r"[1-9]\d{3}", text, re.ASCII):
            self.fault("year", "year", value=text)
            return 1
        return int(text)

    def number(
        self,
        block: Mapping[str, object],
        path: str,
        key: str,
        *,
        default: Decimal = Decimal(0),
        least: int | None = None,
    ) -> Decimal:
        """A decimal of at most 4 places; the default where it is missing or wrong."""
        if key not in block:
            return default
        where = f"{path}.{key}" if path else key
        value = _decimal(block[key])
        if value is None:
            self.fault("not_number", where, value=block[key])
        elif abs(value) >= LARGEST:
            self.fault("too_big", where, value=block[key])
        elif value * UNIT % 1:
            self.fault("places", where, value=plain(value))
        elif least is not None and value < least:
            self.fault("negative", where, value=plain(value))
        else:
            return value
        return default

    def even(
        self,
        block: Mapping[str, object],
        path: str,
        key: str,
        per: str,
        *,
        default: Decimal,
        least: int | None = None,
    ) -> Decimal:
        """A figure per year that comes out even at 4 places in each period."""
        value, periods = self.number(block, path, key, default=default, least=least), PERIODS[per]
        if scaled(value) % periods:
            step = plain(Decimal(periods) / UNIT)
            where = f"{path}.{key}" if path else key
            self.fault("uneven", where, value=plain(value), periods=periods, step=step)
        return value


def _decimal(value: object) -> Decimal | None:
    """A number as written; None for what is none. A float is none: it has already lost what was written."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, str) and len(value) <= 40 and _NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    return None
