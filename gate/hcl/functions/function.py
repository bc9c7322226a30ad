"""What a function is, and what those on lists share."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from gate.hcl.convert import unified
from gate.hcl.values import OpenObject, Rest, SetValue, Unordered, computed
from gate.unknown import Unresolved, Value


class Payment(Protocol):
    """What a function needs of the evaluation that it is part of."""

    @property
    def world(self) -> Any: ...
    def pay(self, steps: int) -> None: ...
    def pay_text(self, parts: list[Value]) -> None: ...


class Function(NamedTuple):
    """`apply` gets the arguments, none of them a OneOf; NotImplemented where it is not sure of them. `least` and
    `most`: how many there may be."""

    apply: Callable[..., Value]
    least: int = 1
    most: int = 1


def elements(*lists: Value) -> list[Value] | None:
    """The elements of lists side by side; a wholly unknown one is an unknown number of unknown elements."""
    found: list[Value] = []
    for one in lists:
        if isinstance(one, Unresolved):
            found.append(Rest(computed(one)))
        elif isinstance(one, list):
            found.extend(one)
        else:
            return None
    return found


def unified_elements(elements: list[Value], *lists: Value) -> list[Value]:
    """The elements of lists as one type; an empty list has one too, though nobody can tell which."""
    of_any_type = [] if all(isinstance(one, list) and one for one in lists) else [Unresolved()]
    return unified([*elements, *of_any_type])[: len(elements)]


def like(lists: tuple[Value, ...], found: list[Value]) -> list[Value]:
    """Elements in their order, unless one of the lists that they are from has none."""
    loose = any(isinstance(one, Unordered) and not isinstance(one, SetValue) for one in lists)
    return Unordered(found) if loose else found


def unwrapped(value: Value) -> Value:
    return value.element if isinstance(value, Rest) else value


def has_known_keys(value: Value) -> bool:
    """A map or object all of whose keys are known."""
    return isinstance(value, dict) and not isinstance(value, OpenObject)
