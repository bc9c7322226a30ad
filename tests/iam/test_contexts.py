"""Which sets of condition clauses can hold at once: small cases by hand, each told whole."""

from collections.abc import Iterable

import pytest

from gate.iam import key_contexts
from gate.iam.clause_tests import Test as Taken
from gate.iam.clause_tests import taken_apart
from gate.iam.condition_values import OPERATORS
from gate.iam.conditions import Clause, Guard, clause
from gate.iam.contexts import completions, contexts, told_by_others
from gate.iam.patterns import Budget
from gate.iam.variables import resource_clause

SEVERAL = "kms:ResourceAliases"  # a key of several values


def _clause(text: str, key: str = "k") -> Clause:
    name, _, values = text.partition(" ")
    return clause(name, key, values.split(",") if values else [])


def _sets(known: Iterable[Clause], *true: Clause) -> set[Guard]:
    found = completions(contexts(known, Budget(10**6)), frozenset(true), Budget(10**6))
    assert len(set(found)) == len(found)
    return set(found)


ALL_A, ALL_B = _clause("ForAllValues:StringEquals a"), _clause("ForAllValues:StringEquals b")
SOME_A, IS_A, NOT_A = _clause("ForAnyValue:StringEquals a"), _clause("StringEquals a"), _clause("StringNotEquals a")
ABSENT, THERE = _clause("Null true"), _clause("Null false")


def test_a_key_is_there_or_not() -> None:
    """One of both holds of every request, whatever is assumed of it."""
    assert _sets([ABSENT, THERE]) == {frozenset({ABSENT}), frozenset({THERE})}
    assert _sets([ABSENT, THERE], ABSENT) == {frozenset({ABSENT})}
    assert _sets([IS_A]) == {frozenset()}


def test_a_key_without_a_value() -> None:
    """Every value of it is whatever is asked for, and none is; it is there. Nothing is certain of operators that do not
    speak of several values."""
    known = [ALL_A, ALL_B, SOME_A, NOT_A, ABSENT, THERE]
    both = {ALL_A, ALL_B}
    assert _sets(known, *both) == {frozenset({*both, NOT_A, ABSENT}), frozenset({*both, THERE})}
    assert _sets(known, *both, THERE) == {frozenset({*both, THERE})}
    assert _sets(known, SOME_A) == {frozenset({SOME_A, THERE})}
    assert _sets([ALL_A, IS_A, ABSENT], IS_A, ABSENT) == set()
    assert _sets([ALL_A, IS_A], IS_A) == {frozenset({IS_A})}
    assert _sets([ALL_A, ALL_B, IS_A], IS_A, ALL_A, ALL_B) == {frozenset({IS_A, ALL_A, ALL_B})}


def test_what_can_be_missing_alone_is_missing() -> None:
    """Two values that one key cannot have, and both asked for only if it is there."""
    one, other = _clause("StringEqualsIfExists a"), _clause("StringEqualsIfExists b")
    assert _sets([one, other, ABSENT, IS_A], one, other) == {frozenset({one, other, ABSENT})}


def test_more_sets_than_are_told_apart_are_told_together() -> None:
    """As many as can be are listed; beyond them only what all have in common is told."""
    pairs = [(_clause("Null true", f"k{n}"), _clause("Null false", f"k{n}")) for n in range(9)]
    eight = [one for pair in pairs[:8] for one in pair]
    assert {len(one) for one in _sets(eight)} == {8}
    assert len(_sets(eight)) == 256
    nine = _sets([*eight, *pairs[8]])
    assert len(nine) == 256
    assert {len(one) for one in nine} == {8}


def test_values_that_are_too_many_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same within one key."""
    monkeypatch.setattr(key_contexts, "MAX_TOGETHER", 2)
    assert _sets([IS_A, NOT_A, THERE]) == {frozenset({NOT_A}), frozenset({IS_A, THERE})}
    monkeypatch.setattr(key_contexts, "MAX_TOGETHER", 1)
    assert _sets([IS_A, NOT_A, THERE]) == {frozenset()}


def test_too_much_work_is_compared_by_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """The values of one key cost so many steps and no more; then a pattern and a text of it say nothing of each
    other, and the same text in two operators only where both read it alike."""
    like, other = _clause("StringLike a*"), _clause("StringNotEquals a*")
    assert _sets([IS_A, like], IS_A) == {frozenset({IS_A, like})}
    monkeypatch.setattr(key_contexts, "MAX_STEPS", 0)
    assert _sets([IS_A, like], IS_A) == {frozenset({IS_A})}
    assert _sets([IS_A, NOT_A], IS_A, NOT_A) == set()
    assert _sets([like, other], like, other) == {frozenset({like, other})}
    wide = _clause("StringEquals a,b")
    assert _sets([IS_A, wide], IS_A) == {frozenset({IS_A, wide})}


def test_operators_that_know_one_value_on_a_key_of_several() -> None:
    """More values follow from fewer, and of what none may be, fewer from more."""
    few, many = _clause("StringEquals a", SEVERAL), _clause("StringEquals a,b", SEVERAL)
    not_few, not_many = _clause("StringNotEquals a", SEVERAL), _clause("StringNotEquals a,b", SEVERAL)
    known = [few, many, not_few, not_many]
    assert _sets(known, few) == {frozenset({few, many})}
    assert _sets(known, many) == {frozenset({many})}
    assert _sets(known, not_few) == {frozenset({not_few})}
    assert _sets(known, not_many) == {frozenset({not_few, not_many})}
    five, not_five = _clause("NumericEquals five", SEVERAL), _clause("NumericNotEquals five", SEVERAL)
    assert _sets([five, not_five], five, not_five) == {frozenset({five, not_five})}


def test_what_one_resource_is_another_is() -> None:
    """Clauses on the resource of a statement follow from each other as the texts of its variables do."""
    narrow, wide, other = (resource_clause([f"key/${{aws:{one}}}{more}"]) for one, more in (
        ("PrincipalTag/k", ""), ("PrincipalTag/k", "*"), ("username", "")
    ))  # fmt: skip
    assert narrow is not None
    assert wide is not None
    assert other is not None
    known = [narrow, wide, other]
    assert _sets(known, narrow) == {frozenset({narrow, wide})}
    assert _sets(known, wide) == {frozenset({wide})}
    assert _sets(known, other) == {frozenset({other})}


def test_a_text_in_any_case_beside_an_arn_pattern() -> None:
    """Patterns of ARNs are apart from texts, and keep none of them from being told by its meaning."""
    one, folded = _clause("StringEquals A"), _clause("StringEqualsIgnoreCase a")
    assert _sets([one, folded, _clause("ArnLike arn:*:iam::*:*")], one) == {frozenset({one, folded})}


@pytest.mark.parametrize(
    "text",
    [
        "Null", "Null true,false", "Null maybe", "Unheard a", "Some:StringEquals a", "ForAllValues:Unheard a",
        "StringEquals",
    ],
)  # fmt: skip
def test_a_clause_of_which_nothing_is_understood(text: str) -> None:
    """It stands for itself alone."""
    one = _clause(text)
    assert taken_apart(one) == Taken(one, None, "", if_exists=False, values=None)
    assert taken_apart(one).may_lack
    assert not taken_apart(one).holds_lacking


def test_a_clause_taken_apart() -> None:
    """Its operator, its set operator, whether the key may be missing, its values and its variables."""
    text = _clause("ForAnyValue:StringEqualsIfExists a,${aws:username}")
    how = OPERATORS["stringequals"]
    assert taken_apart(text) == Taken(text, how, "foranyvalue", if_exists=True, values=("a",), variable=(
        "${aws:username}",
    ))  # fmt: skip
    null = clause("Null", "k", ["TRUE"])
    assert taken_apart(null) == Taken(null, None, "", if_exists=False, values=None, null="true")
    five = _clause("NumericEquals 5,five")
    assert taken_apart(five) == Taken(five, OPERATORS["numericequals"], "", if_exists=False, values=None)


BOOLEAN = "aws:multifactorauthpresent"  # a key that is true or false, and nothing else


def test_a_boolean_key_that_is_there_is_one_of_both() -> None:
    """Where clauses ask for both. Of any other key, and of what asks for texts, nothing is known besides."""
    there, yes, no = (_clause(text, BOOLEAN) for text in ("Null false", "Bool true", "Bool false"))
    assert _sets([there, yes, no], there) == {frozenset({there, yes}), frozenset({there, no})}
    assert _sets([there, yes], there) == {frozenset({there})}
    other = [_clause(text) for text in ("Null false", "Bool true", "Bool false")]
    assert _sets(other, other[0]) == {frozenset(other[:1])}
    texts = [_clause(text, BOOLEAN) for text in ("Null false", "StringNotEquals a", "StringNotEquals b")]
    assert _sets(texts, *texts) == {frozenset(texts)}


@pytest.mark.parametrize("key", ["aws:SecureTransport", "AWS:requestedregion"])
def test_a_key_that_every_request_has(key: str) -> None:
    """None is without it, nor has it without a value, and these have one value."""
    there, not_there = _clause("Null false", key), _clause("Null true", key)
    assert _sets([there, not_there]) == {frozenset({there})}
    assert _sets([there, not_there], not_there) == set()
    loosely, every = _clause("BoolIfExists true", key), _clause("ForAllValues:StringEquals a", key)
    plain, some = _clause("Bool true", key), _clause("ForAnyValue:StringEquals a", key)
    assert _sets([loosely, plain], loosely) == {frozenset({loosely, plain})}
    assert _sets([every, there], every) == {frozenset({every, there})}
    assert _sets([every, some, there], every) == {frozenset({every, some, there})}


def test_clauses_that_the_others_tell() -> None:
    """Those with more values first, one of two that say the same, and none of those that say anything besides."""
    many, other = _clause("StringEquals a,b"), _clause("StringEquals x", "l")
    again = _clause("StringEqualsIfExists a")
    guards = [(IS_A, many), (IS_A, other), (IS_A, many, again, other), (NOT_A, THERE), ()]
    told = [told_by_others(frozenset(guard), Budget(10**6)) for guard in guards]
    assert told == [{many}, frozenset(), {many, again}, frozenset(), frozenset()]
    same = _clause("NumericEquals 5"), _clause("NumericEquals 5.0")
    assert told_by_others(frozenset(same), Budget(10**6)) == {same[0]}
