"""What a plan says of IAM as a whole: its secrets, a part of it, the holders if some accounts are one."""

from typing import Any

import pytest

from gate.holdings.holders import Holdings
from tests.helpers.inventories import S3, arn, blocks, inline_values, managed, same
from tests.helpers.plans import change, plan, policy, statement
from tests.helpers.rooms import held, holder, read_iam
from tests.holdings.test_templates import resource, text

A, P = "aws_iam_role.a", "aws_iam_role_policy.p"
FULL = policy(statement("kms:*"))


@pytest.mark.parametrize(
    ("changed", "hidden"),
    [
        (change(P, inline_values(), inline_values(policy=FULL)), []),
        (change(P, inline_values(), inline_values(policy=FULL), change={"before_sensitive": {"policy": True}}), [S3]),
        (change(P, inline_values(), inline_values(policy=FULL), change={"after_sensitive": {"policy": True}}), [FULL]),
        (change(P, inline_values(), inline_values(policy=FULL), change={"after_sensitive": {"policy": False}}), []),
        (change("aws_kms_key.k", None, {"policy": S3}, change={"after_sensitive": {"policy": True}}), [S3]),
        (change("aws_s3_bucket.b", None, {"policy": S3}, change={"after_sensitive": {"policy": True}}), []),
    ],
)
def test_what_a_plan_hides(changed: dict[str, Any], hidden: list[str]) -> None:
    """Texts that it marks, on either side, of what says anything of IAM or keys."""
    assert {text for text in read_iam(plan(changed)).secrets() if text in (S3, FULL)} == set(hidden)


def test_sensitive_variables_are_secrets() -> None:
    """Whatever they hold; others are not."""
    declared = {"secret": {"sensitive": True}, "open": {}}
    given = {"secret": {"value": ["one", {"key": "two"}]}, "open": {"value": "three"}}
    raw = plan(same(P, inline_values()), variables=given, configuration={"root_module": {"variables": declared}})
    assert {"one", "two"} <= read_iam(raw).secrets()
    assert "three" not in read_iam(raw).secrets()


def test_what_is_made_of_a_sensitive_name_of_a_stack_is_a_secret() -> None:
    """The plan marks nothing of what stands in a template."""
    values = {
        "name": "hush",
        "template_body": text({"R": resource("IAM::Role", RoleName={"Ref": "AWS::StackName"})}),
    }
    stack = change("aws_cloudformation_stack.s", None, values, change={"after_sensitive": {"name": True}})
    assert "hush" in read_iam(plan(stack)).secrets()


def test_a_part_of_a_plan() -> None:
    """Some addresses, and every managed policy, since attachments lead to them."""
    raw = plan(same(P, inline_values()), same(A, {"name": "app"}), same("aws_iam_policy.own", managed("own")))
    kept = read_iam(raw).only(frozenset({A}))
    assert [one.address for one in kept.resources] == [A, "aws_iam_policy.own"]


def test_if_some_accounts_are_one_only_who_is_in_it_is_told_of() -> None:
    """Principals and managed policies; what has no account is told once, of all accounts apart."""
    provider = {"name": "aws", "expressions": {"profile": {"constant_value": "p"}}}
    other = {"name": "aws", "alias": "b", "expressions": {"profile": {"constant_value": "q"}}}
    third = {"name": "aws", "alias": "c", "expressions": {"profile": {"constant_value": "r"}}}
    changes = [
        change(f"aws_iam_{kind}.{name}", None, {"name": name, "policy": S3, "role": name})
        for name in "abc"
        for kind in ("policy", "role_policy")
    ]
    said = blocks(*((one["address"], {}) for one in changes))["configuration"]
    for block, key in zip(said["root_module"]["resources"], ["aws"] * 2 + ["aws.b"] * 2 + ["aws.c"] * 2, strict=True):
        block["provider_config_key"] = key
    raw = plan(*changes, configuration={**said, "provider_config": {"aws": provider, "aws.b": other, "aws.c": third}})
    iam = read_iam(raw)
    first, second, _ = (iam.accounts.account_id(one) for one in iam.resources[::2])

    def names(found: Holdings) -> tuple[list[str], list[str]]:
        return [one.principal.name for one in found.principals], [one.holder.principal.name for one in found.policies]

    assert tuple(map(sorted, names(held(raw)))) == (["a", "b", "c"], ["a", "b", "c"])
    assert tuple(map(sorted, names(held(raw, frozenset({first, second}))))) == (["a", "b"], ["a", "b"])


def test_a_boundary_on_which_two_resources_do_not_agree_is_there_before_the_change() -> None:
    """As the account has it, whichever of them is right."""
    bound = {"name": "app", "permissions_boundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    raw = plan(same("aws_iam_role.one", bound), same("aws_iam_role.other", {"name": "app"}), same(P, inline_values()))
    assert holder(raw, "role app").boundary_before is not None


UNPROVEN = {"change": {"after_unknown": {"inline_policy": True}}}


def test_a_created_role_that_may_have_policies_out_of_sight_is_told_of() -> None:
    """By its address, the attribute and what people call it; one that was there is not."""
    raw = plan(
        change(A, None, {"name": "app"}, **UNPROVEN),
        change("aws_iam_role.there", {"name": "there"}, {"name": "there", "path": "/x/"}, **UNPROVEN),
    )
    assert [(one.resource.address, one.attribute, one.label) for one in held(raw).unproven] == [
        (A, "inline_policy", "role app")
    ]


def test_whoever_is_not_identified_may_be_anybody_of_the_kind() -> None:
    """Each role may have what somebody unidentified has, but for those who are not identified themselves."""
    hidden = {"change": {"after_unknown": {"role": True}}}
    values = [{"name": name, "policy": S3} for name in "xy"]
    raw = plan(
        same(P, inline_values()),
        same("aws_iam_user_policy.u", {"name": "u", "user": "u", "policy": S3}),
        *(change(f"aws_iam_role_policy.{one['name']}", None, one, **hidden) for one in values),
    )

    def after(label: str) -> list[tuple[str, bool]]:
        return [(one.document.place.address, one.holder_is_uncertain) for one in holder(raw, label).after]

    one, other = (f"aws_iam_role_policy.{name}" for name in "xy")
    assert after("role app") == [(P, False), (one, True), (other, True)]
    assert after("user u") == [("aws_iam_user_policy.u", False)]
    assert after(f"role (unknown until apply, {one})") == [(one, False)]


def test_a_managed_policy_is_called_by_its_name() -> None:
    """One that goes by the name that it had; one of which nothing is known by its address."""
    raw = plan(
        change("aws_iam_policy.gone", managed("gone"), None),
        change("aws_iam_policy.new", None, {"policy": S3}, change={"after_unknown": {"name": True}}),
        change("aws_iam_policy.open", None, None, change={"actions": ["create"], "after_unknown": True}),
    )
    labels = [one.holder.label for one in held(raw).policies]
    assert labels == ["policy gone", "policy (aws_iam_policy.new)", "policy (aws_iam_policy.open)"]
    assert {(label.alike, label.kind) for label in labels} == {("policy", "policy")}


def test_the_members_of_a_new_group_are_told() -> None:
    """Whatever else is created beside it."""
    referred = {"group": ["aws_iam_group.g.name", "aws_iam_group.g"]}
    changes = [
        change("aws_iam_group.g", None, {"name": "team", "path": "/"}),
        change("aws_iam_user_group_membership.m", None, {"user": "bob", "groups": ["team"]}),
        change("aws_iam_group_policy.p", None, {"name": "p", "group": "team", "policy": S3}),
    ]
    for more in ([], [change(A, None, {"name": "app"})]):
        raw = plan(*changes, *more, **blocks(("aws_iam_group.g", {}), ("aws_iam_group_policy.p", referred)))
        assert {who.name for who in holder(raw, "group team").only_members} == {"bob"}


def test_a_policy_is_attached_to_nobody_who_is_deleted() -> None:
    """Although the attachment stays in the plan."""
    attached = same("aws_iam_role_policy_attachment.a", {"role": "app", "policy_arn": arn("own")})
    own = same("aws_iam_policy.own", managed("own"))
    for after, names in ((None, set()), ({"name": "app", "path": "/"}, {"app"})):
        role = change(A, {"name": "app"}, after)
        [found] = held(plan(role, own, attached)).policies
        assert {who.name for who in found.attached_before} == {"app"}
        assert {who.name for who in found.attached_after} == names
