"""A statement in the notation of the document that it belongs into."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from gate.findings.remedies.author import Author, reference
from gate.plan.notation import Notation
from gate.text.sensitive import unless_sensitive
from gate.unknown import OneOf, StandIn, Template, Unresolved, Value

_WIDTH = 96  # a list that is longer gets a line for each element
_IDENTIFIER = re.compile(r"[A-Za-z_][\w-]*")
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"b": "\\u0008", "f": "\\u000c"}  # HCL has no others of JSON's


class Expression(msgspec.Struct, frozen=True, gc=False):
    """An expression of HCL that stands for a text, `aws_kms_key.app.arn`."""

    text: str


class NotWritten(Exception):
    """There is no telling how a value would be written."""


class Statement(msgspec.Struct, frozen=True, gc=False):
    """A statement to write. Values are texts, Expressions, Templates of texts and Expressions, and lists of them;
    `condition` is as in JSON, `principal` too (None for an identity policy)."""

    actions: tuple[str, ...]
    resources: tuple[Value, ...]
    effect: str = "Allow"
    sid: str | None = None
    condition: Mapping[str, Mapping[str, Value]] = {}
    principal: Any = None
    not_action: bool = False
    not_resource: bool = False


def expressed(value: Value, author: Author) -> Value:
    """A value of a document with expressions in the place of what is unknown in it. Raises NotWritten where there is
    none that the author of this document could write."""
    if isinstance(value, StandIn):
        text = reference(f"{value.address}.arn", author.module) if value.address and author.refers else None
        if text is None:
            raise NotWritten
        return Expression(text)
    if isinstance(value, Unresolved):
        text = reference(value.references[0], author.module) if value.exact and value.references else None
        if text is None or not author.refers:
            raise NotWritten
        return Expression(text)
    if isinstance(value, Template):
        return Template(tuple(expressed(part, author) for part in value.parts))
    if isinstance(value, OneOf):
        raise NotWritten
    if isinstance(value, list):
        return [expressed(element, author) for element in value]
    if isinstance(value, dict):
        return {key: expressed(element, author) for key, element in value.items()}
    return value


def lines(statement: Statement, notation: Notation) -> tuple[str, ...]:
    """The lines of a statement in a notation."""
    if notation is Notation.BLOCK:
        return tuple(_block(statement))
    if notation is Notation.OBJECT:
        return tuple(_object(elements(statement)))
    return tuple(_json_lines(elements(statement), escaped=notation is Notation.TEXT))


def elements(statement: Statement) -> dict[str, Any]:
    """The statement as a JSON object in the order in which people write it."""
    found = {
        "Sid": statement.sid,
        "Effect": statement.effect,
        "Principal": statement.principal,
        "NotAction" if statement.not_action else "Action": _one_or_more(statement.actions),
        "NotResource" if statement.not_resource else "Resource": _one_or_more(statement.resources),
        "Condition": dict(statement.condition) or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _one_or_more(values: Sequence[Value]) -> Value:
    return values[0] if len(values) == 1 else list(values)


def _block(statement: Statement) -> Iterator[str]:
    """https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document"""
    attributes = {
        "sid": statement.sid,
        "effect": statement.effect if statement.effect != "Allow" else None,
        "not_actions" if statement.not_action else "actions": list(statement.actions),
        "not_resources" if statement.not_resource else "resources": list(statement.resources),
    }
    yield "statement {"
    yield from _attributes({name: value for name, value in attributes.items() if value is not None}, "  ")
    who = {"*": "*"} if statement.principal == "*" else statement.principal or {}
    for kind, values in who.items():
        yield from ("", "  principals {")
        yield from _attributes({"type": kind, "identifiers": _listed(values)}, "    ")
        yield "  }"
    for test, keys in statement.condition.items():
        for variable, values in keys.items():
            yield from ("", "  condition {")
            yield from _attributes({"test": test, "variable": variable, "values": _listed(values)}, "    ")
            yield "  }"
    yield "}"


def _listed(values: Value) -> list[Value]:
    return [_text(value) for value in (values if isinstance(values, list) else [values])]


def _text(value: Value) -> Value:
    """A value of a condition as text: the block knows no other."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else value


def _object(members: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    yield f"{indent}{{"
    yield from _attributes(members, f"{indent}  ")
    yield f"{indent}}}"


def _attributes(members: Mapping[str, Any], indent: str) -> Iterator[str]:
    """Assignments as `terraform fmt` lays them out: those of one line each have their signs in one column."""
    texts = {_key(name): _assigned(value, indent) for name, value in members.items()}
    group: list[str] = []
    for name, found in [*texts.items(), ("", ["", ""])]:
        if len(found) == 1:
            group.append(name)
            continue
        width = max(map(len, group), default=0)
        for each in group:
            yield f"{indent}{each:<{width}} = {texts[each][0]}"
        group = []
        if name:
            yield f"{indent}{name} = {found[0]}"
            yield from found[1:]


def _assigned(value: Any, indent: str) -> list[str]:
    """A value as the lines that follow a sign, the first of them without indentation."""
    line = _hcl(value)
    if len(line) <= _WIDTH or not isinstance(value, (dict, list)):
        return [line]
    inner = f"{indent}  "
    if isinstance(value, dict):
        return ["{", *_attributes(value, inner), f"{indent}}}"]
    return ["[", *(f"{inner}{_hcl(element)}," for element in value), f"{indent}]"]


def _hcl(value: Any) -> str:
    """A value in one line of HCL."""
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, Template):
        return f'"{_interpolated(value)}"'
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(name)} = {_hcl(member)}' for name, member in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_hcl, value))}]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def _interpolated(value: Template) -> str:
    return "".join(
        f"${{{part.text}}}" if isinstance(part, Expression) else quoted(str(part))[1:-1] for part in value.parts
    )


def _key(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) else quoted(name)


def quoted(text: str) -> str:
    """A text as a quoted template of HCL that means just this text; one that is sensitive is hidden."""
    written = json.dumps(unless_sensitive(text), ensure_ascii=False)
    escaped = _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[0]), written)
    return escaped.replace("${", "$${").replace("%{", "%%{")


def _json_lines(members: Mapping[str, Any], *, escaped: bool) -> Iterator[str]:
    yield "{"
    last = len(members) - 1
    for i, (name, value) in enumerate(members.items()):
        yield f'  "{name}": {_json(value, escaped=escaped)}{"," if i < last else ""}'
    yield "}"


def _json(value: Any, *, escaped: bool) -> str:
    """A value as JSON in one line; `escaped` where it stands in a template of HCL."""
    if isinstance(value, Expression):
        return f'"${{{value.text}}}"'
    if isinstance(value, Template):
        return f'"{_interpolated(value)}"'
    if isinstance(value, dict):
        members = [
            f"{_json(name, escaped=escaped)}: {_json(member, escaped=escaped)}" for name, member in value.items()
        ]
        return f"{{{', '.join(members)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_json(element, escaped=escaped) for element in value)}]"
    text = json.dumps(unless_sensitive(value) if isinstance(value, str) else value, ensure_ascii=False)
    return text.replace("${", "$${").replace("%{", "%%{") if escaped else text
