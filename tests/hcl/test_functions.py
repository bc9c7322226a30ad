"""Expressions and functions whose arguments are known: the value is the one that Terraform gives, or contains it."""

import json
from typing import Any

import pytest

from gate.hcl.evaluate import evaluate
from gate.hcl.functions import FUNCTIONS
from gate.hcl.values import Encoded, Rest
from gate.hcl.work import Scope
from gate.source import Source
from gate.unknown import OneOf, Template, Unresolved
from tests.helpers.containing import value_of
from tests.helpers.paths import SOURCE_PLANS
from tests.helpers.source_trees import case

pytestmark = pytest.mark.slow

OUTPUTS: dict[str, Any] = json.loads((SOURCE_PLANS / "functions" / "plan.json").read_bytes())["planned_values"][
    "outputs"
]


def contains(value: Any, answer: Any) -> bool:
    """Whether the answer is among those that a value stands for; elements in any order, since equal ones become one."""
    if isinstance(value, (Unresolved, Template)):
        return True
    if isinstance(value, OneOf):
        return any(contains(one, answer) for one in value.alternatives)
    if isinstance(value, Encoded):
        return contains(value.value, json.loads(answer))
    if isinstance(value, dict):
        return value.keys() == answer.keys() and all(contains(one, answer[key]) for key, one in value.items())
    if isinstance(value, list):
        bare = [one.element if isinstance(one, Rest) else one for one in value]
        return all(any(contains(one, other) for one in bare) for other in answer)
    return type(value) is type(answer) and bool(value == answer)


@pytest.fixture(scope="module")
def source() -> Source:
    """plans/functions, read once for all of its outputs."""
    return case("functions")[1]


@pytest.mark.parametrize("name", sorted(OUTPUTS))
def test_value_contains_terraforms(source: Source, name: str) -> None:
    """Every output of plans/functions/main.tf is taken to be what Terraform 1.11.4 wrote into plan.json, or more."""
    root = source._world.root()
    assert root.module is not None
    expression = root.module.outputs[name].attributes["value"].expression
    value = source._answer(lambda work: evaluate(expression, Scope(root), work))
    assert contains(value, OUTPUTS[name].get("value")), value
    assert source._work.left > 0  # the end of the budget would make everything unknown, which contains every answer


def test_a_row_is_all_that_a_function_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Alone, in other functions and in templates."""
    monkeypatch.setitem(FUNCTIONS, "shouted", lambda _, value: value.upper())  # type: ignore[index]
    assert value_of('shouted("a")', {}) == "A"
    assert value_of('join(",", [for x in ["a", "b"] : shouted(x)])', {}) == "A,B"
    assert value_of('"x${shouted("a")}"', {}) == "xA"
