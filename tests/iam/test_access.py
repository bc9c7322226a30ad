"""The algebra on pairs of sides that are small enough to read: what is new of the one over the other."""

from collections.abc import Sequence
from typing import Any

import pytest

from gate.iam import access
from gate.iam.boxes import boxes
from gate.iam.guards import Access, Box
from gate.iam.patterns import MANY, Budget
from gate.iam.policy import parse
from tests.helpers.small_service import ACTIONS, SERVICE

Statement = tuple[str, str | list[str], str] | tuple[str, str | list[str], str, dict[str, Any]]
POINTS = ("a", "ab", "b", "z")
ALL, A_ONLY, AB_ONLY = ("Allow", "s:*", "*"), ("Allow", "s:*", "a"), ("Allow", "s:*", "ab")
ONE, TWO = {"StringEquals": {"k": "1"}}, {"StringEquals": {"k": "2"}}
TAG, OTHER_TAG = {"StringEquals": {"aws:PrincipalTag/t": "1"}}, {"StringEquals": {"aws:PrincipalTag/t": "2"}}
TEAM, SITE = {"StringEquals": {"aws:PrincipalTag/u": "1"}}, {"StringEquals": {"aws:PrincipalTag/v": "1"}}


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


def _named(resource: str, actions: int) -> set[str]:
    return {f"{resource} {name}" for i, name in enumerate(ACTIONS) if actions >> i & 1}


def newly_full(before: Access, after: Access, points: Sequence[str] = POINTS) -> set[str]:
    """What is new of requests that are full after, by one or by several; one resource for each class."""
    found = access.cells(before, after, MANY, points, _full, Budget(10**6))
    return {told for cell in found for told in _named(cell.resource, cell.reached & ~cell.before.allowed)}


def new_by_itself(before: Access, after: Access) -> set[str]:
    """What is new action by action."""
    found = access.cells_of_one_action(before, after, MANY, POINTS, Budget(10**6))
    return {told for cell in found for told in _named(cell.resource, cell.after.allowed & ~cell.before.allowed)}


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
    "full by two requests, one of them refused in part": (
        NOTHING,
        side(
            ("Allow", "s:a*", "a", ONE),
            ("Allow", "s:b*", "a", TWO),
            ("Deny", "s:*a", "a", TWO),
            ("Allow", "s:*", "b", TAG),
        ),
        on("a", actions=["aa", "ab", "bb"]) | on("b"),
    ),
    "full by two requests, an action refused": (
        NOTHING,
        side(("Allow", "s:a*", "a", ONE), ("Allow", "s:b*", "a", TWO), ("Deny", "s:aa", "a")),
        on("a", actions=["ab", "ba", "bb"]),
    ),
    "full by two requests and a tag": (
        NOTHING,
        side(("Allow", "s:aa", "a", TAG), ("Allow", "s:ab", "a", ONE), ("Allow", "s:b*", "a", TWO)),
        on("a"),
    ),
    "two requests, one that cannot be": (
        NOTHING,
        side(("Allow", "s:a*", "a", {**ONE, "Null": {"k": "true"}}), ("Allow", "s:b*", "a", TWO)),
        set(),
    ),
    "two requests within a boundary": (
        NOTHING,
        side(
            ("Allow", "s:a*", "a", ONE),
            ("Allow", "s:b*", "a", TWO),
            boundary=[("Allow", "s:a*", "a", ONE), ("Allow", "s:b*", "a", TWO)],
        ),
        on("a"),
    ),
    "two requests, a boundary for one": (
        NOTHING,
        side(("Allow", "s:a*", "a", ONE), ("Allow", "s:b*", "a", TWO), boundary=[("Allow", "s:*", "a", ONE)]),
        set(),
    ),
    "a condition in the boundary": (NOTHING, side(ALL, boundary=[(*ALL, ONE)]), on("a")),
    "conditions in both": (NOTHING, side((*ALL, TAG), boundary=[(*ALL, ONE)]), on("a")),
    "tags in both": (NOTHING, side((*ALL, TAG), boundary=[(*ALL, TEAM)]), on("a")),
    "a boundary that is full elsewhere": (
        NOTHING,
        side(ALL, boundary=[("Allow", "s:a*", "a"), ("Allow", "s:*", "ab")]),
        on("ab"),
    ),
    "conditions that exclude each other": (NOTHING, side((*ALL, TAG), boundary=[(*ALL, OTHER_TAG)]), set()),
    "two tags at once": (
        NOTHING,
        side(("Allow", "s:aa", "a", TAG), ("Allow", "s:ab", "a", TEAM), ("Allow", "s:b*", "a", TEAM)),
        on("a"),
    ),
    "three tags at once": (
        NOTHING,
        side(("Allow", "s:aa", "a", TAG), ("Allow", "s:ab", "a", TEAM), ("Allow", "s:b*", "a", SITE)),
        on("a"),
    ),
    "a condition that adds nothing": (
        NOTHING,
        side(("Allow", "s:b*", "a"), ("Allow", "s:bb", "a", TAG), ("Allow", "s:a*", "a", TEAM)),
        on("a"),
    ),
    "one of two tags and a team": (
        NOTHING,
        side(("Allow", "s:b*", "a", TAG), ("Allow", "s:a*", "a", OTHER_TAG), ("Allow", "s:a*", "a", TEAM)),
        on("a"),
    ),
    "all but what makes it full": (NOTHING, side(("Allow", "s:ab", "a"), ("Allow", "s:b*", "a")), set()),
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


def test_a_resource_that_nobody_pointed_at_is_found() -> None:
    """Points stand for their class where they are in one; every other class has a resource all the same."""
    assert newly_full(NOTHING, side(("Allow", "s:*", "q"), A_ONLY)) == on("a", "q")
    assert newly_full(NOTHING, side(("Allow", "s:*", "q")), points=()) == on("q")


def test_each_of_two_requests_is_told_with_its_condition() -> None:
    """What counts is what both reach; each stands for itself with the condition that its caller has to meet."""
    after = side(("Allow", "s:a*", "a", ONE), ("Allow", "s:b*", "a", TWO))
    found = list(access.cells(NOTHING, after, MANY, POINTS, _full, Budget(10**6)))
    assert {box.guard for box in after.allows} == {cell.guard for cell in found}
    assert [(cell.together, cell.reached) for cell in found] == [(True, 0b1111)] * 2
    one = side(("Allow", ["s:a*", "s:ba"], "a", ONE), ("Allow", "s:bb", "a", TWO))
    alone = next(access.cells(NOTHING, one, MANY, POINTS, _full, Budget(10**6)))
    assert (alone.together, alone.reached) == (False, 0b0111)


def test_one_side_on_one_resource() -> None:
    """What is granted leaves Denies aside; a statement counts on its resource and while its condition holds."""
    one = side(("Allow", "s:a*", "a*"), ("Allow", "s:b*", "b"), ("Allow", "s:ba", "a", ONE), ("Deny", "s:aa", "a"))
    seen = access.view(one, "a", frozenset())
    assert (seen.granted, seen.allowed) == (0b0011, 0b0010)
    assert (len(seen.allows), len(seen.denies)) == (1, 1)
    assert access.view(one, "b", frozenset()).allowed == 0b1100
    assert len(access.spoken_of(one.allows, "a")) == 2


def test_two_resources_as_if_they_were_one() -> None:
    """Some actions as on the one, the others as on the other: Allows, Denies and the boundary of each."""
    one = side(
        ("Allow", "s:*", "a"),
        ("Allow", "s:b*", "ab"),
        ("Deny", ["s:aa", "s:ba"], "a"),
        ("Deny", ["s:ab", "s:bb"], "ab"),
    )
    seen = access.view(access.at_once(one, "a", "ab", 0b1100), "z", frozenset())
    assert (seen.granted, seen.allowed) == (0b1111, 0b0110)
    assert access.at_once(one, "a", "ab", 0b1100).boundary is None
    assert access.view(access.at_once(side(A_ONLY), "a", "ab", 0b1100), "z", frozenset()).granted == 0b0011
    bounded = side(ALL, boundary=[("Allow", ["s:aa", "s:b*"], "a"), ("Allow", ["s:ab", "s:bb"], "ab")])
    assert access.view(access.at_once(bounded, "a", "ab", 0b1100), "z", frozenset()).granted == 0b1001
    aa = access.only(one, 0b0001)
    assert [[box.actions for box in boxes] for boxes in (aa.allows, aa.denies)] == [[0b0001], [0b0001]]


@pytest.mark.parametrize("name", ["a Deny comes", "a boundary comes", "a condition comes"])
def test_what_is_narrowed_opens_no_action_by_itself(name: str) -> None:
    """The other way round it is new, action by action."""
    before, after, _ = CASES[name]
    assert new_by_itself(before, after) == set()
    assert new_by_itself(after, before) != set()


BY_ITSELF = {
    "nothing before": (NOTHING, side(("Allow", "s:aa", "a")), on("a", actions=["aa"])),
    "nothing after": (side(ALL), NOTHING, set()),
    "nothing at all": (NOTHING, NOTHING, set()),
    "resource, condition and boundary": (
        side(("Allow", "s:aa", "a"), ("Allow", "s:ab", "*", ONE), boundary=[("Allow", "s:a*", "*")]),
        side(ALL, boundary=[("Allow", "s:a*", "*")]),
        {"a ab", "ab aa", "ab ab"},
    ),
    "a conditional Deny goes": (side(ALL, ("Deny", "s:*", "a", ONE)), side(ALL), on("a")),
    "conditions in both": (NOTHING, side((*ALL, TAG), boundary=[(*ALL, ONE)]), on("a")),
    "a Deny under the boundary's condition": (
        side((*ALL, TAG), ("Deny", "s:*", "*", TEAM), boundary=[(*ALL, ONE)]),
        side((*ALL, TAG), boundary=[(*ALL, ONE)]),
        on("a"),
    ),
}


@pytest.mark.parametrize(("before", "after", "new"), BY_ITSELF.values(), ids=BY_ITSELF)
def test_each_action_by_itself(before: Access, after: Access, new: set[str]) -> None:
    """No full access is needed; what is lost is told the other way round."""
    assert new_by_itself(before, after) == new
    lost = {
        told
        for cell in access.cells_of_one_action(after, before, MANY, POINTS, Budget(10**6))
        for told in _named(cell.resource, cell.before.allowed & ~cell.after.allowed)
    }
    assert lost == new


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
    (side(("Allow", "s:ab", "a")), side(("Allow", "s:a*", "a"))),
    (side(), side(("Allow", "s:aa", "a"))),
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
