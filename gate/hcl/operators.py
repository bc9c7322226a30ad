"""Operators on values that may be unknown."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gate.hcl.convert import number, to_bool, to_number
from gate.hcl.functions import plain
from gate.hcl.values import RefusedError, ResourceObject, Rest, computed, is_known, same
from gate.unknown import Template, Unresolved, Value

_DIGITS = 10**100  # beyond this, numbers are not computed: Terraform's have 512 bits


def apply(operator: str, operands: list[Value]) -> Value:
    """The result; raises RefusedError where Terraform would refuse the operands. None of them is a OneOf."""
    if operator in ("==", "!="):
        result = equal(*map(plain_if_known, operands))
        return result if not isinstance(result, bool) else result == (operator == "==")
    if any(operand is None for operand in operands):
        raise RefusedError("null as an operand")
    if operator in ("&&", "||"):
        return _logical(operator == "||", [to_bool(operand) for operand in operands])
    if operator == "!":
        value = to_bool(operands[0])
        return value if isinstance(value, Unresolved) and not value.exact else _not(value)
    numbers = [to_number(operand) for operand in operands]
    if not all(map(is_known, numbers)):
        return computed(*numbers)
    if any(abs(one) > _DIGITS for one in numbers):
        return Unresolved()
    exact = [Fraction(repr(one)) if isinstance(one, float) else Fraction(one) for one in numbers]
    if len(exact) == 1:
        return number(-exact[0])
    return _ARITHMETIC[operator](*exact) if operator in _ARITHMETIC else Unresolved()


def plain_if_known(value: Value) -> Value:
    """A known JSON text as text, so that it compares as one."""
    return plain(value) if is_known(value) else value


def equal(one: Value, other: Value) -> Value:
    """True, False, or unknown."""
    if is_known(one) and is_known(other):
        return same(one, other)
    for this, that in ((one, other), (other, one)):
        if isinstance(this, (Template, list, dict)) and that is None:
            return False
        if type(this) is type(that) is list and _fixed(this) and _fixed(that) and len(this) != len(that):
            return False
        if isinstance(this, Template) and isinstance(that, str) and not _could_be(this, that):
            return False
    if isinstance(one, ResourceObject) or isinstance(other, ResourceObject):
        return Unresolved()
    return computed(one, other)


def _fixed(value: list[Value]) -> bool:
    return not any(isinstance(element, Rest) for element in value)


def _could_be(template: Template, text: str) -> bool:
    """Whether the holes could be filled so that the template is the text, judged by its two ends."""
    first, last = template.parts[0], template.parts[-1]
    known = sum(len(part) for part in template.parts if isinstance(part, str))
    return (
        known <= len(text)
        and (not isinstance(first, str) or text.startswith(first))
        and (not isinstance(last, str) or text.endswith(last))
    )


def _logical(decisive: bool, values: list[Value]) -> Value:
    """`||` (decisive: True) and `&&` (False): one decisive operand is enough."""
    if any(value is decisive for value in values):
        return decisive
    unknown = [value for value in values if not isinstance(value, bool)]
    return computed(*unknown) if unknown else not decisive


def _not(value: Value) -> Value:
    return computed(value) if isinstance(value, Unresolved) else not value


def _divide(one: Fraction, other: Fraction) -> Value:
    if not other:
        raise RefusedError("division by zero")
    return number(one / other)


def _remainder(one: Fraction, other: Fraction) -> Value:
    """With the sign of the dividend."""
    if not other:
        raise RefusedError("division by zero")
    return number(one - other * int(one / other))


_ARITHMETIC: dict[str, Callable[..., Any]] = {
    "+": lambda one, other: number(one + other),
    "-": lambda one, other: number(one - other),
    "*": lambda one, other: number(one * other),
    "/": _divide,
    "%": _remainder,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}
