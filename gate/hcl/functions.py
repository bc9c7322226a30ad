"""The few functions that are computed, and on the few values where what they mean is beyond doubt.

Source: https://developer.hashicorp.com/terraform/language/functions. A function that is not in the table is unknown,
and so is one of the table on any value that it is not sure of. Those that choose give all that they could choose.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from gate.hcl.convert import to_bool, to_number, to_set, to_text, unified
from gate.hcl.text import LONGEST, decode_json, joined
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
_VERB = re.compile(r"%(%|s|.|$)", re.DOTALL)


class Payment(Protocol):
    """What a function needs of the evaluation that it is part of."""

    @property
    def world(self) -> Any: ...
    def pay(self, steps: int) -> None: ...
    def pay_text(self, parts: list[Value]) -> None: ...


class Function(NamedTuple):
    """`apply` gets the arguments, none of them a OneOf. `least` and `most`: how many there may be."""

    apply: Callable[..., Value]
    least: int = 1
    most: int = 1


def call(name: str, arguments: list[Value], work: Payment) -> Value:
    """The result of a function; of one that no plan can tell (`timestamp()`), its name is what the value waits for."""
    if name in BOOLEANS:
        return EITHER
    if name in VOLATILE:
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


def _loose(*lists: Value) -> bool:
    """Whether some of the lists has no certain order."""
    return any(isinstance(one, Unordered) and not isinstance(one, SetValue) for one in lists)


def _unified(elements: list[Value], lists: tuple[Value, ...]) -> list[Value]:
    """The elements of lists as one type; an empty list has one too, though nobody can tell which."""
    of_any_type = [Unresolved()] if not all(isinstance(one, list) and one for one in lists) else []
    return unified([*elements, *of_any_type])[: len(elements)]


def _concat(_: Payment, *lists: Value) -> Value:
    found = _elements(*lists)
    if found is None:
        return NotImplemented
    if any(isinstance(one, Tuple) for one in lists):  # then the result is one, and nothing is converted
        return Unordered(found) if _loose(*lists) else Tuple(found)
    found = _unified(found, lists)
    return Unordered(found) if _loose(*lists) else found


def _merge(_: Payment, *maps: Value) -> Value:
    merged: dict[str, Value] = Record()
    for one in maps:
        if one is not None and (not isinstance(one, dict) or isinstance(one, OpenObject)):
            return NotImplemented  # it may have any key, and win or lose any of the others
        merged.update(one or {})
    return merged if merged and all(isinstance(one, Record) for one in maps) else dict(merged)


def _flatten(work: Payment, value: Value) -> Value:
    if not isinstance(value, list):
        return NotImplemented
    flat, loose = _flat(value, 0)
    work.pay(len(flat))
    return Unordered(flat) if loose else Tuple(flat)


def _flat(value: list[Value], depth: int) -> tuple[list[Value], bool]:
    flat: list[Value] = []
    loose = _loose(value)
    for element in value:
        bare = element.element if isinstance(element, Rest) else element
        ways = bare.alternatives if isinstance(bare, OneOf) else (bare,)
        single = len(ways) == 1 and not isinstance(element, Rest)
        for way in ways:
            if isinstance(way, list) and depth < 20:
                inner, inner_loose = _flat(way, depth + 1)
                repeated = isinstance(element, Rest) and len(inner) > 1
                loose = loose or inner_loose or repeated
            else:
                inner = [Rest(way) if isinstance(way, (Unresolved, list)) else way]  # may itself be a list
            flat.extend(inner if single else (one if isinstance(one, Rest) else Rest(one) for one in inner))
    return flat, loose


def _compact(_: Payment, value: Value) -> Value:
    kept: list[Value] = []
    if not isinstance(value, list):
        return NotImplemented
    for element in value:
        bare = element.element if isinstance(element, Rest) else element
        if bare is None or bare == "":
            continue
        text = each_way([bare], lambda way: to_text(way[0]))
        certain = isinstance(text, str) or (isinstance(text, Template) and any(isinstance(p, str) for p in text.parts))
        kept.append(text if certain and not isinstance(element, Rest) else Rest(text))
    return Unordered(kept) if _loose(value) else kept


def _toset(_: Payment, value: Value) -> Value:
    if value is None or isinstance(value, Unresolved):
        return value
    return to_set(value) if isinstance(value, list) else NotImplemented


def _setunion(_: Payment, *sets: Value) -> Value:
    found = _elements(*sets)
    return NotImplemented if found is None else to_set(_unified(found, sets))


def _distinct(_: Payment, value: Value) -> Value:
    if not isinstance(value, list):
        return NotImplemented
    if in_order(value) and all(isinstance(one, str) and plain(one) for one in value):
        return list(dict.fromkeys(value))
    return Unordered(unified(value))


def _tolist(_: Payment, value: Value) -> Value:
    if value is None or isinstance(value, Unresolved):
        return value
    if not isinstance(value, list):
        return NotImplemented
    return Unordered(unified(value)) if _loose(value) else unified(list(value))


def _tomap(_: Payment, value: Value) -> Value:
    if value is None or isinstance(value, Unresolved):
        return value
    if not isinstance(value, dict) or isinstance(value, OpenObject):
        return NotImplemented
    return dict(zip(value, unified(list(value.values())), strict=True))


def _sort(_: Payment, value: Value) -> Value:
    if not isinstance(value, list):
        return NotImplemented
    if all(isinstance(one, str) and plain(one) for one in value):
        return sorted(value)
    return Unordered(unified([*value, ""])[:-1])


def _reverse(_: Payment, value: Value) -> Value:
    if not isinstance(value, list):
        return NotImplemented
    return Unordered(value) if isinstance(value, Unordered) else type(value)(reversed(value))


def _keys(_: Payment, value: Value) -> Value:
    return sorted(value) if isinstance(value, dict) and not isinstance(value, OpenObject) else NotImplemented


def _values(_: Payment, value: Value) -> Value:
    if not isinstance(value, dict) or isinstance(value, OpenObject):
        return NotImplemented
    return [value[key] for key in sorted(value)]


def _zipmap(_: Payment, keys: Value, members: Value) -> Value:
    if not in_order(keys) or not in_order(members) or len(keys) != len(members):
        return NotImplemented
    if not all(isinstance(key, str) for key in keys):
        return NotImplemented
    return dict(zip(keys, members, strict=True))


def _length(_: Payment, value: Value) -> Value:
    if isinstance(value, dict) and not isinstance(value, OpenObject):
        return len(value)
    return len(value) if in_order(value) else NotImplemented


def _element(_: Payment, value: Value, index: Value) -> Value:
    if in_order(value) and type(index) is int and 0 <= index < len(value):
        return value[index]
    return one_of(list(map(_bare, value))) if isinstance(value, list) and value else NotImplemented


def _bare(value: Value) -> Value:
    return value.element if isinstance(value, Rest) else value


def _one(_: Payment, value: Value) -> Value:
    if in_order(value) and len(value) < 2:
        return value[0] if value else None
    return one_of([None, *map(_bare, value)]) if isinstance(value, list) else NotImplemented


def _lookup(_: Payment, mapping: Value, key: Value, *default: Value) -> Value:
    if not isinstance(mapping, dict) or isinstance(mapping, OpenObject):
        return NotImplemented
    converted = unified([*mapping.values(), *default])
    found = dict(zip(mapping, converted, strict=False))
    if not isinstance(key, str):
        return one_of([*mapping.values(), *default, *converted])
    if key in found:
        return one_of([mapping[key], found[key]])
    if not default:
        raise RefusedError("no such key")
    texts = bool(mapping) and all(isinstance(one, (str, Template, Encoded)) for one in mapping.values())
    if not isinstance(mapping, Record) and not texts and isinstance(default[0], str):
        return computed(mapping, *default)  # may become a number or a boolean
    return one_of([*default, converted[-1]])


def _coalesce(_: Payment, *values: Value) -> Value:
    """One of those that may be the first which is neither null nor empty."""
    possible: list[Value] = []
    for value in unified(list(values)):
        if value is None or value == "":
            continue
        possible.append(value)
        if isinstance(value, (str, Encoded)) or (
            isinstance(value, Template) and any(isinstance(p, str) for p in value.parts)
        ):
            break  # a collection may not be what is taken, where conversions fail
    return one_of(possible) if possible else NotImplemented


def _coalescelist(_: Payment, *lists: Value) -> Value:
    possible: list[Value] = []
    for given, value in zip(lists, unified(list(lists)), strict=True):
        if value is None or value == []:
            continue
        possible += [given, value]
        if isinstance(value, list) and any(not isinstance(one, Rest) for one in value):
            break
    return one_of(possible) if possible else NotImplemented


def _some(_: Payment, value: Value, *_others: Value) -> Value:
    """No other elements than those of a list, in their order."""
    if not isinstance(value, list):
        return NotImplemented
    found = [one if isinstance(one, Rest) else Rest(one) for one in unified([*value, Unresolved()])[:-1]]
    return Unordered(found) if isinstance(value, Unordered) else found


def _some_of_set(work: Payment, value: Value, *others: Value) -> Value:
    """The same for sets, which have their own order."""
    found = _some(work, value, *others)
    return Unordered(found) if isinstance(found, list) else found


def _join(work: Payment, separator: Value, *lists: Value) -> Value:
    elements = [one for each in lists if in_order(each) for one in each]
    if not all(map(in_order, lists)) or any(isinstance(one, (list, dict)) or one is None for one in elements):
        return NotImplemented
    parts: list[Value] = []
    for element in elements:
        parts.extend([separator, element] if parts else [element])
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


def _formatlist(work: Payment, template: Value, *arguments: Value) -> Value:
    """A list of them for one list, other arguments staying the same."""
    places = [at for at, argument in enumerate(arguments) if isinstance(argument, (list, Unresolved))]
    lists = [at for at in places if isinstance(arguments[at], list)]
    if len(places) != 1:
        return NotImplemented
    if not lists:
        unknown = computed(*arguments)
        made = _formatted(work, template, [*arguments[: places[0]], unknown, *arguments[places[0] + 1 :]])
        return [Rest(made)] if len(arguments) == 1 else computed(template, *arguments)
    at = lists[0]
    found: list[Value] = []
    for one in arguments[at]:
        made = _formatted(work, template, [*arguments[:at], _bare(one), *arguments[at + 1 :]])
        found.append(Rest(made) if isinstance(one, Rest) else made)
    return Unordered(found) if _loose(arguments[at]) else found


def _formatted(work: Payment, template: Value, arguments: list[Value]) -> Value:
    return each_way(arguments, lambda way: _or_computed(_format(work, template, *way), way))


def _or_computed(result: Value, arguments: list[Value]) -> Value:
    return computed(*arguments) if result is NotImplemented else result


def _of_text(change: Callable[[str], str]) -> Function:
    """A change of a plain text."""

    def changed(work: Payment, value: Value) -> Value:
        if not isinstance(value, str) or not plain(value):
            return NotImplemented
        work.pay_text([value])
        return change(value)

    return Function(changed)


def _replace(work: Payment, text: Value, old: Value, new: Value) -> Value:
    """Of a text by a text; one between slashes is a regular expression, which is not computed."""
    if not all(isinstance(one, str) and plain(one) for one in (text, old, new)) or not old:
        return NotImplemented
    if (len(old) > 1 and old[0] == old[-1] == "/") or len(text) + text.count(old) * len(new) > LONGEST:
        return NotImplemented
    work.pay_text([text, *[new] * text.count(old)])
    return text.replace(old, new)


def _split(work: Payment, separator: Value, text: Value) -> Value:
    if not all(isinstance(one, str) and plain(one) and one for one in (separator, text)):
        return NotImplemented
    work.pay(text.count(separator) + 1)
    work.pay_text([text])
    return text.split(separator)


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
    if isinstance(value, dict) and not isinstance(value, OpenObject):
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


def _either_bool(_: Payment, value: Value) -> Value:
    return to_bool(value)


_ANY = 10_000
BOOLEANS = frozenset({"alltrue", "anytrue", "contains", "endswith", "issensitive", "startswith", "strcontains"})
VOLATILE = frozenset({"bcrypt", "plantimestamp", "timestamp", "uuid"})  # told anew by every plan, or only by apply
FUNCTIONS: Mapping[str, Function] = {
    "chomp": _of_text(lambda text: text.rstrip("\r\n")),
    "coalesce": Function(_coalesce, 1, _ANY),
    "coalescelist": Function(_coalescelist, 1, _ANY),
    "compact": Function(_compact),
    "concat": Function(_concat, 1, _ANY),
    "distinct": Function(_distinct),
    "element": Function(_element, 2, 2),
    "flatten": Function(_flatten),
    "format": Function(_format, 1, _ANY),
    "formatlist": Function(_formatlist, 2, _ANY),
    "join": Function(_join, 2, _ANY),
    "jsondecode": Function(_jsondecode),
    "jsonencode": Function(_jsonencode),
    "keys": Function(_keys),
    "length": Function(_length),
    "lookup": Function(_lookup, 2, 3),
    "lower": _of_text(str.lower),
    "merge": Function(_merge, 0, _ANY),
    "nonsensitive": Function(_same),
    "one": Function(_one),
    "replace": Function(_replace, 3, 3),
    "reverse": Function(_reverse),
    "sensitive": Function(_same),
    "setintersection": Function(_some_of_set, 1, _ANY),
    "setsubtract": Function(_some_of_set, 2, 2),
    "setunion": Function(_setunion, 1, _ANY),
    "slice": Function(_some, 3, 3),
    "sort": Function(_sort),
    "split": Function(_split, 2, 2),
    "tobool": Function(_either_bool),
    "tolist": Function(_tolist),
    "tomap": Function(_tomap),
    "tonumber": Function(lambda _, value: to_number(value)),
    "toset": Function(_toset),
    "tostring": Function(lambda _, value: to_text(value)),
    "trimspace": _of_text(lambda text: text.strip(" \t\r\n")),
    "upper": _of_text(str.upper),
    "values": Function(_values),
    "zipmap": Function(_zipmap, 2, 2),
}
