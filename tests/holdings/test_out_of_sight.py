"""Where a resource is told of whose template nobody sees."""

import json
from typing import Any

import pytest

from gate.holdings.out_of_sight import OutOfSight, out_of_sight
from gate.holdings.source_answers import SourceAnswers
from gate.holdings.templates import in_templates
from gate.plan.model import read
from gate.plan.references import References
from tests.helpers.plans import change, findings, plan

CAPABLE = {"name": "s", "capabilities": ["CAPABILITY_IAM"]}
STAGES = {"stage": [{"action": [{"configuration": {"Capabilities": "CAPABILITY_IAM"}}]}]}


def found(address: str, after: Any, *others: Any) -> list[OutOfSight]:
    document = read(plan(*others, change(address, None, after)), "plan.json")[0]
    templates = in_templates(document, References(document), SourceAnswers(document), "refreshed")
    return [*out_of_sight(document, templates)]


@pytest.mark.parametrize(
    ("address", "after", "attribute", "makes_iam"),
    [
        ("aws_cloudformation_stack.s", {**CAPABLE, "template_url": "https://x"}, "capabilities", True),
        ("aws_cloudformation_stack.s", {**CAPABLE, "template_body": "{"}, "template_body", True),
        ("aws_cloudformation_stack.s", {"name": "s", "template_url": "https://x"}, "template_body", False),
        (
            "aws_cloudformation_stack.s",
            {"name": "s", "capabilities": [7], "template_body": "{"},
            "template_body",
            False,
        ),
        ("aws_codepipeline.p", STAGES, "stage", True),
        ("aws_cloudcontrolapi_resource.r", {"type_name": "AWS::IAM::Role", "desired_state": "7"}, "type_name", True),
    ],
)
def test_where_it_is_told(address: str, after: Any, attribute: str, makes_iam: bool) -> None:
    """At what lets it make IAM resources; at its template where that can't be read, or nothing lets it."""
    (one,) = found(address, after)
    assert (one.place.attribute, one.makes_iam) == (attribute, makes_iam)


def test_every_resource_is_looked_at() -> None:
    """Whatever stands before it; what a replacement left over of it tells nothing more."""
    address, hidden = "aws_cloudformation_stack.s", {"name": "s", "template_url": "https://x"}
    read_whole = change("aws_cloudformation_stack.a", None, {**CAPABLE, "template_body": '{"Resources": {}}'})
    left_over = change(address, hidden, None, deposed="1")
    assert [one.place.address for one in found(address, hidden, read_whole, left_over)] == [address]


def test_a_new_account_has_nothing_that_anybody_had() -> None:
    """Nor has the role that it comes with, by Terraform or in a template."""
    made = {"name": "a", "email": "a@example.com", "role_name": "AdministratorAccess"}
    account = {"Type": "AWS::Organizations::Account", "Properties": {"RoleName": "AdministratorAccess"}}
    stack = {"name": "s", "template_body": json.dumps({"Resources": {"A": account}})}
    accounts = (change("aws_organizations_account.a", None, made), change("aws_cloudformation_stack.s", None, stack))
    assert findings(plan(*accounts)) == ()
