"""Checks of other tools about what identity policies grant in KMS: their decision beside gate's.

Each row is a policy as it was and as it becomes, whether the other tool fails it afterwards, what gate finds, and why
they differ. The decisions are those of the tools' own documentation and code:
AWS Security Hub KMS.1 and KMS.2, which are AWS Config's iam-customer-policy-blocked-kms-actions and
iam-inline-policy-blocked-kms-actions (https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html):
kms:Decrypt or kms:ReEncryptFrom allowed on all keys, conditions ignored;
hashicorp/prewritten-terraform-policy-library (0e06e45, 0d2687e), the same two: literal action names or wildcards,
Resource "*" alone, statements with Condition or NotAction and Denies left out, what is unknown passes;
hashicorp/policy-library-FSBP (a89af1fc), the same two and IAM.21: the state's policy documents, actions as texts;
AWS Control Tower CT.KMS.PV.1 (https://docs.aws.amazon.com/controltower/latest/controlreference/): a service control
policy that denies kms:CreateGrant unless kms:GrantIsForAWSResource is true;
Prowler (3e000fa) iam_inline_policy_no_full_access_to_kms: every action, on the resource "*".
"""

from typing import Any, NamedTuple

import pytest

from tests.helpers.plans import change, findings, inline, plan, policy, statement

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
FOR_SERVICES = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
HUB, LIBRARY, SENTINEL = "Security Hub", "prewritten Terraform policy", "Sentinel FSBP"
TOWER, PROWLER = "Control Tower CT.KMS.PV.1", "Prowler"


class Twin(NamedTuple):
    """One policy, and what both say of it; `reason` where they differ."""

    tool: str
    case: str
    after: list[dict[str, Any]]
    fails: bool
    gate: list[str]
    reason: str = ""
    before: list[dict[str, Any]] | None = None


DECRYPT, NEITHER = [statement("kms:Decrypt")], [statement(["kms:Encrypt", "kms:DescribeKey"])]
TWINS = [
    Twin(HUB, "decrypts with every key", DECRYPT, True, ["KMS003"]),
    Twin(HUB, "re-encrypts from every key", [statement("kms:ReEncryptFrom")], True, ["KMS003"]),
    Twin(HUB, "by a wildcard", [statement("kms:ReEncrypt*")], True, ["KMS003"]),
    Twin(HUB, "with one key", [statement("kms:Decrypt", KEY)], False, []),
    Twin(HUB, "encrypts", NEITHER, False, []),
    Twin(HUB, "under a condition", [statement("kms:Decrypt", Condition=MFA)], True, ["KMS003"]),
    Twin(HUB, "the same as before", DECRYPT, True, [], "it is not new", before=DECRYPT),
    Twin(
        HUB,
        "with more beside it",
        [*DECRYPT, *NEITHER],
        True,
        [],
        "what is new is none of the two actions",
        before=DECRYPT,
    ),
    Twin(
        HUB,
        "a condition is dropped",
        DECRYPT,
        True,
        ["KMS003"],
        before=[statement("kms:Decrypt", Condition=MFA)],
    ),
    Twin(
        HUB,
        "every action",
        [statement("kms:*")],
        True,
        ["KMS001"],
        "the stronger rule covers the weaker",
    ),
    Twin(
        HUB,
        "keys of one account",
        [statement("kms:Decrypt", "arn:aws:kms:*:111122223333:key/*")],
        False,
        ["KMS003"],
        "these are all keys that the principal's own account has",
    ),
    Twin(LIBRARY, "decrypts with every key", DECRYPT, True, ["KMS003"]),
    Twin(LIBRARY, "the same as before", DECRYPT, True, [], "it is not new", before=DECRYPT),
    Twin(
        LIBRARY,
        "under a condition",
        [statement("kms:Decrypt", Condition=MFA)],
        False,
        ["KMS003"],
        "a conditional grant is a grant",
    ),
    Twin(
        LIBRARY,
        "by NotAction",
        [
            statement(
                NotAction=["kms:Encrypt", "kms:Put*", "kms:Create*", "kms:Schedule*", "kms:Disable*", "kms:Delete*"]
            )
        ],
        False,
        ["KMS003", "KMS004", "KMS006"],
        "what is left in counts, Decrypt, ReplicateKey and all of IAM among it",
    ),
    Twin(
        LIBRARY,
        "on every key ARN",
        [statement("kms:Decrypt", "arn:aws:kms:*:*:key/*")],
        False,
        ["KMS003"],
        "this is every key in another spelling",
    ),
    Twin(
        LIBRARY,
        "allowed and denied",
        [*DECRYPT, statement("kms:Decrypt", effect="Deny")],
        True,
        [],
        "a Deny removes what it denies",
    ),
    Twin(SENTINEL, "decrypts with every key", DECRYPT, True, ["KMS003"]),
    Twin(SENTINEL, "with one key", [statement("kms:Decrypt", KEY)], True, [], "it does not look at the resource"),
    Twin(
        SENTINEL,
        "denied",
        [statement("kms:Decrypt", effect="Deny")],
        True,
        [],
        "it does not look at the effect",
    ),
    Twin(
        SENTINEL,
        "by a wildcard",
        [statement("kms:De*t")],
        False,
        ["KMS003"],
        "it compares texts; a wildcard is any text",
    ),
    Twin(TOWER, "grants to anybody", [statement("kms:CreateGrant")], True, ["KMS004"]),
    Twin(TOWER, "grants for services", [statement("kms:CreateGrant", Condition=FOR_SERVICES)], False, []),
    Twin(
        TOWER,
        "the condition is dropped",
        [statement("kms:CreateGrant")],
        True,
        ["KMS004"],
        before=[statement("kms:CreateGrant", Condition=FOR_SERVICES)],
    ),
    Twin(
        TOWER,
        "on one key",
        [statement("kms:CreateGrant", KEY)],
        True,
        [],
        "the rule is about keys that no name tells apart",
    ),
    Twin(
        TOWER,
        "to one role",
        [statement("kms:CreateGrant", Condition={"StringEquals": {"kms:GranteePrincipal": "arn:aws:iam::1:role/r"}})],
        True,
        [],
        "the grantee is written out, nobody else gets hold of a key",
    ),
    Twin(PROWLER, "every action", [statement("kms:*")], True, ["KMS001"]),
    Twin(PROWLER, "decrypts with every key", DECRYPT, False, ["KMS003"], "one action is not full access; gate warns"),
    Twin(PROWLER, "takes over every key", [statement("kms:PutKeyPolicy")], False, ["KMS004"], "the same"),
]


def identity(twin: Twin) -> str:
    return f"{twin.tool}: {twin.case}"


@pytest.mark.parametrize("twin", TWINS, ids=identity)
def test_an_inline_policy(twin: Twin) -> None:
    """What Security Hub's KMS.2 and the like look at."""
    before = policy(*twin.before) if twin.before else None
    assert [finding.rule for finding in findings(plan(inline(before, policy(*twin.after))))] == twin.gate


@pytest.mark.parametrize("twin", TWINS, ids=identity)
def test_a_managed_policy_that_nobody_has(twin: Twin) -> None:
    """What Security Hub's KMS.1 and the like look at, attached or not."""

    def values(statements: list[dict[str, Any]]) -> dict[str, Any]:
        arn = "arn:aws:iam::111122223333:policy/p"
        return {"name": "p", "path": "/", "arn": arn, "policy": policy(*statements)}

    created = change("aws_iam_policy.p", values(twin.before) if twin.before else None, values(twin.after))
    assert [finding.rule for finding in findings(plan(created))] == twin.gate


@pytest.mark.parametrize("twin", TWINS, ids=identity)
def test_every_difference_has_a_reason(twin: Twin) -> None:
    """A tool that fails what gate passes, or the other way round, is told why."""
    assert twin.reason or twin.fails == bool(twin.gate)
