"""The classes of principals that key policies tell apart, what is known of each, and what a policy says to it."""

from typing import Any

import pytest

from gate.iam.callers import NOBODY_NAMED, Caller, Class, asking_for_roles, callers, projected
from gate.iam.conditions import clause
from gate.iam.policy import Policy, Statement, parse
from gate.iam.principals import Kind, Name, name
from gate.iam.who import Fact
from gate.unknown import OneOf, Unresolved, Value

ONE, TWO = "111122223333", "444455556666"
ROOT, ROLE = f"arn:aws:iam::{ONE}:root", f"arn:aws:iam::{ONE}:role/app"
PROVIDER = f"arn:aws:iam::{ONE}:saml-provider/x"
HOLE = Unresolved(("aws_iam_role.app.arn",))
NEVER, CERTAIN, OPEN = Fact(never=True), Fact(certain=True), Fact()
SOURCES = (
    "aws:sourceaccount", "aws:sourceowner", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths",
)  # fmt: skip
NO_SERVICE = {
    "aws:principalisawsservice": Fact("false", certain=True),
    "aws:principalservicename": NEVER,
    "aws:principalservicenameslist": NEVER,
    **dict.fromkeys(SOURCES, NEVER),
}
STRANGER = NO_SERVICE | {
    "kms:calleraccount": CERTAIN,
    "aws:principalaccount": CERTAIN,
    "aws:principalarn": CERTAIN,
    "aws:principalorgid": OPEN,
    "aws:principalorgpaths": OPEN,
    "aws:userid": CERTAIN,
    "aws:sourcevpc": OPEN,
    "aws:sourcevpce": OPEN,
}
SERVICE = {
    "kms:calleraccount": OPEN,
    "aws:principalaccount": OPEN,
    "aws:principalarn": OPEN,
    "aws:principalorgid": NEVER,
    "aws:principalorgpaths": NEVER,
    "aws:principalisawsservice": Fact("true", certain=True),
    "aws:principalservicename": CERTAIN,
    "aws:principalservicenameslist": CERTAIN,
    **dict.fromkeys(SOURCES, OPEN),
    "aws:userid": OPEN,
    "aws:sourcevpc": OPEN,
    "aws:sourcevpce": OPEN,
}
SESSION = f"arn:aws:sts::{ONE}:assumed-role/app/s"
IDS = ("aws:userid", "aws:sourcevpc", "aws:sourcevpce")
IN_ONE = NO_SERVICE | dict.fromkeys(("kms:calleraccount", "aws:principalaccount"), Fact(ONE, certain=True))


def _without(facts: dict[str, Fact], *keys: str) -> dict[str, Fact]:
    return {key: fact for key, fact in facts.items() if key not in keys}


def _policy(
    principal: Any = "*", condition: Any = None, *, effect: str = "Allow", element: str = "Principal"
) -> Policy:
    statement = {"Effect": effect, element: principal, "Action": "kms:*", "Resource": "*"}
    return parse({"Statement": [statement | ({"Condition": condition} if condition else {})]}, of_key=True)


def _found(policy: Policy) -> list[Caller]:
    """The classes beside everyone and every service."""
    everyone, services, *others = callers([policy])
    assert (everyone.kind, services.kind) == (Class.EVERYONE, Class.SERVICES)
    return others


def test_everyone_and_every_service_are_always_classes() -> None:
    """A stranger is no service and signs its requests; a service is of nobody's account and no organization."""
    everyone, services = callers([])
    assert dict(everyone.facts) == STRANGER
    assert dict(services.facts) == SERVICE
    assert NOBODY_NAMED == OPEN


@pytest.mark.parametrize(
    ("principal", "facts"),
    [
        ({"AWS": ROLE}, IN_ONE | {"aws:principalarn": Fact(ROLE, certain=True)}),
        ({"AWS": ROOT}, IN_ONE | {"aws:principalarn": Fact(within=ONE, certain=True)}),
        ({"AWS": ONE}, IN_ONE | {"aws:principalarn": Fact(within=ONE, certain=True)}),
        ({"AWS": SESSION}, IN_ONE | {"aws:principalarn": Fact(within=ONE, certain=True)}),
        ({"AWS": "AROA1"}, NO_SERVICE),
        ({"Federated": PROVIDER}, NO_SERVICE),
        (
            {"Service": "s3.amazonaws.com"},
            _without(SERVICE, *SOURCES, *IDS, "aws:principalservicenameslist")
            | {"aws:principalservicename": Fact("s3.amazonaws.com", certain=True)},
        ),
    ],
)
def test_what_is_known_of_a_principal_that_is_named(principal: Any, facts: dict[str, Fact]) -> None:
    """Its account and its ARN, where the name tells them; that it is a service or none."""
    (one,) = _found(_policy(principal))
    assert (one.kind, one.value) == (Class.NAMED, "")
    assert dict(one.facts) == facts
    assert (one.named, one.account) == (name(*_pair(principal)), name(*_pair(principal)).account)


def _pair(principal: dict[str, str]) -> tuple[str, str]:
    ((kind, text),) = principal.items()
    return kind, text


def test_a_name_that_may_be_anybodys_is_everyone() -> None:
    """As a class of its own, with its name."""
    (one,) = _found(_policy({"AWS": "arn:aws:iam::*:root"}))
    assert one.kind is Class.EVERYONE
    assert dict(one.facts) == STRANGER


ORGANIZATION = STRANGER | {
    "aws:principalorgid": Fact("o-1", certain=True),
    "aws:principalorgpaths": Fact(within="o-1", certain=True),
}
OF_SERVICE = _without(SERVICE, *SOURCES)


@pytest.mark.parametrize(
    ("key", "value", "kind", "account", "own", "facts"),
    [
        ("aws:PrincipalOrgID", "o-1", Class.ORGANIZATION, "", "o-1",
         _without(ORGANIZATION, "aws:userid", "aws:sourcevpc", "aws:sourcevpce")),
        ("aws:userid", "AROA1:*", Class.OWN_ID, "", "AROA1",
         _without(STRANGER, "aws:sourcevpc", "aws:sourcevpce") | {"aws:userid": Fact(within="AROA1", certain=True)}),
        ("aws:SourceVpc", "vpc-1", Class.OWN_ID, "", "vpc-1",
         _without(STRANGER, "aws:userid", "aws:sourcevpce") | {"aws:sourcevpc": Fact(within="vpc-1", certain=True)}),
        ("aws:SourceAccount", ONE, Class.SOURCE, ONE, ONE,
         OF_SERVICE | {"aws:sourceaccount": Fact(ONE, certain=True), "aws:sourceowner": Fact(ONE),
                       "aws:sourcearn": Fact(within=ONE)}),
        ("aws:SourceArn", "arn:aws:s3:::b", Class.SOURCE, "arn:aws:s3:::b", "arn:aws:s3:::b",
         OF_SERVICE | {"aws:sourcearn": Fact("arn:aws:s3:::b", certain=True)}),
        ("aws:SourceOrgID", "o-1", Class.SOURCE, "o-1", "o-1",
         OF_SERVICE | {"aws:sourceorgid": Fact("o-1", certain=True), "aws:sourceorgpaths": Fact(within="o-1")}),
        ("aws:SourceOrgPaths", "o-1/r-1/*", Class.SOURCE, "o-1", "o-1",
         OF_SERVICE | {"aws:sourceorgid": Fact("o-1"), "aws:sourceorgpaths": Fact(within="o-1", certain=True)}),
    ],
)  # fmt: skip
def test_what_is_known_of_a_class_that_a_condition_fixes(
    key: str, value: str, kind: Class, account: str, own: str, facts: dict[str, Fact]
) -> None:
    """Those whose requests certainly bring the value of this key."""
    (one,) = _found(_policy("*", {"StringLike": {key: value}}))
    assert (one.kind, one.named, one.account, one.value) == (kind, None, account, own)
    assert dict(one.facts) == facts


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("aws:PrincipalArn", f"{ROLE}~", [Name(Kind.ACCOUNT, ONE), Name(Kind.ROLE, ONE, "app~")]),
        ("aws:PrincipalArn", f"{ROLE}*", [Name(Kind.ACCOUNT, ONE)]),
        ("aws:PrincipalArn", "arn:*:iam::*:role/app", []),
        ("aws:PrincipalArn", "arn:*:iam::1:role/app", []),
        ("aws:PrincipalArn", "app", []),
        ("kms:CallerAccount", ONE, [Name(Kind.ACCOUNT, ONE)]),
        ("kms:CallerAccount", "1*", []),
        ("aws:PrincipalServiceName", "s3.amazonaws.com", [Name(Kind.SERVICE, "", "s3.amazonaws.com")]),
        ("aws:PrincipalIsAWSService", "true", []),
        ("kms:ViaService", "s3.amazonaws.com", []),
    ],
)
def test_whom_a_condition_names(key: str, value: str, named: list[Name]) -> None:
    """An account, a role and its account, a service; nobody with a wildcard in what says who."""
    assert [one.named for one in _found(_policy("*", {"StringLike": {key: value}}))] == named
    assert _found(_policy("*", {"Null": {key: "true"}})) == []


def test_the_names_of_a_class() -> None:
    """Its own are those of a session and its role; the chain has its account, too."""
    session = name("AWS", SESSION)
    account = Name(Kind.ACCOUNT, ONE)
    one = Caller(Class.NAMED, session, ONE)
    assert one.own == {session, Name(Kind.ROLE, ONE, "app")}
    assert one.chain == {session, Name(Kind.ROLE, ONE, "app"), account}
    user = name("AWS", f"arn:aws:iam::{ONE}:user/u")
    assert Caller(Class.NAMED, user, ONE).own == {user}
    assert Caller(Class.NAMED, user, "").chain == {user}
    assert Caller(Class.SOURCE, None, ONE).own == Caller(Class.SOURCE, None, ONE).chain == frozenset()


def _said(policy: Policy, *, foreign: bool = False) -> list[Statement]:
    """What a policy says to the role."""
    role = next(one for one in callers([_policy({"AWS": ROLE})]) if one.text == ROLE)
    return list(projected(policy, role, foreign=foreign).statements)


@pytest.mark.parametrize(
    ("principal", "effect", "own", "foreign"),
    [
        (ROLE, "Allow", 1, 1),
        (ONE, "Allow", 0, 1),
        (ONE, "Deny", 1, 1),
        (TWO, "Allow", 0, 0),
        (TWO, "Deny", 0, 0),
    ],
)
def test_what_is_said_to_an_account_is_said_to_its_role(principal: str, effect: str, own: int, foreign: int) -> None:
    """A Deny always, an Allow where the key is of another account."""
    policy = _policy({"AWS": principal}, effect=effect)
    assert len(_said(policy)) == own
    assert len(_said(policy, foreign=True)) == foreign


def test_what_is_said_to_an_account_is_not_said_to_who_signs_in_with_its_identity_provider() -> None:
    """Who is denied is the account, and nobody of it signs in so."""
    provider = next(one for one in callers([_policy({"Federated": PROVIDER})]) if one.text == PROVIDER)
    for effect in ("Allow", "Deny"):
        said = projected(_policy({"AWS": ONE}, effect=effect), provider, foreign=True)
        assert said.statements == ()


def test_what_holds_of_the_role_is_no_condition_any_more() -> None:
    """What does not hold of it takes the statement away; what is not known stays."""
    via = {"kms:ViaService": "s3.amazonaws.com"}
    for key in ("kms:CallerAccount", "aws:PrincipalAccount"):
        (one,) = _said(_policy("*", {"StringEquals": {key: ONE, **via}}))
        assert one.conditions == (clause("StringEquals", "kms:ViaService", via.values()),)
        assert _said(_policy("*", {"StringEquals": {key: TWO}})) == []


@pytest.mark.parametrize(
    ("principal", "element", "certain", "clauses"),
    [
        ({"AWS": ROLE}, "Principal", [True], 0),
        ({"AWS": HOLE}, "Principal", [False], 0),
        ({"AWS": [ROLE, HOLE]}, "Principal", [True], 0),
        ({"AWS": ROLE}, "NotPrincipal", [True], 1),
        ({"AWS": [ROLE, ONE]}, "NotPrincipal", [], 0),
        ({"AWS": [ROLE, HOLE]}, "NotPrincipal", [False], 0),
        ({"AWS": [TWO, OneOf((TWO, "x"))]}, "NotPrincipal", [True], 0),
    ],
)
def test_a_statement_that_perhaps_speaks_of_the_role(
    principal: Value, element: str, certain: list[bool], clauses: int
) -> None:
    """It is not certain where the element is not known; where AWS does not tell, a clause stands for that."""
    said = _said(_policy(principal, element=element))
    assert [one.certain for one in said] == certain
    found = [one for statement in said for one in statement.conditions]
    assert [(one.operator, one.key, one.values) for one in found] == [
        ("(unknown)", "aws:principalarn", (ROLE,))
    ] * clauses
    assert [str(one) for one in found] == [f"NotPrincipal does not leave out = {ROLE}"] * clauses


def test_a_statement_that_is_not_certain_stays_so() -> None:
    """Whomever it names; one without principals, as of an identity policy, is said to everybody."""
    statement = {"Effect": "Allow", "Principal": {"AWS": ROLE}, "Action": "kms:*", "Resource": "*"}
    policy = parse({"Statement": [OneOf((statement, None))]}, of_key=True)
    assert [one.certain for one in _said(policy)] == [False]
    plain = parse({"Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]})
    assert _said(plain) == list(plain.statements)


def test_who_asks_for_a_role_brings_nothing_of_a_key() -> None:
    """No class certainly has what only a request on a key brings; the rest of what is known stays."""
    policies = [parse({"Statement": []}, of_key=True)]
    for caller, asking in zip(callers(policies), asking_for_roles(policies), strict=True):
        known, left = dict(caller.facts), dict(asking.facts)
        assert known.keys() == left.keys()
        assert not left["kms:calleraccount"].certain
        assert left == {**known, "kms:calleraccount": left["kms:calleraccount"]}
    assert any(dict(caller.facts)["kms:calleraccount"].certain for caller in callers(policies))
