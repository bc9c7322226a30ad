"""Functions on lists, sets and maps. They keep known elements as long as their place is certain."""

from itertools import product as cartesian
from typing import Any

from gate.hcl.convert import to_number, to_set, to_string, unified
from gate.hcl.functions import Function
from gate.hcl.text import scalar_text
from gate.hcl.values import (
    Encoded,
    RefusedError,
    Rest,
    SetValue,
    UndecidedError,
    computed,
    is_known,
    one_of,
    same,
)
from gate.unknown import OneOf, Template, Unresolved, Value

_LONGEST = 1024  # elements of a range, Terraform's own limit
_MOST = 10_000  # elements of a product


def elements(value: Value) -> list[Value]:
    """The elements of a list or set; a wholly unknown one is an unknown number of unknown elements."""
    if isinstance(value, Unresolved):
        return [Rest(computed(value))]
    if not isinstance(value, list):
        raise RefusedError("not a list")
    return value


def fixed(value: Value) -> bool:
    """Every element of the list stands at a known place, and their number is known."""
    if not isinstance(value, list) or any(isinstance(element, Rest) for element in value):
        return False
    return not isinstance(value, SetValue) or is_known(value)


def _concat(*lists: Value) -> Value:
    joined = [element for one in lists for element in elements(one)]
    unordered = any(isinstance(one, SetValue) and not is_known(one) for one in lists)
    return SetValue(joined) if unordered else joined


def _merge(*maps: Value) -> Value:
    merged: dict[str, Value] = {}
    for one in maps:
        if isinstance(one, Unresolved):
            return computed(*maps)  # it may have any key, and win or lose any of the others
        if one is not None and not isinstance(one, dict):
            raise RefusedError("not a map")
        merged.update(one or {})
    return merged


def _flatten(value: Value) -> Value:
    flat: list[Value] = []
    unordered = isinstance(value, SetValue) and not is_known(value)
    for element in elements(value):
        if isinstance(element, list):
            inner = _flatten(element)
            unordered = unordered or isinstance(inner, SetValue)
            flat.extend(inner)
        elif isinstance(element, Rest):
            flat.extend(one if isinstance(one, Rest) else Rest(one) for one in _flatten([element.element]))
        elif isinstance(element, Unresolved):
            flat.append(Rest(element))  # may itself be a list
        elif isinstance(element, OneOf) and any(isinstance(way, list) for way in element.alternatives):
            flat.extend(_flatten_either(element))
        else:
            flat.append(element)
    return SetValue(flat) if unordered else flat


def _flatten_either(element: OneOf) -> list[Value]:
    """What one of several lists brings: every element of each may come, or not."""
    found = [one for way in element.alternatives for one in (_flatten(way) if isinstance(way, list) else [way])]
    return [one if isinstance(one, Rest) else Rest(one) for one in found]


def _compact(value: Value) -> Value:
    kept: list[Value] = []
    for element in elements(value):
        if isinstance(element, Rest) or (isinstance(element, Template) and any(map(is_known, element.parts))):
            kept.append(element)
        elif isinstance(element, (Unresolved, OneOf, Template)):
            kept.append(Rest(element))
        elif element not in (None, ""):
            kept.append(to_string(element))
    return kept


def _distinct(value: Value) -> Value:
    if is_known(value):
        different: list[Value] = []
        for element in unified(elements(value)):
            if not any(same(element, known) for known in different):
                different.append(element)
        return different
    return to_set(elements(value))


def _length(value: Value) -> Value:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict) or fixed(value):
        return len(value)
    if isinstance(value, Encoded) and is_known(value):
        return len(scalar_text(value))
    if isinstance(value, (list, Unresolved, Template, Encoded)):
        return computed(value)
    raise RefusedError("has no length")


def _contains(value: Value, wanted: Value) -> Value:
    found = elements(value)
    if is_known(wanted) and any(same(one, wanted) for one in unified([*found, wanted])[:-1] if is_known(one)):
        return True
    return False if is_known(found) and is_known(wanted) else computed(value, wanted)


def _lookup(mapping: Value, key: Value, *default: Value) -> Value:
    if isinstance(mapping, Unresolved):
        return computed(mapping, key, *default)
    if not isinstance(mapping, dict):
        raise RefusedError("not a map")
    if not is_known(key):
        return one_of([*mapping.values(), *(default or [computed(key)])])
    name = scalar_text(key)
    if name in mapping:
        return mapping[name]
    if not default:
        raise RefusedError("no such key")
    return unified([*mapping.values(), default[0]])[-1]


def _element(value: Value, index: Value) -> Value:
    if not fixed(value) or not is_known(index):
        return computed(value, index)
    if not value:
        raise RefusedError("an empty list")
    return value[to_number(index) % len(value)]


def _keys(value: Value) -> Value:
    if not isinstance(value, dict):
        return _unless_unknown(value)
    return sorted(value)


def _values(value: Value) -> Value:
    if not isinstance(value, dict):
        return _unless_unknown(value)
    return [value[key] for key in sorted(value)]


def _unless_unknown(value: Value) -> Value:
    if isinstance(value, Unresolved):
        return computed(value)
    raise RefusedError("not a map")


def _slice(value: Value, start: Value, end: Value) -> Value:
    if not fixed(value) or not is_known(start) or not is_known(end):
        return computed(value, start, end)
    first, last = to_number(start), to_number(end)
    if not 0 <= first <= last <= len(value):
        raise RefusedError("out of range")
    return list(value)[first:last]


def _reverse(value: Value) -> Value:
    if isinstance(value, Unresolved) or (isinstance(value, SetValue) and not is_known(value)):
        return value if isinstance(value, SetValue) else computed(value)
    return list(reversed(elements(value)))


def _one(value: Value) -> Value:
    if not fixed(value):
        return computed(value) if isinstance(value, (list, Unresolved)) else value
    if len(value) > 1:
        raise RefusedError("more than one element")
    return value[0] if value else None


def _sort(value: Value) -> Value:
    return sorted(scalar_text(element) for element in elements(value))


def _range(*bounds: Any) -> Value:
    numbers = [to_number(bound) for bound in bounds]
    if not all(isinstance(bound, int) for bound in numbers):
        raise UndecidedError
    start, end, step = [0, numbers[0], 1] if len(numbers) == 1 else [*numbers, 1][:3]
    if len(numbers) < 3 and end < start:
        step = -1
    if step == 0 or (end - start) // step > _LONGEST:
        raise RefusedError("not a range that Terraform makes")
    return list(range(start, end, step))


def _zipmap(keys: Value, members: Value) -> Value:
    if not fixed(keys) or not is_known(keys) or not fixed(members):
        return computed(keys, members)
    if len(keys) != len(members):
        raise RefusedError("lists of different lengths")
    return dict(zip(map(scalar_text, keys), members, strict=True))


def _union(*sets: Value) -> Value:
    return to_set([element for one in sets for element in elements(one)])


def _intersection(first: Any, *others: Any) -> Value:
    return to_set([one for one in first if all(any(same(one, member) for member in other) for other in others)])


def _subtract(first: Any, second: Any) -> Value:
    return to_set([one for one in first if not any(same(one, member) for member in second)])


def _product(*lists: Any) -> Value:
    count = 1
    for one in lists:
        count *= len(elements(one))
    if count > _MOST:
        raise UndecidedError
    return [list(row) for row in cartesian(*lists)]


def _chunks(value: Any, size: Any) -> Value:
    width = to_number(size)
    if width == 0:
        return [value]
    return [list(value)[at : at + width] for at in range(0, len(value), width)]


def _index(value: Any, wanted: Any) -> Value:
    for at, element in enumerate(elements(value)):
        if same(element, wanted):
            return at
    raise RefusedError("not in the list")


def _all_true(value: Any) -> Value:
    return all(element in (True, "true") for element in elements(value))


def _any_true(value: Any) -> Value:
    return any(element in (True, "true") for element in elements(value))


def _coalescelist(*lists: Value) -> Value:
    for at, one in enumerate(lists):
        if isinstance(one, Unresolved):
            return computed(*lists[at:])
        found = elements(one)
        if any(not isinstance(element, Rest) for element in found):
            return one
        if found:
            return computed(*lists[at:])
    raise RefusedError("no list with elements")


def _transpose(value: Any) -> Value:
    turned: dict[str, list[str]] = {}
    for key in sorted(value):
        for member in value[key]:
            turned.setdefault(scalar_text(member), []).append(key)
    return {key: sorted(names) for key, names in turned.items()}


COLLECTIONS: dict[str, Function] = {
    "alltrue": Function(_all_true),
    "anytrue": Function(_any_true),
    "chunklist": Function(_chunks, 2, 2),
    "coalescelist": Function(_coalescelist, 1, None, open=True),
    "compact": Function(_compact, open=True),
    "concat": Function(_concat, 1, None, open=True),
    "contains": Function(_contains, 2, 2, open=True),
    "distinct": Function(_distinct, open=True),
    "element": Function(_element, 2, 2, open=True),
    "flatten": Function(_flatten, open=True),
    "index": Function(_index, 2, 2),
    "keys": Function(_keys, open=True),
    "length": Function(_length, open=True),
    "lookup": Function(_lookup, 2, 3, open=True),
    "merge": Function(_merge, 0, None, open=True),
    "one": Function(_one, open=True),
    "range": Function(_range, 1, 3),
    "reverse": Function(_reverse, open=True),
    "setintersection": Function(_intersection, 1, None),
    "setproduct": Function(_product, 1, None),
    "setsubtract": Function(_subtract, 2, 2),
    "setunion": Function(_union, 1, None, open=True),
    "slice": Function(_slice, 3, 3, open=True),
    "sort": Function(_sort),
    "transpose": Function(_transpose),
    "values": Function(_values, open=True),
    "zipmap": Function(_zipmap, 2, 2, open=True),
}
