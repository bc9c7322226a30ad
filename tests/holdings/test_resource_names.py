"""By which names a resource may be connected with another one."""

from collections.abc import Hashable
from typing import Any

import pytest

from gate.holdings.resource_names import resource_names
from tests.helpers.plans import change, plan
from tests.helpers.rooms import read_iam

SET = {"instance_arn": "i", "permission_set_arn": "s"}
OF_SET = ("permission set", "s")
NAMED = {"customer_managed_policy_reference": [{"name": "p", "path": "/"}]}
AWS = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def names(address: str, after: Any) -> frozenset[Hashable]:
    raw = plan(change(address, None, after))
    (resource,) = read_iam(raw).resources
    return resource_names(resource)


@pytest.mark.parametrize(
    ("address", "after", "expected"),
    [
        ("aws_ssoadmin_customer_managed_policy_attachment.a", {**SET, **NAMED}, {OF_SET, ("policy", "p")}),
        (
            "aws_ssoadmin_customer_managed_policy_attachment.a",
            {**SET, "customer_managed_policy_reference": ["p"]},
            {OF_SET},
        ),
        (
            "aws_ssoadmin_permissions_boundary_attachment.a",
            {**SET, "permissions_boundary": [NAMED]},
            {OF_SET, ("policy", "p")},
        ),
        ("aws_iam_role_policy_attachment.a", {"role": "r", "policy_arn": AWS}, {("role", "r")}),
        (
            "aws_iam_role_policy_attachment.a",
            {"role": "r", "policy_arn": "arn:aws:iam::111122223333:policy/x/p"},
            {("role", "r"), ("policy", "p")},
        ),
        ("aws_iam_role.a", {"name": "r"}, {("role", "r"), ((), "aws_iam_role", "a")}),
        ("aws_iam_policy.a", {"name": "p"}, {("policy", "p"), ((), "aws_iam_policy", "a")}),
        ("aws_iam_policy.a", {"name": None}, {((), "aws_iam_policy", "a")}),
    ],
)
def test_names(address: str, after: Any, expected: Any) -> None:
    """Its own, those of whom it reaches, and of the customer managed policies that it names."""
    assert names(address, after) == expected


def test_a_name_that_is_not_known_is_the_block_that_it_comes_from() -> None:
    """Two policies whose names are not known have no name in common."""
    later = {"after_unknown": {"role": True}}
    attached = change("aws_iam_role_policy_attachment.a", None, {"policy_arn": AWS}, change=later)
    kind = {"mode": "managed", "type": "aws_iam_role_policy_attachment", "name": "a"}
    role = {"references": ["aws_iam_role.r.name", "aws_iam_role.r"]}
    block = {**kind, "address": "aws_iam_role_policy_attachment.a", "expressions": {"role": role}}
    made = {"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r"}
    raw = plan(attached, configuration={"root_module": {"resources": [block, made]}})
    (resource,) = read_iam(raw).resources
    assert resource_names(resource) == {((), "aws_iam_role", "r")}
    unnamed = change("aws_iam_policy.a", None, {}, change={"after_unknown": {"name": True}})
    (resource,) = read_iam(plan(unnamed)).resources
    assert resource_names(resource) == {((), "aws_iam_policy", "a")}
