"""YAML as far as every reader of it agrees: block and flow collections of plain texts, of one line each.

YAML 1.1 and 1.2, and Terraform's reader and PyYAML, differ in what is a number, a boolean or a date, in how lines are
joined, and in anchors, tags and repeated keys (https://developer.hashicorp.com/terraform/language/functions/yamldecode).
"""

import re
from collections.abc import Sequence
from typing import Any

import yaml

from gate.hcl.text import IsText, joined
from gate.hcl.values import Record, Tuple, plain
from gate.unknown import Template, Unresolved, Value

LONGEST = 2**16  # PyYAML takes seconds for more
_MOST_OPEN = 200  # collections in brackets: PyYAML looks at all that are open for each token
_READ_OTHERWISE = re.compile(r"[\t\r\\]|^(?:---|\.\.\.|%)", re.MULTILINE)
_TEXT = re.compile(r"[A-Za-z](?:[\w./:*@+-]*[\w./*@+-])?", re.ASCII)
_NO_TEXTS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
_KNOWN: dict[str, Value] = {"true": True, "false": False, "null": None, "": None}
_NUMBER = re.compile(r"0|[1-9]\d{0,8}", re.ASCII)
_HOLE = "gateHole"
_NUMBERED = re.compile(rf"{_HOLE}(\d+)x")
_QUOTED = ("'", '"')


def decode_yaml(value: str | Template, is_text: IsText) -> Value:
    """The value of a YAML text; a scalar that may be read in two ways is unknown. Raises ValueError where the text as a
    whole may be. What is unknown in it stands where a word may, and is one."""
    parts = value.parts if isinstance(value, Template) else (value,)
    known = "".join(part for part in parts if isinstance(part, str))
    if _HOLE in known:
        raise ValueError
    numbered = (part if isinstance(part, str) else f"{_HOLE}{at}x" for at, part in enumerate(parts))
    text = "".join(numbered).removeprefix("---\n")
    if len(text) > LONGEST or not plain(text) or _READ_OTHERWISE.search(text):
        raise ValueError
    if sum(map(text.count, "[{")) > _MOST_OPEN:
        raise ValueError
    try:
        found = _value(_Composer(text).get_single_node())
    except (yaml.YAMLError, RecursionError, AttributeError, IndexError, TypeError):
        raise ValueError from None
    return found if len(parts) == 1 else _filled(found, parts, is_text)


def _filled(value: Value, parts: Sequence[str | Unresolved], is_text: IsText) -> Value:
    """A value with what is unknown in its places."""
    if isinstance(value, list):
        return Tuple(_filled(one, parts, is_text) for one in value)
    if isinstance(value, dict):
        if any(_HOLE in key for key in value):
            raise ValueError
        return Record((key, _filled(one, parts, is_text)) for key, one in value.items())
    if not isinstance(value, str) or _HOLE not in value:
        return value
    pieces = _NUMBERED.split(value)  # texts and places of holes by turns
    return joined([parts[int(piece)] if at % 2 else piece for at, piece in enumerate(pieces)], is_text)


class _Composer(yaml.SafeLoader):
    """Refuses anchors, which copy, and tags, which choose."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if event.anchor is not None or event.tag is not None:  # an alias has the name of its anchor
            raise ValueError
        return super().compose_node(parent, index)


def _value(node: Any) -> Value:
    if isinstance(node, yaml.SequenceNode):
        return Tuple(map(_value, node.value))
    if isinstance(node, yaml.MappingNode):
        keys = [_scalar(key) for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        texts = [key for key in keys if isinstance(key, str)]
        if len({*texts}) < len(node.value):  # one that is no text, or is repeated
            raise ValueError
        return Record(zip(texts, (_value(one) for _, one in node.value), strict=True))
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError  # there is none
    return _scalar(node)


def _scalar(node: Any) -> Value:
    text = node.value
    if node.start_mark.line != node.end_mark.line:
        return Unresolved()
    if node.style in _QUOTED:
        return text
    if node.style is not None:
        return Unresolved()
    if text in _KNOWN:
        return _KNOWN[text]
    if _NUMBER.fullmatch(text):
        return int(text)
    return text if _TEXT.fullmatch(text) and text.lower() not in _NO_TEXTS else Unresolved()
