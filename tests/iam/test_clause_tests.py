"""Clauses that compare one key as an ARN and as a text."""

import pytest

from gate.iam.clause_tests import as_of_kind, taken_apart
from gate.iam.condition_values import Kind
from gate.iam.conditions import clause

OWN = "arn:aws:iam::111122223333:"
X, EVERY = f"{OWN}role/x", f"{OWN}role/*"


@pytest.mark.parametrize(
    ("kind", "said", "alike"),
    [
        (Kind.ARN, [("StringEquals", X)], {0: (False, True)}),
        (Kind.ARN, [("StringNotEquals", X)], {0: (True, True)}),
        (Kind.ARN, [("StringLike", EVERY)], {0: (False, True)}),
        (Kind.ARN, [("StringEquals", EVERY)], {}),
        (Kind.ARN, [("StringEquals", "arn:aws:logs:eu-west-1:1:log-group:x:y")], {0: (False, True)}),
        (Kind.ARN, [("StringEquals", "arn:aws:iam::1")], {}),
        (Kind.ARN, [("StringEquals", "urn:aws:iam::1:x")], {}),
        (Kind.ARN, [("StringLike", "arn:aws:iam::*:role/x")], {}),
        (Kind.ARN, [("StringLike", "arn:aws:iam::11112222333?:role/x")], {}),
        (Kind.ARN, [("StringLike", "a*"), ("StringEquals", X)], {1: (False, True)}),
        (Kind.ARN, [("Null", "true"), ("Made", X), ("StringEquals", X)], {2: (False, True)}),
        (Kind.ARN, [("StringEquals", f"{OWN}role/${{aws:username}}"), ("StringEquals", X)], {1: (False, True)}),
        (Kind.ARN, [("ArnLike", X), ("NumericEquals", "5"), ("Bool", "true")], {}),
        (Kind.ARN, [("StringEqualsIgnoreCase", X), ("StringEquals", X), ("StringLike", EVERY)], {1: (False, True)}),
        (Kind.ARN, [("StringEquals", X, "a"), ("StringLike", X, EVERY)], {1: (False, True)}),
        (Kind.ARN, [("StringEquals", X, EVERY)], {}),
        (Kind.STRING, [("ArnLike", X)], {0: (False, False)}),
        (Kind.STRING, [("ArnNotEquals", EVERY)], {0: (True, True)}),
        (Kind.STRING, [("ArnLike", "arn:aws:iam::*:role/x"), ("ArnLike", X)], {1: (False, False)}),
        (Kind.STRING, [("StringEquals", X), ("StringEqualsIgnoreCase", X), ("ArnLike", EVERY), ("ArnLike", X)],
         {3: (False, False)}),
    ],
)  # fmt: skip
def test_which_are_alike_as_the_other_kind(
    kind: Kind, said: list[tuple[str, ...]], alike: dict[int, tuple[bool, bool]]
) -> None:
    """Those of ARNs with wildcards in their last part at most: whether they are negated, and have wildcards then."""
    tests = [taken_apart(clause(operator, "aws:PrincipalArn", values)) for operator, *values in said]
    found = as_of_kind(kind, tests)
    assert {i: (test.how.negated, test.how.wildcards) for i, test in found.items() if test.how} == alike
    assert all(test.how and test.how.kind is kind and test.clause is tests[i].clause for i, test in found.items())
