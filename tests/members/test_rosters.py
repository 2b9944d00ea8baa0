"""Rosters in many shapes: the three samples exactly, and the mess that other offices will send."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from xianfeng.core import idnumbers
from xianfeng.core.places import Place, Places
from xianfeng.core.sheets import Cell, Sheet, UnreadableSheet, read_pasted, read_sheets
from xianfeng.members import rosters
from xianfeng.members.roster_rows import Roster

DATA = Path(__file__).parent.parent / "data"
TODAY = date(2026, 10, 31)
NAMES = ["局机关第一党支部", "局机关第二党支部", "城阳交管所党支部", "汽车运输公司党支部"]
BRANCHES: Places[str] = Places(
    [Place(name, (name, f"中共莒县交通运输局{name.removeprefix('局')}")) for name in NAMES]
)
HEADINGS = [
    "序号",
    "所在党支部",
    "姓名",
    "性别",
    "民族",
    "出生日期",
    "身份证号",
    "入党时间",
    "转正时间",
    "人员类别",
    "学历",
    "联系电话",
]


def number(serial: int, born: str = "19700101") -> str:
    """A valid number of the region that does not exist."""
    first17 = f"379900{born}{serial:03}"
    return first17 + idnumbers.check_digit(first17)


def person(serial: int = 1, **changed: Cell) -> list[Cell]:
    """A row in the order of HEADINGS."""
    row: dict[str, Cell] = {
        "序号": serial,
        "所在党支部": "局机关第一党支部",
        "姓名": f"王建{chr(0x56FD + serial)}",
        "性别": "男",
        "民族": "汉",
        "出生日期": "1970-01-01",
        "身份证号": number(serial * 2 - 1),
        "入党时间": "1998-07-01",
        "转正时间": "1999-07-01",
        "人员类别": "正式党员",
        "学历": "本科",
        "联系电话": f"138000{serial:05}",
    }
    assert set(changed) <= set(row)
    return list((row | changed).values())


def check(
    *rows: list[Cell], name: str = "名册", branches: Places[str] = BRANCHES, **more: Any
) -> Roster[str]:
    sheet = Sheet(name, list(rows), **more)
    return rosters.check(rosters.find([sheet], branches), branches, today=TODAY)


def codes(checked: Roster[str]) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.code) for fault in checked.faults]


@pytest.fixture(scope="module")
def register() -> Places[str]:
    (sheet,) = read_sheets(DATA / "党组织名册.xlsx")
    return Places([Place(str(row[1]), (str(row[3]), str(row[2]))) for row in sheet.rows[2:]])


@pytest.mark.parametrize("name", ["党员名册-甲.xlsx", "党员名册-乙.xlsx", "党员名册-丙.csv"])
def test_the_sample_rosters(name: str, register: Places[str]) -> None:
    expected = json.loads((DATA / name).with_suffix(".expected.json").read_text())
    found = rosters.check(rosters.find(read_sheets(DATA / name), register), register, today=TODAY).as_json()
    faults: Any = found["faults"]
    questions: Any = found["questions"]
    assert [{key: fault[key] for key in ("row", "column", "code")} for fault in faults] == expected["faults"]
    assert len(questions) == expected["namesakes"]
    assert {key: found[key] for key in ("rows", "importable", "branches")} == {
        key: expected[key] for key in ("rows", "importable", "branches")
    }
    assert all(fault["message"] for fault in faults)
    assert not any(sum(map(str.isdigit, str(fault["value"]))) >= 15 for fault in faults)
    assert found["notes"] == []


def test_title_notes_and_headings_with_blanks_and_breaks() -> None:
    checked = check(
        ["莒县交通运输局党员名册"],
        ["填报单位:机关党委", None, "填表日期:2026年10月31日"],
        ["说明:1.时间格式必须 yyyy-mm-dd。"],
        [],
        ["序 号", "所在\n党支部", "姓　名", "性别", "民族", "出生\n年月", "公民身份\n号 码", "加入中共\n时间", "转正\n时间", "党员\n类别", "文化程度", "手机号码"],
        person(1),
        person(2),
    )  # fmt: skip
    assert checked.profile.heading_rows == (5,)
    assert len(checked.good) == 2
    assert [column.heading for column in checked.profile.columns][1:3] == ["所在党支部", "姓名"]


@pytest.mark.parametrize("merged", [True, False])
def test_two_heading_rows(merged: bool) -> None:
    top: list[Cell] = ["序号", "党支部", "基本情况", None, None, "入党", None, "转正", "备注"]
    low: list[Cell] = [None, None, "姓名", "身份证号", "性别", "时间", "介绍人", "时间", None]
    merges = [(1, 3, 1, 5), (1, 6, 1, 7), (1, 1, 2, 1), (1, 2, 2, 2), (1, 9, 2, 9)] if merged else []
    rows: list[list[Cell]] = [
        top,
        low,
        [1, NAMES[0], "王建国", number(1), "男", "1998.7", "李某", "1999.7", None],
        [2, NAMES[0], "刘佳", number(2), "女", "2012.13", "李某", None, None],
    ]
    checked = check(*rows, merges=merges)
    assert checked.profile.heading_rows == (1, 2)
    assert codes(checked) == [(4, "入党时间", "date")]
    assert checked.rows[0].joined_on == date(1998, 7, 1)
    assert checked.rows[0].confirmed_on == date(1999, 7, 1)


def test_a_merged_row_of_stages_above_the_headings() -> None:
    stages: list[Cell] = [
        "基本信息",
        None,
        None,
        None,
        None,
        None,
        None,
        "入党情况",
        None,
        None,
        "其他",
        None,
    ]
    checked = check(
        ["注意事项"],
        ["时间格式必须 yyyy-mm-dd"],
        stages,
        HEADINGS,
        person(1),
        merges=[(3, 1, 3, 7), (3, 8, 3, 10)],
    )
    assert checked.profile.heading_rows == (4,)
    assert len(checked.good) == 1


def test_rows_that_are_nobody() -> None:
    checked = check(
        HEADINGS,
        person(1),
        [],
        ["小计", "1人"],
        HEADINGS,
        person(2),
        [3, None],
        [None, "局机关第一党支部小计", None, 12],
        ["合 计", None, "2人"],
        ["填表人:(签字)", None, None, None, None, None, "审核人:(签字)"],
        ["注：流动党员在备注栏注明。"],
    )  # fmt: skip
    assert [row.row for row in checked.rows] == [2, 6]
    assert {skipped.number: skipped.reason for skipped in checked.body.skipped} == {
        4: "subtotal", 5: "heading", 7: "nothing", 8: "subtotal", 9: "subtotal", 10: "signature", 11: "signature",
    }  # fmt: skip


def test_names() -> None:
    checked = check(
        HEADINGS,
        person(1, 姓名="王　伟"),
        person(2, 姓名="刘佳\n"),
        person(3, 姓名="阿依古丽•买买提"),
        person(4, 姓名="阿依古丽.买买提"),
        person(5, 姓名=" "),
        person(6, 姓名="12"),
    )
    assert [row.name for row in checked.rows[:3]] == ["王伟", "刘佳", "阿依古丽·买买提"]
    assert codes(checked) == [(6, "姓名", "name_missing"), (7, "姓名", "name_invalid")]
    (question,) = checked.questions
    assert question.rows == (4, 5)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (379900199912310000, "id_float"),
        (3.7990019991231e17, "id_float"),
        ("3.799E+17", "id_float"),
        ("3.79900199912310E+17", "id_float"),
        ("379900199912310000", "id_float"),
        ("37990019991231017", "id_length"),
        ("", "id_length"),
        ("3799001999123101788", "id_length"),
        ("379900********0178", "id_length"),
        ("379900199912310179", "id_check"),
        ("37990019991231017A", "id_check"),
        ("379900199913310172", "id_birth"),
    ],
)
def test_faults_of_id_numbers(cell: Cell, code: str) -> None:
    if code == "id_birth":
        first17 = "37990019991331017"
        cell = first17 + idnumbers.check_digit(first17)
    checked = check(HEADINGS, person(1), person(2, 身份证号=cell))
    assert codes(checked) == [(3, "身份证号", code)]
    assert sum(map(str.isdigit, checked.faults[0].value)) <= 10


@pytest.mark.parametrize("cell", ["３７９９００１９９９１２３１０１７８", "'379900199912310178", " 379900 19991231 0178\n", "379900199912310178'", "37990019700101001x", "37990019700101001Ｘ"])  # fmt: skip
def test_id_numbers_as_typed(cell: str) -> None:
    checked = check(HEADINGS, person(7, 身份证号=cell))
    assert codes(checked) == []
    assert idnumbers.has_right_check_digit(checked.rows[0].id_number)


def test_old_numbers_are_completed_and_recognised_again() -> None:
    checked = check(HEADINGS, person(1, 身份证号=130503670401001), person(2, 身份证号="130503196704010016"))
    assert checked.rows[0].id_number == "130503196704010016"
    assert codes(checked) == [(3, "身份证号", "duplicate_person")]
    assert len(checked.notes) == 3  # completed; and twice a date of birth that differs


def test_one_person_on_two_rows_and_two_of_one_name() -> None:
    checked = check(
        HEADINGS,
        person(1, 姓名="李梅"),
        person(2, 姓名="李　梅"),
        person(1, 姓名="李梅", 所在党支部=NAMES[1]),
        person(4),
    )
    assert codes(checked) == [(4, "身份证号", "duplicate_person")]
    (question,) = checked.questions
    assert (question.name, question.rows) == ("李梅", (2, 3))
    assert "2" in question.message


def test_branches_are_taken_exactly_and_offered_nearly() -> None:
    checked = check(
        HEADINGS,
        person(1, 所在党支部=" 局机关第一 党支部"),
        person(2, 所在党支部="中共莒县交通运输局机关第一党支部"),
        person(3, 所在党支部="机关第一党支部"),
        person(4, 所在党支部="机关第一党支部"),
        person(5, 所在党支部="水利局"),
        person(6, 所在党支部=None),
    )
    assert codes(checked) == [(row, "所在党支部", "branch_unknown") for row in (4, 5, 6, 7)]
    assert [fault.offer for fault in checked.faults] == [NAMES[0], NAMES[0], "", ""]
    (group,) = checked.groups()
    assert (group.value, group.rows, group.offer) == ("机关第一党支部", (4, 5), NAMES[0])
    assert checked.branches == {NAMES[0]}


def test_a_branch_in_merged_cells_holds_for_all_its_rows() -> None:
    checked = check(
        HEADINGS, person(1), person(2, 所在党支部=None), person(3, 所在党支部=None), merges=[(2, 2, 4, 2)]
    )
    assert codes(checked) == []
    assert [row.branch for row in checked.rows] == [NAMES[0]] * 3


def test_a_branch_as_section_title_or_sheet_name() -> None:
    headings: list[Cell] = ["序号", "姓名", "身份证号", "入党时间"]
    checked = check(
        headings,
        ["一、局机关第一党支部（2人）"],
        [1, "王建国", number(1), "1998.7"],
        ["二、城阳交管所党支部"],
        [1, "刘佳", number(2), "1998.7"],
    )  # fmt: skip
    assert [row.branch for row in checked.rows] == [NAMES[0], NAMES[2]]
    assert check(headings, [1, "王建国", number(1), "1998.7"], name=NAMES[3]).rows[0].branch == NAMES[3]
    assert (
        check(["汽车运输公司党支部党员名册"], headings, [1, "王建国", number(1), "1998.7"]).rows[0].branch
        == NAMES[3]
    )


def test_dates() -> None:
    checked = check(
        HEADINGS,
        person(1, 入党时间="98.02", 转正时间="1999.02.00"),
        person(2, 入党时间=36526, 转正时间="/"),
        person(3, 入党时间="2012.13"),
        person(4, 入党时间="不详"),
        person(5, 入党时间=2012.1),
        person(6, 转正时间="1999-02-30"),
        person(7, 转正时间="1997-01-01"),
        person(8, 出生日期="不是日期"),
    )
    assert codes(checked) == [
        (4, "入党时间", "date"), (5, "入党时间", "date"), (6, "入党时间", "date"), (7, "转正时间", "date"), (8, "转正时间", "date_order"),
    ]  # fmt: skip
    assert checked.rows[0].joined_on == date(1998, 2, 1)
    assert checked.rows[7].born_on == date(1970, 1, 1)
    assert "2012.13" in checked.faults[0].message


def test_probation() -> None:
    def row(serial: int, joined: str) -> list[Cell]:
        return person(serial, 人员类别="中共预备党员", 入党时间=joined, 转正时间=None)

    checked = check(
        HEADINGS, row(1, "2026-06-25"), row(2, "2025-01-01"), row(3, "2024-10-30"), row(4, "2024-10-31")
    )
    assert codes(checked) == [(4, "入党时间", "probation_expired")]
    assert {one.stage for one in checked.rows} == {"probationary"}


def test_stages_in_the_words_of_offices() -> None:
    said = ["党员", "中共党员", "正式", "中共正式党员", "预备", "积极分子", "已故"]
    rows = [
        person(place, 人员类别=word, 入党时间="2026-01-01", 转正时间=None)
        for place, word in enumerate(said, 1)
    ]
    checked = check(HEADINGS, *rows)
    assert [row.stage for row in checked.rows[:5]] == ["full", "full", "full", "full", "probationary"]
    assert codes(checked) == [(7, "人员类别", "stage"), (8, "人员类别", "stage")]


def test_without_a_stage_the_days_decide() -> None:
    headings: list[Cell] = ["党支部", "姓名", "身份证号", "入党时间"]
    checked = check(
        headings, [NAMES[0], "王建国", number(1), "2026-03-01"], [NAMES[0], "刘佳", number(2), "1998-07-01"]
    )
    assert [row.stage for row in checked.rows] == ["probationary", "full"]


def test_sex_ethnic_group_education_and_phone() -> None:
    checked = check(
        HEADINGS,
        person(1, 性别=1, 民族="汉族", 学历="大本（学士）", 联系电话="0633-6223908/138 0000 0000"),
        person(2, 性别="M", 民族="Han", 学历="研究生", 联系电话="12"),
        person(3, 性别="女", 民族="维吾尔", 学历="大学"),
        person(4, 性别=None, 民族=None, 学历="大专"),
    )
    assert codes(checked) == []
    assert [row.sex for row in checked.rows] == ["1", "1", "2", "1"]
    assert [row.ethnicity for row in checked.rows] == ["01", "01", "05", ""]
    assert [row.education for row in checked.rows] == ["20", "10", "20", "30"]
    assert [row.phone for row in checked.rows] == ["13800000000", "", "13800000003", "13800000004"]
    assert [(note.row, note.column) for note in checked.notes] == [(3, "联系电话"), (4, "性别")]


def test_other_words_in_the_headings() -> None:
    headings: list[Cell] = [
        "编号",
        "党员姓名*",
        "证件号码（18位）",
        "所属党组织",
        "成为预备党员日期",
        "成为正式党员日期",
        "政治面貌",
        "最高学历",
        "移动电话",
    ]
    checked = check(
        headings,
        [1, "王建国", number(1), NAMES[0], "1998年7月1日", "1999年7月1日", "中共党员", "大学", "13800000001"],
    )
    assert codes(checked) == []
    assert set(checked.profile.mapping) >= {
        "name",
        "id_number",
        "branch",
        "joined_on",
        "confirmed_on",
        "stage",
        "education",
        "mobile",
    }


def test_a_unit_column_is_the_branch_only_when_it_holds_branches() -> None:
    headings: list[Cell] = ["单位", "姓名", "身份证号", "入党时间"]
    checked = check(headings, [NAMES[0], "王建国", number(1), "1998.7"])
    assert checked.rows[0].branch == NAMES[0]
    both: list[Cell] = ["工作单位", "姓名", "身份证号", "入党时间", "党支部"]
    checked = check(both, ["公路站", "王建国", number(1), "1998.7", NAMES[0]])
    assert codes(checked) == []


def test_an_unheard_of_heading_is_told_by_its_values_and_can_be_corrected() -> None:
    headings: list[Cell] = ["支部", "姓名", "18位号码串", "入党时间", "甲", "乙"]
    rows: list[list[Cell]] = [
        [NAMES[0], f"王建{place}", number(place), "1998.7", "x", "1999.7"] for place in range(1, 4)
    ]
    sheet = Sheet("", [headings, *rows])
    found = rosters.find([sheet], BRANCHES)
    assert found.mapping["id_number"] == 2
    column = found.column("id_number")
    assert column is not None
    assert not column.is_sure
    corrected = found.mapped({5: "confirmed_on", 4: None})
    assert corrected.mapping["confirmed_on"] == 5
    assert corrected.signature == found.signature
    assert rosters.check(corrected, BRANCHES, today=TODAY).rows[0].confirmed_on == date(1999, 7, 1)


def test_the_roster_is_found_among_other_sheets() -> None:
    book = openpyxl.Workbook()
    book.active.title = "填表说明"
    book.active.append(["一、请按要求填写姓名等栏目"])
    hidden = book.create_sheet("旧名册")
    hidden.sheet_state = "hidden"
    for sheet in (hidden, book.create_sheet("2026年名册")):
        for row in (HEADINGS, person(1), person(2)):
            sheet.append(row)
    book["2026年名册"].row_dimensions[3].hidden = True
    held = io.BytesIO()
    book.save(held)
    checked = rosters.check(rosters.find(read_sheets(held.getvalue()), BRANCHES), BRANCHES, today=TODAY)
    assert checked.profile.sheet.name == "2026年名册"
    assert [row.row for row in checked.rows] == [2, 3]


def test_pasted_without_headings() -> None:
    text = "\n".join(
        "\t".join([NAMES[0], "王建国", number(place), "男", "13800000001"]) for place in range(1, 4)
    )
    headings = "支部\t姓名\t身份证号\t性别\t手机\n"
    assert (
        len(rosters.check(rosters.find([read_pasted(headings + text)], BRANCHES), BRANCHES, today=TODAY).good)
        == 3
    )
    with pytest.raises(UnreadableSheet) as refusal:
        rosters.find([read_pasted("一\t二\n三\t四")], BRANCHES)
    assert refusal.value.code == "no_heading"


@pytest.mark.slow
def test_fifty_thousand_rows_take_seconds() -> None:
    import time

    rows = [
        HEADINGS,
        *(
            person(serial % 90 + 1, 身份证号=number(serial % 1000, f"19{50 + serial // 1000 % 50}0101"))
            for serial in range(50_000)
        ),
    ]
    started = time.process_time()
    checked = check(*rows)
    assert len(checked.rows) == 50_000
    assert time.process_time() - started < 10


def test_numbers_of_people_are_masked_in_whatever_column_they_stand() -> None:
    checked = check(
        HEADINGS, person(1), person(2, 所在党支部=number(5), 姓名=number(7), 入党时间="13800000001")
    )
    assert {fault.code for fault in checked.faults} == {"branch_unknown", "name_invalid", "date"}
    for fault in checked.faults:
        for shown in (fault.value, fault.message):
            assert number(5) not in shown
            assert number(7) not in shown
            assert "13800000001" not in shown
