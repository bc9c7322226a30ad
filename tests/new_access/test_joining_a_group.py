"""Where it is told what comes to somebody who joins a group."""

from typing import Any

import pytest

from tests.helpers.plans import change, findings, plan, policy, statement
from tests.helpers.rooms import holder

FULL, LESS = policy(statement("kms:*")), policy(statement("s3:*"))
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
SEEN_BY_NOBODY = "arn:aws:iam::111122223333:policy/own"
MEMBERSHIP, ATTACHMENT = "aws_iam_user_group_membership.u", "aws_iam_group_policy_attachment.g"
LIST, INLINE = "aws_iam_policy_attachment.g", "aws_iam_group_policy.g"


def membership(*groups: str) -> dict[str, Any]:
    return {"user": "u", "groups": [*groups]}


def attachment(arn: str = ADMIN) -> dict[str, Any]:
    return {"group": "g", "policy_arn": arn}


def attached(*groups: str, roles: tuple[str, ...] = ("r",)) -> dict[str, Any]:
    return {"name": "a", "policy_arn": ADMIN, "groups": [*groups], "roles": [*roles], "users": []}


def inline(text: str) -> dict[str, Any]:
    return {"group": "g", "name": "p", "policy": text}


@pytest.mark.parametrize(
    ("address", "before", "after", "was", "will", "told"),
    [
        # only the membership changes
        (ATTACHMENT, attachment(), attachment(), [], ["g"], MEMBERSHIP),
        (ATTACHMENT, attachment(), attachment(), ["h"], ["g", "h"], MEMBERSHIP),
        (ATTACHMENT, attachment(SEEN_BY_NOBODY), attachment(SEEN_BY_NOBODY), [], ["g"], MEMBERSHIP),
        (LIST, attached("g"), attached("g"), [], ["g"], MEMBERSHIP),
        (INLINE, inline(FULL), inline(FULL), [], ["g"], MEMBERSHIP),
        # what the group has changes
        (ATTACHMENT, None, attachment(), ["g"], ["g"], ATTACHMENT),
        (LIST, attached(), attached("g"), ["g"], ["g"], LIST),
        (LIST, attached("h"), attached("g", "h"), ["g"], ["g"], LIST),
        (INLINE, inline(LESS), inline(FULL), ["g"], ["g"], INLINE),
        # both
        (ATTACHMENT, None, attachment(), [], ["g"], ATTACHMENT),
        (LIST, attached("h"), attached("g", "h"), [], ["g"], LIST),
        (INLINE, inline(LESS), inline(FULL), [], ["g"], INLINE),
    ],
)
def test_the_place_is_what_changed(
    address: str, before: Any, after: Any, was: list[str], will: list[str], told: str
) -> None:
    """The membership where the group had it before; else what gives it to the group."""
    joins = change(MEMBERSHIP, membership(*was) if was else None, membership(*will))
    group = change("aws_iam_group.g", {"name": "g"}, {"name": "g"})
    found = findings(plan(change(address, before, after), group, joins))
    hidden = [one for one in found if one.rule == "KMS008" and SEEN_BY_NOBODY in one.message]
    full = [one for one in found if one.rule == "KMS001" and "user u" in one.principals]
    assert {one.address for one in hidden or full} == {told}


def test_what_a_group_newly_has_beside_what_it_had() -> None:
    """Is told at what gives it, also to who joins."""
    changes = (
        change("aws_iam_group.g", {"name": "g"}, {"name": "g"}),
        change(INLINE, inline(LESS), inline(LESS)),
        change(ATTACHMENT, None, attachment()),
        change(MEMBERSHIP, None, membership("g")),
    )
    found = [one for one in findings(plan(*changes)) if one.rule == "KMS001"]
    assert [(one.address, one.principals) for one in found] == [(ATTACHMENT, ("group g", "user u"))]


def test_who_was_a_member_keeps_everything() -> None:
    """As it was, whatever is new for others."""
    changes = (
        change(INLINE, inline(FULL), inline(FULL)),
        change(MEMBERSHIP, membership("g"), membership("g")),
        change("aws_iam_user_group_membership.v", None, {"user": "v", "groups": ["g"]}),
    )
    raw = plan(*changes)
    assert holder(raw, "user u").keeps_all
    assert not holder(raw, "user v").keeps_all
