"""Whom a trust policy lets assume a role, as far as it is known."""

from typing import Any

import pytest

from gate.holdings.documents import Document, Place
from gate.holdings.identities import Identity
from gate.iam.principals import Kind, Name
from gate.new_access.trust import Trust, admits_client, own_name, trust_of, trust_policy, trusts_service
from gate.unknown import OneOf, Unresolved, Value

ONE, TWO = "111122223333", "444455556666"
APP = f"arn:aws:iam::{ONE}:role/app"
ROOT, OTHER = f"arn:aws:iam::{ONE}:root", f"arn:aws:iam::{TWO}:root"
ROLE = Name(Kind.ROLE, ONE, "app")
THERE, ROLE_THERE = f"arn:aws:iam::{TWO}:role/app", Name(Kind.ROLE, TWO, "app")
HOLE = Unresolved(("var.unknown",))
EC2 = "ec2.amazonaws.com"


def statement(principal: Value, effect: Value = "Allow", action: Value = "sts:AssumeRole", **more: Value) -> Any:
    """A statement of a trust policy."""
    return {"Effect": effect, "Principal": {"AWS": principal}, "Action": action, **more}


def document(*statements: Any) -> Document:
    """A trust policy."""
    return Document(Place("aws_iam_role.r", "assume_role_policy"), {"Statement": [*statements]})


def said(*statements: Any, number: str = ONE, principal: Name | None = ROLE) -> Trust:
    """What a trust policy of these statements says of the role `app`."""
    role = Identity("role", "a", number, "aws", "aws_iam_role.r", ("r",), "/", "")
    return trust_of(document(*statements), role, principal)


ALLOW = statement(ROOT)


@pytest.mark.parametrize(
    ("statements", "trust"),
    [
        ([], Trust.NO),
        ([statement(APP)], Trust.NAMES),
        ([ALLOW], Trust.LEAVES),
        ([statement("*")], Trust.LEAVES),
        ([statement(OTHER)], Trust.NO),
        ([statement(f"arn:aws:iam::{ONE}:role/other")], Trust.NO),
        ([ALLOW, statement(APP)], Trust.NAMES),
        ([statement([ROOT, OTHER])], Trust.LEAVES),
        ([statement(APP), ALLOW], Trust.NAMES),
        ([statement(APP, action="sts:TagSession")], Trust.NO),
        ([statement(APP, action=["sts:TagSession", "STS:Assume*"])], Trust.NAMES),
        ([statement(HOLE)], Trust.LEAVES),
        ([statement(OneOf((APP, OTHER)))], Trust.LEAVES),
        ([statement(APP, action=HOLE)], Trust.LEAVES),
        ([statement(APP, HOLE)], Trust.LEAVES),
        ([OneOf((statement(APP), None))], Trust.LEAVES),
        ([{"Effect": "Allow", "NotPrincipal": {"AWS": APP}, "Action": "sts:AssumeRole"}], Trust.LEAVES),
        ([{"Effect": "Allow", "Principal": {"AWS": APP}, "NotAction": "sts:*"}], Trust.NO),
        ([{"Effect": "Allow", "Principal": {"AWS": APP}, "NotAction": ["sts:*", HOLE]}], Trust.NO),
        ([{"Effect": "Allow", "Principal": {"AWS": APP}, "NotAction": "s3:*"}], Trust.NAMES),
        ([{"Effect": "Allow", "Principal": {"Service": EC2}, "Action": "sts:AssumeRole"}], Trust.NO),
    ],
)
def test_what_a_trust_policy_says_of_a_role(statements: list[Any], trust: Trust) -> None:
    """Whom it names may; what it leaves to the account, or what is not certain, is left to the principal's policies."""
    assert said(*statements) is trust


@pytest.mark.parametrize(
    ("deny", "stops"),
    [
        (statement(APP, "Deny"), True),
        (statement(ROOT, "Deny"), True),
        (statement("*", "Deny"), True),
        (statement(OTHER, "Deny"), False),
        (statement(APP, "Deny", action="sts:TagSession"), False),
        (statement(APP, "Deny", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}}), False),
        (statement(APP, "Deny", Condition=HOLE), False),
        (statement(APP, "Deny", Condition={"Bool": {"aws:MultiFactorAuthPresent": HOLE}}), False),
        (statement(APP, "Deny", action=["sts:AssumeRole", HOLE]), True),
        (statement(APP, "Deny", action=HOLE), False),
        ({"Effect": "Deny", "Principal": {"AWS": APP}, "NotAction": ["s3:*", HOLE]}, False),
        ({"Effect": "Deny", "NotPrincipal": {"AWS": OTHER}, "Action": "sts:*"}, True),
        ({"Effect": "Deny", "NotPrincipal": {"AWS": [APP, ROOT]}, "Action": "sts:*"}, False),
        (statement(HOLE, "Deny"), False),
        (OneOf((statement(APP, "Deny"), None)), False),
    ],
)
def test_a_deny_stops_only_where_it_is_certain(deny: Any, stops: bool) -> None:
    """What it says of the role or its whole account without any condition; before or after the Allow."""
    for statements in ([ALLOW, deny], [deny, ALLOW]):
        assert said(*statements) is (Trust.NO if stops else Trust.LEAVES)


def test_what_is_not_known_leaves_it_to_the_principal() -> None:
    """A document that is not there, that nobody reads or knows; an account that nothing proves."""
    role = Identity("role", "a", ONE, "aws", "aws_iam_role.r", ("r",), "/", "")
    place = Place("aws_iam_role.r", "assume_role_policy")
    for content in (None, HOLE, "no JSON", '{"Statement": [{}]}', {"Statement": HOLE}, {"Statement": 1}):
        assert trust_of(Document(place, content), role, None) is Trust.LEAVES
    assert trust_of(None, role, None) is Trust.LEAVES
    assert said(statement(OTHER), number="") is Trust.LEAVES
    assert said(statement(APP), principal=None) is Trust.NO
    assert said(statement("*"), principal=None) is Trust.LEAVES


@pytest.mark.parametrize(
    ("statements", "principal", "elsewhere", "trust"),
    [
        # a role of the other account, and its account as a whole
        ([statement(THERE)], ROLE_THERE, TWO, Trust.LEAVES),
        ([statement(OTHER)], ROLE_THERE, TWO, Trust.LEAVES),
        ([statement("*")], ROLE_THERE, TWO, Trust.LEAVES),
        ([statement(HOLE)], ROLE_THERE, TWO, Trust.LEAVES),
        # somebody else there, and the account that the role is of
        ([statement(f"{THERE}-2")], ROLE_THERE, TWO, Trust.NO),
        ([statement(ROOT)], ROLE_THERE, TWO, Trust.NO),
        ([statement(APP)], ROLE_THERE, TWO, Trust.NO),
        ([statement(OTHER), statement(THERE, "Deny")], ROLE_THERE, TWO, Trust.NO),
        ([statement(THERE), statement(OTHER, "Deny")], ROLE_THERE, TWO, Trust.NO),
        # a group or a policy may be anybody's of its account
        ([statement(THERE)], None, TWO, Trust.LEAVES),
        ([statement(APP)], None, TWO, Trust.NO),
        ([{"Effect": "Allow", "Principal": {"Service": EC2}, "Action": "sts:AssumeRole"}], None, TWO, Trust.NO),
        # of an account that nothing proves
        ([statement(THERE)], None, "", Trust.LEAVES),
        ([statement(ROOT)], None, "", Trust.LEAVES),
        ([statement(OTHER)], None, "", Trust.LEAVES),
    ],
)
def test_what_a_trust_policy_says_of_another_account(
    statements: list[Any], principal: Name | None, elsewhere: str, trust: Trust
) -> None:
    """Whom it lets in needs leave by its own policies as well, be it named or not."""
    role = Identity("role", "a", ONE, "aws", "aws_iam_role.r", ("r",), "/", "")
    assert trust_of(document(*statements), role, principal, elsewhere) is trust


@pytest.mark.parametrize(
    ("principal", "trusted"),
    [
        ({"Service": EC2}, True),
        ({"Service": [EC2, "lambda.amazonaws.com"]}, True),
        ({"Service": "lambda.amazonaws.com"}, False),
        ({"Service": HOLE}, True),
        ({"AWS": APP}, False),
        ("*", True),
    ],
)
def test_which_service_is_trusted(principal: Any, trusted: bool) -> None:
    """By an Allow that names it, or that may; a Deny names nobody whom it trusts."""
    one = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    assert trusts_service(document(one), EC2) is trusted
    assert not trusts_service(document({**one, "Effect": "Deny"}), EC2)
    assert not trusts_service(document({"Effect": "Allow", "NotPrincipal": {"Service": EC2}, "Action": "*"}), EC2)
    assert trusts_service(None, EC2)
    assert trusts_service(document(HOLE), EC2)


def test_how_a_trust_policy_is_read() -> None:
    """As text or as a value, of one statement or several; without a resource."""
    one = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
    place = Place("aws_iam_role.r", "assume_role_policy")
    text = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}'
    either = trust_policy(Document(place, OneOf(({"Statement": one}, {"Statement": []}))))
    assert either is not None
    assert [each.certain for each in either.statements] == [False]
    policies = [trust_policy(Document(place, content)) for content in (text, {"Statement": one}, {"Statement": [one]})]
    assert policies[0] is not None
    assert policies[0] == policies[1] == policies[2]
    assert policies[0].statements[0].resource.values == ("*",)


def test_the_name_of_a_principal_in_trust_policies() -> None:
    """Of a role or a user whose account is known."""
    assert own_name("role", ONE, "app") == ROLE
    assert own_name("user", ONE, "u") == Name(Kind.USER, ONE, "u")
    assert own_name("group", ONE, "g") is None
    assert own_name("role", "", "app") is None


def test_a_text_that_is_nested_too_deeply_is_no_trust_policy() -> None:
    """KMS010 tells of it; it is no error of gate."""
    text = '{"a":' * 9_000 + "1" + "}" * 9_000
    assert trust_policy(Document(Place("aws_iam_role_policy.p", "policy"), text)) is None


ISSUER = "id.example.com"
PROVIDER = f"arn:aws:iam::{ONE}:oidc-provider/{ISSUER}"


def signing_in(audience: Any, operator: str = "StringEquals", provider: str = PROVIDER) -> Any:
    """A statement for whom an identity provider signs in for some clients, for any where `audience` is None."""
    asked = {} if audience is None else {"Condition": {operator: {f"{ISSUER}:aud": audience}}}
    return {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity", **asked}


@pytest.mark.parametrize(
    ("statements", "clients", "admitted"),
    [
        ([signing_in("a")], ["a"], True),
        ([signing_in("a")], ["b"], False),
        ([signing_in("a"), signing_in("b")], ["b"], True),
        ([signing_in("a"), signing_in(None, provider=f"{PROVIDER}/other")], ["b"], False),
        ([signing_in(["a*", "b"], "StringLike")], ["c"], True),
        ([signing_in("a~")], ["b"], False),
        ([signing_in("a", "StringNotEquals")], ["b"], True),
        ([signing_in(None)], ["b"], True),
    ],
)
def test_clients_of_an_identity_provider(statements: list[Any], clients: list[str], admitted: bool) -> None:
    """A condition that lists others keeps one out, in the statements that name the provider."""
    assert admits_client(document(*statements), PROVIDER, clients) == admitted
