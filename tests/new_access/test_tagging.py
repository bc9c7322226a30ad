"""Who may newly tag keys, where a condition on a tag held back full access."""

from typing import Any

import pytest

from tests.helpers.escalation_plans import APP, OWN, role, told
from tests.helpers.plans import change, findings, inline, plan, policy, statement

OF_TEAM = {"StringEquals": {"aws:ResourceTag/team": "app"}}
TAGGED = statement("kms:*", Condition=OF_TEAM)
AS_TEAM = {"StringEquals": {"aws:RequestTag/team": "app"}}
TAGGED_ONE = statement("kms:*", f"arn:aws:kms:eu-west-1:{OWN}:key/y", Condition=OF_TEAM)
TAG = statement("kms:TagResource")
SAYS = (
    "role app can newly give keys the tag that a condition of its policies asks for (kms:TagResource), "
    "and so has full KMS access"
)


@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [
        ([TAGGED], [TAGGED, TAG], True),
        ([TAGGED], [TAGGED, statement("kms:Tag*", f"arn:aws:kms:*:{OWN}:key/*")], True),
        ([TAGGED], [TAGGED, statement("kms:TagResource", "arn:aws:kms:*:*:key/*")], True),
        ([TAGGED], [TAGGED, statement("kms:TagResource", Condition=AS_TEAM)], True),
        ([TAGGED], [TAGGED, statement("kms:TagResource", f"arn:aws:kms:eu-west-1:{OWN}:key/x")], True),
        ([TAGGED, statement("kms:TagResource", effect="Deny")], [TAGGED, TAG], True),
        # only what has the tag, or another one; what the policies give nothing on
        ([TAGGED], [TAGGED, statement("kms:TagResource", Condition=OF_TEAM)], False),
        ([TAGGED], [TAGGED, statement("kms:TagResource", Condition={"Null": {"aws:ResourceTag/x": "false"}})], False),
        ([TAGGED_ONE], [TAGGED_ONE, statement("kms:TagResource", f"arn:aws:kms:eu-west-1:{OWN}:key/x")], False),
        # as before, spelled otherwise, and denied
        ([TAGGED, TAG], [TAGGED, statement(["kms:TagResource"])], False),
        ([TAGGED, TAG], [TAGGED, statement("kms:TagResource", f"arn:aws:kms:*:{OWN}:key/*", Condition=AS_TEAM)], False),
        ([TAGGED], [TAGGED, TAG, statement("kms:TagResource", effect="Deny")], False),
        # nothing that a tag holds back, or nothing that is full
        ([statement("kms:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})],
         [statement("kms:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}), TAG], False),
        ([statement("kms:Decrypt", Condition=OF_TEAM)], [statement("kms:Decrypt", Condition=OF_TEAM), TAG], False),
        ([statement("kms:*")], [statement("kms:*"), TAG], False),
        # what a tag denies, and what it bounds
        ([statement("kms:*", Condition={"StringNotEquals": {"aws:ResourceTag/team": "vault"}})],
         [statement("kms:*", Condition={"StringNotEquals": {"aws:ResourceTag/team": "vault"}}), TAG], True),
    ],
)  # fmt: skip
def test_who_may_tag_keys(before: list[Any], after: list[Any], is_told: bool) -> None:
    """By a permission that asks for none of the tags that the key has."""
    assert told(role("app"), inline(policy(*before), policy(*after))) == ([SAYS] if is_told else [])


def test_what_is_told_besides() -> None:
    """At what allows it, once; at an attachment where that is new."""
    own = policy(TAGGED)
    (one,) = findings(plan(role("app"), inline(own, own, "kms"), inline(None, policy(TAG), "tag")))
    assert (one.rule, one.blocks, one.address, one.principals) == (
        "KMS006", False, "aws_iam_role_policy.tag", ("role app",),
    )  # fmt: skip
    assert one.remedy[0].startswith("allow kms:TagResource under the condition on tags as well")


def test_a_policy_by_itself_is_told_where_nobody_has_it() -> None:
    """Somebody may attach it; where a role has it the role is told."""
    arn = f"arn:aws:iam::{OWN}:policy/p"
    sides = ({"name": "p", "path": "/", "arn": arn, "policy": policy(*each)} for each in ([TAGGED], [TAGGED, TAG]))
    managed = change("aws_iam_policy.p", *sides)
    attached = {"role": "app", "policy_arn": arn}
    attachment = change("aws_iam_role_policy_attachment.a", attached, attached)
    assert told(managed) == [SAYS.replace("role app", "policy p")]
    assert told(managed, role("app"), attachment) == [SAYS]


BY_OWN_TAG = statement(
    "kms:*", f"arn:aws:kms:*:{OWN}:key/*", Condition={"StringEquals": {"aws:PrincipalTag/team": "sec"}}
)
ITSELF = (
    "role app can newly give itself the tag that a condition of its policies asks for, with which it has "
    "full KMS access (iam:TagRole)"
)


@pytest.mark.parametrize(
    ("held", "resource", "is_told"),
    [
        (BY_OWN_TAG, APP, True),
        (BY_OWN_TAG, "*", True),
        (BY_OWN_TAG, f"{APP}-2", False),
        (TAGGED, APP, False),
        (statement("kms:Decrypt", Condition=BY_OWN_TAG["Condition"]), APP, False),
    ],
)
def test_who_may_tag_itself(held: dict[str, Any], resource: str, is_told: bool) -> None:
    """Where a condition asks for a tag of who asks; somebody else's tags open nothing."""
    changed = inline(policy(held), policy(held, statement("iam:TagRole", resource)))
    assert told(role("app"), changed) == ([ITSELF] if is_told else [])
