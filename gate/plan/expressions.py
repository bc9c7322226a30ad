"""What stands in an expression of a plan's `configuration`: references and constants, never the expression itself.

https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
"""

from collections.abc import Iterator
from typing import Any


def references_in(expression: Any) -> Iterator[str]:
    """Every reference in an expression, in a block of expressions or in a list of such blocks."""
    for references in _lists(expression):
        yield from references


def most_specific(expression: Any) -> list[str]:
    """The same, each once, without those that are only the beginning of another one of the same expression."""
    found = []
    for references in _lists(expression):
        found += [
            text
            for i, text in enumerate(references)
            if not any(other != text and other.startswith((f"{text}.", f"{text}[")) for other in references)
            and text not in references[:i]
        ]
    return found


def _lists(expression: Any) -> Iterator[list[str]]:
    """The references of every single expression."""
    if isinstance(expression, list):
        for element in expression:
            yield from _lists(element)
    elif isinstance(expression, dict):
        listed = expression.get("references")
        if isinstance(listed, list):
            yield [reference for reference in listed if isinstance(reference, str)]
        else:
            for member in expression.values():
                yield from _lists(member)
