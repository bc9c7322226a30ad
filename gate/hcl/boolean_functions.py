"""Functions that decide: see gate.hcl.functions. What plain texts and known booleans do not, may be either."""

from collections.abc import Callable
from typing import TypeGuard

from gate.hcl.values import EITHER, in_order, plain
from gate.hcl.work import Work
from gate.unknown import Value


def are_plain_texts(value: Value) -> TypeGuard[list[str]]:
    """A list of texts that everybody compares and orders alike."""
    return in_order(value) and all(isinstance(one, str) and plain(one) for one in value)


def contains(_: Work, value: Value, wanted: Value) -> Value:
    """Whether a plain text is one of plain texts; whatever else is there, one that is among them is."""
    if not isinstance(value, list) or not isinstance(wanted, str) or not plain(wanted):
        return EITHER
    if wanted in value:
        return True
    return False if are_plain_texts(value) else EITHER


def every(whole: bool, _: Work, value: Value) -> Value:
    """`alltrue`, or `anytrue` where `whole` is false: one of them that is otherwise decides, else all of them do."""
    if not isinstance(value, list):
        return EITHER
    if (not whole) in [one for one in value if isinstance(one, bool)]:
        return not whole
    return whole if in_order(value) and all(one is whole for one in value) else EITHER


def of_texts(of: Callable[[str, str], bool], _: Work, value: Value, part: Value) -> Value:
    """What plain texts decide."""
    both = isinstance(value, str) and isinstance(part, str) and plain(value) and plain(part)
    return of(value, part) if both else EITHER
