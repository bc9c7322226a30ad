"""Reading an attribute path (gate.holdings.resource_types) out of a resource's values."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from gate.plan.shapes import UNKNOWN, Unknown
from gate.text.sensitive import Sensitive

# what names a nested block, or the inline policy that a resource is, as its schema calls it
BLOCK_NAMES = ("name", "policy_name")


def values_at(values: Any, path: str) -> Iterable[tuple[str, Any]]:
    """Every value at a path, with the attribute as people write it: `inline_policy["app"].policy`, `policy_arns`.

    A value is Unknown where it, or what it stands in, is known only after apply. Null and absent yield nothing.
    """
    if "[" not in path and "." not in path and isinstance(values, dict):  # most are
        value = values.get(path)
        return () if value is None else ((path, value),)
    steps = _steps(path)
    if _is_empty(values, steps[0]):
        return ()
    return ((attribute, value) for attribute, _, value in _walk(values, steps, "", ""))


def named_values_at(values: Any, path: str) -> Iterable[tuple[str, str, Any]]:
    """The same, with the name of what each is of between them: of the block that it stands in, else of the resource
    itself; empty where none is known."""
    if "[" not in path and "." not in path and isinstance(values, dict):  # most are
        value = values.get(path)
        return () if value is None else ((path, name_of(values), value),)
    steps = _steps(path)
    return () if _is_empty(values, steps[0]) else _walk(values, steps, "", "" if "[]" in path else name_of(values))


def _is_empty(values: Any, step: tuple[str, bool]) -> bool:
    """Whether a resource has nothing where a path starts."""
    name, is_list = step
    found = values.get(name) if isinstance(values, dict) else values
    return found is None or (is_list and found == [])


def top_of(path: str) -> str:
    """The attribute of the resource itself that a path starts with."""
    return path.partition("[")[0].partition(".")[0]


@cache
def _steps(path: str) -> tuple[tuple[str, bool], ...]:
    """The names on a path, and whether each is of a list."""
    return tuple((step.removesuffix("[]"), step.endswith("[]")) for step in path.split("."))


def _walk(value: Any, steps: tuple[tuple[str, bool], ...], label: str, own: str) -> Iterator[tuple[str, str, Any]]:
    if value is None:
        return
    if isinstance(value, Unknown) or not steps:
        yield label, own, value
        return
    (name, is_list), rest = steps[0], steps[1:]
    if not isinstance(value, dict):
        return
    found = value.get(name)
    label = f"{label}.{name}" if label else name
    if not is_list or isinstance(found, Unknown):
        yield from _walk(found, rest, label, own)
        return
    for position, element in enumerate(found if isinstance(found, list) else [] if found is None else [found]):
        yield from _walk(element, rest, _label(element, position, label), name_of(element))


def _label(element: Any, position: int, label: str) -> str:
    """What people call an element of a list: a nested block by its name, unless that is a secret."""
    if not isinstance(element, dict):
        return label
    name = name_of(element)
    return f'{label}["{name}"]' if name and not isinstance(name, Sensitive) else f"{label}[{position}]"


def name_of(values: Any) -> str:
    """The name of a nested block, or of the inline policy that a resource is; empty where none is known."""
    for attribute in BLOCK_NAMES if isinstance(values, dict) else ():
        name = values.get(attribute)
        if isinstance(name, str):
            return name
    return ""


def text_of(values: Any, attribute: str) -> str:
    """The text that an attribute of a resource is; empty where it is none, or there is no resource."""
    found = values.get(attribute) if isinstance(values, dict) else None
    return found if isinstance(found, str) else ""


def replaced_at(values: Any, path: str, known: Mapping[str, Any]) -> Any:
    """The values, with what is `known` of an attribute in the place of every UNKNOWN at a path."""
    return _replaced(values, path.split("."), "", known)


def _replaced(value: Any, steps: list[str], label: str, known: Mapping[str, Any]) -> Any:
    if value is UNKNOWN:
        return known[label]
    if not steps or not isinstance(value, dict):
        return value
    name = steps[0].removesuffix("[]")
    label = f"{label}.{name}" if label else name
    found = value.get(name)
    if found is None:
        return value
    if steps[0].endswith("[]") and isinstance(found, dict):
        label = _label(found, 0, label)
    if steps[0].endswith("[]") and isinstance(found, list):
        labels = [_label(element, position, label) for position, element in enumerate(found)]
        pairs = zip(found, labels, strict=True)
        return {**value, name: [_replaced(element, steps[1:], own, known) for element, own in pairs]}
    return {**value, name: _replaced(found, steps[1:], label, known)}


def marked(sensitive: Any, path: str) -> bool:
    """Whether a path, or what it stands in, is marked in `before_sensitive` or `after_sensitive`."""
    if not sensitive:
        return False
    if sensitive is True:
        return True
    name, _, rest = path.partition(".")
    if isinstance(sensitive, list):
        return any(marked(element, path) for element in sensitive)
    if not isinstance(sensitive, dict):
        return False
    found = sensitive.get(name.removesuffix("[]"))
    return marked(found, rest) if rest else marks_any(found)


def marks_any(mark: Any) -> bool:
    """Whether `before_sensitive` or `after_sensitive`, or a part of one, marks anything."""
    if isinstance(mark, dict):
        return any(map(marks_any, mark.values()))
    if isinstance(mark, list):
        return any(map(marks_any, mark))
    return mark is True
