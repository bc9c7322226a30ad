"""From the values of the source to the vocabulary of gate.unknown: without the source's own classes.

The source is imported where a value of it is at hand: it costs as much to load as all the rest.
"""

from collections.abc import Iterator
from typing import Any

from gate.unknown import OneOf, Template, Unresolved, Value


def structured(value: Value) -> Value:
    """A policy document as the source gives it, with its structure: text is decoded, an open number is an unknown.

    A text that is not JSON is left as it is, to be told as malformed.
    """
    if isinstance(value, OneOf):
        return OneOf(tuple(structured(alternative) for alternative in value.alternatives))
    if isinstance(value, str):
        return value
    from gate.source import decode_json

    try:
        return _plain(decode_json(value))
    except ValueError:
        return Unresolved(tuple(_references(value)))


def ends_no_text(text: Template) -> bool:
    """Whether nothing that is unknown in a text can hold a quotation mark or a line break."""
    from gate.source import harmless

    return all(harmless(part) for part in text.parts if isinstance(part, Unresolved))


def listed(value: Value) -> Iterator[Value]:
    """The elements of a list of texts; what may be any number of them is one unknown."""
    from gate.source import Rest

    for element in value if isinstance(value, list) else [] if value is None else [value]:
        if not isinstance(element, Rest):
            yield element
        else:
            inner = element.element
            yield inner if isinstance(inner, Unresolved) else Unresolved(tuple(_references(element)))


def in_order(value: Value) -> bool:
    """Whether the elements of a list from the source are in Terraform's own order."""
    from gate.source import Unordered

    return not isinstance(value, (Unordered, OneOf))


def _plain(value: Value) -> Value:
    """Without the classes of the source: encoded texts are texts with holes, open numbers are unknown elements."""
    from gate.source import Encoded, Rest, is_text

    if isinstance(value, list):
        return [_plain(element) for element in value]
    if isinstance(value, dict):
        return {key: _plain(element) for key, element in value.items()}
    if isinstance(value, OneOf):
        return OneOf(tuple(_plain(alternative) for alternative in value.alternatives))
    if isinstance(value, Rest) and (not isinstance(value.element, Unresolved) or is_text(value.element)):
        return OneOf((_plain(value.element), None))  # there, once or more often, or not there
    if isinstance(value, (Rest, Encoded)):
        return Unresolved(tuple(_references(value)))
    return value


def _references(value: Any) -> Iterator[str]:
    from gate.source import Encoded, Rest

    if isinstance(value, Unresolved):
        yield from value.references
    elif isinstance(value, Template):
        for part in value.parts:
            yield from _references(part)
    elif isinstance(value, OneOf):
        for alternative in value.alternatives:
            yield from _references(alternative)
    elif isinstance(value, Rest):
        yield from _references(value.element)
    elif isinstance(value, Encoded):
        yield from _references(value.value)
    elif isinstance(value, (list, dict)):
        for element in value.values() if isinstance(value, dict) else value:
            yield from _references(element)
