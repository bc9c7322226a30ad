"""`for`: in lists, objects and templates, over collections that may be partly or wholly unknown."""

from collections.abc import Callable
from typing import Any, NamedTuple

from gate.hcl.syntax import Expression, For, TextFor
from gate.hcl.text import joined, scalar_text
from gate.hcl.values import (
    ALTERNATIVES,
    OpenObject,
    Record,
    RefusedError,
    Rest,
    SetValue,
    Tuple,
    Unordered,
    computed,
    each_way,
    in_order,
    one_of,
)
from gate.unknown import Unresolved, Value

Evaluate = Callable[[Expression, Any, Any], Value]
Entry = tuple[Value, Value, bool]  # key, value, whether it stands for an unknown number of such


def entries(collection: Value) -> list[Entry] | None:
    """What a `for` or a for_each goes over, in order; None where that is not known, or nothing to go over."""
    if isinstance(collection, SetValue):
        return [(one, one, False) for one in collection]
    if isinstance(collection, dict) and not isinstance(collection, OpenObject):
        return [(key, collection[key], False) for key in sorted(collection)]
    if isinstance(collection, Unresolved):
        unknown = computed(collection)
        return [(unknown, unknown, True)]
    if not isinstance(collection, list):
        return None
    found: list[Entry] = []
    certain = not isinstance(collection, Unordered)
    for at, one in enumerate(collection):
        several = isinstance(one, Rest)
        certain = certain and not several
        element = one.element if several else one
        # the index in a list, the element itself in a set; a plain list may be either
        key = Unresolved() if not certain else at if isinstance(collection, Tuple) else one_of([at, element])
        found.append((key, element, several))
    return found


def for_expression(expression: For, scope: Any, work: Any, evaluate: Evaluate) -> Value:
    collection = evaluate(expression.collection, scope, work)
    make = _list if expression.result_key is None else _object
    return work.hold(each_way([collection], lambda way: make(way[0], expression, scope, work, evaluate)))


class _Result(NamedTuple):
    """What an entry that may be kept gives. `certain`: it is kept, once; `several`: any number of such are."""

    certain: bool
    several: bool
    key: Value
    value: Value


def _results(collection: Value, expression: For, scope: Any, work: Any, evaluate: Evaluate) -> list[_Result] | None:
    listed = entries(collection)
    found = []
    for key, value, several in listed or ():
        names = {expression.value: value} if expression.key is None else {expression.key: key, expression.value: value}
        inner = scope.having(names)
        kept: Value = True
        try:
            if expression.condition is not None:
                kept = evaluate(expression.condition, inner, work)
            if kept is False:
                continue
            name = None if expression.result_key is None else evaluate(expression.result_key, inner, work)
            result = evaluate(expression.result, inner, work)
            found.append(_Result(kept is True and not several, several, name, result))
        except RefusedError:
            if kept is True and not several:
                raise
    return None if listed is None else found


def _list(collection: Value, expression: For, scope: Any, work: Any, evaluate: Evaluate) -> Value:
    results = _results(collection, expression, scope, work, evaluate)
    if results is None:
        return computed(collection)
    found = [one.value if one.certain else Rest(one.value) for one in results]
    unordered = isinstance(collection, Unordered) and not isinstance(collection, SetValue)
    return Unordered(found) if unordered else Tuple(found)


def _object(collection: Value, expression: For, scope: Any, work: Any, evaluate: Evaluate) -> Value:
    """One of the objects that entries which may or may not be kept leave; unknown where a key is."""
    results = _results(collection, expression, scope, work, evaluate)
    if results is None:
        return computed(collection)
    keys = [str(scalar_text(one.key)) for one in results if scalar_text(one.key) is not None]
    doubtful = [key for key, one in zip(keys, results, strict=False) if not one.certain]
    unordered = isinstance(collection, Unordered) and not isinstance(collection, SetValue)
    if (
        len(keys) < len(results)
        or any(one.several for one in results)
        or (expression.grouped and (doubtful or unordered))
        or (not expression.grouped and len(set(keys)) < len(keys))
        or 2 ** len(doubtful) > ALTERNATIVES
    ):
        return computed(collection, *(part for one in results for part in (one.key, one.value)))
    made: dict[str, Value] = Record()
    for key, one in zip(keys, results, strict=True):
        if expression.grouped:
            made.setdefault(key, Tuple()).append(one.value)
        else:
            made[key] = one.value
    ways = [made]
    for key in doubtful:
        ways += [Record({name: value for name, value in way.items() if name != key}) for way in ways]
    return one_of(list(ways))


def text_for(expression: TextFor, scope: Any, work: Any, evaluate: Evaluate) -> Value:
    """The text that `%{ for }` repeats; unknown where the number or the order of the repetitions is."""
    collection = evaluate(expression.collection, scope, work)

    def repeated(way: list[Value]) -> Value:
        found = entries(way[0])
        if found is None or (isinstance(way[0], list) and not in_order(way[0])) or any(one[2] for one in found):
            return computed(way[0])
        texts = []
        for key, value, _ in found:
            names = {expression.value: value} | ({} if expression.key is None else {expression.key: key})
            texts.append(evaluate(expression.body, scope.having(names), work))
        work.pay_text(texts)
        return joined(texts, work.world.is_text) if texts else ""

    return work.hold(each_way([collection], repeated))
