"""Functions on texts and JSON."""

import re
from collections.abc import Callable

from gate.hcl.functions.function import Payment, elements, has_known_keys, like, unwrapped
from gate.hcl.text import decode_json, joined
from gate.hcl.values import (
    Encoded,
    Record,
    Rest,
    SetValue,
    Tuple,
    Unordered,
    each_way,
    in_order,
    plain,
    texts,
)
from gate.unknown import OneOf, Template, Value

_SPOILS_ESCAPE = re.compile(r"[\x00-\x1f<>][^\x00-\x7f]")
_VERB = re.compile(r"%(.|$)", re.DOTALL)


def join_(work: Payment, separator: Value, *lists: Value) -> Value:
    elements = [one for each in lists if in_order(each) for one in each]
    if not all(map(in_order, lists)) or any(isinstance(one, (list, dict)) or one is None for one in elements):
        return NotImplemented
    parts = [part for element in elements for part in (separator, element)][1:]
    work.pay_text(parts)
    return joined(parts, work.world.is_text) if parts else ""


def format_(work: Payment, template: Value, *arguments: Value) -> Value:
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


def formatlist(work: Payment, template: Value, argument: Value) -> Value:
    """The texts of one list, which is what ARNs are made with."""
    found = [] if argument is None else elements(argument)
    if not isinstance(template, str) or not found:
        return NotImplemented
    made: list[Value] = []
    for one in found:
        text = each_way([unwrapped(one)], lambda way: format_(work, template, way[0]))
        if any(way is NotImplemented for way in (text.alternatives if isinstance(text, OneOf) else (text,))):
            return NotImplemented
        made.append(Rest(text) if isinstance(one, Rest) else text)
    return like((argument,), made)


def of_text(change: Callable[[str], str], _: Payment, value: Value) -> Value:
    """A change of a plain text."""
    return change(value) if isinstance(value, str) and plain(value) else NotImplemented


def jsondecode(work: Payment, value: Value) -> Value:
    if not isinstance(value, (str, Encoded, Template)):
        return NotImplemented
    work.pay_text(list(value.parts) if isinstance(value, Template) else [value])
    try:
        return _from_json(decode_json(value, work.world.harmless))
    except ValueError:
        return NotImplemented  # Go's JSON is not quite Python's


def _from_json(value: Value) -> Value:
    """What was encoded, as tuples and objects, which is all that comes of JSON."""
    if has_known_keys(value):
        return Record((key, _from_json(member)) for key, member in value.items())
    if isinstance(value, list):
        members = map(_from_json, value)
        return Tuple(members) if isinstance(value, SetValue) or not isinstance(value, Unordered) else Unordered(members)
    if isinstance(value, OneOf):
        return OneOf(tuple(map(_from_json, value.alternatives)))
    return Rest(_from_json(value.element)) if isinstance(value, Rest) else value


def jsonencode(_: Payment, value: Value) -> Value:
    """Unknown where a letter joins the last one of an escape before it, which spoils the JSON."""
    return NotImplemented if any(map(_SPOILS_ESCAPE.search, texts(value))) else Encoded(value)


def same(_: Payment, value: Value) -> Value:
    return value
