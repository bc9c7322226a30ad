"""Who can newly take away a Deny of its own, without which it has full access."""

from typing import Any

import pytest

from tests.helpers.escalation_plans import ACCOUNT, APP, OWN, role, told
from tests.helpers.plans import change, findings, inline, plan, policy, statement

FULL, DENIES = (policy(statement("kms:*", effect=effect)) for effect in ("Allow", "Deny"))
DENY_ALL = "arn:aws:iam::aws:policy/AWSDenyAll"
SAYS = "role app can newly take away a Deny of its own, without which it has full KMS access"


def stays(address: str, **values: Any) -> dict[str, Any]:
    return change(address, values, values)


INLINE = inline(DENIES, DENIES, "denies")
ATTACHED = stays("aws_iam_role_policy_attachment.d", role="app", policy_arn=DENY_ALL)


@pytest.mark.parametrize(
    ("action", "resource", "denies", "is_told"),
    [
        ("iam:DeleteRolePolicy", "*", [INLINE], True),
        ("iam:DeleteRolePolicy", APP, [INLINE], True),
        ("iam:Delete*", APP, [INLINE], True),
        ("iam:DeleteRolePolicy", f"{APP}2", [INLINE], False),
        ("iam:DetachRolePolicy", APP, [INLINE], False),
        ("iam:DeleteRolePolicy", APP, [INLINE, ATTACHED], False),
        ("iam:DeleteRolePolicy", APP, [], False),
        ("iam:DeleteUserPolicy", "*", [INLINE], False),
    ],
)
def test_who_takes_its_deny_away(action: str, resource: str, denies: list[Any], is_told: bool) -> None:
    """It counts where the Deny is of the kind that the action takes, and is all that holds back full access."""
    allows = inline(FULL, FULL, "keys"), inline(None, policy(statement(action, resource)), "own")
    assert told(role("app"), *allows, *denies) == ([f"{SAYS} ({action.replace('*', 'RolePolicy')})"] if is_told else [])


def test_what_allows_goes_with_what_denies() -> None:
    """A document is taken away whole, and who could do it before gains nothing."""
    both = policy(statement("kms:*"), statement("kms:*", effect="Deny"))
    able = policy(statement("iam:DeleteRolePolicy"))
    assert told(role("app"), inline(both, both, "both"), inline(None, able, "own")) == []
    keys = inline(FULL, FULL, "keys")
    assert told(role("app"), keys, INLINE, inline(able, policy(statement("iam:DeleteRole*")), "own")) == []


def test_a_deny_that_is_attached_but_for_iam() -> None:
    """A managed policy that denies in KMS alone is detached."""
    arn = f"arn:aws:iam::{OWN}:policy/denies"
    managed = stays("aws_iam_policy.denies", name="denies", path="/", arn=arn, policy=DENIES)
    attached = stays("aws_iam_role_policy_attachment.d", role="app", policy_arn=arn)
    allows = inline(FULL, FULL, "keys"), inline(None, policy(statement("iam:DetachRolePolicy")), "own")
    assert told(role("app"), *allows, managed, attached) == [f"{SAYS} (iam:DetachRolePolicy)"]


LEAVES, EMPTIES, DETACHES = "iam:RemoveUserFromGroup", "iam:DeleteGroupPolicy", "iam:DetachGroupPolicy"


@pytest.mark.parametrize(
    ("action", "attached", "is_told"),
    [
        (LEAVES, False, True),
        (EMPTIES, False, True),
        (DETACHES, False, False),
        ("iam:DeleteUserPolicy", False, False),
        (LEAVES, True, True),
        (EMPTIES, True, False),
        (DETACHES, True, True),
        ("iam:DetachUserPolicy", True, False),
    ],
)
def test_a_deny_that_comes_over_a_group(action: str, attached: bool, is_told: bool) -> None:
    """Who leaves the group, or empties it; what is the user's own is another one."""
    own = f"arn:aws:iam::{OWN}"
    user = stays("aws_iam_user.eve", name="eve", path="/", arn=f"{own}:user/eve")
    group = stays("aws_iam_group.g", name="g", path="/", arn=f"{own}:group/g")
    inlined = [stays("aws_iam_group_policy.d", name="d", group="g", policy=DENIES)]
    managed = [
        stays("aws_iam_policy.d", name="d", path="/", arn=f"{own}:policy/d", policy=DENIES),
        stays("aws_iam_group_policy_attachment.d", group="g", policy_arn=f"{own}:policy/d"),
    ]
    denies = managed if attached else inlined
    member = stays("aws_iam_user_group_membership.m", user="eve", groups=["g"])
    keys = stays("aws_iam_user_policy.k", name="k", user="eve", policy=FULL)
    able = change("aws_iam_user_policy.o", None, {"name": "o", "user": "eve", "policy": policy(statement(action))})
    assert told(user, group, *denies, member, keys, able) == (
        [f"{SAYS.replace('role app', 'user eve')} ({action})"] if is_told else []
    )


MANAGED = f"arn:aws:iam::{OWN}:policy/denies"
HAS_IT = [
    stays("aws_iam_policy.denies", name="denies", path="/", arn=MANAGED, policy=DENIES),
    stays("aws_iam_role_policy_attachment.d", role="app", policy_arn=MANAGED),
]
POLICY, BOUNDARY = "iam:PolicyARN", "iam:PermissionsBoundary"
ALL = "arn:aws:iam::aws:policy/AdministratorAccess"


def only(key: str, value: Any, operator: str = "ArnEquals", effect: str = "Allow") -> dict[str, Any]:
    """A statement on detaching under a condition."""
    return statement("iam:DetachRolePolicy", effect=effect, Condition={operator: {key: value}})


@pytest.mark.parametrize(
    ("statements", "is_told"),
    [
        ([only(POLICY, MANAGED)], True),
        ([only(POLICY, [DENY_ALL, MANAGED])], True),
        ([only(POLICY, f"arn:aws:iam::{OWN}:policy/*", "ArnLike")], True),
        ([only(POLICY, DENY_ALL)], False),
        ([only(POLICY, DENY_ALL, "StringEquals")], False),
        ([only(POLICY, "arn:aws:iam::aws:policy/*", "StringLike")], False),
        ([only(POLICY, MANAGED, "ArnNotEquals")], False),
        ([only(POLICY, DENY_ALL, "ArnNotEquals")], True),
        ([statement("iam:Detach*"), only(POLICY, MANAGED, effect="Deny")], False),
        ([statement("iam:Detach*"), only(POLICY, DENY_ALL, effect="Deny")], True),
        ([statement("iam:Detach*"), only(POLICY, DENY_ALL, "ArnNotEquals", "Deny")], False),
        ([only("aws:MultiFactorAuthPresent", "true", "Bool"), only(POLICY, DENY_ALL)], True),
        ([only(BOUNDARY, ALL)], False),
        ([only(BOUNDARY, ALL, "ArnNotEquals")], True),
        ([statement("iam:Detach*"), only(BOUNDARY, ALL, "StringNotEquals", "Deny")], False),
    ],
)
def test_which_policies_may_be_detached(statements: list[dict[str, Any]], is_told: bool) -> None:
    """A condition, or a Deny, that says which, or whose by the boundary that they have, may leave out one's own."""
    found = told(role("app"), inline(FULL, FULL, "keys"), *HAS_IT, inline(None, policy(*statements), "own"))
    assert any("take away a Deny" in one for one in found) is is_told


@pytest.mark.parametrize(("number", "is_told"), [("", True), ("2", True), ("3", False)])
def test_a_policy_that_gets_another_name_is_detached_by_either(number: str, is_told: bool) -> None:
    """For the caller may be there before the apply, or after it."""
    block = {"mode": "managed", "provider_config_key": "aws", "expressions": {}}
    refers = {"policy_arn": {"references": ["aws_iam_policy.denies.arn", "aws_iam_policy.denies"]}}
    names = ("aws_iam_policy", "denies"), ("aws_iam_role", "app"), ("aws_iam_role_policy_attachment", "d")
    blocks = [{**block, "address": f"{kind}.{name}", "type": kind, "name": name} for kind, name in names]
    blocks[2]["expressions"] = {"role": {"constant_value": "app"}, **refers}
    before = {"name": "denies", "path": "/", "arn": MANAGED, "policy": DENIES}
    after = {"name": "denies2", "path": "/", "policy": DENIES}
    replaced = ["delete", "create"]
    changes = [
        role("app"),
        inline(FULL, FULL, "keys"),
        change("aws_iam_policy.denies", before, after, change={"actions": replaced, "after_unknown": {"arn": True}}),
        change(
            "aws_iam_role_policy_attachment.d", {"role": "app", "policy_arn": MANAGED}, {"role": "app"},
            change={"actions": replaced, "after_unknown": {"policy_arn": True}},
        ),
        inline(None, policy(only(POLICY, f"{MANAGED}{number}")), "own"),
    ]  # fmt: skip
    found = findings(plan(*changes, configuration={"root_module": {"resources": blocks}}))
    assert any("take away a Deny" in one.message for one in found) is is_told


def test_a_boundary_is_put_by_whoever_may_put_it() -> None:
    """A condition asks for the boundary that comes, not for the one that goes; what changes is either."""
    less = stays("aws_iam_policy.b", name="less", path="/", arn=f"{MANAGED}2", policy=policy(statement("iam:*")))
    keys = inline(FULL, FULL, "keys")
    puts = {**statement("iam:PutRolePermissionsBoundary"), "Condition": {"StringEquals": {BOUNDARY: ALL}}}
    (says,) = told(role("app", permissions_boundary=f"{MANAGED}2"), keys, less, inline(None, policy(puts), "own"))
    assert "permissions boundary" in says
    before, after = (
        {"name": "app", "path": "/", "arn": APP, "assume_role_policy": ACCOUNT, "permissions_boundary": f"{MANAGED}{n}"}
        for n in (2, 3)
    )
    other = stays("aws_iam_policy.c", name="other", path="/", arn=f"{MANAGED}3", policy=policy(statement("iam:*")))
    takes = {**statement("iam:DeleteRolePermissionsBoundary"), "Condition": {"StringEquals": {BOUNDARY: f"{MANAGED}3"}}}
    changed = change("aws_iam_role.app", before, after)
    found = told(changed, keys, less, other, inline(None, policy(takes), "own"))
    assert any("permissions boundary" in one for one in found)


@pytest.mark.parametrize("bounds", [(None, None), (ALL, ALL), (None, ALL)])
def test_no_request_about_a_group_brings_a_boundary(bounds: tuple[str | None, str | None]) -> None:
    """So nobody empties it under a condition on one, whatever its own is."""
    own = f"arn:aws:iam::{OWN}"
    was, will = (
        {"name": "eve", "path": "/", "arn": f"{own}:user/eve", "permissions_boundary": bound} for bound in bounds
    )
    eve = [
        change("aws_iam_user.eve", was, will),
        stays("aws_iam_group.g", name="g", path="/", arn=f"{own}:group/g"),
        stays("aws_iam_group_policy.d", name="d", group="g", policy=DENIES),
        stays("aws_iam_user_group_membership.m", user="eve", groups=["g"]),
        stays("aws_iam_user_policy.k", name="k", user="eve", policy=FULL),
    ]
    for condition, is_told in (({}, True), ({"StringEquals": {BOUNDARY: ALL}}, False)):
        empties = {**statement(EMPTIES), **({"Condition": condition} if condition else {})}
        able = change("aws_iam_user_policy.o", None, {"name": "o", "user": "eve", "policy": policy(empties)})
        assert any("take away a Deny" in one for one in told(*eve, able)) is is_told


def test_a_boundary_that_tells_who_may_be_changed() -> None:
    """Who has the boundary that a condition asks for may detach from itself, and who is kept from taking it off not."""
    bounded = role("app", permissions_boundary=ALL)
    keys = inline(FULL, FULL, "keys")
    own = only(BOUNDARY, ALL)
    found = told(bounded, keys, *HAS_IT, inline(None, policy(own), "own"))
    assert [one.partition(" (")[0] for one in found] == [SAYS]
    assert told(bounded, keys, *HAS_IT, inline(None, policy(only(BOUNDARY, MANAGED)), "own")) == []
    less = stays("aws_iam_policy.b", name="denies2", path="/", arn=f"{MANAGED}2", policy=policy(statement("iam:*")))
    bounded = role("app", permissions_boundary=f"{MANAGED}2")
    takes_off = statement("iam:DeleteRolePermissionsBoundary")
    for condition, is_told in (({}, True), ({"StringEquals": {BOUNDARY: f"{MANAGED}2"}}, False)):
        deny = {**takes_off, "Effect": "Deny", "Condition": condition or {"StringEquals": {BOUNDARY: MANAGED}}}
        found = told(bounded, keys, less, inline(None, policy(takes_off, deny), "own"))
        assert any("permissions boundary" in one for one in found) is is_told
