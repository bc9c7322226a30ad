"""Checks of other tools about everything, or about all of another service: their decision beside gate's.

gate is about KMS: whoever may do everything may do everything with keys, and whoever may do all of another service may
not. The decisions are those of the tools' own documentation and code:
Prowler (3e000fa) iam_*_no_administrative_privileges: `*` on `*`; iam_*_administratoraccess_policy: a policy by that
name is attached; iam_policy_no_full_access_to_cloudtrail, iam_policy_cloudshell_admin_not_attached,
bedrock_full_access_policy_attached;
AWS Security Hub IAM.1 (`*` on `*`) and IAM.21 (all of a service, whatever the resource)
(https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html);
AWS Control Tower CT.IAM.PR.1 to PR.5: the same in templates;
checkov (03d5fda) CKV_AWS_62 and CKV_AWS_63: `*` on `*`, `*`; CKV_AWS_274: AdministratorAccess is attached;
CKV_AWS_355 and 356: the resource `*` of actions that can be narrowed;
AWS Guard rules (7f7340c) IAM_POLICY_NO_STATEMENTS_WITH_FULL_ACCESS: an action `service:*` or `*`;
trivy AVD-AWS-0057: any wildcard in actions or resources.
"""

from typing import Any, NamedTuple

import pytest

from tests.helpers.plans import change, findings, inline, plan, policy, statement

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
NOT_KMS = "another service; gate is about KMS"


class Twin(NamedTuple):
    """An inline policy, and what both say of it; `reason` where they differ."""

    tool: str
    after: list[dict[str, Any]]
    fails: bool
    gate: list[str]
    reason: str = ""


EVERYTHING = [statement("*")]
TWINS = [
    Twin("Prowler iam_inline_policy_no_administrative_privileges", EVERYTHING, True, ["KMS001"]),
    Twin("Security Hub IAM.1", EVERYTHING, True, ["KMS001"]),
    Twin("Control Tower CT.IAM.PR.1", EVERYTHING, True, ["KMS001"]),
    Twin("checkov CKV_AWS_62", EVERYTHING, True, ["KMS001"]),
    Twin("checkov CKV_AWS_63", [statement("*", KEY)], True, ["KMS002"]),
    Twin(
        "checkov CKV_AWS_62", [statement("*", KEY)], False, ["KMS002"], "everything with one key is full access to it"
    ),
    Twin("AVD-AWS-0057", EVERYTHING, True, ["KMS001"]),
    Twin("AVD-AWS-0057", [statement("s3:Get*")], True, [], NOT_KMS),
    Twin("Security Hub IAM.21", [statement("kms:*")], True, ["KMS001"]),
    Twin("Security Hub IAM.21", [statement("kms:*", KEY)], True, ["KMS002"]),
    Twin("Security Hub IAM.21", [statement("ec2:*")], True, [], NOT_KMS),
    Twin("Control Tower CT.IAM.PR.3", [statement(["s3:*", "sqs:*"])], True, [], NOT_KMS),
    Twin("Guard IAM_POLICY_NO_STATEMENTS_WITH_FULL_ACCESS", [statement("kms:*")], True, ["KMS001"]),
    Twin(
        "Guard IAM_POLICY_NO_STATEMENTS_WITH_FULL_ACCESS", [statement("k?s:*")], False, ["KMS001"], "another spelling"
    ),
    Twin("Prowler iam_policy_no_full_access_to_cloudtrail", [statement("cloudtrail:*")], True, [], NOT_KMS),
    Twin("checkov CKV_AWS_355", [statement("kms:DescribeKey")], True, [], "reading metadata takes nothing over"),
]
ATTACHED = [
    ("AdministratorAccess", "Prowler iam_role_administratoraccess_policy, checkov CKV_AWS_274", True, ["KMS001"], ""),
    ("ReadOnlyAccess", "Prowler iam_role_administratoraccess_policy", False, [], ""),
    ("AWSCloudShellFullAccess", "Prowler iam_policy_cloudshell_admin_not_attached", True, [], NOT_KMS),
    ("AmazonBedrockFullAccess", "Prowler bedrock_full_access_policy_attached", True, [], NOT_KMS),
]


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: f"{twin.tool}: {twin.after[0]['Action']}")
def test_an_inline_policy(twin: Twin) -> None:
    """Full access is told; the differences are those with a reason."""
    assert [finding.rule for finding in findings(plan(inline(None, policy(*twin.after))))] == twin.gate
    assert twin.reason or twin.fails == bool(twin.gate)


@pytest.mark.parametrize(("name", "tool", "fails", "gate", "reason"), ATTACHED)
def test_an_attached_policy_of_aws(name: str, tool: str, fails: bool, gate: list[str], reason: str) -> None:
    """gate looks at what a policy of AWS allows, not at its name."""
    arn = f"arn:aws:iam::aws:policy/{name}"
    attached = change("aws_iam_role_policy_attachment.a", None, {"role": "app", "policy_arn": arn})
    assert [finding.rule for finding in findings(plan(attached))] == gate, tool
    assert reason or fails == bool(gate)


def trust(principal: Any, **elements: Any) -> dict[str, Any]:
    """The change that makes a role which this principal may assume."""
    statement_ = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **elements}
    values = {"name": "app", "path": "/", "assume_role_policy": policy(statement_)}
    return change("aws_iam_role.app", None, values)


OIDC = {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}
SECRET = {
    "secret_arn": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-abcdef",
    "policy": policy({**statement("secretsmanager:GetSecretValue"), "Principal": "*"}),
}
PROFILE = {"name": "p", "role_arns": ["arn:aws:iam::111122223333:role/app"], "session_policy": policy(statement("*"))}
READ_ONLY = {"role": "app", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
ELSEWHERE = [
    ("checkov CKV_AWS_60", [trust({"AWS": "*"})], "the role has no full access to become"),
    ("checkov CKV_AWS_61", [trust({"AWS": "arn:aws:iam::444455556666:root"})], "the role has no full access to become"),
    ("checkov CKV_AWS_358", [trust(OIDC)], "the role has no full access to become"),
    (
        "Prowler iam_role_cross_service_confused_deputy_prevention",
        [trust({"Service": "ec2.amazonaws.com"})],
        "the role has no full access to become",
    ),
    (
        "Prowler iam_role_cross_account_readonlyaccess_policy",
        [
            trust({"AWS": "arn:aws:iam::444455556666:root"}),
            change("aws_iam_role_policy_attachment.a", None, READ_ONLY),
        ],
        "who only reads takes no key over",
    ),
    (
        "Prowler secretsmanager_not_publicly_accessible",
        [change("aws_secretsmanager_secret_policy.s", None, SECRET)],
        NOT_KMS,
    ),
    (
        "Prowler rolesanywhere_profile_restricts_session_permissions",
        [change("aws_rolesanywhere_profile.p", None, PROFILE)],
        "a session policy only narrows what the role may do",
    ),
]


@pytest.mark.parametrize(("tool", "changes", "reason"), ELSEWHERE)
def test_what_another_tool_fails_and_gate_does_not(tool: str, changes: list[dict[str, Any]], reason: str) -> None:
    """Nobody newly gets at keys."""
    assert [f.rule for f in findings(plan(*changes)) if f.rule != "KMS011"] == [], (tool, reason)
