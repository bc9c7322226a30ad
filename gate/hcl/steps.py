"""`.name` and `[key]`: from a value to a part of it."""

import json
import re
from collections.abc import Callable

from gate.hcl.syntax import Expression, GetAttribute, Index
from gate.hcl.text import scalar_text
from gate.hcl.values import OpenObject, RefusedError, Rest, Unordered, computed, each_way, missing, one_of, unwrapped
from gate.unknown import Template, Unresolved, Value

_PLACE = re.compile(r"(?:0|[1-9]\d{0,6})", re.ASCII)


def step(value: Value, one: GetAttribute | Index, evaluate: Callable[[Expression], Value]) -> Value:
    """The part of a value; raises RefusedError where there certainly is none."""
    if isinstance(one, GetAttribute):
        return each_way([value], lambda way: _member(way[0], one.name))
    return each_way([value, evaluate(one.key)], lambda way: _part(way[0], way[1]))


def place(text: str) -> int | None:
    """The place in a list that a text names, None where it is none of any list."""
    return int(text) if _PLACE.fullmatch(text) else None


def _part(value: Value, key: Value) -> Value:
    """`value[key]`."""
    name = scalar_text(key)
    if isinstance(value, Unresolved):
        return _below(value, f"[{json.dumps(key, ensure_ascii=False)}]") if name is not None else computed(value, key)
    if isinstance(value, OpenObject) and name is None:
        return computed(value, key)
    if isinstance(value, dict):
        return one_of(list(value.values())) if name is None else _member(value, name)
    if not isinstance(value, list):
        return computed(value, key)
    at = place(name) if name is not None and not isinstance(key, bool) else None
    if at is None or isinstance(value, Unordered) or any(isinstance(one, Rest) for one in value[: at + 1]):
        return one_of(list(map(unwrapped, value)))
    if at >= len(value):
        raise RefusedError("out of range")
    return value[at]


def _member(value: Value, name: str) -> Value:
    """`value.name`."""
    if isinstance(value, Unresolved):
        return _below(value, f".{name}")
    if isinstance(value, OpenObject):
        return value[name] if name in value else missing(value, name)
    if isinstance(value, dict) and name in value:
        return value[name]
    if value is None or isinstance(value, (dict, str, Template)):
        raise RefusedError("no such attribute")
    return computed(value)


def _below(value: Unresolved, suffix: str) -> Unresolved:
    """A part of something unknown is just as unknown; where it came from is known as exactly as before."""
    if not value.exact or not value.references:
        return Unresolved(value.references)
    return Unresolved((value.references[0] + suffix, *value.references[1:]), exact=True)
