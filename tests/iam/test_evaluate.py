"""The naive evaluator: what each part of a statement says of a request; and policies that may be there or not."""

import pytest
from msgspec.structs import replace

from gate.iam import evaluate
from gate.iam.conditions import UNKNOWN_CLAUSE, Guard, clause
from gate.iam.policy import parse
from gate.iam.variables import resource_clause
from gate.unknown import OneOf, Unresolved, Value
from tests.helpers.plans import policy, statement

HOLE = Unresolved(("aws_kms_key.k.description",))
ALLOW = parse(policy(statement("kms:*")))
DENY = parse(policy(statement("kms:*", effect="Deny")))


@pytest.mark.parametrize(("over", "expected"), [((None, None), True), (("x", "y"), True), (("x", "x"), False)])
def test_policies_that_go_over_the_same_go_together(over: tuple[str | None, str | None], expected: bool) -> None:
    """An Allow is not there without the Deny that goes with it."""
    going = [replace(one, may_go=True, goes_over=name) for one, name in zip((ALLOW, DENY), over, strict=True)]
    assert evaluate.allowed(going, None, "kms:Decrypt", "*", frozenset()) is expected
    assert not evaluate.allowed([*going, DENY], None, "kms:Decrypt", "*", frozenset())


KEY = "arn:aws:kms:r:1:key/"
TAG = "${aws:PrincipalTag/k}"
TEAM = clause("StringEquals", "aws:PrincipalTag/team", ["x"])
NONE: Guard = frozenset()


def _allowed(document: str | Value, resource: str = f"{KEY}a", true: Guard = NONE, action: str = "kms:Decrypt") -> bool:
    return evaluate.allowed([parse(document)], None, action, resource, true)


@pytest.mark.parametrize(
    ("pattern", "matched", "others"),
    [
        ("a", ["a"], ["", "b", "aa"]),
        ("a*", ["a", "ab", "aa"], ["", "ba"]),
        ("*a", ["a", "ba", "aba"], ["", "ab"]),
        ("a?c", ["abc", "acc"], ["ac", "abbc"]),
        ("*ab*b", ["abb", "xababb"], ["ab", "abba"]),
        ("a*b*c", ["abc", "axbbxc"], ["acb", "ab"]),
        ("", [""], ["a"]),
        ("*", ["", "a"], []),
        ("a**", ["a", "ab"], ["ba"]),
        ("??", ["ab"], ["a", "abc"]),
        ("a~", ["a~"], ["ab"]),
    ],
)
def test_what_a_resource_value_matches(pattern: str, matched: list[str], others: list[str]) -> None:
    """Case tells; and the same text is left out by NotResource."""
    for text in (*matched, *others):
        assert _allowed(policy(statement("kms:*", pattern)), text) is (text in matched), text
        assert _allowed(policy(statement("kms:*", NotResource=[pattern])), text) is (text not in matched), text
    assert _allowed(policy(statement("kms:*", ["other", pattern])), matched[0])
    for version in ("2008-10-17", "2012-10-17"):
        assert not _allowed(policy(statement("kms:*", "A"), version=version), "a")
        assert _allowed(policy(statement("kms:*", "A"), version=version), "A")


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"Action": "KMS:dec*"}, True),
        ({"Action": ["s3:*", "kms:Decrypt"]}, True),
        ({"Action": "s3:*"}, False),
        ({"NotAction": "kms:DECRYPT"}, False),
        ({"NotAction": ["s3:*", "iam:*"]}, True),
        ({"NotAction": HOLE}, False),
        ({"NotAction": ["s3:*", HOLE]}, False),
        ({"Action": ["kms:*", HOLE]}, True),
        ({"Action": HOLE}, False),
        ({"Action": "kms:*", "Resource": ["*", HOLE]}, True),
        ({"Action": "kms:*", "Resource": None, "NotResource": ["b", HOLE]}, False),
        ({"Action": "kms:*", "Resource": None, "NotResource": ["b"]}, True),
    ],
)
@pytest.mark.parametrize("version", ["2008-10-17", "2012-10-17"])
def test_which_statements_are_for_a_request(elements: dict[str, Value], expected: bool, version: str) -> None:
    """Actions in any case; what is unknown matches nothing, and a list with something unknown leaves nothing in."""
    one = {name: value for name, value in {"Effect": "Allow", "Resource": "*", **elements}.items() if value is not None}
    assert _allowed({"Version": version, "Statement": [one]}, action="kms:Decrypt") is expected


def test_conditions_and_what_is_not_known_of_them() -> None:
    """All clauses have to hold; an unknown one is one more of an Allow, and never makes a Deny certain."""
    both = policy(statement("kms:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "x", "k": "1"}}))
    one = clause("StringEquals", "k", ["1"])
    assert [_allowed(both, true=frozenset(true)) for true in ([], [TEAM], [one], [TEAM, one])] == [False] * 3 + [True]
    unknown = {"Bool": {"k": HOLE}}
    allow = {"Statement": [statement("kms:*", Condition=unknown)]}
    deny = {"Statement": [statement("kms:*"), statement("kms:*", effect="Deny", Condition=unknown)]}
    assert not _allowed(allow)
    assert _allowed(allow, true=frozenset({UNKNOWN_CLAUSE}))
    assert _allowed(deny)
    assert _allowed(deny, true=frozenset({UNKNOWN_CLAUSE}))


def test_a_statement_of_one_branch_alone_says_nothing() -> None:
    """It may not be there."""
    assert not _allowed({"Statement": [OneOf((statement("kms:*"), None))]})
    assert _allowed({"Statement": [statement("kms:*"), OneOf((statement("kms:*", effect="Deny"), None))]})


def test_a_boundary_allows_or_denies() -> None:
    """What it does not allow is not allowed, and what it denies is denied."""
    reads = parse(policy(statement("kms:Decrypt")))
    assert evaluate.allowed([ALLOW], reads, "kms:Decrypt", "*", NONE)
    assert not evaluate.allowed([ALLOW], reads, "kms:Encrypt", "*", NONE)
    assert not evaluate.allowed([ALLOW], parse(policy()), "kms:Decrypt", "*", NONE)
    assert not evaluate.allowed([reads], parse(policy(statement("s3:*"))), "kms:Decrypt", "*", NONE)


def test_a_variable_holds_what_a_clause_says() -> None:
    """A resource that it could be is met under the clause that it is, and left out unless the clause says it is not."""
    same, apart = resource_clause([f"{KEY}{TAG}"]), resource_clause([f"{KEY}{TAG}"], negated=True)
    assert same is not None
    assert apart is not None
    allow = policy(statement("kms:*", [f"{KEY}{TAG}", f"{KEY}x{TAG}", "b"]))
    assert not _allowed(allow)
    assert _allowed(allow, true=frozenset({same}))
    assert not _allowed(allow, "arn:aws:kms:r:1:alias/a", frozenset({same}))
    assert _allowed(allow, "b")
    assert not _allowed(allow, f"{KEY}b")
    others = policy(statement("kms:*", NotResource=[f"{KEY}{TAG}", "b", "c"]))
    assert not _allowed(others)
    assert _allowed(others, true=frozenset({apart}))
    assert _allowed(others, "arn:aws:kms:r:1:alias/a")
    assert not _allowed(others, "b", frozenset({apart}))
    assert not _allowed(others, "c")


@pytest.mark.parametrize(
    ("value", "matched", "others"),
    [
        ("${*}", "*", ["a", "${*}"]),
        ("${?}a", "?a", ["aa"]),
        ("${$}*", "$a", ["a", "b$a"]),
        (
            "arn:aws:kms:${k:x/y}:*",
            "arn:aws:kms:\uf024{k\uf03ax\uf02fy}:1",
            ["arn:aws:kms:r:1", "arn:aws:kms:${k:x/y}:1"],
        ),
        ("${*", "${a", ["*"]),
        ("*}", "a}", ["a"]),
    ],
)
def test_characters_that_a_variable_stands_for(value: str, matched: str, others: list[str]) -> None:
    """`${*}` is a `*`; a variable that AWS does not fill in equals itself, and so it does in an old version."""
    assert _allowed(policy(statement("kms:*", value)), matched)
    assert not [text for text in others if _allowed(policy(statement("kms:*", value)), text)]
    for text in ("x${*}", "${*}", "${a*}"):
        old = policy(statement("kms:*", text), version="2008-10-17")
        assert _allowed(old, text.replace("*", "abc"))
        assert not _allowed(old, text.replace("${", "").replace("}", ""))
