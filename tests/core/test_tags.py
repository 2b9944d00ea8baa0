"""The components, rendered."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from xianfeng.core.charts import Chart
from xianfeng.core.columns import Column
from xianfeng.core.components import CategoryScore, HeatCell, Milestone
from xianfeng.core.icons import ICONS


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


def rendered(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


class Talk(forms.Form):
    place = forms.CharField(label="地点", help_text="会议室或现场", max_length=5)
    note = forms.CharField(label="备注", required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False)


def test_field_joins_label_help_and_error():
    html = rendered("{% field form.place %}", form=Talk({"place": ""}))
    assert '<label for="id_place">地点</label>' in html
    assert 'aria-describedby="id_place_help id_place_error"' in html
    assert 'aria-invalid="true"' in html
    assert "请填写这一项。" in html


def test_field_marks_what_is_optional_and_leaves_hidden_ones_alone():
    assert "（选填）" in rendered("{% field form.note %}", form=Talk())
    assert "<label" not in rendered("{% field form.key %}", form=Talk())


def test_error_summary_names_the_field_and_links_to_it():
    html = rendered("{% error_summary form %}", form=Talk({"place": "一二三四五六"}))
    assert '<a href="#id_place">地点：最多 5 个字，现在有 6 个。</a>' in html
    assert "还有 1 处没处理好" in html
    assert rendered("{% error_summary form %}", form=Talk({"place": "会议室"})) == ""


def test_user_text_is_escaped_everywhere():
    evil = "<script>alert(1)</script>"
    column = Column("name", evil, lambda row: row.name, link=lambda row: "/x/")
    html = rendered(
        "{% page_head evil %}{% actions %}{{ evil }}{% endpage_head %}{% status 'ok' evil %}{% crumb evil '/' evil %}"
        "{% empty evil %}{% endempty %}{% table rows columns %}{% toast evil %}{% bar 1 2 None evil %}"
        "{% chart drawing 'c' %}{{ evil }}{% endchart %}",
        evil=evil,
        rows=[SimpleNamespace(name=evil)],
        columns=[column],
        drawing=Chart({"name": evil}, evil, [evil], [[evil]]),
    )
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") >= 10


def test_page_head_without_facts_and_acts_has_no_empty_parts():
    assert (
        rendered("{% page_head 'x' %}{% endpage_head %}")
        == '<div class="page-head"><div><h1>x</h1></div></div>'
    )


@pytest.mark.parametrize(
    ("value", "full", "width"), [(9, 12, "75.0"), (15, 12, "100.0"), (-1, 12, "0.0"), (1, 0, "0.0")]
)
def test_bar_stays_inside_its_ground(value, full, width):
    assert f'y="3" width="{width}"' in rendered("{% bar value full %}", value=value, full=full)


def test_no_component_carries_a_style_attribute():
    html = rendered("{% bar 5 10 40 %}{% status 'ok' 'x' %}{% icon 'home' %}")
    assert "style" not in html


@pytest.mark.parametrize("name", sorted(ICONS))
def test_icon_is_a_hidden_drawing(name):
    html = rendered("{% icon name %}", name=name)
    assert 'aria-hidden="true"' in html
    assert ICONS[name] in html


def test_milestones_mark_the_month_being_worked_on():
    road = [Milestone(9, "审定", "ok", "/9/"), Milestone(10, "填报中", "todo", "/10/", current=True)]
    html = rendered("{% milestones '2026年里程' road %}", road=road)
    assert '<li class="now">' in html
    assert html.count('aria-current="step"') == 1


@pytest.mark.parametrize(
    ("points", "level"), [("79.9", "level-1"), ("80", "level-2"), ("85", "level-3"), ("90", "level-4")]
)
def test_only_exceptions_are_filled(points, level):
    assert HeatCell(Decimal(points)).level == level


def test_share_of_a_category_without_full_mark_is_none():
    assert CategoryScore("x", Decimal(0), Decimal(0)).share == 0


def test_table_turns_the_order_and_keeps_the_filters():
    column = Column("name", "姓名", lambda row: row.name, order=("name",))
    html = rendered("{% table rows columns 'name' 'q=a' %}", rows=[], columns=[column])
    assert 'aria-sort="ascending"' in html
    assert 'href="?q=a&amp;sort=-name"' in html


def test_pager_keeps_filters_and_order():
    page = Paginator(range(100), 10).get_page(5)
    html = rendered("{% pager page 'q=a' '-name' %}", page=page)
    assert 'href="?q=a&amp;sort=-name&amp;page=6"' in html
    assert "共 100 条" in html


def test_broken_server_page_needs_neither_request_nor_database():
    html = render_to_string("500.html", {"reference": "7F3A"})
    assert "7F3A" in html
    assert "系统出了点问题" in html


def test_names_are_escaped_and_lead_to_their_pages():
    html = rendered("{% names rows %}", rows=[("/a/?x=1&y=2", "<b>甲支部", "9月、10月")])
    assert '<a href="/a/?x=1&amp;y=2">&lt;b&gt;甲支部</a> <small class="muted">9月、10月</small>' in html
