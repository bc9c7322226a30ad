"""What a variable is by what it is given, its default and whether it may be null."""

from dataclasses import replace
from typing import Any

import pytest

from gate.hcl.parse import blocks
from gate.hcl.work import Scope, Work
from gate.source.variables import converted
from gate.unknown import OneOf, Unresolved
from tests.helpers.containing import World

VARIABLE = Unresolved(("var.v",), exact=True)
HIDDEN = Unresolved(("var.x",))
DEFAULT, NOT_NULL = '  default = "d"\n', "  nullable = false\n"


def variable(body: str, given: Any, *, broken: bool = False) -> Any:
    found, problem = blocks(f'variable "v" {{\n{body}}}\n'.encode(), "main.tf")
    assert problem is None
    block = replace(found[0], broken=broken)
    return converted(block, given, VARIABLE, Scope(None, sealed=True), Work(World()))


@pytest.mark.parametrize(
    ("body", "given", "expected"),
    [
        ("", ..., VARIABLE),
        (DEFAULT, ..., "d"),
        (DEFAULT, "g", "g"),
        (DEFAULT, None, None),
        ("", None, None),
        (DEFAULT + NOT_NULL, ..., "d"),
        (DEFAULT + NOT_NULL, "g", "g"),
        (DEFAULT + NOT_NULL, None, "d"),
        (NOT_NULL, None, VARIABLE),  # Terraform refuses it
        (NOT_NULL, "g", "g"),
        (DEFAULT + NOT_NULL, OneOf(("g", None)), OneOf(("g", "d"))),
        (DEFAULT + NOT_NULL, OneOf(("g", "h")), OneOf(("g", "h"))),
        (DEFAULT + NOT_NULL, OneOf(("g", HIDDEN)), OneOf(("g", HIDDEN, "d"))),
        (DEFAULT + NOT_NULL, HIDDEN, OneOf((HIDDEN, "d"))),
        (DEFAULT, HIDDEN, HIDDEN),
        (DEFAULT + "  nullable = true\n", None, None),
        (DEFAULT + '  nullable = "false"\n', "g", VARIABLE),
        (DEFAULT + "  type = number\n", ..., Unresolved()),
    ],
)
def test_what_a_variable_is(body: str, given: Any, expected: Any) -> None:
    """What it is given, which null is too unless it may not be; else its default, of its type."""
    assert variable(body, given) == expected


def test_a_variable_that_is_not_certain() -> None:
    """One that is declared twice is not what was read; one that is not declared is what it is given."""
    assert variable(DEFAULT, "g", broken=True) == VARIABLE
    assert converted(None, "g", VARIABLE, Scope(None), Work(World())) == "g"
    assert converted(None, ..., VARIABLE, Scope(None), Work(World())) == VARIABLE
