"""Whom a Principal element names."""

from typing import Any

import pytest

from gate.iam.policy import Principals, parse
from gate.iam.principals import EVERYONE, Kind, Match, Name, is_anybody, name, names, speaks_of
from gate.unknown import OneOf, Template, Unresolved

ONE, TWO = "111122223333", "444455556666"
ROLE, PROVIDER = f"arn:aws:iam::{ONE}:role/app", f"arn:aws:iam::{ONE}:saml-provider/x"
KNOWN = f"arn:aws:iam::{ONE}:role/"
HOLE = Unresolved(("aws_iam_role.app.arn",))
LIKELY = Unresolved(("aws_iam_role.app.arn",), stands_for=ROLE)
SAME = Unresolved(("aws_iam_role.app.arn",), exact=True, stands_for=ROLE)


@pytest.mark.parametrize(
    ("kind", "text", "named"),
    [
        ("AWS", "*", EVERYONE),
        ("AWS", ONE, Name(Kind.ACCOUNT, ONE)),
        ("AWS", "(var.account)", Name(Kind.ACCOUNT, "(var.account)")),
        ("AWS", f"arn:aws:iam::{ONE}:root", Name(Kind.ACCOUNT, ONE)),
        ("AWS", f"arn:aws:sts::{ONE}:root", Name(Kind.OTHER, ONE, f"arn:aws:sts::{ONE}:root")),
        ("AWS", ROLE, Name(Kind.ROLE, ONE, "app")),
        ("AWS", f"arn:aws:iam::{ONE}:role/a/b/app", Name(Kind.ROLE, ONE, "app")),
        ("AWS", f"arn:aws:iam::{ONE}:user/a/app", Name(Kind.USER, ONE, "app")),
        ("AWS", f"arn:aws:iam::{ONE}:user/a:b", Name(Kind.USER, ONE, "a:b")),
        ("AWS", f"arn:aws:sts::{ONE}:assumed-role/app/s/t", Name(Kind.SESSION, ONE, "app/s/t")),
        ("AWS", f"arn:aws:sts::{ONE}:federated-user/x", Name(Kind.FEDERATED_USER, ONE, "x")),
        ("AWS", f"arn:aws:iam::{ONE}:group/x", Name(Kind.OTHER, ONE, f"arn:aws:iam::{ONE}:group/x")),
        ("AWS", f"x:aws:iam::{ONE}:role/x", Name(Kind.OTHER, "", f"x:aws:iam::{ONE}:role/x")),
        ("AWS", f"arn:aws:iam::{ONE}", Name(Kind.OTHER, "", f"arn:aws:iam::{ONE}")),
        ("AWS", "AROA1", Name(Kind.OTHER, "", "AROA1")),
        ("AWS", "1111222233334", Name(Kind.OTHER, "", "1111222233334")),
        ("Service", "s3.amazonaws.com", Name(Kind.SERVICE, "", "s3.amazonaws.com")),
        ("Service", f"arn:aws:iam::{ONE}:x", Name(Kind.SERVICE, "", f"arn:aws:iam::{ONE}:x")),
        ("Federated", PROVIDER, Name(Kind.PROVIDER, ONE, PROVIDER)),
        ("Federated", f"arn:aws:iam::{ONE}", Name(Kind.PROVIDER, "", f"arn:aws:iam::{ONE}")),
        ("Federated", "a:b:c:d:e:f", Name(Kind.PROVIDER, "", "a:b:c:d:e:f")),
        ("Federated", "accounts.google.com", Name(Kind.PROVIDER, "", "accounts.google.com")),
        ("CanonicalUser", "79a5", Name(Kind.CANONICAL, "", "79a5")),
    ],
)
def test_the_principal_that_a_text_names(kind: str, text: str, named: Name) -> None:
    """Of a role and a user without path, of a session with its name."""
    assert name(kind, text) == named


def test_a_session_is_one_of_a_role() -> None:
    """Whatever its name; other principals have no role."""
    assert name("AWS", f"arn:aws:sts::{ONE}:assumed-role/app/s/t").role == Name(Kind.ROLE, ONE, "app")
    assert name("AWS", ROLE).role is None


@pytest.mark.parametrize(
    ("text", "anybody"),
    [
        ("*", True),
        (ROLE, False),
        (f"{ROLE}*", False),
        ("arn:aws:iam::*:role/app", True),
        ("arn:aws:iam::1?:root", True),
        ("arn:aws:iam::~:root", False),
        ("app*", True),
        ("app", False),
        (f"arn:aws:iam::{ONE}:group/*", False),
    ],
)
def test_a_name_that_may_be_anybodys(text: str, anybody: bool) -> None:
    """With a wildcard for the account, or in a text of no account."""
    assert is_anybody(name("AWS", text)) is anybody


def test_a_service_is_not_anybody() -> None:
    """However it is written: no principal of an account answers to it."""
    assert not is_anybody(name("Service", "*.amazonaws.com"))


def _principals(element: Any, key: str = "Principal") -> Principals:
    document = {"Statement": [{"Effect": "Allow", key: element, "Action": "kms:*", "Resource": "*"}]}
    found = parse(document, of_key=True).statements[0].principals
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("element", "texts"),
    [
        ({"AWS": [ROLE, TWO]}, [ROLE, TWO]),
        ({"AWS": SAME}, [ROLE]),
        ({"AWS": LIKELY}, []),
        ({"AWS": HOLE}, []),
        ({"AWS": Unresolved(("aws_iam_role.app.arn",), exact=True)}, []),
        ({"AWS": Template((KNOWN, HOLE))}, [f"{KNOWN}(aws_iam_role.app.arn)"]),
        ({"AWS": Template((KNOWN, Unresolved()))}, [f"{KNOWN}(known after apply)"]),
        ({"AWS": Template((f"arn:aws:iam::{ONE}:", SAME))}, [f"arn:aws:iam::{ONE}:{ROLE}"]),
        ({"AWS": Template((HOLE, ":role/app"))}, []),
        ({"AWS": Template(("1111", HOLE))}, []),
        ({"AWS": OneOf((ROLE, [TWO, OneOf((ONE, HOLE))]))}, [ROLE, TWO, ONE]),
        ({"AWS": OneOf((SAME, HOLE))}, [ROLE]),
        ({"AWS": [ROLE, "", OneOf((TWO, ""))]}, [ROLE, TWO]),
    ],
)
def test_whom_an_element_names_or_may_name(element: Any, texts: list[str]) -> None:
    """Each with the text that does; what may be anybody is no name."""
    assert list(names(_principals(element))) == [(name("AWS", text), text) for text in texts]


OWN = frozenset({name("AWS", ROLE)})
CHAIN = OWN | {Name(Kind.ACCOUNT, ONE)}


@pytest.mark.parametrize(
    ("element", "match"),
    [
        ({"AWS": ROLE}, Match.YES),
        ("*", Match.YES),
        ({"AWS": ONE}, Match.NO),
        ({"AWS": TWO}, Match.NO),
        ({"AWS": SAME}, Match.YES),
        ({"AWS": HOLE}, Match.MAYBE),
        ({"AWS": [ROLE, HOLE]}, Match.YES),
        ({"AWS": OneOf((ROLE, TWO))}, Match.MAYBE),
        ({"AWS": OneOf((TWO, ONE))}, Match.NO),
        ({"AWS": OneOf((TWO, ""))}, Match.NO),
    ],
)
def test_whether_a_principal_element_speaks_of_a_role(element: Any, match: Match) -> None:
    """By its own names and as everyone."""
    assert speaks_of(_principals(element), OWN, CHAIN) is match


@pytest.mark.parametrize(
    ("element", "match"),
    [
        ({"AWS": [ROLE, ONE]}, Match.NO),
        ({"AWS": ROLE}, Match.MAYBE),
        ({"AWS": ONE}, Match.MAYBE),
        ({"AWS": TWO}, Match.YES),
        ({"AWS": "*"}, Match.NO),
        ({"AWS": HOLE}, Match.MAYBE),
        ({"AWS": [TWO, OneOf((ROLE, "x"))]}, Match.MAYBE),
        ({"AWS": [TWO, OneOf(("y", "x"))]}, Match.YES),
        ({"AWS": [ROLE, OneOf((ONE, "x"))]}, Match.MAYBE),
    ],
)
def test_whether_a_not_principal_element_speaks_of_a_role(element: Any, match: Match) -> None:
    """Not where it names all of its chain or everyone; perhaps where it names a part of it."""
    principals = _principals(element, "NotPrincipal")
    assert speaks_of(principals, OWN, CHAIN) is match
    unnamed = speaks_of(principals, frozenset(), frozenset())
    told = principals.values and ("AWS", "*") in principals.values
    assert unnamed is (Match.NO if told else Match.MAYBE if element == {"AWS": HOLE} else Match.YES)
