"""Who is who: by name, by what a hidden name refers to, by a name prefix; and what people call them."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.grouping import Grouping
from gate.holdings.hidden import Hidden, HiddenElement, Lead
from gate.holdings.holders import IamPlan
from gate.holdings.principal import Principal, unscoped
from gate.holdings.principals import NamedPrincipal, Principals
from gate.holdings.resolve import Version
from gate.holdings.resource_types import ASSIGNEE, PERMISSION_SET, PrincipalNames
from gate.plan.addresses import Target
from tests.helpers.inventories import inline_values, same
from tests.helpers.plans import change, plan, written
from tests.helpers.rooms import read_iam

A, B, P = "aws_iam_role.a", "aws_iam_role.b", "aws_iam_role_policy.p"
ANEW = {"change": {"actions": ["delete", "create"]}}
PREFIXED = {"change": {"after_unknown": {"name": True}}}
ROLES = PrincipalNames("role", "role")


def read(*changes: dict[str, Any], **more: Any) -> tuple[IamPlan, Principals]:
    iam = read_iam(plan(*changes, **more))
    return iam, Principals(iam.resources, Grouping(iam.accounts))


def places(*changes: dict[str, Any], **more: Any) -> dict[str, tuple[str, str]]:
    """Who the principal at each address is before and after, by name; empty where it is none."""
    iam, principals = read(*changes, **more)

    def name(address: str, after: bool) -> str:
        found = principals.principal_at(address, after=after)
        return found.name if found else ""

    return {one.address: (name(one.address, False), name(one.address, True)) for one in iam.resources}


def role(name: str | None, prefix: str | None = None) -> dict[str, Any]:
    return {"name": name, **({"name_prefix": prefix} if prefix is not None else {})}


def created(address: str, prefix: Any) -> dict[str, Any]:
    """A role whose name the provider makes up from a prefix."""
    return change(address, None, {"name_prefix": prefix}, **PREFIXED)


UNNAMED_A = (f"({A})", "", f"({A})")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([same(A, role("x"))], {A: ("x", "x")}),
        ([change(A, role("x"), role("y"))], {A: ("x", "x")}),
        ([change(A, role("x"), role("y")), change(B, None, role("x"))], {A: ("x", "y"), B: ("", "x")}),
        ([change(A, role("x"), role("y")), change(B, role("y"), None)], {A: ("x", "y"), B: ("y", "y")}),
        ([change(A, role("x"), {}, **PREFIXED)], {A: ("x", "x")}),
        ([change(A, role("x"), {}, **PREFIXED), change(B, None, role("x"))], {A: ("x", "x"), B: ("", "x")}),
        ([change(A, None, {}, **PREFIXED)], {A: ("", f"({A})")}),
        ([change(A, role("x"), None)], {A: ("x", "x")}),
        ([{**change(A, role("x"), None), "deposed": "0a1b2c3d"}], {A: ("", "")}),
        ([{**change(A, role("x"), None), "deposed": False}], {A: ("x", "x")}),
        ([change(A, role("x1", "x"), None), created(B, "x")], {A: ("x1", "x1"), B: ("", "x1")}),
        ([change(A, role("x1", "x"), None), created(B, "y")], {A: ("x1", "x1"), B: ("", f"({B})")}),
        ([change(A, role("x1", ""), None), created(B, "")], {A: ("x1", "x1"), B: ("", f"({B})")}),
        ([change(A, role("x1"), None), created(B, None)], {A: ("x1", "x1"), B: ("", f"({B})")}),
        ([change(A, role("x1", "x"), None), change(B, None, role("x2", "x"))], {A: ("x1", "x1"), B: ("", "x2")}),
        ([same(A, role("x1", "x")), created(B, "x")], {A: ("x1", "x1"), B: ("", f"({B})")}),
        ([same("aws_iam_role.first", role("z")), change(A, role("x1", "x"), None), created(B, "x")],
         {"aws_iam_role.first": ("z", "z"), A: ("x1", "x1"), B: ("", "x1")}),
        ([change(A, role("x1", "x"), None), created(B, "x"), created("aws_iam_role.c", "x")],
         {A: ("x1", "x1"), B: ("", f"({B})"), "aws_iam_role.c": ("", "(aws_iam_role.c)")}),
        ([change("aws_iam_role.c", None, {}, **PREFIXED), change("aws_iam_role.C", None, {}, **PREFIXED)],
         {"aws_iam_role.c": ("", "(aws_iam_role.c)"), "aws_iam_role.C": ("", "(aws_iam_role.C)")}),
        ([same(P, inline_values())], {P: ("", "")}),
    ],
)  # fmt: skip
def test_who_is_at_an_address(changes: list[dict[str, Any]], expected: dict[str, tuple[str, str]]) -> None:
    """By name; under a new one that nobody had it stays who it was; a made-up name takes the place of one that goes."""
    assert places(*changes) == expected


X, Y, Z = "aws_iam_user.x", "aws_iam_user.y", "aws_iam_user.z"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([change(X, role("x"), role("y"))], {X: ("x", "x")}),
        ([change(X, role("x"), role("X"))], {X: ("x", "x")}),
        ([change(X, role("x"), {}, **PREFIXED)], {X: ("x", "x")}),
        ([change(X, role("x"), role("y")), change(Y, role("y"), None)], {X: ("x", "x"), Y: ("y", "y")}),
        ([change(X, role("x"), role("y")), change(Y, role("y"), role("x"))], {X: ("x", "x"), Y: ("y", "y")}),
        ([change(X, role("x"), role("y")), change(Y, role("y"), role("x")), same(A, role("z"))],
         {X: ("x", "x"), Y: ("y", "y"), A: ("z", "z")}),
        ([change(X, role("x"), role("y")), change(Z, None, role("x"))], {X: ("x", "x"), Z: ("", f"({Z})")}),
        ([change(X, role("x"), role("y")), same(Y, role("y"))], {X: ("x", "y"), Y: ("y", "y")}),
        ([change(X, role("x"), role("y")), change(Y, role("y"), None, change={"actions": ["forget"]})],
         {X: ("x", "y"), Y: ("y", "y")}),
        ([change(X, role("x"), role("y"), **ANEW), change(Y, role("y"), None)], {X: ("x", "y"), Y: ("y", "y")}),
        ([change(X, role("x"), role("y")), change(Y, role("y"), None), change(Z, role("z"), role("y"))],
         {X: ("x", f"({X})"), Y: ("y", "y"), Z: ("z", f"({Z})")}),
        ([change(X, role("x"), role("y")), change(Y, role("y"), None), change(Z, None, role("y"))],
         {X: ("x", f"({X})"), Y: ("y", "y"), Z: ("", f"({Z})")}),
        ([change(X, role("x"), role("y")), change(Y, role("y"), None), same(Z, role("y"))],
         {X: ("x", f"({X})"), Y: ("y", "y"), Z: ("y", f"({Z})")}),
    ],
)  # fmt: skip
def test_an_update_of_a_name_keeps_who_it_is(
    changes: list[dict[str, Any]], expected: dict[str, tuple[str, str]]
) -> None:
    """Whoever had the name; not where AWS refuses it. Of several who ask for one name, each may be somebody new."""
    assert places(*changes) == expected


def test_what_is_written_under_a_name_that_is_handed_on_denies_nobody() -> None:
    """It may have gone along with who had the name before; what is not written has, for certain."""
    handed_on = (change(X, role("x"), role("y")), change(Z, None, role("x")))
    for name, unsure in (("x", True), ("y", False), ("z", False)):
        [found] = named({"role": name}, *handed_on, kind="user")
        assert found.allows_only is unsure
    [before], [left] = (
        named({"role": "x"}, *handed_on, kind="user", after=after, acts=False) for after in (False, True)
    )
    assert left == before
    assert not left.allows_only
    [found] = named({"role": Hidden(elements=(HiddenElement("x"),))}, *handed_on, kind="user")
    assert found.allows_only


def test_a_name_tells_who_it_is_and_an_address_does_not() -> None:
    assert Principal("role", "1", "app").is_known_by_name
    assert not Principal("role", "1", f"({A})").is_known_by_name


@pytest.mark.parametrize(
    ("changed", "others", "the_same"),
    [
        (same(P, inline_values()), [], True),
        (change(P, inline_values(), inline_values(policy="{}")), [], False),
        (same(P, inline_values(), change={"actions": ["update"]}), [], False),
        (same(P, inline_values(), change={"after_unknown": {"role": True}}), [], False),
        (same(P, inline_values(), change={"actions": ["forget"]}), [], False),
        (same(P, inline_values()), [change(A, role("x"), role("y"))], False),
        (same(P, inline_values()), [change(A, role("x"), role("y"), **ANEW)], False),
        (same("aws_iam_role.app", role("app")), [], False),
    ],
)
def test_what_names_the_same_before_and_after(
    changed: dict[str, Any], others: list[dict[str, Any]], the_same: bool
) -> None:
    """What stays as it is, and is no principal itself, where no principal gets another name."""
    raw = plan(changed, *others)
    for text in (raw, written(json.loads(raw))):
        iam = read_iam(text)
        principals = Principals(iam.resources, Grouping(iam.accounts))
        assert principals.names_the_same(iam.resources[0]) is the_same


def named(
    values: Any, *changes: dict[str, Any], after: bool = True, kind: str = "role", acts: bool = True
) -> list[NamedPrincipal]:
    """Whom values of an inline policy, on which the apply acts or not, name at `role`."""
    former = inline_values(role="app")
    iam, principals = read(change(P, former, {**former, "policy": "{}"} if acts else former), *changes)
    path = "roles[]" if "roles" in values else "role"
    resource = next(one for one in iam.resources if one.address == P)
    return principals.named(resource, Version(values, (), after), PrincipalNames(kind, path))


def test_of_a_list_only_who_is_gone_is_left_out() -> None:
    """A role that is made anew under another name is no longer called so; the next one still is."""
    anew = change(A, role("x"), role("y"), **ANEW)
    roles = {"roles": ["x", "y", "z"]}
    assert [one.principal.name for one in named(roles, anew)] == ["x", "z"]
    assert [one.principal.name for one in named(roles, anew, after=False)] == ["x", "y", "z"]


def lead(address: str = A, attribute: str = "name", kind: str = "aws_iam_role") -> Lead:
    return Lead(Target((), "managed", kind, address.rpartition(".")[2], attribute), (address,))


def told(found: list[NamedPrincipal]) -> list[str]:
    """Each in short: its name, the reference that led to it, and whether it is unsure or not identified."""
    texts = []
    for one in found:
        reference = f" by {one.reference}" if one.reference else ""
        doubts = (" unsure" if one.allows_only else "") + (" open" if one.is_unidentified else "")
        texts.append(f"{one.principal.name}{reference}{doubts}")
    return texts


OPEN = f"(unknown until apply, {P}) open"


@pytest.mark.parametrize(
    ("hidden", "expected"),
    [
        (Hidden(elements=()), []),
        (Hidden(elements=(HiddenElement("app"),), leads=(lead(),)), ["app"]),
        (Hidden(elements=(HiddenElement("APP"),)), ["app unsure"]),
        (Hidden(elements=(HiddenElement("APP"), HiddenElement("app"))), ["app unsure", "app"]),
        (Hidden(elements=(HiddenElement("new"),)), ["other"]),
        (Hidden(elements=(HiddenElement("nobody"),)), ["nobody"]),
        (Hidden(elements=(HiddenElement(lead=lead()),)), ["a"]),
        (Hidden(elements=(HiddenElement(lead=lead(attribute="tags"), references=("local.x",)),)),
         ["(local.x) by local.x open"]),
        (Hidden(elements=(HiddenElement(),)), [OPEN]),
        (Hidden(leads=(lead(),)), [f"a by {A}.name"]),
        (Hidden(leads=(lead(attribute="id"),)), [f"a by {A}.id"]),
        (Hidden(leads=(lead(attribute=""),)), [f"a by {A}"]),
        (Hidden(leads=(lead(attribute="tags"),)), [f"({A}.tags) by {A}.tags open"]),
        (Hidden(leads=(lead(attribute="tags"), lead(B))),
         [f"b by {B}.name unsure", f"({A}.tags and {B}.name) by {A}.tags, {B}.name open"]),
        (Hidden(leads=(lead(), lead(B))), [f"a by {A}.name unsure", f"b by {B}.name unsure"]),
        (Hidden(leads=(lead(),), dead_ends=("local.x",)),
         [f"a by {A}.name unsure", f"({A}.name and local.x) by {A}.name, local.x open"]),
        (Hidden(leads=(lead("aws_iam_user.u", kind="aws_iam_user"),)),
         ["(aws_iam_user.u.name) by aws_iam_user.u.name open"]),
        (Hidden(leads=(lead("aws_s3_bucket.b", kind="aws_s3_bucket"),)),
         ["(aws_s3_bucket.b.name) by aws_s3_bucket.b.name open"]),
        (Hidden(leads=(lead(P, kind="aws_iam_role_policy"),)), [f"({P}.name) by {P}.name open"]),
        (Hidden(leads=(lead("aws_iam_role.absent"),)),
         ["(aws_iam_role.absent.name) by aws_iam_role.absent.name open"]),
        (Hidden(), [OPEN]),
    ],
)  # fmt: skip
def test_who_is_behind_a_hidden_name(hidden: Hidden, expected: list[str]) -> None:
    """By the source where it tells; else whom its references lead to; one of several only may be meant."""
    others = (
        same(A, role("a")),
        same(B, role("b")),
        same("aws_iam_role.app", role("app")),
        change("aws_iam_role.other", role("other"), role("new")),
        same("aws_iam_user.u", {"name": "u"}),
    )
    assert told(named({"role": hidden}, *others)) == expected


def test_a_reference_to_a_role_that_is_called_otherwise_there_leads_to_it() -> None:
    """awscc calls its attribute `role_name`."""
    role_of_awscc = same("awscc_iam_role.r", {"role_name": "r"})
    for attribute in ("role_name", "name", "id", ""):
        leads = (lead("awscc_iam_role.r", attribute, "awscc_iam_role"),)
        [found] = named({"role": Hidden(leads=leads)}, role_of_awscc)
        assert found.principal.name == "r"


def test_who_had_no_name_that_is_known_is_called_by_where_it_is() -> None:
    """Nobody can look for what it was called before."""
    iam, principals = read(change(A, {}, role("y")))
    found = principals.principal_at(A, after=True)
    assert found == principals.principal_at(A, after=False)
    assert found is not None
    assert principals.label(found) == f"role ({A})"
    assert principals.label_after(iam.resources[0]) == "role y"


SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"


def test_what_people_call_them() -> None:
    """A permission set by its name, an assignee with its account and its set; the kind is no name."""
    called = same("aws_ssoadmin_permission_set.s", {"arn": SET, "name": "admin"})
    iam, principals = read(called, same(A, role("app")))
    [account] = iam.accounts.all
    for who, text, alike, kind in (
        (Principal("role", account, "app"), "role app", "role ", "role"),
        (Principal(PERMISSION_SET, account, SET), "permission set admin", "permission set ", "permission set"),
        (Principal(ASSIGNEE, account, "t", ("group", "")), "group t", "group ", "group"),
        (Principal(ASSIGNEE, account, "t", ("user", "1", SET)), "user t in account 1 (permission set admin)", "user 1",
         "user"),
        (Principal(ASSIGNEE, account, "t", ("assignee", "")), "assignee t", "assignee ", ""),
    ):  # fmt: skip
        label = principals.label(who)
        assert (label, label.alike, label.kind) == (text, alike, kind)


@pytest.mark.parametrize(
    ("values", "scope"),
    [
        ({"principal_type": "GROUP", "target_id": "1"}, ("group", "1")),
        ({"principal_type": "USER"}, ("user", "")),
        ({}, ("identity store user", "")),
    ],
)
def test_an_assignee_is_of_a_kind_in_an_account(values: dict[str, Any], scope: tuple[str, ...]) -> None:
    [found] = named({"role": "t", **values}, kind=ASSIGNEE)
    assert found.principal.scope == scope


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([change(X, role("x"), role("y"))], {"y": "x"}),
        ([change(X, role("x"), role("y")), change(Y, role("y"), role("z"))], {"z": "y"}),
        ([change(X, role("x"), role("y")), change(Y, role("y"), None)], {}),
        ([change(A, role("x"), {}, **PREFIXED)], {}),
        ([change(A, role("x"), role("y"), **ANEW), change(B, None, role("x"))], {}),
        ([change(A, None, role("x"))], {}),
    ],
)
def test_a_new_name_that_somebody_may_have(changes: list[dict[str, Any]], expected: dict[str, str]) -> None:
    """Somebody whom the plan does not show: not where it shows who had the name."""
    _, principals = read(*changes)
    assert {one.name: was.name for one, was in principals.newly_called.items()} == expected


G, H = "aws_iam_group.g", "aws_iam_group.h"
NO_PATH = {"name": "app", "path": "no path"}


@pytest.mark.parametrize(
    ("changes", "unsure"),
    [
        ([change(G, None, NO_PATH)], True),
        ([change(G, None, {"name": "app"}), change(H, None, {"name": "app"})], True),
        ([change(G, None, {"name": "app"}), same(H, {"name": "app"})], True),
        ([change(G, None, {"name": "app"})], False),
        ([same(G, {"name": "app"}), same(H, {"name": "app"})], False),
        ([change("aws_iam_role.g", None, NO_PATH)], False),
    ],
)
def test_a_group_that_aws_may_refuse(changes: list[dict[str, Any]], unsure: bool) -> None:
    """Nobody gets what it denies; a role that is not made has nothing that could be denied either."""
    kind = str(changes[0]["type"]).rpartition("_")[2]
    [found] = named({"role": "app"}, *changes, kind=kind)
    assert found.allows_only is unsure
    hidden = Hidden(leads=(lead(changes[0]["address"], kind=changes[0]["type"]),))
    if len(changes) == 1:
        [found] = named({"role": hidden}, *changes, kind=kind)
        assert found.allows_only is unsure


def test_a_group_that_aws_may_refuse_was_there_before() -> None:
    anew = change(G, {"name": "app", "path": "/"}, NO_PATH, **ANEW)
    assert [
        [one.allows_only for one in named({"role": "app"}, anew, after=after, kind="group")] for after in (False, True)
    ] == [[False], [True]]


def test_a_group_of_which_nothing_is_known_is_nobody() -> None:
    strange = change(G, None, None, change={"actions": ["create"], "after_unknown": True})
    assert places(strange) == {G: ("", "")}


def test_arns_of_permission_sets_are_told_apart_by_case() -> None:
    """Only IAM's own names are one in upper and lower case."""
    one, other = "aws_ssoadmin_permission_set.a", "aws_ssoadmin_permission_set.b"
    assert places(same(one, {"arn": SET}), same(other, {"arn": SET.upper()})) == {
        one: (SET, SET),
        other: (SET.upper(), SET.upper()),
    }


def test_who_somebody_is_whichever_sessions_it_has() -> None:
    """An assignee without what it is assigned."""
    ann = Principal(ASSIGNEE, "1", "u")
    assert unscoped(replace(ann, scope=("user", "9", "a"))) == unscoped(ann) == ann
