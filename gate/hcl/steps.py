"""`.name` and `[key]`: from a value to a part of it."""

import json
from collections.abc import Callable

from gate.hcl.convert import to_number
from gate.hcl.syntax import Expression, GetAttribute, Index
from gate.hcl.text import scalar_text
from gate.hcl.values import (
    RefusedError,
    ResourceObject,
    Rest,
    SetValue,
    computed,
    each_way,
    is_known,
    one_of,
)
from gate.unknown import Unresolved, Value


def step(value: Value, one: GetAttribute | Index, evaluate: Callable[[Expression], Value]) -> Value:
    """The part of a value; raises RefusedError where there certainly is none."""
    if isinstance(one, GetAttribute):
        return each_way([value], lambda way: member(way[0], one.name))
    return each_way([value, evaluate(one.key)], lambda way: part(way[0], way[1]))


def part(value: Value, key: Value) -> Value:
    """`value[key]`."""
    if isinstance(key, Unresolved) or not is_known(key):
        return _some_part(value, key)
    if isinstance(value, Unresolved):
        return below(value, f"[{json.dumps(key, ensure_ascii=False)}]") if isinstance(key, (int, str)) else value
    if isinstance(value, dict):
        return member(value, scalar_text(key))
    if isinstance(value, SetValue):
        if is_known(value):
            raise RefusedError("a set has no index")
        return computed(value)
    if not isinstance(value, list):
        raise RefusedError("has no index")
    at = to_number(key)
    if not isinstance(at, int) or at < 0:
        raise RefusedError("not an index")
    if any(isinstance(element, Rest) for element in value[: at + 1]):
        return computed(value)
    if at >= len(value):
        raise RefusedError("out of range")
    return value[at]


def member(value: Value, name: str) -> Value:
    """`value.name`."""
    if isinstance(value, Unresolved):
        return below(value, f".{name}")
    if isinstance(value, ResourceObject):
        return value[name] if name in value else Unresolved((f"{value.address}.{name}",), exact=True)
    if not isinstance(value, dict) or name not in value:
        raise RefusedError("no such attribute")
    return value[name]


def below(value: Unresolved, suffix: str) -> Unresolved:
    """A part of something unknown is just as unknown; where it came from is known as exactly as before."""
    if not value.exact or not value.references:
        return Unresolved(value.references)
    return Unresolved((value.references[0] + suffix, *value.references[1:]), exact=True)


def _some_part(value: Value, key: Value) -> Value:
    """The part under an unknown key: one of those there are, or none, which `try` would notice."""
    parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if not parts or isinstance(value, ResourceObject) or any(isinstance(one, Rest) for one in parts):
        return computed(value, key)
    return one_of([*parts, computed(key)])
