"""What everybody has before and after: each document with the place, the links and the doubts that it has them by."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.attached_policies import may_be_another
from gate.holdings.grouping import Grouping
from gate.holdings.hidden import Hidden, HiddenElement, Lead
from gate.holdings.principals import Principals
from gate.holdings.recipients import _named
from gate.plan.addresses import Target
from tests.helpers.inventories import S3, arn, blocks, has, managed, same, told
from tests.helpers.plans import change, plan, policy, statement, written
from tests.helpers.rooms import collected, read_iam

FULL = policy(statement("kms:*"))
ANEW = {"change": {"actions": ["delete", "create"]}}
FORGET = {"change": {"actions": ["forget"]}}
SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"


def own(name: str) -> dict[str, Any]:
    """A managed policy that stays as it is."""
    return same(f"aws_iam_policy.{name}", managed(name))


def inline(role: Any = "app", **more: Any) -> dict[str, Any]:
    return {"name": "p", "role": role, "policy": S3, **more}


# A principal that is made anew


ROLE = same("aws_iam_role.r", {"name": "app"}, **ANEW)
BOTH = {"policy_arn": arn("own"), "roles": ["app"], "users": []}
EXCLUSIVE = "aws_iam_role_policy_attachments_exclusive.x"


@pytest.mark.parametrize(
    ("what", "stays"),
    [
        (same("aws_iam_role_policy.p", inline()), False),
        (same("aws_iam_role_policy.p", inline(), **FORGET), False),
        (change("aws_iam_role_policy.p", inline(), inline(policy=FULL)), True),
        (change("aws_iam_role_policy.p", None, inline()), True),
        (change("aws_iam_role_policy_attachment.a", None, {"role": "app", "policy_arn": arn("own")}), True),
        (same(EXCLUSIVE, {"role_name": "app", "policy_arns": [arn("own")]}), False),
        (change(EXCLUSIVE, *({"role_name": "app", "policy_arns": x} for x in ([], [arn("own")]))), True),
        (change("aws_iam_policy_attachment.a", BOTH, {**BOTH, "users": ["u"]}), False),
        (change("awscc_iam_managed_policy.m",
                *({"managed_policy_name": "m", "roles": ["app"], "policy_document": x} for x in (S3, FULL))), False),
        (change("aws_iam_role.twin",
                *({"name": "app", "inline_policy": [{"name": "i", "policy": x}]} for x in (S3, FULL))), False),
    ],
)  # fmt: skip
def test_a_principal_that_is_made_anew_has_what_the_apply_gives_it_again(what: dict[str, Any], stays: bool) -> None:
    """What is created, and what an update writes as a whole; an update that only adds brings nothing back."""
    acting = change("aws_iam_role_policy.acting", None, inline(name="q"))
    _, after = collected(plan(ROLE, own("own"), what, acting))
    [held] = [told(one) for one in next(iter(after.documents.values())) if one.document.name != "q"]
    assert (" gone by " not in held) is stays


def test_a_principal_that_is_made_anew_has_what_newly_names_it_by_its_id() -> None:
    """Which is known after apply, as that of everybody who is made."""
    a = "aws_iam_role_policy_attachment.a"
    attached = change(a, None, {"policy_arn": arn("own")}, change={"after_unknown": {"role": True}})
    configured = blocks(("aws_iam_role.r", {}), (a, {"role": ["aws_iam_role.r.id", "aws_iam_role.r"]}))
    _, after = collected(plan(ROLE, own("own"), attached, **configured))
    assert has(after) == {"role app": [f"aws_iam_policy.own policy over {a} policy_arn"]}


# What stays as it is


STAYS = [
    own("own"),
    change("aws_iam_policy.grows", managed("grows"), managed("grows", FULL)),
    change("aws_iam_policy.goes", managed("goes"), None),
    change("aws_iam_policy.comes", None, managed("comes")),
    same("aws_iam_role_policy_attachment.a", {"role": "app", "policy_arn": arn("own")}),
    same("aws_iam_role_policy_attachment.b", {"role": "app", "policy_arn": arn("grows")}),
    same("aws_iam_role_policy_attachment.c", {"role": "app", "policy_arn": arn("goes")}),
    same("aws_iam_role_policy_attachment.d", {"role": "app", "policy_arn": arn("comes")}),
    same("aws_iam_policy_attachment.e", {"policy_arn": arn("outside"), "roles": ["one", "two"], "users": ["u"]}),
    same("aws_iam_policy_attachment.f", {"policy_arn": arn("own"), "roles": []}),
    same("aws_iam_role_policy_attachment.g", {"role": "none", "policy_arn": ""}),
    same("aws_iam_role_policy_attachment.h", {"role": None, "policy_arn": arn("own")}),
    same("aws_iam_role_policy_attachment.i", {"role": "5", "policy_arn": 5}),
    same("aws_ssoadmin_managed_policy_attachment.j", {"permission_set_arn": SET, "managed_policy_arn": arn("own")}),
    same(EXCLUSIVE, {"role_name": "app", "policy_arns": ["", 5, arn("own")]}),
    same("aws_iam_role_policy.p", inline()),
    same("aws_iam_role_policy.q", {"name": "q", "role": "trimmed"}),
    same("aws_iam_role_policy.r", {"name": "r", "role": None, "policy": S3}),
    same("aws_iam_role.app", {"name": "app", "inline_policy": [{"name": "i", "policy": S3}]}),
    same("aws_iam_group_membership.m", {"group": "g", "users": ["u"]}),
    same("aws_budgets_budget_action.b",
         {"definition": [{"iam_action_definition": [{"policy_arn": arn("own"), "roles": ["app"]}]}]}),
]  # fmt: skip


def test_what_stays_as_it_is_is_had_as_if_it_were_looked_at_twice() -> None:
    """A plan as Terraform writes it, in which that is known at once, and the same with values in another order after
    the change, where it is not."""
    raw = plan(*STAYS)
    document = json.loads(raw)
    for one in document["resource_changes"]:
        one["change"]["after"] = dict(reversed((one["change"]["after"] or {}).items())) or None
    for once, twice in zip(collected(written(json.loads(raw))), collected(written(document)), strict=True):
        assert has(once) == has(twice)
        assert once.documents == twice.documents
        assert once.containers == twice.containers
    before, after = map(has, collected(written(json.loads(raw))))
    a, b = (f"aws_iam_role_policy_attachment.{name} policy_arn" for name in "ab")
    for held in (before, after):
        assert {f"aws_iam_policy.own policy over {a}", f"aws_iam_policy.grows policy over {b}"} <= {*held["role app"]}
        assert "aws_iam_role_policy.p policy" in held["role app"]
        assert "role none" not in held
        assert "role 5" not in held
    assert "role trimmed" not in before
    assert after["role trimmed"] == ["aws_iam_role_policy.q policy unknown"]


def test_what_names_a_principal_that_is_made_anew_under_another_name_gives_it_nothing_more() -> None:
    """Although it stays as it is."""
    attached = same("aws_iam_role_policy_attachment.a", {"role": "app", "policy_arn": arn("own")})
    raw = plan(change("aws_iam_role.r", {"name": "app"}, {"name": "other"}, **ANEW), own("own"), attached)
    before, after = collected(written(json.loads(raw)))
    assert has(before) == {"role app": ["aws_iam_policy.own policy over aws_iam_role_policy_attachment.a policy_arn"]}
    assert has(after) == {}


def test_a_deny_that_stays_attached_under_another_spelling_counts() -> None:
    """The principal was found under it."""
    attached = same("aws_iam_role_policy_attachment.a", {"role": "APP", "policy_arn": arn("own")})
    for raw in (plan(same("aws_iam_role.r", {"name": "app"}), own("own"), attached), plan(inline_of_app(), attached)):
        _, after = collected(written(json.loads(raw)))
        assert not any(one.removed_by for held in after.documents.values() for one in held)


def test_what_is_written_under_another_spelling_is_doubtful_wherever_it_stands() -> None:
    """Also before the resource that shows how the principal is called."""
    new = change("aws_iam_role_policy.new", None, inline("APP", name="new"))
    for changes in ([new, inline_of_app()], [inline_of_app(), new]):
        _, after = collected(plan(*changes))
        removed = {one.document.name: one.removed_by is not None for held in after.documents.values() for one in held}
        assert removed == {"new": True, "p": False}


def inline_of_app() -> dict[str, Any]:
    return same("aws_iam_role_policy.p", inline())


def test_an_arn_that_only_the_plan_marks_as_sensitive_is_not_shown() -> None:
    """Also where nothing else of the attachment changes."""
    values = {"role": "app", "policy_arn": arn("outside")}
    attached = same("aws_iam_role_policy_attachment.a", values, change={"after_sensitive": {"policy_arn": True}})
    _, after = collected(plan(attached))
    [[held]] = after.documents.values()
    assert str(held.document.place.address) == "(sensitive)"


# What nobody knows


STRANGE = {"change": {"actions": ["transmogrify"]}}
A = "aws_iam_role_policy_attachment.a"


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (same(A, {"role": "app", "policy_arn": arn("own")}, **STRANGE),
         [f"{A} policy_arn unknown", f"aws_iam_policy.own policy over {A} policy_arn"]),
        (same(EXCLUSIVE, {"role_name": "app", "policy_arns": []}, **STRANGE), [f"{EXCLUSIVE} policy_arns unknown"]),
        (same("aws_iam_role_policies_exclusive.x", {"role_name": "app", "policy_names": []}, **STRANGE),
         ["aws_iam_role_policies_exclusive.x unknown"]),
        (same("aws_iam_role_policy.p", inline(), **STRANGE), ["aws_iam_role_policy.p policy unknown"]),
    ],
)  # fmt: skip
def test_what_gate_does_not_understand_may_give_anything(what: dict[str, Any], expected: list[str]) -> None:
    """After the change, once: before it everybody had what the plan shows."""
    before, after = collected(plan(own("own"), what))
    assert has(after)["role app"] == expected
    assert not any("unknown" in one for one in has(before).get("role app", []))


@pytest.mark.parametrize(("after", "kept", "only"), [(True, False, True), (False, False, False), (True, True, False)])
def test_what_may_not_come_allows_at_most(after: bool, kept: bool, only: bool) -> None:
    """What was there, or is kept, is there."""
    iam = read_iam(plan(change("aws_iam_role_policy.p", inline(), inline(policy=FULL))))
    (resource,) = iam.resources
    principals = Principals(iam.resources, Grouping(iam.accounts))
    version = replace(resource.versions[after], kept=kept)
    assert [who.allows_only for who in _named(principals, replace(resource, may_not_come=True), version)] == [only]
    assert [who.allows_only for who in _named(principals, resource, version)] == [False]


@pytest.mark.parametrize("names", [["one"], ["one", "two"]])
def test_one_of_several_policies_may_not_come(names: list[str]) -> None:
    """An ARN that is known only after apply, whose expression refers to two policies, is that of one of them."""
    hidden = change(A, None, {"role": "app"}, change={"after_unknown": {"policy_arn": True}})
    referred = {"policy_arn": [f"aws_iam_policy.{name}.arn" for name in names]}
    _, after = collected(plan(own("one"), own("two"), hidden, **blocks((A, referred))))
    later = " later" if len(names) > 1 else ""
    assert has(after) == {"role app": [f"aws_iam_policy.{name} policy over {A} policy_arn{later}" for name in names]}


LEADS = tuple(Lead(Target((), "managed", "aws_iam_policy", name, "arn"), (f"aws_iam_policy.{name}",)) for name in "abc")


@pytest.mark.parametrize(
    ("value", "hidden", "expected"),
    [
        (arn("own"), 1, False),
        (Hidden(leads=LEADS[:1]), 2, False),
        (Hidden(leads=LEADS[:2]), 1, True),
        (Hidden(leads=LEADS[:2]), 2, False),
        (Hidden(leads=LEADS), 2, True),
        (Hidden((HiddenElement("arn"),), LEADS[:2]), 1, False),
    ],
)
def test_a_hidden_arnmay_be_another(value: Any, hidden: int, expected: bool) -> None:
    """Where there is one reference for each, or the source tells which it is, it is that."""
    assert may_be_another(value, hidden) is expected


IN_CHINA = "arn:aws-cn:iam::aws:policy/ReadOnlyAccess"


@pytest.mark.parametrize(
    ("address", "before", "after", "seen"),
    [
        ("aws_iam_role.r", None, {"name": "app", "permissions_boundary": IN_CHINA}, True),
        ("aws_iam_role.r", {"name": "app"}, {"name": "app", "permissions_boundary": IN_CHINA}, False),
        ("aws_ssoadmin_permissions_boundary_attachment.b", None,
         {"permission_set_arn": SET, "permissions_boundary": [{"managed_policy_arn": IN_CHINA}]}, False),
    ],
)  # fmt: skip
def test_a_boundary_that_aws_may_refuse_bounds_only_who_is_made_with_it(
    address: str, before: Any, after: Any, seen: bool
) -> None:
    """Without it that one is not there; somebody who is there already stays without it."""
    _, inventory = collected(plan(change(address, before, after)))
    [[held]] = inventory.boundaries.values()
    assert (held.document.content is not None) is seen


REFUSED = managed("refused", path="/no end")
MADE_SO = change("aws_iam_policy.refused", {**managed("refused"), "arn": REFUSED["arn"]}, REFUSED, **ANEW)


def test_what_aws_may_refuse_was_there_before() -> None:
    """A policy that is made anew under a path that AWS does not take: what it said until then counts."""
    attached = same(A, {"role": "app", "policy_arn": REFUSED["arn"]})
    before, after = collected(plan(MADE_SO, attached, change("aws_iam_role.x", None, {"name": "x"})))
    assert has(before) == {"role app": [f"aws_iam_policy.refused policy over {A} policy_arn"]}
    assert has(after) == {"role app": [f"aws_iam_policy.refused policy over {A} policy_arn later"]}


def test_a_boundary_that_aws_may_refuse_was_there_before() -> None:
    """And whoever is made with it is made only if it is there."""
    bounded = {"name": "app", "permissions_boundary": REFUSED["arn"]}
    for role, seen in (
        (same("aws_iam_role.r", bounded), (True, False)),
        (change("aws_iam_role.r", None, bounded), (True,)),
    ):
        bounds = [one.boundaries.values() for one in collected(plan(MADE_SO, role))]
        assert tuple(held.document.content is not None for one in bounds for [held] in one) == seen


def test_a_name_that_passes_on_takes_along_what_the_old_one_wrote_itself() -> None:
    """Before the change it was of the one, after it it is of the other; what is let go stays with the one."""

    def values(name: str, text: str) -> dict[str, Any]:
        return {"name": name, "inline_policy": [{"name": "i", "policy": text}]}

    other = change("aws_iam_role.b", {"name": "b"}, None)
    for actions, left in ((["delete", "create"], {}), (["forget", "create"], {"role a"})):
        passing = change("aws_iam_role.a", values("a", FULL), values("b", S3), change={"actions": actions})
        before, after = collected(plan(passing, other))
        assert {who.name: [one.document.content for one in held] for who, held in before.documents.items()} == {
            "a": [FULL]
        }
        assert {f"role {who.name}" for who, held in after.documents.items() if held} == {"role b", *left}


def test_what_is_not_acted_on_gives_nobody_anything() -> None:
    """Also where it names nobody, and is not compared since a part is sensitive."""
    body = {"before_sensitive": {"policy": True}, "after_sensitive": {"policy": True}}
    before, after = collected(plan(same("aws_iam_role_policy.p", {"name": "p", "policy": S3}, change=body)))
    assert has(before) == has(after) == {}


def test_the_blocks_of_a_role_are_all_its_inline_policies() -> None:
    """Where it has any, and the apply writes them."""

    def shows(text: str) -> dict[str, Any]:
        return {"name": "app", "inline_policy": [{"name": "i", "policy": text}]}

    other = same("aws_iam_role_policy.p", inline())
    for configured, gone in (({"inline_policy": []}, " gone by aws_iam_role.r"), ({}, "")):
        role = change("aws_iam_role.r", shows(S3), shows(FULL))
        _, after = collected(plan(role, other, **blocks(("aws_iam_role.r", configured))))
        assert f"aws_iam_role_policy.p policy{gone}" in has(after)["role app"]


def test_a_list_of_a_role_leaves_what_it_calls_by_its_name() -> None:
    """Another spelling of an ARN may be another policy for AWS, which takes away what is not listed."""
    attached = same(A, {"role": "app", "policy_arn": arn("own")})
    for listed, gone in ((arn("own"), ""), (arn("OWN"), " gone by aws_iam_role.r")):
        role = change("aws_iam_role.r", *({"name": "app", "managed_policy_arns": x} for x in ([], [listed])))
        _, after = collected(
            plan(role, own("own"), attached, **blocks(("aws_iam_role.r", {"managed_policy_arns": []})))
        )
        assert f"aws_iam_policy.own policy over {A} policy_arn{gone}" in has(after)["role app"]


def test_what_a_budget_attaches_comes_later() -> None:
    action = {"policy_arn": arn("own"), "roles": ["app"]}
    made = change("aws_budgets_budget_action.b", None, {"definition": [{"iam_action_definition": [action]}]})
    _, after = collected(plan(own("own"), made))
    [[held]] = after.documents.values()
    assert held.may_not_come


def test_one_of_several_boundaries_may_not_come() -> None:
    """Then nobody knows what bounds."""
    body = {"after_unknown": {"permissions_boundary": True}}
    role = change("aws_iam_role.r", {"name": "app"}, {"name": "app", "tags": {}}, change=body)
    for names, seen in ((["own", "refused"], [False]), (["own"], [True])):
        referred = {"permissions_boundary": [f"aws_iam_policy.{name}.arn" for name in names]}
        _, after = collected(plan(own("own"), MADE_SO, role, **blocks(("aws_iam_role.r", referred))))
        [held] = after.boundaries.values()
        assert [one.document.content is not None for one in held] == seen


def test_a_boundary_that_is_deleted_bounds_nobody() -> None:
    gone = change("aws_iam_policy.own", managed("own"), None)
    role = change(
        "aws_iam_role.r", *({"name": "app", "permissions_boundary": arn("own"), "tags": x} for x in ({}, None))
    )
    before, after = collected(plan(gone, role))
    assert (len(before.boundaries), len(after.boundaries)) == (1, 0)


def test_what_rests_on_a_reference() -> None:
    """An inline policy rests on the one that tells whose it is; of an attachment that is told by what connects them."""
    hidden = {"change": {"after_unknown": {"role": True}}}
    inline_policy = change("aws_iam_role_policy.p", None, {"name": "p", "policy": S3}, **hidden)
    attachment = change(A, None, {"policy_arn": arn("own")}, **hidden)
    role = change("aws_iam_role.r", None, {"name": "app"})
    name = "aws_iam_role.r.name"
    referred = blocks(*((one, {"role": [name]}) for one in ("aws_iam_role_policy.p", A)), ("aws_iam_role.r", {}))
    _, after = collected(plan(role, own("own"), inline_policy, attachment, **referred))
    [held] = after.documents.values()
    rests = {one.given_at.address: (one.rests_on, [link.rests_on for link in one.links]) for one in held}
    assert rests == {"aws_iam_role_policy.p": (name, []), A: ("", [name])}
