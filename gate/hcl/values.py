"""What a partial evaluation can give beside plain JSON and the lattice of gate.unknown, and how to look into it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from gate.unknown import OneOf, Template, Unresolved, Value

ALTERNATIVES = 32  # a value that could be more different things than this is simply unknown


class RefusedError(Exception):
    """Terraform would refuse this expression. Raised only where that is certain, so that `try` may go on."""


class UndecidedError(Exception):
    """gate does not compute this, or the result is larger than it holds: the value is unknown."""


class ExhaustedError(Exception):
    """The work budget of one question is used up."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A JSON text whose structure is known, though not all of its leaves: what `jsonencode(value)` gives."""

    value: Value


@dataclass(frozen=True, slots=True)
class Rest:
    """Stands in a list for an unknown number (none, one, many) of further elements, each of which is an `element`."""

    element: Value


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no value. `proven`: the block was found, and its source does not set this; else it was not found."""

    reason: str
    proven: bool = False


class SetValue(list[Any]):
    """A set in Terraform's order; or, where elements are unknown, any list of which it is open in what order they stand
    and how many of them turn out to be the same."""


class ResourceObject(dict[str, Any]):
    """The attributes of one resource or data source, from the plan. What it lacks is unknown, not absent."""

    address: str = ""


def is_known(value: Value) -> bool:
    """Nothing in the value is open."""
    if isinstance(value, dict):
        return not isinstance(value, ResourceObject) and all(map(is_known, value.values()))
    if isinstance(value, list):
        return all(map(is_known, value))
    if isinstance(value, Encoded):
        return is_known(value.value)
    return not isinstance(value, (Unresolved, Template, OneOf, Rest))


def references(*values: Value) -> tuple[str, ...]:
    """Every reference that keeps a value open, in order of appearance, each once."""
    found: dict[str, None] = {}
    waiting = list(reversed(values))
    while waiting and len(found) < ALTERNATIVES:
        value = waiting.pop()
        if isinstance(value, Unresolved):
            found.update(dict.fromkeys(value.references))
        elif isinstance(value, Template):
            waiting.extend(reversed(value.parts))
        elif isinstance(value, OneOf):
            waiting.extend(reversed(value.alternatives))
        elif isinstance(value, Encoded):
            waiting.append(value.value)
        elif isinstance(value, Rest):
            waiting.append(value.element)
        elif isinstance(value, dict):
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
    return tuple(found)


def computed(*values: Value) -> Unresolved:
    """Something computed from `values`, in a way that leaves nothing known."""
    return Unresolved(references(*values))


def same(one: Value, other: Value) -> bool:
    """Equality as Terraform sees it: `true` is not 1, "1" is not 1; open values are equal only to themselves."""
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(part, other[key]) for key, part in one.items())
    return bool(one == other)


def one_of(alternatives: list[Value]) -> Value:
    """One of these, flat and without repetition; unknown where they are too many."""
    different: list[Value] = []
    for candidate in alternatives:
        for value in candidate.alternatives if isinstance(candidate, OneOf) else (candidate,):
            if not any(same(value, known) for known in different):
                different.append(value)
            if len(different) > ALTERNATIVES:
                return computed(*alternatives)
    return different[0] if len(different) == 1 else OneOf(tuple(different))


def alternatives(value: Value) -> tuple[Value, ...]:
    """What the value itself may be; its parts may still be open."""
    return value.alternatives if isinstance(value, OneOf) else (value,)


def each_way(values: list[Value], function: Callable[[list[Value]], Value]) -> Value:
    """`function` of the values, once for every way in which those that are OneOf may turn out.

    Refused where every way is; where only some are, these are unknown: within `try`, something else takes their place.
    """
    ways = 1
    for value in values:
        ways *= len(alternatives(value))
        if ways > ALTERNATIVES:
            return computed(*values)
    if ways == 1:
        return function(values)
    return every_way([list(way) for way in product(*map(alternatives, values))], function)


def every_way(ways: list[list[Value]], function: Callable[[list[Value]], Value]) -> Value:
    """One of the results of `function` for each of the ways."""
    results: list[Value] = []
    refused: RefusedError | None = None
    for way in ways:
        try:
            results.append(function(way))
        except RefusedError as error:
            refused = error
    if refused is not None and not results:
        raise refused
    return one_of(results if refused is None else [*results, Unresolved()])


def spread(value: Value) -> list[Value] | None:
    """Every way in which a value with OneOf parts may turn out, free of OneOf; None where they are too many."""
    if isinstance(value, OneOf):
        parts = [spread(one) for one in value.alternatives]
        found = [one for part in parts if part is not None for one in part]
        return found if all(part is not None for part in parts) and len(found) <= ALTERNATIVES else None
    if isinstance(value, Encoded):
        inner = spread(value.value)
        return None if inner is None else [Encoded(one) for one in inner]
    if isinstance(value, Rest) or not isinstance(value, (dict, list)):
        return [value]
    members = list(value.values()) if isinstance(value, dict) else value
    choices: list[list[Value]] = []
    ways = 1
    for member in members:
        choice = spread(member)
        ways *= ALTERNATIVES + 1 if choice is None else len(choice)
        if choice is None or ways > ALTERNATIVES:
            return None
        choices.append(choice)
    if ways == 1:
        return [value]
    return [_with_members(value, way) for way in product(*choices)]


def _with_members(value: Value, members: tuple[Value, ...]) -> Value:
    if isinstance(value, dict):
        return dict(zip(value, members, strict=True))
    return SetValue(members) if isinstance(value, SetValue) else list(members)


def size(value: Value, limit: int) -> int:
    """Number of nodes and characters (a thousand count as one) in a value, counted no further than `limit`."""
    total = 0
    waiting: list[Iterator[Value]] = [iter((value,))]
    while waiting and total <= limit:
        part = next(waiting[-1], waiting)
        if part is waiting:
            waiting.pop()
            continue
        total += 1
        if isinstance(part, str):
            total += len(part) // 1000
        elif isinstance(part, dict):
            waiting.append(iter(part.values()))
        elif isinstance(part, list):
            waiting.append(iter(part))
        elif isinstance(part, (Encoded, Rest)):
            waiting.append(iter((part.value if isinstance(part, Encoded) else part.element,)))
        elif isinstance(part, OneOf):
            waiting.append(iter(part.alternatives))
        elif isinstance(part, Template):
            waiting.append(iter(part.parts))
    return total


def finished(value: Value) -> Value:
    """The value without the classes that only the evaluation needs: an Encoded is left only where the whole is one."""
    if isinstance(value, Encoded):
        return Encoded(_bare(value.value))
    if isinstance(value, OneOf):
        return OneOf(tuple(map(finished, value.alternatives)))
    return _bare(value)


def finished_block(value: Value) -> Value:
    """The same for a nested block: each of its attributes is whole in itself."""
    if isinstance(value, Rest):
        return Rest(finished_block(value.element))
    if isinstance(value, dict):
        return {name: finished(member) for name, member in value.items()}
    return finished(value)


def _bare(value: Value) -> Value:
    from gate.hcl.text import json_parts, text_of

    if isinstance(value, dict):
        return {key: _bare(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_bare(member) for member in value]
    if isinstance(value, OneOf):
        return OneOf(tuple(map(_bare, value.alternatives)))
    if isinstance(value, Rest):
        return Rest(_bare(value.element))
    if isinstance(value, Encoded):
        parts = json_parts(value.value)
        return computed(value) if parts is None else text_of(parts)
    return value
