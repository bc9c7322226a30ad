"""Conditions under which an action hands on nothing."""

import pytest

from gate.iam.conditions import Clause, clause
from gate.iam.guards import Box, Scope
from gate.iam.limiting_conditions import Limit, limited
from gate.iam.patterns import MANY

FLAG = Limit(0b0011, "k", (("bool", "true"),), (("bool", "false"), ("boolifexists", "false")))
NAMES = Limit(0b0100, "n", (("stringequals", ""),), (("stringnotequals", ""),), ("all",))
OTHER = clause("Bool", "other", ["true"])


def _deny(actions: int, *clauses: Clause) -> Box:
    return Box(actions, Scope(MANY), frozenset(clauses))


@pytest.mark.parametrize(
    ("written", "key", "values", "actions"),
    [
        ("Bool", "k", ["true"], 0b0011),
        ("Bool", "k", ["True"], 0b0011),
        ("Bool", "k", ["false"], 0),
        ("Bool", "k", ["true", "false"], 0),
        ("BoolIfExists", "k", ["true"], 0),
        ("Bool", "x", ["true"], 0),
        ("StringEquals", "n", ["a", "b"], 0b0100),
        ("StringEquals", "n", ["a", "All"], 0),
        ("StringEquals", "n", ["a", "${aws:username}"], 0),
        ("StringEquals", "n", [], 0),
        ("StringLike", "n", ["a*"], 0),
        ("StringNotEquals", "n", ["a"], 0),
    ],
)
def test_what_an_allow_limits(written: str, key: str, values: list[str], actions: int) -> None:
    """The one value that limits, or names that are written out; whatever else its condition says."""
    guard = frozenset({clause(written, key, values), OTHER})
    assert limited([FLAG, NAMES], guard, []) == actions
    assert limited([FLAG, NAMES], frozenset(), []) == 0


def test_every_limit_counts() -> None:
    """Those of the Allow, those of every Deny."""
    guard = frozenset({clause("Bool", "k", ["true"])})
    denies = [_deny(0b1110, clause("StringNotEquals", "n", ["a"]))]
    assert limited([FLAG, NAMES], guard, denies) == 0b0111


@pytest.mark.parametrize(
    ("deny", "actions"),
    [
        (_deny(0b1110, clause("Bool", "k", ["false"])), 0b0010),
        (_deny(0b1110, clause("BoolIfExists", "k", ["false"])), 0b0010),
        (_deny(0b1110, clause("Bool", "k", ["true"])), 0),
        (_deny(0b1110, clause("Bool", "k", ["false"]), OTHER), 0),
        (_deny(0b1110), 0),
        (_deny(0b1110, clause("StringNotEquals", "n", ["a"])), 0b0100),
        (_deny(0b1110, clause("StringNotEquals", "n", ["all"])), 0),
    ],
)
def test_what_a_deny_of_all_else_limits(deny: Box, actions: int) -> None:
    """The actions that it denies, where its condition is nothing but the limit."""
    assert limited([FLAG, NAMES], frozenset(), [_deny(0b1000, OTHER), deny]) == actions
