"""Properties of a resource in a template as the values that a row of the table reads."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from gate.holdings.resource_types import ResourceType
from gate.holdings.template_types import snake
from gate.plan.shapes import UNKNOWN
from gate.text.sensitive import Sensitive
from gate.unknown import OneOf, StandIn, Template, Unresolved, Value

_HOLES = (Unresolved, Template, OneOf)


class Values(msgspec.Struct, frozen=True, gc=False):
    """`known` is what a plan would show, UNKNOWN for what has a hole; `told` is what is known of that."""

    known: dict[str, Any]
    told: dict[str, Value]


def values_of(properties: dict[str, Value], row: ResourceType, *, certain: bool) -> Values:
    """The values of a resource that is there, or, where that is not `certain`, may be."""
    documents = {path.partition("[]")[0]: path for path in row.documents}
    known: dict[str, Any] = {}
    told: dict[str, Value] = {}
    for name, value in properties.items():
        attribute = snake(name)
        if attribute in documents:
            known[attribute] = _documents(value, documents[attribute], certain)
        elif attribute in _nested(row):
            known[attribute] = _plain(_renamed(value))
        elif has_hole(value):
            if row.boundary == attribute and isinstance(value, OneOf) and [] in value.alternatives:
                continue  # it may be left out, and then nothing bounds
            known[attribute], told[attribute] = UNKNOWN, value
        else:
            known[attribute] = value
    return Values(known, told)


def former_values(
    properties: dict[str, Value], row: ResourceType, after: dict[str, Value], *, certain: bool
) -> dict[str, Any]:
    """The values before the change, for a resource that has the properties `after` after it. What is not known and not
    the same stands for nothing, but for a policy that nobody sees where it may deny something."""
    found = values_of(properties, row, certain=certain).known
    attached = {path.removesuffix("[]") for path in (*row.attaches, *([row.boundary] if row.boundary else []))}
    for name, value in properties.items():
        attribute = snake(name)
        if (
            not has_hole(value)
            or after.get(name) == value
            or attribute in {p.partition("[]")[0] for p in row.documents}
        ):
            continue
        if attribute in attached:
            listed = value if isinstance(value, list) else [value]
            arns = [f"(not known before the change: {_shown(each)})" if has_hole(each) else each for each in listed]
            found[attribute] = arns if isinstance(value, list) else arns[0]
        else:
            listed = value if isinstance(value, list) else []
            found[attribute] = [each for each in listed if not has_hole(each)] if isinstance(value, list) else None
    return found


def has_hole(value: Value) -> bool:
    """Whether anything in a value is not known."""
    if isinstance(value, dict):
        return any(map(has_hole, value.values()))
    if isinstance(value, list):
        return any(map(has_hole, value))
    return isinstance(value, _HOLES)


def _nested(row: ResourceType) -> set[str]:
    """The attributes that hold blocks, of which the table reads members."""
    holders = [holders for holders in (row.own_name, row.joins, *row.recipients) if holders]
    named = [named.block for named in (row.attaches_by_name, row.boundary_by_name) if named]
    paths = [*(holders_.path for holders_ in holders), *row.attaches, *([row.boundary] if row.boundary else []), *named]
    whole = {named.block.removesuffix("[]") for named in (row.attaches_by_name, row.boundary_by_name) if named}
    return whole | {path.partition(".")[0] for path in paths if "." in path}


def _renamed(value: Value) -> Value:
    if isinstance(value, dict):
        return {snake(name): _renamed(member) for name, member in value.items()}
    return [_renamed(member) for member in value] if isinstance(value, list) else value


def _plain(value: Value) -> Any:
    """A value with UNKNOWN in the place of every hole."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return UNKNOWN if isinstance(value, _HOLES) else value


def _documents(value: Value, path: str, certain: bool) -> Any:
    """The policy documents at an attribute: one alone, or in blocks with a name each."""
    _, blocks, inner = path.partition("[].")
    if not blocks:
        return _document(value, certain)
    found = []
    for element, sure in _elements(value, certain):
        if not isinstance(element, dict):
            found.append({inner: element if isinstance(element, _HOLES) else Unresolved()})
            continue
        block = {snake(name): member for name, member in element.items()}
        document = block.pop(inner, None)
        found.append({**_plain(block), **({} if document is None else {inner: _document(document, sure)})})
    return found


def _elements(value: Value, certain: bool) -> Iterator[tuple[Value, bool]]:
    """Every element that a list has or may have."""
    if isinstance(value, OneOf):
        for alternative in value.alternatives:
            yield from _elements(alternative, False)
    elif isinstance(value, list):
        for element in value:
            yield from _elements(element, certain)
    else:
        yield value, certain


def _document(value: Value, certain: bool) -> Value:
    """A policy document: as text where all of it is known, and one of two where it may not be there at all."""
    if isinstance(value, dict) and not has_hole(value) and not _stands_in(value):
        text = json.dumps(value, ensure_ascii=False)
        value = Sensitive(text) if _is_sensitive(value) else text
    return value if certain else OneOf((value, ""))


def _stands_in(value: Value) -> bool:
    """Whether a text stands for one that is not known, and so has to keep what people read for it."""
    if isinstance(value, dict):
        return any(map(_stands_in, value.values()))
    if isinstance(value, list):
        return any(map(_stands_in, value))
    return isinstance(value, StandIn)


def _is_sensitive(value: Value) -> bool:
    if isinstance(value, dict):
        return any(map(_is_sensitive, value.values()))
    if isinstance(value, list):
        return any(map(_is_sensitive, value))
    return isinstance(value, Sensitive)


def _shown(value: Value) -> str:
    references = value.references if isinstance(value, Unresolved) else ()
    return references[0] if references else "a part of a template"
