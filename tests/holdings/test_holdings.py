"""Holdings: from a plan to who has which documents before and after, without a word about what they mean."""

from typing import Any

from gate.holdings.holders import Holder
from tests.helpers.plans import change, inline, plan, policy, statement
from tests.helpers.rooms import held, holder

READ, WRITE = policy(statement("s3:Get*")), policy(statement("s3:Put*"))
ARN = "arn:aws:iam::111122223333:policy/p"
MANAGED = {"name": "p", "path": "/", "arn": ARN, "policy": READ}


def texts(found: Holder) -> tuple[list[Any], list[Any]]:
    """The contents of a holder's documents before and after."""
    return [one.document.content for one in found.before], [one.document.content for one in found.after]


def test_a_document_has_the_place_where_it_is_written() -> None:
    """The address and the attribute; before and after of one change have one place."""
    found = holder(plan(inline(READ, WRITE)), "role app")
    [before], [after] = found.before, found.after
    assert before.document.place == after.document.place
    assert (before.document.place.address, before.document.place.attribute) == ("aws_iam_role_policy.p", "policy")


def test_an_attached_policy_is_held_through_its_attachment() -> None:
    """The document is the policy's own; the link is the attachment."""
    attachment = {"role": "app", "policy_arn": ARN}
    raw = plan(
        change("aws_iam_policy.p", MANAGED, MANAGED), change("aws_iam_role_policy_attachment.a", None, attachment)
    )
    found = holder(raw, "role app")
    [after] = found.after
    assert found.before == ()
    assert after.document.place.address == "aws_iam_policy.p"
    assert [link.place.address for link in after.links] == ["aws_iam_role_policy_attachment.a"]


def test_a_member_has_what_its_group_has() -> None:
    """Over the membership; the group has it itself."""
    joined = {"user": "u", "groups": ["g"]}
    group_policy = {"name": "p", "group": "g", "policy": READ}
    raw = plan(
        change("aws_iam_group.g", {"name": "g"}, {"name": "g"}),
        change("aws_iam_group_policy.p", group_policy, group_policy),
        change("aws_iam_user_group_membership.m", None, joined),
    )
    [own] = holder(raw, "group g").after
    [through] = holder(raw, "user u").after
    assert own.document == through.document
    assert (own.links, [link.place.address for link in through.links]) == ((), ["aws_iam_user_group_membership.m"])


def test_a_managed_policy_is_a_holder_of_its_own() -> None:
    """Somebody may attach it elsewhere; who has it in the plan is known beside it."""
    attachment = {"role": "app", "policy_arn": ARN}
    raw = plan(change("aws_iam_policy.p", None, MANAGED), change("aws_iam_role_policy_attachment.a", None, attachment))
    [found] = held(raw).policies
    assert (found.planned.created, found.bounds, len(found.attached_after)) == (True, False, 1)
    assert found.attached_before == frozenset()


def test_two_resources_of_one_name_are_one_role() -> None:
    """The name decides who it is, not the address."""
    raw = plan(inline(READ, READ, "a"), inline(None, WRITE, "b"))
    assert [one.label for one in held(raw).principals] == ["role app"]
    before, after = texts(holder(raw, "role app"))
    assert (len(before), len(after)) == (1, 2)


def test_an_exclusive_list_takes_the_others_away() -> None:
    """What is not in the list has the place of the list as what removed it; it may grant for a while."""
    listed = {"role_name": "app", "policy_names": []}
    raw = plan(inline(READ, READ), change("aws_iam_role_policies_exclusive.x", None, listed))
    [after] = holder(raw, "role app").after
    assert after.removed_by is not None
    assert after.removed_by.address == "aws_iam_role_policies_exclusive.x"


def test_a_boundary_is_no_document_of_its_holder() -> None:
    """It bounds, and grants nothing."""
    bounded = {"name": "app", "permissions_boundary": ARN}
    free = bounded | {"permissions_boundary": None}
    raw = plan(change("aws_iam_policy.p", MANAGED, MANAGED), change("aws_iam_role.r", bounded, free))
    found = holder(raw, "role app")
    assert (found.before, found.after) == ((), ())
    assert found.boundary_before is not None
    assert found.boundary_after is None
