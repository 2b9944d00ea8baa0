"""Every component on pages like the real ones, with invented data: what the browser tests of the look visit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path

from xianfeng.config import urls as product
from xianfeng.core import charts
from xianfeng.core.columns import Column
from xianfeng.core.components import CategoryScore, HeatCell, HeatRow, Milestone, Quarter, Step, Task
from xianfeng.core.pages import public

MONTHS = [f"{n}月" for n in range(1, 10)]
CATEGORIES = ["领导班子建设", "制度建设", "党内监督", "党内活动", "党风廉政建设", "改革创新"]
NAVIGATION = [
    ("首页", "home", "", "home"),
    ("月报", "report", "待报", "report"),
    ("活动", "table", "", "activity"),
    ("目标与得分", "score", "公示中", "score"),
    ("党员", "table", "14", "members"),
    ("审核", "review", "12", "review"),
    ("导入", "import", "", "import"),
    ("图表", "charts", "", "score"),
]
TREND = charts.trend(
    MONTHS,
    [Decimal(v) for v in ("90.5", "90", "91", "91.5", "90.5", "91", "86", "85.5", "91")],
    median=[Decimal(v) for v in ("89", "89", "89.5", "90", "90", "90.5", "89.5", "90", "90.5")],
    low=[Decimal(v) for v in ("85", "85.5", "86", "86.5", "86", "87", "86.5", "86", "87")],
    high=[Decimal(v) for v in ("92", "92.5", "92.5", "93.5", "93", "94", "93", "93", "94")],
    name="本支部",
)


class Someone:
    """Who the pages are shown to."""

    organization = "莒县交通运输局机关党委"
    role_names = ("支部书记",)
    get_username = "jt120001"
    is_authenticated = True

    def __str__(self) -> str:
        return "王建国"


class TalkForm(forms.Form):
    date = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
    place = forms.CharField(label="地点", help_text="写会议室或现场名称")
    present = forms.IntegerField(label="实到", min_value=0, max_value=14)
    kind = forms.ChoiceField(label="类型", choices=[("a", "支委会"), ("b", "党课")], widget=forms.RadioSelect)
    minutes = forms.CharField(label="记录", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label="已核对应到名单", required=False)


def page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    """A gallery page as a branch secretary would see it."""
    navigation = [
        {
            "label": label,
            "url": f"/gallery/{key}/",
            "note": note,
            "icon": sign,
            "phone": True,
            "current": key == name,
        }
        for label, key, note, sign in NAVIGATION
    ]
    big = "big" in request.GET or request.COOKIES.get("big") == "1"
    shown = {"navigation": navigation, "user": Someone(), "big": big, **context}
    return render(request, f"gallery/{name}.html", shown)


@public
def home(request: HttpRequest) -> HttpResponse:
    words = ["审定"] * 7 + ["待补正", "审定", "填报中", "未到", "未到"]
    road = [
        Milestone(
            i + 1,
            word,
            "back" if i == 7 else "ok",
            url="/gallery/report/" if i < 10 else "",
            current=i == 9,
            future=i > 9,
        )
        for i, word in enumerate(words)
    ]
    quarters = [
        Quarter("一季度", Decimal("90.5"), url="/gallery/score/"),
        Quarter("二季度", Decimal("91")),
        Quarter("三季度", Decimal("87.5"), "公示中", current=True),
        Quarter("四季度", note="12月末结算"),
    ]
    todo = [
        Task("第三季度得分 87.5 分", "/gallery/score/", "review", "公示中", "看得分说明", "公示期 10月23日至29日，期内可逐条提出异议", date(2026, 10, 29), 2),
        Task("建言献策：养护机械错峰检修", "#a", "todo", "待答复", "去答复", "党员实名提出，需书记本人答复", date(2026, 10, 29), 2),
        Task("第四季度党建工作例会", "#b", "none", "会议", "看通知", "局三楼会议室，请准备 5 分钟发言", date(2026, 10, 29), 2),
        Task("8月月报：整改清单第 3 项未销号", "#c", "back", "待补正", "去补正", "补正并经复核后，可恢复 1.5 分", date(2026, 10, 25), -2),
        Task("10月工作月报", "/gallery/report/", "todo", "待提交", "继续填写", "已自动带入 9 项，还差 2 项要填、1 项要核对", date(2026, 11, 5), 9),
    ]  # fmt: skip
    full = [20, 15, 15, 20, 20, 10]
    got = ["18.5", "13", "12", "17", "19", "8"]
    delta = ["-0.5", "-1.5", "-1.5", "-1", "0", "1"]
    scores = [
        CategoryScore(
            CATEGORIES[i],
            Decimal(got[i]),
            Decimal(full[i]),
            Decimal(delta[i]),
            (Decimal(got[i]) - Decimal(delta[i])) * 100 / full[i],
        )
        for i in range(6)
    ]
    return page(request, "home", road=road, quarters=quarters, todo=todo, scores=scores, trend=TREND)


@public
def report(request: HttpRequest) -> HttpResponse:
    return page(request, "report")


@public
def score(request: HttpRequest) -> HttpResponse:
    losses = list(zip(CATEGORIES, map(Decimal, ("1.5", "2", "3", "3", "1", "2")), strict=True))
    handled = [
        Step(
            "系统计算", "10月8日 00:10", "按《党支部工作考核细则》2026年版第 3 次修订，6 大类 18 小项", "done"
        ),
        Step("初审", "10月12日", "机关党委办公室 周敏，人工调整 2 处", "done"),
        Step("复核", "10月15日", "机关党委专职副书记 赵志刚", "done"),
        Step("公示", "10月23日至29日", "30 个支部同时公示，受理异议", "current"),
        Step("定稿", "10月30日", "定稿后只能按更正程序修改，全程留痕"),
    ]
    return page(
        request,
        "score",
        steps_chart=charts.steps(Decimal(100), losses, first="满分", last="本季得分"),
        handled=handled,
    )


@public
def charts_page(request: HttpRequest) -> HttpResponse:
    rows = []
    for n in range(1, 31):
        cells = [
            HeatCell(Decimal(96 - (n * 7 + m * 5) % 19), late=(n + m) % 13 == 0, url="/gallery/score/")
            for m in range(1, 10)
        ] + [HeatCell(future=True)] * 3
        if n == 26:
            cells[3] = HeatCell()
        rows.append(HeatRow(f"{n:02d}", f"第{n}交管所党支部"[:9], cells, "/gallery/score/", own=n == 12))
    quarter_names = ["一季度", "二季度", "三季度", "四季度"]
    return page(
        request,
        "charts",
        rows=rows,
        quarters=charts.quarters(
            quarter_names,
            [Decimal("90.5"), Decimal(91), Decimal("87.5"), None],
            [Decimal("89.5"), Decimal("90.2"), Decimal(90), None],
            name="本支部",
        ),
        radar=charts.radar(
            CATEGORIES,
            [Decimal(v) for v in ("92.5", "86.7", "80", "85", "95", "80")],
            [Decimal(v) for v in (95, 97, 90, 90, 95, 70)],
        ),
        histogram=charts.histogram(
            ["1-4", "5-8", "9-12", "13-16", "17-20", "21-24", "25-28", "29-32", "33-36", "37-40", "41-44"],
            [0, 1, 2, 3, 5, 9, 18, 38, 196, 104, 37],
            below=8,
            unit="学分",
        ),
    )


@public
def table(request: HttpRequest) -> HttpResponse:
    people = [
        SimpleNamespace(
            uid=f"u{i}",
            number=f"JT120{i:03d}",
            name=name,
            hours=Decimal(i) / 2,
            joined=date(2010 + i % 9, 7, 1),
        )
        for i, name in enumerate(
            ["王建国", "刘佳", "张晓东", "陈立平", "赵志刚", "孙立新", "周敏", "吴海燕"] * 9
        )
    ]
    columns = [
        Column("number", "编号", lambda p: p.number, kind="code", order=("number",)),
        Column(
            "name", "姓名", lambda p: p.name, order=("name",), link=lambda p: f"/gallery/table/?who={p.uid}"
        ),
        Column("joined", "入党时间", lambda p: p.joined, kind="date"),
        Column("hours", "学时", lambda p: p.hours, kind="points", order=("hours",)),
        Column("state", "状态", lambda _p: "正式党员", kind="status", tone=lambda _p: "ok"),
    ]
    bound = TalkForm({"date": "2026-10-22", "present": "16"} if "bad" in request.GET else None)
    listed = Paginator(people, 20).get_page(request.GET.get("page"))
    return page(request, "table", rows=listed, columns=columns, sort=request.GET.get("sort", ""), form=bound)


@public
def review(request: HttpRequest) -> HttpResponse:
    return page(request, "review", queue=range(2, 14))


@public
def importing(request: HttpRequest) -> HttpResponse:
    return page(request, "import")


@public
def sign_in(request: HttpRequest) -> HttpResponse:
    return render(request, "gallery/sign_in.html")


@public
def upload(request: HttpRequest) -> HttpResponse:
    return render(request, "gallery/upload.html")


@public
def save(request: HttpRequest) -> HttpResponse:
    """Answers autosave as the field `n12` asks: 409, 401, refused, or saved."""
    match request.POST.get("n12"):
        case "409":
            return JsonResponse(
                {"message": "刘佳在 10:39 改过这一项。请选择保留哪一个。", "version": 8}, status=409
            )
        case "401":
            return HttpResponse(status=401)
        case "三":
            return JsonResponse(
                {"saved_at": "10:42", "version": 3, "errors": {"n12": "请填数字。没有的填 0。"}}
            )
    return JsonResponse({"saved_at": "10:42", "version": 3})


urlpatterns = [
    path("gallery/home/", home),
    path("gallery/report/", report),
    path("gallery/score/", score),
    path("gallery/charts/", charts_page),
    path("gallery/table/", table),
    path("gallery/review/", review),
    path("gallery/import/", importing),
    path("gallery/sign-in/", sign_in),
    path("gallery/upload/", upload),
    path("gallery/save/", save),
    *product.urlpatterns,
]
handler404 = product.handler404
