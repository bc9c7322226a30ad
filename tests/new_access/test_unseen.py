"""A Deny or a boundary that goes from beside a policy that nobody sees."""

import pytest
from msgspec.structs import replace

from gate.iam.patterns import Budget
from gate.iam.services import protected
from gate.new_access.grants import Introduced
from gate.new_access.inquiry import WHOLE, Inquiry, Work
from gate.new_access.policies import PlanDocuments
from gate.new_access.unseen import unstopped
from gate.report import Finding
from tests.helpers.held import changed as holding
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


@pytest.mark.parametrize("new_first", [False, True])
def test_a_policy_that_was_there_is_told_beside_one_that_is_new(new_first: bool) -> None:
    """Whichever the plan has first: the new one is told by itself, of the other the Deny stopped what it allows."""
    attachments = [attached(OWN, OWN, "own"), attached(None, OTHER, "new")]
    told = found(*(reversed(attachments) if new_first else attachments), inline(DENY, None))
    assert [(one.address, one.message.partition(",")[0]) for one in told] == [
        ("aws_iam_role_policy.p", f"role app may newly have full KMS access: it has {OWN}"),
        ("aws_iam_role_policy_attachment.new", f"role app newly has {OTHER}"),
    ]


@pytest.mark.parametrize("seen", ["a", "z"])
def test_a_policy_that_is_seen_is_not_the_unseen_one(seen: str) -> None:
    """Of one that stays beside it everybody knows what it allows."""
    stays = inline(policy(statement("s3:*")), policy(statement("s3:*")), seen)
    (one,) = found(stays, attached(OWN, OWN), inline(DENY, None))
    assert one.message.startswith(f"role app may newly have full KMS access: it has {OWN}")


KEY = "arn:aws:kms:eu-west-1:111122223333:key/1"


def test_what_a_deny_of_one_key_held_back() -> None:
    """Decryption alone is not full access; a Deny of one key is one of full access to it, of several one is told."""
    denies = (policy(statement("kms:*", key, "Deny")) for key in (KEY, f"{KEY}2"))
    (one,) = found(attached(OWN, OWN), *(inline(deny, None, name) for deny, name in zip(denies, "pq", strict=True)))
    assert one.address == "aws_iam_role_policy.p"
    assert found(attached(OWN, OWN), inline(None, policy(statement("kms:Decrypt")))) == []


@pytest.mark.parametrize(
    ("allows", "rules"),
    [
        (statement("kms:*"), ["KMS001"]),
        (statement("kms:*", KEY), ["KMS002", "KMS008"]),
        (statement("kms:Decrypt"), ["KMS003", "KMS008"]),
    ],
)
def test_a_new_grant_beside_a_deny_that_goes(allows: dict[str, object], rules: list[str]) -> None:
    """Only full access to every key is as much as the policy that nobody sees may allow."""
    told = findings(plan(attached(OWN, OWN), inline(DENY, None), inline(None, policy(allows), "q")))
    assert [one.rule for one in told] == rules


def test_who_is_only_somebody_if_accounts_are_one_is_not_told_of_an_unseen_policy() -> None:
    """It is told of those that it would be made of."""
    deny, unseen = {"Statement": [statement("kms:*", effect="Deny")]}, None
    holder = holding({"own": unseen, "p": deny}, {"own": unseen})
    one = Introduced(holder, (), (), was_full=False, may_be_full=True)
    places = {held.document.place: held.document for held in holder.before}
    work = Work(Budget(WHOLE), Budget(WHOLE), Budget(WHOLE))
    inquiry = Inquiry(protected(), PlanDocuments(places, {}), work)
    assert [each.policy for each in unstopped([one], inquiry)] == ["aws_iam_role_policy.own"]
    assert list(unstopped([replace(one, combined=True)], inquiry)) == []
