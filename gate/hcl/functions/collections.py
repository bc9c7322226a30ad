"""Functions on lists, sets and objects: they keep elements, and their places where these are certain."""

from gate.hcl.convert import to_set, to_text, unified
from gate.hcl.functions.function import Payment, elements, has_known_keys, like, unified_elements, unwrapped
from gate.hcl.values import (
    Encoded,
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
    plain,
)
from gate.unknown import OneOf, Template, Unresolved, Value


def concat(_: Payment, *lists: Value) -> Value:
    found = elements(*lists)
    if found is None:
        return NotImplemented
    if any(isinstance(one, Tuple) for one in lists):  # then the result is one, and nothing is converted
        return like(lists, Tuple(found))
    return like(lists, unified_elements(found, *lists))


def merge(_: Payment, *maps: Value) -> Value:
    merged: dict[str, Value] = {}
    for one in maps:
        if one is not None and not has_known_keys(one):
            return NotImplemented  # it may have any key, and win or lose any of the others
        merged.update(one or {})
    return Record(merged) if all(isinstance(one, Record) for one in maps) else merged


def flatten(work: Payment, value: Value) -> Value:
    if not isinstance(value, list):
        return NotImplemented
    flat, loose = _flat(value, 0)
    work.pay(len(flat))
    return Unordered(flat) if loose else Tuple(flat)


def _flat(value: list[Value], depth: int) -> tuple[list[Value], bool]:
    flat: list[Value] = []
    loose = isinstance(value, Unordered) and not isinstance(value, SetValue)
    for element in value:
        bare = unwrapped(element)
        ways = bare.alternatives if isinstance(bare, OneOf) else (bare,)
        single = len(ways) == 1 and not isinstance(element, Rest)
        for way in ways:
            if isinstance(way, list) and depth < 20:
                inner, inner_loose = _flat(way, depth + 1)
                loose = loose or inner_loose or (isinstance(element, Rest) and len(inner) > 1)
            else:
                inner = [Rest(way) if isinstance(way, (Unresolved, list)) else way]  # may itself be a list
            flat.extend(inner if single else (one if isinstance(one, Rest) else Rest(one) for one in inner))
    return flat, loose


def compact(_: Payment, value: Value) -> Value:
    if not isinstance(value, list):
        return NotImplemented
    kept: list[Value] = []
    for element in value:
        bare = unwrapped(element)
        text = each_way([bare], lambda way: to_text(way[0]))
        if text is not None and text != "":
            kept.append(text if isinstance(text, str) and not isinstance(element, Rest) else Rest(text))
    return like((value,), kept)


def toset(_: Payment, value: Value) -> Value:
    return to_set(value) if isinstance(value, list) else _same_if_open(value)


def _same_if_open(value: Value) -> Value:
    """Null, or what is unknown, is so after a conversion too."""
    return value if value is None or isinstance(value, Unresolved) else NotImplemented


def setunion(_: Payment, *sets: Value) -> Value:
    found = elements(*sets)
    return NotImplemented if found is None else to_set(unified_elements(found, *sets))


def distinct(_: Payment, value: Value) -> Value:
    if not isinstance(value, list):
        return NotImplemented
    if in_order(value) and all(isinstance(one, str) and plain(one) for one in value):
        return list(dict.fromkeys(value))
    return Unordered(unified(value))


def tolist(_: Payment, value: Value) -> Value:
    return like((value,), unified(list(value))) if isinstance(value, list) else _same_if_open(value)


def tomap(_: Payment, value: Value) -> Value:
    if not has_known_keys(value):
        return _same_if_open(value)
    return dict(zip(value, unified(list(value.values())), strict=True))


def some(_: Payment, value: Value, *_others: Value) -> Value:
    """No other elements than those of a list, as texts where they may be."""
    if not isinstance(value, list):
        return NotImplemented
    converted = unified([*value, Unresolved()])[:-1]
    return Unordered(one if isinstance(one, Rest) else Rest(one) for one in converted)


def keys(_: Payment, value: Value) -> Value:
    return sorted(value) if has_known_keys(value) else NotImplemented


def values_(_: Payment, value: Value) -> Value:
    return [value[key] for key in sorted(value)] if has_known_keys(value) else NotImplemented


def element(_: Payment, value: Value, index: Value) -> Value:
    if in_order(value) and type(index) is int and 0 <= index < len(value):
        return value[index]
    return one_of(list(map(unwrapped, value))) if isinstance(value, list) and value else NotImplemented


def one(_: Payment, value: Value) -> Value:
    if in_order(value) and len(value) < 2:
        return value[0] if value else None
    return one_of([None, *map(unwrapped, value)]) if isinstance(value, list) else NotImplemented


def lookup(_: Payment, mapping: Value, key: Value, *default: Value) -> Value:
    if not has_known_keys(mapping):
        return NotImplemented
    converted = unified([*mapping.values(), *default])
    found = dict(zip(mapping, converted, strict=False))
    if not isinstance(key, str):
        return one_of([*mapping.values(), *default, *converted])
    if key in found:
        return one_of([mapping[key], found[key]])
    if not default:
        raise RefusedError("no such key")
    all_text = bool(mapping) and all(isinstance(one, (str, Template, Encoded)) for one in mapping.values())
    if not isinstance(mapping, Record) and not all_text and isinstance(default[0], str):
        return computed(mapping, *default)  # may become a number or a boolean
    return one_of([*default, converted[-1]])


def coalesce(nothing: Value, _: Payment, *values: Value) -> Value:
    """One of those that are neither null nor `nothing`, up to a text that certainly is neither."""
    possible: list[Value] = []
    for given, value in zip(values, unified(list(values)), strict=True):
        if value is None or value == nothing:
            continue
        possible += [given, value]
        known = [value] if isinstance(value, (str, Encoded)) else value.parts if isinstance(value, Template) else ()
        if any(isinstance(part, (str, Encoded)) for part in known):
            break
    return one_of(possible) if possible else NotImplemented
