"""What the order of an apply leaves open, of one place or of two."""

from typing import Any

import pytest

from gate.holdings.documents import Place
from gate.holdings.grouping import Grouping
from gate.holdings.order import Order
from gate.holdings.principal import Principal
from gate.holdings.principals import Principals
from tests.helpers.plans import change, plan, policy
from tests.helpers.rooms import read_iam

DOCUMENT = policy()
ANEW = {"change": {"actions": ["delete", "create"]}}
FIRST = {"change": {"actions": ["create", "delete"]}}


def apply(*changes: dict[str, Any], **more: Any) -> tuple[Order, str]:
    """The order of an apply, and the account of all that it is about."""
    iam = read_iam(plan(*changes, **more))
    principals = Principals(iam.resources, Grouping(iam.accounts))
    (account,) = {principals.account_id(resource) for resource in iam.resources}
    return Order(iam.plan, iam.references, iam.resources, principals, iam.answers.in_local), account


def role(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "assume_role_policy": DOCUMENT, **more}


def inline(address: str, before: str | None, after: str | None, **more: Any) -> dict[str, Any]:
    """An inline policy of a role before and after."""
    was, will = (name and {"name": "p", "role": name, "policy": DOCUMENT} for name in (before, after))
    return change(f"aws_iam_role_policy.{address}", was, will, **more)


def place(address: str, attribute: str = "policy") -> Place:
    return Place(address, attribute)


A, B = "aws_iam_role.a", "aws_iam_role.b"


@pytest.mark.parametrize(
    ("changes", "anew"),
    [
        ([change(A, role("app"), role("app"), **ANEW)], True),
        ([change(A, role("app"), role("app"), **FIRST)], True),
        ([change(A, role("app"), None), change(B, None, role("app"))], True),
        ([change(A, role("app"), role("other"), **ANEW)], True),  # under another name: it is called as it was
        ([change(A, role("other"), role("app"), **ANEW)], False),
        ([change(A, role("app"), role("app", path="/x/"))], False),
        ([change(A, role("app"), role("app")), change(B, None, role("app"))], False),
        ([change(A, role("app"), role("app")), change(B, role("app"), None)], False),
        ([change(A, role("app"), None)], False),
        ([change(A, None, role("app"))], False),
        ([change(A, role("app"), role("app"), change={"actions": ["forget", "create"]})], False),
    ],
)
def test_who_is_made_anew(changes: list[dict[str, Any]], anew: bool) -> None:
    """Who is deleted and created, at one address or under one name at two; only then it leaves anything behind."""
    order, account = apply(*changes, inline("p", "app", "app"), inline("made", "app", "app", **ANEW))
    app = Principal("role", account, "app")
    assert order.is_recreated(app) is anew
    assert order.leaves_behind(app, place("aws_iam_role_policy.p")) is anew
    assert not order.leaves_behind(app, place("aws_iam_role_policy.made"))
    assert not order.leaves_behind(app, place("aws_iam_role_policy.elsewhere"))


@pytest.mark.parametrize(
    ("new", "before", "after", "actions", "anew"),
    [
        ("app2", ["app"], ["app2"], ANEW, True),
        ("app2", ["app"], ["app", "APP2"], ANEW, True),
        ("app2", ["app", "App2"], ["app2"], ANEW, False),  # it had that name already
        ("app", ["app"], ["app", "x"], ANEW, False),
        ("app2", ["app"], ["app", "x"], ANEW, False),
        ("app2", ["app2"], ["app2"], ANEW, False),
        (None, ["app"], None, FIRST, True),
        (None, ["app"], None, ANEW, False),  # it may be called as before
        (None, ["app"], ["x"], FIRST, False),
        (None, ["app"], ["x", None], FIRST, True),
    ],
)
def test_a_list_that_names_who_is_made_anew(
    new: str | None, before: list[str], after: list[str | None] | None, actions: dict[str, Any], anew: bool
) -> None:
    """The provider attaches to those who are new in the list."""
    hidden = {**actions["change"], "after_unknown": {"name": True} if new is None else {}}
    unknown = {"after_unknown": {"roles": [name is None for name in after] if after else True}}
    order, account = apply(
        change(A, {"name": "app"}, {"name": new} if new else {}, change=hidden),
        change("aws_iam_policy_attachment.a", {"roles": before}, {"roles": after} if after else {}, change=unknown),
    )
    app = Principal("role", account, "app")
    assert order.is_recreated(app)
    assert order.lists_anew(app, place("aws_iam_policy_attachment.a")) is anew
    assert order.leaves_behind(app, place("aws_iam_policy_attachment.a")) is not anew
    assert not order.lists_anew(app, place("x.y"))


@pytest.mark.parametrize(
    ("others", "key", "before", "after", "anew"),
    [
        ([], "roles", ["app"], ["app2"], True),
        ([], "users", ["app"], ["app2"], False),
        ([change(B, role("app"), role("app3"), **ANEW)], "roles", ["app"], ["app2"], True),
        ([change(B, role("app"), role("app3"), **ANEW)], "roles", ["app", "app3"], ["app2", "app3"], False),
    ],
)
def test_a_list_of_one_kind(
    others: list[dict[str, Any]], key: str, before: list[str], after: list[str], anew: bool
) -> None:
    """A user is no role; a role that two resources manage has the names that both give it."""
    attached = change("aws_iam_policy_attachment.a", {key: before}, {key: after})
    order, account = apply(change(A, role("app"), role("app2"), **ANEW), *others, attached)
    assert order.lists_anew(Principal("role", account, "app"), place("aws_iam_policy_attachment.a")) is anew


def test_a_list_of_names_that_are_not_known_beside_one_that_is() -> None:
    """A role is made first, under whatever name, and another resource makes one of the old name: it may be that one."""
    first = {**FIRST["change"], "after_unknown": {"name": True}}
    listed = change("aws_iam_policy_attachment.a", {"roles": []}, {}, change={"after_unknown": {"roles": True}})
    made = change(A, {"name": "app"}, {}, change=first)
    for others, anew in (([], True), ([change(B, None, role("app"))], False)):
        order, account = apply(made, *others, listed)
        assert order.lists_anew(Principal("role", account, "app"), place("aws_iam_policy_attachment.a")) is anew


INLINE = {"inline_policy": [{"name": "i", "policy": DOCUMENT}]}
ATTACHED = {"managed_policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}


@pytest.mark.parametrize(
    ("changes", "takes"),
    [
        ([change(A, role("app", **INLINE, **ATTACHED), None)], (True, True)),
        ([change(A, role("app", **INLINE), None)], (False, True)),
        ([change(A, role("app", **ATTACHED, inline_policy=[]), None)], (True, False)),
        ([change(A, role("app"), None)], (False, False)),
        ([change(A, role("app", **INLINE), role("app", **INLINE))], (False, False)),
        ([change(A, role("app", **INLINE), None), change(B, role("app"), None)], (False, False)),
        ([change(A, role("app", **INLINE), None, deposed="0a1b2c3d")], (False, False)),
    ],
)
def test_what_a_destroyed_role_takes_along(changes: list[dict[str, Any]], takes: tuple[bool, bool]) -> None:
    """Of the kind that its own attributes show, attached or inline; of two of one name both have to show it."""
    order, account = apply(*changes)
    app = Principal("role", account, "app")
    assert (order.takes_along(app, attached=True), order.takes_along(app, attached=False)) == takes


def test_what_is_destroyed_in_another_way_takes_nothing_along() -> None:
    values = {"name": "bob", "managed_policy_arns": ["x"]}
    order, account = apply(change("aws_iam_user.bob", values, None))
    bob = Principal("user", account, "bob")
    assert not order.takes_along(bob, attached=True)
    assert not order.takes_along(bob, attached=False)
    order, account = apply(change("awscc_iam_role.x", {"role_name": "app", **ATTACHED}, None))
    assert not order.takes_along(Principal("role", account, "app"), attached=True)


def test_a_place_of_a_principal_itself() -> None:
    """What is deleted elsewhere takes its only slot from it."""
    order, _ = apply(
        change(A, role("app"), role("app")),
        change(B, role("gone"), None),
        inline("gone", "app", None),
        inline("anew", "app", "app", **ANEW),
        inline("kept", "app", "app"),
    )
    own, gone, anew, kept = (
        place(address)
        for address in (A, "aws_iam_role_policy.gone", "aws_iam_role_policy.anew", "aws_iam_role_policy.kept")
    )
    outside, other = place("aws_iam_role_policy.outside"), place(B)
    assert [order.is_own(one) for one in (own, other, gone, outside)] == [True, True, False, False]
    assert order.takes_slot(gone, own)
    assert [order.takes_slot(one, own) for one in (anew, kept, outside, other)] == [False] * 4
    assert not order.takes_slot(gone, kept)
    assert [order.acts(one) for one in (own, gone, anew, kept, outside)] == [False, True, True, False, True]
    assert [order.writes(one) for one in (own, gone, anew, kept, outside)] == [False, False, True, False, True]


def test_what_was_left_over_acts_and_takes_last() -> None:
    """An old object that a replacement left over has the key of the new one; so has one that is deleted last."""
    kinds = "aws_iam_role_policy_attachments_exclusive.x"
    listed = {"role_name": "app", "policy_arns": []}
    order, _ = apply(
        inline("left", "app", "app"),
        inline("left", "app", None, deposed="0a1b2c3d"),
        inline("first", "app", "app", **FIRST),
        inline("last", "app", "app", **ANEW),
        change(kinds, listed, listed, **FIRST),
    )
    left, first, last = (place(f"aws_iam_role_policy.{name}") for name in ("left", "first", "last"))
    assert [order.takes_last(one) for one in (left, first, last, place(kinds))] == [True, True, False, False]
    assert [order.is_another(one) for one in (left, first, last, place("x.y"))] == [False, True, False, False]
    assert order.acts(left)
    assert order.takes_again
    assert not apply(inline("last", "app", "app", **ANEW))[0].takes_again


def managed(name: Any, path: Any = "/") -> dict[str, Any]:
    return {"name": name, "path": path, "policy": DOCUMENT}


@pytest.mark.parametrize(
    ("gone", "made", "former"),
    [
        (managed("p"), managed("p"), True),
        (managed("p", None), managed("p", "/"), True),
        (managed("p"), managed("q"), False),
        (managed("p", "/a/"), managed("p", "/b/"), True),
        (managed("p"), managed("P"), True),
        (managed(""), managed(""), False),
        (managed(None), managed(None), False),
    ],
)
def test_a_managed_policy_that_is_made_anew(gone: Any, made: Any, former: bool) -> None:
    """Under one name, whatever the path: AWS refuses the new one while the old one is there."""
    old, new = "aws_iam_policy.old", "aws_iam_policy.new"
    order, _ = apply(inline("p", "app", "app"), change(old, gone, None), change(new, None, made))
    assert order.former_policy(place(new)) == (place(old) if former else None)
    assert order.makes_policies_anew is former
    assert order.takes_again is former
    kept, _ = apply(change(old, gone, gone), change(new, None, made))
    assert kept.former_policy(place(new)) is None
    beside, _ = apply(change(old, gone, None), change(new, made, made))
    assert beside.former_policy(place(new)) is None
    one, _ = apply(change(old, gone, made, **ANEW), change("aws_iam_policy.gone", gone, None))
    assert one.former_policy(place(old)) is None


def blocks(*configured: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """The configuration of some resources: of each its expressions or `depends_on`."""
    listed = []
    for address, said in configured:
        kind, _, name = address.partition(".")
        listed.append({"address": address, "mode": "managed", "type": kind, "name": name, "expressions": {}, **said})
    return {"configuration": {"root_module": {"resources": listed}}}


def test_what_may_come_last() -> None:
    """A delete after a create, unless one place is the other, or what is made refers to what is only changed."""
    gone, made, changed, kept = (f"aws_iam_role_policy.{name}" for name in ("gone", "made", "changed", "kept"))
    changes = (
        inline("gone", "app", None),
        inline("made", None, "app"),
        inline("changed", "app", "other"),
        inline("kept", "app", "other", **ANEW),
        inline("first", "app", "app", **FIRST),
    )
    app = Principal("role", "", "app")

    def loses(first: str, then: str, said: dict[str, Any]) -> bool:
        order, _ = apply(*changes, **blocks((then, said), (first, {})))
        return order.may_lose(place(first), place(then), app, [])

    refers = {"depends_on": [changed, kept, gone, "aws_iam_role_policy.first"]}
    mentions = {"expressions": {"role": {"references": [f"{changed}.role", changed]}}}
    assert loses(gone, made, {})
    assert loses(gone, made, refers)
    assert loses("aws_iam_role_policy.first", made, refers)
    assert not loses(gone, gone, {})
    assert loses("aws_iam_role_policy.outside", made, {})
    assert loses(gone, "aws_iam_role_policy.outside", {})
    assert loses(changed, "aws_iam_role_policy.outside", {})
    assert loses(changed, made, {})
    assert not loses(changed, made, refers)
    assert not loses(changed, made, mentions)
    assert not loses(kept, made, refers)
    order, _ = apply(*changes, **blocks((made, refers)))
    assert order.may_lose(place(changed), place(made), app, [])
    order, _ = apply(*changes, **blocks((changed, {})))
    assert order.may_lose(place(changed), place(made), app, [])


@pytest.mark.parametrize(
    ("needs", "refers", "former", "loses"),
    [
        ([A], A, ["gone"], False),
        ([A], A, ["gone", "stays"], True),
        ([A], A, ["gone", "kept"], True),
        ([A], A, ["gone", "outside"], True),
        ([], A, ["gone"], True),
        ([A], "aws_iam_role_policy.kept", ["gone"], True),
    ],
)
def test_a_principal_that_is_made_anew_in_between(
    needs: list[str], refers: str, former: list[str], loses: bool
) -> None:
    """It is deleted after all that it had, and what refers to it is made after it; a list stays."""
    addresses = {"gone": "aws_iam_role_policy.gone", "kept": "aws_iam_role_policy.kept", "outside": "x.y"}
    addresses["stays"] = "aws_iam_role_policies_exclusive.x"
    values = {"name": "p", "role": "app", "policy": DOCUMENT}
    state = {"address": addresses["gone"], "mode": "managed", "type": "aws_iam_role_policy", "name": "gone"}
    known = {"resources": [{**state, "values": values, "depends_on": needs}]}
    order, account = apply(
        change(A, role("app"), role("app"), **ANEW),
        change(B, None, role("app")),
        inline("gone", "app", None),
        inline("kept", "app", "app"),
        inline("made", None, "app"),
        change(addresses["stays"], {"role_name": "app", "policy_names": []}, None),
        prior_state={"format_version": "1.0", "values": {"root_module": known}},
        **blocks(("aws_iam_role_policy.made", {"depends_on": [refers]}), (A, {}), (B, {}), (addresses["kept"], {})),
    )
    places = [place(addresses[name]) for name in former]
    made = place("aws_iam_role_policy.made")
    assert order.may_lose(place(addresses["gone"]), made, Principal("role", account, "app"), places) is loses


def test_what_a_module_depends_on_is_of_the_module() -> None:
    """Not what has the same name in the root."""
    made = {"name": "p", "role": "app", "policy": DOCUMENT}
    placed = {"module_address": "module.m", "type": "aws_iam_role_policy"}
    inner = change("module.m.aws_iam_role_policy.made", None, made, **placed, name="made")
    listed = {"mode": "managed", "type": "aws_iam_role_policy", "expressions": {}}
    own = {
        **listed,
        "address": "aws_iam_role_policy.made",
        "name": "made",
        "depends_on": ["aws_iam_role_policy.changed"],
    }
    other = {**listed, "address": "aws_iam_role_policy.changed", "name": "changed"}
    calls = {"m": {"source": "./m", "module": {"resources": [own, other]}}}
    root = {"resources": [other], "module_calls": calls}
    order, _ = apply(inline("changed", "app", "other"), inner, configuration={"root_module": root})
    gone, inside = place("aws_iam_role_policy.changed"), place("module.m.aws_iam_role_policy.made")
    assert order.may_lose(gone, inside, Principal("role", "", "app"), [])
    there = change(f"module.m.{gone.address}", made, {**made, "role": "other"}, **placed, name="changed")
    order, _ = apply(there, inner, configuration={"root_module": root})
    assert not order.may_lose(place(f"module.m.{gone.address}"), inside, Principal("role", "", "app"), [])


@pytest.mark.parametrize(
    ("roles", "depends_on", "others", "by_text"),
    [
        (["app2"], [], [], True),
        (["APP2", "x"], [], [], True),
        (["app", "x"], [], [], False),
        (["app2"], [A], [], False),
        (["app2"], [A], [change(B, role("app"), None)], False),
        (["app2"], [B], [change(B, role("app"), role("z")), change("aws_iam_role.z", role("z"), role("z"))], True),
    ],
)
def test_what_names_somebody_by_a_text(
    roles: list[str], depends_on: list[str], others: list[dict[str, Any]], by_text: bool
) -> None:
    """By the new name of a role, without waiting for what gives it that: who else was that role does not matter."""
    listed = "aws_iam_policy_attachment.a"
    order, account = apply(
        change(A, role("app"), role("app2")),
        *others,
        change(listed, {"roles": []}, {"roles": roles}),
        **blocks((A, {}), (B, {}), (listed, {"depends_on": depends_on})),
    )
    namesake, renamed = (Principal("role", account, name) for name in ("app2", "app"))
    assert order.names_by_text(listed, namesake, renamed) is by_text
    assert not order.names_by_text("x.y", namesake, renamed)
    assert not order.names_by_text(A, namesake, renamed)


def test_nobody_is_without_a_name() -> None:
    """What had no principal by name is deleted from nobody who is made anew."""
    new = role("app")
    changes = change(A, {**new, "name": None}, new, **FIRST), inline("p", "app", "app", **FIRST)
    changes[1]["change"]["before"] = {"name": "p", "policy": DOCUMENT}
    order, _ = apply(*changes, **blocks((A, {}), ("aws_iam_role_policy.p", {"depends_on": [A]})))
    assert order.takes_last(place("aws_iam_role_policy.p"))
