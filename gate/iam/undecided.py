"""Elements of a statement of which one of several will stand there."""

from collections.abc import Iterator
from typing import Any

from gate.unknown import OneOf, Value


def by_kind(value: OneOf) -> dict[str, Any]:
    """Whom alternatives of a Principal may name, kind by kind; an empty text is nobody."""
    found: dict[str, list[Any]] = {}
    for one in value.alternatives:
        for kind, named in one.items() if isinstance(one, dict) else [("AWS", one)]:
            found.setdefault(kind, []).append(named)
    return {kind: OneOf((*named, "")) for kind, named in found.items()}


def of_elements(value: OneOf) -> OneOf:
    """The same with the elements of lists among the alternatives: any of them may stand there."""
    return OneOf(tuple(_elements(value)))


def _elements(value: Value) -> Iterator[Value]:
    if not isinstance(value, (list, OneOf)):
        yield value
        return
    for one in value.alternatives if isinstance(value, OneOf) else value:
        yield from _elements(one)
