"""Full access to some keys alone, or under a condition, is worth becoming somebody for as well."""

from typing import Any

import pytest

from gate.iam.guards import Access, Box, Scope
from gate.iam.kms import kms
from gate.iam.patterns import glob
from gate.new_access.newly_full import NOTHING, gains_full
from tests.helpers.escalation_plans import APP, NARROW, OWN, ROLES, role, told, trust
from tests.helpers.plans import change, inline, policy, statement

KEYS = f"arn:aws:kms:*:{OWN}:key/*"
ONE_KEY = f"arn:aws:kms:eu-west-1:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
IN_A_REGION = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
SOME = "which has full KMS access to some keys, or under a condition"
MACHINE = trust(Service="ec2.amazonaws.com")
BECOME = statement("sts:AssumeRole", f"{ROLES}/keeper")


def keeper(*statements: dict[str, Any], after: str | None = None) -> list[dict[str, Any]]:
    """A role `keeper` with these statements before and after; its trust policy becomes another one."""
    own = policy(*statements)
    return [
        role("keeper", MACHINE if after else trust(AWS=f"arn:aws:iam::{OWN}:root"), after),
        inline(own, own, "k", "keeper"),
    ]


@pytest.mark.parametrize(
    ("statements", "is_full"),
    [
        ([statement("kms:*", KEYS)], True),
        ([statement("kms:*", ONE_KEY)], True),
        ([statement("kms:*", Condition=IN_A_REGION)], True),
        ([statement("*", "arn:aws-us-gov:kms:*:*:*")], True),
        ([statement("kms:*", KEYS), statement("kms:*", effect="Deny", Condition=IN_A_REGION)], True),
        ([statement("kms:*", KEYS), statement("kms:*", effect="Deny")], False),
        ([statement("kms:Decrypt", KEYS)], False),
        # all power, and on no key all of it
        ([statement("kms:Decrypt", ONE_KEY), statement(["kms:CreateGrant", "kms:DisableKey"], f"{ONE_KEY}x")], False),
    ],
)  # fmt: skip
def test_who_newly_becomes_somebody_with_such_access(statements: list[dict[str, Any]], is_full: bool) -> None:
    """By its own policies, and by the trust policy of the role."""
    own = [role("app"), inline(NARROW, policy(BECOME))]
    becoming = [f"role app can newly become role keeper, {SOME} (sts:AssumeRole)"]
    assert told(*own, *keeper(*statements)) == (becoming if is_full else [])
    opened = [f"everyone can newly become role keeper, {SOME} (its trust policy)"]
    assert told(*keeper(*statements, after=trust(AWS="*"))) == (opened if is_full else [])


@pytest.mark.parametrize("has", [[statement("kms:*", KEYS)], [statement("kms:*", ONE_KEY)], [statement("*")]])
def test_who_has_all_of_it_gains_nothing(has: list[dict[str, Any]]) -> None:
    """Whoever has what the role has, whatever else, is told of nowhere; who has a part of it is."""
    gains = (
        [f"role app can newly become role keeper, {SOME} (its trust policy)"] if has[0]["Resource"] == ONE_KEY else []
    )
    own = policy(*has)
    let_in = keeper(statement("kms:*", KEYS), after=trust(AWS=APP))
    assert told(role("app"), inline(own, own), *let_in) == gains
    by_itself = [role("app"), inline(own, policy(*has, BECOME)), *keeper(statement("kms:*", KEYS))]
    assert told(*by_itself) == [each.replace("its trust policy", "sts:AssumeRole") for each in gains]


def test_what_is_too_much_work_to_tell_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """As full access to some keys; not where the Allows are not even full together."""
    monkeypatch.setattr("gate.new_access.newly_full.LEAST", 1)
    both, one = ([Box(actions, Scope(glob("*")), frozenset())] for actions in (kms().all_actions(), 1))
    assert gains_full(NOTHING, Access((*both,)), kms())
    assert not gains_full(NOTHING, Access((*one,)), kms())


def test_itself_is_nobody_else() -> None:
    """Who has full access to some keys, and may put any policy on itself, is not told to write somebody else's."""
    own = statement("kms:*", KEYS)
    assert told(role("app"), inline(policy(own), policy(own, statement("iam:PutRolePolicy", APP)))) == [
        "role app can newly put any policy on itself, and so give itself full KMS access (iam:PutRolePolicy)"
    ]


def test_who_has_no_boundary_takes_none_away() -> None:
    """Full access to some keys is held back by none."""
    own = statement("kms:*", KEYS)
    assert (
        told(role("app"), inline(policy(own), policy(own, statement("iam:DeleteRolePermissionsBoundary", APP)))) == []
    )


PUT_OFF = {"after_unknown": {"policy": True}}


def put_off(before: str, name: str, role: str) -> dict[str, Any]:
    """An inline policy of a role that is known no longer, as where it newly depends on something that is not there."""
    had = inline(before, before, name, role)["change"]["before"]
    return change(f"aws_iam_role_policy.{name}", had, {**had, "policy": None}, change=PUT_OFF)


@pytest.mark.parametrize(
    ("had", "who_had"),
    [
        (statement("*"), "which has full KMS access"),
        (statement("kms:*", KEYS), SOME),
    ],
)
def test_who_had_it_may_have_it_still(had: dict[str, Any], who_had: str) -> None:
    """Where what a role has now is not known, the worst of it is worth becoming it for; not for whoever has all."""
    to_all = [role("keeper", MACHINE, trust(AWS="*")), put_off(policy(had), "k", "keeper")]
    assert told(*to_all) == [f"everyone can newly become role keeper, {who_had} (its trust policy)"]
    for own in (had, statement("*")):
        let_in = [role("keeper", MACHINE, trust(AWS=APP)), put_off(policy(had), "k", "keeper")]
        becoming = [f"role app can newly become role keeper, {who_had} (its trust policy)"]
        expected = [] if own == statement("*") else becoming
        assert told(role("app"), inline(policy(own), policy(own)), *let_in) == expected


def test_who_had_less_is_nobody_to_become() -> None:
    """What is not known of who had no full access is told by itself (KMS009)."""
    narrow = policy(statement("s3:GetObject"))
    assert told(role("keeper", MACHINE, trust(AWS="*")), put_off(narrow, "k", "keeper")) == []


def test_what_held_back_full_access_may_do_so_still() -> None:
    """Who may take a Deny away has what it had without it, where that is not known now; not where it had less."""
    deny = policy(statement("kms:*", effect="Deny"))
    takes = inline(None, policy(statement("iam:DeleteRolePolicy", APP)), "takes")
    for had, gains in ((statement("kms:*"), True), (statement("s3:*"), False)):
        held = [role("app"), put_off(policy(had), "had", "app"), inline(deny, deny, "denies"), takes]
        expected = "role app may newly take away a Deny of its own, without which it has full KMS access"
        decides = "(iam:DeleteRolePolicy): what decides is known only after apply"
        assert told(*held) == ([f"{expected} {decides}"] if gains else [])


NO_MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}


@pytest.mark.parametrize(
    ("held_back", "gains"),
    [
        ([], False),
        ([statement("kms:*", ONE_KEY, effect="Deny")], True),
        ([statement("kms:*", effect="Deny", Condition=NO_MFA)], True),
        ([statement("kms:TagResource", effect="Deny")], False),
        ([statement("s3:*", effect="Deny")], False),
    ],
)
def test_a_deny_of_some_keys_is_worth_getting_rid_of(held_back: list[dict[str, Any]], gains: bool) -> None:
    """By becoming somebody who has none, by a trust policy, and by taking it away."""
    own = policy(statement("kms:*"), *held_back)
    full = [
        role("admin", MACHINE, trust(AWS=APP)),
        inline(policy(statement("*")), policy(statement("*")), "a", "admin"),
    ]
    let_in = "role app can newly become role admin, which has full KMS access"
    assert told(role("app"), inline(own, own), *full) == ([f"{let_in} (its trust policy)"] if gains else [])
    assume = statement("sts:AssumeRole", f"{ROLES}/admin")
    full[0] = role("admin")
    by_itself = told(role("app"), inline(own, policy(statement("kms:*"), *held_back, assume)), *full)
    assert by_itself == ([f"{let_in} (sts:AssumeRole)"] if gains else [])
    deny, takes = policy(*held_back, statement("ec2:*")), policy(statement("iam:DeleteRolePolicy", APP))
    everything = policy(statement("kms:*"))
    released = told(role("app"), inline(everything, everything), inline(deny, deny, "d"), inline(None, takes, "t"))
    without = "role app can newly take away a Deny of its own, without which it has full KMS access"
    assert released == ([f"{without} (iam:DeleteRolePolicy)"] if gains else [])
