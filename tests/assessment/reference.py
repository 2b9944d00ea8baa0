"""A second path from facts to rows: plain loops and fractions, written from `docs/scoring.md` alone.

It shares nothing with `xianfeng.assessment` and reads the scheme as the plain data of its YAML document, so
that agreement of the two says something. Slow and obvious on purpose.
"""

import calendar
from datetime import date
from fractions import Fraction

HOW_MANY = {"month": 12, "quarter": 4, "half": 2, "year": 1}


def rounded(value, places):
    """Half up, away from zero."""
    unit = Fraction(1, 10**places)
    sign = -1 if value < 0 else 1
    whole, rest = divmod(abs(value), unit)
    if rest * 2 >= unit:
        whole += 1
    return sign * whole * unit


def shown(value, places):
    """A fraction that is even at 4 places, as text with that many places, or 4 where more are needed."""
    if value is None:
        return ""
    scaled = value * 10**4
    assert scaled.denominator == 1
    if (value * 10**places).denominator != 1:
        places = 4
    digits = f"{abs(int(value * 10**places)):0{places + 1}d}"
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def number(data, key, default=None):
    return Fraction(str(data[key])) if key in data else default


def periods(year, per):
    """(label, first day, last day) of each period."""
    months = 12 // HOW_MANY[per]
    for k in range(HOW_MANY[per]):
        first, last = k * months + 1, (k + 1) * months
        label = {
            "month": f"{year}-{first:02d}",
            "quarter": f"{year}-q{k + 1}",
            "half": f"{year}-h{k + 1}",
            "year": f"{year}",
        }[per]
        yield label, date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def reading(facts, subject, measure, first, last):
    """(done, due) of the facts whose day lies in the period; a sum below 0 counts as 0."""
    done = due = Fraction(0)
    for fact in facts.get((subject, measure), ()):
        if first <= fact["day"] <= last:
            done += Fraction(str(fact["done"]))
            due += Fraction(str(fact["due"]))
    return max(done, Fraction(0)), max(due, Fraction(0))


def cell(line, n, done, due):
    """(points, left out) of one period."""
    full = number(line, "points", Fraction(0)) / n
    if line["rule"] == "count":
        base = number(line, "base", full * n) / n
        floor = number(line, "floor", Fraction(0)) / n
        ceiling = number(line, "ceiling", full * n) / n
        return rounded(min(max(base + number(line, "each") * done, floor), ceiling), 4), False
    if due == 0:
        if line["idle"] == "skip":
            return None, True
        return (full if line["idle"] == "full" else Fraction(0)), False
    ratio = done / due
    if line["rule"] == "share":
        return rounded(full * min(Fraction(1), max(Fraction(0), ratio)), 4), False
    for band in line["bands"]:
        if number(band, "at_least") <= ratio:
            return number(band, "points") / n, False
    return Fraction(0), False


def score(scheme, facts, subjects=None, as_of=None):
    """Rows (tuples of text) in the documented order."""
    year = int(scheme["year"])
    as_of = as_of or date(year, 12, 31)
    if subjects is None:
        subjects = {fact["subject"] for fact in facts}
    by_measure = {}
    for fact in facts:
        if fact["day"] <= as_of:
            by_measure.setdefault((fact["subject"], fact["measure"]), []).append(fact)
    january, december = date(year, 1, 1), date(year, 12, 31)
    rows, totals = [], {}
    for subject in sorted(set(subjects)):
        cells, items, categories = [], [], []
        for category in scheme["categories"]:
            category_points = category_full = Fraction(0)
            category_out = True
            for item in category["items"]:
                entitled = weight = earned = Fraction(0)
                for line in item["lines"]:
                    n = HOW_MANY[line["per"]]
                    full = number(line, "points") / n
                    for label, first, last in periods(year, line["per"]):
                        if last > as_of:
                            continue
                        done, due = reading(by_measure, subject, line["measure"], first, last)
                        points, out = cell(line, n, done, due)
                        cells.append((line["code"], label, done, due, points, full, out))
                        entitled += full
                        if not out:
                            weight += full
                            earned += points
                item_points = rounded(earned * entitled / weight, 2) if weight else None
                items.append((item["code"], item_points, entitled))
                if item_points is not None:
                    category_points += item_points
                    category_full += entitled
                    category_out = False
            categories.append((category["code"], None if category_out else category_points, category_full))
        entitled = sum((full for _, _, full in items), Fraction(0))
        weight = sum((full for _, points, full in items if points is not None), Fraction(0))
        earned = sum((points for _, points, _ in items if points is not None), Fraction(0))
        bonus = Fraction(0)
        for line in scheme.get("bonus", {}).get("lines", []):
            done, due = reading(by_measure, subject, line["measure"], january, december)
            points, out = cell(line, 1, done, due)
            cells.append((line["code"], str(year), done, due, points, None, out))
            bonus += points or 0
        if "bonus" in scheme:
            bonus = min(bonus, number(scheme["bonus"], "ceiling"))
        total = rounded(earned * entitled / weight, 2) + bonus if weight else None
        totals[subject] = total / entitled if weight else None
        names = [grade["name"] for grade in scheme["grades"]]
        worst = 0
        for veto in scheme.get("vetoes", []):
            done, due = reading(by_measure, subject, veto["measure"], january, december)
            cells.append((veto["code"], str(year), done, due, None, None, False))
            if done > 0:
                worst = max(worst, names.index(veto["cap"]))
        grade = ""
        if total is not None and as_of >= december:
            reached = [k for k, g in enumerate(scheme["grades"]) if number(g, "at_least") <= total]
            grade = names[max(worst, reached[0] if reached else len(names) - 1)]

        def row(level, code, period, *rest, subject=subject):
            rows.append([subject, level, code, period, *rest])

        for code, label, done, due, points, full, out in sorted(cells, key=lambda c: c[:2]):
            flag = "true" if out else "false"
            figures = [shown(done, 4), shown(due, 4), shown(points, 4), shown(full, 4)]
            row("cell", code, label, *figures, flag, "", "")
        for level, entries in (("item", items), ("category", categories)):
            for code, points, full in sorted(entries, key=lambda e: e[0]):
                flag = "true" if points is None else "false"
                row(level, code, str(year), "", "", shown(points, 2), shown(full, 2), flag, "", "")
        if "bonus" in scheme:
            row("bonus", "", str(year), "", "", shown(bonus, 2), "", "false", "", "")
        flag = "true" if total is None else "false"
        row("total", "", str(year), "", "", shown(total, 2), shown(entitled, 2), flag, grade, subject)
    for entry in rows:
        if entry[1] == "total":
            mine = totals[entry[0]]
            above = [other for other in totals.values() if other is not None and mine is not None]
            entry[-1] = "" if mine is None else str(1 + sum(other > mine for other in above))
    return [tuple(entry) for entry in rows]
