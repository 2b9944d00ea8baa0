"""The invented bureau: 31 organizations and 413 people. Tables of names, and a seeded draw from them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

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
    ("地方海事处党支部", "地方海事处", "institution", 5, (2026, 10), 0.66),
    ("交通信息指挥中心党支部", "交通信息指挥中心", "institution", 7, (2029, 9), 0.97),
    ("城阳交管所党支部", "城阳交管所", "institution", 12, (2027, 10), 0.85),
    ("招贤交管所党支部", "招贤交管所", "institution", 9, (2028, 11), 0.78),
    ("夏庄交管所党支部", "夏庄交管所", "institution", 10, (2029, 12), 0.81),
    ("刘官庄交管所党支部", "刘官庄交管所", "institution", 8, (2027, 1), 0.90),
    ("小店交管所联合党支部", "小店交管所", "institution", 7, (2028, 2), 0.83),
    ("安庄交管所联合党支部", "安庄交管所", "institution", 6, (2026, 9), 0.70),
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

# Who does what beside the 30 secretaries and clerks, by branch and place on its roll (secretaries stand first, clerks second).
SECRETARY, CLERK = 0, 1
OFFICE = {(1, 2): "机关党委办公室主任", (2, 2): "机关党委办公室干事"}
INSPECTOR = {(3, 2): "机关纪委书记"}
LEADERS = {
    (1, 3): "党组书记、局长",
    (1, 4): "党组成员、副局长",
    (2, 3): "党组成员、副局长",
    (2, 4): "党组成员、总工程师",
    (3, 3): "党组成员、副局长",
    (3, 4): "党组成员、二级主任科员",
    (4, 2): "党组成员、副局长",
}
HEADS = {"office": "科长", "institution": "负责人", "enterprise": "经理"}  # posts of secretaries
# Not members, so outside the 413: code of the role, name, account.
ADMINISTRATORS = (
    ("system_admin", "于海洋", "xitong"),
    ("security_admin", "苏文静", "anquan"),
    ("audit_admin", "纪明远", "shenji"),
)

# Probationary members of today, and members confirmed within the last year: the last on the roll of these branches.
PROBATIONARY_IN = (1, 3, 6, 7, 9, 10, 12, 13, 15, 16, 27)
CONFIRMED_IN = (2, 8, 11, 14, 17, 23, 29)
# Members who came from another branch: branch and place today, branch before, how many days ago.
MOVED = {(13, 5): (12, 236), (21, 6): (22, 152), (25, 6): (24, 511), (28, 9): (27, 402)}
EXEMPT_RETIRED = 20
EXEMPT_ILL = frozenset({(7, 9), (28, 15), (30, 12)})

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤单解仇"
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN = {
    True: _words(
        "伟 强 磊 军 洋 勇 杰 涛 明 超 平 刚 建国 建军 志强 立新 晓东 文博 思远 立平 志刚 春林 振华 德福 国栋 家豪 宏伟 爱民 学军 "
        "新民 卫东 长青 云飞 晓光 海涛 世杰 明辉 兴旺 兆丰 清泉 守信 绍文 光明 存良 广义 洪波 成林 玉成 敬东 维忠 修文 传亮"
    ),
    False: _words(
        "芳 娜 敏 静 丽 艳 娟 霞 桂英 海燕 秀英 玉兰 佳 红梅 永涵 雨晴 子涵 瑞雪 丽华 慧敏 欣怡 梦洁 淑云 凤霞 晓燕 亚楠"
    ),
}
POSTS = {
    "office": ("科员", "副科长", "一级科员", "主任科员", "会计", "办事员"),
    "农村公路管理处": ("工程师", "养护工", "路政员", "助理工程师", "科员"),
    "道路运输管理所": ("运管员", "科员", "会计", "助理工程师"),
    "交通稽查大队": ("稽查员", "中队长", "副大队长", "内勤"),
    "超限检测站": ("检测员", "班长", "内勤"),
    "institution": ("科员", "工程师", "助理工程师", "办事员", "会计"),
    "交管所": ("管理员", "科员", "内勤", "副所长"),
    "汽车客运总站": ("站务员", "调度员", "安检员", "售票员"),
    "交通工程公司": ("施工员", "项目经理", "测量员", "会计"),
    "enterprise": ("驾驶员", "修理工", "调度员", "会计", "安全员"),
}
EDUCATION = ("20", "20", "30", "30", "10", "40", "60")  # GB/T 4658


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One invented person as the roster would have them. `came`: the branch before the present one, and since when."""

    branch: int
    place: int
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
    exempt_reason: str
    came: tuple[int, date] | None

    @property
    def first_branch(self) -> int:
        return self.came[0] if self.came else self.branch

    @property
    def personal(self) -> dict[str, Any]:
        """What is entered of somebody at once, as columns of a person."""
        names = ("sex", "ethnicity", "born_on", "id_number", "phone", "education", "post")
        return {name: getattr(self, name) for name in names}


def id_number(born_on: date, serial: int, male: bool) -> str:
    """A number of the non-existent region 379900 with a right check digit (GB 11643-1999)."""
    order = serial * 2 + (1 if male else 0)
    body = f"379900{born_on:%Y%m%d}{order % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def people(today: date) -> Iterator[PersonRow]:
    """The 413, branch by branch, as they stand on a day; the same people for the same day."""
    draw = random.Random(371122)  # noqa: S311 - names for a demonstration
    serial = 0
    for row in BRANCHES:
        retired = row.serial == RETIRED_BRANCH
        births = [_birthday(draw, *_years(row, place)) for place in range(row.members)]
        if retired:
            births.sort(reverse=True)  # the youngest of them lead the branch, the oldest are exempt
        for place, drawn in enumerate(births):
            born = drawn
            serial += 1
            male = draw.random() < (0.7 if row.unit_kind != "office" else 0.6)
            name = draw.choice(SURNAMES) + draw.choice(GIVEN[male])
            at = (row.serial, place)
            joined = born.replace(year=min(born.year + draw.randint(22, 30), today.year - 4))
            confirmed: date | None = joined.replace(year=joined.year + 1)
            if place == row.members - 1 and row.serial in (*PROBATIONARY_IN, *CONFIRMED_IN):
                born = _birthday(draw, 1990, 1999)
                new = row.serial in PROBATIONARY_IN
                joined = today - timedelta(days=draw.randint(*((40, 300) if new else (400, 680))))
                joined = joined.replace(day=min(joined.day, 28))
                confirmed = None if new else joined.replace(year=joined.year + 1)
            came = MOVED.get(at)
            yield PersonRow(
                branch=row.serial,
                place=place,
                name=name,
                sex="1" if male else "2",
                ethnicity=draw.choices(("01", "03", "11"), (60, 2, 1))[0],
                born_on=born,
                id_number=id_number(born, serial, male),
                phone=f"1990000{serial:04d}",
                education=draw.choice(EDUCATION),
                post=_post(draw, row, at),
                joined_on=joined,
                confirmed_on=confirmed,
                retired=retired,
                exempt_reason=_exempt_reason(row, at),
                came=(came[0], today - timedelta(days=came[1])) if came else None,
            )


def _years(row: BranchRow, place: int) -> tuple[int, int]:
    """Between which years someone was born: those who lead are neither beginners nor retired."""
    if row.serial == RETIRED_BRANCH:
        return 1938, 1963
    return (1968, 1982) if place == SECRETARY or (row.serial, place) in LEADERS else (1967, 1998)


def _birthday(draw: random.Random, low: int, high: int) -> date:
    return date(draw.randint(low, high), draw.randint(1, 12), draw.randint(1, 28))


def _post(draw: random.Random, row: BranchRow, at: tuple[int, int]) -> str:
    drawn = draw.choice(
        next(posts for key, posts in POSTS.items() if key in row.unit or key == row.unit_kind)
    )
    if row.serial == RETIRED_BRANCH:
        return "退休"
    if at[1] == SECRETARY:
        return HEADS[row.unit_kind]
    return {**OFFICE, **INSPECTOR, **LEADERS}.get(at, drawn)


def _exempt_reason(row: BranchRow, at: tuple[int, int]) -> str:
    if row.serial == RETIRED_BRANCH and at[1] >= row.members - EXEMPT_RETIRED:
        return "年老体弱"
    return "长期患病" if at in EXEMPT_ILL else ""
