"""YAML to plain data, for a document people write by hand and strangers send."""

from __future__ import annotations

from typing import Any

import yaml

from .faults import Fault, SchemeError

_MAX_CHARACTERS, _MAX_NODES, _MAX_DEPTH = 1_000_000, 100_000, 20

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def plain_data(text: str) -> object:
    """YAML as dicts, lists and text, every scalar as written.

    Raises SchemeError when it is not YAML, when a key stands twice, or when it is a bomb.
    """
    text = text.removeprefix("\ufeff")
    try:
        _refuse_bombs(text)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise SchemeError([_yaml_fault(error.problem or "", mark)]) from None
    except yaml.YAMLError as error:
        raise SchemeError([_yaml_fault(str(error).splitlines()[0], None)]) from None
    return _Converter(text).convert(node, "") if node else None


def _yaml_fault(problem: str, mark: Any) -> Fault:
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Fault("yaml", "", {"problem": problem, "line": str(line), "column": str(column)})


def _refuse_bombs(text: str) -> None:
    """Raise before anything deep or multiplying is built: size, depth, and what aliases would expand to."""
    if len(text) > _MAX_CHARACTERS:
        raise SchemeError([Fault("too_large", "")])
    depth = nodes = 0
    sizes: dict[str, int] = {}
    open_anchors: list[tuple[str | None, int]] = []
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            open_anchors.append((event.anchor, nodes))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            anchor, before = open_anchors.pop()
            if anchor:
                sizes[anchor] = nodes - before
        elif isinstance(event, yaml.AliasEvent):
            # An alias inside its own anchor is not in `sizes` yet: it would never end.
            nodes += sizes.get(event.anchor or "", _MAX_NODES)
        elif isinstance(event, yaml.ScalarEvent) and event.anchor:
            sizes[event.anchor] = 1
        nodes += 1
        if nodes > _MAX_NODES or depth > _MAX_DEPTH:
            raise SchemeError([Fault("too_large", "")])


class _Converter:
    """Nodes to plain data. Mends an unquoted text with a comma inside a `{…}` line, which YAML cuts there."""

    def __init__(self, text: str) -> None:
        self.text = text

    def convert(self, node: yaml.Node, path: str) -> object:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.convert(entry, f"{path}[{index}]") for index, entry in enumerate(node.value)]
        return node.value

    def _mapping(self, node: yaml.MappingNode, path: str) -> dict[str, object]:
        data: dict[str, object] = {}
        last: tuple[str, yaml.ScalarNode] | None = None
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if last and node.flow_style and _is_torn_off(key_node, value_node):
                # {text: 每季0.5分,缺一次扣0.5分}: what follows the comma belongs to the text before it.
                name, first = last
                data[name] = self.text[first.start_mark.index : key_node.end_mark.index]
                continue
            if key in data:
                fault = Fault("duplicate_key", path, {"key": key, "line": str(key_node.start_mark.line + 1)})
                raise SchemeError([fault])
            data[key] = self.convert(value_node, f"{path}.{key}" if path else key)
            last = (key, value_node) if _is_bare(value_node) else None
        return data


def _is_bare(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style and bool(node.value)


def _is_torn_off(key: yaml.Node, value: yaml.Node) -> bool:
    """A “key” without colon and value."""
    return _is_bare(key) and value.value == "" and bool(value.end_mark.index == key.end_mark.index)
