"""The algebra on pairs of sides that are small enough to read: what is new of the one over the other."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from gate.iam import access
from gate.iam.boxes import boxes
from gate.iam.guards import Access, Box
from gate.iam.patterns import MANY, Budget
from gate.iam.policy import parse
from tests.helpers.small_service import ACTIONS, SERVICE

Statement = tuple[str, str, str] | tuple[str, str, str, dict[str, Any]]
POINTS = ("a", "ab", "b", "z")
ALL, A_ONLY, AB_ONLY = ("Allow", "s:*", "*"), ("Allow", "s:*", "a"), ("Allow", "s:*", "ab")
ONE, TWO = {"StringEquals": {"k": "1"}}, {"StringEquals": {"k": "2"}}
TAG = {"StringEquals": {"aws:PrincipalTag/t": "1"}}


def _boxes(statements: Sequence[Statement]) -> tuple[tuple[Box, ...], tuple[Box, ...]]:
    listed = []
    for effect, action, resource, *condition in statements:
        element = "NotResource" if resource.startswith("!") else "Resource"
        written = {"Effect": effect, "Action": action, element: resource.removeprefix("!")}
        listed.append(written | {"Condition": condition[0]} if condition else written)
    return boxes(parse({"Version": "2012-10-17", "Statement": listed}), SERVICE, None, worst=False)


def side(*statements: Statement, boundary: Sequence[Statement] | None = None) -> Access:
    """What statements allow, within a boundary if there is one."""
    allows, denies = _boxes(statements)
    bounds, more = (None, ()) if boundary is None else _boxes(boundary)
    return Access(allows, denies + more, bounds)


def _full(actions: int) -> bool:
    return all(actions & power for power in SERVICE.powers)


def _told(found: Iterator[access.Cell]) -> set[str]:
    """Resource and action of all that requests are allowed after and not before, one resource for each class."""
    return {
        f"{cell.resource} {name}"
        for cell in found
        for i, name in enumerate(ACTIONS)
        if (cell.after.allowed & ~cell.before.allowed) >> i & 1
    }


def newly_full(before: Access, after: Access) -> set[str]:
    """What is new of requests that are full after."""
    return _told(access.cells(before, after, MANY, POINTS, _full, Budget(10**6)))


def on(*resources: str, actions: Sequence[str] = ACTIONS) -> set[str]:
    """Actions on resources, as `newly_full` tells them."""
    return {f"{resource} {action}" for resource in resources for action in actions}


NOTHING = side()
CASES = {
    "all of nothing": (NOTHING, side(ALL), on("a")),
    "one more resource": (side(A_ONLY), side(A_ONLY, AB_ONLY), on("ab")),
    "all but one": (NOTHING, side(("Allow", "s:*", "!a")), on("ab")),
    "not full": (NOTHING, side(("Allow", "s:a*", "*")), set()),
    "completed": (
        side(("Allow", "s:a*", "*")),
        side(("Allow", "s:a*", "*"), ("Allow", "s:ba", "a")),
        on("a", actions=["ba"]),
    ),
    "one more action": (side(("Allow", "s:a*", "*"), ("Allow", "s:ba", "*")), side(ALL), on("a", actions=["bb"])),
    "a Deny goes": (side(ALL, ("Deny", "s:a*", "a*")), side(ALL), on("a", actions=["aa", "ab"])),
    "a Deny is less": (
        side(ALL, ("Deny", "s:*", "*")),
        side(ALL, ("Deny", "s:*", "a*")),
        on("b"),
    ),
    "a Deny comes": (side(ALL), side(ALL, ("Deny", "s:*", "a")), set()),
    "a boundary goes": (side(ALL, boundary=[A_ONLY]), side(ALL), on("ab")),
    "a boundary comes": (side(ALL), side(ALL, boundary=[A_ONLY]), set()),
    "a boundary is wider": (side(ALL, boundary=[A_ONLY]), side(ALL, boundary=[A_ONLY, AB_ONLY]), on("ab")),
    "within a boundary": (NOTHING, side(ALL, boundary=[("Allow", "s:*", "a*")]), on("a")),
    "a boundary that is not full": (NOTHING, side(ALL, boundary=[("Allow", "s:b*", "*")]), set()),
    "a Deny of the boundary": (NOTHING, side(ALL, boundary=[ALL, ("Deny", "s:*", "!a")]), on("a")),
    "a condition goes": (side((*ALL, ONE)), side(ALL), on("a")),
    "a condition comes": (side(ALL), side((*ALL, ONE)), set()),
    "another condition": (side((*ALL, ONE)), side((*ALL, TWO)), on("a")),
    "full by two requests": (NOTHING, side(("Allow", "s:a*", "a", ONE), ("Allow", "s:b*", "a", TWO)), on("a")),
    "full by two requests before": (
        side(("Allow", "s:a*", "a", ONE), ("Allow", "s:b*", "a", TWO)),
        side(("Allow", "s:a*", "a", TWO), ("Allow", "s:b*", "a", ONE)),
        set(),
    ),
    "what no principal is": (
        NOTHING,
        side(("Allow", "s:*", "a", {**TAG, "Null": {"aws:PrincipalTag/t": "true"}})),
        set(),
    ),
}


@pytest.mark.parametrize(("before", "after", "new"), CASES.values(), ids=CASES)
def test_what_is_newly_full(before: Access, after: Access, new: set[str]) -> None:
    """One resource stands for all that no statement tells apart; what is allowed is told action by action."""
    assert newly_full(before, after) == new
    assert not new or access.widened(before, after)


@pytest.mark.parametrize("name", ["a Deny comes", "a boundary comes", "a condition comes"])
def test_what_is_narrowed_opens_no_action_by_itself(name: str) -> None:
    """The other way round it is new, action by action."""
    before, after, _ = CASES[name]
    assert _told(access.cells_of_one_action(before, after, MANY, POINTS, Budget(10**6))) == set()
    assert _told(access.cells_of_one_action(after, before, MANY, POINTS, Budget(10**6))) != set()


def test_each_action_by_itself_needs_no_full_access() -> None:
    """A resource, a condition and a boundary are told apart for one action as for all."""
    before = side(("Allow", "s:aa", "a"), ("Allow", "s:ab", "*", ONE), boundary=[("Allow", "s:a*", "*")])
    after = side(("Allow", "s:*", "*"), boundary=[("Allow", "s:a*", "*")])
    found = _told(access.cells_of_one_action(before, after, MANY, POINTS, Budget(10**6)))
    assert found == {"a ab", "ab aa", "ab ab"}


SAME = [
    (side(A_ONLY, AB_ONLY), side(AB_ONLY, A_ONLY)),
    (side(A_ONLY), side(("Allow", "s:a*", "a"), ("Allow", "s:b*", "a"))),
    (side(A_ONLY, AB_ONLY), side(A_ONLY)),
    (side(ALL, ("Deny", "s:*", "a")), side(ALL, ("Deny", "s:a*", "a"), ("Deny", "s:b*", "a"))),
    (side(ALL), side(ALL, ("Deny", "s:aa", "a"))),
    (side(ALL, boundary=[A_ONLY]), side(ALL, boundary=[A_ONLY])),
]
WIDER = [
    (side(A_ONLY), side(A_ONLY, AB_ONLY)),
    (side(("Allow", "s:a*", "a")), side(A_ONLY)),
    (side(ALL, ("Deny", "s:aa", "a")), side(ALL)),
    (side(ALL, ("Deny", "s:a*", "a")), side(ALL, ("Deny", "s:aa", "a"))),
    (side(A_ONLY, boundary=[A_ONLY]), side(A_ONLY)),
    (side(A_ONLY, boundary=[A_ONLY]), side(A_ONLY, boundary=[ALL])),
    (side(A_ONLY, boundary=[]), side(A_ONLY)),
]


@pytest.mark.parametrize(("before", "after"), SAME)
def test_what_is_the_same_or_narrower_is_not_wider(before: Access, after: Access) -> None:
    """Statements that are moved, split or taken away, and Denies that come, are no work for the algebra."""
    assert not access.widened(before, after)


@pytest.mark.parametrize(("before", "after"), WIDER)
def test_what_may_be_wider(before: Access, after: Access) -> None:
    """An action more, a Deny or an action of it less, a boundary that is another or none."""
    assert access.widened(before, after)
