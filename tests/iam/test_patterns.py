"""Sets of strings: matching, and which combinations can occur."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.iam.patterns import FIELD, FRESH, MANY, ONE, Budget, OutOfBudget, cells, glob, is_literal, literal, matches

TEXTS = ["".join(letters) for length in range(5) for letters in itertools.product("ab:z", repeat=length)]
_globs = st.text("ab*?:", max_size=5)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(pattern=_globs)
def test_matching_is_what_a_regular_expression_says(pattern: str) -> None:
    """`*` is any text, `?` any character."""
    expression = re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern), re.DOTALL)
    for text in TEXTS:
        assert matches(glob(pattern), text) == bool(expression.fullmatch(text))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(listed=st.lists(_globs, max_size=4))
def test_cells_are_complete_and_true(listed: list[str]) -> None:
    """Every combination that a text has is found, and each found text has its combination."""
    wanted = [glob(pattern) for pattern in listed]

    def vector(text: str) -> int:
        return sum(1 << i for i, pattern in enumerate(wanted) if matches(pattern, text))

    found = cells(MANY, wanted, Budget(10**7))
    assert all(vector(text) == bits for bits, text in found.items())
    assert {vector(text) for text in TEXTS} <= set(found)


@pytest.mark.parametrize(
    ("pattern", "matched", "others"),
    [
        ("a*", ["a", "ab", "aa"], ["", "b", "ba"]),
        ("*a", ["a", "ba"], ["", "ab"]),
        ("?", ["a", ":"], ["", "ab"]),
        ("a?b", ["aab", "abb"], ["ab", "aabb", "bbb"]),
        ("b*a", ["ba", "bba", "b:a"], ["aa", "ab", "b"]),
        ("*a*b*", ["ab", "xaxbx"], ["ba", "a", "b"]),
        ("a**b", ["ab", "axb"], ["a", "b"]),
    ],
)
def test_what_wildcards_match(pattern: str, matched: list[str], others: list[str]) -> None:
    """`*` is any text, `?` one character; the others stand for themselves and no other."""
    assert [text for text in (*matched, *others) if matches(glob(pattern), text)] == matched
    assert not is_literal(glob(pattern))


def test_wildcards_that_stand_for_the_same_are_one_pattern() -> None:
    """A row of `*` is one."""
    assert glob("a***b") == f"a{MANY}b"
    assert glob("*?*") == MANY + ONE + MANY


def test_work_is_paid_for_to_the_last_step() -> None:
    """What costs all that is left is done; one step more is not."""
    budget = Budget(3)
    budget.spend(2)
    budget.spend()
    assert budget.steps == 0
    with pytest.raises(OutOfBudget):
        budget.spend()


def test_the_same_question_costs_the_same_again() -> None:
    """So that no verdict depends on who asked before; and it has the same answer."""
    first, second = Budget(10**6), Budget(10**6)
    asked = [glob("same*"), glob("*question")]
    assert cells(MANY, asked, first) == cells(MANY, asked, second)
    assert first.steps == second.steps < 10**6


def test_a_literal_outside_of_the_universe_is_met_by_nothing() -> None:
    """Whatever else it matches."""
    assert set(cells(f"key/{FIELD}", [literal("other"), glob("k*")], Budget(10**6))) == {2}
    assert cells(f"key/{FIELD}", [literal("key/a"), MANY], Budget(10**6)) == {3: "key/a", 2: f"key/{FRESH}"}


def test_a_shape_bounds_the_cells() -> None:
    """A field holds no separator, so that no key's ARN matches two patterns of different accounts."""
    shape = f"arn:{FIELD}:kms:{FIELD}:{FIELD}:key/{FIELD}"
    accounts = [glob(f"arn:aws:kms:*:{account}:key/*") for account in ("1", "2", "3")]
    assert set(cells(shape, accounts, Budget(10**6))) == {0, 1, 2, 4}
    assert not matches(shape, "arn:aws:kms:::key/")
    assert not matches(shape, "arn:aws:kms:r:a:key/b/c")
    assert not matches(shape, "arn:awskms:r:a:key/b")
    assert not matches(shape, "arn:aws:kms:r:a:key/b:")
    assert matches(shape, "arn:aws:kms:r:a:key/b")
    assert not is_literal(shape)


def test_a_field_before_a_wildcard_may_be_one_character() -> None:
    """The wildcard may be empty."""
    assert matches(FIELD + glob("*/*"), "a/")
    assert not matches(FIELD + glob("*/*"), "/a")
    assert set(cells(FIELD + MANY, [glob("a"), glob("*/")], Budget(10**6))) == {0, 1, 2}


def test_a_text_apart_from_the_named_ones_is_found() -> None:
    """A combination whose shortest text is a named one has another text, if there is any."""
    assert cells(MANY, [glob("ab*"), literal("ab")], Budget(10**6)) == {3: "ab", 0: "", 1: f"ab{FRESH}"}
    assert set(cells(MANY, [glob("ab*"), glob("ab?*"), literal("ab")], Budget(10**6))) == {5, 0, 3}


def test_work_is_bounded() -> None:
    """A question that would take too long ends in OutOfBudget."""
    with pytest.raises(OutOfBudget):
        cells(MANY, [glob(f"*{a}*{b}*") for a in "abcdefgh" for b in "ijkl"], Budget(100_000))


def test_private_characters_of_a_document_are_no_wildcards() -> None:
    """A policy can't smuggle in the characters that stand for wildcards."""
    assert not matches(glob(MANY), "anything")
    assert not matches(literal(f"a{FRESH}"), f"a{FRESH}")
