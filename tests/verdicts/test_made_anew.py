"""What a principal that is made anew has of what it had."""

from typing import Any

import pytest

from tests.helpers.plans import change, findings, inline, plan, policy, statement

FULL, DENIES = (policy(statement("kms:*", effect=effect)) for effect in ("Allow", "Deny"))
DENY_ALL = ["arn:aws:iam::aws:policy/AWSDenyAll"]


@pytest.mark.parametrize("actions", [["delete", "create"], ["create", "delete"], ["update"]])
@pytest.mark.parametrize(
    ("kind", "name", "own"),
    [
        ("aws_iam_role", "name", {"inline_policy": [{"name": "d", "policy": DENIES}]}),
        ("aws_iam_role", "name", {"managed_policy_arns": DENY_ALL}),
        ("awscc_iam_role", "role_name", {"policies": [{"policy_name": "d", "policy_document": DENIES}]}),
        ("awscc_iam_role", "role_name", {"managed_policy_arns": DENY_ALL}),
    ],
)
def test_what_a_role_had_of_its_own_goes_with_it(kind: str, name: str, own: dict[str, Any], actions: list[str]) -> None:
    """A role that is made anew has nothing of what the code no longer says: its old Deny denies nothing. One that is
    updated keeps it."""
    (attribute,) = own
    body = {"actions": actions, "after_unknown": {attribute: True}}
    role = change(f"{kind}.app", {name: "app", **own}, {name: "app"}, change=body)
    keys = inline(FULL, FULL, "keys")
    keys["change"]["actions"] = ["delete", "create"]
    blocking = [one.rule for one in findings(plan(role, keys)) if one.blocks]
    assert blocking == ([] if actions == ["update"] else ["KMS001"])
