"""The few functions that are computed, and on the few values where what they mean is beyond doubt.

Source: https://developer.hashicorp.com/terraform/language/functions. A function that is not in the table is unknown,
and so is one of the table on any value that it is not sure of. Those that choose give all that they could choose.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from inspect import signature

from gate.hcl.convert import loose, to_set, to_text, unified
from gate.hcl.text import LONGEST, decode_json, joined
from gate.hcl.values import (
    EITHER,
    Encoded,
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
    plain,
    references,
    texts,
    unwrapped,
)
from gate.hcl.work import Work
from gate.unknown import Template, Unresolved, Value

_SPOILS_ESCAPE = re.compile(r"[\x00-\x1f<>][^\x00-\x7f]")
_MOST_FOUND = 1000  # of a text that is to be replaced in another
_VERB = re.compile(r"%(.|$)", re.DOTALL)


def _like(lists: tuple[Value, ...], found: list[Value]) -> list[Value]:
    """Elements in their order, unless one of the lists that they are from has none."""
    return Unordered(found) if any(isinstance(one, Unordered) for one in lists) else found


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
    if not has_known_keys(mapping):
        return NotImplemented
    if isinstance(key, str) and key in mapping:
        return mapping[key]
    if isinstance(key, str) and not default:
        raise RefusedError("no such key")
    possible = [*default] if isinstance(key, str) else [*mapping.values(), *default]
    if not isinstance(mapping, Record) and default:  # the default gets the type of the elements
        all_text = bool(mapping) and all(isinstance(one, (str, Template, Encoded)) for one in mapping.values())
        if isinstance(default[0], str) and not all_text:
            return computed(mapping, *default)
        possible.append(loose(default[0]))
    return one_of(possible)


def _coalesce(nothing: Value, work: Work, *values: Value) -> Value:
    """One of those that are neither null nor `nothing`, up to the first text that certainly is not."""
    certain = (at for at, one in enumerate(values) if (isinstance(one, str) and one) or is_made_up(one, work))
    values = values[: next(certain, len(values)) + 1]
    possible = [one for one in (*values, *unified(list(values))) if one is not None and one != nothing]
    return one_of(possible) if possible else NotImplemented


def is_made_up(value: Value, work: Work) -> bool:
    """Whether a value will be a text that AWS makes up, such as an ARN: it is not null and not empty."""
    return isinstance(value, Unresolved) and work.world.is_text(value) and work.world.harmless(value)


def _join(work: Work, separator: Value, *lists: Value) -> Value:
    elements = [one for each in lists if in_order(each) for one in each]
    if not all(map(in_order, lists)) or any(isinstance(one, (list, dict)) or one is None for one in elements):
        return NotImplemented
    parts = [part for element in elements for part in (separator, element)][1:]
    work.pay_text(parts)
    return joined(parts, work.world.is_text) if parts else ""


def _format(work: Work, template: Value, *arguments: Value) -> Value:
    """%s of what is a text, a whole number or a boolean, or will be one, %v of a text or a boolean; no other verb."""
    if not isinstance(template, str):
        return computed(template, *arguments)
    waiting = list(arguments)
    parts: list[Value] = []
    for at, piece in enumerate(_VERB.split(template)):  # texts and verbs by turns
        if at % 2 == 0 or piece == "%":
            parts.append(piece)
        elif waiting and _writes(piece, waiting[0]):
            parts.append(waiting.pop(0))
        else:
            return computed(template, *arguments)
    work.pay_text(parts)
    return computed(template, *arguments) if waiting else joined(parts, work.world.is_text)


def _formatlist(work: Work, template: Value, *arguments: Value) -> Value:
    """A text for each element of the lists, all of which are as long; what is no list goes with every element."""
    lists = [one for one in arguments if isinstance(one, list)]
    single = (one for one in arguments if not isinstance(one, list))
    if not all(map(in_order, lists)) or len({len(one) for one in lists}) != 1:
        return NotImplemented
    if any(isinstance(one, dict) or (isinstance(one, Unresolved) and not work.world.is_text(one)) for one in single):
        return NotImplemented  # it may itself be a list
    work.pay(len(lists[0]) * len(arguments))
    rows = ([one[at] if isinstance(one, list) else one for one in arguments] for at in range(len(lists[0])))
    return [_format(work, template, *row) for row in rows]


def _writes(verb: str, value: Value) -> bool:
    """Whether a verb writes a value as a template does."""
    if verb == "v":
        return isinstance(value, (str, bool))
    return verb == "s" and not isinstance(value, (list, dict, float, type(None)))


def _replace(work: Work, value: Value, search: Value, by: Value) -> Value:
    """A plain text by whatever there will be; regular expressions (`/.../`) are not computed. What is unknown in the
    text stays as it is where the plain one can't meet it."""
    if not isinstance(search, str) or not plain(search) or not search or re.fullmatch("/.*/", search, re.DOTALL):
        return NotImplemented
    if not isinstance(value, (str, Encoded, Template)) or isinstance(by, (list, dict, float, type(None))):
        return NotImplemented
    whole = joined([value], work.world.is_text)
    before = whole.parts if isinstance(whole, Template) else (whole,)
    if any(not isinstance(part, str) and not work.world.is_apart(part, search) for part in before):
        return NotImplemented
    found = sum(part.count(search) for part in before if isinstance(part, str))
    if found > _MOST_FOUND or (isinstance(by, str) and found * len(by) > LONGEST):
        return NotImplemented
    parts: list[Value] = []
    for part in before:
        pieces = part.split(search) if isinstance(part, str) else [part]
        parts += [one for piece in pieces for one in (by, piece)][1:]
    work.pay_text(parts)
    return joined(parts, work.world.is_text)


def _in_case(of: Callable[[str], str], _: Work, value: Value) -> Value:
    """Of a text that every edition of Unicode reads alike."""
    return of(value) if isinstance(value, str) and plain(value) else NotImplemented


def _trimmed(of: Callable[[str, str], str], _: Work, value: Value, affix: Value) -> Value:
    both = isinstance(value, str) and isinstance(affix, str)
    return of(value, affix) if both and plain(value) and plain(affix) else NotImplemented


def _substr(_: Work, value: Value, offset: Value, length: Value) -> Value:
    """A part of a plain text, of which each character is a letter."""
    if not isinstance(value, str) or not plain(value) or "\r" in value:
        return NotImplemented
    if type(offset) is not int or type(length) is not int or offset < 0 or length < 0:
        return NotImplemented
    return value[offset : offset + length]


def _split(work: Work, separator: Value, value: Value) -> Value:
    """The parts of a plain text between the separators."""
    both = isinstance(value, str) and isinstance(separator, str)
    if not both or not separator or not plain(value) or not plain(separator):
        return NotImplemented
    work.pay(len(value))
    return value.split(separator)


def _jsondecode(work: Work, value: Value) -> Value:
    if not isinstance(value, (str, Encoded, Template)):
        return NotImplemented
    work.pay_text(list(value.parts) if isinstance(value, Template) else [value])
    try:
        return decode_json(value, work.world.harmless)
    except ValueError:
        return NotImplemented  # Go's JSON is not quite Python's


def _yamldecode(work: Work, value: Value) -> Value:
    if not isinstance(value, str):
        return NotImplemented
    from gate.hcl.yaml_text import decode_yaml  # the library is large, and few sources have YAML

    work.pay(len(value))
    try:
        return decode_yaml(value)
    except ValueError:
        return NotImplemented


def _jsonencode(_: Work, value: Value) -> Value:
    """Unknown where a letter joins the last one of an escape before it, which spoils the JSON."""
    return NotImplemented if any(map(_SPOILS_ESCAPE.search, texts(value))) else Encoded(value)


_BOOLEANS = frozenset({"alltrue", "anytrue", "can", "contains", "endswith", "issensitive", "startswith", "strcontains"})
_VOLATILE = frozenset({"bcrypt", "plantimestamp", "timestamp", "uuid"})  # told anew by every plan, or only by apply
# each gets the work and the arguments, none of them a OneOf; NotImplemented where it is not sure of them
FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "coalesce": partial(_coalesce, ""),
    "coalescelist": partial(_coalesce, []),
    "compact": _compact,
    "concat": _concat,
    "distinct": partial(_converted, list, lambda value: Unordered(unified(value))),
    "element": _element,
    "flatten": _flatten,
    "format": _format,
    "formatlist": _formatlist,
    "join": _join,
    "jsondecode": _jsondecode,
    "jsonencode": _jsonencode,
    "keys": partial(_converted, dict, sorted),
    "lookup": _lookup,
    "lower": partial(_in_case, str.lower),
    "merge": _merge,
    "nonsensitive": lambda _, value: value,
    "one": _one,
    "replace": _replace,
    "reverse": _some,
    "sensitive": lambda _, value: value,
    "setintersection": _some,
    "setsubtract": _some,
    "setunion": lambda work, *sets: _some(work, _concat(work, *sets)),
    "slice": _some,
    "sort": _some,
    "split": _split,
    "substr": _substr,
    "tolist": partial(_converted, list, _to_list),
    "tomap": partial(_converted, dict, _to_map),
    "toset": partial(_converted, list, to_set),
    "tostring": lambda _, value: to_text(value),
    "trimprefix": partial(_trimmed, str.removeprefix),
    "trimsuffix": partial(_trimmed, str.removesuffix),
    "upper": partial(_in_case, str.upper),
    "yamldecode": _yamldecode,
    "values": partial(_converted, dict, lambda value: [value[key] for key in sorted(value)]),
}


def call(name: str, arguments: list[Value], work: Work) -> Value:
    """The result of a function; of one that no plan can tell (`timestamp()`), its name is what the value waits for."""
    if name in _BOOLEANS:
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
