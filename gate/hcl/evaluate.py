"""The partial evaluator: an expression in a scope gives a value that contains what Terraform makes of it.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md. Only what is beyond doubt is computed: whatever
chooses gives all that it could choose, unless the choice hangs on known booleans, nulls and plain texts alone, and
whatever is not covered here is Unresolved, with the references that it depends on.
"""

from collections.abc import Callable
from typing import Any, TypeGuard

from gate.hcl.comprehension import for_expression, repeated
from gate.hcl.convert import unified
from gate.hcl.functions import call, will_be_text
from gate.hcl.steps import step
from gate.hcl.syntax import (
    Call,
    Conditional,
    Expression,
    For,
    GetAttribute,
    Index,
    Literal,
    Name,
    ObjectLiteral,
    Operation,
    Splat,
    Step,
    Text,
    Traversal,
    TupleLiteral,
    Unreadable,
)
from gate.hcl.text import joined, scalar_text
from gate.hcl.values import (
    EITHER,
    ExhaustedError,
    OpenObject,
    Record,
    RefusedError,
    Rest,
    Tuple,
    computed,
    each_way,
    has_known_keys,
    in_order,
    is_known,
    normal,
    one_of,
    plain,
)
from gate.hcl.work import DEPTH, Scope, Work
from gate.unknown import Unresolved, Value

_OF_FILES = {"file", "fileset", "templatefile", "templatestring"}
_EVERY = "[*]"  # the name of an element in a splat, which no name of HCL is
_DECISIVE = {"&&": False, "||": True}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OF_NOTHING: dict[tuple[str, int | None], bool] = {
    (">", 0): False, (">=", 1): False, ("!=", 0): False, ("==", 0): True, ("<=", 0): True, ("<", 1): True,
}  # fmt: skip
_GIVEN = ("local", "var", "each")
_KEEPS_JSON = {"jsondecode", "trimspace", "chomp"}  # the last two leave a document what it is


def evaluate(expression: Expression, scope: Scope, work: Work) -> Value:
    """The value of an expression. Raises RefusedError where Terraform does, ExhaustedError without budget."""
    work.pay(2)
    if work.depth >= DEPTH:
        raise ExhaustedError
    work.depth += 1
    try:
        return _HANDLERS[type(expression)](expression, scope, work)
    finally:
        work.depth -= 1


def lenient(expression: Expression, scope: Scope, work: Work) -> Value:
    """As `evaluate`; what Terraform would refuse is unknown."""
    try:
        return evaluate(expression, scope, work)
    except RefusedError:
        return Unresolved()


def _literal(expression: Literal, _scope: Scope, _work: Work) -> Value:
    value = expression.value
    if isinstance(value, str):
        text = normal(value)
        return Unresolved() if text is None else text
    return value if scalar_text(value) is not None or value is None else Unresolved()


def _text(expression: Text, scope: Scope, work: Work) -> Value:
    parts = [evaluate(part, scope, work) for part in expression.parts]
    work.pay_text(parts)
    return work.hold(joined(parts, work.world.is_text))


def _object(expression: ObjectLiteral, scope: Scope, work: Work) -> Value:
    keys = [evaluate(item.key, scope, work) for item in expression.items]
    members = [evaluate(item.value, scope, work) for item in expression.items]
    return work.hold(each_way(keys, lambda way: _keyed(way, members)))


def _keyed(keys: list[Value], members: list[Value]) -> Value:
    texts = [scalar_text(key) for key in keys]
    if None in texts:
        return computed(*keys, *members)
    return Record(zip(map(str, texts), members, strict=True))


def _tuple(expression: TupleLiteral, scope: Scope, work: Work) -> Value:
    return work.hold(Tuple(evaluate(item, scope, work) for item in expression.items))


def _conditional(expression: Conditional, scope: Scope, work: Work) -> Value:
    condition = evaluate(expression.condition, scope, work)
    branches: dict[bool, Value] = {}
    for which, branch in ((True, expression.then), (False, expression.otherwise)):
        try:
            branches[which] = work.hold(evaluate(branch, scope, work), price=12)
        except RefusedError:
            if condition is which:
                raise
    values = list(branches.values())
    if Literal(None) not in (expression.then, expression.otherwise):
        missing = [Unresolved()] * (2 - len(branches))  # one that Terraform refuses is of any type
        values = unified([*values, *missing])
    return one_of([value for which, value in zip(branches, values, strict=False) if condition is not (not which)])


def _traversal(expression: Traversal, scope: Scope, work: Work) -> Value:
    steps = expression.steps
    if isinstance(expression.base, Name):
        value, steps = _name_and_steps(expression.base.name, steps, scope, work)
    else:
        value = evaluate(expression.base, scope, work)
    return _taken(value, steps, scope, work)


def _taken(value: Value, steps: tuple[Step, ...], scope: Scope, work: Work) -> Value:
    for one in steps:
        if isinstance(one, Splat):
            value = _splat(value, one.steps, scope, work)
        else:
            value = step(value, one, lambda key: evaluate(key, scope, work))
    return value


def _splat(value: Value, steps: tuple[Step, ...], scope: Scope, work: Work) -> Value:
    """The steps from every element of a list; what is no list is the only one, null none."""
    taken = Traversal(Name(_EVERY), steps)
    each = For(None, _EVERY, taken, None, taken, None, False)

    def of(way: list[Value]) -> Value:
        (whole,) = way
        if isinstance(whole, Unresolved):
            return computed(whole)
        every = whole if isinstance(whole, list) else Tuple([] if whole is None else [whole])
        work.pay(len(every))
        return repeated(every, each, scope, work, evaluate)

    return work.hold(each_way([value], of))


def _name_and_steps(name: str, steps: tuple[Step, ...], scope: Scope, work: Work) -> tuple[Value, tuple[Step, ...]]:
    if name in scope.names:
        return scope.names[name], steps
    if scope.sealed:
        return Unresolved(), ()
    return work.world.resolve(name, steps, scope, work)


def _call(expression: Call, scope: Scope, work: Work) -> Value:
    name = expression.name.removeprefix("core::")
    if name == "can":
        return EITHER
    if name == "try" and not expression.expand:
        return _try(expression.arguments, scope, work)
    arguments = [evaluate(argument, scope, work) for argument in expression.arguments]
    if expression.expand and arguments:
        last = arguments.pop()
        if not in_order(last):
            return computed(*arguments, last)
        arguments.extend(last)
    work.pay(len(arguments))
    if name in _OF_FILES:
        return each_way(arguments, lambda way: work.world.file_function(name, way, scope, work))
    planned = work.world.document(arguments[0]) if name in _KEEPS_JSON and len(arguments) == 1 else None
    if planned is not None:
        return work.hold(planned if name == "jsondecode" else arguments[0])
    arguments = [work.hold(argument, price=4) for argument in arguments]
    return work.hold(each_way(arguments, lambda way: call(name, way, work)), price=4)


def _try(arguments: tuple[Expression, ...], scope: Scope, work: Work) -> Value:
    """One of those that are not refused, up to the first that certainly is not."""
    possible: list[Value] = []
    for argument in arguments:
        try:
            possible.append(evaluate(argument, scope, work))
        except RefusedError:
            continue
        if _certainly_there(argument, scope, work):
            break
    return one_of(possible)


def _certainly_there(expression: Expression, scope: Scope, work: Work) -> bool:
    """Whether an expression is nothing but a way of names with every step of it at hand, known or not what is there; of
    a resource or data source only to an attribute that is known, or nothing but unknown."""
    if isinstance(expression, Literal):
        return True
    if not isinstance(expression, Traversal) or not isinstance(expression.base, Name):
        return False
    base, steps = expression.base.name, expression.steps
    is_given = base in scope.names or base in _GIVEN
    if base not in scope.names and scope.sealed:
        return False
    whole = 1 if base == "module" else len(steps)  # whether an instance of it is there is asked below
    try:
        value, rest = _name_and_steps(base, steps[:whole], scope, work)
    except RefusedError:
        return False  # another output of the module
    for one in (*rest, *steps[whole:]):
        if isinstance(one, Index) and not is_given:  # one of its instances
            value = _instance(value, one, scope, work)
        elif isinstance(one, GetAttribute) and (has_known_keys(value) or _is_open(value, is_given)):
            value = value.get(one.name, NotImplemented)
        else:
            return False
        if value is NotImplemented:
            return False
    return is_given or base == "module" or is_known(value) or (isinstance(value, Unresolved) and value.exact)


def _is_open(value: Value, is_given: bool) -> TypeGuard[OpenObject]:
    """An object of the plan, which tells what it has, asked for by its own name."""
    return not is_given and isinstance(value, OpenObject)


def _instance(value: Value, index: Index, scope: Scope, work: Work) -> Value:
    """One of several that are counted, or have keys; NotImplemented where it may not be one of them."""
    at = lenient(index.key, scope, work)
    if type(at) is int and isinstance(value, Tuple) and 0 <= at < len(value):
        return value[at]
    return value.get(at, NotImplemented) if isinstance(at, str) and isinstance(value, Record) else NotImplemented


def _operation(expression: Operation, scope: Scope, work: Work) -> Value:
    asked = _asks_whether_empty(expression)
    if asked is not None:
        counted, empty = asked
        return each_way([evaluate(counted, scope, work)], lambda way: _is_empty(way[0], empty))
    operands = [evaluate(operand, scope, work) for operand in expression.operands]
    return each_way(operands, lambda way: _operated(expression.operator, way, work))


def _asks_whether_empty(expression: Operation) -> tuple[Expression, bool] | None:
    """What is counted, and what a comparison of its length with 0, or with 1, says where it is empty; None for any
    other. A longer one is not computed: in a targeted plan only some of several resources may show."""
    if len(expression.operands) != 2:
        return None
    one, other = expression.operands
    sign = expression.operator
    if isinstance(one, Literal):
        one, other, sign = other, one, _MIRRORED.get(sign, sign)
    if not isinstance(one, Call) or one.name.removeprefix("core::") != "length" or one.expand:
        return None
    number = other.value if isinstance(other, Literal) and type(other.value) is int else None
    says = _OF_NOTHING.get((sign, number))
    return (one.arguments[0], says) if says is not None and len(one.arguments) == 1 else None


def _is_empty(value: Value, says: bool) -> Value:
    """What a comparison says of a value, of which it `says` something else where nothing is in it."""
    if isinstance(value, list):
        some = any(not isinstance(element, Rest) for element in value)
        return not says if some else EITHER if value else says
    if has_known_keys(value) or (isinstance(value, str) and plain(value)):
        return not says if value else says
    return EITHER


def _operated(operator: str, operands: list[Value], work: Work) -> Value:
    """Computed for known booleans, nulls and plain texts alone: equality of anything else hangs on its type. What will
    be a text that AWS makes up, such as an ARN, is not null and not empty."""
    booleans = [operand for operand in operands if isinstance(operand, bool)]
    if operator in _DECISIVE:
        decisive = _DECISIVE[operator]
        return decisive if decisive in booleans else not decisive if len(booleans) == 2 else EITHER
    if operator == "!":
        return not booleans[0] if booleans else EITHER
    if operator in ("==", "!="):
        equal = False if _is_nothing_and_something(operands, work) else _equal(*operands)
        return EITHER if equal is None else equal == (operator == "==")
    return EITHER if operator in ("<", "<=", ">", ">=") else computed(*operands)


def _is_nothing_and_something(operands: list[Value], work: Work) -> bool:
    nothing = any(operand is None or operand == "" for operand in operands)
    return nothing and any(will_be_text(operand, work) for operand in operands)


def _equal(one: Value, other: Value) -> bool | None:
    if one is None or other is None:
        there = other if one is None else one
        known = there is None or isinstance(there, (bool, str, dict, list))
        return (there is None) if known else None
    if isinstance(one, bool) and isinstance(other, bool):
        return one == other
    if isinstance(one, str) and isinstance(other, str) and plain(one) and plain(other):
        return one == other
    return None


_HANDLERS: dict[type, Callable[[Any, Scope, Work], Value]] = {
    Literal: _literal,
    Text: _text,
    ObjectLiteral: _object,
    TupleLiteral: _tuple,
    Conditional: _conditional,
    For: lambda expression, scope, work: for_expression(expression, scope, work, evaluate),
    Name: lambda expression, scope, work: _name_and_steps(expression.name, (), scope, work)[0],
    Traversal: _traversal,
    Call: _call,
    Operation: _operation,
    Unreadable: lambda _expression, _scope, _work: Unresolved(),
}
