"""One managed policy at several addresses: an import block puts what is managed already at a second one."""

from typing import Any

import pytest

from gate.holdings.shared_policies import shared_policies
from gate.unknown import OneOf
from tests.helpers.plans import change, findings, inline, plan, policy, statement
from tests.helpers.rooms import read_iam

ARN = "arn:aws:iam::111122223333:policy/p"
S3 = policy(statement("s3:*"))
READ = policy(statement(["kms:Decrypt", "kms:ReEncrypt*"]))
REST = policy(statement(NotAction=["kms:Decrypt", "kms:ReEncrypt*"], action=None))
ALL = policy(statement("kms:*"))
DENY = policy(statement("kms:*", effect="Deny"))
ATTACHED = {"role": "app", "policy_arn": ARN}
OF_THE_ROLE = change("aws_iam_role_policy_attachment.x", ATTACHED, ATTACHED)
SET = {
    "instance_arn": "i",
    "permission_set_arn": "s",
    "customer_managed_policy_reference": [{"name": "p", "path": "/"}],
}
OF_THE_SET = [
    change("aws_ssoadmin_customer_managed_policy_attachment.x", SET, SET),
    change(
        "aws_ssoadmin_permission_set_inline_policy.x",
        *[{"instance_arn": "i", "permission_set_arn": "s", "inline_policy": ALL}] * 2,
    ),
]
BOUND = {"name": "app", "arn": "arn:aws:iam::111122223333:role/app", "permissions_boundary": ARN}


def at(address: str, before: str, after: str | None, **more: Any) -> dict[str, Any]:
    """The managed policy at an address, with its text before and after."""
    values = ({"name": "p", "path": "/", "arn": ARN, "policy": text} if text else None for text in (before, after))
    return change(f"aws_iam_policy.{address}", *values, **more)


def judged(shared: list[dict[str, Any]], *others: dict[str, Any]) -> list[str]:
    """The rules that block, which must not depend on the order of the addresses."""
    orders = (shared, shared[::-1])
    told = [sorted(f.rule for f in findings(plan(*order, *others)) if f.blocks) for order in orders]
    assert told[0] == told[1]
    return told[0]


def test_what_an_update_at_one_address_says_is_what_the_role_gets() -> None:
    """The other address stays as it was refreshed, and says nothing of the apply."""
    shared = [at("a", S3, S3), at("b", S3, READ, change={"importing": {"id": ARN}})]
    assert judged(shared, OF_THE_ROLE, inline(REST, REST)) == ["KMS001"]


def test_a_deny_that_is_updated_away_at_one_address_is_gone() -> None:
    """Whoever has the policy has the new text alone."""
    shared = [at("a", DENY, DENY), at("b", DENY, S3)]
    assert judged(shared, OF_THE_ROLE, inline(ALL, ALL)) == ["KMS001"]
    assert judged(shared, *OF_THE_SET) == ["KMS001"]


def test_a_boundary_that_is_widened_at_one_address_bounds_no_more() -> None:
    """A boundary is a managed policy like others."""
    role = change("aws_iam_role.app", BOUND, BOUND)
    assert judged([at("a", S3, S3), at("b", S3, policy(statement("*")))], role, inline(ALL, ALL))


@pytest.mark.parametrize("other", [READ, policy(statement("sqs:*"))])
def test_two_updates_leave_one_of_two_texts(other: str) -> None:
    """Which of them is written last is not known."""
    shared = [at("a", S3, other), at("b", S3, READ)]
    told = judged(shared, OF_THE_ROLE, inline(REST, REST))
    assert told == (["KMS001"] if other == READ else ["KMS009"])


def test_a_policy_that_is_only_imported_changes_nothing() -> None:
    """So does one of two addresses that lets go of it."""
    assert judged([at("a", ALL, ALL), at("b", ALL, ALL)], OF_THE_ROLE) == []
    forgotten = {"actions": ["forget"]}
    assert judged([at("a", ALL, ALL), at("b", ALL, None, change=forgotten)], OF_THE_ROLE) == []


def test_a_policy_that_is_created_under_the_name_takes_nothing_back() -> None:
    """AWS refuses a second one of the name, and does the rest of the apply."""
    attached = change("aws_iam_role_policy_attachment.x", None, ATTACHED)
    created = change("aws_iam_policy.b", None, {"name": "p", "path": "/", "policy": S3})
    assert judged([at("a", ALL, ALL), created], attached) == ["KMS001"]


def test_one_address_has_more_texts_than_another() -> None:
    """A policy that is let go of and made anew shows what is kept and what is planned; one text is what it gets."""
    anew = at("a", S3, READ, change={"actions": ["create", "forget"]})
    replaced = at("b", S3, ALL, change={"actions": ["delete", "create"]})
    assert judged([anew, replaced], OF_THE_ROLE) == ["KMS009"]


def texts(*shared: dict[str, Any]) -> list[tuple[str, str, Any, bool]]:
    """Each shared policy: the address that writes it, the one whose document it is, its text, whether it is marked."""
    resources = read_iam(plan(*shared)).resources
    policies = {
        one.address: (one, tuple(document for version in one.versions_after for document in version.documents))
        for one in resources
    }
    found = []
    for one in shared_policies(policies, lambda key: ""):
        [document] = one.documents
        found.append((one.written, document.place.address, document.content, document.sensitive))
    return found


A, B, C = "aws_iam_policy.a", "aws_iam_policy.b", "aws_iam_policy.c"
ANEW = {"actions": ["delete", "create"]}
HIDES = {"after_sensitive": {"policy": True}}
NEW = change(B, None, {"name": "p", "path": "/", "policy": S3})


@pytest.mark.parametrize(
    ("shared", "expected"),
    [
        ([at("a", S3, READ)], []),
        ([at("a", S3, S3), at("b", S3, S3)], []),
        ([at("a", S3, S3), at("b", S3, READ)], [(B, B, READ, False)]),
        ([at("a", S3, READ), at("b", S3, READ)], [(A, A, READ, False)]),
        ([at("a", S3, READ), at("b", S3, ALL)], [(A, A, OneOf((READ, ALL)), False)]),
        ([at("a", S3, READ), at("b", S3, ALL), at("c", S3, READ)], [(A, A, OneOf((READ, ALL)), False)]),
        ([at("a", S3, READ), at("b", S3, ALL, change=HIDES)], [(A, A, OneOf((READ, ALL)), True)]),
        ([at("a", S3, READ), at("b", S3, READ, change=HIDES)], [(A, A, READ, True)]),
        ([at("a", S3, READ), at("b", S3, None)], []),
        ([at("a", S3, READ), NEW], []),
        ([at("a", S3, S3), at("b", S3, None, change={"actions": ["forget"]})], []),
        ([at("a", S3, S3), at("b", S3, READ, change=ANEW)], [(B, A, OneOf((S3, READ)), False)]),
        ([at("a", S3, S3), at("b", S3, READ, change=ANEW), at("c", S3, READ)], [(B, B, READ, False)]),
        ([change(A, {"policy": S3}, {"policy": READ}), change(B, {"policy": S3}, {"policy": READ})], []),
        ([at("a", S3, READ, change=ANEW), at("b", S3, READ, change={"actions": ["create", "forget"]})],
         [(A, A, OneOf((READ, S3)), False)]),
        ([at("a", S3, S3, change=ANEW), at("b", S3, S3, change={"actions": ["create", "forget"]})],
         [(A, A, S3, False)]),
    ],
)  # fmt: skip
def test_what_several_addresses_of_one_policy_say(shared: list[dict[str, Any]], expected: Any) -> None:
    """What updates write; where none does, what any of them has. One alone, one that goes and one that comes share
    nothing, nor do those whose ARN is not known."""
    assert texts(*shared) == expected
