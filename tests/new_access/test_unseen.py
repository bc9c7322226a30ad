"""A Deny or a boundary that goes from beside a policy that nobody sees."""

import pytest

from gate.report import Finding
from tests.helpers.plans import change, findings, inline, plan, policy, statement

OWN, OTHER = "arn:aws:iam::111122223333:policy/own", "arn:aws:iam::111122223333:policy/other"
FULL = policy(statement("*"))


def attached(before: str | None, after: str | None, name: str = "a") -> dict[str, object]:
    """An attachment to the role `app` before and after."""
    values = [None if arn is None else {"role": "app", "policy_arn": arn} for arn in (before, after)]
    return change(f"aws_iam_role_policy_attachment.{name}", *values)


def found(*changes: dict[str, object]) -> list[Finding]:
    """What is found in a plan of these changes by KMS008."""
    return [one for one in findings(plan(*changes)) if one.rule == "KMS008"]


DENY, FEWER = policy(statement("kms:*", effect="Deny")), policy(statement("s3:*", effect="Deny"))
KEYS = policy(statement("kms:DescribeKey", effect="Deny"))
BOUND = "arn:aws:iam::111122223333:policy/bound"


@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [
        (DENY, None, True),
        (DENY, FEWER, True),
        (DENY, DENY, False),
        (FEWER, None, False),
        (None, DENY, False),
        (KEYS, None, False),
    ],
)
def test_a_deny_that_goes_beside_a_policy_that_nobody_sees(before: str, after: str, is_told: bool) -> None:
    """What that allows may be stopped by nothing else."""
    told = found(attached(OWN, OWN), inline(before, after))
    says = (
        f"role app may newly have full KMS access: it has {OWN}, whose document gate can't see, and the Deny no longer"
    )
    assert [one.message.startswith(says) for one in told] == [True] * is_told
    assert [(one.blocks, one.address) for one in told] == [(False, "aws_iam_role_policy.p")] * is_told
    assert found(attached("arn:aws:iam::aws:policy/AmazonS3FullAccess", None), inline(before, after)) == []
    assert found(inline(before, after)) == []


def test_a_boundary_that_goes_beside_a_policy_that_nobody_sees() -> None:
    """What is full for certain is told by its own rule alone."""
    role = {"name": "app", "arn": "arn:aws:iam::111122223333:role/app", "assume_role_policy": policy()}
    bound = {"name": "bound", "path": "/", "arn": BOUND, "policy": policy(statement("s3:*"))}
    goes = change("aws_iam_role.app", {**role, "permissions_boundary": BOUND}, role)
    bounds = change("aws_iam_policy.b", bound, bound)
    (one,) = found(goes, bounds, attached(OWN, OWN))
    assert one.message.endswith("and the permissions boundary no longer stops that")
    assert one.remedy[0] == "keep the permissions boundary"
    full = inline(FULL, FULL)
    assert [each.rule for each in findings(plan(goes, bounds, attached(OWN, OWN), full))] == ["KMS001"]


def test_a_deny_that_moves_beside_a_policy_that_nobody_sees() -> None:
    """Another statement of the same role stops as much."""
    wider = policy(statement("*", effect="Deny"))
    assert found(attached(OWN, OWN), inline(DENY, None, "p"), inline(FEWER, wider, "q")) == []


def test_a_deny_that_the_apply_may_lose_beside_a_policy_that_nobody_sees() -> None:
    """It is deleted at one address and made at another under the same name."""
    values = {"name": "d", "role": "app", "policy": DENY}
    moves = [change("aws_iam_role_policy.d", values, None), change("aws_iam_role_policy.e", None, values)]
    (one,) = found(attached(OWN, OWN), *moves)
    assert one.message.endswith("and the Deny may no longer stop that")


def test_of_several_policies_that_nobody_sees_one_is_told() -> None:
    """One that was not there before is told by itself."""
    (one,) = found(attached(OWN, OWN), attached(OTHER, OTHER, "b"), inline(DENY, None))
    assert one.message.startswith("role app may newly have full KMS access")
    stays = inline(policy(statement("s3:*")), policy(statement("s3:*")), "stays")
    (other,) = found(attached(None, OWN), inline(DENY, None), stays)
    assert other.message.startswith(f"role app newly has {OWN}")


def test_what_a_deny_of_one_key_held_back() -> None:
    """Decryption alone is not full access; a Deny of one key is one of full access to it."""
    key = "arn:aws:kms:eu-west-1:111122223333:key/1"
    (one,) = found(attached(OWN, OWN), inline(policy(statement("kms:*", key, "Deny")), None))
    assert one.address == "aws_iam_role_policy.p"
    assert found(attached(OWN, OWN), inline(None, policy(statement("kms:Decrypt")))) == []
