"""The invented bureau: 31 organizations and 413 people. Tables of names, and a seeded draw from them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

COMMITTEE = (
    "371122-JT",
    "中共莒县交通运输局机关委员会",
    "机关党委",
    "莒县交通运输局",
    "office",
    date(2028, 6, 30),
)


@dataclass(frozen=True, slots=True)
class BranchRow:
    """One branch: serial, short name, unit and its kind, strength, end of term, and how well it works (0 to 1)."""

    serial: int
    short_name: str
    unit: str
    unit_kind: str
    members: int
    term_ends_on: date
    diligence: float
    kind: str = "branch"

    @property
    def number(self) -> str:
        return f"371122-JT-{self.serial:02d}"

    @property
    def name(self) -> str:
        return f"中共莒县交通运输局{self.short_name.removeprefix('局')}"


# Name, unit, kind of unit, strength, end of term, diligence. Sizes add up to 413.
_TABLE = (
    ("局机关第一党支部", "莒县交通运输局机关", "office", 18, (2028, 2), 0.98),
    ("局机关第二党支部", "莒县交通运输局机关", "office", 16, (2029, 3), 0.95),
    ("局机关第三党支部", "莒县交通运输局机关", "office", 15, (2027, 4), 0.93),
    ("局机关第四党支部", "莒县交通运输局机关", "office", 5, (2028, 5), 0.90),
    ("局离退休干部党支部", "莒县交通运输局机关", "office", 34, (2029, 6), 0.86),
    ("农村公路管理处机关党支部", "农村公路管理处", "institution", 19, (2027, 7), 0.97),
    ("农村公路管理处养护党支部", "农村公路管理处", "institution", 17, (2028, 8), 0.88),
    ("农村公路管理处路政大队党支部", "农村公路管理处", "institution", 12, (2029, 9), 0.84),
    ("道路运输管理所机关党支部", "道路运输管理所", "institution", 21, (2027, 10), 0.94),
    ("道路运输管理所客运管理党支部", "道路运输管理所", "institution", 11, (2028, 11), 0.91),
    ("道路运输管理所货运维修驾培党支部", "道路运输管理所", "institution", 10, (2029, 12), 0.80),
    ("交通稽查大队第一党支部", "交通稽查大队", "institution", 16, (2027, 1), 0.92),
    ("交通稽查大队第二党支部", "交通稽查大队", "institution", 13, (2028, 2), 0.74),
    ("超限检测站党支部", "超限检测站", "institution", 14, (2029, 3), 0.82),
    ("交通工程质量监督站党支部", "交通工程质量监督站", "institution", 9, (2027, 4), 0.89),
    ("公路勘察设计室党支部", "公路勘察设计室", "institution", 8, (2028, 5), 0.96),
    ("城市客运管理办公室党支部", "城市客运管理办公室", "institution", 11, (2029, 6), 0.87),
    ("铁路建设办公室党支部", "铁路建设办公室", "institution", 6, (2027, 7), 0.90),
    ("地方海事处党支部", "地方海事处", "institution", 5, (2028, 8), 0.66),
    ("交通信息指挥中心党支部", "交通信息指挥中心", "institution", 7, (2029, 9), 0.97),
    ("城阳交管所党支部", "城阳交管所", "institution", 12, (2027, 10), 0.85),
    ("招贤交管所党支部", "招贤交管所", "institution", 9, (2028, 11), 0.78),
    ("夏庄交管所党支部", "夏庄交管所", "institution", 10, (2029, 12), 0.81),
    ("刘官庄交管所党支部", "刘官庄交管所", "institution", 8, (2027, 1), 0.90),
    ("小店交管所联合党支部", "小店交管所", "institution", 7, (2028, 2), 0.83),
    ("安庄交管所联合党支部", "安庄交管所", "institution", 6, (2029, 3), 0.70),
    ("汽车客运总站党支部", "汽车客运总站", "enterprise", 24, (2027, 4), 0.93),
    ("汽车运输公司党支部", "汽车运输公司", "enterprise", 28, (2028, 5), 0.76),
    ("公共汽车公司党支部", "公共汽车公司", "enterprise", 20, (2029, 6), 0.88),
    ("交通工程公司党支部", "交通工程公司", "enterprise", 22, (2027, 7), 0.79),
)

BRANCHES = tuple(
    BranchRow(
        serial,
        short_name,
        unit,
        unit_kind,
        members,
        date(*ends, 28),
        diligence,
        "joint_branch" if "联合" in short_name else "branch",
    )
    for serial, (short_name, unit, unit_kind, members, ends, diligence) in enumerate(_TABLE, start=1)
)
RETIRED_BRANCH = 5
PROBATIONERS = 11
EXEMPT = 23

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤单解仇"
)
GIVEN = [
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "艳",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "霞",
    "平",
    "刚",
    "桂英",
    "建国",
    "建军",
    "志强",
    "海燕",
    "秀英",
    "玉兰",
    "立新",
    "晓东",
    "文博",
    "思远",
    "佳",
    "立平",
    "志刚",
    "红梅",
    "春林",
    "永涵",
    "振华",
    "德福",
    "国栋",
    "家豪",
    "雨晴",
    "子涵",
    "宏伟",
    "爱民",
    "学军",
    "新民",
    "卫东",
    "长青",
    "云飞",
    "晓光",
    "海涛",
    "世杰",
    "明辉",
    "兴旺",
    "兆丰",
    "清泉",
    "守信",
    "绍文",
    "光明",
    "存良",
    "广义",
    "洪波",
    "成林",
    "玉成",
    "瑞雪",
    "丽华",
    "慧敏",
    "欣怡",
    "梦洁",
]
POSTS = {
    "office": ("科员", "副科长", "科长", "主任科员", "会计", "办事员"),
    "institution": ("稽查员", "养护工", "工程师", "站务员", "助理工程师", "科员", "副所长", "驾驶员"),
    "enterprise": ("驾驶员", "修理工", "站务员", "调度员", "会计", "项目经理", "施工员"),
}
EDUCATION = ("大学本科", "大学本科", "大学专科", "大学专科", "研究生", "中专", "高中")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One invented person as the roster would have them."""

    branch: int
    name: str
    sex: str
    ethnicity: str
    born_on: date
    id_number: str
    phone: str
    education: str
    post: str
    joined_on: date
    confirmed_on: date | None
    retired: bool
    exempt: bool


def id_number(born_on: date, serial: int, male: bool) -> str:
    """A number of the non-existent region 379900 with a right check digit (GB 11643-1999)."""
    order = serial * 2 + (1 if male else 0)
    body = f"379900{born_on:%Y%m%d}{order % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def people(today: date) -> Iterator[PersonRow]:
    """The 413, branch by branch; the same people for the same day. Probationers joined within the last year."""
    draw = random.Random(371122)  # noqa: S311 - names for a demonstration
    left, serial = PROBATIONERS, 0
    for row in BRANCHES:
        retired_branch = row.serial == RETIRED_BRANCH
        for place in range(row.members):
            serial += 1
            male = draw.random() < 0.7
            low, high = (1938, 1963) if retired_branch else (1967, 1998)
            born = date(draw.randint(low, high), draw.randint(1, 12), draw.randint(1, 28))
            probationer = (
                not retired_branch
                and left > 0
                and place == row.members - 1
                and row.serial % 3 in {0, 1}
                and row.members > 7
            )
            if probationer:
                left -= 1
                born = born.replace(year=draw.randint(1990, 1999))
                joined = today - timedelta(days=draw.randint(40, 300))
            else:
                joined = born.replace(year=min(born.year + draw.randint(22, 30), today.year - 4))
            yield PersonRow(
                branch=row.serial,
                name=draw.choice(SURNAMES) + draw.choice(GIVEN),
                sex="1" if male else "2",
                ethnicity=draw.choices(("汉族", "回族", "满族"), (60, 2, 1))[0],
                born_on=born,
                id_number=id_number(born, serial, male),
                phone=f"1990000{serial:04d}",
                education=draw.choice(EDUCATION),
                post="退休" if retired_branch else draw.choice(POSTS[row.unit_kind]),
                joined_on=joined,
                confirmed_on=None if probationer else joined.replace(year=joined.year + 1),
                retired=retired_branch,
                exempt=retired_branch and place < EXEMPT,
            )
