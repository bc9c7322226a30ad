"""Who can newly become a principal with full access, or write its policies."""

import json
from typing import Any

import pytest

from tests.helpers.deferred_plans import deferred
from tests.helpers.escalation_plans import (
    ACCOUNT,
    ADMIN,
    APP,
    EVERYTHING,
    NARROW,
    OWN,
    admin,
    becomes,
    role,
    told,
    trust,
)
from tests.helpers.plans import change, findings, inline, plan, policy, statement

PUT = statement("iam:PutRolePolicy")
FULL = "role admin, which has full KMS access"


def test_whom_the_resource_names_decides() -> None:
    """Itself, a role with full access and any role are ways; another role is none."""
    assert becomes([statement("iam:PutRolePolicy", APP)]) == [
        "role app can newly put any policy on itself, and so give itself full KMS access (iam:PutRolePolicy)"
    ]
    assert becomes([statement("iam:PutRolePolicy", ADMIN)], *admin()) == [
        f"role app can newly put any policy on {FULL} (iam:PutRolePolicy)"
    ]
    assert becomes([statement("iam:PutRolePolicy", "arn:aws:iam::*:role/*")]) == [
        "role app can newly put any policy on any role, and so give it full KMS access (iam:PutRolePolicy)"
    ]
    for named in (f"arn:aws:iam::{OWN}:role/other", f"arn:aws:iam::{OWN}:role/team/*", "arn:aws:iam::*:user/*"):
        assert becomes([statement("iam:PutRolePolicy", named)], *admin()) == []


def test_a_role_of_the_plan_without_full_access_is_no_aim() -> None:
    """The same role, named, when it may only read."""
    narrow = [role("admin"), inline(NARROW, NARROW, "everything", "admin")]
    assert becomes([statement("iam:PutRolePolicy", ADMIN)], *narrow) == []


def test_what_was_there_raises_nothing() -> None:
    """Unchanged, spelled differently, split, moved to a managed policy, and a second way to the same."""
    assert becomes([PUT], before=policy(PUT)) == []
    assert becomes([statement(["iam:PutRolePolic?"], "*")], before=policy(PUT)) == []
    assert becomes([PUT, statement("iam:AttachRolePolicy")], before=policy(PUT)) == []
    managed = {"name": "m", "path": "/", "arn": f"arn:aws:iam::{OWN}:policy/m", "policy": policy(PUT)}
    attached = {"role": "app", "policy_arn": managed["arn"]}
    moved = [
        role("app"),
        inline(policy(PUT), None),
        change("aws_iam_policy.m", managed, managed),
        change("aws_iam_role_policy_attachment.m", None, attached),
    ]
    assert told(*moved) == []


def test_who_is_full_gains_nothing() -> None:
    """Neither who was full before nor who newly is: that one is told once, by the stronger rule."""
    found = findings(plan(role("app"), inline(NARROW, EVERYTHING)))
    assert [finding.rule for finding in found] == ["KMS001"]
    assert told(role("app"), inline(policy(statement("kms:*")), EVERYTHING)) == []


def test_all_policies_of_a_principal_count_together() -> None:
    """iam:PassRole that it has, and what starts a service in a second policy that is new."""
    passing = policy(statement("iam:PassRole"))
    (message,) = told(
        role("app"), inline(passing, passing, "a"), inline(NARROW, policy(statement("ec2:RunInstances")), "b")
    )
    assert "iam:PassRole and ec2:RunInstances" in message
    assert "together with aws_iam_role_policy.a" in message


def test_a_deny_holds_it_back_and_its_loss_is_new() -> None:
    """Also for the service's own action."""
    deny = statement("iam:*", effect="Deny")
    assert becomes([PUT, deny]) == []
    (message,) = becomes([PUT], before=policy(PUT, deny))
    assert "a Deny no longer stops it" in message
    start = [statement("iam:PassRole"), statement("ec2:RunInstances")]
    assert becomes([*start, statement("ec2:*", effect="Deny")]) == []


def test_a_condition_that_goes_is_new() -> None:
    """A condition narrows; without it more is possible."""
    sure = statement("iam:PutRolePolicy", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    assert len(becomes([sure])) == 1
    assert len(becomes([PUT], before=policy(sure))) == 1
    assert becomes([sure], before=policy(PUT)) == []


def test_a_user_may_manage_itself() -> None:
    """Its own access keys are nothing new; its own policies are."""

    def messages(action: str) -> list[str]:
        user = {"name": "bob", "path": "/", "arn": f"arn:aws:iam::{OWN}:user/bob"}
        own = policy(statement(action, "arn:aws:iam::*:user/${aws:username}"))
        document = {"name": "p", "user": "bob", "policy": NARROW}
        return told(
            change("aws_iam_user.bob", user, user),
            change("aws_iam_user_policy.p", document, {**document, "policy": own}),
        )

    assert messages("iam:CreateAccessKey") == []
    (message,) = messages("iam:PutUserPolicy")
    assert "put any policy on itself" in message


def test_a_member_may_write_the_policies_of_its_group() -> None:
    """A user of a group that may put policies on the group: told at the group's policy, of both."""
    group = {"name": "devs", "path": "/", "arn": f"arn:aws:iam::{OWN}:group/devs"}
    user = {"name": "bob", "path": "/", "arn": f"arn:aws:iam::{OWN}:user/bob"}
    member = {"user": "bob", "groups": ["devs"]}
    document = {"name": "p", "group": "devs", "policy": NARROW}
    own = {**document, "policy": policy(statement("iam:PutGroupPolicy", group["arn"]))}
    (found,) = findings(
        plan(
            change("aws_iam_group.devs", group, group),
            change("aws_iam_user.bob", user, user),
            change("aws_iam_user_group_membership.m", member, member),
            change("aws_iam_group_policy.p", document, own),
        )
    )
    assert (found.rule, found.principals, found.blocks) == ("KMS006", ("group devs", "user bob"), False)


def test_a_boundary_without_kms_leaves_nothing_to_give_oneself() -> None:
    """What a principal gives itself stays within its boundary; what it gives others does not."""
    bounds = {
        "name": "b", "path": "/", "arn": f"arn:aws:iam::{OWN}:policy/b", "policy": policy(statement(["s3:*", "iam:*"]))
    }  # fmt: skip

    def messages(resource: str) -> list[str]:
        after = policy(statement("iam:PutRolePolicy", resource))
        return told(
            role("app", permissions_boundary=bounds["arn"]),
            change("aws_iam_policy.b", bounds, bounds),
            inline(NARROW, after),
        )

    assert messages(APP) == []
    assert len(messages("*")) == 1


def test_a_managed_policy_that_nobody_has_counts_itself() -> None:
    """Somebody may attach it; one that takes the place of a deleted one is nothing new."""

    def managed(name: str, text: str) -> dict[str, Any]:
        return {"name": name, "path": "/", "arn": f"arn:aws:iam::{OWN}:policy/{name}", "policy": text}

    (message,) = told(change("aws_iam_policy.new", None, managed("new", policy(PUT))))
    assert message.startswith("policy new can newly put any policy on any role")
    deleted = change("aws_iam_policy.old", managed("old", policy(PUT)), None)
    assert told(deleted, change("aws_iam_policy.new", None, managed("new", policy(PUT)))) == []


def test_leave_to_assume_a_role_takes_its_trust_policy() -> None:
    """A trust policy that names the account leaves it to permissions; one that names others lets nobody else in."""
    assume = [statement("sts:AssumeRole", ADMIN)]
    assert becomes(assume, *admin()) == [f"role app can newly become {FULL} (sts:AssumeRole)"]
    assert becomes(assume, *admin(trust(Service="ec2.amazonaws.com"))) == []
    assert becomes(assume, *admin(trust(AWS=f"arn:aws:iam::{OWN}:role/other"))) == []
    denied = json.loads(ACCOUNT)
    denied["Statement"].append({"Effect": "Deny", "Principal": {"AWS": APP}, "Action": "sts:AssumeRole"})
    assert becomes(assume, *admin(json.dumps(denied))) == []


def test_whom_a_trust_policy_names_needs_no_leave() -> None:
    """In the same account the trust policy is enough: permission adds nothing, and newly naming is the finding."""
    direct = trust(AWS=APP)
    assert becomes([statement("sts:AssumeRole", ADMIN)], *admin(direct)) == []
    (found,) = findings(plan(role("app"), inline(NARROW, NARROW), *admin(trust(Service="ec2.amazonaws.com"), direct)))
    assert (found.rule, found.address, found.attribute) == ("KMS006", "aws_iam_role.admin", "assume_role_policy")
    assert found.message == f"role app can newly become {FULL} (its trust policy)"


@pytest.mark.parametrize(
    ("before", "after", "who"),
    [
        ({"AWS": APP}, {"AWS": [APP, "arn:aws:iam::444455556666:root"]}, "account 444455556666"),
        ({"AWS": APP}, {"AWS": "*"}, "everyone"),
        ({"AWS": APP}, {"AWS": f"arn:aws:iam::{OWN}:root"}, f"account {OWN}"),
        ({"AWS": APP}, {"Federated": f"arn:aws:iam::{OWN}:oidc-provider/x"}, f"arn:aws:iam::{OWN}:oidc-provider/x"),
        ({"AWS": f"arn:aws:iam::{OWN}:root"}, {"AWS": APP}, ""),
        ({"AWS": "*"}, {"AWS": APP}, ""),
        ({"AWS": APP}, {"AWS": APP, "Service": "ec2.amazonaws.com"}, ""),
        ({"AWS": [APP, ADMIN]}, {"AWS": [ADMIN, APP]}, ""),
    ],
)
def test_a_trust_policy_that_lets_somebody_new_in(before: dict[str, Any], after: dict[str, Any], who: str) -> None:
    """Of a role with full access; naming one of those whom the account stood for narrows."""
    expected = [f"{who} can newly become {FULL} (its trust policy)"] if who else []
    assert told(*admin(trust(**before), trust(**after))) == expected
    narrow = [role("admin", trust(**before), trust(**after)), inline(NARROW, NARROW, "everything", "admin")]
    assert told(*narrow) == []


def test_a_role_that_newly_has_full_access_is_told_of_itself() -> None:
    """Who may become it is part of that finding."""
    found = findings(plan(role("admin", trust(AWS=APP), ACCOUNT), inline(NARROW, EVERYTHING, "everything", "admin")))
    assert [finding.rule for finding in found] == ["KMS001"]


def test_the_iam_policy_of_aws_is_known() -> None:
    """IAMFullAccess has no KMS action, and every way to one."""
    attached = {"role": "app", "policy_arn": "arn:aws:iam::aws:policy/IAMFullAccess"}
    (found,) = findings(plan(role("app"), change("aws_iam_role_policy_attachment.x", None, attached)))
    assert (found.rule, found.attribute) == ("KMS006", "policy_arn")


def test_it_says_what_to_do_and_shows_a_request() -> None:
    """A remedy that fits the way, and a witness."""
    (found,) = findings(plan(role("app"), inline(NARROW, policy(PUT))))
    assert found.witness is not None
    assert (found.witness.action, found.witness.resource) == ("iam:PutRolePolicy", ADMIN)
    assert any("iam:PermissionsBoundary" in line for line in found.remedy)
    passing = policy(statement(["iam:PassRole", "ec2:RunInstances"]))
    (found,) = findings(plan(role("app"), inline(NARROW, passing)))
    assert any("iam:PassedToService" in line for line in found.remedy)


def test_what_is_unknown_in_a_resource_reaches_nobody() -> None:
    """A part of a resource that only the apply tells is no `*`, whatever it is computed from."""
    for reference in ("terraform_data.x.output", "aws_iam_role.admin.arn"):
        found = deferred(reference, "sts:AssumeRole", *admin())
        assert [finding.rule for finding in found] == ["KMS007"]
