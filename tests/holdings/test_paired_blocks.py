"""Which block of the source a planned one is."""

from typing import Any

import pytest

from gate.holdings.paired_blocks import as_planned, paired
from gate.plan.shapes import UNKNOWN
from gate.source import Rest
from gate.unknown import OneOf, Unresolved

OPEN = Unresolved()


def block(*actions: Any, **more: Any) -> dict[str, Any]:
    return {"actions": [*actions], **more}


A, B, C = block("kms:A", "kms:B"), block("kms:B"), block("kms:C")


@pytest.mark.parametrize(
    ("planned", "sourced", "expected"),
    [
        ([A, C], [A, B], [A, B]),
        ([A], [A, B], [None]),
        ([], [Rest(A)], []),
        ([C], [Rest(A), Rest(C)], [C]),
        ([C, C, A], [A, Rest(C)], [C, C, A]),
        ([B], [Rest(A), OPEN], [None]),
        ([OPEN], [Rest(A)], [A]),
        ([OPEN], [Rest(A), Rest(B)], [None]),
        ([OPEN], [Rest(A), Rest({**A})], [A]),
    ],
)
def test_blocks_are_told_apart_by_what_is_known_of_them(planned: Any, sourced: Any, expected: Any) -> None:
    """Where it is open how many there are; else by where they stand."""
    assert paired(planned, sourced) == expected


@pytest.mark.parametrize(
    ("told", "planned", "may_be"),
    [
        # lists are sets
        (block("a", "b"), block("b", "a", "a"), True),
        (block("a", "b"), block("a"), False),
        (block("a"), block("a", "b"), False),
        # what is open may be anything, what is known beside it is there
        (block("a", OPEN), block("a", "b"), True),
        (block("a", Rest("b")), block("a"), True),
        (block("a", OPEN), block("b"), False),
        ({"actions": OPEN}, block("a"), True),
        ({"actions": OneOf((["a"], ["b"]))}, block("c"), True),
        (block("a"), block("a", UNKNOWN), True),
        (block("a"), block("b", None), True),
        (block("a"), {"actions": UNKNOWN}, True),
        # what is not set
        ({}, block("a"), False),
        ({"actions": None}, {"actions": None}, True),
        ({}, {"actions": []}, True),
        ({"actions": []}, {"actions": None}, True),
        (block("a"), {"actions": None}, False),
        (block("a", OPEN), {"actions": None}, False),
        (block(OPEN), {"actions": None}, True),
        ({}, block(UNKNOWN), False),
        ({"actions": []}, block(UNKNOWN), False),
        ({"not_actions": ["a"]}, block("a"), False),
        (block("a", resources=["*"]), block("a", resources=["b"]), False),
        (block("a", not_resources=["*"]), block("a"), False),
        # texts
        ({"sid": "s"}, {"sid": "s"}, True),
        ({"sid": "s"}, {"sid": "t"}, False),
        ({"sid": None}, {"sid": ""}, True),
        ({"sid": "s"}, {"sid": None}, False),
        ({}, {"sid": "s"}, False),
        ({"sid": OPEN}, {"sid": "s"}, True),
        ({"sid": "s"}, {"sid": UNKNOWN}, True),
        ({}, {"effect": "Allow"}, True),
        ({"effect": "Allow"}, {"effect": None}, True),
        ({"effect": "Deny"}, {"effect": "Allow"}, False),
    ],
)
def test_what_both_know_has_to_be_the_same(told: Any, planned: Any, may_be: bool) -> None:
    """Else the planned one is made of another block."""
    assert paired([planned], [Rest(told)]) == [told if may_be else None]


ROOT = {"type": "AWS", "identifiers": ["arn:aws:iam::111122223333:root"]}
NOBODY = {"type": "AWS", "identifiers": []}
TEST = {"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]}


def test_blocks_of_which_the_plan_shows_nothing() -> None:
    """All that the source tells of a block is as if it were hidden, but for what tells nested blocks apart."""
    one = block("kms:A", sid=None, resources=[], principals=[ROOT], condition=[TEST])
    hidden = {
        "actions": UNKNOWN,
        "principals": [{"type": "AWS", "identifiers": UNKNOWN}],
        "condition": [{"test": "Bool", "variable": "aws:SecureTransport", "values": UNKNOWN}],
    }
    assert as_planned([one, Rest(one)]) == [(hidden, one, True), (hidden, one, False)]
    assert as_planned([]) == []


@pytest.mark.parametrize("nested", [OPEN, [Rest(ROOT)], [{**ROOT, "type": OPEN}], [ROOT, {**ROOT, "type": OPEN}], [{}]])
def test_nested_blocks_that_can_not_be_told_apart(nested: Any) -> None:
    """May be any."""
    assert as_planned([block("kms:A", principals=nested)]) == [
        ({"actions": UNKNOWN, "principals": UNKNOWN}, block("kms:A", principals=nested), True)
    ]


def test_a_condition_that_can_not_be_told_apart() -> None:
    """By its operator alone: it may ask for anything."""
    one = block("kms:A", condition=[{**TEST, "variable": OPEN}])
    assert as_planned([one]) == [({"actions": UNKNOWN, "condition": UNKNOWN}, one, True)]


def test_an_element_whose_negation_is_set() -> None:
    """Is told, where it is not there itself."""
    one = {"actions": [], "not_actions": ["kms:B"], "not_resources": OPEN}
    assert as_planned([one]) == [({"not_actions": UNKNOWN, "not_resources": UNKNOWN}, one, True)]


@pytest.mark.parametrize(
    "sourced",
    [
        None,
        OPEN,
        [A, OPEN],
        [Rest(OPEN)],
        [block("kms:A", effect=OPEN)],
        [block("kms:A", effect=OneOf(("Deny", None)))],
        [block("kms:A", not_actions=["kms:B"])],
        [block("kms:A", not_actions=OPEN)],
        [block("kms:A", resources=["a"], not_resources=OPEN)],
        [block("kms:A", principals=[ROOT], not_principals=[ROOT])],
    ],
)
def test_blocks_that_can_not_be_told(sourced: Any) -> None:
    """Which there are, what their effect is, or whether an element or its negation is there."""
    assert as_planned(sourced) is None


@pytest.mark.parametrize(
    ("principals", "count"), [([NOBODY], 0), ([NOBODY, NOBODY], 0), ([NOBODY, ROOT], 1), ([], 1), (OPEN, 1), ([{}], 1)]
)
def test_a_block_for_nobody_is_not_made(principals: Any, count: int) -> None:
    """A module leaves it out for an empty list; where it is there for certain, it is told as it is."""
    one = block("kms:A", principals=principals)
    assert len(as_planned([Rest(one)]) or []) == count
    assert len(as_planned([one]) or []) == 1


@pytest.mark.parametrize(("sid", "count"), [("s", 1), (OPEN, 1), (None, 0), ("", 0)])
def test_a_block_for_nobody_may_take_the_place_of_a_statement(sid: Any, count: int) -> None:
    """By its sid, where there are any: a Deny of that is gone then."""
    one = block("kms:A", principals=[NOBODY], sid=sid)
    assert len(as_planned([Rest(one)], alone=False) or []) == count
    assert as_planned([Rest(one)]) == []
