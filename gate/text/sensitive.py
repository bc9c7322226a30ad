"""Values that a plan marks as sensitive: analysed like any other, never printed.

Terraform writes them in clear and marks them in `before_sensitive` and `after_sensitive`
(https://developer.hashicorp.com/terraform/internals/json-format#change-representation).
"""

from collections.abc import Iterable, Iterator
from typing import Any

HIDDEN = "(sensitive)"
SHORTEST = 6  # a shorter secret also stands in words that have nothing to do with it


class Sensitive(str):
    """A text that is marked: equal to itself, and hidden wherever it is put into a sentence."""

    __slots__ = ()

    def __str__(self) -> str:
        return HIDDEN

    def __repr__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)


def as_marked(text: str, origin: str) -> str:
    """A text that was made of another one, marked if that is."""
    return Sensitive(text) if isinstance(origin, Sensitive) else text


def concatenated(*parts: str) -> str:
    """One text of several, marked if any of them is: put into an f-string, a marked one would be hidden."""
    text = "".join(parts)
    return Sensitive(text) if any(isinstance(part, Sensitive) for part in parts) else text


def unless_sensitive(text: str) -> str:
    """A text as a report may have it."""
    return HIDDEN if isinstance(text, Sensitive) else text


def marked(value: Any, marks: Any) -> Any:
    """A value with every text in it that `marks`, of the same shape or True for all of it, calls sensitive."""
    if not marks:
        return value
    if isinstance(value, str):
        return Sensitive(value) if marks is True else value
    if isinstance(value, dict):
        return {key: marked(member, _member(marks, key)) for key, member in value.items()}
    if isinstance(value, list):
        return [marked(member, _member(marks, position)) for position, member in enumerate(value)]
    return value


def _member(marks: Any, key: str | int) -> Any:
    if isinstance(marks, dict) and isinstance(key, str):
        return marks.get(key)
    if isinstance(marks, list) and isinstance(key, int):
        return marks[key] if key < len(marks) else None
    return marks is True


def texts(value: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for member in value.values() if isinstance(value, dict) else value:
            yield from texts(member)


def holds(written: str, secrets: Iterable[str]) -> bool:
    """Whether a text of a file has a secret in it, or one line of it, in one of the ways that files spell texts."""
    import json

    lines = {line.strip() for text in secrets for line in str.__str__(text).split("\n")}
    long = [line for line in lines if len(line) >= SHORTEST]
    ways = (way for line in long for way in (line, json.dumps(line)[1:-1], json.dumps(line, ensure_ascii=False)[1:-1]))
    return any(way in written or way.replace("${", "$${") in written for way in ways)


def is_sensitive(value: Any) -> bool:
    """Whether any text in a value is marked."""
    if isinstance(value, str):  # most are
        return isinstance(value, Sensitive)
    return any(True for _ in sensitive_texts(value))


def sensitive_texts(value: Any) -> Iterator[str]:
    """Every marked text in a value: also one that is a key, as the operator of a condition is in a policy document."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, Sensitive):
            yield one
        elif isinstance(one, (dict, list)):
            members = (*one, *one.values()) if isinstance(one, dict) else one
            pending += [member for member in members if isinstance(member, (dict, list, Sensitive))]
