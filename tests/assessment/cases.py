"""Small random worlds: a scheme as plain data, facts, perhaps a list of subjects, a day."""

from datetime import date, timedelta
from decimal import Decimal

MEASURES = [f"m.{letter}" for letter in "abcdefg"]
PERIODS = {"month": 12, "quarter": 4, "half": 2, "year": 1}


def figure(random, per, least=0, most=60):
    """A figure per year that is even at 4 places."""
    step = Decimal(PERIODS[per]) * random.choice([Decimal("0.0001"), Decimal("0.025"), Decimal("0.05")])
    return random.randint(least, most) * step


def line(random, code, bonus=False):
    per = "year" if bonus else random.choice(list(PERIODS))
    rule = random.choice(["share", "share", "bands", "count"])
    points = figure(random, per, 0 if random.random() < 0.1 else 1)
    data = {"code": code, "measure": random.choice(MEASURES), "rule": rule, "per": per, "text": "细则"}
    if not bonus or rule != "count" or random.random() < 0.3:
        data["points"] = points
    if rule == "count":
        data["each"] = Decimal(random.randint(-30000, 30000)) / random.choice([1, 10, 100, 1000, 10000])
        if random.random() < 0.5:
            data["floor"] = figure(random, per, -20, 0)
        if random.random() < 0.5 or "points" not in data:
            data["ceiling"] = data.get("points", Decimal(0)) + figure(random, per, 0, 20)
        if random.random() < 0.5:
            data["base"] = figure(random, per, -20, 40)
    else:
        data["idle"] = random.choice(["full", "none", "skip", "skip"])
    if rule == "bands":
        edges = sorted({Decimal(random.randint(0, 12000)) / 10000 for _ in range(random.randint(1, 4))})
        steps = sorted((points * k / 4 for k in random.choices(range(5), k=len(edges))), reverse=True)
        unit = Decimal(PERIODS[per]) / 10000
        data["bands"] = [
            {"at_least": edge, "points": step // unit * unit}
            for edge, step in zip(reversed(edges), steps, strict=True)
        ]
    return data


def scheme(random, year=2026):
    categories, full = [], Decimal(0)
    for c in range(random.randint(1, 3)):
        items = []
        for i in range(random.randint(1, 3)):
            code = f"{'BAC'[c]}{i + 1}"
            lines = [line(random, f"{code}.{n + 1}") for n in range(random.randint(1, 4))]
            points = sum(entry["points"] for entry in lines)
            full += points
            items.append({"code": code, "name": "项", "points": points, "lines": lines})
        categories.append({"code": "BAC"[c], "name": "类", "items": items})
    cuts = sorted({Decimal(random.randint(1, 99)) / 100 for _ in range(3)}, reverse=True)
    grades = [{"name": f"等次{k}", "at_least": round(full * cut, 4)} for k, cut in enumerate(cuts)]
    grades = [g for k, g in enumerate(grades) if k == 0 or g["at_least"] < grades[k - 1]["at_least"]]
    if grades[-1]["at_least"] > 0:
        grades.append({"name": "末", "at_least": Decimal(0)})
    data = {
        "scheme": "random",
        "title": "随机",
        "subject": "organization",
        "year": year,
        "full": full,
        "grades": grades,
        "categories": categories,
    }
    if random.random() < 0.7:
        lines = [line(random, f"X{n}", bonus=True) for n in range(random.randint(1, 3))]
        data["bonus"] = {"ceiling": Decimal(random.randint(0, 800)) / 100, "lines": lines}
    data["vetoes"] = [
        {
            "code": f"V{n}",
            "measure": random.choice([*MEASURES, "veto.rare"]),
            "cap": random.choice(grades)["name"],
            "text": "否决",
        }
        for n in range(random.choice([0, 0, 1, 2]))
    ]
    return data


def amount(random):
    kind = random.random()
    if kind < 0.5:
        return Decimal(random.randint(0, 3))
    if kind < 0.7:
        return -Decimal(random.randint(0, 2))
    if kind < 0.95:
        return Decimal(random.randint(0, 50000)) / 10000
    return Decimal(random.randint(0, 10**12 - 1)) / 10000


def facts(random, year=2026, most=60):
    """Facts mostly of the year, some before and after it, some of measures nobody names."""
    subjects = [f"S{n}" for n in range(random.randint(1, 5))]
    first = date(year, 1, 1) - timedelta(days=10)
    return [
        {
            "measure": random.choice([*MEASURES, *MEASURES, "veto.rare", "other.thing"]),
            "subject": random.choice(subjects),
            "day": first + timedelta(days=random.randint(0, 385)),
            "done": amount(random),
            "due": amount(random) if random.random() < 0.8 else Decimal(0),
        }
        for _ in range(random.randint(0, most))
    ]


def day(random, year=2026):
    """A day to score on: none, a period's end, or any, now and then outside the year."""
    kind = random.random()
    if kind < 0.35:
        return None
    if kind < 0.6:
        return date(year, random.randint(1, 11) + 1, 1) - timedelta(days=1)
    if kind < 0.95:
        return date(year, 1, 1) + timedelta(days=random.randint(0, 364))
    return random.choice([date(year - 1, 12, 31), date(year + 1, 2, 1)])


def listed(random):
    """A list of subjects, some without facts, or none."""
    return random.choice([None, ["S0", "S1", "S9"], ["Z", "S2", "A"]])
