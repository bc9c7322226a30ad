"""`for`: in lists, objects and templates, over collections that may be partly or wholly unknown."""

from collections.abc import Callable
from typing import Any

from gate.hcl.convert import to_bool
from gate.hcl.syntax import Expression, For, TextFor
from gate.hcl.text import joined, scalar_text
from gate.hcl.values import RefusedError, Rest, SetValue, UndecidedError, computed, each_way, is_known
from gate.unknown import Unresolved, Value

Evaluate = Callable[[Expression, Any, Any], Value]
Entry = tuple[Value, Value, bool]  # key, value, whether it stands for an unknown number of such


def entries(collection: Value) -> list[Entry]:
    """What a `for` or a for_each goes over, in order; raises RefusedError where that is nothing to go over."""
    if isinstance(collection, Unresolved):
        unknown = computed(collection)
        return [(unknown, unknown, True)]
    if isinstance(collection, dict):
        return [(key, collection[key], False) for key in sorted(collection)]
    if not isinstance(collection, list):
        raise RefusedError("nothing to go over")
    if isinstance(collection, SetValue) and is_known(collection):
        return [(one, one, False) for one in collection]
    found: list[Entry] = []
    certain = not isinstance(collection, SetValue)
    for at, one in enumerate(collection):
        certain = certain and not isinstance(one, Rest)
        key = at if certain else computed(collection)
        found.append((key, one.element, True) if isinstance(one, Rest) else (key, one, False))
    return found


def for_expression(expression: For, scope: Any, work: Any, evaluate: Evaluate) -> Value:
    collection = evaluate(expression.collection, scope, work)
    make = _list if expression.result_key is None else _object
    return work.hold(each_way([collection], lambda way: make(way[0], expression, scope, work, evaluate)))


def _result(expression: For, scope: Any, work: Any, evaluate: Evaluate, certain: bool) -> tuple[Value, Value, Value]:
    """Of one entry: whether it is kept (True, False or an unknown), its key in the result, and its value.

    One that may not be there at all, or not be kept, cannot make Terraform refuse the whole: it is unknown instead.
    """
    kept: Value = True
    try:
        if expression.condition is not None:
            condition = evaluate(expression.condition, scope, work)
            if condition is None:
                raise RefusedError("a condition that is null")
            kept = each_way([condition], lambda way: to_bool(way[0]))
        if kept is False:
            return kept, None, None
        key = None if expression.result_key is None else evaluate(expression.result_key, scope, work)
        return kept, key, evaluate(expression.result, scope, work)
    except RefusedError:
        if certain and kept is True:
            raise
        return (Unresolved() if kept is True else kept), Unresolved(), Unresolved()


def _inner(expression: For | TextFor, key: Value, value: Value, scope: Any) -> Any:
    names = {expression.value: value} if expression.key is None else {expression.key: key, expression.value: value}
    return scope.having(names)


def _list(collection: Value, expression: For, scope: Any, work: Any, evaluate: Evaluate) -> Value:
    found: list[Value] = []
    for key, value, several in entries(collection):
        inner = _inner(expression, key, value, scope)
        kept, _, result = _result(expression, inner, work, evaluate, not several)
        if kept is False:
            continue
        found.append(Rest(result) if several or kept is not True else result)
    return SetValue(found) if isinstance(collection, SetValue) and not is_known(collection) else found


def _object(collection: Value, expression: For, scope: Any, work: Any, evaluate: Evaluate) -> Value:
    """An object whose keys are all known; else nothing of it is."""
    made: dict[str, Value] = {}
    if expression.result_key is None:
        return made
    for key, value, several in entries(collection):
        inner = _inner(expression, key, value, scope)
        kept, name, result = _result(expression, inner, work, evaluate, not several)
        if kept is False:
            continue
        if several or kept is not True or not is_known(name):
            return computed(collection, kept, name, result)
        text = scalar_text(name)
        if expression.grouped:
            made.setdefault(text, []).append(result)
        elif text in made:
            raise RefusedError("the same key twice")
        else:
            made[text] = result
    return made


def text_for(expression: TextFor, scope: Any, work: Any, evaluate: Evaluate) -> Value:
    """The text that `%{ for }` repeats; unknown where the number of repetitions is."""
    collection = evaluate(expression.collection, scope, work)

    def repeated(way: list[Value]) -> Value:
        found = entries(way[0])
        if any(several for _, _, several in found) or (isinstance(way[0], SetValue) and not is_known(way[0])):
            return computed(way[0])
        texts = [evaluate(expression.body, _inner(expression, key, value, scope), work) for key, value, _ in found]
        try:
            return joined(texts) if texts else ""
        except UndecidedError:
            return computed(*texts)

    return work.hold(each_way([collection], repeated))
