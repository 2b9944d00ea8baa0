"""What is rendered once per process is the same for everybody: it knows no reader, and follows language and prefix."""

import pytest
from django.template import Context, engines
from django.template.base import NodeList
from django.template.loader_tags import BlockNode
from django.urls import NoReverseMatch
from django.urls.base import set_script_prefix
from django.utils.translation import override


def made(text):
    return engines["django"].from_string(text).template


def shown(template, **values):
    return template.render(Context(values))


def test_nothing_of_a_reader_gets_into_what_is_the_same_for_all():
    part = made(
        "{% same_for_all %}[{{ user }}{{ csrf_token }}{% if user %}!{% endif %}]{% endsame_for_all %}{{ user }}"
    )
    assert shown(part, user="张三", csrf_token="secret") == "[]张三"
    assert shown(part, user="李四") == "[]李四"


def test_it_is_rendered_once_for_each_language():
    part = made('{% same_for_all %}{% translate "Tools" %}{% endsame_for_all %}')
    node = part.nodelist[0]
    for _again in range(3):
        with override("zh-hans"):
            chinese = shown(part)
        with override("en"):
            assert shown(part) == "Tools"
    assert chinese != "Tools"
    assert len(node.rendered) == 2


def test_what_it_includes_is_rendered_with_it():
    part = made(
        '{% same_for_all %}{% include "components/conflict.html" %}{% script_texts %}{% endsame_for_all %}'
    )
    assert 'id="conflict"' in shown(part)
    assert 'id="texts"' in shown(part)


@pytest.mark.parametrize("tag", ["translate", "trans"])
def test_a_plain_text_follows_the_language_and_is_escaped_as_the_template_asks(tag):
    text = made("{% " + tag + ' "Tools" %}')
    with override("zh-hans"):
        chinese = shown(text)
    with override("en"):
        assert (shown(text), chinese == "Tools") == ("Tools", False)
    assert shown(made("{% " + tag + ' "100%" %}')) == "100%"


def test_a_text_from_the_page_is_looked_up_for_each_page():
    text = made("{% translate word %}|{% translate word as said %}{{ said }}")
    with override("en"):
        assert [shown(text, word=w) for w in ("Tools", "Home")] == ["Tools|Tools", "Home|Home"]
    noop = made('{% translate "Tools" noop %}')
    with override("zh-hans"):
        assert shown(noop) == "Tools"


def test_an_address_follows_the_prefix_it_is_served_under():
    address = made('{% url "search" %}|{% url "search" as found %}{{ found }}')
    assert shown(address) == "/search/|/search/"
    try:
        set_script_prefix("/party/")
        assert shown(address) == "/party/search/|/party/search/"
    finally:
        set_script_prefix("/")
    assert shown(address) == "/search/|/search/"


def test_an_address_with_arguments_is_found_for_each_row():
    address = made('{% url "scores:branch_panel" row as found %}{{ found }}|{% url view %}')
    assert shown(address, row="jt-01", view="search").endswith("|/search/")
    assert "jt-02" in shown(address, row="jt-02", view="home")
    assert shown(address, row="jt-02", view="home").endswith("|/")


def test_a_page_that_is_not_there_is_empty_under_a_name_and_a_mistake_elsewhere():
    assert shown(made('{% url "nowhere" as found %}[{{ found }}]')) == "[]"
    with pytest.raises(NoReverseMatch):
        shown(made('{% url "nowhere" %}'))


def test_blocks_are_looked_for_once_and_those_in_between_still_win(monkeypatch):
    asked = []
    look = NodeList.get_nodes_by_type
    monkeypatch.setattr(
        NodeList, "get_nodes_by_type", lambda nodes, kind: asked.append(kind) or look(nodes, kind)
    )
    root = made("{% block a %}root{% endblock %}|{% block b %}root{% endblock %}")
    between = made("{% extends root %}{% block a %}between{% endblock %}")
    leaf = made("{% extends between %}{% block b %}leaf of {{ block.super }}{% endblock %}")
    asked.clear()
    for _again in range(3):
        assert shown(leaf, root=root, between=between) == "between|leaf of root"
        assert shown(between, root=root) == "between|root"
    assert asked.count(BlockNode) <= len(["root"]) + len(root.nodelist)
