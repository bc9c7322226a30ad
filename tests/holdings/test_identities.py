"""The principals and managed policies of a plan as IAM's own actions see them."""

from typing import Any

import pytest

from gate.holdings.identities import Identity, identities
from tests.helpers.inventories import arn, inline_values, managed, same
from tests.helpers.plans import change, plan, policy, statement
from tests.helpers.rooms import read_iam

OWN = "111122223333"
TRUST, OTHER_TRUST = (
    policy(statement("sts:AssumeRole", Principal={"Service": f"{name}.amazonaws.com"})) for name in ("ec2", "ecs")
)
ARN = f"arn:aws:iam::{OWN}:role/app"
ROLE, BOTH = "aws_iam_role.r", (("a", OWN), ("b", "444455556666"))


def every(*changes: dict[str, Any], **more: Any) -> tuple[Identity, ...]:
    return identities(read_iam(plan(*changes, **more)))


def one(*changes: dict[str, Any], **more: Any) -> Identity:
    [found] = every(*changes, **more)
    return found


def role(**values: Any) -> dict[str, Any]:
    return {"name": "app", **values}


def test_what_has_a_name_in_iam_is_an_identity() -> None:
    """Roles, users, groups and managed policies; nothing that they only have, and nothing that a replacement left."""
    raw = (
        same(ROLE, role()),
        same("aws_iam_user.u", {"name": "u"}),
        same("aws_iam_group.g", {"name": "g"}),
        same("aws_iam_policy.p", managed("p")),
        same("aws_iam_role_policy.p", inline_values()),
        {**change("aws_iam_role.old", role(), None), "deposed": "0a1b2c3d"},
        {**change("aws_iam_role.gone", role(name="gone"), None), "deposed": False},
    )
    assert [(each.kind, each.names) for each in every(*raw)] == [
        ("role", ("app",)),
        ("user", ("u",)),
        ("group", ("g",)),
        ("policy", ("p",)),
        ("role", ("gone",)),
    ]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (same(ROLE, role(arn=f"arn:aws-cn:iam::{OWN}:role/app")), f"arn:aws-cn:iam::{OWN}:role/app"),
        (same(ROLE, role(arn="arn:aws-cn:iam")), "arn:aws:iam:::role/app"),
        (same(ROLE, role(arn="")), "arn:aws:iam:::role/app"),
        (same(ROLE, role()), "arn:aws:iam:::role/app"),
        (same(ROLE, role(path="/team/")), "arn:aws:iam:::role/team/app"),
        (same(ROLE, role(path="team/")), "arn:aws:iam:::role/app"),
        (same(ROLE, role(path="")), "arn:aws:iam:::role/app"),
        (same("aws_iam_policy.p", managed("p", path="/x/")), f"arn:aws:iam::{OWN}:policy/x/p"),
        (same("awscc_iam_managed_policy.p", {"managed_policy_name": "p", "policy_document": TRUST,
                                             "policy_arn": arn("p")}), arn("p")),
        (change(ROLE, role(arn=f"arn:aws-cn:iam::{OWN}:role/app"), role(arn="")), f"arn:aws-cn:iam::{OWN}:role/app"),
        (change(ROLE, role(arn=f"arn:aws:iam::{OWN}:role/app"), role(), change={"after_unknown": {"arn": True}}),
         f"arn:aws:iam::{OWN}:role/app"),
    ],
)  # fmt: skip
def test_the_arn_of_an_identity(changed: dict[str, Any], expected: str) -> None:
    """In the partition, account and path that its own ARN and values tell; nothing where they do not."""
    found = one(changed)
    assert found.arns(found.number) == (expected,)


def test_each_is_of_the_account_that_its_own_arn_names() -> None:
    """Also where the resources of its provider are of several, so that nothing proves which it is."""
    for later in ({}, {"arn": ""}):
        roles = [(f"aws_iam_role.{name}", role(arn=f"arn:aws:iam::{number}:role/app")) for name, number in BOTH]
        found = every(*(change(address, values, {**values, **later}) for address, values in roles))
        assert [(each.number, each.partition) for each in found] == [(number, "aws") for _, number in BOTH]


def test_what_its_provider_proves_stands_for_an_arn_that_is_not_known() -> None:
    """The account's number and its partition, of which another resource's ARN tells."""
    known = same("aws_iam_role.known", role(name="known", arn=f"arn:aws-us-gov:iam::{OWN}:role/known"))
    _, new = every(known, change(ROLE, None, role(), change={"after_unknown": {"arn": True}}))
    assert (new.number, new.partition, new.arns(new.number)) == (
        OWN,
        "aws-us-gov",
        (f"arn:aws-us-gov:iam::{OWN}:role/app",),
    )
    assert new.stands_for == f"({ROLE}.arn)"
    [policy_of_awscc] = every(same("awscc_iam_managed_policy.p", {"managed_policy_name": "p"}))
    assert policy_of_awscc.stands_for == "(awscc_iam_managed_policy.p.policy_arn)"


def test_an_identity_under_a_new_name_has_both() -> None:
    """The one that it has after the change first; one that is not known is none."""
    assert one(change(ROLE, role(), role(name="other"))).names == ("other", "app")
    assert one(same(ROLE, role())).names == ("app",)
    assert one(change(ROLE, None, {}, change={"after_unknown": {"name": True}})).names == ()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (role(assume_role_policy=TRUST), role(assume_role_policy=OTHER_TRUST), (TRUST, OTHER_TRUST)),
        (None, role(assume_role_policy=TRUST), (None, TRUST)),
        (role(assume_role_policy=TRUST), None, (TRUST, None)),
    ],
)
def test_the_trust_policy_of_a_role(before: Any, after: Any, expected: tuple[Any, Any]) -> None:
    """Before and after; nobody else has one."""
    found = one(change(ROLE, before, after))
    assert tuple(each and each.content for each in (found.trust_before, found.trust_after)) == expected
    user = one(same("aws_iam_user.u", {"name": "u", "assume_role_policy": TRUST}))
    assert (user.trust_before, user.trust_after) == (None, None)
    no_trust = one(same("aws_iam_group.g", {"name": "g"}))
    assert (no_trust.trust_before, no_trust.trust_after) == (None, None)


def test_who_is_made_at_another_address_is_who_goes() -> None:
    """With its name, its account, and the ARN that it had."""
    had = role(name="app-1", name_prefix="app-", path="/was/", arn=f"arn:aws:iam::{OWN}:role/was/app-1")
    made = change("aws_iam_role.new", None, {"name_prefix": "app-"}, change={"after_unknown": {"name": True}})
    _, new = every(change(ROLE, had, None), made)
    assert (new.address, new.names, new.number, new.within) == ("aws_iam_role.new", ("app-1",), OWN, "/was/")
    assert (new.former_arn, new.trust_before) == (had["arn"], None)
    _, other = every(change(ROLE, role(arn=ARN), None), change("aws_iam_role.new", None, role(path="/x/")))
    assert (other.names, other.within, other.former_arn) == (("app",), "/x/", ARN)
