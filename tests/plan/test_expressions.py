"""What counts as a constant of a configuration: in JSON a plan has templates in the place of constants."""

from typing import Any

import pytest

from gate.plan.expressions import references_of, without_templates

TEMPLATES = [
    '${join(":", ["kms", "*"])}', 'a${"x"}', '${ "x" }', "${~file(\"x\")}", "${core::upper(\"x\")}", "${[1][0]}",
    "${!true}", "${1 == 1}", "%{ if true }a%{ endif }", "%{~for x in [1]~}a%{endfor}", ["a", '${"x"}'],
    {"a": {"b": "${f()}"}},
]  # fmt: skip
TEXTS = [
    "echo ${HOME} ${HOME:-/root} ${1} ${#} ${@}", "arn:aws:s3:::b/${aws:username}", "${AWS::Region}.${Name}", "$${x}",
    "%{http_code}", "100%", "$", 5, None, True, ["${a}"], {"${a}": 1},
]  # fmt: skip


@pytest.mark.parametrize("constant", TEMPLATES)
def test_a_template_is_no_constant(constant: Any) -> None:
    """A call or a literal between braces is what Terraform evaluates."""
    assert without_templates({"a": [{"b": {"constant_value": constant}}]}) == {"a": [{"b": {}}]}


@pytest.mark.parametrize("constant", TEXTS)
def test_a_text_of_a_shell_or_of_aws_is_a_constant(constant: Any) -> None:
    """As HCL writes it with `$${`."""
    expression = {"b": {"constant_value": constant}, "c": [{"constant_value": constant}]}
    assert without_templates(expression) == expression


def test_what_refers_to_something_is_no_constant() -> None:
    """Whatever stands there as its constant."""
    assert without_templates({"constant_value": "${var.x}", "references": ["var.x"]}) == {"references": ["var.x"]}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ({"references": ["a.b", "a"]}, ["a.b", "a"]),
        ({"references": ["a", 1, ["b"]]}, ["a"]),
        ({"references": {"a": 1}}, []),
        ({"references": 1.5}, []),
        ({"constant_value": "a"}, []),
        ([{"references": ["a"]}], []),
        (None, []),
    ],
)
def test_the_references_of_an_expression(expression: Any, expected: list[str]) -> None:
    """In their order; none of what Terraform does not write."""
    assert references_of(expression) == expected
