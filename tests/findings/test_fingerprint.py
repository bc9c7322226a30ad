"""What a fingerprint, and the grant that a waiver covers, tell apart."""

from typing import Any

import pytest

from gate.report import Finding
from tests.helpers.plans import change, findings, inline, plan, policy, statement

FULL = policy(statement("kms:*"))
A, B = (f"arn:aws:kms:eu-west-1:111122223333:key/{name}" for name in ("aaaa", "bbbb"))
NOTHING = policy(statement("s3:DeleteBucket", effect="Deny"))


def deny(resource: Any = "*", **more: Any) -> str:
    return policy(statement("kms:*", resource, effect="Deny", **more))


def unless(key: str, value: str) -> str:
    return deny(Condition={"StringNotEquals": {key: value}})


def opened(before: str, after: str, had: str = FULL, has: str = FULL) -> Finding:
    """What is found where a role's Deny, in a document of its own, changes."""
    [finding] = [f for f in findings(plan(inline(had, has, "a"), inline(before, after, "d"))) if f.blocks]
    return finding


LOST = {
    "one key": opened(deny([A, B]), deny(B)),
    "another key": opened(deny([A, B]), deny(A)),
    "two keys": opened(deny([A, B]), NOTHING),
    "every key": opened(deny(), NOTHING),
    "every region": opened(unless("aws:RequestedRegion", "eu-west-1"), NOTHING),
    "every organization": opened(unless("aws:PrincipalOrgID", "o-1"), NOTHING),
}


def test_a_waiver_for_one_key_that_a_deny_leaves_is_not_for_another_one() -> None:
    """The Allow is the same in all of them."""
    assert len({finding.grant for finding in LOST.values()}) == len(LOST)
    assert len({finding.fingerprint for finding in LOST.values()}) == len(LOST)


@pytest.mark.parametrize(
    "before", [deny([B, A]), policy(statement("kms:*", B, effect="Deny"), statement("kms:*", A, effect="Deny"))]
)
def test_the_order_of_a_deny_is_nothing(before: str) -> None:
    """Nor is how it is split, or what else the role may not do."""
    again = opened(before, deny(B))
    assert again.grant == LOST["one key"].grant
    beside = policy(*[statement("kms:*", key, effect="Deny") for key in (A, B)], statement("s3:*", effect="Deny"))
    assert opened(beside, deny(B)).grant == LOST["one key"].grant


def test_a_waiver_for_one_condition_that_goes_is_not_for_another_one() -> None:
    """What was allowed under it tells them apart."""

    def conditional(key: str) -> str:
        return policy(statement("kms:*", Condition={"StringEquals": {key: "x"}}))

    found = [
        next(f for f in findings(plan(inline(conditional(key), FULL))) if f.blocks)
        for key in ("aws:RequestedRegion", "aws:PrincipalOrgID")
    ]
    assert found[0].grant != found[1].grant


def test_a_waiver_for_one_boundary_that_goes_is_not_for_another_one() -> None:
    """Of one that let something through, less is new."""

    def unbounded(text: str) -> Finding:
        arn = "arn:aws:iam::111122223333:policy/b"
        role = {"name": "app", "arn": "arn:aws:iam::111122223333:role/app"}
        values = {"name": "b", "path": "/", "arn": arn, "policy": text}
        bounded = change(
            "aws_iam_role.app", {**role, "permissions_boundary": arn}, {**role, "permissions_boundary": None}
        )
        found = findings(plan(bounded, change("aws_iam_policy.b", values, values), inline(FULL, FULL)))
        return next(finding for finding in found if finding.blocks)

    assert unbounded(policy(statement("kms:Decrypt"))).grant != unbounded(policy(statement("s3:*"))).grant


def test_what_is_enough_by_itself_stands_first() -> None:
    """Among the statements that a finding shows; the fingerprint is of all of them, in any order."""
    part, whole = statement("kms:DescribeKey", Sid="Part"), statement("*", Sid="Whole")
    shown = [findings(plan(inline(None, policy(*order)))) for order in ([part, whole], [whole, part])]
    assert [[one.sid for one in found.statements] for (found,) in shown] == [["Whole", "Part"]] * 2
    assert len({found.fingerprint for (found,) in shown}) == 1
