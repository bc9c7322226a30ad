"""Elements of a statement of which one of several will stand there."""

from collections.abc import Iterator
from typing import Any

from gate.unknown import OneOf, Value


def by_kind(value: OneOf) -> dict[str, Any]:
    """Whom alternatives of a Principal may name, by kind; an empty text is nobody, where one has none of a kind."""
    found: dict[str, list[Any]] = {}
    for one in value.alternatives:
        for kind, named in one.items() if isinstance(one, dict) else [("AWS", one)]:
            found.setdefault(kind, []).append(named)
    nobody = {kind: ("",) if len(named) < len(value.alternatives) else () for kind, named in found.items()}
    return {kind: OneOf((*named, *nobody[kind])) for kind, named in found.items()}


def of_elements(value: OneOf) -> OneOf:
    """The same with the elements of lists among the alternatives: any of them may stand there."""
    found: list[Value] = []
    for one in _elements(value):
        found += [] if one in found else [one]
    return OneOf(tuple(found))


def texts(value: Value) -> Iterator[str]:
    """Every text that may stand in the place of a value."""
    if isinstance(value, str):
        yield value
    for part in parts(value):
        yield from texts(part)


def parts(value: Value) -> tuple[Value, ...]:
    """The alternatives of a value, or the elements of a list; none of any other."""
    return value.alternatives if isinstance(value, OneOf) else tuple(value) if isinstance(value, list) else ()


def _elements(value: Value) -> Iterator[Value]:
    if not isinstance(value, (list, OneOf)):
        yield value
    for part in parts(value):
        yield from _elements(part)
