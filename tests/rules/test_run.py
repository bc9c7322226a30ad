"""What is told of a policy that the plan uses as a permissions boundary."""

from typing import Any

import pytest

from tests.helpers.plans import change, findings, plan, policy, statement

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
