"""What is told of a policy that the plan uses as a permissions boundary."""

from typing import Any

import pytest

from tests.helpers.plans import change, findings, inline, plan, policy, statement

ARN = "arn:aws:iam::111122223333:policy/limit"
FULL, READS = policy(statement("kms:*")), policy(statement("s3:GetObject"))


def _limit(before: str | None) -> dict[str, Any]:
    def values(text: str | None) -> Any:
        return None if text is None else {"name": "limit", "arn": ARN, "policy": text}

    return change("aws_iam_policy.limit", values(before), values(FULL))


ROLE = {"name": "app", "permissions_boundary": ARN, "assume_role_policy": policy()}
BOUND = change("aws_iam_role.app", ROLE, ROLE)
ATTACHED = change("aws_iam_role_policy_attachment.other", None, {"role": "other", "policy_arn": ARN})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([_limit(None), BOUND], {("KMS001", "warning", False)}),
        ([_limit(None)], {("KMS001", "error", True)}),
        ([_limit(None), BOUND, ATTACHED], {("KMS001", "error", True)}),
        ([_limit(READS), BOUND], {("KMS001", "error", True)}),
    ],
    ids=["new and only a boundary", "new", "a boundary and attached", "there before"],
)
def test_a_policy_that_only_bounds_is_a_warning(changes: list[Any], told: set[tuple[str, str, bool]]) -> None:
    """Nobody has it then; one that was there before, or that somebody gets, blocks."""
    found = findings(plan(*changes))
    assert {(one.rule, one.level, one.blocks) for one in found if one.rule == "KMS001"} == told


KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TRUSTED = policy({"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sts:AssumeRole"})


def test_a_weaker_rule_tells_of_whom_a_stronger_one_does_not() -> None:
    """At one place, where another principal gets less; and of every key, where the stronger one is of named keys."""
    shared = {"managed_policy_name": "m", "policy_document": FULL, "roles": ["app", "b"]}
    bounds = {"name": "limit", "arn": ARN, "policy": policy(statement("kms:Decrypt"))}
    found = findings(
        plan(change("awscc_iam_managed_policy.m", None, shared), change("aws_iam_policy.limit", bounds, bounds), BOUND)
    )
    assert [(one.rule, one.principals) for one in found] == [("KMS001", ("role b",)), ("KMS003", ("role app",))]
    both = policy(statement("kms:*", KEY), statement("kms:Decrypt"))
    assert [one.rule for one in findings(plan(inline(None, both)))] == ["KMS002", "KMS003"]
    assert [one.rule for one in findings(plan(inline(None, FULL)))] == ["KMS001"]


def test_who_has_full_access_without_any_action_of_iam_may_be_whom_somebody_becomes() -> None:
    """A role that newly trusts another account."""
    role = {"name": "app", "path": "/", "arn": "arn:aws:iam::111122223333:role/app", "assume_role_policy": policy()}
    trusting = change("aws_iam_role.app", role, {**role, "assume_role_policy": TRUSTED})
    assert [one.rule for one in findings(plan(trusting, inline(FULL, FULL)))] == ["KMS006"]
    assert findings(plan(trusting, inline(READS, READS))) == ()
