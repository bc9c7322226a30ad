"""Terraform's type conversions: scalars, the common type of several values, and a variable's `type`.

Source: https://developer.hashicorp.com/terraform/language/expressions/types and .../type-constraints.
"""

import re
from collections.abc import Callable
from fractions import Fraction

from gate.hcl.syntax import Call, Expression, Literal, Name, ObjectLiteral, TupleLiteral
from gate.hcl.text import scalar_text
from gate.hcl.values import (
    Encoded,
    RefusedError,
    Rest,
    SetValue,
    computed,
    each_way,
    is_known,
    one_of,
    same,
)
from gate.unknown import OneOf, Template, Unresolved, Value

_OPEN = (Unresolved, Template, OneOf, Rest)
_NUMBER = re.compile(r"-?\d{1,100}(\.\d{1,100})?([eE][+-]?\d{1,2})?")


def to_string(value: Value) -> Value:
    """As `tostring` does; open values stay as they are where they are texts already, or nothing is known of them."""
    return value if value is None or isinstance(value, (Unresolved, Template, Encoded)) else scalar_text(value)


def to_number(value: Value) -> Value:
    if value is None or isinstance(value, Unresolved) or (isinstance(value, (int, float)) and not _is_bool(value)):
        return value
    if isinstance(value, Template):
        return computed(value)
    text = value if isinstance(value, str) else ""
    if not _NUMBER.fullmatch(text):
        if any(letter.isdigit() for letter in text):
            return Unresolved()  # Terraform reads more spellings than this
        raise RefusedError("not a number")
    return number(Fraction(text))


def to_bool(value: Value) -> Value:
    if value is None or isinstance(value, Unresolved) or _is_bool(value):
        return value
    if value in ("true", "false") and isinstance(value, str):
        return value == "true"
    if isinstance(value, Template):
        return computed(value)
    raise RefusedError("not a bool")


def number(value: Fraction) -> Value:
    """A number as Terraform would print it; unknown where it has no short decimal spelling."""
    if value.denominator == 1:
        return value.numerator
    as_float = float(value)
    return as_float if Fraction(repr(as_float)) == value else Unresolved()


def to_set(values: list[Value]) -> SetValue:
    """The different values, in Terraform's order as far as they are known."""
    different: list[Value] = []
    for value in unified(values):
        if not any(same(value, known) for known in different):
            different.append(value)
    known = [value for value in different if is_known(value)]
    if all(isinstance(value, str) for value in known) or all(isinstance(value, (int, float)) for value in known):
        known.sort()
    return SetValue([*known, *(value for value in different if not is_known(value))])


def unified(values: list[Value]) -> list[Value]:
    """The values converted to one type, as the elements of a list or the branches of a conditional are."""
    known = [value for value in values if value is not None and not isinstance(value, _OPEN)]
    if len(known) < 2:
        return values
    if all(isinstance(value, (str, int, float, Encoded)) for value in known):
        kinds = {str if isinstance(value, Encoded) else bool if _is_bool(value) else type(value) for value in known}
        if kinds <= {int, float} or len(kinds) == 1:
            return values
        return [to_string(value) if value in known and not isinstance(value, _OPEN) else value for value in values]
    if all(isinstance(value, list) for value in known):
        return _unified_lists(values)
    if all(isinstance(value, dict) for value in known):
        return _unified_objects(values)
    return values


def _unified_lists(values: list[Value]) -> list[Value]:
    lists = [value for value in values if isinstance(value, list)]
    if len({len(value) for value in lists}) == 1:
        columns = [unified(list(column)) for column in zip(*lists, strict=True)]
        converted = [_like(old, [column[row] for column in columns]) for row, old in enumerate(lists)]
    else:
        flat = iter(unified([element for value in lists for element in value]))
        converted = [_like(value, [next(flat) for _ in value]) for value in lists]
    replaced = iter(converted)
    return [next(replaced) if isinstance(value, list) else value for value in values]


def _unified_objects(values: list[Value]) -> list[Value]:
    objects = [value for value in values if isinstance(value, dict)]
    if len({frozenset(value) for value in objects}) == 1:
        columns = {key: unified([value[key] for value in objects]) for key in objects[0]}
        converted = [{key: columns[key][row] for key in value} for row, value in enumerate(objects)]
    else:
        flat = iter(unified([member for value in objects for member in value.values()]))
        converted = [{key: next(flat) for key in value} for value in objects]
    replaced = iter(converted)
    return [next(replaced) if isinstance(value, dict) else value for value in values]


def _like(old: list[Value], new: list[Value]) -> list[Value]:
    return SetValue(new) if isinstance(old, SetValue) else new


def _is_bool(value: Value) -> bool:
    return isinstance(value, bool)


def typed(value: Value, constraint: Expression, literal: Callable[[Expression], Value]) -> Value:
    """A variable's value converted to its `type`; `literal` evaluates the default in an `optional(...)`."""
    if value is None or isinstance(value, Unresolved):
        return value
    if isinstance(value, OneOf):
        return one_of([typed(way, constraint, literal) for way in value.alternatives])
    if isinstance(value, Rest):
        return Rest(typed(value.element, constraint, literal))
    if isinstance(constraint, Literal) and isinstance(constraint.value, str):
        constraint = Name(constraint.value)  # the quoted types of Terraform 0.11, and of JSON
    if isinstance(constraint, Name):
        return _NAMED.get(constraint.name, computed)(value)
    if not isinstance(constraint, Call) or not constraint.arguments:
        return computed(value)
    kind, of = constraint.name, constraint.arguments[0]
    if kind in ("list", "set", "tuple") and isinstance(value, list):
        if kind == "tuple":
            return _tuple(value, of, literal)
        members = [typed(member, of, literal) for member in value]
        members = unified(members) if of == Name("any") else members
        return to_set(members) if kind == "set" else SetValue(members) if isinstance(value, SetValue) else members
    if kind == "map" and isinstance(value, dict):
        mapped = [typed(member, of, literal) for member in value.values()]
        return dict(zip(value, unified(mapped) if of == Name("any") else mapped, strict=True))
    if kind == "object" and isinstance(value, dict) and isinstance(of, ObjectLiteral):
        return _object(value, of, literal)
    return computed(value)


def _tuple(value: list[Value], of: Expression, literal: Callable[[Expression], Value]) -> Value:
    if not isinstance(of, TupleLiteral) or len(of.items) != len(value):
        return computed(value)
    return [typed(member, kind, literal) for member, kind in zip(value, of.items, strict=True)]


def _object(value: dict[str, Value], of: ObjectLiteral, literal: Callable[[Expression], Value]) -> Value:
    converted: dict[str, Value] = {}
    for item in of.items:
        if not isinstance(item.key, Literal):
            return computed(value)
        name, kind = str(item.key.value), item.value
        optional = isinstance(kind, Call) and kind.name == "optional"
        default: Expression | None = None
        if optional and isinstance(kind, Call) and kind.arguments:
            default = kind.arguments[1] if len(kind.arguments) > 1 else None
            kind = kind.arguments[0]
        member = value.get(name)
        if member is None and default is not None:
            member = literal(default)
        elif member is None and name not in value and not optional:
            return computed(value)
        converted[name] = typed(member, kind, literal)
    return converted


_NAMED: dict[str, Callable[[Value], Value]] = {
    "string": lambda value: each_way([value], lambda way: to_string(way[0])),
    "number": to_number,
    "bool": to_bool,
    "any": lambda value: value,
    "list": lambda value: value,
    "map": lambda value: value,
}
