"""Terraform's type conversions: scalars, the common type of several values, and a variable's `type`.

Source: https://developer.hashicorp.com/terraform/language/expressions/types and .../type-constraints. How Terraform
finds a common type (https://github.com/zclconf/go-cty/blob/main/cty/convert/unify.go) is not done again here: a value
is left as it is where that certainly is what comes out, and else may be anything that could.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial
from itertools import chain

from gate.hcl.syntax import Call, Expression, Literal, Name, ObjectLiteral, TupleLiteral
from gate.hcl.text import scalar_text
from gate.hcl.values import (
    EITHER,
    Encoded,
    OpenObject,
    Record,
    Rest,
    SetValue,
    Tuple,
    Unordered,
    alternatives,
    computed,
    one_of,
    plain,
)
from gate.unknown import OneOf, Template, Unresolved, Value

_WHOLE = re.compile(r"(?:0|[1-9]\d{0,14})")


def to_text(value: Value) -> Value:
    """A string, as far as that is certain."""
    if value is None or isinstance(value, (Unresolved, Template, Encoded)):
        return value
    text = scalar_text(value)
    return computed(value) if text is None else text


def to_number(value: Value) -> Value:
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    return (
        value if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)) else computed(value)
    )


def to_bool(value: Value) -> Value:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value == "true" if value in ("true", "false") else EITHER
    return computed(value)


def to_set(values: list[Value]) -> Unordered:
    """The different values: in Terraform's order where they are plain texts, else in any."""
    if all(isinstance(value, str) and plain(value) for value in values):
        return SetValue(sorted(set(values)))
    return Unordered(unified(values))


def unified(values: list[Value]) -> list[Value]:
    """The values as a conversion to one type leaves them: the elements of a list, the branches of a conditional."""
    conversion = Conversion(values, certain=True, drops=False)
    return [conversion.of(value) for value in values]


class Conversion:
    """What becomes of the values that stand in one place when they get one type.

    `certain`: all of them are there, but for what Rest and OneOf leave open. `drops`: an object may lose the attributes
    that others in its place lack, as it does where a tuple of objects becomes a list of smaller ones.
    """

    def __init__(self, values: list[Value], *, certain: bool, drops: bool) -> None:
        self._drops = drops
        peers = [way for value in values for way in alternatives(value.element if isinstance(value, Rest) else value)]
        there = [value for value in values if not isinstance(value, (Rest, OneOf))]
        self._kinds = set(map(_kind, peers))
        self._lists = [peer for peer in peers if isinstance(peer, list)]
        self._objects = [peer for peer in peers if isinstance(peer, dict) and not isinstance(peer, OpenObject)]
        self._inner: dict[str | None, Conversion] = {}
        self._certain = certain and len(there) == len(values)
        self._resources = all(isinstance(peer, OpenObject) for peer in peers)
        self._impossible = certain and _incompatible(there)
        self._alike = self._kinds == {"object"} and len({frozenset(one) for one in self._objects}) == 1
        self._records = self._kinds == {"object"} and all(isinstance(one, Record) for one in self._objects)
        filled = [one for one in self._lists if one or not isinstance(one, Tuple)]
        tuples = len(filled) <= 1 or all(isinstance(one, Tuple) for one in filled)
        self._in_place = self._kinds == {"list"} and tuples
        self._typed = len(self._kinds) == 1 and all(filled) and (self._records or all(self._objects))

    def of(self, value: Value) -> Value:
        """One of the values after the conversion."""
        if isinstance(value, OneOf):
            return one_of([self.of(way) for way in value.alternatives])
        if isinstance(value, Rest):
            return Rest(self.of(value.element))
        if self._impossible:
            return value  # nothing is their common type, so nothing becomes of them
        if isinstance(value, list):
            return self._list(value)
        if isinstance(value, OpenObject):
            return value if self._resources else computed(value)
        if isinstance(value, dict):
            return self._object(value)
        if not isinstance(value, (bool, int, float)) or len(self._kinds) == 1:
            return value
        text = scalar_text(value)
        return Unresolved() if text is None else OneOf((value, text))

    def _list(self, value: list[Value]) -> Value:
        if self._kinds == {"list"} and len(self._lists) == 1:
            return value
        inner = self._within(None, partial(chain.from_iterable, self._lists), whole=self._in_place)
        found = list(map(inner.of, value))
        return found if self._in_place and not isinstance(value, Unordered) else Unordered(found)

    def _object(self, value: dict[str, Value]) -> Value:
        alone = self._kinds == {"object"}
        if alone and len(self._objects) == 1:
            return value
        if self._drops and not self._alike:
            return computed(value)
        made: dict[str, Value] = {}
        for key, member in value.items():
            if self._alike:
                inner = self._within(key, partial(_under, self._objects, key), whole=self._records)
            else:
                inner = self._within(None, self._everything, whole=self._records)
                if alone and inner._impossible:
                    return value  # these objects are no maps either
            made[key] = inner.of(member)
        return Record(made) if self._records and self._alike else made

    def _everything(self) -> Iterable[Value]:
        return (member for one in self._objects for member in one.values())

    def _within(self, key: str | None, members: Callable[[], Iterable[Value]], *, whole: bool) -> "Conversion":
        """The conversion of the members. `whole`: they are all of tuples or objects, so none is dropped."""
        if key not in self._inner:
            # an empty list of some type, or something unknown, has its say about what is in the others
            of_any_type = [] if self._typed else [Unresolved()]
            drops = self._drops or not whole
            self._inner[key] = Conversion([*members(), *of_any_type], certain=self._certain, drops=drops)
        return self._inner[key]


def _under(objects: list[dict[str, Value]], key: str) -> Iterable[Value]:
    return (one[key] for one in objects)


def _incompatible(values: list[Value]) -> bool:
    """Whether no type could hold them all."""
    kinds = set(map(_kind, values))
    return len(kinds & {"list", "object"}) + bool(kinds & {"text", "bool", "number"}) > 1


def _kind(value: Value) -> str:
    if isinstance(value, (Unresolved, OpenObject)):
        return "open"
    if isinstance(value, (list, dict)):
        return "list" if isinstance(value, list) else "object"
    if isinstance(value, (bool, int, float)):
        return "bool" if isinstance(value, bool) else "number"
    return "null" if value is None else "text"


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
    if not isinstance(constraint, Call) or len(constraint.arguments) != 1:
        return computed(value)
    kind, of = constraint.name, constraint.arguments[0]
    if kind in ("list", "set") and isinstance(value, list):
        members = [typed(member, of, literal) for member in value]
        members = unified(members) if _any_inside(of) else members
        return to_set(members) if kind == "set" else Unordered(members) if isinstance(value, Unordered) else members
    if kind == "map" and isinstance(value, dict) and not isinstance(value, OpenObject):
        mapped = [typed(member, of, literal) for member in value.values()]
        return dict(zip(value, unified(mapped) if _any_inside(of) else mapped, strict=True))
    if kind == "tuple" and in_tuple(value, of):
        return [typed(member, one, literal) for member, one in zip(value, of.items, strict=True)]  # type: ignore[union-attr]
    if kind == "object" and isinstance(value, dict) and isinstance(of, ObjectLiteral):
        return _object(value, of, literal)
    return computed(value)


def in_tuple(value: Value, of: Expression) -> bool:
    return (
        isinstance(value, list)
        and not isinstance(value, Unordered)
        and isinstance(of, TupleLiteral)
        and len(of.items) == len(value)
        and not any(isinstance(member, Rest) for member in value)
    )


def _any_inside(of: Expression) -> bool:
    """Whether the elements' type is left to be found, so that they are converted to a common one."""
    if isinstance(of, Name):
        return of.name not in ("string", "number", "bool")
    if isinstance(of, Call):
        return any(map(_any_inside, of.arguments))
    if isinstance(of, ObjectLiteral):
        return any(_any_inside(item.value) for item in of.items)
    return not (isinstance(of, Literal) and of.value in ("string", "number", "bool"))


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
        if isinstance(value, OpenObject) and name not in value:
            member = Unresolved((f"{value.address}.{name}",), exact=True)
        if default is not None and isinstance(member, (Unresolved, OneOf)):
            member = one_of([member, literal(default)])  # where it turns out to be null
        elif member is None and default is not None:
            member = literal(default)
        elif member is None and name not in value and not optional:
            return computed(value)
        converted[name] = typed(member, kind, literal)
    return converted


_NAMED: dict[str, Callable[[Value], Value]] = {
    "string": to_text,
    "number": to_number,
    "bool": to_bool,
    "any": lambda value: value,
}
