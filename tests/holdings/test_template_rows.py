"""Which row reads a type of CloudFormation."""

from typing import Any

import pytest

from gate.holdings.template_resources import UNCHANGED
from gate.holdings.template_rows import row_of
from gate.holdings.template_types import in_terraform, rolls_back
from gate.plan.shapes import UNKNOWN, ResourceChange


@pytest.mark.parametrize(
    ("declared", "row"),
    [
        ("AWS::IAM::RolePolicy", "awscc_iam_role_policy"),
        ("AWS::KMS::Key", "awscc_kms_key"),
        ("AWS::IAM::Unheard", "awscc_iam_unheard"),
        ("AWS::SNS::Topic", ""),
        # somebody's own types, modules, and what is no type
        ("Acme::IAM::Role", ""),
        ("Custom::IAMRole", ""),
        ("AWS::IAM::Role::MODULE", ""),
        ("AWS::IAM", ""),
        ("", ""),
    ],
)
def test_what_reads_a_type(declared: str, row: str) -> None:
    """Of AWS's own types those of the tables, and every one of IAM; what another calls like one is another thing."""
    assert row_of(declared) == row


@pytest.mark.parametrize(
    ("name", "index", "module", "address"),
    [
        ("aws_cloudformation_stack/s/Role", None, "", "aws_cloudformation_stack.s"),
        ("aws_cloudformation_stack/s/Role", "a", 'module.m["x"]', 'module.m["x"].aws_cloudformation_stack.s["a"]'),
        ("aws_cloudcontrolapi_resource/s", 0, "", "aws_cloudcontrolapi_resource.s[0]"),
        ("s", 0, "module.m", "what it was"),
    ],
)
def test_what_terraform_calls_what_has_a_resource(name: str, index: Any, module: str, address: str) -> None:
    """The stack, at the address of its own entry; what is in none is itself."""
    entry = ResourceChange(
        type="t", name=name, change=UNCHANGED, address="what it was", index=index, module_address=module
    )
    found = in_terraform(entry)
    assert found.address == address
    assert (found.type, found.name) == (("t", name) if found is entry else tuple(name.split("/")[:2]))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        (None, True),
        ({"disable_rollback": False, "on_failure": "DELETE"}, True),
        ({"disable_rollback": True}, False),
        ({"disable_rollback": UNKNOWN}, False),
        ({"on_failure": "DO_NOTHING"}, False),
    ],
)
def test_whether_a_stack_takes_back_what_it_made(values: Any, expected: bool) -> None:
    assert rolls_back(values) is expected
