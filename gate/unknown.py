"""Values that are not wholly known until apply: the vocabulary that the Terraform and the IAM side share.

A value is plain JSON (str, int, float, bool, None, list, dict) that may hold, at any depth:
- Unresolved: nothing is known but where it comes from;
- Template: a text with unknown parts;
- OneOf: one of several values, undecided.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto
from typing import Any

import msgspec

Value = Any


class WhyUnknown(Enum):
    """Why a value can't be told although another plan, or another gate, could tell it."""

    DEFERRED = auto()
    UNKNOWN_ACTION = auto()
    OUTSIDE_SOURCE = auto()
    WRITTEN_BY_TERRAFORM = auto()
    WRITTEN_BY_RESOURCE = auto()
    NOT_OF_AWS = auto()


class Reason(msgspec.Struct, frozen=True, gc=False):
    """Why a value can't be told. `detail` is Terraform's own reason for a deferral, the action, or the call that would
    read a file, and then `by` the resource that may write it; or what is not told by AWS, and `by` the provider."""

    why: WhyUnknown
    detail: str
    by: str = ""


class Unresolved(msgspec.Struct, frozen=True, gc=False):
    """Unknown until apply.

    `references` are what it is computed from, as full addresses (`module.kms.aws_kms_key.this.arn`, `var.x`,
    `data.aws_region.current.name`), most specific first, for messages. `exact` says that the value is precisely what
    the first reference gives, not something computed from it: only then does the reference's type prove anything.
    `stands_for` is a text without wildcards that is equal for equal values, empty where there is none; where the value
    is not `exact` it is what it most likely is. `reason` is None where it is only that the apply tells the value.
    `bare` says of a value that is not `exact` that it is what the first reference gives all the same, but may hold
    wildcards, which mean something in a policy and nothing where it is attached.
    """

    references: tuple[str, ...] = ()
    exact: bool = False
    stands_for: str = ""
    reason: Reason | None = None
    bare: bool = False


class Template(msgspec.Struct, frozen=True, gc=False):
    """A text with holes: at least one part is Unresolved, texts are not empty and never stand side by side."""

    parts: tuple["str | Unresolved", ...]


class OneOf(msgspec.Struct, frozen=True, gc=False):
    """One of `alternatives`, two or more different values; which one is not known."""

    alternatives: tuple[Value, ...]


class StandIn(str):
    """A text without wildcards that stands for one that is not known, equal for equal values.

    `written` is how people read it. `address` is the resource whose ARN it stands for, empty where it holds more.
    """

    __slots__ = ("address", "written")

    address: str
    written: str

    def __new__(cls, text: str, written: str, address: str = "") -> "StandIn":
        made = super().__new__(cls, text)
        made.written, made.address = written, address
        return made


def written(value: Value) -> Value:
    """A value with every text in it as people read it."""
    if isinstance(value, StandIn):
        return value.written
    return [written(element) for element in value] if isinstance(value, list) else value


def without_wildcards(text: str) -> str:
    """A text without the characters to which an ARN or a pattern gives a meaning."""
    return re.sub(r"[:/*?$()]", "_", text)


def joined(parts: Iterable["str | Unresolved"]) -> Value:
    """A template of parts, or a text where no part of it is unknown."""
    result: list[Any] = []
    for part in parts:
        if isinstance(part, str) and result and isinstance(result[-1], str):
            result[-1] = _together(result[-1], part)
        else:
            result.append(part)
    return result[0] if len(result) == 1 else Template(tuple(result))


def stood_for(value: Value) -> Value:
    """A text in the place of a value whose unknown parts all have one that stands for them; else the value itself."""
    texts = []
    for part in value.parts if isinstance(value, Template) else (value,):
        text = part.stands_for if isinstance(part, Unresolved) and part.exact else part
        if not isinstance(text, str) or not text:
            return value
        texts.append(text)
    return "".join(texts)


def with_parts(value: Value, known: Callable[[Unresolved], Value]) -> Value:
    """A value with `known` of every unknown part, at any depth, in the place of that part."""
    if isinstance(value, Unresolved):
        return known(value)
    if isinstance(value, Template):
        return joined([part if isinstance(part, str) else known(part) for part in value.parts])
    if isinstance(value, OneOf):
        return OneOf(tuple(with_parts(alternative, known) for alternative in value.alternatives))
    if isinstance(value, list):
        return [with_parts(element, known) for element in value]
    if isinstance(value, dict):
        return {key: with_parts(element, known) for key, element in value.items()}
    return value


def _together(first: str, second: str) -> str:
    if isinstance(first, StandIn) or isinstance(second, StandIn):
        return StandIn(first + second, written(first) + written(second))
    return first + second


def unresolved(value: Value) -> Iterator[Unresolved]:
    """Every part of a value that is not known, wherever it stands in it."""
    if isinstance(value, Unresolved):
        yield value
        return
    if isinstance(value, Template):
        value = value.parts
    elif isinstance(value, OneOf):
        value = value.alternatives
    if isinstance(value, (tuple, list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from unresolved(part)


def readable(value: object) -> str:
    """How a value that is not known yet is written for people."""
    if isinstance(value, Unresolved):
        return f"(known after apply: {value.references[0]})" if value.references else "(known after apply)"
    if isinstance(value, Template):
        return "".join(written(part) if isinstance(part, str) else readable(part) for part in value.parts)
    if isinstance(value, OneOf):
        import json

        return "one of " + json.dumps(written(list(value.alternatives)), default=readable)
    raise TypeError(f"not a value of a policy: {value!r}")
