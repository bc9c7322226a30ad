"""The few functions that are computed, and on the few values where what they mean is beyond doubt.

Source: https://developer.hashicorp.com/terraform/language/functions. A function that is not in the table is unknown,
and so is one of the table on any value that it is not sure of. Those that choose give all that they could choose.
"""

from collections.abc import Callable, Mapping
from functools import partial
from inspect import signature
from itertools import product
from math import prod

from gate.hcl import boolean_functions, text_functions
from gate.hcl.boolean_functions import are_plain_texts
from gate.hcl.convert import loose, to_set, to_text, unified
from gate.hcl.values import (
    EITHER,
    Encoded,
    InPlaces,
    OpenObject,
    Record,
    RefusedError,
    Rest,
    Tuple,
    Unordered,
    alternatives,
    computed,
    has_known_keys,
    in_order,
    one_of,
    references,
    unwrapped,
)
from gate.hcl.work import Work
from gate.unknown import Template, Unresolved, Value

_MOST_COMBINED = 1000  # elements of lists


def _like(lists: tuple[Value, ...], found: list[Value]) -> list[Value]:
    """A list of elements in their order, unless one of the lists that they are from has none."""
    if any(isinstance(one, Unordered) for one in lists):
        return Unordered(found)
    return found if isinstance(found, Tuple) else InPlaces(found)


def _concat(_: Work, *lists: Value) -> Value:
    found: list[Value] = []
    for one in lists:
        if not isinstance(one, (list, Unresolved)):
            return NotImplemented
        found.extend([Rest(computed(one))] if isinstance(one, Unresolved) else one)
    if any(isinstance(one, Tuple) for one in lists):  # then the result is one, and nothing is converted
        return _like(lists, Tuple(found))
    of_any_type = [] if all(lists) else [Unresolved()]  # an empty list has a type too, though nobody can tell which
    return _like(lists, unified([*found, *of_any_type])[: len(found)])


def _merge(_: Work, *maps: Value) -> Value:
    given = [one for one in maps if one is not None]
    if not all(map(has_known_keys, given)):
        return NotImplemented  # it may have any key, and win or lose any of the others
    merged: dict[str, Value] = Record() if all(isinstance(one, Record) for one in maps) else {}
    for one in given:
        merged.update(one)
    return merged


def _flatten(work: Work, value: Value) -> Value:
    if not isinstance(value, list):
        return NotImplemented
    flat: list[Value] = []
    any_order = isinstance(value, Unordered)
    for element in value:
        ways = alternatives(unwrapped(element))
        once = len(ways) == 1 and not isinstance(element, Rest)
        for way in ways:
            if isinstance(way, list):
                inner = _flatten(work, way)
            else:
                inner = [Rest(way) if isinstance(way, Unresolved) else way]  # may itself be a list
            flat.extend(inner if once else [Rest(unwrapped(one)) for one in inner])
            any_order = any_order or isinstance(inner, Unordered) or (isinstance(element, Rest) and len(inner) > 1)
    work.pay(len(flat))
    return Unordered(flat) if any_order else Tuple(flat)


def _as_texts(value: list[Value]) -> list[Value]:
    """The elements of a list, as texts where they may be."""
    return unified([*value, Unresolved()])[:-1]


def _compact(_: Work, value: Value) -> Value:
    if not isinstance(value, list):
        return NotImplemented
    there = [one for one in _as_texts(value) if one is not None and one != ""]
    return _like((value,), [one if isinstance(one, str) else Rest(unwrapped(one)) for one in there])


def _converted(kind: type, convert: Callable[[Value], Value], _: Work, value: Value) -> Value:
    """Null, or what is unknown, is so after a conversion too."""
    if value is None or isinstance(value, Unresolved):
        return value
    return convert(value) if isinstance(value, kind) and not isinstance(value, OpenObject) else NotImplemented


def _to_list(value: list[Value]) -> list[Value]:
    return _like((value,), unified(value))


def _to_map(value: dict[str, Value]) -> dict[str, Value]:
    return dict(zip(value, unified(list(value.values())), strict=True))


def _some(_: Work, value: Value, *_others: Value) -> Value:
    """No other elements than those of a list."""
    return Unordered(Rest(unwrapped(one)) for one in _as_texts(value)) if isinstance(value, list) else NotImplemented


def _distinct(work: Work, value: Value) -> Value:
    if are_plain_texts(value):
        return InPlaces(dict.fromkeys(value))
    return _converted(list, lambda listed: Unordered(unified(listed)), work, value)


def _sort(work: Work, value: Value) -> Value:
    return InPlaces(sorted(value)) if are_plain_texts(value) else _some(work, value)


def _reverse(work: Work, value: Value) -> Value:
    return type(value)(reversed(value)) if in_order(value) else _some(work, value)


def _slice(work: Work, value: Value, start: Value, end: Value) -> Value:
    if in_order(value) and type(start) is int and type(end) is int and 0 <= start <= end <= len(value):
        return type(value)(value[start:end])
    return _some(work, value)


def _element(_: Work, value: Value, index: Value) -> Value:
    """The one at a known place, else any of them: in a targeted plan there may be more than show."""
    if in_order(value) and type(index) is int and 0 <= index < len(value):
        return value[index]
    return one_of(list(map(unwrapped, value))) if isinstance(value, list) and value else NotImplemented


def _one(_: Work, value: Value) -> Value:
    if in_order(value) and len(value) < 2:
        return value[0] if value else None
    return one_of([None, *map(unwrapped, value)]) if isinstance(value, list) else NotImplemented


def _lookup(_: Work, mapping: Value, key: Value, *default: Value) -> Value:
    if isinstance(key, str) and isinstance(mapping, dict) and key in mapping:
        return mapping[key]
    if not has_known_keys(mapping):
        return NotImplemented
    if isinstance(key, str) and not default:
        raise RefusedError("no such key")
    possible = [*default] if isinstance(key, str) else [*mapping.values(), *default]
    if not isinstance(mapping, Record) and default:  # the default gets the type of the elements
        all_text = bool(mapping) and all(isinstance(one, (str, Template, Encoded)) for one in mapping.values())
        if isinstance(default[0], str) and not all_text:
            return computed(mapping, *default)
        possible.append(loose(default[0]))
    return one_of(possible)


def _setproduct(work: Work, *lists: Value) -> Value:
    """Every combination, of not too many; in order of tuples alone, since one of a set is a set."""
    if len(lists) < 2 or not all(map(in_order, lists)) or prod(map(len, lists)) > _MOST_COMBINED:
        return NotImplemented
    work.pay(prod(map(len, lists)))
    found = map(Tuple, product(*map(unified, lists)))
    return list(found) if all(isinstance(one, Tuple) for one in lists) else Unordered(found)


def _chunklist(_: Work, value: Value, length: Value) -> Value:
    """Lists of so many elements each, the last one of what is left."""
    if not in_order(value) or type(length) is not int or length < 1:
        return NotImplemented
    listed = unified(value)
    return InPlaces(InPlaces(listed[at : at + length]) for at in range(0, len(listed), length))


def _zipmap(_: Work, keys: Value, values: Value) -> Value:
    """A map by keys that are known; of a tuple an object."""
    if not in_order(keys) or not in_order(values) or len(keys) != len(values):
        return NotImplemented
    if not all(type(key) is str for key in keys):
        return NotImplemented
    kind: type[dict[str, Value]] = Record if isinstance(values, Tuple) else dict
    return kind(zip(keys, values, strict=True))


def _coalesce(nothing: Value, work: Work, *values: Value) -> Value:
    """One of those that are neither null nor `nothing`, up to the first that certainly is not."""
    certain = (at for at, one in enumerate(values) if _is_something(one, nothing) or will_be_text(one, work))
    until = next(certain, len(values)) + 1
    converted = unified(list(values))  # to what all of them may be converted to
    possible = [one for one in (*values[:until], *converted[:until]) if one is not None and one != nothing]
    return one_of(possible) if possible else NotImplemented


def _is_something(value: Value, nothing: Value) -> bool:
    """Whether a value is certainly neither null nor `nothing`, and stays so in a conversion."""
    if isinstance(value, list):
        return nothing == [] and any(not isinstance(one, Rest) for one in value)
    return isinstance(value, str) and value != nothing


def will_be_text(value: Value, work: Work) -> bool:
    """Whether a value will be a text that AWS makes up, such as an ARN: it is not null and not empty."""
    return isinstance(value, Unresolved) and work.world.is_there(value)


_VOLATILE = frozenset({"bcrypt", "plantimestamp", "timestamp", "uuid"})  # told anew by every plan, or only by apply
# each gets the work and the arguments, none of them a OneOf; NotImplemented where it is not sure of them
FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "alltrue": partial(boolean_functions.every, True),
    "anytrue": partial(boolean_functions.every, False),
    "basename": text_functions.basename,
    "chomp": text_functions.chomp,
    "chunklist": _chunklist,
    "coalesce": partial(_coalesce, ""),
    "coalescelist": partial(_coalesce, []),
    "compact": _compact,
    "concat": _concat,
    "contains": boolean_functions.contains,
    "csvdecode": text_functions.csvdecode,
    "distinct": _distinct,
    "element": _element,
    "endswith": partial(boolean_functions.of_texts, str.endswith),
    "flatten": _flatten,
    "format": text_functions.formatted,
    "formatlist": text_functions.formatlist,
    "join": text_functions.join,
    "jsondecode": text_functions.jsondecode,
    "jsonencode": text_functions.jsonencode,
    "keys": partial(_converted, dict, lambda value: InPlaces(sorted(value))),
    "lookup": _lookup,
    "lower": partial(text_functions.in_case, str.lower),
    "merge": _merge,
    "nonsensitive": lambda _, value: value,
    "one": _one,
    "replace": text_functions.replaced,
    "reverse": _reverse,
    "sensitive": lambda _, value: value,
    "setintersection": _some,
    "setproduct": _setproduct,
    "setsubtract": _some,
    "setunion": lambda work, *sets: _some(work, _concat(work, *sets)),
    "slice": _slice,
    "sort": _sort,
    "split": text_functions.split,
    "startswith": partial(boolean_functions.of_texts, str.startswith),
    "strcontains": partial(boolean_functions.of_texts, str.__contains__),
    "substr": text_functions.substr,
    "tolist": partial(_converted, list, _to_list),
    "tomap": partial(_converted, dict, _to_map),
    "toset": partial(_converted, list, to_set),
    "tostring": lambda _, value: to_text(value),
    "trimspace": text_functions.trimspace,
    "trimprefix": partial(text_functions.trimmed, str.removeprefix),
    "trimsuffix": partial(text_functions.trimmed, str.removesuffix),
    "upper": partial(text_functions.in_case, str.upper),
    "yamldecode": text_functions.yamldecode,
    "values": partial(_converted, dict, lambda value: InPlaces(value[key] for key in sorted(value))),
    "zipmap": _zipmap,
}


def call(name: str, arguments: list[Value], work: Work) -> Value:
    """The result of a function; of one that no plan can tell (`timestamp()`), its name is what the value waits for."""
    if name in ("can", "issensitive"):
        return EITHER
    if name in _VOLATILE:
        work.world.changing(f"{name}()")
        return Unresolved((f"{name}()", *references(*arguments)))
    function = FUNCTIONS.get(name)
    if function is None or not _takes(function, work, arguments):
        return computed(*arguments)
    result = function(work, *arguments)
    return computed(*arguments) if result is NotImplemented else result


def _takes(function: Callable[..., Value], work: Work, arguments: list[Value]) -> bool:
    """Whether a function has so many arguments."""
    try:
        signature(function).bind(work, *arguments)
    except TypeError:
        return False
    return True
