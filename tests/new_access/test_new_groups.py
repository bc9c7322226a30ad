"""Groups that a plan creates: what they have is what their members have, and all of these are looked at."""

from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.principal import Principal
from gate.new_access.causes import Cause
from gate.new_access.grants import Grant, Introduced
from gate.new_access.new_groups import without_new_groups
from tests.helpers.held import changed
from tests.helpers.plans import change, findings, plan, policy, statement

FULL = policy(statement("kms:*"))
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
ANN, EVE = "ann", "eve"


def user(name: str) -> dict[str, Any]:
    values = {"name": name}
    return change(f"aws_iam_user.{name}", values, values)


def full(name: str) -> dict[str, Any]:
    """A user has had full access, and loses what gave it."""
    return change(f"aws_iam_user_policy_attachment.{name}", {"user": name, "policy_arn": ADMINISTRATOR}, None)


def group(before: Any = None) -> dict[str, Any]:
    return change("aws_iam_group.g", before, {"name": "admins"})


def attached(before: Any = None) -> dict[str, Any]:
    return change("aws_iam_group_policy_attachment.g", before, {"group": "admins", "policy_arn": ADMINISTRATOR})


def inline(text: str = FULL) -> dict[str, Any]:
    return change("aws_iam_group_policy.g", None, {"name": "p", "group": "admins", "policy": text})


def members(*names: str, **more: Any) -> dict[str, Any]:
    after = {"name": "m", "group": "admins", "users": list(names)}
    return change("aws_iam_group_membership.g", None, after, **more)


def joins(name: str) -> dict[str, Any]:
    return change(f"aws_iam_user_group_membership.{name}", None, {"user": name, "groups": ["admins"]})


REPLACED = change("aws_iam_group.g", {"name": "old"}, {"name": "admins"}, change={"actions": ["delete", "create"]})
TWICE = change("aws_iam_group.h", None, {"name": "admins"})
UNKNOWN_USERS = {"change": {"after_unknown": {"users": True}}}
BY_REFERENCE = ("aws_iam_group_policy_attachment", "aws_iam_group_policy")
MEMBERSHIPS = ("aws_iam_group_membership", "aws_iam_user_group_membership")


def told(*changes: dict[str, Any], refer: tuple[str, ...] = BY_REFERENCE) -> list[str]:
    """The findings, where memberships, and resources of the types `refer`, name the group by a reference and all others
    by a text."""
    resources = []
    for one in changes:
        referred = {"references": ["aws_iam_group.g.name", "aws_iam_group.g"]}
        named = referred if one["type"] in (*refer, *MEMBERSHIPS) else {"constant_value": "admins"}
        expressions = {name: named for name in ("group", "groups") if name in (one["change"]["after"] or {})}
        resources.append(
            {
                "address": one["address"],
                "mode": "managed",
                "type": one["type"],
                "name": one["name"],
                "provider_config_key": "aws",
                "expressions": expressions,
            }
        )
    configuration = {"provider_config": {"aws": {"name": "aws"}}, "root_module": {"resources": resources}}
    found = findings(plan(*changes, configuration=configuration))
    return [f"{one.rule} {one.address} {', '.join(one.principals)}" for one in found]


def test_members_that_had_it_all_gain_nothing_by_a_new_group() -> None:
    """Users who had full access each by themselves get it through a group that the plan creates."""
    assert told(user(ANN), full(ANN), group(), attached(), members(ANN)) == []
    assert told(user(ANN), full(ANN), group(), attached(), joins(ANN)) == []
    assert told(user(ANN), full(ANN), group(), inline(), members(ANN)) == []


def test_who_newly_has_it_is_told_with_the_group() -> None:
    """Of two members one had full access: the other one is told, managed by the plan or not."""
    both = ["KMS001 aws_iam_group_policy_attachment.g group admins, user eve"]
    assert told(user(ANN), full(ANN), user(EVE), group(), attached(), members(ANN, EVE)) == both
    assert told(user(ANN), full(ANN), group(), attached(), members(ANN), joins(EVE)) == both


@pytest.mark.parametrize(
    ("case", "changes", "refer"),
    [
        ("nobody is in it", [group(), attached()], BY_REFERENCE),
        ("its policy is attached whether it could be created or not", [group(), attached(), members(ANN)], ()),
        ("it was there", [group({"name": "admins"}), attached(), members(ANN)], BY_REFERENCE),
        ("it had a policy", [group(), attached({"group": "admins", "policy_arn": "x"}), members(ANN)], BY_REFERENCE),
        ("it is another one, replaced under its name", [REPLACED, attached(), members(ANN)], BY_REFERENCE),
        ("two resources make it", [group(), TWICE, attached(), members(ANN)], BY_REFERENCE),
        ("the plan does not manage it", [attached(), members(ANN)], BY_REFERENCE),
        ("one of two policies names it by a text", [group(), attached(), inline(), members(ANN)], BY_REFERENCE[1:]),
    ],
)
def test_a_group_that_others_may_be_in_is_told(
    case: str, changes: list[dict[str, Any]], refer: tuple[str, ...]
) -> None:
    """A group raises what it newly has where somebody may be in it whom the plan does not show, or nobody is."""
    assert any(one.startswith("KMS001 aws_iam_group") for one in told(user(ANN), full(ANN), *changes, refer=refer)), (
        case
    )


def test_who_can_newly_become_full_is_told_of_the_members() -> None:
    """A new group may write the policies of users: its members could already, or one of them could not."""
    writes = policy(statement("iam:PutUserPolicy"))
    had = change("aws_iam_user_policy.ann", {"name": "p", "user": ANN, "policy": writes}, None)
    assert told(user(ANN), had, group(), inline(writes), members(ANN)) == []
    assert told(user(ANN), had, user(EVE), group(), inline(writes), members(ANN, EVE)) == [
        "KMS006 aws_iam_group_policy.g user eve"
    ]
    assert told(group(), inline(writes)) == ["KMS006 aws_iam_group_policy.g group admins"]


def test_a_member_that_nobody_can_tell_is_told() -> None:
    """Who is in the group is known only after apply: whoever it is may newly have all of it."""
    changes = user(ANN), full(ANN), group(), attached(), members(ANN, **UNKNOWN_USERS)
    assert [one.split()[0] for one in told(*changes)] == ["KMS001"]
    assert [one.split()[0] for one in told(*changes, joins(ANN))] == ["KMS001"]


def test_a_group_with_a_member_whom_nobody_looked_at_is_told() -> None:
    """Whether that one newly has the same, nobody knows."""
    ann, eve = (Principal("user", "", name) for name in (ANN, EVE))
    had = changed({}, {"p": FULL})
    grant = Grant(had, Cause(had.after[0].document.place, ()), (), (), 1, None)
    both = replace(had, principal=Principal("group", "", "g"), only_members=frozenset({ann, eve}))
    of_group = Introduced(both, (grant,), (), was_full=False, may_be_full=True)
    of_ann, of_eve = (
        Introduced(replace(had, principal=one), (), (), was_full=True, may_be_full=True) for one in (ann, eve)
    )
    assert without_new_groups([of_group, of_ann])[0].grants == (grant,)
    assert without_new_groups([of_group, of_ann, of_eve])[0].grants == ()
