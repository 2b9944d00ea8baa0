"""Schemes: read exactly, refused with every path and cure, written back equal in meaning."""

import copy
from decimal import Decimal

import pytest

from xianfeng.assessment.phrases import PHRASES
from xianfeng.assessment.scheme import (
    SchemeError,
    check,
    default_scheme,
    default_text,
    digest,
    document,
    export,
    load,
    parse,
)
from xianfeng.assessment.scheme.faults import MESSAGES

LINE = {
    "code": "L",
    "measure": "m",
    "points": 10,
    "per": "year",
    "rule": "share",
    "idle": "skip",
    "text": "t",
}
SCHEME = {
    "scheme": "s",
    "title": "试",
    "subject": "organization",
    "year": 2026,
    "full": 10,
    "grades": [{"name": "好", "at_least": 5}, {"name": "差", "at_least": 0}],
    "categories": [
        {"code": "A", "name": "类", "items": [{"code": "A1", "name": "项", "points": 10, "lines": [LINE]}]}
    ],
}


def scheme(**line):
    """A scheme whose only line is changed; None removes a key."""
    data = copy.deepcopy(SCHEME)
    target = data["categories"][0]["items"][0]["lines"][0]
    target.update(line)
    for key in [key for key, value in target.items() if value is None]:
        del target[key]
    return data


def faults(data, measures=None):
    return [str(fault) for fault in parse(data, measures)[1]]


AT = "categories[0].items[0].lines[0]"


# the default schemes


@pytest.mark.parametrize("year", [2025, 2026, 2031])
def test_the_branch_scheme_has_6_categories_18_items_and_100_points(year):
    branch = default_scheme("branch", year)
    assert (branch.code, branch.year, branch.subject) == (f"branch-{year}", year, "organization")
    assert [(c.code, c.points, len(c.items)) for c in branch.categories] == [
        ("A", 16, 3),
        ("B", 13, 3),
        ("C", 15, 3),
        ("D", 26, 4),
        ("E", 18, 3),
        ("F", 12, 2),
    ]
    assert branch.full == sum(item.points for item in branch.items) == 100
    assert [grade.name for grade in branch.grades] == ["好", "较好", "一般", "差"]
    assert branch.bonus.ceiling == 10
    assert {veto.cap for veto in branch.vetoes} == {"一般"}


def test_the_member_scheme_has_7_items_and_100_points():
    member = default_scheme("member", 2026)
    assert (member.code, member.subject, member.full) == ("member-2026", "person", 100)
    assert [(item.code, item.points) for item in member.items] == [
        ("M1", 25),
        ("M2", 25),
        ("M3", 10),
        ("M4", 15),
        ("M5", 10),
        ("M6", 10),
        ("M7", 5),
    ]
    assert member.bonus.ceiling == 5


@pytest.mark.parametrize("kind", ["branch", "member"])
def test_a_default_scheme_has_nothing_to_remark_and_every_measure_is_spoken_of(kind):
    default, remarks = check(default_text(kind, 2026))
    assert remarks == []
    assert set(default.measures) <= set(PHRASES)
    assert load(export(default)) == default


# reading


def test_numbers_are_the_decimals_written():
    text = export(parse(scheme())[0]).replace("points: 10", "points: 0.1").replace("full: 10", "full: 0.10")
    assert load(text).full == Decimal("0.1")
    assert parse(scheme(points=0.1))[0] is None


def test_a_comma_in_an_unquoted_text_belongs_to_the_text():
    text = """
scheme: s
title: 试
subject: organization
year: 2026
full: 1
grades: [{name: 差, at_least: 0}]
categories:
  - code: A
    name: 类
    items:
      - code: A1
        name: 项
        points: 1
        lines:
          - {code: L, measure: m, points: 1, per: year, text: 每季0.5分,缺一次扣0.5分, 不补,rule: share, idle: skip}
"""
    line = next(load(text).lines)
    assert (line.text, line.rule, line.points) == ("每季0.5分,缺一次扣0.5分, 不补", "share", 1)


def test_layout_makes_no_difference_to_the_digest_but_meaning_does():
    plain = parse(scheme())[0]
    written = load(export(plain).replace("points: 10", "points: 10.00").replace("title:", "# 注\ntitle:"))
    assert written == plain
    assert digest(written) == digest(plain)
    assert digest(parse(scheme(text="另"))[0]) != digest(plain)


def test_defaults_of_count_are_written_out():
    line = next(parse(scheme(rule="count", idle=None, each=-1))[0].lines)
    assert (line.base, line.floor, line.ceiling) == (10, 0, 10)
    said = scheme(rule="count", idle=None, each=-1, base=10, floor=0, ceiling=10)
    assert parse(said)[0] == parse(scheme(rule="count", idle=None, each=-1))[0]


def test_an_exported_text_that_looks_like_a_number_or_a_word_of_yaml_stays_text():
    odd = parse(SCHEME | {"title": "010", "scheme": "yes", "subject": "person"})[0]
    assert load(export(odd)) == odd
    assert (odd.title, odd.code) == ("010", "yes")


def test_document_reads_back():
    branch = default_scheme("branch", 2026)
    assert parse(document(branch)) == (branch, [])


# refusing


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"colour": "red"}, f"{AT}.colour: “colour” is not known here; remove it or use one of:"),
        ({"measure": None}, f"{AT}.measure: this is missing; add it"),
        ({"text": " "}, f"{AT}.text: text is expected; write a word or a sentence"),
        ({"idle": None}, f"{AT}.idle: this is missing; add it"),
        ({"rule": "formula"}, f"{AT}.rule: “formula” is not possible; choose one of: share, bands, count"),
        ({"per": "week"}, f"{AT}.per: “week” is not possible; choose one of: month, quarter, half, year"),
        ({"points": "zehn"}, f"{AT}.points: “zehn” is not a decimal number; write it like 2 or 0.25"),
        ({"points": "nan"}, f"{AT}.points: “nan” is not a decimal number; write it like 2 or 0.25"),
        ({"points": 10.0}, f"{AT}.points: “10.0” is not a decimal number; write it like 2 or 0.25"),
        ({"points": "1.00001"}, f"{AT}.points: 1.00001 has more than 4 decimal places; round it"),
        ({"points": -1}, f"{AT}.points: -1 is below 0; write 0 or more"),
        ({"points": 10**8}, f"{AT}.points: 100000000 is beyond 100,000,000; write a smaller number"),
        (
            {"per": "month"},
            f"{AT}.points: 10 does not divide evenly into 12 periods at 4 places; use a multiple of 0.0012",
        ),
        ({"bands": []}, f"{AT}.bands: “bands” has no meaning for the rule “share”;"),
        ({"rule": "bands"}, f"{AT}.bands: this is missing; add it"),
        ({"rule": "bands", "bands": []}, f"{AT}.bands: nothing is listed; add at least one entry"),
        ({"rule": "bands", "bands": 3}, f"{AT}.bands: a list is expected; begin each entry with “- ”"),
        (
            {"rule": "bands", "bands": [{"at_least": 1, "points": 5}, {"at_least": 1, "points": 4}]},
            f"{AT}.bands[1]: bands must fall from the best to the least;",
        ),
        ({"rule": "count", "idle": None}, f"{AT}.each: this is missing; add it"),
        (
            {"rule": "count", "idle": None, "each": 1, "floor": 11},
            f"{AT}: the floor 11 lies above the ceiling 10; swap or correct them",
        ),
        ({"points": 9}, "categories[0].items[0].lines: points add up to 9, the item has 10; make them equal"),
        ({"code": "A1"}, f"{AT}.code: the code “A1” is already used at categories[0].items[0].code;"),
    ],
)
def test_a_faulty_line_is_refused_with_path_and_cure(change, fault):
    found, said = parse(scheme(**change))
    assert found is None
    assert any(str(one).startswith(fault) for one in said), [str(one) for one in said]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"full": 11}, "categories: points of all items add up to 10, full marks are 11; make them equal"),
        ({"year": "26"}, "year: “26” is not a year; write four digits such as 2026"),
        ({"grades": [{"name": "好", "at_least": 5}]}, "grades[0]: the last grade must begin at 0,"),
        (
            {"grades": [{"name": "好", "at_least": 0}, {"name": "差", "at_least": 0}]},
            "grades[1]: grades must fall; 0 does not lie below 0",
        ),
        (
            {"grades": [{"name": "好", "at_least": 1}, {"name": "好", "at_least": 0}]},
            "grades[1]: the grade “好” stands here twice;",
        ),
        ({"categories": []}, "categories: nothing is listed; add at least one entry"),
        ({"categories": ["A"]}, "categories[0]: a block of “name: value” is expected; write one"),
        (
            {"vetoes": [{"code": "V", "measure": "v", "cap": "优", "text": "t"}]},
            "vetoes[0].cap: “优” is not a grade of this scheme; choose one of: 好、差",
        ),
        (
            {"bonus": {"ceiling": 1, "lines": [LINE | {"code": "X", "per": "month"}]}},
            "bonus.lines[0].per: a bonus line",
        ),
        (
            {
                "bonus": {
                    "ceiling": 1,
                    "lines": [{"code": "X", "measure": "x", "rule": "count", "each": 1, "text": "t"}],
                }
            },
            "bonus.lines[0].ceiling: this is missing; add it",
        ),
    ],
)
def test_a_faulty_scheme_is_refused_with_path_and_cure(change, fault):
    found, said = parse(SCHEME | change)
    assert found is None
    assert any(str(one).startswith(fault) for one in said), [str(one) for one in said]


def test_all_faults_are_told_at_once_and_in_both_languages():
    with pytest.raises(SchemeError) as caught:
        load("scheme: s\nyear: 2026\nfull: ten\n")
    assert {fault.path for fault in caught.value.faults} >= {
        "title",
        "subject",
        "full",
        "grades",
        "categories",
    }
    for fault in caught.value.faults:
        assert fault.message("zh-hans") != fault.message("en")


def test_every_message_names_its_values_in_both_languages():
    for code, (english, chinese) in MESSAGES.items():
        names = {part.split("}")[0] for part in english.split("{")[1:]}
        assert {part.split("}")[0] for part in chinese.split("{")[1:]} <= names, code


def test_an_unknown_measure_is_refused_where_measures_are_known():
    assert faults(scheme(), {"m"}) == []
    assert faults(scheme(), {"n"}) == [
        f"{AT}.measure: no measure is called “m”; register it first or choose another"
    ]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"rule": "bands", "bands": [{"at_least": 1, "points": 5}]}, f"{AT}.bands"),
        ({"rule": "count", "each": 1}, f"{AT}.idle"),
        ({"rule": "count", "idle": None, "each": 1, "ceiling": 11}, f"{AT}.ceiling"),
    ],
)
def test_what_is_odd_but_usable_is_only_pointed_out(change, path):
    found, said = parse(scheme(**change))
    assert found is not None
    assert [(fault.path, fault.is_warning) for fault in said] == [(path, True)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: [", "this is not YAML: "),
        ("scheme: a\nscheme: b\n", "“scheme” stands here twice (line 2); keep one"),
        ("- 1\n", "a block of “name: value” is expected; write one"),
        ("", "a block of “name: value” is expected; write one"),
        ("a: \x00", "this is not YAML: "),
        ("[" * 5000, "the document is too large or nested too deeply;"),
        ("x" * 1_000_001, "the document is too large or nested too deeply;"),
        (
            "a: &a [" + "x," * 999 + "]\nb: &b [" + "*a," * 99 + "]\nc: [" + "*b," * 99 + "]",
            "the document is too large",
        ),
        ("a: &a [*a]", "the document is too large or nested too deeply;"),
    ],
    ids=range(9),
)
def test_what_is_no_scheme_at_all_is_refused_quickly(text, fault):
    found, said = check(text)
    assert found is None
    assert str(said[0]).startswith(fault)
