"""What gate takes an expression to be contains what real Terraform made of it: answers recorded from its console."""

import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gate.hcl.functions import FUNCTIONS
from gate.unknown import Unresolved
from tests.helpers.containing import contains, exact, value_of

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
ROWS = [tuple(line.rsplit("\t", 1)) for line in (HERE / "answers.tsv").read_text().splitlines()]
ANSWERS = {expression: json.loads(answer) for expression, answer in ROWS if answer != "refused"}
WRITTEN = (HERE / "expressions.txt").read_text().splitlines()
TOLD = {name[6:]: answer for name, answer in ANSWERS.items() if name.startswith("local.") and name[6:].isidentifier()}


SOURCES: dict[str, str] = tomllib.loads((HERE / "shapes.toml").read_text())["locals"]
HALF = {"text", "yes", "tuple", "object", "small", "no_small", "set", "nothing"}


@cache
def known(kind: str) -> dict[str, Any]:
    """The locals as the source gives them, as a plan tells them, not at all, or only one half of them."""
    if kind == "source":
        return {name: value_of(text) for name, text in SOURCES.items()}
    if kind == "nothing":
        return {}
    return {name: value for name, value in TOLD.items() if kind == "plan" or (name in HALF) == (kind == "one half")}


@cache
def values(kind: str) -> list[Any]:
    """What gate takes every expression to be, in the order of the answers."""
    return [value_of(expression, known(kind)) for expression in ANSWERS]


@pytest.mark.parametrize("kind", ["source", "plan", "nothing", "one half", "other half"])
def test_every_answer_is_contained(kind: str) -> None:
    """Whether the locals in it are known or not, an expression's value contains what Terraform made of it."""
    wrong = []
    for (expression, answer), value in zip(ANSWERS.items(), values(kind), strict=True):
        if not contains(value, answer):
            wrong.append(f"{expression} is {answer!r}, not {value!r}")
    assert wrong == []


EXACT = r"""
"kms:*"
"${local.text}/${local.word}-${local.yes}"
"a%{ if local.yes }b%{ else }c%{ endif }"
"%{ for x in local.tuple }${x}%{ endfor }"
[1, "a", true, null]
{ a = 1, "b" = [local.word], (local.word) = local.object }
local.object.b[1]
local.object["a"]
local.tuple[0]
local.large[*].b[0]
jsonencode(local.statement)
jsondecode(jsonencode(local.statement)).Effect
"${jsonencode(local.set)}."
local.text == "kms:*" ? "a" : "b"
local.text != "kms:*" || local.no ? "a" : "b"
local.nothing == null && !local.no ? "a" : "b"
local.yes ? [local.statement] : []
local.yes ? tomap({ x = { a = "x", b = ["y"] } }) : {}
local.yes ? null : local.statement
{ for k, v in local.map : k => "${v}!" }
[for k, v in local.object : k]
concat(local.tuple, ["c"], [])
concat([local.statement], local.yes ? [{ Effect = "Deny" }] : [])
flatten([local.tuple, [["c"]], "d"])
merge(local.object, { a = 1 }, null)
merge({ a = 1 }, local.no ? { b = 2 } : {})
[for k, v in (local.nothing == null ? tomap({ x = { a = "x", b = ["y"] } }) : {}) : v.b]
join(",", local.tuple)
join("-", local.set)
format("%s/%s%%", local.word, local.one)
toset(["b", "a", "b"])
compact(["a", "", null])
tolist(["a", "b"])
keys(local.object)
values(local.object)
lookup(local.object, "a", "d")
lookup(local.map, "zz", "d")
coalesce(local.nothing, "", "b")
one(["a"])
try(local.object.a, "d")
try(local.object.zz, "d")
tostring(true)
"""


@pytest.mark.parametrize("expression", EXACT.strip().splitlines())
def test_the_exact_language_stays_exact(expression: str) -> None:
    """What policies are mostly written with has one value, and that is what Terraform made of it."""
    value = value_of(expression, known("source"))
    assert exact(value)
    assert contains(value, ANSWERS[expression])


def test_what_is_given_up_is_counted() -> None:
    """Of all that is recorded, most of it generated at random, no more is open than was."""
    found = values("source")
    assert sum(map(exact, found)) > 0.16 * len(found)
    assert sum(isinstance(value, Unresolved) for value in found) < 0.4 * len(found)


def test_every_function_was_recorded() -> None:
    """No function is in the table whose results Terraform's own do not vouch for."""
    text = "\n".join(ANSWERS)
    assert set(FUNCTIONS) - set(re.findall(r"\b(\w+)\(", text)) == {"sensitive"}


def test_there_are_enough_answers() -> None:
    """Thousands of generated expressions, and every one that was written for its kind."""
    assert len(ANSWERS) > 3500
    assert set(TOLD) == set(SOURCES)
