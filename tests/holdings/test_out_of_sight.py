"""Where a resource is told of whose template nobody sees."""

from typing import Any

import pytest

from gate.holdings.out_of_sight import OutOfSight, out_of_sight
from gate.holdings.source_answers import SourceAnswers
from gate.holdings.templates import in_templates
from gate.plan.model import read
from gate.plan.references import References
from tests.helpers.plans import change, plan

CAPABLE = {"name": "s", "capabilities": ["CAPABILITY_IAM"]}
STAGES = {"stage": [{"action": [{"configuration": {"Capabilities": "CAPABILITY_IAM"}}]}]}


def found(address: str, after: Any) -> list[OutOfSight]:
    document = read(plan(change(address, None, after)), "plan.json")[0]
    templates = in_templates(document, References(document), SourceAnswers(document), "refreshed")
    return [*out_of_sight(document, templates)]


@pytest.mark.parametrize(
    ("address", "after", "attribute", "makes_iam"),
    [
        ("aws_cloudformation_stack.s", {**CAPABLE, "template_url": "https://x"}, "capabilities", True),
        ("aws_cloudformation_stack.s", {**CAPABLE, "template_body": "{"}, "template_body", True),
        ("aws_cloudformation_stack.s", {"name": "s", "template_url": "https://x"}, "template_body", False),
        ("aws_codepipeline.p", STAGES, "stage", True),
    ],
)
def test_where_it_is_told(address: str, after: Any, attribute: str, makes_iam: bool) -> None:
    """At what lets it make IAM resources; at its template where that can't be read, or nothing lets it."""
    (one,) = found(address, after)
    assert (one.place.attribute, one.makes_iam) == (attribute, makes_iam)
