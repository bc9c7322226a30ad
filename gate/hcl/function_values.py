"""Functions that convert, encode or choose among values."""

from typing import Any

from gate.hcl.convert import to_bool, to_number, to_set, to_string, unified
from gate.hcl.function_collections import elements
from gate.hcl.functions import Function
from gate.hcl.text import decode_json
from gate.hcl.values import Encoded, RefusedError, SetValue, UndecidedError, computed, is_known, one_of
from gate.unknown import Template, Unresolved, Value


def _jsondecode(value: Value) -> Value:
    if not isinstance(value, (str, Encoded, Template)):
        return computed(value)
    try:
        return decode_json(value)
    except ValueError:
        raise UndecidedError from None  # Go's JSON is not quite Python's


def _coalesce(*values: Value) -> Value:
    """The first that is neither null nor empty: any unknown one before it may be it as well."""
    possible: list[Value] = []
    for value in unified(list(values)):
        if isinstance(value, Unresolved):
            possible.append(value)
        elif value is not None and value != "":
            certain = not isinstance(value, Template) or any(isinstance(part, str) for part in value.parts)
            possible.append(value)
            if certain:
                return one_of(possible)
    if not possible:
        raise RefusedError("nothing to choose")
    return possible[0] if len(possible) == 1 and isinstance(possible[0], Template) else computed(*possible)


def _tolist(value: Value) -> Value:
    if isinstance(value, Unresolved) or value is None:
        return value
    converted = unified(elements(value))
    return SetValue(converted) if isinstance(value, SetValue) and not is_known(value) else converted


def _toset(value: Value) -> Value:
    return value if isinstance(value, Unresolved) or value is None else to_set(elements(value))


def _tomap(value: Value) -> Value:
    if isinstance(value, Unresolved) or value is None:
        return value
    if not isinstance(value, dict):
        raise RefusedError("not a map")
    return dict(zip(value, unified(list(value.values())), strict=True))


def _same(value: Any) -> Value:
    return value


VALUES: dict[str, Function] = {
    "coalesce": Function(_coalesce, 1, None, open=True),
    "ephemeralasnull": Function(computed, open=True),
    "jsondecode": Function(_jsondecode, open=True),
    "jsonencode": Function(Encoded, open=True),
    "nonsensitive": Function(_same, open=True),
    "sensitive": Function(_same, open=True),
    "tobool": Function(to_bool, open=True),
    "tolist": Function(_tolist, open=True),
    "tomap": Function(_tomap, open=True),
    "tonumber": Function(to_number, open=True),
    "toset": Function(_toset, open=True),
    "tostring": Function(to_string, open=True),
}
