"""Groups and users of the identity store that the plan makes: who they are, and whom the move into a group opens to."""

import json
from typing import Any

import pytest

from gate.holdings.identity_store import assigned_elsewhere, made_anew
from tests.helpers.inventories import blocks
from tests.helpers.plans import change, findings, plan
from tests.helpers.rooms import read_iam
from tests.holdings.test_sessions import (
    BLOCKS,
    DENY,
    FULL,
    NOTHING,
    READ,
    READ_ONLY,
    assigned,
    assignment,
    joins,
    same,
    set_of,
)

NAME = "aws_identitystore_group.admins"
GROUP = {"display_name": "admins"}
BY_REFERENCE = {"group_id": [f"{NAME}.group_id", NAME]}
JOINED, OTHER_JOINED = "aws_identitystore_group_membership.u", "aws_identitystore_group_membership.v"
GIVEN = "aws_ssoadmin_account_assignment.admins"
TWINS = {
    NAME: "awscc_identitystore_group.admins",
    JOINED: "awscc_identitystore_group_membership.u",
    GIVEN: "awscc_sso_assignment.admins",
}
KNOWN = {"group_id": "g1", **GROUP}
REPLACED = {"actions": ["delete", "create"]}


def made(address: str, values: dict[str, Any], hidden: str, before: Any = None, **more: Any) -> dict[str, Any]:
    """What the plan makes, with an id that is known only after apply."""
    return change(address, before, values, change={"after_unknown": {hidden: True}, **more})


def direct(name: str = "a", who: str = "u", account: str = "111122223333") -> dict[str, Any]:
    """A direct assignment that goes."""
    return change(f"aws_ssoadmin_account_assignment.{name}_{who}_{account}_", assigned(name, who, account), None)


def group(name: str = "a", account: str = "111122223333", who: str = "u", at: str = JOINED) -> list[dict[str, Any]]:
    """A new group, whom it has, and what it is assigned."""
    values = {key: value for key, value in assigned(name, "g", account).items() if key != "principal_id"}
    member = {"member_id": {"user_id": who} if at.startswith("awscc") else who}
    return [made(NAME, GROUP, "group_id"), made(at, member, "group_id"), made(GIVEN, values, "principal_id")]


def blocking(*changes: dict[str, Any], configured: Any = None) -> set[str]:
    refer = (JOINED, BY_REFERENCE), (OTHER_JOINED, BY_REFERENCE), (GIVEN, {"principal_id": BY_REFERENCE["group_id"]})
    more = blocks(*(configured or ((NAME, {}), *refer)))
    return {
        found.rule for found in findings(plan(set_of("a", FULL), set_of("b", READ), *changes, **more)) if found.blocks
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param([*group(), direct()], NOTHING, id="into a new group"),
        pytest.param(group(), BLOCKS, id="nobody had it"),
        pytest.param([*group(), assignment("a", "u")], NOTHING, id="beside the assignment"),
        pytest.param([*group(), direct("b")], BLOCKS, id="another set"),
        pytest.param([*group(), direct(account="444455556666")], BLOCKS, id="another account"),
        pytest.param([*group(), direct(who="v")], BLOCKS, id="another member"),
        pytest.param(
            [*group(), direct(), made(OTHER_JOINED, {"member_id": "v"}, "group_id")], BLOCKS, id="one more member"
        ),
        pytest.param(
            [*group(), direct(), made(OTHER_JOINED, {"member_id": "v"}, "group_id"), direct(who="v")],
            NOTHING,
            id="two members",
        ),
        pytest.param([group()[0], group()[2], direct()], BLOCKS, id="an empty group"),
        pytest.param([*group("b"), direct("b")], NOTHING, id="a harmless set"),
        pytest.param([*group(), direct(), change("aws_iam_role.r", None, {"name": "r"})], NOTHING, id="beside a role"),
    ],
)
def test_a_group_that_the_plan_makes_is_its_members(changes: list[dict[str, Any]], expected: set[str]) -> None:
    """A membership and an assignment that refer to it meet; nobody else is in it, and it is assigned nothing else."""
    assert blocking(*changes) == expected


def test_the_same_with_the_other_provider() -> None:
    """awscc has a twin of each of the three types."""
    moved = [
        {**one, "address": TWINS[one["address"]], "type": TWINS[one["address"]].partition(".")[0]}
        for one in group(at=TWINS[JOINED])
        if one["address"] in TWINS or not one.update(address=JOINED)
    ]
    refers = ["awscc_identitystore_group.admins.group_id", "awscc_identitystore_group.admins"]
    configured = (
        (TWINS[NAME], {}),
        (TWINS[JOINED], {"group_id": refers}),
        (TWINS[GIVEN], {"principal_id": refers}),
    )
    assert blocking(*moved, direct(), configured=configured) == NOTHING
    assert blocking(*moved, configured=configured) == BLOCKS


def test_what_names_no_group_of_the_plan_is_not_believed() -> None:
    """Without a reference that leads to it, or beside one to another group, nobody knows whose the assignment is."""
    other = [f"{NAME}.group_id", NAME, "aws_identitystore_group.others.group_id", "aws_identitystore_group.others"]
    configured = (NAME, {}), (JOINED, BY_REFERENCE), (GIVEN, {"principal_id": other})
    others = made("aws_identitystore_group.others", {"display_name": "others"}, "group_id")
    assert blocking(*group(), direct(), others, configured=(*configured, (others["address"], {})))
    assert blocking(*group(), direct(), configured=((NAME, {}),))


def test_addresses_that_differ_in_case_are_two_groups() -> None:
    """Unlike ids: who joins one has nothing of the other."""
    other = made("aws_identitystore_group.Admins", {"display_name": "others"}, "group_id")
    joined = made(OTHER_JOINED, {"member_id": "v"}, "group_id")
    to_other = {"group_id": [f"{other['address']}.group_id", other["address"]]}
    refer = (JOINED, BY_REFERENCE), (OTHER_JOINED, to_other), (GIVEN, {"principal_id": BY_REFERENCE["group_id"]})
    configured = (NAME, {}), (other["address"], {}), *refer
    assert blocking(*group(), direct(), other, joined, configured=configured) == NOTHING


STACK = "aws_cloudformation_stack.s"


def template(*members: str) -> dict[str, Any]:
    """A stack with a group of these members, that is assigned the set `a`."""
    of = {"GroupId": {"Fn::GetAtt": ["Team", "GroupId"]}}
    bodies = {who: ("IdentityStore::GroupMembership", of | {"MemberId": {"UserId": who}}) for who in members} | {
        "Team": ("IdentityStore::Group", {"DisplayName": "admins"}),
        "Given": ("SSO::Assignment", {
            "PermissionSetArn": "a", "PrincipalType": "GROUP", "TargetId": "111122223333",
            "PrincipalId": {"Fn::GetAtt": "Team.GroupId"},
        }),
    }  # fmt: skip
    resources = {name: {"Type": f"AWS::{kind}", "Properties": values} for name, (kind, values) in bodies.items()}
    return {"name": "s", "template_body": json.dumps({"Resources": resources})}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(None, template("u"), NOTHING, id="into a new group"),
        pytest.param(None, template("u", "v"), BLOCKS, id="one more member"),
        pytest.param(None, template(), BLOCKS, id="an empty group"),
        pytest.param(template(), template("u"), NOTHING, id="into a group that is there"),
        pytest.param(template("u"), template("u", "v"), BLOCKS, id="joins"),
    ],
)
def test_the_same_in_a_template(before: Any, after: Any, expected: set[str]) -> None:
    """By what Fn::GetAtt gives of the group."""
    assert blocking(change(STACK, before, after), direct()) == expected


def test_nothing_is_told_of_who_had_the_set_before() -> None:
    """Neither of the group nor of the member, be the set managed elsewhere; else of the member."""
    refer = (JOINED, BY_REFERENCE), (GIVEN, {"principal_id": BY_REFERENCE["group_id"]})
    more = blocks((NAME, {}), *refer)
    assert {one.rule for one in findings(plan(*group(), direct(), **more))} == NOTHING
    told = [one for one in findings(plan(*group(), **more)) if one.rule == "KMS008"]
    assert [one.principals for one in told] == [("user u in account 111122223333 (permission set a)",)]


USER = "aws_identitystore_user.u"
OF_USER = {"member_id": [f"{USER}.user_id", USER]}, {"principal_id": [f"{USER}.user_id", USER]}


@pytest.mark.parametrize(
    ("name", "expected"), [("ann", NOTHING), ("eve", BLOCKS)], ids=["of the same name", "of another name"]
)
@pytest.mark.parametrize("address", [USER, "aws_identitystore_user.old"], ids=["replaced", "at another address"])
def test_a_user_that_is_made_anew_is_who_had_the_user_name(address: str, name: str, expected: set[str]) -> None:
    """Whoever is made under another one signs in as somebody else."""
    was, new = {"user_id": "u", "user_name": "ann"}, made(USER, {"user_name": name}, "user_id")
    users = (
        [made(USER, {"user_name": name}, "user_id", was, **REPLACED)]
        if address == USER
        else [change(address, was, None), new]
    )
    values = {key: value for key, value in assigned("a", "u").items() if key != "principal_id"}
    given = made("aws_ssoadmin_account_assignment.u", values, "principal_id", assigned("a", "u"), **REPLACED)
    configured = (USER, {}), ("aws_ssoadmin_account_assignment.u", OF_USER[1])
    assert blocking(*users, given, configured=configured) == expected


@pytest.mark.parametrize(
    ("store", "expected"), [("d-1", NOTHING), ("d-2", BLOCKS), (None, BLOCKS)], ids=["the same", "another", "unknown"]
)
@pytest.mark.parametrize("address", [USER, "aws_identitystore_user.old"], ids=["replaced", "at another address"])
def test_a_user_of_another_store_is_somebody_else(address: str, store: str | None, expected: set[str]) -> None:
    """A user name is unique in one store."""
    was = {"user_id": "u", "user_name": "ann", "identity_store_id": "d-1"}
    values = {"user_name": "ann"} | ({"identity_store_id": store} if store else {})
    users = (
        [made(USER, values, "user_id", was, **REPLACED)]
        if address == USER
        else [change(address, was, None), made(USER, values, "user_id")]
    )
    given = remade("aws_ssoadmin_account_assignment.u", assigned("a", "u"), "principal_id")
    configured = (USER, {}), ("aws_ssoadmin_account_assignment.u", OF_USER[1])
    assert blocking(*users, given, configured=configured) == expected


def remade(address: str, was: dict[str, Any], hidden: str, **more: Any) -> dict[str, Any]:
    """What a replacement makes anew, of which an id is known only after apply."""
    return made(address, {key: value for key, value in was.items() if key != hidden} | more, hidden, was, **REPLACED)


@pytest.mark.parametrize("name", ["admins", "administrators"])
def test_a_group_that_is_made_anew_is_its_members(name: str) -> None:
    """The provider replaces a group to give it another display name, and so whatever refers to it."""
    new = remade(NAME, KNOWN, "group_id", display_name=name)
    member = {"group_id": "g1", "member_id": "u"}
    moved = [
        new,
        remade(JOINED, member, "group_id"),
        remade(GIVEN, assigned("a", "g1"), "principal_id"),
    ]
    assert blocking(*moved) == NOTHING
    assert blocking(*moved, made(OTHER_JOINED, {"member_id": "v"}, "group_id")) == BLOCKS
    assert (
        blocking(new, *moved[1:2], remade(GIVEN, assigned("b", "g1"), "principal_id", permission_set_arn="a")) == BLOCKS
    )


ADMIN = same("aws_ssoadmin_managed_policy_attachment.c", {
    "permission_set_arn": "c", "managed_policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess",
})  # fmt: skip


def test_a_set_that_denies_goes_along_whole() -> None:
    """What the assignment gave is the session that the group gives: no Deny and no boundary of it is lost."""
    assert blocking(ADMIN, set_of("c", DENY), *group("c"), direct("c")) == NOTHING
    bound = {"permission_set_arn": "c", "permissions_boundary": [{"managed_policy_arn": READ_ONLY}]}
    bounded = same("aws_ssoadmin_permissions_boundary_attachment.c", bound)
    assert blocking(ADMIN, bounded, *group("c"), direct("c")) == NOTHING
    assert blocking(ADMIN, *group("c"), direct("b")) == BLOCKS


def test_a_new_user_who_joins_a_group_is_somebody_new() -> None:
    """By the address of the user, and called by the user name."""
    joined = made(JOINED, {"group_id": "g1"}, "member_id")
    user = made(USER, {"user_name": "eve"}, "user_id")
    more = blocks((USER, {}), (JOINED, OF_USER[0]))
    found = [
        one for one in findings(plan(set_of("a", FULL), assignment("a", "g1"), user, joined, **more)) if one.blocks
    ]
    assert [(one.rule, one.principals) for one in found] == [
        ("KMS001", ("user eve in account 111122223333 (permission set a)",))
    ]


def test_an_assignee_that_nobody_can_tell_is_called_by_what_is_known() -> None:
    """Of which kind, in which account: the id alone is known only after apply."""
    values = {key: value for key, value in assigned("a", "u").items() if key != "principal_id"}
    given = made(GIVEN, values, "principal_id")
    found = findings(plan(set_of("a", FULL), given, **blocks((GIVEN, {"principal_id": ["data.external.who"]}))))
    assert [(one.rule, one.principals) for one in found] == [
        ("KMS001", ("user (data.external.who) in account 111122223333 (permission set a)",))
    ]


SHOWN = [same("aws_ssoadmin_permission_set.a", {"arn": "a", "name": "a"}), set_of("a", FULL)]


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        pytest.param([assignment("a", "g1")], True, id="not of the plan"),
        pytest.param([same(NAME, KNOWN)], True, id="assigned nothing here"),
        pytest.param([same(NAME, KNOWN), assignment("a", "g1")], False, id="assigned here"),
        pytest.param([same(NAME, KNOWN), change(GIVEN, None, assigned("a", "g1"))], True, id="assigned by the change"),
    ],
)
def test_what_a_group_has_elsewhere_is_told_where_it_may_have_any(groups: list[dict[str, Any]], told: bool) -> None:
    """One that the plan manages and assigns has what the plan shows, as a group of IAM has."""
    found = findings(plan(*SHOWN, *groups, joins("g1"), direct()))
    said = [one for one in found if one.rule == "KMS008"]
    assert bool(said) is told
    name = "admins" if groups[0]["address"] == NAME else "g1"
    for one in said:
        assert (
            str(one.message)
            == f"identity store user u newly gets what group {name} gives, and gate can't see all of it"
        )
        (remedy,) = one.remedy
        assert remedy == (
            "manage the group or permission set, and all that it is given, in the same configuration, "
            "or look at its policies and assignments"
        )


def test_a_deferred_user_or_group_gives_nobody_anything() -> None:
    """What it is assigned does."""
    deferred = [{"reason": "provider_config_unknown", "resource_change": made(NAME, GROUP, "group_id")}]
    assert findings(plan(deferred_changes=deferred)) == ()


def who_is_made(*changes: dict[str, Any]) -> dict[str, str]:
    """Who is made, by address: by the id before the change, or by the address of who has none."""
    resources = read_iam(plan(*changes)).resources
    former = [(one.before or {}).get("user_id") or (one.before or {}).get("group_id") for one in resources]
    steps = [
        (one, was, None if one.after is None else f"({one.address})")
        for one, was in zip(resources, former, strict=True)
    ]
    return made_anew(steps, lambda resource: "account")


ANN = {"user_id": "u", "user_name": "ann"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([change(USER, ANN, None), made(f"{USER}2", {"user_name": "ann"}, "user_id")], {f"{USER}2": "u"}),
        ([same(USER, ANN), made(f"{USER}2", {"user_name": "ann"}, "user_id")], {f"{USER}2": f"({USER}2)"}),
        ([change(USER, ANN, None), made(f"{USER}2", {"user_name": "eve"}, "user_id")], {f"{USER}2": f"({USER}2)"}),
        ([change(USER, {"user_id": "u"}, None), made(f"{USER}2", {}, "user_id")], {f"{USER}2": f"({USER}2)"}),
        ([change(NAME, {**KNOWN, "display_name": "ann"}, None), made(USER, {"user_name": "ann"}, "user_id")],
         {USER: f"({USER})"}),
        ([change(NAME, KNOWN, None), made(f"{NAME}2", GROUP, "group_id")], {f"{NAME}2": "g1"}),
        ([change("aws_iam_user.ann", {"name": "ann"}, None), change("aws_iam_user.eve", None, {"name": "ann"})], {}),
        ([change(USER, ANN, {**ANN, "user_name": "eve"})], {}),
    ],
)  # fmt: skip
def test_who_is_made_in_the_store(changes: list[dict[str, Any]], expected: dict[str, str]) -> None:
    """Whoever has the name of one of the same kind that goes; nobody who stays, and no user of IAM."""
    assert who_is_made(*changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([same(NAME, KNOWN)], [NAME]),
        ([same(NAME, KNOWN), assignment("a", "g1")], []),
        ([same(NAME, KNOWN), assignment("a", "g2")], [NAME]),
        ([same(NAME, KNOWN), change(GIVEN, assigned("a", "g1"), None)], []),
        ([same(NAME, KNOWN), change(GIVEN, None, assigned("a", "g1"))], [NAME]),
        ([same(NAME, KNOWN), joins("g1")], [NAME]),
        ([same(NAME, KNOWN), same("aws_iam_user_group_membership.m", {"user": "g1", "groups": ["a"]})], [NAME]),
        ([same(NAME, KNOWN), same("aws_ssoadmin_account_assignment.x", {"principal_id": None})], [NAME]),
        ([change(NAME, KNOWN, None)], []),
        ([made(NAME, GROUP, "group_id")], []),
        ([same("aws_iam_group.g", {"name": "g"})], []),
        ([same(USER, ANN)], [USER]),
    ],
)
def test_to_whom_another_plan_may_assign_sets(changes: list[dict[str, Any]], expected: list[str]) -> None:
    """Whoever is there, and was assigned nothing here; what the change assigns tells nothing."""
    assert list(assigned_elsewhere(read_iam(plan(*changes)).resources)) == expected


def test_beside_users_and_groups_of_iam() -> None:
    """Who is in the store is looked at all the same."""
    in_iam = [
        same("aws_iam_user.bob", {"name": "bob"}),
        same("aws_iam_user_group_membership.bob", {"user": "bob", "groups": ["staff"]}),
    ]
    assert blocking(*in_iam, *group(), direct()) == NOTHING
    assert blocking(*in_iam, *group()) == BLOCKS
    configured = (USER, {}), ("aws_ssoadmin_account_assignment.u", OF_USER[1])
    values = {key: value for key, value in assigned("a", "u").items() if key != "principal_id"}
    given = made("aws_ssoadmin_account_assignment.u", values, "principal_id", assigned("a", "u"), **REPLACED)
    moved = change("aws_identitystore_user.old", ANN, None), made(USER, {"user_name": "ann"}, "user_id")
    assert blocking(*in_iam, *moved, given, configured=configured) == NOTHING


def test_a_group_that_was_there_is_told_beside_a_new_one() -> None:
    """For it may have members that the plan does not show."""
    opened = change(
        "aws_ssoadmin_permission_set_inline_policy.c",
        {"permission_set_arn": "c", "inline_policy": READ},
        {"permission_set_arn": "c", "inline_policy": FULL},
    )
    refer = (JOINED, BY_REFERENCE), (GIVEN, {"principal_id": BY_REFERENCE["group_id"]})
    changes = (
        opened,
        assignment("c", "g1"),
        same("aws_identitystore_group_membership.w", {"group_id": "g1", "member_id": "w"}),
    )
    found = findings(plan(set_of("b", READ), *changes, *group("b"), **blocks((NAME, {}), *refer)))
    told = {who for one in found if one.rule == "KMS001" for who in one.principals}
    assert "group g1 in account 111122223333 (permission set c)" in told
