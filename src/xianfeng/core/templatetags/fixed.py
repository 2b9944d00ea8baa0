"""What is the same for everybody, rendered once per process: `{% same_for_all %}`, `{% translate %}`, `{% url %}`, `{% extends %}`.

    {% same_for_all %}<a href="{% url "help" %}">{% translate "Help" %}</a>{% endsame_for_all %}

The part is rendered in an empty context, so that nothing of a reader, of a request or of a row can get into it: a variable
used there is simply empty. It is kept by the language and the prefix of our addresses, on which texts and links depend.

`{% translate "…" %}` of a plain text and `{% url "…" %}` of a plain name are such parts by themselves: most of what a
template costs is finding the same words and the same addresses again.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import Node, NodeList, Parser, Template, Token, Variable
from django.template.context import Context
from django.template.defaulttags import url as do_url
from django.template.loader_tags import ExtendsNode, do_extends
from django.templatetags.i18n import TranslateNode, do_translate
from django.urls import NoReverseMatch, get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class SameForAll(Node):
    """A part that depends on nothing but the language and the prefix of our addresses."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.rendered: dict[tuple[tuple[str | None, str], bool], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        # What the page is rendered for is found out once, not for each of its words.
        page: Any = context.render_context.dicts[0]
        if SameForAll not in page:
            page[SameForAll] = get_language(), get_script_prefix()
        key = (page[SameForAll], context.autoescape)
        kept = self.rendered.get(key)
        if kept is None:
            empty = Context(autoescape=context.autoescape)
            of: Any = context.template
            with empty.render_context.push_state(of), empty.bind_template(of):
                kept = self.rendered[key] = self.nodelist.render(empty)
        return kept


@register.tag
def same_for_all(parser: Parser, token: Token) -> SameForAll:
    """What stands between this and `{% endsame_for_all %}` is rendered once per language, without any variable."""
    nodelist = parser.parse(("endsame_for_all",))
    parser.delete_first_token()
    return SameForAll(nodelist)


def _alone(node: Node) -> SameForAll:
    return SameForAll(NodeList([node]))


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    """Django's; a plain text without context is looked up once per language."""
    node = do_translate(parser, token)
    text = node.filter_expression
    plain = isinstance(node, TranslateNode) and not (node.asvar or node.noop or node.message_context)
    return _alone(node) if plain and _is_literal(text.var) and not text.filters else node


class Named(Node):
    """`{% url "…" as name %}`: the address under a name; "" where there is no such page."""

    def __init__(self, part: SameForAll, name: str) -> None:
        self.part, self.name = part, name

    def render(self, context: Context) -> SafeString:
        try:
            context[self.name] = self.part.render(context)
        except NoReverseMatch:
            context[self.name] = ""
        return SafeString()


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """Django's; the address of a plain name without arguments is found once."""
    node = do_url(parser, token)
    name = node.view_name
    if node.args or node.kwargs or not isinstance(name.var, str) or name.filters:
        return node
    asked, node.asvar = node.asvar, None
    return Named(_alone(node), asked) if asked else _alone(node)


class KnownNodes(NodeList):
    """The parts of a parsed template, which do not change: those of a kind are looked for once."""

    def __init__(self, nodes: NodeList) -> None:
        super().__init__(nodes)
        self.contains_nontext = nodes.contains_nontext
        self.by_type: dict[type[Node], list[Node]] = {}

    def get_nodes_by_type(self, nodetype: type[Node]) -> list[Node]:
        if nodetype not in self.by_type:
            self.by_type[nodetype] = super().get_nodes_by_type(nodetype)
        return self.by_type[nodetype]


class Extends(ExtendsNode):
    """Django's, which goes through all of the parent's parts for its blocks on each page."""

    def get_parent(self, context: Context) -> Template:
        parent: Template = super().get_parent(context)
        if not isinstance(parent.nodelist, KnownNodes):
            parent.nodelist = KnownNodes(parent.nodelist)
        return parent


@register.tag
def extends(parser: Parser, token: Token) -> Extends:
    """Django's; see `Extends`."""
    node = do_extends(parser, token)
    return Extends(node.nodelist, node.parent_name)


def _is_literal(value: Any) -> bool:
    return isinstance(value, Variable) and value.lookups is None
