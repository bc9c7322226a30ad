"""Reading an attribute path (gate.holdings.resource_types) out of a resource's values."""

from collections.abc import Callable, Iterator
from typing import Any

from gate.plan.shapes import UNKNOWN, Unknown
from gate.text.sensitive import Sensitive

_NAMES = ("name", "policy_name")


def values_at(values: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value at a path, with the attribute as people write it: `inline_policy["app"].policy`, `policy_arns`.

    A value is Unknown where it, or what it stands in, is known only after apply. Null and absent yield nothing.
    """
    yield from _walk(values, path.split("."), "")


def _walk(value: Any, steps: list[str], label: str) -> Iterator[tuple[str, Any]]:
    if value is None:
        return
    if isinstance(value, Unknown) or not steps:
        yield label, value
        return
    step, rest = steps[0], steps[1:]
    name = step.removesuffix("[]")
    if not isinstance(value, dict):
        return
    found = value.get(name)
    label = f"{label}.{name}" if label else name
    if not step.endswith("[]") or isinstance(found, Unknown):
        yield from _walk(found, rest, label)
        return
    for position, element in enumerate(found if isinstance(found, list) else [] if found is None else [found]):
        if isinstance(element, dict):
            key = next((element[name] for name in _NAMES if isinstance(element.get(name), str)), None)
            key = None if isinstance(key, Sensitive) else key
            yield from _walk(element, rest, f'{label}["{key}"]' if key is not None else f"{label}[{position}]")
        else:
            yield from _walk(element, rest, label)


def replaced_at(values: Any, path: str, known: Callable[[str], Any]) -> Any:
    """The values, with what `known` gives for the attribute in the place of every UNKNOWN at a path."""
    return _replaced(values, path.split("."), "", known)


def _replaced(value: Any, steps: list[str], label: str, known: Callable[[str], Any]) -> Any:
    if value is UNKNOWN:
        return known(label)
    if not steps or not isinstance(value, dict):
        return value
    name = steps[0].removesuffix("[]")
    label = f"{label}.{name}" if label else name
    found = value.get(name)
    if found is None:
        return value
    if steps[0].endswith("[]") and isinstance(found, list):
        return {**value, name: [_replaced(element, steps[1:], label, known) for element in found]}
    return {**value, name: _replaced(found, steps[1:], label, known)}


def marked(sensitive: Any, path: str) -> bool:
    """Whether a path, or what it stands in, is marked in `before_sensitive` or `after_sensitive`."""
    if sensitive is True:
        return True
    name, _, rest = path.partition(".")
    if isinstance(sensitive, list):
        return any(marked(element, path) for element in sensitive)
    if not isinstance(sensitive, dict):
        return False
    found = sensitive.get(name.removesuffix("[]"))
    return marked(found, rest) if rest else _any(found)


def _any(mark: Any) -> bool:
    if isinstance(mark, dict):
        return any(map(_any, mark.values()))
    if isinstance(mark, list):
        return any(map(_any, mark))
    return mark is True
