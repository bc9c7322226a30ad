"""Conditions on who makes a request: what is known of a class of principals against a clause."""

import pytest

from gate.iam.conditions import Clause, clause
from gate.iam.who import Fact, holds, part

ONE, TWO = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{ONE}:role/app"
BUCKET = "arn:aws:s3:::bucket"


@pytest.mark.parametrize(
    ("key", "value", "who"),
    [
        ("kms:calleraccount", ONE, ONE),
        ("kms:calleraccount", "1*", None),
        ("kms:calleraccount", "11112222333?", None),
        ("kms:calleraccount", "~", "~"),
        ("kms:calleraccount", "a:b:c:d:e:f*", None),
        ("aws:principalarn", f"arn:aws~:iam::{ONE}:role/a*", ONE),
        ("aws:principalarn", f"arn:aws:iam::{ONE}:role/*", ONE),
        ("aws:principalarn", f"arn:aws:iam::{ONE}:role/a:b?", ONE),
        ("aws:principalarn", f"arn:*:iam::{ONE}:role/a", None),
        ("aws:principalarn", "arn:aws:iam::*:role/a", None),
        ("aws:principalarn", "app", "app"),
        ("aws:principalarn", "arn:aws:iam:a", "arn:aws:iam:a"),
        ("aws:sourcearn", BUCKET, BUCKET),
        ("aws:sourcearn", f"{BUCKET}*", None),
        ("aws:sourcearn", f"arn:aws:sns:r:{ONE}:topic*", ONE),
        ("aws:principalorgid", "o-1", "o-1"),
        ("aws:principalorgpaths", "o-1/r-*/ou-*/", "o-1"),
        ("aws:principalorgpaths", "o-*/r-1", None),
        ("aws:sourceorgpaths", "o-1/r-*", "o-1"),
        ("aws:userid", "AROA1:*", "AROA1"),
        ("aws:userid", "AROA1:a:b*", "AROA1"),
        ("aws:userid", "*:app", None),
        ("aws:sourcevpc", "vpc-1:*", None),
        ("kms:viaservice", "s3.r.amazonaws.com", None),
        ("aws:principalaccount", "${aws:username}", None),
    ],
)
def test_which_part_of_a_value_says_who(key: str, value: str, who: str | None) -> None:
    """An account, an organization, an id or a whole value; None where a wildcard or a variable leaves that open."""
    assert part(key, value) == who


def _held(one: Clause, **fact: object) -> bool | None:
    return holds(one, {one.key: Fact(**fact)})  # type: ignore[arg-type]


ACCOUNT, ARN = "aws:PrincipalAccount", "aws:PrincipalArn"


@pytest.mark.parametrize(
    ("name", "never", "certain", "neither"),
    [
        ("StringEquals", False, True, None),
        ("StringNotEquals", True, False, None),
        ("StringEqualsIfExists", True, True, True),
        ("StringNotEqualsIfExists", True, False, None),
        ("ForAllValues:StringEquals", True, True, True),
        ("ForAnyValue:StringEquals", False, True, None),
        ("ForAnyValue:StringNotEquals", False, False, False),
        ("ForAllValues:StringNotEquals", True, False, None),
        ("Unheard:StringEquals", None, None, None),
        ("NumericEquals", None, None, None),
        ("IpAddress", None, None, None),
        ("Unheard", None, None, None),
    ],
)
def test_a_key_that_is_there_or_not(name: str, never: bool | None, certain: bool | None, neither: bool | None) -> None:
    """Of a request that never has the key, of one that has it and is met, and of one of which that is not known."""
    one = clause(name, ACCOUNT, [ONE])
    assert _held(one, value=ONE, never=True) is never
    assert _held(one, value=ONE, certain=True) is certain
    assert _held(one, value=ONE) is neither


def test_null_asks_whether_the_key_is_there() -> None:
    """Told where it certainly is, or never; not where it may be."""
    absent, there = clause("Null", ACCOUNT, ["TRUE"]), clause("Null", ACCOUNT, ["false"])
    assert [_held(one, never=True) for one in (absent, there)] == [True, False]
    assert [_held(one, certain=True) for one in (absent, there)] == [False, True]
    assert [_held(one) for one in (absent, there)] == [None, None]


def test_a_value_that_nobody_knows_is_like_a_pattern_of_everything() -> None:
    """Of a key that is always there the condition asks for nothing, its negation for requests without it."""
    for values in (["*"], ["**"], [TWO, "*"]):
        like, unlike = clause("StringLike", ACCOUNT, values), clause("StringNotLike", ACCOUNT, values)
        assert [_held(one, certain=True) for one in (like, unlike)] == [True, False]
        assert [_held(one) for one in (like, unlike)] == [None, None]
    for name, value in (("StringEquals", "*"), ("StringLike", "?*"), ("ArnLike", "*")):
        assert _held(clause(name, ACCOUNT, [value]), certain=True) is not True


def test_nothing_is_told_of_another_key_or_without_values() -> None:
    """Whatever is known."""
    assert holds(clause("StringEquals", "k", [ONE]), {"aws:principalaccount": Fact(ONE, certain=True)}) is None
    assert _held(clause("StringNotEquals", ACCOUNT, []), value=ONE, certain=True) is None
    assert _held(clause("Null", ACCOUNT, []), certain=True) is None


@pytest.mark.parametrize(
    ("name", "values", "given", "met"),
    [
        ("StringEquals", [TWO], ONE, False),
        ("StringEquals", [ONE, TWO], ONE, True),
        ("StringEquals", [TWO, "${aws:username}"], ONE, None),
        ("StringEquals", [ONE, "${aws:username}"], ONE, True),
        ("StringEquals", ["1*"], ONE, False),
        ("StringEquals", ["1*"], "1*", True),
        ("StringLike", ["1*"], ONE, True),
        ("StringLike", ["2*"], ONE, False),
        ("StringLike", [ONE], ONE, True),
        ("StringLike", [TWO], ONE, False),
        ("ArnLike", ["arn:aws:iam::(x):role/a"], "arn:aws:iam::(x):role/a", True),
        ("ArnLike", ["arn:aws:iam::(x):role/~"], "arn:aws:iam::(x):role/~", True),
        ("ArnLike", [f"{ROLE}~"], f"{ROLE}~", True),
        ("StringLike", ["~"], "~", True),
        ("StringLike", ["(x)*"], "(x)*", None),
        ("StringEqualsIgnoreCase", ["app"], "APP", True),
        ("StringEqualsIgnoreCase", ["APP"], "app", True),
        ("StringEquals", ["app"], "APP", False),
        ("Bool", ["True"], "true", True),
        ("StringEquals", ["(var.account)"], ONE, None),
        ("StringEquals", [ONE], "(var.account)", None),
        ("StringEquals", ["(var.account)"], "(var.account)", True),
        ("ArnLike", [ROLE], ROLE, True),
        ("ArnLike", [f"arn:aws:iam::{ONE}:role/*"], ROLE, True),
        ("ArnLike", ["arn:aws:iam::*:role/*"], ROLE, True),
        ("ArnLike", [f"arn:*:role/*:{ONE}:*"], ROLE, None),
        ("ArnLike", [f"arn:*:{ONE}:*:*:*"], ROLE, False),
        ("ArnLike", ["*"], ROLE, None),
        ("ArnLike", [ROLE], "app", None),
        ("ArnLike", [f"{ROLE}:a:b"], f"{ROLE}:a:b", True),
        ("ArnLike", [f"{ROLE}:a*"], f"{ROLE}:a:b", True),
    ],
)
def test_a_value_that_is_known(name: str, values: list[str], given: str, met: bool | None) -> None:
    """Met, not met, or not told: a text that is not known before apply may be the same as any other."""
    assert _held(clause(name, ARN, values), value=given, certain=True) is met


@pytest.mark.parametrize(
    ("name", "key", "value", "within", "met"),
    [
        ("StringEquals", ACCOUNT, ONE, "", False),
        ("StringNotEquals", ACCOUNT, ONE, "", True),
        ("StringLike", ACCOUNT, "1*", "", None),
        ("StringEquals", ACCOUNT, "1*", "", False),
        ("StringEquals", ACCOUNT, "1*", "1x", None),
        ("StringLike", ARN, f"arn:aws:iam::{TWO}:role/*", ONE, False),
        ("StringLike", ARN, f"arn:aws:iam::{ONE}:role/*", ONE, None),
        ("StringLike", ARN, f"arn:aws:iam::{ONE}:role/?", ONE, None),
        ("StringEquals", ARN, ROLE, ONE, False),
        ("StringEquals", ARN, f"arn:aws:iam::{ONE}:role/~", ONE, False),
        ("StringEquals", ARN, f"arn:aws:iam::{ONE}:root", ONE, None),
        ("StringEquals", ARN, f"arn:aws:iam::{ONE}:role/(aws_iam_role.a)", ONE, None),
        ("StringLike", ARN, "arn:aws:iam::(var.account):role/*", ONE, None),
        ("StringLike", ARN, f"arn:aws:iam::{TWO}:role/*", "(var.account)", None),
        ("StringEquals", "aws:SourceArn", BUCKET, ONE, None),
        ("StringEquals", "aws:SourceArn", f"arn:aws:sns:r:{ONE}:t", ONE, None),
        ("StringEquals", "aws:SourceArn", f"arn:aws:sns:r:{TWO}:t", ONE, False),
        ("StringEquals", "aws:PrincipalOrgPaths", "o-2/r-1/", "o-1", False),
        ("StringLike", "aws:PrincipalOrgPaths", "o-1/*", "o-1", None),
        ("StringEquals", "aws:userid", "AROA2:s", "AROA1", False),
        ("StringEquals", "kms:CallerAccount", "(var.account)", ONE, None),
        ("StringLike", "kms:CallerAccount", "~*", ONE, None),
    ],
)
def test_a_value_that_no_policy_names(name: str, key: str, value: str, within: str, met: bool | None) -> None:
    """It is nobody's whom a clause names, but perhaps one of the account or the organization that it is known to be
    of; who is named there is a class of its own."""
    assert _held(clause(name, key, [value]), within=within, certain=True) is met
