"""The few functions that are computed, and on the few values where what they mean is beyond doubt.

Source: https://developer.hashicorp.com/terraform/language/functions. A function that is not in the table is unknown,
and so is one of the table on any value that it is not sure of. Those that choose give all that they could choose.
"""

from collections.abc import Mapping
from functools import partial

from gate.hcl.convert import to_text
from gate.hcl.functions import collections, strings
from gate.hcl.functions.function import Function, Payment
from gate.hcl.values import EITHER, computed, references
from gate.unknown import Unresolved, Value

_ANY = 10_000
BOOLEANS = frozenset({"alltrue", "anytrue", "contains", "endswith", "issensitive", "startswith", "strcontains"})
VOLATILE = frozenset({"bcrypt", "plantimestamp", "timestamp", "uuid"})  # told anew by every plan, or only by apply
FUNCTIONS: Mapping[str, Function] = {
    "chomp": Function(partial(strings.of_text, lambda text: text.rstrip("\r\n"))),
    "coalesce": Function(partial(collections.coalesce, ""), 1, _ANY),
    "coalescelist": Function(partial(collections.coalesce, []), 1, _ANY),
    "compact": Function(collections.compact),
    "concat": Function(collections.concat, 1, _ANY),
    "distinct": Function(collections.distinct),
    "element": Function(collections.element, 2, 2),
    "flatten": Function(collections.flatten),
    "format": Function(strings.format_, 1, _ANY),
    "formatlist": Function(strings.formatlist, 2, 2),
    "join": Function(strings.join_, 2, _ANY),
    "jsondecode": Function(strings.jsondecode),
    "jsonencode": Function(strings.jsonencode),
    "keys": Function(collections.keys),
    "lookup": Function(collections.lookup, 2, 3),
    "lower": Function(partial(strings.of_text, str.lower)),
    "merge": Function(collections.merge, 0, _ANY),
    "nonsensitive": Function(strings.same),
    "one": Function(collections.one),
    "reverse": Function(collections.some),
    "sensitive": Function(strings.same),
    "setintersection": Function(collections.some, 1, _ANY),
    "setsubtract": Function(collections.some, 2, 2),
    "setunion": Function(collections.setunion, 1, _ANY),
    "slice": Function(collections.some, 3, 3),
    "sort": Function(collections.some),
    "tolist": Function(collections.tolist),
    "tomap": Function(collections.tomap),
    "toset": Function(collections.toset),
    "tostring": Function(lambda _, value: to_text(value)),
    "trimspace": Function(partial(strings.of_text, lambda text: text.strip(" \t\r\n"))),
    "upper": Function(partial(strings.of_text, str.upper)),
    "values": Function(collections.values_),
}


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
