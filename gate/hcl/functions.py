"""The few functions that are computed, and on the few values where what they mean is beyond doubt.

Source: https://developer.hashicorp.com/terraform/language/functions. A function that is not in the table is unknown,
and so is one of the table on any value that it is not sure of. Those that choose give all that they could choose.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple, Protocol

from gate.hcl.convert import to_set, to_text, unified
from gate.hcl.text import decode_json, joined
from gate.hcl.values import (
    EITHER,
    Encoded,
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
    plain,
    references,
    texts,
)
from gate.unknown import OneOf, Template, Unresolved, Value

_SPOILS_ESCAPE = re.compile(r"[\x00-\x1f<>][^\x00-\x7f]")
_VERB = re.compile(r"%(.|$)", re.DOTALL)


class Payment(Protocol):
    """What a function needs of the evaluation that it is part of."""

    @property
    def world(self) -> Any: ...
    def pay(self, steps: int) -> None: ...
    def pay_text(self, parts: list[Value]) -> None: ...


class Function(NamedTuple):
    """`apply` gets the arguments, none of them a OneOf; NotImplemented where it is not sure of them. `least` and
    `most`: how many there may be."""

    apply: Callable[..., Value]
    least: int = 1
    most: int = 1


def call(name: str, arguments: list[Value], work: Payment) -> Value:
    """The result of a function; of one that no plan can tell (`timestamp()`), its name is what the value waits for."""
    if name in BOOLEANS:
        return EITHER
    if name in VOLATILE:
        work.world.changing(f"{name}()")
        return Unresolved((f"{name}()", *references(*arguments)))
    function = FUNCTIONS.get(name)
    if function is None or not function.least <= len(arguments) <= function.most:
        return computed(*arguments)
    result = function.apply(work, *arguments)
    return computed(*arguments) if result is NotImplemented else result


def _elements(*lists: Value) -> list[Value] | None:
    """The elements of lists side by side; a wholly unknown one is an unknown number of unknown elements."""
    found: list[Value] = []
    for one in lists:
        if isinstance(one, Unresolved):
            found.append(Rest(computed(one)))
        elif isinstance(one, list):
            found.extend(one)
        else:
            return None
    return found


def _unified(elements: list[Value], *lists: Value) -> list[Value]:
    """The elements of lists as one type; an empty list has one too, though nobody can tell which."""
    of_any_type = [] if all(isinstance(one, list) and one for one in lists) else [Unresolved()]
    return unified([*elements, *of_any_type])[: len(elements)]


def _like(lists: tuple[Value, ...], found: list[Value]) -> list[Value]:
    """Elements in their order, unless one of the lists that they are from has none."""
    loose = any(isinstance(one, Unordered) and not isinstance(one, SetValue) for one in lists)
    return Unordered(found) if loose else found


def _bare(value: Value) -> Value:
    return value.element if isinstance(value, Rest) else value


def _object(value: Value) -> bool:
    """A map or object all of whose keys are known."""
    return isinstance(value, dict) and not isinstance(value, OpenObject)


def _concat(_: Payment, *lists: Value) -> Value:
    found = _elements(*lists)
    if found is None:
        return NotImplemented
    if any(isinstance(one, Tuple) for one in lists):  # then the result is one, and nothing is converted
        return _like(lists, Tuple(found))
    return _like(lists, _unified(found, *lists))


def _merge(_: Payment, *maps: Value) -> Value:
    merged: dict[str, Value] = {}
    for one in maps:
        if one is not None and not _object(one):
            return NotImplemented  # it may have any key, and win or lose any of the others
        merged.update(one or {})
    return Record(merged) if all(isinstance(one, Record) for one in maps) else merged


def _flatten(work: Payment, value: Value) -> Value:
    if not isinstance(value, list):
        return NotImplemented
    flat, loose = _flat(value, 0)
    work.pay(len(flat))
    return Unordered(flat) if loose else Tuple(flat)


def _flat(value: list[Value], depth: int) -> tuple[list[Value], bool]:
    flat: list[Value] = []
    loose = isinstance(value, Unordered) and not isinstance(value, SetValue)
    for element in value:
        bare = _bare(element)
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


def _compact(_: Payment, value: Value) -> Value:
    if not isinstance(value, list):
        return NotImplemented
    kept: list[Value] = []
    for element in value:
        bare = _bare(element)
        text = each_way([bare], lambda way: to_text(way[0]))
        if text is not None and text != "":
            kept.append(text if isinstance(text, str) and not isinstance(element, Rest) else Rest(text))
    return _like((value,), kept)


def _toset(_: Payment, value: Value) -> Value:
    return to_set(value) if isinstance(value, list) else _same_if_open(value)


def _same_if_open(value: Value) -> Value:
    """Null, or what is unknown, is so after a conversion too."""
    return value if value is None or isinstance(value, Unresolved) else NotImplemented


def _setunion(_: Payment, *sets: Value) -> Value:
    found = _elements(*sets)
    return NotImplemented if found is None else to_set(_unified(found, *sets))


def _distinct(_: Payment, value: Value) -> Value:
    if not isinstance(value, list):
        return NotImplemented
    if in_order(value) and all(isinstance(one, str) and plain(one) for one in value):
        return list(dict.fromkeys(value))
    return Unordered(unified(value))


def _tolist(_: Payment, value: Value) -> Value:
    return _like((value,), unified(list(value))) if isinstance(value, list) else _same_if_open(value)


def _tomap(_: Payment, value: Value) -> Value:
    if not _object(value):
        return _same_if_open(value)
    return dict(zip(value, unified(list(value.values())), strict=True))


def _some(_: Payment, value: Value, *_others: Value) -> Value:
    """No other elements than those of a list, as texts where they may be."""
    if not isinstance(value, list):
        return NotImplemented
    converted = unified([*value, Unresolved()])[:-1]
    return Unordered(one if isinstance(one, Rest) else Rest(one) for one in converted)


def _keys(_: Payment, value: Value) -> Value:
    return sorted(value) if _object(value) else NotImplemented


def _values(_: Payment, value: Value) -> Value:
    return [value[key] for key in sorted(value)] if _object(value) else NotImplemented


def _element(_: Payment, value: Value, index: Value) -> Value:
    if in_order(value) and type(index) is int and 0 <= index < len(value):
        return value[index]
    return one_of(list(map(_bare, value))) if isinstance(value, list) and value else NotImplemented


def _one(_: Payment, value: Value) -> Value:
    if in_order(value) and len(value) < 2:
        return value[0] if value else None
    return one_of([None, *map(_bare, value)]) if isinstance(value, list) else NotImplemented


def _lookup(_: Payment, mapping: Value, key: Value, *default: Value) -> Value:
    if not _object(mapping):
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


def _coalesce(nothing: Value, _: Payment, *values: Value) -> Value:
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


def _join(work: Payment, separator: Value, *lists: Value) -> Value:
    elements = [one for each in lists if in_order(each) for one in each]
    if not all(map(in_order, lists)) or any(isinstance(one, (list, dict)) or one is None for one in elements):
        return NotImplemented
    parts = [part for element in elements for part in (separator, element)][1:]
    work.pay_text(parts)
    return joined(parts, work.world.is_text) if parts else ""


def _format(work: Payment, template: Value, *arguments: Value) -> Value:
    """%s of what is a text, a whole number or a boolean, or will be one; no other verb."""
    if not isinstance(template, str):
        return NotImplemented
    waiting = list(arguments)
    parts: list[Value] = []
    end = 0
    for match in _VERB.finditer(template):
        parts.append(template[end : match.start()])
        end = match.end()
        if match[1] == "%":
            parts.append("%")
        elif match[1] != "s" or not waiting or isinstance(waiting[0], (list, dict, float, type(None))):
            return NotImplemented
        else:
            parts.append(waiting.pop(0))
    if waiting:
        return NotImplemented
    parts.append(template[end:])
    work.pay_text(parts)
    return joined(parts, work.world.is_text)


def _formatlist(work: Payment, template: Value, argument: Value) -> Value:
    """The texts of one list, which is what ARNs are made with."""
    found = [] if argument is None else _elements(argument)
    if not isinstance(template, str) or not found:
        return NotImplemented
    made: list[Value] = []
    for one in found:
        text = each_way([_bare(one)], lambda way: _format(work, template, way[0]))
        if any(way is NotImplemented for way in (text.alternatives if isinstance(text, OneOf) else (text,))):
            return NotImplemented
        made.append(Rest(text) if isinstance(one, Rest) else text)
    return _like((argument,), made)


def _of_text(change: Callable[[str], str], _: Payment, value: Value) -> Value:
    """A change of a plain text."""
    return change(value) if isinstance(value, str) and plain(value) else NotImplemented


def _jsondecode(work: Payment, value: Value) -> Value:
    if not isinstance(value, (str, Encoded, Template)):
        return NotImplemented
    work.pay_text(list(value.parts) if isinstance(value, Template) else [value])
    try:
        return _from_json(decode_json(value, work.world.harmless))
    except ValueError:
        return NotImplemented  # Go's JSON is not quite Python's


def _from_json(value: Value) -> Value:
    """What was encoded, as tuples and objects, which is all that comes of JSON."""
    if _object(value):
        return Record((key, _from_json(member)) for key, member in value.items())
    if isinstance(value, list):
        members = map(_from_json, value)
        return Tuple(members) if isinstance(value, SetValue) or not isinstance(value, Unordered) else Unordered(members)
    if isinstance(value, OneOf):
        return OneOf(tuple(map(_from_json, value.alternatives)))
    return Rest(_from_json(value.element)) if isinstance(value, Rest) else value


def _jsonencode(_: Payment, value: Value) -> Value:
    """Unknown where a letter joins the last one of an escape before it, which spoils the JSON."""
    return NotImplemented if any(map(_SPOILS_ESCAPE.search, texts(value))) else Encoded(value)


def _same(_: Payment, value: Value) -> Value:
    return value


_ANY = 10_000
BOOLEANS = frozenset({"alltrue", "anytrue", "contains", "endswith", "issensitive", "startswith", "strcontains"})
VOLATILE = frozenset({"bcrypt", "plantimestamp", "timestamp", "uuid"})  # told anew by every plan, or only by apply
FUNCTIONS: Mapping[str, Function] = {
    "chomp": Function(partial(_of_text, lambda text: text.rstrip("\r\n"))),
    "coalesce": Function(partial(_coalesce, ""), 1, _ANY),
    "coalescelist": Function(partial(_coalesce, []), 1, _ANY),
    "compact": Function(_compact),
    "concat": Function(_concat, 1, _ANY),
    "distinct": Function(_distinct),
    "element": Function(_element, 2, 2),
    "flatten": Function(_flatten),
    "format": Function(_format, 1, _ANY),
    "formatlist": Function(_formatlist, 2, 2),
    "join": Function(_join, 2, _ANY),
    "jsondecode": Function(_jsondecode),
    "jsonencode": Function(_jsonencode),
    "keys": Function(_keys),
    "lookup": Function(_lookup, 2, 3),
    "lower": Function(partial(_of_text, str.lower)),
    "merge": Function(_merge, 0, _ANY),
    "nonsensitive": Function(_same),
    "one": Function(_one),
    "reverse": Function(_some),
    "sensitive": Function(_same),
    "setintersection": Function(_some, 1, _ANY),
    "setsubtract": Function(_some, 2, 2),
    "setunion": Function(_setunion, 1, _ANY),
    "slice": Function(_some, 3, 3),
    "sort": Function(_some),
    "tolist": Function(_tolist),
    "tomap": Function(_tomap),
    "toset": Function(_toset),
    "tostring": Function(lambda _, value: to_text(value)),
    "trimspace": Function(partial(_of_text, lambda text: text.strip(" \t\r\n"))),
    "upper": Function(partial(_of_text, str.upper)),
    "values": Function(_values),
}
