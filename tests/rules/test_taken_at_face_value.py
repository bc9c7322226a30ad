"""KMS007: what a pass rests on although nothing proved it."""

from typing import Any

from msgspec.structs import replace

from gate.findings.found import Seen
from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument, Link
from gate.holdings.keys import Key
from gate.holdings.principal import Principal
from gate.new_access.grants import Introduced
from gate.rules.taken_at_face_value import find
from gate.unknown import Unresolved
from tests.helpers.plans import change, inline, plan, policy, statement
from tests.helpers.rooms import new_access

PLACE, ATTACHED = Place("aws_iam_policy.p", "policy"), Place("aws_iam_role_policy_attachment.a", "policy_arn")
MEMBER = Place("aws_iam_group_membership.m", "users")
FULL, READS = policy(statement("kms:*")), policy(statement("s3:GetObject"))
ROLE = Principal("role", "1", "app")


def told(
    *after: HeldDocument, before: tuple[HeldDocument, ...] = (), keys: tuple[Key, ...] = (), **more: Any
) -> list[tuple[Place, str, tuple[str, ...]]]:
    """Where this rule finds something of a role with some documents, what it is, and the reference."""
    known = {"grants": (), "malformed": (), "was_full": False, "may_be_full": True, **more}
    introduced = (Introduced(Holder(ROLE, "role app", before, after), **known),)
    seen: Seen = replace(new_access(plan(inline(READS, READS))), introduced=introduced, keys=keys)
    return [(one.place, one.message.partition(" is known")[0], one.identity) for one in find(seen)]


def held(content: Any, rests_on: str = "", links: tuple[Link, ...] = (), **more: Any) -> HeldDocument:
    """A document of the role."""
    return HeldDocument(Document(PLACE, content, rests_on=rests_on), links, **more)


def test_a_document_that_is_taken_to_be_what_it_refers_to() -> None:
    """At the first thing that connects the role with it, or where it stands."""
    over = (Link(ATTACHED), Link(MEMBER))
    assert told(held(READS, "data.d.json")) == [(PLACE, "the value", ("data.d.json",))]
    assert told(held(READS, "data.d.json", over)) == [(ATTACHED, "the value", ("data.d.json",))]
    assert told(held(READS)) == []


def test_whose_a_deny_is_matters_beside_what_may_be_full_access() -> None:
    """Else it stops nothing; nor does it matter whose a policy is that neither denies nor is full."""
    denied = policy(statement("kms:*", effect="Deny"))
    for content, beside, matters in (
        (denied, FULL, True),
        (denied, "{", True),
        (denied, READS, False),
        (READS, FULL, False),
        (READS, READS, False),
    ):
        found = told(replace(held(content), rests_on="aws_iam_role.r.name"), held(beside))
        assert found == [(PLACE, "whose policy it is", ("aws_iam_role.r.name",))] * matters


def test_whose_it_is_matters_where_it_may_be_full_access() -> None:
    """An inline policy, and what connects somebody with a document; one that cannot be read may be anything."""
    assert told(held(FULL, rests_on="")) == []
    unknown = {"Statement": [statement(Unresolved(("var.action",)))]}
    for content in (FULL, "{", unknown, {"Statement": [statement("kms:*", {"Ref": "x"})]}):
        assert told(replace(held(content), rests_on="aws_iam_role.r.name")) == [
            (PLACE, "whose policy it is", ("aws_iam_role.r.name",))
        ]
    over = (Link(ATTACHED), Link(MEMBER, "aws_iam_user.u.name"))
    assert told(held(FULL, links=over)) == [(MEMBER, "who has it", ("aws_iam_user.u.name",))]
    assert told(replace(held(READS, links=over), rests_on="aws_iam_role.r.name")) == []
    assert told(replace(held(FULL, links=over), rests_on="x.y")) == [
        (ATTACHED, "whose policy it is", ("x.y",)), (MEMBER, "who has it", ("aws_iam_user.u.name",)),
    ]  # fmt: skip
    assert told(held(FULL, "data.d.json", over)) == [
        (ATTACHED, "the value", ("data.d.json",)), (MEMBER, "who has it", ("aws_iam_user.u.name",)),
    ]  # fmt: skip


def test_nothing_rests_on_what_was_there() -> None:
    """Nor on what adds nothing to full access, nor for a holder that is one only if accounts are one."""
    one, other = held(READS, "data.d.json"), held(READS, "data.e.json")
    assert told(one, before=(one,)) == []
    assert told(one, other, before=(one,)) == [(PLACE, "the value", ("data.e.json",))]
    assert told(one, was_full=True) == []
    assert told(one, combined=True) == []


def test_the_policy_of_a_key_rests_on_references_too() -> None:
    """One that is new."""
    created = change("aws_kms_key.k", None, {"policy": policy()})
    (key,) = new_access(plan(created)).keys
    resting = Document(Place("aws_kms_key.k", "policy"), policy(), rests_on="data.d.json", of_key=True)
    new = replace(key, after=(None, resting))
    assert told(keys=(new,)) == [(resting.place, "the value", ("data.d.json",))]
    assert told(keys=(replace(new, before=resting),)) == []
    assert told(keys=(key,)) == []
