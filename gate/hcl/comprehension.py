"""`for` and splats, over collections that may be partly or wholly unknown."""

from collections.abc import Callable
from typing import Any

from gate.hcl.syntax import Expression, For
from gate.hcl.text import scalar_text
from gate.hcl.values import (
    ALTERNATIVES,
    AtLeast,
    InPlaces,
    Record,
    RefusedError,
    Rest,
    Tuple,
    Unordered,
    computed,
    each_way,
    has_known_keys,
    one_of,
    unwrapped,
)
from gate.unknown import Unresolved, Value

Evaluate = Callable[[Expression, Any, Any], Value]
Entry = tuple[Value, Value, bool]  # key, value, whether it stands for an unknown number of such


def entries(collection: Value) -> list[Entry] | None:
    """What a `for` or a for_each goes over, in order; None where that is not known, or nothing to go over."""
    if has_known_keys(collection) or isinstance(collection, AtLeast):
        more = [(Unresolved(), Unresolved(), True)] if isinstance(collection, AtLeast) else []
        return [*((key, collection[key], False) for key in sorted(collection)), *more]
    if isinstance(collection, Unresolved):
        unknown = computed(collection)
        return [(unknown, unknown, True)]
    if not isinstance(collection, list):
        return None
    found: list[Entry] = []
    certain = not isinstance(collection, Unordered)
    for at, one in enumerate(collection):
        several, element = isinstance(one, Rest), unwrapped(one)
        certain = certain and not several
        # the index in a list, the element itself in a set; a plain list may be either
        has_places = isinstance(collection, (InPlaces, Tuple))
        key = Unresolved() if not certain else at if has_places else one_of([at, element])
        found.append((key, element, several))
    return found


def for_expression(expression: For, scope: Any, work: Any, evaluate: Evaluate) -> Value:
    """The value of a `for` expression, of each collection that it may be over."""
    collection = evaluate(expression.collection, scope, work)
    return work.hold(each_way([collection], lambda way: repeated(way[0], expression, scope, work, evaluate)))


def repeated(collection: Value, expression: For, scope: Any, work: Any, evaluate: Evaluate) -> Value:
    """What a `for` makes of a collection. What may not be kept, or be there more than once, is a Rest."""
    listed = entries(collection)
    if listed is None:
        return computed(collection)
    keys: list[Value] = []
    found: list[Value] = []
    for key, value, several in listed:
        names = {expression.value: value} | ({} if expression.key is None else {expression.key: key})
        inner = scope.having(names)
        kept: Value = not several
        try:
            if expression.condition is not None:
                condition = evaluate(expression.condition, inner, work)
                if condition is False:
                    continue
                kept = kept and condition is True
            made = evaluate(expression.result, inner, work)
            keys.append(evaluate(expression.result_key, inner, work) if expression.result_key else None)
            found.append(made if kept else Rest(made))
        except RefusedError:
            if kept is True:
                raise
    if expression.result_key is None:
        return Unordered(found) if isinstance(collection, Unordered) else Tuple(found)
    if expression.grouped:
        return _groups(keys, found, ordered=not isinstance(collection, Unordered))
    return _object(keys, found)


def _object(keys: list[Value], found: list[Value]) -> Value:
    """One of the objects that entries which may or may not be kept leave. What stands under a key that is not known is
    none of the others: Terraform refuses a key that is there twice."""
    names = [scalar_text(key) for key in keys]
    entries_of = [(name, value) for name, value in zip(names, found, strict=True) if name is not None]
    doubtful = [name for name, value in entries_of if isinstance(value, Rest)]
    ways = [{name: unwrapped(value) for name, value in entries_of}]
    if not entries_of or len(ways[0]) < len(entries_of) or 2 ** len(doubtful) > ALTERNATIVES:
        return computed(*keys, *found) if found else Record()
    for name in doubtful:
        ways += [{key: value for key, value in way.items() if key != name} for way in ways]
    return one_of(list(map(Record if len(entries_of) == len(names) else AtLeast, ways)))


def _groups(keys: list[Value], found: list[Value], *, ordered: bool) -> Value:
    """The lists of what has the same key, where each key is known; one of which nothing is certain may not be there."""
    groups: dict[str, list[Value]] = {}
    for key, value in zip(keys, found, strict=True):
        name = scalar_text(key)
        if name is None:
            return computed(*keys, *found)
        groups.setdefault(name, []).append(value)
    if any(all(isinstance(one, Rest) for one in group) for group in groups.values()):
        return computed(*keys, *found)
    return Record((name, Tuple(group) if ordered else Unordered(group)) for name, group in groups.items())
