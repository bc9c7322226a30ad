"""Expressions and blocks together with the lines that they stand on and what they can refer to."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gate.hcl.syntax import NOWHERE, Attribute, Block, Expression, Lines, Unreadable
from gate.hcl.values import Rest
from gate.hcl.work import Scope
from gate.unknown import OneOf, Value

END = Unreadable("not followed any further")


@dataclass(frozen=True, slots=True)
class Written:
    """An expression, the lines that it stands on, and what it can refer to.

    `repeats` are the collections whose element a name is: `each`, or the iterator of a dynamic block. `hidden`: it may
    be sensitive.
    """

    expression: Expression
    file: str
    lines: Lines
    scope: Scope
    repeats: tuple["Repeat", ...] = ()
    hidden: bool = False

    def repeat(self, name: str) -> "Repeat | None":
        """The collection whose element a name is."""
        return next((each for each in self.repeats if each.name == name), None)

    def part(self, expression: Expression, lines: Lines = NOWHERE) -> "Written":
        """An expression inside this one, on its own lines where they are known."""
        return replace(self, expression=expression, lines=self.lines if lines == NOWHERE else lines)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A for_each, and the key of the element for which a block is repeated; `name` is what it is called there.

    `itself`: the name is the element, as in a `for`, and not an object of its key and its value.
    """

    name: str
    collection: Written
    key: Value
    itself: bool = False


def written(attribute: Attribute, scope: Scope, repeats: tuple[Repeat, ...] = (), *, hidden: bool = False) -> Written:
    """The expression of an attribute."""
    lines = (attribute.line, max(attribute.end, attribute.line))
    return Written(attribute.expression, attribute.file, lines, scope, repeats, hidden)


def lines_of(block: Block) -> Lines:
    """The lines of a block; of one in JSON the first."""
    return block.line, max(block.end, block.line)


def repeats_of(block: Block, scope: Scope) -> tuple[Repeat, ...]:
    """What `each` is in a block with this scope."""
    repeat = block.attributes.get("for_each")
    if repeat is None or scope.each is None:
        return ()
    return (Repeat("each", written(repeat, Scope(scope.module)), scope.each[0]),)


@dataclass(frozen=True, slots=True)
class Body:
    """A nested block, for one element where it is dynamic, and what can be referred to in it."""

    block: Block
    scope: Scope
    repeats: tuple[Repeat, ...]


def texts(value: Value) -> Iterator[str]:
    """Every text that a value may hold."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict, OneOf, Rest)):
        for member in _members(value):
            yield from texts(member)


def _members(value: list[Value] | dict[str, Value] | OneOf | Rest) -> Iterable[Value]:
    match value:
        case OneOf(alternatives):
            return alternatives
        case Rest(element):
            return (element,)
    return value.values() if isinstance(value, dict) else value


def alike(one: Value, other: Value) -> bool:
    """Whether two values are the same, or the same list in another order, as a set is."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(_canonical, one)) == sorted(map(_canonical, other))
    return bool(one == other)


def _canonical(value: Value) -> str:
    return json.dumps(value, sort_keys=True, default=repr)
