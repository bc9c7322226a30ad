"""Which new names of a role or user are proven to be of the same principal."""

from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.renamed_arns import Written, followed, renames
from gate.unknown import OneOf, Reason, Unresolved, Value, WhyUnknown
from tests.helpers.key_plans import allow
from tests.helpers.plans import plan, policy
from tests.helpers.rooms import read_iam
from tests.holdings.test_renamed_arns import ROLE, USER, arn, configuration, role

FORGOTTEN = {"actions": ["forget", "create"]}
LEFT = {**role("a", None), "deposed": "0a1b2c3d"}
OTHER = "aws_iam_role.y"
HIDDEN = {"will": {"name": None}, "body": {"after_unknown": {"arn": True, "name": True}}}


def found(*changes: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    """The ARNs of each rename, before and after."""
    iam = read_iam(plan(*changes, configuration=configuration([])))
    iam = replace(iam, resources=[replace(one, **more) for one in iam.resources])
    return [(one.was, one.will) for one in renames(iam).values()]


A_TO_B = [(arn("a"), arn("b"))]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([role("a", "b")], A_TO_B),
        ([role("a", "b", will={"path": "/p/"})], [(arn("a"), arn("p/b"))]),
        ([role("a", "b", will={"path": None})], A_TO_B),
        ([role("a", "b", deposed=False)], A_TO_B),
        ([role("a", "b", was={"arn": arn("p:q/a"), "path": "/p:q/"})], [(arn("p:q/a"), arn("b"))]),
        ([role("a", "b", "aws_iam_role.without_a_block")], []),
        ([role("a", "b", will={"path": 5})], []),
        ([role("a", "A")], []),
        ([role("a", "b", will={"name": None})], []),
        ([role("a", "b", **HIDDEN)], [(arn("a"), arn(f"({ROLE})"))]),
        ([role("a", "b", **HIDDEN), role(None, "a", OTHER)], []),
        ([role("a", "b", will={"name": None}, body={**HIDDEN["body"], "actions": ["update"]})], []),
        ([role("a", "b", was={"name": None})], []),
        ([role("a", "b", was={"arn": None})], []),
        ([role("a", "b", was={"arn": "a:b"})], []),
        ([role("a", "b", was={"arn": arn("c")})], []),
        ([role("a", "b", was={"arn": arn("a", account="")})], []),
        ([role("a", "b", body={"actions": ["update"]})], []),
        ([role("a", "b", body={"actions": ["no-op"]})], []),
        ([role("a", "b", body=FORGOTTEN)], []),
        ([role("a", None)], []),
        ([role(None, "b")], []),
        ([LEFT], []),
        ([role("a", "b"), role("c", "c", OTHER)], A_TO_B),
        ([role("a", "b"), role("b", None, OTHER)], []),
        ([role("a", "b"), role(None, "a", OTHER)], []),
        ([role("a", "b"), role("B", "c", OTHER)], []),
        ([role("a", "b"), role(None, None, OTHER, was={}, will={})], A_TO_B),
    ],
)
def test_a_rename(changes: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    """One resource, made anew, whose names and ARN are known, and nobody else of either name."""
    assert found(*changes) == expected


def test_a_rename_that_may_not_come_is_none() -> None:
    assert found(role("a", "b"), may_not_come=True) == []
    assert found(role("a", "b"), undecided=Reason(WhyUnknown.DEFERRED, "")) == []


def user(will: str | None = "b", address: str = USER, kind: str = "user", **body: Any) -> dict[str, Any]:
    return role("a", will, address, was={"arn": arn("a", kind)}, body={"actions": ["update"], **body})


def test_an_update_to_a_name_that_is_not_known() -> None:
    """Is left open: who is made anew gets a name that nobody has."""
    hidden = role("a", "b", USER, was={"arn": arn("a", "user")}, **HIDDEN)
    hidden["change"]["actions"] = ["update"]
    assert found(hidden) == []
    hidden["change"]["actions"] = ["delete", "create"]
    assert found(hidden) == [(arn("a", "user"), arn(f"({USER})", "user"))]


def test_a_user_is_renamed_by_an_update() -> None:
    """AWS does that. One that is let go is another one, and a group is named in no such document."""
    assert found(user()) == [(arn("a", "user"), arn("b", "user"))]
    assert found(user(actions=["no-op"])) == []
    assert found(user(actions=FORGOTTEN["actions"])) == []
    assert found(user(None, actions=["delete"])) == []
    group = {"address": "aws_iam_group.x", "mode": "managed", "type": "aws_iam_group", "name": "x"}
    raw = plan(
        user("b", "aws_iam_group.x", "group"), configuration=configuration([], group | {"provider_config_key": "aws"})
    )
    assert not renames(read_iam(raw))


def naming(*whom: Value) -> Value:
    return {"Statement": [allow({"AWS": [*whom]})]}


def refers(*whom: Value, kind: str = ROLE) -> Value:
    """The same as it is written, with a reference to the role or user and to something else."""
    return {"Statement": [allow({"AWS": [Unresolved(("var.x",)), Unresolved((f"{kind}.arn",), exact=True), *whom]})]}


def following(one: dict[str, Any], was: list[Value], will: list[Value], written: Value) -> tuple[list[Any], list[Any]]:
    """Documents before and after the change, with one name for whom a plan renames."""
    iam = read_iam(plan(one, configuration=configuration([])))
    here = Place("aws_kms_key.k", "policy")
    after = [Written(Document(here, each), written, None) for each in will]
    found = followed(renames(iam), [Document(here, each) for each in was], after, iam)
    before, later = ([each.content for each in documents] for documents in found)
    return before, later


A, B, OF_A, OF_B = arn("a"), arn("b"), arn("a", "user"), arn("b", "user")
HOLE = Unresolved(("aws_iam_role.other.arn",), exact=True)


@pytest.mark.parametrize(
    ("was", "will", "expected"),
    [
        ([naming(A)], [naming(B)], [naming(B)]),
        ([naming(A)], [naming(A, B)], [naming(A, B)]),
        ([naming(A), naming(A)], [naming(B), naming(B, A)], [naming(A, B), naming(A, B)]),
        ([naming(A, None, HOLE)], [naming(B, None, HOLE)], [naming(B, None, HOLE)]),
        ([naming(A)], [OneOf((policy(*naming("x")["Statement"]), policy(*naming(B)["Statement"])))], [naming(B)]),
        ([naming(A)], [naming("x")], [naming(A)]),
    ],
)
def test_a_role_made_anew_is_named_as_it_will_be(was: list[Value], will: list[Value], expected: list[Value]) -> None:
    """Before the change, and under its old name as well where a document still names that one, in any of its texts."""
    assert following(role("a", "b"), was, will, refers()) == (expected, will)
    assert following(role("a", "b"), was, will, naming()) == (was, will)


def test_a_user_is_named_as_it_will_be_wherever_its_old_name_stands() -> None:
    """AWS renames it there as well, and nobody has the old name."""
    written = refers(kind=USER)
    assert following(user(), [naming(OF_A)], [naming(OF_A, OF_B)], written) == ([naming(OF_B)], [naming(OF_B, OF_B)])
    assert following(user(), [naming(OF_A)], [naming(OF_B, HOLE)], written) == ([naming(OF_B)], [naming(OF_B, HOLE)])
