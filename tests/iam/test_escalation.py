"""The table of ways to become somebody else: every row is sourced, and every row is found."""

import pytest

from gate.iam import escalation
from gate.iam.conditions import Clause, clause
from gate.iam.escalation import bits, can_be_bounded, held_back, may_be, passes_to, ways
from gate.iam.guards import Box, Scope
from gate.iam.passed_roles import STARTS
from gate.iam.patterns import MANY
from gate.iam.ways import OIDC_PROVIDER, WAYS, Gain, Way
from gate.iam.who import Fact
from tests.helpers.escalation_plans import ADMIN, OWN, admin, becomes, role, told, trust
from tests.helpers.plans import change, inline, policy, statement

SINGLE = [way for way in WAYS if way.gain not in (Gain.UNBOUNDS, Gain.RELEASES, Gain.MEETS)]
BOUNDARY = f"arn:aws:iam::{OWN}:policy/boundary"


def named(way: Way) -> str:
    return " and ".join(way.actions)


def test_every_row_is_sourced_and_said_once() -> None:
    """A row has the page that says what its action does; no two rows of one gain ask for the same."""
    assert all(way.source.startswith("https://") for way in WAYS)
    assert len({(way.gain, way.actions) for way in WAYS}) == len(WAYS)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS, ids=named)
def test_an_action_of_iam_is_documented_by_its_own_page(way: Way) -> None:
    """The source of an IAM action with no service that gets a role is the page of that action."""
    prefix, _, name = way.action.partition(":")
    if not way.service:
        assert way.source.endswith(f"API_{name}.html")
        assert prefix in ("iam", "sts")
    else:
        assert (way.action, bool(way.besides)) == ("iam:PassRole", True)


def test_the_services_hold_the_actions_in_their_order() -> None:
    """An action's bit is that of its service, moved by where the service begins."""
    names = [f"{service.prefix}:{action}" for _, service in escalation.services() for action in service.actions]
    assert tuple(names) == escalation.actions()
    for offset, service in escalation.services():
        assert escalation.actions()[offset] == f"{service.prefix}:{service.actions[0]}"


def test_the_actions_that_assume_a_role_are_a_service_of_their_own() -> None:
    """Those of STS that hand out credentials of a role: a trust policy allows each by its name."""
    found = escalation.assuming()
    assert (found.prefix, *found.actions) == (
        "sts", "AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity",
    )  # fmt: skip


def test_the_ways_of_one_gain_and_kind() -> None:
    """Every row is of one gain and kind, and found by these alone."""
    gains = {(way.gain, way.kind) for way in WAYS}
    assert all((way.gain, way.kind) == one for one in gains for way in ways(*one))
    assert sum(len(ways(*one)) for one in gains) == len(WAYS)


@pytest.mark.slow
@pytest.mark.parametrize("way", SINGLE, ids=named)
def test_a_way_on_everything_is_found(way: Way) -> None:
    """Each row by itself, on `*`, is one finding that names it; for OpenID Connect there has to be a role to become."""
    trusting = trust(Federated=f"arn:aws:iam::{OWN}:{OIDC_PROVIDER}/x").replace("AssumeRole", "AssumeRole*")
    (message,) = becomes([statement(list(way.actions))], *(admin(trusting) if way.kind == OIDC_PROVIDER else ()))
    assert named(way) in message


@pytest.mark.slow
@pytest.mark.parametrize("way", [way for way in WAYS if way.besides], ids=named)
def test_a_way_takes_all_its_actions(way: Way) -> None:
    """Without any one of its actions a role that is passed to a service is no way."""
    for missing in way.actions:
        assert becomes([statement([action for action in way.actions if action != missing])]) == []


@pytest.mark.parametrize("kind", ["role", "user"])
@pytest.mark.parametrize("verb", ["Delete", "Put"])
def test_taking_away_the_own_boundary_is_found(kind: str, verb: str) -> None:
    """Where the boundary is all that keeps a principal from full access; not where it has none, or no such policies."""

    def messages(boundary: str | None, *statements: object) -> list[str]:
        action = f"iam:{verb}{kind.capitalize()}PermissionsBoundary"
        own = {"name": "app", "path": "/", "arn": f"arn:aws:iam::{OWN}:{kind}/app", "permissions_boundary": boundary}
        text = policy(*statements, statement(action, own["arn"]))
        bounds = {"name": "boundary", "path": "/", "arn": BOUNDARY, "policy": policy(statement(["s3:*", "iam:*"]))}
        document = {
            "name": "p",
            kind: "app",
            "policy": policy(*statements) if statements else policy(statement("s3:*")),
        }
        return told(
            change(f"aws_iam_{kind}.app", own, own),
            change("aws_iam_policy.boundary", bounds, bounds),
            change(f"aws_iam_{kind}_policy.p", document, {**document, "policy": text}),
        )

    (message,) = messages(BOUNDARY, statement("kms:*"))
    assert "can newly take away its own permissions boundary, without which it has full KMS access" in message
    assert messages(BOUNDARY, statement("s3:*")) == []
    assert messages(None, statement("s3:*")) == []


@pytest.mark.parametrize("action", ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"])
def test_rewriting_the_own_boundary_is_found(action: str) -> None:
    """By its ARN, where it is all that keeps the role from full access."""
    text = policy(statement(["s3:*", "iam:*"]))
    bounds = {"name": "boundary", "path": "/", "arn": BOUNDARY, "policy": text}
    bounding, bounded = change("aws_iam_policy.boundary", bounds, bounds), role("app", permissions_boundary=BOUNDARY)

    def messages(*held: dict[str, object], app: dict[str, object] = bounded) -> list[str]:
        granted = [*held, statement(action, BOUNDARY)]
        return told(app, bounding, inline(policy(*(held or [statement("s3:*")])), policy(*granted)))

    says = "role app can newly rewrite its own permissions boundary, without which it has full KMS access"
    assert messages(statement("kms:*")) == [f"{says} ({action})"]
    assert messages() == []
    assert messages(app=role("app")) == []


def test_another_policy_of_its_own_is_no_boundary() -> None:
    """What a bounded role writes into a policy that it has is bounded as well."""
    bounds, has = (
        {"name": name, "path": "/", "arn": BOUNDARY.replace("boundary", name), "policy": policy(statement("s3:*"))}
        for name in ("boundary", "has")
    )
    bounds["policy"] = policy(statement(["s3:*", "iam:*"]))
    attached = {"role": "app", "policy_arn": has["arn"]}
    assert (
        told(
            role("app", permissions_boundary=BOUNDARY),
            change("aws_iam_policy.boundary", bounds, bounds),
            change("aws_iam_policy.has", has, has),
            change("aws_iam_role_policy_attachment.a", attached, attached),
            inline(
                policy(statement("kms:*")), policy(statement("kms:*"), statement("iam:CreatePolicyVersion", has["arn"]))
            ),
        )
        == []
    )


LIMITS = [
    ({"ArnEquals": {"iam:PolicyARN": f"arn:aws:iam::{OWN}:policy/reader"}}, "iam:AttachRolePolicy", 0),
    ({"ArnLike": {"iam:PolicyARN": f"arn:aws:iam::{OWN}:policy/app-*"}}, "iam:AttachRolePolicy", 0),
    ({"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/*"}}, "iam:AttachRolePolicy", 1),
    ({"StringEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}}, "iam:AttachRolePolicy", 1),
    ({"StringEqualsIfExists": {"iam:PolicyARN": f"arn:aws:iam::{OWN}:policy/reader"}}, "iam:AttachRolePolicy", 1),
    ({"ArnEquals": {"iam:PolicyARN": f"arn:aws:iam::{OWN}:policy/reader"}}, "iam:PutRolePolicy", 1),
    ({"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}}, "iam:PutRolePolicy", 0),
    ({"StringLike": {"iam:PermissionsBoundary": "*"}}, "iam:PutRolePolicy", 1),
    ({"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}}, "iam:CreatePolicyVersion", 1),
    ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, "iam:PutRolePolicy", 1),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "action", "count"), LIMITS)
def test_a_condition_that_says_which_policies_limits(condition: dict[str, object], action: str, count: int) -> None:
    """Listed policies and a boundary limit what can be given; a wildcard, IfExists and another key do not."""
    assert len(becomes([statement(action, Condition=condition)])) == count


def test_a_deny_of_all_other_policies_limits_as_well() -> None:
    """The same condition in a Deny, and not where the Deny goes."""
    keep = statement("iam:*", effect="Deny", Condition={"StringNotEquals": {"iam:PermissionsBoundary": BOUNDARY}})
    allow = statement("iam:PutRolePolicy")
    assert becomes([allow, keep]) == []
    (message,) = becomes([allow], before=policy(allow, keep))
    assert "iam:PutRolePolicy" in message


@pytest.mark.parametrize(
    ("service", "count"),
    [
        ("lambda.amazonaws.com", 0),
        ("ec2.amazonaws.com", 1),
        ("*", 1),
        ("ec2.*", 1),
        ("${aws:PrincipalTag/service}", 1),
    ],
)
def test_a_role_is_passed_to_the_named_service_alone(service: str, count: int) -> None:
    """iam:PassedToService with another service is no way to start one."""
    to = {"StringLike": {"iam:PassedToService": service}}
    assert len(becomes([statement("iam:PassRole", Condition=to), statement("ec2:RunInstances")])) == count


def test_a_role_is_passed_to_a_service_that_it_trusts() -> None:
    """A role with full access can be passed to a service that its trust policy names, and to no other."""
    statements = [statement("iam:PassRole", ADMIN), statement("ec2:RunInstances", "arn:aws:ec2:*:*:*")]

    def of(service: str) -> list[str]:
        full = inline(policy(statement("*")), policy(statement("*")), "everything", "admin")
        return becomes(statements, role("admin", trust(Service=service)), full)

    assert of("lambda.amazonaws.com") == []
    assert of("ec2.amazonaws.com") == [
        "role app can newly become role admin, which has full KMS access (iam:PassRole and ec2:RunInstances)"
    ]


def test_the_ways_of_one_gain_to_one_kind() -> None:
    """Those rows of the table and no other."""
    assert {way.actions for way in ways(Gain.BECOMES, "user")} == {
        ("iam:CreateAccessKey",), ("iam:CreateLoginProfile",), ("iam:UpdateLoginProfile",),
    }  # fmt: skip
    assert {way.action for way in ways(Gain.UNBOUNDS, "role")} == {
        "iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary",
    }  # fmt: skip
    assert ways(Gain.UNBOUNDS, "group") == ()


def test_which_actions_a_boundary_can_limit() -> None:
    """Only where it limits each of them."""
    every = [
        "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutUserPolicy", "iam:AttachUserPolicy",
        "iam:PutRolePermissionsBoundary", "iam:PutUserPermissionsBoundary",
    ]  # fmt: skip
    assert can_be_bounded(every)
    assert can_be_bounded(every[:1])
    assert not can_be_bounded([*every, "iam:PutGroupPolicy"])


POLICY, READER = "iam:PolicyARN", f"arn:aws:iam::{OWN}:policy/reader"
ATTACH, PUT = "iam:AttachRolePolicy", "iam:PutRolePolicy"
ATTACHES = bits(("iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:AttachGroupPolicy"))
OTHER = clause("Bool", "aws:MultiFactorAuthPresent", ["false"])


def _deny(actions: int, *clauses: Clause) -> Box:
    return Box(actions, Scope(MANY), frozenset(clauses))


@pytest.mark.parametrize(
    ("name", "values", "limits"),
    [
        ("StringEquals", [READER], True),
        ("ArnLike", [f"arn:aws:iam::{OWN}:policy/*"], True),
        ("StringEquals", [READER, "arn:aws:iam::aws:policy/PowerUserAccess"], False),
        ("StringEquals", [READER, "${aws:PrincipalTag/policy}"], False),
        ("StringEquals", [], False),
        ("StringEqualsIfExists", [READER], False),
        ("StringNotEquals", [READER], False),
        ("Null", ["false"], False),
    ],
)
def test_what_the_condition_of_an_allow_holds_back(name: str, values: list[str], limits: bool) -> None:
    """Listed policies, of which none hands out everything and none may be any."""
    guard = frozenset({clause(name, POLICY, values), OTHER})
    assert held_back(guard, []) == (ATTACHES if limits else 0)
    assert held_back(frozenset({clause(name, "k", values)}), []) == 0


@pytest.mark.parametrize(
    ("clauses", "limits"),
    [
        ([clause("StringNotEquals", POLICY, [READER])], True),
        ([clause("StringNotEqualsIfExists", POLICY, [READER])], True),
        ([clause("StringEquals", POLICY, [READER])], False),
        ([clause("StringNotEquals", "k", [READER])], False),
        ([clause("StringNotEquals", POLICY, [READER]), OTHER], False),
        ([clause("StringNotEquals", POLICY, ["arn:aws:iam::aws:policy/*"])], False),
        ([clause("StringNotEquals", POLICY, ["${aws:PrincipalTag/policy}"])], False),
        ([], False),
    ],
)
def test_what_a_deny_holds_back(clauses: list[Clause], limits: bool) -> None:
    """Of its own actions those that attach policies, where it is for all but listed ones and for nothing else."""
    denied = bits((ATTACH, PUT))
    assert held_back(frozenset(), [_deny(denied, OTHER), _deny(denied, *clauses)]) == (bits((ATTACH,)) if limits else 0)


TO, EC2, LAMBDA = "iam:PassedToService", "ec2.amazonaws.com", "lambda.amazonaws.com"


@pytest.mark.parametrize(
    ("guard", "denied", "passes"),
    [
        ([], [], True),
        ([("StringEquals", TO, [EC2])], [], True),
        ([("StringEquals", TO, ["EC2.amazonaws.com", LAMBDA])], [], True),
        ([("StringEquals", TO, [LAMBDA])], [], False),
        ([("StringEqualsIfExists", TO, [LAMBDA])], [], False),
        ([("StringNotEquals", TO, [LAMBDA])], [], True),
        ([("StringEquals", "k", [LAMBDA])], [], True),
        ([("StringLike", TO, ["*"]), ("StringEquals", TO, [LAMBDA])], [], False),
        ([], [("StringNotEquals", TO, [EC2])], True),
        ([], [("StringNotEquals", TO, [LAMBDA])], False),
        ([], [("StringNotEqualsIfExists", TO, [LAMBDA])], False),
        ([], [("StringNotEquals", TO, ["${aws:PrincipalTag/service}"])], True),
        ([], [("StringEquals", TO, [LAMBDA])], True),
        ([], [("StringNotEquals", "k", [LAMBDA])], True),
        ([], [("StringNotEquals", TO, [LAMBDA]), ("Bool", "k", ["true"])], True),
    ],
)
def test_whether_a_role_may_be_passed_to_a_service(
    guard: list[tuple[str, str, list[str]]], denied: list[tuple[str, str, list[str]]], passes: bool
) -> None:
    """Not where a condition of the Allow names others alone, or a Deny spares others alone and says nothing else."""
    deny = _deny(1, *(clause(*one) for one in denied))
    assert passes_to(frozenset(clause(*one) for one in guard), [deny], EC2) is passes


def test_a_row_of_a_role_that_is_passed_to_a_service() -> None:
    """By iam:PassRole on the role, and what starts the service."""
    made = next(way for way in WAYS if way.besides == ("ec2:RunInstances",))
    assert made == Way(Gain.BECOMES, "role", "iam:PassRole", made.source, made.besides, "ec2.amazonaws.com")
    assert made.source == next(each.source for each in STARTS if each.actions == made.besides)


@pytest.mark.parametrize(
    ("service", "actions"),
    [
        ("ssm", ["ssm:CreateActivation"]),
        ("credentials.iot", ["iot:CreateRoleAlias"]),
        ("credentials.iot", ["iot:UpdateRoleAlias"]),
        ("athena", ["athena:UpdateWorkGroup", "athena:StartSession", "athena:StartCalculationExecution"]),
        ("amplify", ["amplify:UpdateApp", "amplify:StartJob"]),
        ("capabilities.eks", ["eks:CreateCapability"]),
        ("appstream", ["appstream:CreateFleet", "appstream:CreateStreamingURL"]),
        ("appstream", ["appstream:CreateImageBuilder", "appstream:CreateImageBuilderStreamingURL"]),
        ("bedrock-agentcore", ["bedrock-agentcore:CreateGateway", "bedrock-agentcore:CreateGatewayTarget"]),
        ("braket", ["braket:CreateJob"]),
        ("gamelift", ["gamelift:CreateBuild", "gamelift:CreateFleet"]),
        ("lambda", ["synthetics:UpdateCanary", "synthetics:StartCanary"]),
        ("ec2", ["ec2:RequestSpotFleet"]),
        ("ec2", ["ec2:CreateLaunchTemplate", "ec2:CreateFleet"]),
        ("kinesisanalytics", ["kinesisanalytics:UpdateApplication", "kinesisanalytics:StartApplication"]),
    ],
)
def test_what_a_service_hands_the_credentials_of_a_role_to(service: str, actions: list[str]) -> None:
    """A machine, a session, a build or a gateway of one's own: of a role that trusts the service, and of no other."""
    passes = [statement(["iam:PassRole", *actions])]
    trusting, another = (trust(Service=f"{name}.amazonaws.com") for name in (service, "backup"))
    assert any("iam:PassRole and " in said for said in becomes(passes, *admin(trusting)))
    only = [statement("iam:PassRole", ADMIN), statement(actions)]
    assert [bool(becomes(only, *admin(each))) for each in (trusting, another)] == [True, False]


KNOWN, ANOTHER = clause("StringEquals", "iam:PolicyARN", (ADMIN,)), clause("StringEquals", "iam:PolicyARN", ("other",))
MFA = clause("Bool", "aws:MultiFactorAuthPresent", ("true",))
DETACH = bits(("iam:DetachRolePolicy",))


def box(*clauses: Clause, actions: int = DETACH) -> Box:
    """What a Deny says under some clauses."""
    return Box(actions, Scope(MANY), frozenset(clauses))


@pytest.mark.parametrize(
    ("guard", "denies", "may"),
    [
        ([], [], True),
        ([KNOWN], [], True),
        ([ANOTHER], [], False),
        ([MFA], [], True),
        ([MFA, ANOTHER], [], False),
        ([], [box(KNOWN)], False),
        ([], [box(ANOTHER)], True),
        ([], [box(MFA)], True),
        ([MFA], [box(MFA)], False),
        ([MFA], [box(MFA, KNOWN)], False),
        ([MFA], [box(MFA, ANOTHER)], True),
        ([], [box(MFA, KNOWN)], True),
        ([], [box(KNOWN, actions=bits(("iam:DeleteRolePolicy",)))], True),
        ([ANOTHER], [box(ANOTHER)], False),
        ([], [box(ANOTHER), box(KNOWN)], False),
    ],
)
def test_what_may_be_done_where_some_keys_are_known(guard: list[Clause], denies: list[Box], may: bool) -> None:
    """What a clause says of a known key is certain; any other one may hold, or not. A Deny without a clause is no
    matter of this."""
    facts = {"iam:policyarn": Fact(ADMIN, certain=True)}
    assert may_be("iam:DetachRolePolicy", facts, frozenset(guard), [*denies, box()]) is may
