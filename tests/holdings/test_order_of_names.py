"""What the order of an apply leaves open where principals are made, deleted and renamed."""

from typing import Any

import pytest

from gate.holdings.documents import Place
from gate.holdings.principal import Principal
from tests.helpers.plans import change
from tests.holdings.test_order import ANEW, DOCUMENT, FIRST, A, B, apply, blocks, inline, managed, place, role

C, D = "aws_iam_role.c", "aws_iam_role.d"
POLICY, OTHER = "aws_iam_role_policy.p", "aws_iam_role_policy.other"


@pytest.mark.parametrize(
    ("changes", "deleted"),
    [
        ([change(A, role("app"), None)], True),
        ([change(A, role("app"), None), change(B, None, role("app"))], False),
        ([change(A, None, role("app"))], False),
        ([change(A, role("app"), role("app", path="/x/"))], False),
        ([change(A, role("app"), role("other"), **ANEW), change(B, role("other"), None)], True),
    ],
)
def test_who_is_deleted(changes: list[dict[str, Any]], deleted: bool) -> None:
    """And not made anew."""
    order, account = apply(*changes)
    assert order.is_deleted(Principal("role", account, "app")) is deleted


def test_where_a_principal_is_deleted() -> None:
    """At the first of the places, by address."""
    gone = change(B, role("app"), None), change(A, role("app"), None)
    order, account = apply(*gone, change(C, None, role("app")))
    assert order.deleted_at(Principal("role", account, "app")) == Place(A, "name")


MADE = change(A, None, role("app")), change(B, None, role("app"))


@pytest.mark.parametrize(
    ("changes", "refers", "after"),
    [
        (MADE, [A], True),
        (MADE, [B], True),
        (MADE, [], False),
        (MADE, [C], False),
        ((change(C, role("app"), None),), [C], False),
    ],
)
def test_what_comes_after_a_principal(changes: Any, refers: list[str], after: bool) -> None:
    """Itself, and what refers to one of the resources that make it; of what is not in the plan nobody knows."""
    said = blocks((POLICY, {"depends_on": refers}), *((one, {}) for one in (A, B, C, D)))
    order, account = apply(*changes, inline("p", None, "app"), change(D, None, role("other")), **said)
    app = Principal("role", account, "app")
    assert order.comes_after(POLICY, app) is after
    assert order.may_be_another(app, [place(POLICY)]) is (changes is MADE and not after)
    assert order.comes_after(A, app) is (changes is MADE)
    assert not order.comes_after("aws_iam_role_policy.outside", app)
    assert not order.comes_after(D, app)


@pytest.mark.parametrize(
    ("more", "places", "another"),
    [
        ([], [POLICY, OTHER], True),
        ([], [OTHER], False),
        ([], ["aws_iam_role_policy.stays"], False),
        ([], [], False),
        ([change(B, role("app"), None)], [POLICY], False),
    ],
)
def test_who_may_be_another_one(more: list[Any], places: list[str], another: bool) -> None:
    """A created principal for which something is written that does not wait for it: not one that is made anew."""
    said = blocks((OTHER, {"depends_on": [A]}), (POLICY, {}), (A, {}))
    changes = change(A, None, role("app")), inline("p", None, "app"), inline("other", None, "app")
    stays = inline("stays", "app", "app")
    order, account = apply(*changes, stays, *more, **said)
    app = Principal("role", account, "app")
    assert order.may_be_another(app, map(place, places)) is another
    order, account = apply(change(A, role("app"), role("app", path="/x/")), *changes[1:], stays, *more, **said)
    assert not order.may_be_another(Principal("role", account, "app"), map(place, places))  # nobody is created
    order, account = apply(*changes, stays, *more)
    app = Principal("role", account, "app")
    assert not order.may_be_another(app, map(place, places))  # without a configuration nobody knows what waits


G, H, OF_GROUP = "aws_iam_group.g", "aws_iam_group.h", "aws_iam_group_policy.p"
REFERS = {"depends_on": [G]}


def group(was: Any, will: Any, address: str = G, **more: Any) -> dict[str, Any]:
    return change(address, was and {"name": was, "path": "/"}, will and {"name": will, "path": "/"}, **more)


UNNAMED = change(G, {"name": "old", "path": "/"}, {"path": "/"}, change={"after_unknown": {"name": True}})


@pytest.mark.parametrize(
    ("case", "groups", "names", "said", "nothing"),
    [
        ("renamed", [group("old", "new")], ("old", "new"), REFERS, True),
        ("nothing refers to it", [group("old", "new")], ("old", "new"), {}, False),
        ("it stays", [group("old", "old")], ("old", "new"), REFERS, False),
        ("nothing is done to it", [group("old", "new", change={"actions": ["no-op"]})], ("old", "new"), REFERS, False),
        ("made anew", [group("old", "new", **ANEW)], ("old", "new"), REFERS, False),
        ("in other letters", [group("Ops", "ops")], ("Ops", "ops"), REFERS, False),
        ("the policy stays there", [group("old", "new")], ("new", "new"), REFERS, False),
        ("it was nowhere", [group("old", "new")], (None, "new"), REFERS, False),
        ("it is nowhere", [group("old", "new")], ("old", None), REFERS, False),
        ("a name that is not known", [UNNAMED], ("old", None), REFERS, False),
        ("two get the name", [group("old", "new"), group("x", "new", H)], ("old", "new"), REFERS, False),
    ],
)
def test_a_replacement_that_deletes_under_an_old_name(
    case: str, groups: Any, names: Any, said: dict[str, Any], nothing: bool
) -> None:
    """The group is renamed before the new policy is made, and what is deleted last is nobody's."""
    was, will = ({"name": "p", "group": name, "policy": DOCUMENT} for name in names)
    order, _ = apply(*groups, change(OF_GROUP, was, will, **FIRST), **blocks((OF_GROUP, said), (G, {})))
    assert order.takes_last(place(OF_GROUP)) is not nothing, case
    assert order.may_lose(place(OF_GROUP), place("x.y"), Principal("group", "", "new"), []) is not nothing, case


def test_no_role_is_renamed_in_place() -> None:
    """AWS has no such call: what is deleted last under its old name is still its own."""
    policies = ({"name": "p", "role": name, "policy": DOCUMENT} for name in ("old", "new"))
    said = blocks((POLICY, {"depends_on": [A]}), (A, {}))
    order, _ = apply(change(A, role("old"), role("new")), change(POLICY, *policies, **FIRST), **said)
    assert order.takes_last(place(POLICY))


def test_what_makes_a_managed_policy_anew_stands_behind_others() -> None:
    old, new = "aws_iam_policy.old", "aws_iam_policy.new"
    same = change("aws_iam_policy.same", managed("s"), managed("s"), **ANEW)
    changes = change(old, managed("p"), None), change(new, None, managed("p"))
    order, _ = apply(change(A, None, role("app")), same, *changes)
    assert order.former_policy(place(new)) == place(old)


def test_a_policy_that_gets_another_name_leaves_its_own_to_another_one() -> None:
    """AWS has to delete it first, as one that only goes; two that change names wait for each other."""
    a, b = "aws_iam_policy.a", "aws_iam_policy.b"
    order, _ = apply(change(a, managed("p"), managed("q"), **ANEW), change(b, None, managed("p")))
    assert (order.former_policy(place(a)), order.former_policy(place(b))) == (None, place(a))
    order, _ = apply(*(change(one, *map(managed, names), **ANEW) for one, names in ((a, "pq"), (b, "qp"))))
    assert (order.former_policy(place(a)), order.former_policy(place(b))) == (place(b), place(a))
