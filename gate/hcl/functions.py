"""Terraform's functions: one table, from a name to how it is computed and how it treats what is unknown.

Source: https://developer.hashicorp.com/terraform/language/functions. A function that is not in the table is unknown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

from gate.hcl.values import (
    ALTERNATIVES,
    Encoded,
    RefusedError,
    UndecidedError,
    computed,
    each_way,
    every_way,
    is_known,
    spread,
)
from gate.unknown import Value


@dataclass(frozen=True, slots=True)
class Function:
    """`call` gets the arguments. `least` and `most`: how many there may be; `most` None means any number.

    `open`: it is called with arguments that are partly or wholly unknown, and its own code proves what is known of the
    result; OneOf arguments are tried one by one. Otherwise it is called only with arguments that are wholly known.
    """

    call: Callable[..., Value]
    least: int = 1
    most: int | None = 1
    open: bool = False


def call(function: Function, arguments: list[Value]) -> Value:
    """The result of a function; raises RefusedError where Terraform would refuse the arguments."""
    if len(arguments) < function.least or (function.most is not None and len(arguments) > function.most):
        raise RefusedError("wrong number of arguments")
    try:
        return _called(function, arguments)
    except (UndecidedError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError):
        return computed(*arguments)  # also arguments of a type that the function does not take


def _called(function: Function, arguments: list[Value]) -> Value:
    if function.open:
        return each_way(arguments, lambda way: function.call(*way))
    if any(not is_known(argument) and spread(argument) is None for argument in arguments):
        return computed(*arguments)
    ways = [spread(argument) or [argument] for argument in arguments]
    count = 1
    for way in ways:
        count *= len(way)
    if count > ALTERNATIVES or not all(is_known(one) for way in ways for one in way):
        return computed(*arguments)
    return every_way([list(way) for way in product(*ways)], lambda way: function.call(*map(plain, way)))


def plain(value: Value) -> Value:
    """A known argument with its JSON texts written out."""
    from gate.hcl.text import json_text

    return json_text(value.value) if isinstance(value, Encoded) else value


def table() -> Mapping[str, Function]:
    """Every function that gate computes."""
    from gate.hcl.function_collections import COLLECTIONS
    from gate.hcl.function_strings import STRINGS
    from gate.hcl.function_values import VALUES

    return MappingProxyType(COLLECTIONS | STRINGS | VALUES)
