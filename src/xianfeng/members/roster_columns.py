"""What the columns of a roster can hold: headings offices use, and how values of each kind look."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy

from xianfeng.core import cells, idnumbers
from xianfeng.core.places import Places
from xianfeng.core.sheets import Cell
from xianfeng.core.tables import Field

from . import vocabulary

_HAN = re.compile(r"[㐀-鿿]")


def is_masked(cell: Cell) -> bool:
    """Whether a number was hidden: our own exports show 3799**********1234."""
    return isinstance(cell, str) and "***" in cell


def _looks_like_id(cell: Cell) -> bool:
    if is_masked(cell):
        return len(cells.text(cell)) == 18
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell >= 1e14
    text = idnumbers.normalized(cells.text(cell))
    return (len(text) in {15, 16, 17, 18, 19} and sum(map(str.isdigit, text)) >= 13) or bool(
        re.fullmatch(r"\d\d+E17|\dE17", text)
    )


def _looks_like_phone(cell: Cell) -> bool:
    if is_masked(cell):
        return len(cells.text(cell)) < 15
    found = cells.phones(cell)
    return bool(found) and (cells.is_mobile(found[0]) or cells.is_landline(found[0]))


def _looks_like_mobile(cell: Cell) -> bool:
    if is_masked(cell):
        return len(cells.text(cell)) == 11
    found = cells.phones(cell)
    return bool(found) and cells.is_mobile(found[0])


def _looks_like_day(cell: Cell) -> bool:
    return cells.day(cell, today=date(2100, 1, 1)) is not None


def _looks_like_name(cell: Cell) -> bool:
    text = cells.folded(cell)
    return 2 <= len(text) <= 20 and text[:4].isalpha() and _HAN.match(text) is not None


def fields(branches: Places[Any]) -> tuple[Field, ...]:
    """What a roster's columns can hold. A column called 单位 is the branch when its values are branches."""

    def is_branch(cell: Cell) -> bool:
        return branches.get(cells.text(cell)) is not None

    def is_sex(cell: Cell) -> bool:
        return vocabulary.sex(cell) is not None

    def is_stage(cell: Cell) -> bool:
        return vocabulary.stage(cell) is not None

    day = _looks_like_day
    own, num = "(?:党员|本人|个人|同志|人员)?", "(?:号|号码|代码)?"
    when = "(?:时间|日期|年月日|年月|日|时候|年份)"
    return (
        Field("serial", gettext_lazy("No."), ("序号?|编号|顺序号?|排序|行号|no|号",), context=True),
        Field(
            "number",
            gettext_lazy("member number"),
            ("党员编号|党员号|党员代码|人员编号|member ?(number|no)",),
            context=True,
        ),
        Field(
            "name",
            gettext_lazy("name"),
            (f"{own}(?:姓名|名字)", "name|fullname", "党员|党员名单|成员|人员|同志|姓氏名字|名称"),
            required=True,
        ),
        Field(
            "id_number",
            gettext_lazy("ID number"),
            (
                f"{own}(?:公民|居民|二代|第二代)?(?:身份证|身份证件){num}(?:18位|18位数)?|{own}(?:公民)?身份(?:号|号码|代码)",
                f"(?:有效)?(?:证件|证照|身份证明){num}|身份证.{{0,8}}|id(?:card)?(?:number|no)?",
            ),
            _looks_like_id,
            alone=True,
        ),
        Field(
            "branch",
            gettext_lazy("branch"),
            (
                "(?:所在|所属|隶属|现|现在|目前|组织关系|组织关系所在|党员所在)*(?:的)?(?:党支部|支部|基层党组织|党组织)(?:名称|全称|简称)?",
                "(?:所在|所属|隶属)?(?:党支部|支部|党组织)(?:名称|全称|简称)?(?:或|及|和).{1,8}|组织关系(?:所在单位)?|branch",
                "组织名称|所在组织|所属组织",
                "(?:所在|所属)?(?:单位|部门|处室|科室)(?:名称)?",
            ),
            is_branch,
            alone=True,
            carries=True,
            context=True,
        ),
        Field(
            "unit",
            gettext_lazy("unit"),
            ("(?:工作|所在|所属)?单位(?:名称)?|部门",),
            carries=True,
            context=True,
        ),
        Field(
            "group",
            gettext_lazy("group"),
            ("(?:所在|所属)?党小组(?:名称)?|小组",),
            carries=True,
            context=True,
        ),
        Field("sex", gettext_lazy("sex"), ("性别|男女|sex|gender",), is_sex),
        Field(
            "ethnicity",
            gettext_lazy("ethnic group"),
            ("民族|族别|ethnic.*",),
            lambda cell: vocabulary.ethnic(cell) is not None,
        ),
        Field(
            "born_on",
            gettext_lazy("date of birth"),
            (f"{own}(?:出生|生){when}?|生日|(?:date ?of ?)?birth(?:day)?|出生",),
            day,
        ),
        Field(
            "joined_on",
            gettext_lazy("joined the party on"),
            (
                f"(?:何时)?(?:加入|参加|入)(?:中国共产党|中共|党组织|党|共产党){when}?",
                f"(?:批准|接收|接受|吸收|成为|转为|列为|确定为)*(?:为|成为)?(?:中共)?预备(?:党员|党员接收|期开始)?{when}?|(?:批准|支部大会通过|支部大会)?入党.{{0,6}}{when}",
                f"(?:党员)?发展(?:为)?(?:党员)?{when}|党龄起算{when}?|入党|joined?(?:on)?",
            ),
            day,
        ),
        Field(
            "confirmed_on",
            gettext_lazy("full member since"),
            (
                f"(?:预备党员|何时|预备期满|按期|批准|支部大会通过|党员)?转(?:为)?正式?(?:党员)?{when}?",
                f"(?:批准|成为|转为|列为|为)*正式党员{when}|转正.{{0,6}}|confirmed(?:on)?|预备期满{when}?",
            ),
            day,
        ),
        Field(
            "stage",
            gettext_lazy("stage"),
            (
                "(?:人员|党员)(?:类别|类型|性质|身份|状态)|类别|(?:党员)?(?:正式|预备)(?:或|/)?(?:预备|正式)(?:党员)?",
                "政治面貌|党员身份|党籍(?:状态)?|是否正式(?:党员)?|stage",
            ),
            is_stage,
        ),
        Field(
            "education",
            gettext_lazy("education"),
            ("(?:最高|现有?|全日制)?(?:学历|文化程度|教育程度)(?:学位)?|education", "学历.*|文化"),
        ),
        Field(
            "post",
            gettext_lazy("post"),
            (
                "(?:现任|行政|工作|现)?(?:职务|岗位|工作岗位|职位)(?:职级|职称)?|单位及职务|工作单位及职务|post",
                "职业|职务.*|工种|(?:工作)?岗位.*",
            ),
        ),
        Field(
            "mobile",
            gettext_lazy("mobile phone"),
            ("(?:本人|联系)?(?:手机|移动电话)(?:号|号码)?|mobile|phone",),
            _looks_like_mobile,
            alone=True,
        ),
        Field(
            "phone",
            gettext_lazy("telephone"),
            (
                "(?:联系|本人|办公|固定|家庭|单位)?(?:电话|方式|联系电话|联系方式|固话)(?:号|号码)?|通讯方式|手机.*|.{0,4}电话.{0,4}|telephone|contact",
            ),
            _looks_like_phone,
        ),
        Field("remark", gettext_lazy("remark"), ("备注|说明|备考|remarks?",), context=True),
    )
