"""Who can newly become a principal with full access, or write its policies."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from gate.iam import access
from gate.iam.patterns import Budget
from gate.iam.services import protected
from gate.iam.ways import Gain
from gate.new_access.becoming import Becoming, becomings
from gate.new_access.grants import Unconfirmed
from gate.new_access.inquiry import BUDGET, WHOLE, Inquiry, Work
from gate.new_access.introduced import introduced
from gate.new_access.policies import PlanDocuments
from gate.new_access.table_access import admits_all, policies_of
from gate.new_access.undetermined import Undetermined
from gate.text.sentences import NO_WORDS
from gate.unknown import OneOf, Unresolved
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
from tests.helpers.held import bounded, changed
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


SAML, OIDC = (f"arn:aws:iam::{OWN}:{kind}-provider/x" for kind in ("saml", "oidc"))
ANY_TRUSTING = "any role that trusts a SAML provider, one with full KMS access too (iam:UpdateSAMLProvider)"
ADD_CLIENT = "iam:AddClientIDToOpenIDConnectProvider"
MAKE, UNMAKE = "iam:CreateOpenIDConnectProvider", "iam:DeleteOpenIDConnectProvider"


@pytest.mark.parametrize(
    ("trusted", "actions", "resource", "says"),
    [
        (SAML, "iam:UpdateSAMLProvider", SAML, f"{FULL} (iam:UpdateSAMLProvider)"),
        (OIDC, "iam:UpdateSAMLProvider", "*", ANY_TRUSTING),
        (SAML, "iam:UpdateSAMLProvider", f"{SAML}-2", None),
        (SAML, ["iam:CreateSAMLProvider", "iam:DeleteSAMLProvider"], SAML,
         f"{FULL} (iam:CreateSAMLProvider and iam:DeleteSAMLProvider)"),
        (SAML, "iam:CreateSAMLProvider", "*", None),
        (OIDC, ADD_CLIENT, "*", f"{FULL} ({ADD_CLIENT})"),
        (SAML, ADD_CLIENT, "*", None),
        (OIDC, [MAKE, UNMAKE], OIDC, f"{FULL} ({MAKE} and {UNMAKE})"),
        (OIDC, MAKE, "*", None),
        (OIDC, "iam:UpdateOpenIDConnectProviderThumbprint", "*", None),
    ],
)  # fmt: skip
def test_who_may_speak_for_an_identity_provider(trusted: str, actions: Any, resource: str, says: str | None) -> None:
    """Becomes the roles that trust it: one that is made in the place of another has to be deleted first."""
    statements = [statement(actions, resource)]
    told_of = [] if says is None else [f"role app can newly become {says}"]
    signing_in = trust(Federated=trusted).replace("AssumeRole", "AssumeRole*")
    assert becomes(statements, *admin(signing_in)) == told_of
    assert becomes(statements, *admin(signing_in), before=policy(*statements)) == []


@pytest.mark.parametrize(("named", "instead"), [(SAML, "the one that role admin trusts"), ("*", "`*`")])
def test_what_to_do_about_who_may_speak_for_an_identity_provider(named: str, instead: str) -> None:
    """The providers are to be named."""
    trusting = admin(trust(Federated=SAML).replace("AssumeRole", "AssumeRole*"))
    speaks = inline(NARROW, policy(statement("iam:UpdateSAMLProvider", named)))
    (found,) = findings(plan(role("app"), speaks, *trusting))
    told_to = "write the ARNs of the identity providers that it has to manage into Resource, in place of"
    assert found.remedy == (f"{told_to} {instead}",)


ANEW = {"actions": ["delete", "create"], "after_unknown": {"arn": True}}
UPDATES, ASSUMES = "iam:UpdateAssumeRolePolicy", "sts:AssumeRole"


def renamed(was: str, will: str) -> dict[str, Any]:
    """A role that is made anew under another name."""
    before, after = (role(name)["change"]["before"] for name in (was, will))
    return change("aws_iam_role.r", before, {**after, "arn": None}, change=ANEW)


def of(was: str, will: str, before: str, after: str, name: str = "p") -> dict[str, Any]:
    """A policy of it, which follows."""
    had, has = ({"name": name, "role": called, "policy": text} for called, text in ((was, before), (will, after)))
    return change(f"aws_iam_role_policy.{name}", had, has, change={"actions": ["delete", "create"]})


@pytest.mark.parametrize("action", [ASSUMES, UPDATES, "iam:PutRolePolicy"])
def test_a_role_with_full_access_that_gets_another_name_is_who_it_was(action: str) -> None:
    """Who could become it, or write its policies, can do nothing new by its new ARN; who could not newly can."""
    admin = [renamed("admin", "boss"), of("admin", "boss", EVERYTHING, EVERYTHING)]
    boss = f"arn:aws:iam::{OWN}:role/boss"
    app = [role("app"), inline(policy(statement(action, ADMIN)), policy(statement(action, boss)), "q")]
    assert told(*admin, *app) == []
    gains = [role("app"), inline(policy(statement(action, APP)), policy(statement(action, boss)), "q")]
    assert len(told(*admin, *gains)) == 1


@pytest.mark.parametrize("action", ["iam:PutRolePolicy", "iam:AttachRolePolicy"])
def test_a_role_that_gets_another_name_could_write_its_own_policies_before(action: str) -> None:
    """By the ARN that it had then; one that could not newly can."""
    own = [policy(statement(action, f"arn:aws:iam::{OWN}:role/{name}")) for name in ("app", "app2")]
    assert told(renamed("app", "app2"), of("app", "app2", *own)) == []
    assert len(told(renamed("app", "app2"), of("app", "app2", NARROW, own[1]))) == 1


def test_who_may_become_any_role_is_not_told_of_identity_providers() -> None:
    """They lead to roles, as the other ways do that are told already."""
    messages = becomes([statement("iam:*")], *admin(trust(Federated=SAML).replace("AssumeRole", "AssumeRole*")))
    assert len(messages) == 1
    assert "Provider" not in messages[0]


def test_a_policy_variable_that_may_name_any_role_hides_no_other_way() -> None:
    """Whom it names nobody can tell; what is named beside it is told, whichever condition it has."""
    varies = statement("iam:PutRolePolicy", APP.replace("app", "${aws:PrincipalTag/x}"))
    for condition in ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, {"StringEquals": {"aws:SourceVpc": "vpc-1"}}):
        (message,) = becomes([varies, statement("iam:PutRolePolicy", ADMIN, Condition=condition)], *admin())
        assert message.startswith(f"role app can newly put any policy on {FULL} (iam:PutRolePolicy)")


@pytest.mark.parametrize("before", [None, NARROW])
def test_a_managed_policy_that_is_a_boundary_gives_nobody_a_way(before: str | None) -> None:
    """One that nobody is shown to have may be attached; what bounds somebody only bounds."""
    arn = f"arn:aws:iam::{OWN}:policy/m"
    was, will = (
        text and {"name": "m", "path": "/", "arn": arn, "policy": text}
        for text in (before, policy(statement("iam:PutRolePolicy", ADMIN)))
    )
    managed = [change("aws_iam_policy.m", was, will), *admin()]
    assert told(role("app"), *managed) == [f"policy m can newly put any policy on {FULL} (iam:PutRolePolicy)"]
    assert told(role("app", permissions_boundary=arn), inline(NARROW, NARROW), *managed) == []


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


ISSUER = f"arn:aws:iam::{OWN}:oidc-provider/x"


@pytest.mark.parametrize(
    ("before", "after", "who"),
    [
        ({"AWS": APP}, {"AWS": [APP, "arn:aws:iam::444455556666:root"]}, "account 444455556666"),
        ({"AWS": APP}, {"AWS": "*"}, "everyone"),
        ({"AWS": APP}, {"AWS": f"arn:aws:iam::{OWN}:root"}, f"account {OWN}"),
        ({"AWS": APP}, {"Federated": ISSUER}, f"whoever signs in with {ISSUER}"),
        ({"AWS": f"arn:aws:iam::{OWN}:root"}, {"AWS": APP}, ""),
        ({"AWS": "*"}, {"AWS": APP}, ""),
        ({"AWS": APP}, {"AWS": APP, "Service": "ec2.amazonaws.com"}, "service ec2.amazonaws.com"),
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


def bounds(name: str, text: str) -> dict[str, Any]:
    values = {"name": name, "path": "/", "arn": f"arn:aws:iam::{OWN}:policy/{name}", "policy": text}
    return change(f"aws_iam_policy.{name}", values, values)


PASS = statement("iam:PassRole")
START = statement("ec2:RunInstances")
ROOM, NO_ROOM = (f"arn:aws:iam::{OWN}:policy/{name}" for name in ("room", "tight"))
UNBOUND = "iam:DeleteRolePermissionsBoundary"


def test_who_takes_its_boundary_away_has_what_it_held_back() -> None:
    """Only its own counts, and only where its policies are full."""
    limit = bounds("tight", policy(statement(["s3:*", "iam:*"])))
    bounded, full = role("app", permissions_boundary=NO_ROOM), statement("kms:*")

    def messages(after: list[Any], *more: dict[str, Any], who: dict[str, Any] = bounded, own: Any = full) -> list[str]:
        return told(who, limit, inline(policy(own), policy(own, *after)), *more)

    without = "without which it has full KMS access"
    for resource in (APP, "*"):
        (message,) = messages([statement(UNBOUND, resource)])
        assert message == f"role app can newly take away its own permissions boundary, {without} ({UNBOUND})"
    assert messages([statement(UNBOUND, ADMIN)], *admin()) == []
    assert messages([statement(UNBOUND, APP)], own=statement("s3:*")) == []
    assert messages([statement(UNBOUND, APP)], who=role("app"), own=statement("s3:*")) == []


def test_a_boundary_that_goes_or_gets_wider_lets_it_become() -> None:
    """What its policies say stays the same: the boundary is the cause."""
    limit, room = bounds("tight", policy(statement("s3:*"))), bounds("room", EVERYTHING)
    own = inline(policy(PUT), policy(PUT))
    values = {"name": "app", "path": "/", "arn": APP, "assume_role_policy": ACCOUNT, "permissions_boundary": NO_ROOM}
    for after in (ROOM, None):
        changed_role = change("aws_iam_role.app", values, {**values, "permissions_boundary": after})
        (found,) = findings(plan(changed_role, limit, room, own))
        assert (found.rule, found.address, found.attribute) == ("KMS006", "aws_iam_role.app", "permissions_boundary")
        assert "a permissions boundary no longer stops it" in found.message


def test_a_role_is_passed_to_a_service_that_it_trusts() -> None:
    """If the policy lets it be passed to that one; any role trusts any."""
    start = [statement("iam:PassRole", ADMIN), START]
    assert becomes(start, *admin()) == []
    assert len(becomes(start, *admin(trust(Service="ec2.amazonaws.com")))) == 1
    assert len(becomes([PASS, statement("apprunner:CreateService")])) == 1

    def passed_to(*services: str) -> dict[str, Any]:
        return {"Condition": {"StringEquals": {"iam:PassedToService": list(services)}}}

    only = statement("iam:PassRole", ADMIN, **passed_to("lambda.amazonaws.com"))
    assert becomes([only, START], *admin(trust(Service="ec2.amazonaws.com"))) == []
    either = statement("iam:PassRole", ADMIN, **passed_to("lambda.amazonaws.com", "ec2.amazonaws.com"))
    assert len(becomes([either, START], *admin(trust(Service="ec2.amazonaws.com")))) == 1
    assert becomes([either, START], *admin(trust(Service="lambda.amazonaws.com"))) == []


def test_what_denies_and_bounds_a_way() -> None:
    """On the resource that it is about; what a compute service is asked for counts on anything."""
    assert becomes([PUT, statement("iam:PutRolePolicy", "arn:*:iam::*:role/*", "Deny")]) == []
    one = "arn:aws:ec2:eu-west-1:111122223333:instance/i-1"
    assert len(becomes([PASS, START, statement("ec2:RunInstances", one, "Deny")])) == 1
    assert len(becomes([statement("s3:*"), PUT])) == 1
    assert len(becomes([statement(NotAction="kms:*")])) == 1
    assert len(becomes([PASS, START, statement("ec2:RunInstances", "arn:*:role/*", "Deny")])) == 1
    assert len(becomes([statement(UNBOUND), PASS, START])) == 1

    def bounded(*allowed: dict[str, Any]) -> list[str]:
        limit = bounds("tight", policy(statement("kms:*"), *allowed))
        after = policy(PUT, PASS, START)
        return told(role("app", permissions_boundary=NO_ROOM), limit, inline(NARROW, after))

    assert len(bounded(statement("iam:PutRolePolicy", "arn:aws:iam::*:role/*"))) == 1
    assert bounded(statement("iam:PutRolePolicy", "arn:aws:iam::*:role/team/*")) == []
    assert len(bounded(PASS, statement("ec2:RunInstances", one))) == 1


HOLE: Any = {"Statement": [statement(Unresolved(("var.a",)))]}


def test_what_is_unknown_of_a_boundary_or_a_deny_stops_nothing() -> None:
    """The boundary may leave room for everything, the Deny may deny nothing."""
    for content, room in ((EVERYTHING, True), (NARROW, False), (HOLE, True), (None, True)):
        assert admits_all(changed({}, {}, boundary_after=bounded("b", content)), protected()) is room
    open_deny = statement(Unresolved(("var.a",)), effect="Deny")
    after = {"a": {"Statement": [PUT, open_deny, statement("iam:Get*", effect="Deny")]}}
    both = policies_of(changed({"a": NARROW}, after))
    assert both is not None
    assert both[1].access.allows
    assert len(both[1].access.denies) == 0
    for content in (HOLE, EVERYTHING):
        both = policies_of(changed({"a": NARROW}, {"a": {"Statement": [PUT]}}, boundary_after=bounded("b", content)))
        assert both is not None
        assert both[1].access.boundary
    assert policies_of(changed({}, {"a": NARROW})) is None


def one_of(*alternatives: Any) -> OneOf:
    return OneOf(alternatives)


@pytest.mark.parametrize(
    ("statements", "is_told"),
    [
        ([statement(one_of("s3:GetObject", "iam:PutRolePolicy"))], True),
        ([statement(one_of(["s3:GetObject"], ["iam:PutRolePolicy"]))], True),
        ([one_of(statement("iam:PutRolePolicy"), None)], True),
        ([{**statement("iam:PutRolePolicy"), "Effect": one_of("Deny", "Allow")}], True),
        ([statement(Unresolved(("var.a",)))], False),
        ([statement("iam:PutRolePolicy", Unresolved(("var.a",)))], False),
        ([PUT, statement(one_of("iam:*", "s3:*"), effect="Deny")], True),
        ([PUT, one_of(statement("iam:*", effect="Deny"), None)], True),
        ([statement(one_of("s3:GetObject", "s3:PutObject"))], False),
    ],
)
def test_each_of_several_texts_counts(statements: list[Any], is_told: bool) -> None:
    """In an Allow; and a Deny that may be another one stops nothing. What may be any text reaches nobody."""
    both = policies_of(changed({"a": NARROW}, {"a": {"Statement": statements}}))
    assert (both is not None and access.widened(both[0].access, both[1].access)) is is_told


def test_the_same_alternatives_before_are_not_new() -> None:
    """As in a template, where nobody knows a condition before or after the change."""
    same = statement(one_of("s3:GetObject", "iam:PutRolePolicy"))
    both = policies_of(changed({"a": {"Statement": [same]}}, {"a": {"Statement": [statement("s3:*"), same]}}))
    assert both is not None
    assert not access.widened(both[0].access, both[1].access)


def test_what_is_tied_to_other_policies_hands_nothing_out() -> None:
    """A condition on which policy may be attached, or within which boundary one is written."""
    key = {"iam:PolicyARN": f"arn:aws:iam::{OWN}:policy/team/*"}
    assert becomes([statement("iam:AttachRolePolicy", Condition={"ArnLike": key})]) == []
    assert len(becomes([statement("iam:AttachRolePolicy")])) == 1
    bounded = {"iam:PermissionsBoundary": f"arn:aws:iam::{OWN}:policy/limit"}
    assert becomes([statement("iam:PutRolePolicy", Condition={"StringEquals": bounded})]) == []


def test_leave_to_assume_any_role_is_a_way() -> None:
    """And no requests together are one: what starts and what passes need the same."""
    assert becomes([statement("sts:AssumeRole")]) == [
        "role app can newly become any role, one with full KMS access too (sts:AssumeRole)"
    ]
    agents = [{"Condition": {"StringEquals": {"aws:UserAgent": text}}} for text in ("a", "b")]
    assert becomes([statement("iam:PassRole", **agents[0]), statement("ec2:RunInstances", **agents[1])]) == []
    assert len(becomes([statement("iam:PassRole", **agents[0]), statement("ec2:RunInstances", **agents[0])])) == 1


def test_a_policy_counts_by_itself_only_where_nobody_has_it() -> None:
    """One that bounds or is attached, and what takes the place of a deleted one; who is a role takes none."""

    def managed(name: str, text: str) -> dict[str, Any]:
        return {"name": name, "path": "/", "arn": f"arn:aws:iam::{OWN}:policy/{name}", "policy": text}

    new = change("aws_iam_policy.new", None, managed("new", policy(PUT)))
    old = change("aws_iam_policy.old", managed("old", policy(PUT)), None)
    kept = change("aws_iam_policy.kept", managed("kept", policy(PUT)), managed("kept", policy(PUT)))
    attached = change(
        "aws_iam_role_policy_attachment.a", None, {"role": "app", "policy_arn": managed("new", "")["arn"]}
    )
    (message,) = told(role("app"), new, attached)
    assert message.startswith("role app can newly put any policy")
    assert told(role("app", permissions_boundary=managed("new", "")["arn"]), new) == []
    assert len(told(kept, new)) == 1
    changed_policy = change("aws_iam_policy.p", managed("p", NARROW), managed("p", policy(PUT)))
    for document in (NARROW, None):
        (message,) = told(old, role("app"), inline(document, policy(PUT)))
        assert message.startswith("role app can newly put any policy")
    (message,) = told(old, changed_policy)
    assert message.startswith("policy p can newly put any policy")


def test_a_principal_with_full_access_that_is_let_in_gains_nothing() -> None:
    """Nor does one that had it before; a role without any policy is nobody."""
    root = [role("root"), inline(EVERYTHING, EVERYTHING, "all", "root")]
    both = trust(AWS=[APP, f"arn:aws:iam::{OWN}:role/root"])
    assert told(*admin(trust(AWS=APP), both), *root) == []
    assert told(*admin(trust(AWS=APP), both), role("root")) != []
    assert told(role("app"), role("idle"), inline(policy(statement("kms:*")), policy(PUT))) == []
    assert told(role("app"), inline(policy(statement("kms:*")), policy(statement("kms:*"), PUT))) == []


def looked(before: Any, after: Any, budget: int = WHOLE) -> tuple[tuple[Becoming, ...], int]:
    """What somebody newly can become whom no plan shows, and the work that is left."""
    work = Work(Budget(WHOLE), Budget(WHOLE), Budget(budget))
    inquiry = Inquiry(protected(), PlanDocuments({}, {}), work)
    found = becomings([introduced(changed({"a": before}, after), inquiry)], [], (), inquiry)
    assert found.entrances == ()
    return found.grants, work.becoming.steps


def test_the_cause_and_the_request_that_shows_it() -> None:
    """The first document by name that newly allows it, with the statements that do; a name that no Deny meets."""
    update = "iam:UpdateAssumeRolePolicy"
    after = {"b": policy(statement("s3:*"), PASS, statement(update)), "c": policy(statement(update, "arn:*:role/*"))}
    ((grant,), _) = looked(NARROW, after)
    cause = grant.grant.cause
    assert (grant.gain, grant.kind, [way.action for way in grant.ways]) == (Gain.BECOMES, "role", [update])
    assert (cause.place.address[-1], cause.together, cause.lost, grant.grant.actions) == ("b", True, None, 0)
    assert [(document.place.address[-1], one.index) for document, one in cause.sources] == [("b", 2), ("c", 0)]
    named = [f"arn:aws:iam::*:role/{name}" for name in ("admin", "example", "x1")]
    ((grant,), _) = looked(NARROW, {"a": policy(PUT, statement("iam:*", named, "Deny"))})
    assert grant.grant.witness is not None
    assert grant.grant.witness.resource.endswith(":role/xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")


def test_who_is_full_or_one_of_several_only_together_is_not_looked_at() -> None:
    assert looked(NARROW, {"a": policy(PUT, statement("kms:*"))}) == ((), WHOLE)
    work = Work(Budget(WHOLE), Budget(WHOLE), Budget(WHOLE))
    inquiry = Inquiry(protected(), PlanDocuments({}, {}), work)
    one = introduced(changed({"a": NARROW}, {"a": policy(PUT)}), inquiry)
    assert len(becomings([one], [], (), inquiry).grants) == 1
    assert becomings([replace(one, combined=True)], [], (), inquiry).grants == ()
    group = replace(one.holder, only_members=frozenset({one.holder.principal}))
    assert becomings([replace(one, holder=group)], [], (), inquiry).grants == ()


def test_an_account_that_only_a_policy_before_names_is_looked_at() -> None:
    """A Deny that is gone held back there."""
    denied = statement("iam:*", "arn:aws:iam::999999999999:role/*", "Deny")
    ((grant,), _) = looked(policy(PUT, denied), {"a": policy(PUT)})
    assert grant.grant.witness is not None
    assert ":999999999999:" in grant.grant.witness.resource


def test_a_holder_takes_as_much_work_as_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the least that each has; where there is none, it can't be told, and all of it is gone."""
    monkeypatch.setattr("gate.new_access.becoming.LEAST", 1)
    (grants, left) = looked(NARROW, {"a": policy(PUT)})
    assert [one.grant.undetermined for one in grants] == [None]
    assert 1 < WHOLE - left < BUDGET // 2
    ((doubt,), left) = looked(NARROW, {"a": policy(PUT)}, budget=0)
    assert (doubt.grant.undetermined, left) == (Undetermined.INTRICATE, -1)
    assert (doubt.gain, doubt.kind, doubt.whom, doubt.is_own, doubt.ways) == (Gain.BECOMES, "", NO_WORDS, False, ())


def test_a_request_that_no_evaluator_allows_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gate.iam.evaluate.allowed", lambda *_: False)
    with pytest.raises(Unconfirmed, match="iam:PutRolePolicy on 'arn:aws:iam::"):
        looked(NARROW, {"a": policy(PUT)})


def test_a_role_that_trusts_the_account_may_be_passed_as_well() -> None:
    """Whoever may assume it without any way needs no service; who may only pass it does."""
    service = "airflow-env.amazonaws.com"
    trusting = policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{OWN}:root", "Service": service},
            "Action": "sts:AssumeRole",
        }
    )
    ways = [statement("iam:PassRole", ADMIN), statement("airflow:CreateEnvironment")]
    (message,) = becomes(ways, *admin(trusting))
    assert message == f"role app can newly become {FULL} (iam:PassRole and airflow:CreateEnvironment)"


@pytest.mark.parametrize("sid", ["Plain", "of-a-form-that-AWS-may-refuse"])
def test_a_document_limits_what_it_allows_itself(sid: str) -> None:
    """By a Deny of all other policies: it comes with it, or not at all. Another document may come alone."""
    reader = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    only = {"ArnNotEquals": {"iam:PolicyARN": reader}}
    attach, denied = (statement("iam:AttachRolePolicy", effect=effect) for effect in ("Allow", "Deny"))
    limit = {**denied, "Condition": only, "Sid": sid}
    assert becomes([attach, limit]) == []
    apart = told(role("app"), inline(None, policy(attach), "allows"), inline(None, policy(limit), "limits"))
    assert bool(apart) is (sid != "Plain")


@pytest.mark.parametrize(("trusted", "is_told"), [(OWN, True), ("999999999999", False)])
def test_leave_to_assume_a_role_of_another_account_takes_its_trust_policy(trusted: str, is_told: bool) -> None:
    """Which has to let in the account of whom it is left to."""
    other, text = "444455556666", trust(AWS=f"arn:aws:iam::{trusted}:root")
    arn = f"arn:aws:iam::{other}:role/far"
    far = {"name": "far", "path": "/", "arn": arn, "assume_role_policy": text}
    changes = [
        change("aws_iam_role.far", far, far),
        inline(EVERYTHING, EVERYTHING, "far", "far"),
        role("app"),
        inline(NARROW, policy(statement("sts:AssumeRole", arn))),
    ]
    resources = [
        {"address": one["address"], "mode": "managed", "type": one["type"], "name": one["name"], "expressions": {},
         "provider_config_key": "aws.far" if one["name"] == "far" else "aws"}
        for one in changes
    ]  # fmt: skip
    providers = {
        key: {"name": "aws", "expressions": {"allowed_account_ids": {"constant_value": [number]}}}
        for key, number in (("aws", OWN), ("aws.far", other))
    }
    providers["aws.far"]["alias"] = "far"
    configuration = {"provider_config": providers, "root_module": {"resources": resources}}
    found = [one.rule for one in findings(plan(*changes, configuration=configuration))]
    assert found == (["KMS006"] if is_told else [])
