"""New access: for each holder, after minus before, with its witness, its cause and what is undetermined."""

from typing import Any

import pytest

from gate.new_access import questions
from tests.helpers.plans import change, inline, plan, policy, statement
from tests.helpers.rooms import new_access

FULL, DENY = policy(statement("kms:*")), policy(statement("kms:*", effect="Deny"))
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def grants(*changes: dict[str, Any], **more: Any) -> list[Any]:
    """Every new grant of full access of every principal of a plan."""
    return [*new_access(plan(*changes, **more)).answers(questions.FULL)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FULL, FULL),
        (FULL, policy(statement("*"))),  # more than KMS, and nothing new in it
        (FULL, policy(statement(["kms:a*", "kms:*"]), statement("kms:Decrypt"))),
        (FULL, None),
        (None, policy(statement("kms:Decrypt"))),
    ],
)
def test_what_was_there_before_is_not_new(before: str | None, after: str | None) -> None:
    """Whatever it is written like."""
    assert grants(inline(before, after)) == []


def test_a_new_allow_is_its_own_cause() -> None:
    """The place is the policy, the statement is the one that allows, nothing was lost."""
    [grant] = grants(inline(None, policy(statement("s3:*"), statement("kms:*", Sid="All"))))
    assert (grant.place.address, grant.place.attribute) == ("aws_iam_role_policy.p", "policy")
    assert [one.index for _, one in grant.sources] == [1]
    assert not grant.cause.lost
    assert (grant.cause.together, grant.undetermined) == (False, None)


def test_the_witness_is_new() -> None:
    """An action and a resource that the documents allow after and did not allow before."""
    [grant] = grants(inline(policy(statement("kms:*", KEY)), FULL))
    assert grant.witness.action.startswith("kms:")
    assert grant.witness.resource != KEY


def test_a_deny_that_is_gone_is_the_cause() -> None:
    """The place is where the Deny was, although what allows stands elsewhere, unchanged."""
    [grant] = grants(inline(FULL, FULL, "allow"), inline(DENY, None, "deny"))
    assert grant.place.address == "aws_iam_role_policy.deny"
    assert [document.place.address for document, _ in grant.sources] == ["aws_iam_role_policy.allow"]


def test_two_policies_complete_each_other() -> None:
    """Neither is enough by itself, and the cause says so."""
    [grant] = grants(
        inline(None, policy(statement(NotAction=["kms:Decrypt", "kms:Re*", "kms:De*"])), "a"),
        inline(None, policy(statement(["kms:Decrypt", "kms:Re*", "kms:De*"])), "b"),
    )
    assert grant.cause.together
    assert grant.cause.alone == frozenset()


def test_a_condition_that_is_dropped_is_new_access() -> None:
    """With it the access was there already; the witness holds without it."""
    was = policy(statement("kms:*", Condition=MFA))
    assert grants(inline(was, was)) == []
    [grant] = grants(inline(was, FULL))
    assert not grant.undetermined


@pytest.mark.parametrize(
    ("resource", "width"),
    [
        ("*", ()),
        ("arn:*:kms:*:*:key/*", ()),
        ("arn:aws:kms:*:*:key/*", ("partition",)),
        ("arn:*:kms:eu-west-1:*:key/*", ("region",)),
        (KEY, None),
    ],
)
def test_the_width_of_a_grant(resource: str, width: tuple[str, ...] | None) -> None:
    """Every key, the keys of a partition, a region or an account, or keys by name."""
    [grant] = grants(inline(None, policy(statement("kms:*", resource))))
    assert grant.width == width


def test_what_cannot_be_told_is_undetermined() -> None:
    """A policy that is known only after apply may be anything: that is told, and no witness is made up."""
    values = {"name": "p", "role": "app"}
    created = change("aws_iam_role_policy.p", None, values, change={"after_unknown": {"policy": True}})
    [grant] = grants(created)
    assert grant.undetermined
    assert grant.witness is None
