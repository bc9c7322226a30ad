"""Whether what gate takes an expression to be contains what Terraform made of it."""

import json
import re
from functools import cache
from typing import Any

from gate.hcl.evaluate import evaluate
from gate.hcl.parse import blocks
from gate.hcl.syntax import Expression, GetAttribute, Unreadable
from gate.hcl.values import Encoded, OpenObject, RefusedError, Rest, Unordered
from gate.hcl.work import Scope, Work
from gate.unknown import OneOf, Template, Unresolved

REFUSED = object()


class World:
    """A world of locals alone: some known, the others unknown. No file is there."""

    def __init__(self, known: dict[str, Any] | None = None) -> None:
        self.known = known or {}

    def resolve(self, name: str, steps: Any, scope: Scope, work: Work) -> tuple[Any, tuple[Any, ...]]:
        if name != "local" or not steps or not isinstance(steps[0], GetAttribute):
            return Unresolved(), ()
        return self.known.get(steps[0].name, Unresolved((f"local.{steps[0].name}",), exact=True)), steps[1:]

    def file_function(self, name: str, arguments: list[Any], scope: Scope, work: Work) -> Any:
        return Unresolved()

    def changing(self, what: str) -> None:
        return None

    def document(self, value: Any) -> None:
        return None

    def is_text(self, hole: Unresolved) -> bool:
        return False

    def harmless(self, hole: Unresolved) -> bool:
        return False

    def is_there(self, hole: Unresolved) -> bool:
        return False

    def is_apart(self, hole: Unresolved, text: str) -> bool:
        return False


@cache
def parsed(text: str) -> Expression:
    """An expression of the language; one is asked for with several worlds around it."""
    found, problem = blocks(f"a {{\n  v = {text}\n}}\n".encode(), "main.tf")
    return found[0].attributes["v"].expression if problem is None else Unreadable(problem)


def value_of(text: str, known: dict[str, Any] | None = None) -> Any:
    """What gate takes an expression to be, REFUSED where it says that Terraform refuses it."""
    try:
        return evaluate(parsed(text), Scope(None), Work(World(known)))
    except RefusedError:
        return REFUSED


def contains(value: Any, answer: Any) -> bool:
    """Whether a known answer, plain JSON, is one of those that a value stands for."""
    if value is REFUSED or isinstance(value, Unresolved):
        return value is not REFUSED
    if isinstance(value, OneOf):
        return any(contains(one, answer) for one in value.alternatives)
    if isinstance(value, Encoded):
        try:
            return isinstance(answer, str) and contains(value.value, json.loads(answer))
        except ValueError:
            return False
    if isinstance(value, Template):
        return isinstance(answer, str) and _with_holes(value.parts, answer)
    if isinstance(value, OpenObject):
        return isinstance(answer, dict) and all(key in answer and contains(value[key], answer[key]) for key in value)
    if isinstance(value, dict):
        return (
            isinstance(answer, dict)
            and value.keys() == answer.keys()
            and all(contains(one, answer[key]) for key, one in value.items())
        )
    if isinstance(value, Unordered):
        bare = [one.element if isinstance(one, Rest) else one for one in value]
        return (
            isinstance(answer, list)
            and all(any(contains(one, other) for one in bare) for other in answer)
            and all(any(contains(one, other) for other in answer) for one in value if not isinstance(one, Rest))
        )
    if isinstance(value, list):
        return isinstance(answer, list) and _in_order(value, answer)
    return type(value) is type(answer) and bool(value == answer)


def _with_holes(parts: tuple[str | Unresolved, ...], answer: str) -> bool:
    """Whether a text is the parts in their order, with anything in the place of a hole. What stands between two holes
    is looked for where it comes first, and nowhere else: to try all places would take ever."""
    *before, last = [re.escape(part) if isinstance(part, str) else "" for part in parts]
    between = [f"(?>.*?{text})" if i else text for i, text in enumerate(before) if text]
    return re.fullmatch("".join(between) + ".*" + last, answer, re.DOTALL) is not None


def _in_order(values: list[Any], answer: list[Any]) -> bool:
    if not values:
        return not answer
    first, *others = values
    if isinstance(first, Rest):
        return _in_order(others, answer) or (
            bool(answer) and contains(first.element, answer[0]) and _in_order(values, answer[1:])
        )
    return bool(answer) and contains(first, answer[0]) and _in_order(others, answer[1:])


def exact(value: Any) -> bool:
    """Whether a value is one alone, all through."""
    if isinstance(value, dict):
        return not isinstance(value, OpenObject) and all(map(exact, value.values()))
    if isinstance(value, list):
        return not isinstance(value, Unordered) and all(map(exact, value))
    if isinstance(value, Encoded):
        return exact(value.value)
    return not isinstance(value, (Unresolved, OneOf, Template, Rest))
