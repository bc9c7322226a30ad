"""To whom a resource gives what: whom it names, hides or leaves out, lists that take away, and boundaries."""

from typing import Any

import pytest

from gate.holdings.inventory import Inventory, Manner
from tests.helpers.inventories import S3, arn, blocks, has, lists, managed, same
from tests.helpers.plans import change, findings, inline, plan, policy, statement
from tests.helpers.rooms import collected

FULL, DENY = policy(statement("kms:*")), policy(statement("kms:*", effect="Deny"))
SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
OWN = same("aws_iam_policy.own", managed("own"))
SETS_OWN = {"name": "own", "path": "/"}
SHOWN = "aws_iam_policy.own policy"


def hidden(*attributes: str) -> dict[str, Any]:
    return {"change": {"after_unknown": dict.fromkeys(attributes, True)}}


# Whom a resource names


@pytest.mark.parametrize(
    ("changes", "before", "after"),
    [
        ([change("aws_iam_role_policy.p", {"policy": S3}, {"policy": FULL})], 0, 1),
        ([change("aws_iam_role_policy.p", None, {"policy": FULL})], 0, 1),
        ([same("aws_iam_role_policy.p", {"policy": FULL})], 0, 0),
        ([same("aws_iam_role_policy.p", {"policy": FULL}, change={"actions": ["forget"]})], 0, 0),
        ([change("aws_iam_role_policy.p", {"policy": FULL}, None)], 0, 0),
        ([change("aws_iam_policy_attachment.a", None, {"policy_arn": arn("own"), "roles": []})], 0, 0),
    ],
)
def test_what_names_nobody_goes_to_somebody_where_the_apply_gives_it(
    changes: list[dict[str, Any]], before: int, after: int
) -> None:
    """Whoever it is that must be named, and is not; an empty list names nobody."""
    found = collected(plan(OWN, *changes))
    assert tuple(len(each.unidentified) for each in found) == tuple(len(each.documents) for each in found)
    assert tuple(len(each.documents) for each in found) == (before, after)


def test_who_hides_is_known_by_what_the_name_refers_to() -> None:
    """One reference is taken at face value, by the inline policy itself or by the link; none leaves it open."""
    role = change("aws_iam_role.r", None, {"path": "/"}, **hidden("name"))
    values = {"name": "p", "policy": S3}
    written = change("aws_iam_role_policy.p", None, values, **hidden("role"))
    attached = change("aws_iam_role_policy_attachment.a", None, {"policy_arn": arn("own")}, **hidden("role"))
    refers = {"role": ["aws_iam_role.r.name", "aws_iam_role.r"]}
    said = blocks(("aws_iam_role.r", {}), (written["address"], refers), (attached["address"], refers))
    _, after = collected(plan(OWN, role, written, attached, **said))
    [[inline_policy, attachment]] = after.documents.values()
    assert inline_policy.rests_on == attachment.links[0].rests_on == "aws_iam_role.r.name"
    assert attachment.rests_on == ""
    assert not after.unidentified
    open_to = blocks(("aws_iam_role.r", {}), (written["address"], {"role": ["local.x"]}))
    _, after = collected(plan(role, written, **open_to))
    assert [who.name for who in after.unidentified] == [who.name for who in after.documents] == ["(local.x)"]


@pytest.mark.parametrize(("deposed", "counts"), [("0a1b2c3d", False), (False, True), (None, True)])
def test_what_a_replacement_left_over_is_no_principal(deposed: Any, counts: bool) -> None:
    """A role that goes, beside the one of now or alone, has no documents of its own."""
    old = change("aws_iam_role.r", {"name": "app", "inline_policy": [{"name": "i", "policy": S3}]}, None)
    now = [] if counts else [same("aws_iam_role.r", {"name": "app"})]
    expected = {"role app": ['aws_iam_role.r inline_policy["i"].policy']} if counts else {}
    for others in (now, []):
        before, after = collected(plan(*others, {**old, "deposed": deposed}))
        assert (has(before), has(after)) == (expected, {})


def test_who_stays_counts_before_and_after() -> None:
    """As often as there are resources of the name, with something or with nothing; what a replacement left over does
    not count."""
    inline_policy = [{"name": "i", "policy": S3}]
    held = same("aws_iam_role.s", {"name": "app", "inline_policy": inline_policy})
    bare = same("aws_iam_role.r", {"name": "app", "inline_policy": [], "permissions_boundary": ""})
    other = same("aws_iam_role.o", {"name": "other", "permissions_boundary": arn("own")})
    left = {**same("aws_iam_role.r", {"name": "app"}), "deposed": "0a1b2c3d"}
    for each in collected(plan(OWN, bare, held, other, left)):
        assert {who.name: count for who, count in each.resources.items()} == {"app": 2, "other": 1}
        assert [who.name for who in each.boundaries] == ["other"]


def test_who_stays_under_a_name_that_goes_is_another_one_afterwards() -> None:
    """Where a renamed user gets a name that one of two resources leaves: who it is that stays, nobody knows."""
    renamed = change("aws_iam_user.a", {"name": "x"}, {"name": "y"})
    gone = change("aws_iam_user.b", {"name": "y"}, None)
    stays = same("aws_iam_user.c", {"name": "y"})
    before, after = collected(plan(renamed, gone, stays))
    told = [{who.name: count for who, count in each.resources.items()} for each in (before, after)]
    assert told == [{"x": 1, "y": 2}, {"(aws_iam_user.a)": 1, "(aws_iam_user.c)": 1}]


def test_a_managed_policy_that_names_its_principals_is_attached_at_their_list() -> None:
    """It is no inline policy of theirs."""
    values = {"managed_policy_name": "m", "policy_document": S3, "roles": ["app"]}
    _, after = collected(plan(change("awscc_iam_managed_policy.m", None, values)))
    assert has(after) == {
        "role app": ["awscc_iam_managed_policy.m policy_document over awscc_iam_managed_policy.m roles"]
    }
    assert after.exclusive == after.exclusive_names == {}


# Lists that take away what they do not hold


def role(**lists: Any) -> dict[str, Any]:
    return {"name": "app", "inline_policy": [], "managed_policy_arns": [], **lists}


ROLE, POLICIES, BLOCK = "aws_iam_role.r", "aws_iam_role_policies_exclusive.x", {"name": "i", "policy": S3}
ATTACHMENTS, BY_NAME = "aws_iam_role_policy_attachments_exclusive.x", "customer_managed_policy_reference"
SETS_ATTACHMENTS = "aws_ssoadmin_customer_managed_policy_attachments_exclusive.x"
CONFIGURED = blocks((ROLE, {"inline_policy": [], "managed_policy_arns": []}))
LISTED = {"role app": [(["aws_iam_policy.own"], f"{ROLE} managed_policy_arns")]}


@pytest.mark.parametrize(
    ("changed", "configured", "by_arn", "names"),
    [
        (change(ROLE, role(), role(inline_policy=[BLOCK])), CONFIGURED, {},
         {"role app": [(["i"], f"{ROLE} inline_policy")]}),
        (change(ROLE, role(), role(inline_policy=[BLOCK])), {}, {}, {}),
        (change(ROLE, role(), role(managed_policy_arns=[arn("own")])), CONFIGURED, LISTED, {}),
        (change(ROLE, role(), role(managed_policy_arns=[arn("own")])), {}, {}, {}),
        (change(ROLE, role(), role(path="/x/")), CONFIGURED, {}, {}),
        (same(ROLE, role(inline_policy=[BLOCK]), change={"actions": ["delete", "create"]}), CONFIGURED,
         {"role app": [([], f"{ROLE} managed_policy_arns")]}, {"role app": [(["i"], f"{ROLE} inline_policy")]}),
        (change(POLICIES, None, {"role_name": "app", "policy_names": ["b", "a", {}]}), {}, {},
         {"role app": [(["a", "b"], f"{POLICIES} policy_names")]}),
        (same(POLICIES, {"role_name": "app", "policy_names": ["a"]}), {}, {}, {}),
        (change(ATTACHMENTS, None, {"role_name": "app", "policy_arns": [arn("own")]}), {},
         {"role app": [(["aws_iam_policy.own"], f"{ATTACHMENTS} policy_arns")]}, {}),
        (change(ATTACHMENTS, None, {"role_name": "app", "policy_arns": []}), {},
         {"role app": [([], f"{ATTACHMENTS} policy_arns")]}, {}),
        (same(ATTACHMENTS, {"role_name": "app", "policy_arns": [arn("own")]}), {}, {}, {}),
        (change(ATTACHMENTS, {"role_name": "app", "policy_arns": [arn("own")]}, None), {}, {}, {}),
    ],
)  # fmt: skip
def test_what_a_list_leaves(changed: dict[str, Any], configured: Any, by_arn: Any, names: Any) -> None:
    """Where the apply sets it; in a principal itself only where it is written there."""
    before, after = collected(plan(OWN, changed, **configured))
    assert (lists(after.exclusive), lists(after.exclusive_names)) == (by_arn, names)
    assert before.exclusive == before.exclusive_names == {}
    assert {manner for _, manner in after.exclusive} <= {Manner.BY_ARN}


def test_lists_of_a_permission_set() -> None:
    """What is listed by name leaves what is listed by ARN alone; its only inline policy is no list."""
    address, kept = "awscc_sso_permission_set.s", {"permission_set_arn": SET, "name": "s"}
    own, aws = {"customer_managed_policy_references": [SETS_OWN]}, "arn:aws:iam::aws:policy/ReadOnlyAccess"
    both = change(address, kept, {**kept, **own, "managed_policies": [aws], "inline_policy": S3})
    said = blocks((address, {"managed_policies": [], "inline_policy": []}))
    _, after = collected(plan(OWN, both, **said))
    assert lists(after.exclusive) == {f"permission set {SET}": [([aws], f"{address} managed_policies")]}
    assert after.exclusive_names == {}
    by_name = change(SETS_ATTACHMENTS, None, {"permission_set_arn": SET, BY_NAME: [SETS_OWN]})
    _, after = collected(plan(OWN, by_name))
    assert lists(after.exclusive) == {
        f"permission set {SET}": [(["aws_iam_policy.own"], f"{SETS_ATTACHMENTS} {BY_NAME}")]
    }
    assert {manner for _, manner in after.exclusive} == {Manner.BY_NAME}


def test_a_list_of_inline_policies_that_stays_takes_nothing_away() -> None:
    """It leaves out a Deny, and so does the account before and after."""
    listed = same(POLICIES, {"role_name": "app", "policy_names": ["allow"]})
    raw = plan(inline(FULL, FULL, "allow"), inline(DENY, DENY, "deny"), listed)
    assert [one.rule for one in findings(raw) if one.blocks] == []


def test_an_attachment_that_a_role_only_shows_goes_with_its_own_resource() -> None:
    """What the role shows after the refresh is stale, and is not had twice."""
    attached = {"role": "app", "policy_arn": arn("own")}
    shows = same(ROLE, {"name": "app", "managed_policy_arns": [arn("own")]})
    before, after = collected(plan(OWN, shows, change("aws_iam_role_policy_attachment.a", attached, None)))
    assert has(before) == {"role app": [f"{SHOWN} over aws_iam_role_policy_attachment.a policy_arn"]}
    assert has(after) == {}


# What is attached by name, and by an ARN that is none

NAMED = "aws_ssoadmin_customer_managed_policy_attachment.a"


def named(**block: Any) -> dict[str, Any]:
    return change(NAMED, None, {"permission_set_arn": SET, BY_NAME: [block]})


@pytest.mark.parametrize(
    ("attached", "expected"),
    [
        (named(name="own", path="/"), [f'{SHOWN} over {NAMED} {BY_NAME}["own"]']),
        (named(name="own"), [f'{SHOWN} over {NAMED} {BY_NAME}["own"]']),
        (named(name="Own"), [f'{SHOWN} over {NAMED} {BY_NAME}["Own"] later']),
        (named(name="deep", path="/x/"), [f'aws_iam_policy.deep policy over {NAMED} {BY_NAME}["deep"]']),
        (named(name="deep"), [f'customer-managed policy /deep unseen over {NAMED} {BY_NAME}["deep"]']),
        (named(path="/"), [f"customer-managed policy /None unseen over {NAMED} {BY_NAME}[0]"]),
        (change(NAMED, None, {"permission_set_arn": SET}, **hidden(BY_NAME)),
         [f"{NAMED} {BY_NAME} unknown over {NAMED} {BY_NAME}"]),
    ],
)  # fmt: skip
def test_a_policy_that_is_named(attached: dict[str, Any], expected: list[str]) -> None:
    """By its name and path, whether anybody sees it; one whose reference is hidden may be any."""
    deep = same("aws_iam_policy.deep", managed("deep", path="/x/"))
    before, after = collected(plan(OWN, deep, attached))
    assert has(after) == {f"permission set {SET}": expected}
    assert has(before) == {}


def test_a_policy_that_was_named_before_under_its_spelling_was_found() -> None:
    """So nothing of it is later."""
    block = {"permission_set_arn": SET, BY_NAME: [{"name": "Own"}]}
    for inventory in collected(plan(OWN, same(NAMED, block))):
        assert has(inventory) == {f"permission set {SET}": [f'{SHOWN} over {NAMED} {BY_NAME}["Own"]']}


@pytest.mark.parametrize("value", ["", 5, None])
def test_what_is_no_arn_attaches_nothing(value: Any) -> None:
    address = "aws_iam_role_policy_attachment.a"
    _, after = collected(plan(change(address, None, {"role": "app", "policy_arn": value})))
    assert has(after) == {}


# Members

JOINS = "aws_iam_user_group_membership.m"


def containers(inventory: Inventory) -> dict[tuple[str, ...], list[str]]:
    """Who is in what, by name and scope."""
    return {(who.name, *who.scope): [one.name for one, _ in found] for who, found in inventory.containers.items()}


def test_a_group_outside_of_the_plan_may_give_its_members_anything() -> None:
    """One that the plan shows gives what it has; one of which nobody knows which it is gives something unknown."""
    group = same("aws_iam_group.shown", {"name": "shown"})
    joined = change(JOINS, None, {"user": "u", "groups": ["outside", "shown"]})
    _, after = collected(plan(group, joined))
    assert has(after) == {"user u": [f"group outside unseen over {JOINS} groups"]}
    assert containers(after) == {("u",): ["outside", "shown"]}
    address = "aws_iam_group_membership.m"
    open_to = change(address, None, {"users": ["u", "v"]}, **hidden("group"))
    _, after = collected(plan(open_to, **blocks((address, {"group": ["local.x"]}))))
    unknown = f"{address} users unknown over {address} users"
    assert has(after) == {"user u": [unknown], "user v": [unknown]}
    assert containers(after) == {}


def test_of_two_groups_one_that_is_not_known_hides_not_the_other() -> None:
    """Each is a group that its member joins."""
    group = same("aws_iam_group.shown", {"name": "shown"})
    joined = change(JOINS, None, {"user": "u", "groups": [None, "shown"]}, change={"after_unknown": {"groups": [True]}})
    _, after = collected(plan(group, joined, **blocks((JOINS, {"groups": ["local.x"]}))))
    assert has(after) == {"user u": [f"{JOINS} groups unknown over {JOINS} groups"]}
    assert containers(after) == {("u",): ["shown"]}


def test_each_permission_set_of_an_assignee_is_a_session_of_its_own() -> None:
    """Whoever is assigned, in whichever account; also where nobody knows who it is."""
    address = "aws_ssoadmin_account_assignment.a"
    values = {"permission_set_arn": SET, "principal_type": "GROUP", "target_id": "111122223333"}
    _, after = collected(plan(change(address, None, {**values, "principal_id": "team"})))
    assert containers(after) == {("team", "group", "111122223333", SET): [SET]}
    _, after = collected(plan(change(address, None, values)))
    assert containers(after) == {(f"(unknown until apply, {address})", "assignee", "", SET): [SET]}


# Boundaries

SET_BOUNDARY = "aws_ssoadmin_permissions_boundary_attachment.b"


def bounds(inventory: Inventory) -> list[tuple[str, bool]]:
    """What bounds anybody: where its document stands, and whether gate sees it."""
    found = [held.document for each in inventory.boundaries.values() for held in each]
    return [(f"{one.place.address} {one.place.attribute}".rstrip(), isinstance(one.content, str)) for one in found]


def bounded(name: str | None) -> dict[str, Any]:
    return {"name": "app", "permissions_boundary": name and arn(name)}


def named_boundary(name: str | None) -> dict[str, Any]:
    block = {"customer_managed_policy_reference": [{"name": name, "path": "/"}]}
    return {"permission_set_arn": SET, "permissions_boundary": [block] if name else []}


AT_NAME = f'{SET_BOUNDARY} permissions_boundary[0].customer_managed_policy_reference["Own"]'


@pytest.mark.parametrize(
    ("changed", "before", "after"),
    [
        (change("aws_iam_role.r", bounded(None), bounded("own")), [], [(SHOWN, True)]),
        (change("aws_iam_role.r", bounded(None), bounded("Own")), [], [(arn("Own"), False)]),
        (same("aws_iam_role.r", bounded("Own")), [(SHOWN, True)], [(SHOWN, True)]),
        (change("aws_iam_role.r", bounded("Own"), bounded(None)), [(SHOWN, True)], []),
        (change("aws_iam_role.r", None, {"name": "app"}, **hidden("permissions_boundary")), [],
         [("aws_iam_role.r permissions_boundary", False)]),
        (change(SET_BOUNDARY, None, named_boundary("own")), [], [(SHOWN, True)]),
        (change(SET_BOUNDARY, None, named_boundary("Own")), [], [(AT_NAME, False)]),
        (same(SET_BOUNDARY, named_boundary("Own")), [(SHOWN, True)], [(SHOWN, True)]),
    ],
)  # fmt: skip
def test_what_bounds(changed: dict[str, Any], before: Any, after: Any) -> None:
    """A policy under a new spelling bounds nothing that gate sees; under one that was there before it was found."""
    found = collected(plan(OWN, changed))
    assert tuple(map(bounds, found)) == (before, after)


def test_a_boundary_that_stays_under_another_spelling_is_no_change() -> None:
    """Of a permission set, by name, and of a role, by ARN: what it holds back is not new."""
    full = {"permission_set_arn": SET, "inline_policy": FULL}
    for before in (full, None):
        written = change("aws_ssoadmin_permission_set_inline_policy.p", before, full)
        assert findings(plan(OWN, same(SET_BOUNDARY, named_boundary("Own")), written)) == ()
    for text in (FULL, None):
        assert findings(plan(OWN, same("aws_iam_role.r", bounded("Own")), inline(text, FULL))) == ()
