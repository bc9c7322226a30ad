"""What gate takes an expression to be contains what real Terraform made of it: answers recorded from its console."""

import ast
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from containing import contains, exact, value_of

from gate.unknown import Unresolved

HERE = Path(__file__).parent
ROWS = [tuple(line.rsplit("\t", 1)) for line in (HERE / "answers.tsv").read_text().splitlines()]
ANSWERS = {expression: json.loads(answer) for expression, answer in ROWS if answer != "refused"}
WRITTEN = (HERE / "expressions.txt").read_text().splitlines()
TOLD = {name[6:]: answer for name, answer in ANSWERS.items() if name.startswith("local.") and name[6:].isidentifier()}


@cache
def sources() -> dict[str, str]:
    """The expression of every local, as the script that records has it."""
    script = ast.parse((HERE.parents[1] / "scripts" / "record_console.py").read_text())
    (table,) = (one.value for one in script.body if isinstance(one, ast.Assign) and one.targets[0].id == "LOCALS")  # type: ignore[attr-defined]
    return dict(ast.literal_eval(table))


HALF = {"text", "yes", "tuple", "object", "small", "no_small", "set", "nothing"}


@cache
def known(kind: str) -> dict[str, Any]:
    """The locals as the source gives them, as a plan tells them, not at all, or only one half of them."""
    if kind == "source":
        return {name: value_of(text) for name, text in sources().items()}
    if kind == "nothing":
        return {}
    return {name: value for name, value in TOLD.items() if kind == "plan" or (name in HALF) == (kind == "one half")}


@pytest.mark.parametrize("kind", ["source", "plan", "nothing", "one half", "other half"])
def test_every_answer_is_contained(kind: str) -> None:
    """Whether the locals in it are known or not, an expression's value contains what Terraform made of it."""
    wrong = []
    for expression, answer in ANSWERS.items():
        value = value_of(expression, known(kind))
        if not contains(value, answer):
            wrong.append(f"{expression} is {answer!r}, not {value!r}")
    assert wrong == []


def test_there_are_enough_answers() -> None:
    """Thousands of generated expressions, and every one that was written for its kind."""
    assert len(ANSWERS) > 3500
    assert set(TOLD) == set(sources())
