"""Whose account a key is of, and how far from it a class of principals is."""

from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.keys import Key
from gate.iam.callers import Caller, Class
from gate.iam.policy import parse
from gate.iam.principals import Kind, Name
from gate.iam.services import protected
from gate.new_access.circles import Circle, circle_of, label_of, settled
from gate.unknown import Unresolved
from tests.helpers.key_plans import OTHER, OWN, ROOT, allow

KEY = Key("aws_kms_key.k", frozenset({"(own)"}), False, None, (None,))
HOLE = Unresolved(("aws_iam_role.r.arn",))
PARTNER = {"AWS": f"arn:aws:iam::{OTHER}:root"}
APP = {"AWS": f"arn:aws:iam::{OWN}:role/app"}


@pytest.mark.parametrize(
    ("named", "circle", "hidden", "label"),
    [
        (Name(Kind.ROLE, OWN, "app"), Circle.WITHIN, False, "role app"),
        (Name(Kind.USER, OWN, "bob"), Circle.WITHIN, False, "user bob"),
        (Name(Kind.ROLE, OWN, "app"), Circle.WITHIN, True, "somebody whom the plan marks as sensitive"),
        (Name(Kind.ROLE, OTHER, "app"), Circle.ELSEWHERE, False, "the text"),
        (Name(Kind.ACCOUNT, OTHER), Circle.ELSEWHERE, False, f"account {OTHER}"),
        (Name(Kind.SERVICE, "", "s3"), Circle.WITHIN, False, f"{Kind.SERVICE.value} s3"),
        (Name(Kind.OTHER, "", "x"), Circle.WITHIN, False, "the text"),
        (None, Circle.WITHIN, False, "whoever has the text"),
    ],
)
def test_how_people_call_a_class(named: Name | None, circle: Circle, hidden: bool, label: str) -> None:
    """Roles and users of the own account by their names; others as the policy writes them."""
    kind = Class.NAMED if named else Class.OWN_ID
    assert (
        label_of(Caller(kind, named, named.account if named else "", text="the text"), circle, hidden=hidden) == label
    )


@pytest.mark.parametrize(("kind", "shown"), [(Kind.ROLE, "role"), (Kind.USER, "user"), (Kind.ACCOUNT, "")])
def test_a_label_of_the_own_account_says_what_it_names(kind: Kind, shown: str) -> None:
    """A role or a user; whoever has no name has no kind."""
    label = label_of(Caller(Class.NAMED, Name(kind, OWN, "app"), OWN, text="the text"), Circle.WITHIN)
    assert label.kind == shown


@pytest.mark.parametrize(
    ("named", "label", "kind"),
    [
        (Name(Kind.ROLE, "(account of provider aws.b)", "app"), "role app of the account of provider aws.b", "role"),
        (Name(Kind.USER, OTHER, "(aws_iam_user.a)"), f"user (aws_iam_user.a) of account {OTHER}", "user"),
        (Name(Kind.ROLE, "(own)", "app"), "role app of account (own)", "role"),
        (Name(Kind.ACCOUNT, "(account of provider aws.b)"), "the account of provider aws.b", ""),
        (Name(Kind.SESSION, "(account of provider aws.b)", "app/s"), "the text", ""),
    ],
)
def test_what_is_known_only_after_apply_is_no_part_of_an_arn(named: Name, label: str, kind: str) -> None:
    """It is said in words, and a waiver stays bound to what was said before."""
    caller = Caller(Class.NAMED, named, named.account, text="the text")
    found = label_of(caller, Circle.ELSEWHERE)
    former = f"account {named.account}" if named.kind is Kind.ACCOUNT else "the text"
    assert (found, found.kind, found.in_fingerprint) == (label, kind, former)
    hidden = label_of(caller, Circle.ELSEWHERE, hidden=True)
    assert hidden == "somebody whom the plan marks as sensitive"


def account_of(*policies: list[Any], key: Key = KEY) -> frozenset[str]:
    """What is proven of a key's account by policies, one of which it gets; nothing where nothing is."""
    parsed = [parse({"Version": "2012-10-17", "Statement": listed}, of_key=True) for listed in policies]
    found = settled(key, parsed, protected())
    return found.own - key.own if found.proven else frozenset()


@pytest.mark.parametrize(
    ("statements", "proven"),
    [
        ([ROOT], True),
        ([ROOT, allow(APP, "kms:Put*")], True),
        ([allow(PARTNER), ROOT], True),
        ([allow(PARTNER, "kms:*", "Deny"), ROOT], True),
        ([allow("*", "kms:*", "Deny"), ROOT], True),
        ([ROOT, allow(PARTNER, "kms:PutKeyPolicy")], False),
        ([allow(APP, "kms:Decrypt")], False),
        ([allow("*", "kms:*")], False),
        ([ROOT, allow({"AWS": "*"}, "kms:Put*")], False),
        ([ROOT, allow({"AWS": HOLE}, "kms:*")], False),
        ([ROOT, allow(APP, HOLE)], True),
        ([ROOT, allow(PARTNER, HOLE)], False),
        ([ROOT, HOLE], False),
        ([ROOT, {"Effect": "Allow", "NotPrincipal": PARTNER, "Action": "kms:*", "Resource": "*"}], False),
        ([{"Effect": "Allow", "NotPrincipal": APP, "Action": "kms:*", "Resource": "*"}], False),
        ([], False),
    ],
)
def test_who_may_put_the_policy_is_of_the_account(statements: list[Any], proven: bool) -> None:
    """All of them have to be known and of one account; what others may do besides proves nothing either way."""
    assert account_of(statements) == (frozenset({OWN}) if proven else frozenset())


def test_policies_that_a_key_may_get_have_to_agree() -> None:
    """One that proves nothing leaves what the other one proves; two accounts are none."""
    partner = [allow(PARTNER, "kms:*")]
    assert account_of([ROOT], [ROOT]) == {OWN}
    assert account_of([ROOT], [allow("*")]) == {OWN}
    assert account_of([ROOT], partner) == frozenset()
    assert account_of(partner) == {OTHER}


def test_what_is_proven_or_not_checked_stays() -> None:
    """A number that is known is not asked again; where AWS does not check who may put it, a policy proves nothing."""
    known = replace(KEY, own=frozenset({OTHER}), proven=True)
    unchecked = replace(KEY, locks_out=True)
    policy = parse({"Statement": [ROOT]}, of_key=True)
    assert settled(known, [policy], protected()) == known
    assert settled(unchecked, [policy], protected()) == unchecked


PROVEN = replace(KEY, own=frozenset({OWN, "(own)"}), proven=True)


def _caller(kind: Kind, account: str = "", value: str = "") -> Caller:
    return Caller(Class.NAMED, Name(kind, account, value), account)


@pytest.mark.parametrize(
    ("key", "caller", "circle", "unproven"),
    [
        (PROVEN, Caller(Class.EVERYONE), Circle.EVERYONE, False),
        (PROVEN, _caller(Kind.SERVICE, value="s3.amazonaws.com"), Circle.WITHIN, False),
        (PROVEN, _caller(Kind.SERVICE, value="s3.*.amazonaws.com"), Circle.ELSEWHERE, False),
        (PROVEN, _caller(Kind.ACCOUNT, OWN), Circle.ACCOUNT, False),
        (PROVEN, Caller(Class.SOURCE, account=OWN), Circle.ACCOUNT, False),
        (PROVEN, Caller(Class.OWN_ID, account=OWN), Circle.WITHIN, False),
        (PROVEN, _caller(Kind.ROLE, OWN, "app"), Circle.WITHIN, False),
        (PROVEN, _caller(Kind.ROLE, "(own)", "app"), Circle.WITHIN, False),
        (PROVEN, _caller(Kind.ROLE, OTHER, "app"), Circle.ELSEWHERE, False),
        (PROVEN, _caller(Kind.ROLE, "(elsewhere)", "app"), Circle.ELSEWHERE, True),
        (PROVEN, Caller(Class.ORGANIZATION, value="o-1"), Circle.ELSEWHERE, False),
        (KEY, _caller(Kind.ROLE, OTHER, "app"), Circle.ELSEWHERE, True),
        (KEY, _caller(Kind.ROLE, value="app"), Circle.ELSEWHERE, False),
    ],
)
def test_how_far_a_class_is(key: Key, caller: Caller, circle: Circle, unproven: bool) -> None:
    """Somebody of another account may be of the key's as long as the number of one of both is not known."""
    assert circle_of(key, caller) == (circle, unproven)
