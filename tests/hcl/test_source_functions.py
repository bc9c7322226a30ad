"""Expressions and functions whose arguments are known: the value is the one that Terraform gives."""

import json
from typing import Any

import pytest
from source_trees import PLANS, case

from gate.source import Encoded
from gate.hcl.evaluate import Scope, evaluate
from gate.hcl.functions import table
from gate.hcl.text import json_text
from gate.hcl.values import same

OUTPUTS: dict[str, Any] = json.loads((PLANS / "functions" / "plan.json").read_bytes())["planned_values"]["outputs"]


@pytest.mark.parametrize("name", sorted(OUTPUTS))
def test_value_is_terraforms(name: str) -> None:
    """Every output of plans/functions/main.tf has the value that Terraform 1.11.4 wrote into plan.json."""
    _, source = case("functions")
    root = source._world.root()
    assert root.module is not None
    expression = root.module.outputs[name].attributes["value"].expression
    value = source._answer(lambda work: evaluate(expression, Scope(root), work))
    actual = json_text(value.value) if isinstance(value, Encoded) else value
    assert same(actual, OUTPUTS[name].get("value")), actual


def test_every_function_is_in_the_fixture() -> None:
    """No function is in the table that Terraform's own values do not vouch for."""
    text = (PLANS / "functions" / "main.tf").read_text()
    untried = {name for name in table() if f"{name}(" not in text}
    assert untried == {"ephemeralasnull"}
