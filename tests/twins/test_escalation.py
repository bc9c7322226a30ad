"""Checks of other tools about who may become whom: their decision beside gate's.

Each row is what the policy of a role becomes, whether the other tool fails it, whether gate warns, and why they differ.
The decisions are those of the tools' own code:
Prowler (3e000fa) iam_policy_allows_privilege_escalation and iam_inline_policy_allows_privilege_escalation: any of 101
combinations of actions allowed by one policy, resources and conditions ignored, a Deny by name;
Prowler iam_no_custom_policy_permissive_role_assumption: Allow of sts:AssumeRole, sts:* or * as a text, on a Resource
that contains `*`;
checkov (03d5fda) CKV_AWS_60 and CKV_AWS_61: a trust policy that everyone, or the whole account, may use;
CKV_AWS_286 and CKV_AWS_110: privilege escalation as cloudsplaining sees it, on a statement without constraint;
CKV2_AWS_56: IAMFullAccess attached.
"""

from typing import Any, NamedTuple

import pytest

from tests.helpers.escalation_plans import ADMIN, APP, NARROW, OWN, admin, becomes, role, told, trust
from tests.helpers.plans import change, inline, plan, policy, statement
from tests.helpers.plans import findings as found_in

PROWLER, ASSUMES, CHECKOV = "Prowler escalation", "Prowler role assumption", "checkov CKV_AWS_286"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
BOUNDED = {"StringEquals": {"iam:PermissionsBoundary": f"arn:aws:iam::{OWN}:policy/boundary"}}
TO_LAMBDA = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
OTHER = f"arn:aws:iam::{OWN}:role/app-logs"


class Twin(NamedTuple):
    """What the policy becomes, and what both say of it; `reason` where they differ."""

    tool: str
    case: str
    after: list[dict[str, Any]]
    fails: bool
    warns: bool
    reason: str = ""


TWINS = [
    Twin(PROWLER, "a new version of any policy", [statement("iam:CreatePolicyVersion")], True, True),
    Twin(PROWLER, "any policy on any role", [statement("iam:PutRolePolicy")], True, True),
    Twin(PROWLER, "by a wildcard", [statement("iam:Put*")], True, True),
    Twin(PROWLER, "all of IAM", [statement("iam:*")], True, True),
    Twin(PROWLER, "a role to an instance", [statement(["iam:PassRole", "ec2:RunInstances"])], True, True),
    Twin(PROWLER, "only passes", [statement("iam:PassRole")], False, False),
    Twin(PROWLER, "only reads", [statement(["iam:Get*", "iam:List*"])], False, False),
    Twin(PROWLER, "denied by name", [statement("iam:PutRolePolicy"), statement("iam:PutRolePolicy", effect="Deny")],
         False, False),
    Twin(PROWLER, "on one role without access", [statement("iam:PutRolePolicy", OTHER)], True, False,
         "that role has no full access: Prowler looks at no resource"),
    Twin(PROWLER, "on itself", [statement("iam:PutRolePolicy", APP)], True, True),
    Twin(PROWLER, "within a boundary", [statement("iam:PutRolePolicy", Condition=BOUNDED)], True, False,
         "what it gives stays within the boundary: Prowler looks at no condition"),
    Twin(PROWLER, "with a second factor", [statement("iam:PutRolePolicy", Condition=MFA)], True, True),
    Twin(PROWLER, "passes to another service",
         [statement("iam:PassRole", Condition=TO_LAMBDA), statement("ec2:RunInstances")], True, False,
         "EC2 does not get the role: Prowler looks at no condition"),
    Twin(PROWLER, "passes one role",
         [statement("iam:PassRole", OTHER), statement(["lambda:CreateFunction", "lambda:InvokeFunction"])], True, False,
         "that role has no full access: Prowler looks at no resource"),
    Twin(PROWLER, "its own access keys",
         [statement("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}")], True, False,
         "a user gains nothing by becoming itself: Prowler looks at no resource"),
    Twin(PROWLER, "everything", [statement("*")], True, False, "the stronger rule tells of it"),
    Twin(ASSUMES, "any role", [statement("sts:AssumeRole")], True, True),
    Twin(ASSUMES, "everything of STS", [statement("sts:*")], True, True),
    Twin(ASSUMES, "by another wildcard", [statement("sts:Assume*")], False, True, "Prowler compares three texts"),
    Twin(ASSUMES, "any role by its ARN", [statement("sts:AssumeRole", "arn:aws:iam::*:role/*")], True, True),
    Twin(ASSUMES, "roles of a prefix", [statement("sts:AssumeRole", f"{OTHER}-*")], True, False,
         "no role with full access has this prefix in the plan: Prowler looks for `*` anywhere"),
    Twin(ASSUMES, "a role with full access", [statement("sts:AssumeRole", ADMIN)], False, True,
         "Prowler does not look at what the role may do"),
    Twin(CHECKOV, "any policy on any role", [statement("iam:AttachRolePolicy")], True, True),
    Twin(CHECKOV, "on one role", [statement("iam:AttachRolePolicy", ADMIN)], False, True,
         "the role has full access: checkov stops at a resource that is named"),
]  # fmt: skip


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: f"{twin.tool}: {twin.case}")
def test_gate_beside_the_twin(twin: Twin) -> None:
    """What gate decides, beside a role with full access; where the other tool differs, the reason is said."""
    assert bool(becomes(twin.after, *admin())) is twin.warns
    assert bool(twin.reason) is (twin.fails is not twin.warns)


def test_actions_in_two_policies() -> None:
    """Prowler looks at each policy alone and passes both; gate joins them."""
    both = [inline(NARROW, policy(statement("iam:PassRole")), "a"), inline(NARROW, policy(statement("ec2:Run*")), "b")]
    assert len(told(role("app"), *both)) == 1


def test_the_same_as_before() -> None:
    """Prowler fails what is there; gate tells what is new."""
    assert becomes([statement("iam:PutRolePolicy")], before=policy(statement("iam:PutRolePolicy"))) == []


@pytest.mark.parametrize(
    ("after", "checkov", "gate"),
    [
        ({"AWS": "*"}, True, True),
        ({"AWS": f"arn:aws:iam::{OWN}:root"}, True, True),
        ({"AWS": "arn:aws:iam::444455556666:root"}, True, True),
        ({"AWS": "arn:aws:iam::444455556666:role/x"}, False, True),  # gate: another account's role is somebody new
        ({"Service": "lambda.amazonaws.com"}, False, True),  # gate: who can pass the role to it has the role
    ],
)
def test_trust_policies(after: dict[str, str], checkov: bool, gate: bool) -> None:
    """CKV_AWS_60 and CKV_AWS_61 fail everyone and whole accounts, of every role; gate of roles with full access."""
    before = trust(Service="ec2.amazonaws.com")
    assert bool(told(*admin(before, trust(**after)))) is gate
    assert not checkov or gate
    assert told(role("app", before, trust(**after)), inline(NARROW, NARROW)) == []


def test_the_full_access_policy_of_iam() -> None:
    """CKV2_AWS_56 fails IAMFullAccess by name; gate warns of what it allows, at the attachment."""
    attached = {"role": "app", "policy_arn": "arn:aws:iam::aws:policy/IAMFullAccess"}
    (found,) = found_in(plan(role("app"), change("aws_iam_role_policy_attachment.a", None, attached)))
    assert (found.rule, found.blocks) == ("KMS006", False)
