"""Variables that only choose: what is true or false, null or empty is no part of a text or list that is made of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from gate.plan.configuration import ConfigurationModule

_NOT_GIVEN = object()


def only_chooses(
    parts: list[str], module: tuple[str, ...], root: ConfigurationModule, variables: Mapping[str, Any]
) -> bool:
    """Whether a reference, in parts and within a module, is to such a variable; `variables` are what the root module is
    given."""
    if parts[0] != "var" or len(parts) != 2:
        return False
    values = tuple(_values(parts[1], module, root, variables))
    return bool(values) and all(isinstance(value, bool) or value in (None, "", [], {}) for value in values)


def _values(
    variable: str, module: tuple[str, ...], root: ConfigurationModule, variables: Mapping[str, Any]
) -> Iterator[Any]:
    """What a variable may be: what it is given, and its default where that is nothing or null, which may mean that."""
    value = _argument(variable, module, root) if module else variables.get(variable, _NOT_GIVEN)
    if value is not _NOT_GIVEN:
        yield value
    declared = root.called(module)
    if (value is _NOT_GIVEN or value is None) and declared is not None:
        yield from declared.default(variable)


def _argument(variable: str, module: tuple[str, ...], root: ConfigurationModule) -> Any:
    """What the call of a module sets a variable to: a constant, else the expression, which is no value."""
    call = root.call(module)
    arguments = call.expressions if call and isinstance(call.expressions, dict) else {}
    argument = arguments.get(variable, _NOT_GIVEN)
    return argument.get("constant_value", [argument]) if isinstance(argument, dict) else argument
