"""The partial evaluator: an expression in a scope gives a value of which no more is known than is certain.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md. Unknown is never guessed: whatever is not covered
here is Unresolved, with the references that it depends on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from gate.hcl import functions, operators
from gate.hcl.comprehension import for_expression, text_for
from gate.hcl.convert import to_bool, unified
from gate.hcl.steps import step
from gate.hcl.syntax import (
    Call,
    Conditional,
    Expression,
    For,
    Literal,
    Name,
    ObjectLiteral,
    Operation,
    Splat,
    Step,
    Text,
    TextFor,
    Traversal,
    TupleLiteral,
    Unreadable,
)
from gate.hcl.text import joined, scalar_text
from gate.hcl.values import (
    ExhaustedError,
    RefusedError,
    Rest,
    SetValue,
    UndecidedError,
    computed,
    each_way,
    is_known,
    one_of,
    size,
)
from gate.unknown import OneOf, Template, Unresolved, Value

_DEPTH = 80  # nested evaluations, through locals, modules and templates
_QUESTION = 200_000  # steps for one question
_SIZE = 100_000  # nodes of one value


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: a module instance (opaque here), what `each` and `count` are, and names of `for`,
    of a dynamic block's iterator or of a template's variables. `sealed`: nothing but those names exists."""

    module: Any
    each: tuple[Value, Value] | None = None
    count: Value = None
    names: Mapping[str, Value] = field(default_factory=dict)
    sealed: bool = False

    def having(self, names: Mapping[str, Value]) -> "Scope":
        return replace(self, names={**self.names, **names})


_KEEPS_JSON = {"jsondecode", "trimspace", "chomp"}  # the last two leave a document what it is


class World(Protocol):
    """What an expression can refer to beyond its own scope."""

    def resolve(self, name: str, steps: tuple[Step, ...], scope: Scope, work: "Work") -> tuple[Value, tuple[Step, ...]]:
        """The value of a name and the steps after it that were used up to find it; the rest is returned."""

    def file_function(self, name: str, arguments: list[Value], scope: Scope, work: "Work") -> Value:
        """`file`, `templatefile` and their like."""

    def document(self, value: Value) -> Value | None:
        """The structure of the JSON text that a value will be, where that is planned although the text is not."""


@dataclass(slots=True)
class Work:
    """The budget of one question."""

    world: World
    left: int = _QUESTION
    depth: int = 0
    opened: bool = False  # something unknown went into what is being evaluated, though it may not show in the result

    def pay(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise ExhaustedError

    def hold(self, value: Value) -> Value:
        """The value, or unknown where it is larger than anything that is a policy."""
        counted = size(value, _SIZE)
        self.pay(counted // 10)
        return Unresolved() if counted > _SIZE else value


FILE_FUNCTIONS = frozenset(
    {"file", "fileexists", "filebase64", "templatefile", "templatestring", "filesha256", "filemd5", "abspath"}
)
_FUNCTIONS = functions.table()


def evaluate(expression: Expression, scope: Scope, work: Work) -> Value:
    """The value of an expression. Raises RefusedError where Terraform does, ExhaustedError without budget."""
    work.pay(1)
    if work.depth >= _DEPTH:
        raise ExhaustedError
    work.depth += 1
    try:
        value = _HANDLERS[type(expression)](expression, scope, work)
        work.opened = work.opened or isinstance(value, (Unresolved, Template, OneOf))
        return value
    finally:
        work.depth -= 1


def lenient(expression: Expression, scope: Scope, work: Work) -> Value:
    """As `evaluate`; what Terraform would refuse is unknown."""
    try:
        return evaluate(expression, scope, work)
    except RefusedError:
        return Unresolved()


def _text(expression: Text, scope: Scope, work: Work) -> Value:
    parts = [evaluate(part, scope, work) for part in expression.parts]
    try:
        return joined(parts)
    except UndecidedError:
        return computed(*parts)


def _object(expression: ObjectLiteral, scope: Scope, work: Work) -> Value:
    keys = [evaluate(item.key, scope, work) for item in expression.items]
    members = [evaluate(item.value, scope, work) for item in expression.items]
    if not all(map(is_known, keys)):
        return each_way(keys, lambda way: _keyed(way, members))
    return _keyed(keys, members)


def _keyed(keys: list[Value], members: list[Value]) -> Value:
    if not all(map(is_known, keys)):
        return computed(*keys, *members)
    return dict(zip(map(scalar_text, keys), members, strict=True))


def _tuple(expression: TupleLiteral, scope: Scope, work: Work) -> Value:
    return [evaluate(item, scope, work) for item in expression.items]


def _conditional(expression: Conditional, scope: Scope, work: Work) -> Value:
    condition = evaluate(expression.condition, scope, work)
    if condition is None:
        raise RefusedError("a condition that is null")
    return each_way([condition], lambda way: _branch(to_bool(way[0]), expression, scope, work))


def _branch(condition: Value, expression: Conditional, scope: Scope, work: Work) -> Value:
    if isinstance(condition, bool):
        chosen, other = expression.then, expression.otherwise
        if not condition:
            chosen, other = other, chosen
        value = evaluate(chosen, scope, work)
        return unified([value, lenient(other, scope, work)])[0]
    then, otherwise = lenient(expression.then, scope, work), lenient(expression.otherwise, scope, work)
    return one_of(unified([then, otherwise]))


def _traversal(expression: Traversal, scope: Scope, work: Work) -> Value:
    steps = expression.steps
    if isinstance(expression.base, Name):
        value, steps = _name_and_steps(expression.base.name, steps, scope, work)
    else:
        value = evaluate(expression.base, scope, work)
    return take(value, steps, scope, work)


def take(value: Value, steps: tuple[Step, ...], scope: Scope, work: Work) -> Value:
    """What the steps lead to from a value."""
    for one in steps:
        if isinstance(one, Splat):
            value = _splat(value, one, scope, work)
        else:
            value = step(value, one, lambda key: evaluate(key, scope, work))
    return value


def _splat(value: Value, splat: Splat, scope: Scope, work: Work) -> Value:
    return each_way([value], lambda way: _splat_one(way[0], splat, scope, work))


def _splat_one(value: Value, splat: Splat, scope: Scope, work: Work) -> Value:
    if isinstance(value, Unresolved):
        return computed(value)
    if value is None:
        return []
    if not isinstance(value, list):
        return [take(value, splat.steps, scope, work)]
    work.pay(len(value))
    taken = [
        Rest(_take_if_there(one.element, splat.steps, scope, work))
        if isinstance(one, Rest)
        else take(one, splat.steps, scope, work)
        for one in value
    ]
    return SetValue(taken) if isinstance(value, SetValue) and not is_known(value) else taken


def _take_if_there(value: Value, steps: tuple[Step, ...], scope: Scope, work: Work) -> Value:
    """As `take`, from a value that may not be there, so that Terraform may have nothing to refuse."""
    try:
        return take(value, steps, scope, work)
    except RefusedError:
        return computed(value)


def _name(expression: Name, scope: Scope, work: Work) -> Value:
    return _name_and_steps(expression.name, (), scope, work)[0]


def _name_and_steps(name: str, steps: tuple[Step, ...], scope: Scope, work: Work) -> tuple[Value, tuple[Step, ...]]:
    if name in scope.names:
        return scope.names[name], steps
    if scope.sealed:
        return Unresolved(), ()
    return work.world.resolve(name, steps, scope, work)


def _call(expression: Call, scope: Scope, work: Work) -> Value:
    name = expression.name.removeprefix("core::")
    if name in ("try", "can") and expression.arguments:
        return _try(expression, scope, work) if name == "try" else _can(expression, scope, work)
    arguments = [evaluate(argument, scope, work) for argument in expression.arguments]
    if expression.expand and arguments:
        last = arguments.pop()
        if not isinstance(last, list) or any(isinstance(element, Rest) for element in last):
            return computed(*arguments, last)
        arguments.extend(last)
    work.pay(len(arguments))
    if name in FILE_FUNCTIONS:
        return each_way(arguments, lambda way: work.world.file_function(name, way, scope, work))
    planned = work.world.document(arguments[0]) if name in _KEEPS_JSON and len(arguments) == 1 else None
    if planned is not None:
        return work.hold(planned if name == "jsondecode" else arguments[0])
    function = _FUNCTIONS.get(name)
    if function is None:
        return computed(*arguments)
    for argument in arguments:
        work.pay(size(argument, _SIZE) // 10)
        work.pay(len(argument) // 20 if isinstance(argument, str) else 0)  # some functions go by the character
    return work.hold(functions.call(function, arguments))


def _try(expression: Call, scope: Scope, work: Work) -> Value:
    """The first that is not refused. One with an unknown part may still be refused on apply: then the next counts."""
    possible: list[Value] = []
    for argument in expression.arguments:
        try:
            value, certain = _tried(argument, scope, work)
        except RefusedError:
            continue
        possible.append(value)
        if certain:
            break
    if not possible:
        raise RefusedError("nothing to try")
    return one_of(possible)


def _can(expression: Call, scope: Scope, work: Work) -> Value:
    try:
        value, certain = _tried(expression.arguments[0], scope, work)
    except RefusedError:
        return False
    return True if certain else computed(value)


def _tried(expression: Expression, scope: Scope, work: Work) -> tuple[Value, bool]:
    """The value, and whether it is certain that it is not refused on apply."""
    before, work.opened = work.opened, False
    try:
        value = evaluate(expression, scope, work)
        return value, is_known(value) and not work.opened
    finally:
        work.opened = before or work.opened


def _operation(expression: Operation, scope: Scope, work: Work) -> Value:
    operands = [evaluate(operand, scope, work) for operand in expression.operands]
    return each_way(operands, lambda way: operators.apply(expression.operator, way))


_HANDLERS: dict[type, Callable[[Any, Scope, Work], Value]] = {
    Literal: lambda expression, _scope, _work: expression.value,
    Text: _text,
    TextFor: lambda expression, scope, work: text_for(expression, scope, work, evaluate),
    ObjectLiteral: _object,
    TupleLiteral: _tuple,
    Conditional: _conditional,
    For: lambda expression, scope, work: for_expression(expression, scope, work, evaluate),
    Name: _name,
    Traversal: _traversal,
    Call: _call,
    Operation: _operation,
    Unreadable: lambda _expression, _scope, _work: Unresolved(),
}
