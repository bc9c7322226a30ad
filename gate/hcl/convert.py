"""What becomes of values that get one type: the common one of several values, or a variable's `type`.

Source: https://developer.hashicorp.com/terraform/language/expressions/types and .../type-constraints. How Terraform
finds a common type (https://github.com/zclconf/go-cty/blob/main/cty/convert/unify.go) is not done again here: a value
is left as it is where that certainly is what comes out, and else may be anything that could.
"""

from collections.abc import Callable, Iterable
from itertools import chain

from gate.hcl.syntax import Call, Expression, Literal, Name, ObjectLiteral
from gate.hcl.text import scalar_text
from gate.hcl.values import (
    EITHER,
    Encoded,
    InPlaces,
    OpenObject,
    Record,
    Rest,
    Tuple,
    Unordered,
    alternatives,
    computed,
    each_way,
    has_known_keys,
    missing,
    one_of,
    plain,
    unwrapped,
)
from gate.unknown import OneOf, Template, Unresolved, Value

Change = Callable[[Value], Value]
_TEXTS = (str, Template, Encoded, Unresolved, type(None))  # converted to nothing but a text
_ALIKE = (_TEXTS, (bool,), (int, float), (OpenObject,))  # kinds that change nothing in each other


def unified(values: list[Value]) -> list[Value]:
    """The values as a conversion to one type leaves them: the elements of a list, the branches of a conditional."""
    return list(map(_conversion(values), values))


def loose(value: Value) -> Value:
    """Anything that a conversion to whatever type may make of a value: objects lose attributes, lists their order."""
    return _each(_loosened)(value)


def _loosened(value: Value) -> Value:
    if isinstance(value, list):
        found = list(map(loose, value))
        return found if len(found) < 2 else Unordered(found)
    if isinstance(value, (bool, int, float)):
        text = scalar_text(value)
        return Unresolved() if text is None else OneOf((value, text))
    return computed(value) if isinstance(value, dict) else value


def _members_loosened(value: Value) -> Value:
    """An object or map keeps its attributes, but where it is an element of a list."""
    if isinstance(value, dict) and not isinstance(value, OpenObject):
        return {key: loose(member) for key, member in value.items()}
    return _loosened(value)


def _each(change: Change) -> Change:
    """A change of a value whichever it turns out to be, and however often it is there."""

    def changed(value: Value) -> Value:
        if isinstance(value, Rest):
            return Rest(changed(value.element))
        return each_way([value], lambda way: None if way[0] is None else change(way[0]))

    return changed


def _conversion(values: Iterable[Value]) -> Change:
    """What becomes of each of the values when all of them get one type."""
    there = [one for value in values for one in ((value.element,) * 2 if isinstance(value, Rest) else (value,))]
    peers = [way for value in there for way in alternatives(value)]
    if len(peers) < 2 or any(all(type(peer) in kind for peer in peers) for kind in _ALIKE):
        return lambda value: value
    if all(isinstance(peer, list) for peer in peers):
        filled = [peer for peer in peers if peer or not isinstance(peer, Tuple)]  # an empty tuple has no say
        have_places = all(isinstance(peer, (InPlaces, Tuple)) for peer in filled)
        # lists lose what not all objects in them have, and an empty one has objects too, though nobody can tell which
        alike = have_places and all(filled) and _have_same_attributes(chain.from_iterable(filled))
        if len(filled) < 2 or alike or all(isinstance(peer, Tuple) for peer in filled):
            element, kind = _conversion(chain.from_iterable(filled)), InPlaces if have_places else list
            return _each(lambda value: (Unordered if isinstance(value, Unordered) else kind)(map(element, value)))
    full = [peer for peer in peers if peer or not isinstance(peer, Record)]  # beside a map an empty object has no say
    if len(full) == 1 and all(map(has_known_keys, peers)):
        member = _conversion(full[0].values())  # a map, or an object that becomes one
        return _each(lambda value: {key: member(one) for key, one in value.items()})
    if not all(isinstance(peer, Record) for peer in peers):
        return _each(_members_loosened)
    if len({frozenset(peer) for peer in peers}) > 1:  # they become maps, or Terraform refuses them
        member = _conversion(chain.from_iterable(peer.values() for peer in peers))
        return _each(lambda value: {key: member(one) for key, one in value.items()})
    attributes = {key: _conversion([peer[key] for peer in peers]) for key in peers[0]}
    return _each(lambda value: Record((key, attributes[key](one)) for key, one in value.items()))


def _have_same_attributes(elements: Iterable[Value]) -> bool:
    """Whether those of some elements that are objects are of one kind."""
    ways = (way for element in elements for way in alternatives(unwrapped(element)))
    return len({frozenset(way) for way in ways if isinstance(way, dict)}) < 2


def to_text(value: Value) -> Value:
    """A string, as far as that is certain."""
    if value is None or isinstance(value, (Unresolved, Template, Encoded)):
        return value
    text = scalar_text(value)
    return computed(value) if text is None else text


def _to_number(value: Value) -> Value:
    return value if type(value) in (int, float) else computed(value)


def _to_bool(value: Value) -> Value:
    if isinstance(value, str):
        return value == "true" if value in ("true", "false") else EITHER
    return value if isinstance(value, bool) else computed(value)


def typed(value: Value, constraint: Expression, literal: Change) -> Value:
    """A variable's value converted to its `type`; `literal` evaluates the default in an `optional(...)`."""
    if isinstance(constraint, Literal) and isinstance(constraint.value, str):
        constraint = Name(constraint.value)  # the quoted types of Terraform 0.14 and older, and of JSON
    if isinstance(constraint, Name) and constraint.name in ("list", "map"):
        constraint = Call(constraint.name, (Name("any"),), expand=False)  # without the type of its elements
    return _each(lambda way: _typed(way, constraint, literal))(value)


def _typed(value: Value, constraint: Expression, literal: Change) -> Value:
    if isinstance(value, Unresolved):
        return value
    if isinstance(constraint, Name):
        return _NAMED.get(constraint.name, computed)(value)
    if not isinstance(constraint, Call) or len(constraint.arguments) != 1:
        return computed(value)
    kind, of = constraint.name, constraint.arguments[0]
    of_any = any_inside(of)
    if kind in ("list", "set") and isinstance(value, list):
        members = [typed(member, of, literal) for member in value]
        members = unified(members) if of_any else members
        if kind == "set":
            return to_set(members)
        return Unordered(members) if isinstance(value, Unordered) else InPlaces(members)
    if kind == "map" and isinstance(value, dict) and not isinstance(value, OpenObject):
        members = [typed(member, of, literal) for member in value.values()]
        return dict(zip(value, unified(members) if of_any else members, strict=True))
    if kind == "object" and isinstance(value, dict) and isinstance(of, ObjectLiteral):
        return _object(value, of, literal)
    return computed(value)


def to_set(values: list[Value]) -> list[Value]:
    """The different values: in Terraform's order where they are plain texts, else in any."""
    if all(isinstance(value, str) and plain(value) for value in values):
        return sorted(set(values))
    return Unordered(unified(values))


def any_inside(of: Expression) -> bool:
    """Whether the elements' type is left to be found, so that they are converted to a common one."""
    if isinstance(of, Call):
        return any(map(any_inside, of.arguments[:1]))
    if isinstance(of, ObjectLiteral):
        return any(any_inside(item.value) for item in of.items)
    return of not in (Name("string"), Name("number"), Name("bool"))


def _object(value: dict[str, Value], of: ObjectLiteral, literal: Change) -> Value:
    converted = Record()
    for item in of.items:
        if not isinstance(item.key, Literal):
            return computed(value)
        name, kind, default = str(item.key.value), item.value, list[Expression]()
        optional = isinstance(kind, Call) and kind.name == "optional" and len(kind.arguments) > 0
        if isinstance(kind, Call) and optional:
            kind, *default = kind.arguments
        member = value.get(name)
        if isinstance(value, OpenObject) and name not in value:
            member = missing(value, name)
        elif name not in value and not optional:
            return computed(value)
        ways = alternatives(member)
        if default and any(way is None or isinstance(way, Unresolved) for way in ways):  # or it turns out to be null
            member = one_of([*(way for way in ways if way is not None), literal(default[0])])
        converted[name] = typed(member, kind, literal)
    return converted


_NAMED: dict[str, Change] = {
    "string": to_text,
    "number": _to_number,
    "bool": _to_bool,
    "any": lambda value: value,
}
