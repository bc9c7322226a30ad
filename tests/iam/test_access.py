"""The algebra on pairs of accesses that are small enough to read: what is new of the one over the other."""

from collections.abc import Sequence
from typing import Any

import pytest

from gate.iam import access, narrowed
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


def allowed(*statements: Statement, boundary: Sequence[Statement] | None = None) -> Access:
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


NOTHING = allowed()
CASES = {
    "all of nothing": (NOTHING, allowed(ALL), on("a")),
    "one more resource": (allowed(A_ONLY), allowed(A_ONLY, AB_ONLY), on("ab")),
    "all but one": (NOTHING, allowed(("Allow", "s:*", "!a")), on("ab")),
    "not full": (NOTHING, allowed(("Allow", "s:a*", "*")), set()),
    "completed": (
        allowed(("Allow", "s:a*", "*")),
        allowed(("Allow", "s:a*", "*"), ("Allow", "s:ba", "a")),
        on("a", actions=["ba"]),
    ),
    "one more action": (allowed(("Allow", "s:a*", "*"), ("Allow", "s:ba", "*")), allowed(ALL), on("a", actions=["bb"])),
    "a Deny goes": (allowed(ALL, ("Deny", "s:a*", "a*")), allowed(ALL), on("a", actions=["aa", "ab"])),
    "a Deny is less": (
        allowed(ALL, ("Deny", "s:*", "*")),
        allowed(ALL, ("Deny", "s:*", "a*")),
        on("b"),
    ),
    "a Deny comes": (allowed(ALL), allowed(ALL, ("Deny", "s:*", "a")), set()),
    "a boundary goes": (allowed(ALL, boundary=[A_ONLY]), allowed(ALL), on("ab")),
    "a boundary comes": (allowed(ALL), allowed(ALL, boundary=[A_ONLY]), set()),
    "a boundary is wider": (allowed(ALL, boundary=[A_ONLY]), allowed(ALL, boundary=[A_ONLY, AB_ONLY]), on("ab")),
    "within a boundary": (NOTHING, allowed(ALL, boundary=[("Allow", "s:*", "a*")]), on("a")),
    "a boundary that is not full": (NOTHING, allowed(ALL, boundary=[("Allow", "s:b*", "*")]), set()),
    "a Deny of the boundary": (NOTHING, allowed(ALL, boundary=[ALL, ("Deny", "s:*", "!a")]), on("a")),
    "a condition goes": (allowed((*ALL, ONE)), allowed(ALL), on("a")),
    "a condition comes": (allowed(ALL), allowed((*ALL, ONE)), set()),
    "another condition": (allowed((*ALL, ONE)), allowed((*ALL, TWO)), on("a")),
    "full by two requests": (NOTHING, allowed(("Allow", "s:a*", "a", ONE), ("Allow", "s:b*", "a", TWO)), on("a")),
    "full by two requests before": (
        allowed(("Allow", "s:a*", "a", ONE), ("Allow", "s:b*", "a", TWO)),
        allowed(("Allow", "s:a*", "a", TWO), ("Allow", "s:b*", "a", ONE)),
        set(),
    ),
    "full by two requests, one of them refused in part": (
        NOTHING,
        allowed(
            ("Allow", "s:a*", "a", ONE),
            ("Allow", "s:b*", "a", TWO),
            ("Deny", "s:*a", "a", TWO),
            ("Allow", "s:*", "b", TAG),
        ),
        on("a", actions=["aa", "ab", "bb"]) | on("b"),
    ),
    "full by two requests, an action refused": (
        NOTHING,
        allowed(("Allow", "s:a*", "a", ONE), ("Allow", "s:b*", "a", TWO), ("Deny", "s:aa", "a")),
        on("a", actions=["ab", "ba", "bb"]),
    ),
    "full by two requests and a tag": (
        NOTHING,
        allowed(("Allow", "s:aa", "a", TAG), ("Allow", "s:ab", "a", ONE), ("Allow", "s:b*", "a", TWO)),
        on("a"),
    ),
    "two requests, one that cannot be": (
        NOTHING,
        allowed(("Allow", "s:a*", "a", {**ONE, "Null": {"k": "true"}}), ("Allow", "s:b*", "a", TWO)),
        set(),
    ),
    "two requests within a boundary": (
        NOTHING,
        allowed(
            ("Allow", "s:a*", "a", ONE),
            ("Allow", "s:b*", "a", TWO),
            boundary=[("Allow", "s:a*", "a", ONE), ("Allow", "s:b*", "a", TWO)],
        ),
        on("a"),
    ),
    "two requests, a boundary for one": (
        NOTHING,
        allowed(("Allow", "s:a*", "a", ONE), ("Allow", "s:b*", "a", TWO), boundary=[("Allow", "s:*", "a", ONE)]),
        set(),
    ),
    "a condition in the boundary": (NOTHING, allowed(ALL, boundary=[(*ALL, ONE)]), on("a")),
    "conditions in both": (NOTHING, allowed((*ALL, TAG), boundary=[(*ALL, ONE)]), on("a")),
    "tags in both": (NOTHING, allowed((*ALL, TAG), boundary=[(*ALL, TEAM)]), on("a")),
    "a boundary that is full elsewhere": (
        NOTHING,
        allowed(ALL, boundary=[("Allow", "s:a*", "a"), ("Allow", "s:*", "ab")]),
        on("ab"),
    ),
    "conditions that exclude each other": (NOTHING, allowed((*ALL, TAG), boundary=[(*ALL, OTHER_TAG)]), set()),
    "two tags at once": (
        NOTHING,
        allowed(("Allow", "s:aa", "a", TAG), ("Allow", "s:ab", "a", TEAM), ("Allow", "s:b*", "a", TEAM)),
        on("a"),
    ),
    "three tags at once": (
        NOTHING,
        allowed(("Allow", "s:aa", "a", TAG), ("Allow", "s:ab", "a", TEAM), ("Allow", "s:b*", "a", SITE)),
        on("a"),
    ),
    "a condition that adds nothing": (
        NOTHING,
        allowed(("Allow", "s:b*", "a"), ("Allow", "s:bb", "a", TAG), ("Allow", "s:a*", "a", TEAM)),
        on("a"),
    ),
    "one of two tags and a team": (
        NOTHING,
        allowed(("Allow", "s:b*", "a", TAG), ("Allow", "s:a*", "a", OTHER_TAG), ("Allow", "s:a*", "a", TEAM)),
        on("a"),
    ),
    "all but what makes it full": (NOTHING, allowed(("Allow", "s:ab", "a"), ("Allow", "s:b*", "a")), set()),
    "what no principal is": (
        NOTHING,
        allowed(("Allow", "s:*", "a", {**TAG, "Null": {"aws:PrincipalTag/t": "true"}})),
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
    assert newly_full(NOTHING, allowed(("Allow", "s:*", "q"), A_ONLY)) == on("a", "q")
    assert newly_full(NOTHING, allowed(("Allow", "s:*", "q")), points=()) == on("q")


def test_each_of_two_requests_is_told_with_its_condition() -> None:
    """What counts is what both reach; each stands for itself with the condition that its caller has to meet."""
    after = allowed(("Allow", "s:a*", "a", ONE), ("Allow", "s:b*", "a", TWO))
    found = list(access.cells(NOTHING, after, MANY, POINTS, _full, Budget(10**6)))
    assert {box.guard for box in after.allows} == {cell.guard for cell in found}
    assert [(cell.together, cell.reached) for cell in found] == [(True, 0b1111)] * 2
    one = allowed(("Allow", ["s:a*", "s:ba"], "a", ONE), ("Allow", "s:bb", "a", TWO))
    alone = next(access.cells(NOTHING, one, MANY, POINTS, _full, Budget(10**6)))
    assert (alone.together, alone.reached) == (False, 0b0111)


def test_one_side_on_one_resource() -> None:
    """What is granted leaves Denies aside; a statement counts on its resource and while its condition holds."""
    one = allowed(("Allow", "s:a*", "a*"), ("Allow", "s:b*", "b"), ("Allow", "s:ba", "a", ONE), ("Deny", "s:aa", "a"))
    seen = access.view(one, "a", frozenset())
    assert (seen.granted, seen.allowed) == (0b0011, 0b0010)
    assert (len(seen.allows), len(seen.denies)) == (1, 1)
    assert access.view(one, "b", frozenset()).allowed == 0b1100
    assert len(narrowed.spoken_of(one.allows, "a")) == 2


def test_two_resources_as_if_they_were_one() -> None:
    """Some actions as on the one, the others as on the other: Allows, Denies and the boundary of each."""
    one = allowed(
        ("Allow", "s:*", "a"),
        ("Allow", "s:b*", "ab"),
        ("Deny", ["s:aa", "s:ba"], "a"),
        ("Deny", ["s:ab", "s:bb"], "ab"),
    )
    seen = access.view(narrowed.at_once(one, "a", "ab", 0b1100), "z", frozenset())
    assert (seen.granted, seen.allowed) == (0b1111, 0b0110)
    assert narrowed.at_once(one, "a", "ab", 0b1100).boundary is None
    assert access.view(narrowed.at_once(allowed(A_ONLY), "a", "ab", 0b1100), "z", frozenset()).granted == 0b0011
    bounded = allowed(ALL, boundary=[("Allow", ["s:aa", "s:b*"], "a"), ("Allow", ["s:ab", "s:bb"], "ab")])
    assert access.view(narrowed.at_once(bounded, "a", "ab", 0b1100), "z", frozenset()).granted == 0b1001
    aa = narrowed.only(one, 0b0001)
    assert [[box.actions for box in boxes] for boxes in (aa.allows, aa.denies)] == [[0b0001], [0b0001]]


@pytest.mark.parametrize("name", ["a Deny comes", "a boundary comes", "a condition comes"])
def test_what_is_narrowed_opens_no_action_by_itself(name: str) -> None:
    """The other way round it is new, action by action."""
    before, after, _ = CASES[name]
    assert new_by_itself(before, after) == set()
    assert new_by_itself(after, before) != set()


BY_ITSELF = {
    "nothing before": (NOTHING, allowed(("Allow", "s:aa", "a")), on("a", actions=["aa"])),
    "nothing after": (allowed(ALL), NOTHING, set()),
    "nothing at all": (NOTHING, NOTHING, set()),
    "resource, condition and boundary": (
        allowed(("Allow", "s:aa", "a"), ("Allow", "s:ab", "*", ONE), boundary=[("Allow", "s:a*", "*")]),
        allowed(ALL, boundary=[("Allow", "s:a*", "*")]),
        {"a ab", "ab aa", "ab ab"},
    ),
    "a conditional Deny goes": (allowed(ALL, ("Deny", "s:*", "a", ONE)), allowed(ALL), on("a")),
    "conditions in both": (NOTHING, allowed((*ALL, TAG), boundary=[(*ALL, ONE)]), on("a")),
    "a Deny under the boundary's condition": (
        allowed((*ALL, TAG), ("Deny", "s:*", "*", TEAM), boundary=[(*ALL, ONE)]),
        allowed((*ALL, TAG), boundary=[(*ALL, ONE)]),
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
    (allowed(A_ONLY, AB_ONLY), allowed(AB_ONLY, A_ONLY)),
    (allowed(A_ONLY), allowed(("Allow", "s:a*", "a"), ("Allow", "s:b*", "a"))),
    (allowed(A_ONLY, AB_ONLY), allowed(A_ONLY)),
    (allowed(ALL, ("Deny", "s:*", "a")), allowed(ALL, ("Deny", "s:a*", "a"), ("Deny", "s:b*", "a"))),
    (allowed(ALL), allowed(ALL, ("Deny", "s:aa", "a"))),
    (allowed(ALL, boundary=[A_ONLY]), allowed(ALL, boundary=[A_ONLY])),
]
WIDER = [
    (allowed(A_ONLY), allowed(A_ONLY, AB_ONLY)),
    (allowed(("Allow", "s:a*", "a")), allowed(A_ONLY)),
    (allowed(("Allow", "s:ab", "a")), allowed(("Allow", "s:a*", "a"))),
    (allowed(), allowed(("Allow", "s:aa", "a"))),
    (allowed(ALL, ("Deny", "s:aa", "a")), allowed(ALL)),
    (allowed(ALL, ("Deny", "s:a*", "a")), allowed(ALL, ("Deny", "s:aa", "a"))),
    (allowed(A_ONLY, boundary=[A_ONLY]), allowed(A_ONLY)),
    (allowed(A_ONLY, boundary=[A_ONLY]), allowed(A_ONLY, boundary=[ALL])),
    (allowed(A_ONLY, boundary=[]), allowed(A_ONLY)),
]


@pytest.mark.parametrize(("before", "after"), SAME)
def test_what_is_the_same_or_narrower_is_not_wider(before: Access, after: Access) -> None:
    """Statements that are moved, split or taken away, and Denies that come, are no work for the algebra."""
    assert not access.widened(before, after)


@pytest.mark.parametrize(("before", "after"), WIDER)
def test_what_may_be_wider(before: Access, after: Access) -> None:
    """An action more, a Deny or an action of it less, a boundary that is another or none."""
    assert access.widened(before, after)
