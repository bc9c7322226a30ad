"""From `.tf.json` to the same blocks as HCL gives.

Source: https://developer.hashicorp.com/terraform/language/syntax/json. Every string is a template; what is a nested
block and what an attribute only a provider's schema says, so a block stays an attribute until somebody asks for blocks.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec

from gate import strict_json
from gate.hcl.parse import inline_template
from gate.hcl.syntax import (
    Block,
    Expression,
    Literal,
    ObjectItem,
    ObjectLiteral,
    TupleLiteral,
    Unreadable,
    attribute_of,
)

_LABELS = {
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
    "module": 1,
    "variable": 1,
    "output": 1,
    "provider": 1,
    "check": 1,
    "locals": 0,
    "removed": 0,
}
_DEPTH = 100


def _constraint(text: str) -> Expression:
    """The type of a variable, an expression without quotation marks of its own."""
    return inline_template(f"${{{text}}}")


_Reader = Callable[[str], Expression]
# How Terraform reads what is no template, since it has no scope; the same names elsewhere are any other argument
_READERS: dict[str, dict[str, _Reader]] = {
    "module": dict.fromkeys(("source", "version"), Literal),
    "variable": dict.fromkeys(("description", "default", "nullable", "sensitive", "ephemeral"), Literal)
    | {"type": _constraint},
    "output": {"description": Literal},
    "provider": dict.fromkeys(("alias", "version"), Literal),
}


class _File(msgspec.Struct, frozen=True, gc=False):
    """A file's name, and its text."""

    name: str
    text: str


def blocks(text: bytes, file: str) -> tuple[tuple[Block, ...], str | None]:
    """The top-level blocks of a `.tf.json` file, and one line on what is wrong with it, if anything."""
    try:
        source = text.decode("utf-8-sig")
        document = strict_json.loads(source)  # HCL takes equal keys as several blocks, or refuses them
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else f"not valid JSON: {error}"
        return (), f"{file}: {reason}"
    found: list[Block] = []
    for part in document if isinstance(document, list) else [document]:
        if not isinstance(part, dict):
            return (), f"{file}: not an object, so not a configuration"
        for type_, body in part.items():
            if type_ in _LABELS:
                found.extend(_labelled(type_, (), body, _File(file, source)))
    return tuple(found), None


def argument(value: Any) -> Expression:
    """What an argument is in whose place a JSON value is written."""
    return _expression(value, inline_template, 0)


def _labelled(type_: str, labels: tuple[str, ...], body: Any, file: _File) -> list[Block]:
    found: list[Block] = []
    for part in body if isinstance(body, list) else [body]:
        if not isinstance(part, dict):
            continue
        if len(labels) < _LABELS[type_]:
            for label, inner in part.items():
                if label != "//":
                    found.extend(_labelled(type_, (*labels, label), inner, file))
            continue
        line = _line(file.text, type_, labels)
        readers = _READERS.get(type_, {})
        attributes = {}
        for name, value in part.items():
            if name != "//":
                expression = _expression(value, readers.get(name, inline_template), line)
                attributes[name] = attribute_of(expression, line, file.name)
        found.append(Block(type_, labels, attributes, (), file.name, line, json=True))
    return found


def _expression(value: Any, text: _Reader, line: int, depth: int = 0) -> Expression:
    """A JSON value as an expression; `text` reads a string, the keys of objects too."""
    if depth > _DEPTH:
        return Unreadable("nested too deeply")
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list):
        return TupleLiteral(tuple(_expression(item, text, line, depth + 1) for item in value))
    if isinstance(value, dict):
        items = (ObjectItem(text(key), _expression(item, text, line, depth + 1)) for key, item in value.items())
        return ObjectLiteral(tuple(items), line)
    return Literal(value)


def _line(source: str, type_: str, labels: tuple[str, ...]) -> int:
    """The line on which the last label stands, found by looking for one label after another."""
    position = 0
    for label in (type_, *labels):
        match = re.compile(re.escape(json.dumps(label, ensure_ascii=False)) + r"\s*:").search(source, position)
        if match is None:
            break
        position = match.start()
    return source.count("\n", 0, position) + 1
