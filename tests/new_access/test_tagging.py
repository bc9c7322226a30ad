"""Who may newly tag keys, where a condition on a tag held back full access."""

from typing import Any

import pytest

from tests.helpers.escalation_plans import ADMIN, APP, OWN, admin, role, told
from tests.helpers.plans import change, findings, inline, plan, policy, statement

OF_TEAM = {"StringEquals": {"aws:ResourceTag/team": "app"}}
TAGGED = statement("kms:*", Condition=OF_TEAM)
AS_TEAM = {"StringEquals": {"aws:RequestTag/team": "app"}}
TAGGED_ONE = statement("kms:*", f"arn:aws:kms:eu-west-1:{OWN}:key/y", Condition=OF_TEAM)
TAG = statement("kms:TagResource")
AS_TEAM_ANYTHING = statement("kms:TagResource", Condition=AS_TEAM)
KEYS, KEY_X = f"arn:aws:kms:*:{OWN}:key/*", f"arn:aws:kms:eu-west-1:{OWN}:key/x"
TAG_OTHERWISE = statement("kms:Tag*", KEYS)
WITH_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
TAGGED_WITH_MFA = statement("kms:*", Condition={**OF_TEAM, **WITH_MFA})
MFA_NO_TAG = statement("kms:TagResource", effect="Deny", Condition=WITH_MFA)
NO_MFA_NO_TAG = statement("kms:TagResource", effect="Deny", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})
NO_LIST = statement("kms:ListAliases", effect="Deny")
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
        ([TAGGED, TAG], [TAGGED, TAG_OTHERWISE], False),
        ([TAGGED, TAG], [TAGGED, TAG, statement("kms:Decrypt")], False),
        ([TAGGED, TAG, NO_MFA_NO_TAG], [TAGGED, TAG_OTHERWISE, NO_MFA_NO_TAG], False),
        ([TAGGED, AS_TEAM_ANYTHING], [TAGGED, statement("kms:TagResource", KEYS, Condition=AS_TEAM)], False),
        # more than before: other keys, or what was denied
        ([TAGGED, statement("kms:TagResource", f"{KEYS}x")], [TAGGED, TAG_OTHERWISE], True),
        ([TAGGED, statement("kms:TagResource", NotResource=KEY_X)], [TAGGED, TAG_OTHERWISE], True),
        ([TAGGED, TAG, statement("kms:TagResource", effect="Deny")], [TAGGED, TAG], True),
        # what is denied besides: an action that matters to nobody, or what holds only under the same condition
        ([TAGGED, NO_LIST], [TAGGED, NO_LIST, TAG], True),
        ([TAGGED_WITH_MFA, MFA_NO_TAG], [TAGGED_WITH_MFA, MFA_NO_TAG, TAG], True),
        # who had everything before gains nothing
        ([statement("kms:*"), MFA_NO_TAG], [TAGGED, TAG], False),
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


@pytest.mark.parametrize(("condition", "is_told"), [({}, True), ({"Condition": OF_TEAM}, False)])
def test_within_a_permissions_boundary(condition: dict[str, Any], is_told: bool) -> None:
    """Which nobody lifts by a tag."""
    arn = f"arn:aws:iam::{OWN}:policy/b"
    values = {"name": "b", "path": "/", "arn": arn, "policy": policy(statement("*"))}
    own = inline(policy(TAGGED), policy(TAGGED, {**TAG, **condition}))
    bounded = role("app", permissions_boundary=arn)
    assert told(bounded, own, change("aws_iam_policy.b", values, values)) == ([SAYS] if is_told else [])


def test_halves_in_accounts_that_may_be_one() -> None:
    """Nobody knows whether there is one who has both."""
    held, new = inline(policy(TAGGED), policy(TAGGED), "a"), inline(None, policy(TAG), "b")
    unproven = {"assume_role": [{"role_arn": {"references": ["var.role"]}}]}
    resources = [
        {"address": one["address"], "mode": "managed", "type": one["type"], "name": one["name"], "expressions": {},
         "provider_config_key": f"aws.{one['name']}"}
        for one in (held, new)
    ]  # fmt: skip
    providers = {f"aws.{each}": {"name": "aws", "alias": each, "expressions": unproven} for each in "ab"}
    configuration = {"provider_config": providers, "root_module": {"resources": resources}}
    found = findings(plan(held, new, configuration=configuration))
    assert [one.rule for one in found] == []


def test_who_newly_has_everything_is_told_of_that() -> None:
    """Be there a tag that denies a part of it."""
    own = policy(
        TAGGED, statement("kms:Decrypt", effect="Deny", Condition={"StringEquals": {"aws:ResourceTag/x": "y"}})
    )
    changes = (inline(None, policy(TAG), "a"), inline(own, own, "b"), inline(None, policy(statement("kms:*")), "c"))
    assert [one.rule for one in findings(plan(role("app"), *changes))] == ["KMS001"]


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


def test_who_may_tag_somebody_else_has_no_other_tag() -> None:
    """Be it somebody with full access."""
    changed = inline(policy(BY_OWN_TAG), policy(BY_OWN_TAG, statement("iam:TagRole", ADMIN)))
    assert told(role("app"), changed, *admin()) == []
