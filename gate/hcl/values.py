"""What an evaluation can give beside plain JSON and the lattice of gate.unknown.

One rule holds for every value: it contains whatever Terraform may make of the expression. What is told exactly is
exactly that; where more than one thing is possible, all of them are there; and where too much is, the value is unknown.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeGuard

from gate.unknown import OneOf, Template, Unresolved, Value

ALTERNATIVES = 32  # a value that could be more different things than this is simply unknown
EITHER = OneOf((True, False))


class RefusedError(Exception):
    """Terraform certainly refuses this expression, so there is no value to contain. Everything else that it may refuse
    is merely unknown."""


class ExhaustedError(Exception):
    """The work budget is used up."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A JSON text whose structure is known, though not all of its leaves: what `jsonencode(value)` gives."""

    value: Value


@dataclass(frozen=True, slots=True)
class Rest:
    """Stands in a list for an unknown number (none, one, many) of further elements, each of which is an `element`."""

    element: Value


class Tuple(list[Any]):
    """A list that is certainly a tuple: no conversion to one element type has been at it, nor can be in its emptiness.

    A plain list may be a list, a tuple, or a set whose order is known.
    """


class InPlaces(list[Any]):
    """A list that is certainly no set: its elements have places, which a `for` gives as keys."""


class Unordered(list[Any]):
    """A list, set or tuple of these elements in any order; equal ones may have become one."""


class Record(dict[str, Any]):
    """A dict that is certainly an object and no map, as Tuple is for lists."""


class OpenObject(dict[str, Any]):
    """An object whose other attributes, beside those in it, are unknown, not absent; `address` names it."""

    address: str = ""


class AtLeast(OpenObject):
    """A map or object that a source makes, which may have more keys than those that are known, each once."""


def plain(text: str) -> bool:
    """Whether a text is read alike by everybody: ASCII without control characters but tab and line break."""
    return text.isascii() and all(" " <= one <= "~" or one in "\n\t\r" for one in text)


def normal(text: str) -> str | None:
    """A text as Terraform keeps it, in Unicode's form C; None where that depends on the edition of Unicode."""
    if text.isascii():
        return text
    return (
        None if any(unicodedata.category(one) in ("Cn", "Cs") for one in text) else unicodedata.normalize("NFC", text)
    )


def in_order(value: Value) -> bool:
    """A list whose elements stand at known places, and whose number is known."""
    return (
        isinstance(value, list)
        and not isinstance(value, Unordered)
        and not any(isinstance(element, Rest) for element in value)
    )


def has_known_keys(value: Value) -> TypeGuard[dict[str, Value]]:
    """A map or object all of whose keys are known."""
    return isinstance(value, dict) and not isinstance(value, OpenObject)


def missing(value: OpenObject, name: str) -> Unresolved:
    """An attribute that an object may have beside those that are known of it."""
    return Unresolved((f"{value.address}.{name}",), exact=True) if value.address else Unresolved()


def unwrapped(value: Value) -> Value:
    """What an element of a list is, however often it is there."""
    return value.element if isinstance(value, Rest) else value


def is_known(value: Value) -> bool:
    """Nothing in the value is open."""
    if isinstance(value, dict):
        return has_known_keys(value) and all(map(is_known, value.values()))
    if isinstance(value, list):
        return in_order(value) and all(map(is_known, value))
    if isinstance(value, Encoded):
        return is_known(value.value)
    return not isinstance(value, (Unresolved, Template, OneOf, Rest))


def parts(*values: Value) -> Iterator[Value]:
    """Values and everything in them, in order of appearance; the keys of objects before the members."""
    waiting = list(reversed(values))
    while waiting:
        value = waiting.pop()
        yield value
        if isinstance(value, Template):
            waiting.extend(reversed(value.parts))
        elif isinstance(value, OneOf):
            waiting.extend(reversed(value.alternatives))
        elif isinstance(value, (Encoded, Rest)):
            waiting.append(value.value if isinstance(value, Encoded) else value.element)
        elif isinstance(value, dict):
            waiting.extend(reversed(value.values()))
            waiting.extend(reversed(value.keys()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))


def references(*values: Value) -> tuple[str, ...]:
    """Every reference that keeps a value open, in order of appearance, each once."""
    found: dict[str, None] = {}
    for part in parts(*values):
        if isinstance(part, Unresolved):
            found.update(dict.fromkeys(part.references))
        if len(found) >= ALTERNATIVES:
            break
    return tuple(found)


def texts(value: Value) -> Iterator[str]:
    """Every known text in a value, keys too."""
    return (part for part in parts(value) if isinstance(part, str))


def computed(*values: Value) -> Unresolved:
    """Something computed from `values`, in a way that leaves nothing known."""
    return Unresolved(references(*values))


def same(one: Value, other: Value) -> bool:
    """The same value of the same type; open values are equal only to themselves."""
    return bool(_mark(one) == _mark(other))


def _mark(value: Value) -> Any:
    """What two values have in common where they are the same alone: `true` is not 1, a list is not any order of it."""
    if isinstance(value, dict):
        return ("object", isinstance(value, OpenObject), tuple((key, _mark(value[key])) for key in sorted(value)))
    if isinstance(value, list):
        return ("list", isinstance(value, Unordered), tuple(map(_mark, value)))
    if isinstance(value, OneOf):
        return ("one of", tuple(map(_mark, value.alternatives)))
    if isinstance(value, (Encoded, Rest)):
        return (type(value), _mark(value.value if isinstance(value, Encoded) else value.element))
    return (type(value), value)


def one_of(possible: list[Value]) -> Value:
    """One of these, flat and without repetition; unknown where they are too many, refused where there are none."""
    if not possible:
        raise RefusedError("nothing is possible")
    different: dict[Any, Value] = {}
    for candidate in possible:
        for value in alternatives(candidate):
            different.setdefault(_mark(value), value)
            if len(different) > ALTERNATIVES:
                return computed(*possible)
    found = tuple(different.values())
    return found[0] if len(found) == 1 else OneOf(found)


def alternatives(value: Value) -> tuple[Value, ...]:
    """What the value itself may be; its parts may still be open."""
    return value.alternatives if isinstance(value, OneOf) else (value,)


def each_way(values: list[Value], function: Callable[[list[Value]], Value]) -> Value:
    """`function` of the values, once for every way in which those that are OneOf may turn out.

    A way that Terraform refuses is none; refused where all are.
    """
    ways = 1
    for value in values:
        ways *= len(alternatives(value))
        if ways > ALTERNATIVES:
            return computed(*values)
    if ways == 1:
        return function(values)
    results: list[Value] = []
    for way in product(*map(alternatives, values)):
        try:
            results.append(function(list(way)))
        except RefusedError:
            continue
    return one_of(results)


def size(value: Value, limit: int) -> int:
    """Number of nodes and characters (a hundred count as one) in a value, counted no further than `limit`."""
    total = 0
    for part in parts(value):
        total += 1 + (len(part) // 100 if isinstance(part, str) else 0)
        if total > limit:
            break
    return total
