"""The permissions boundary of a principal before and after, and whether the apply keeps it."""

from typing import Any

import pytest

from gate.holdings.boundaries import Boundary, boundary_after, boundary_of
from gate.holdings.documents import Document, Place
from gate.holdings.inventory import HeldDocument, Inventory, Link
from gate.holdings.principal import Principal
from gate.holdings.resource_types import ASSIGNEE, PERMISSION_SET
from tests.helpers.applies import Apply

APP = Principal("role", "1", "app")
ALICE = Principal(ASSIGNEE, "1", "alice")
R = ("x", "r")
SETS = [Principal(PERMISSION_SET, "1", name) for name in ("one", "two")]


def place(name: str) -> Place:
    return Place(name, "permissions_boundary")


def bounds(*named: tuple[str, str], who: Principal = APP, resources: int | None = None) -> Inventory:
    """What bounds somebody: the document and the place of each, by their names; of how many resources it is."""
    held = [HeldDocument(Document(Place(text, "policy"), "{}"), (Link(place(at)),)) for text, at in named]
    found = Inventory(boundaries={who: held} if held else {})
    if resources is not None:
        found.resources[who] = resources
    return found


def told(boundary: Boundary | None) -> str:
    """A boundary in short: the document, the place, and where it may be lost."""
    if boundary is None:
        return "none"
    lost = f" lost at {boundary.may_be_lost_at.address}" if boundary.may_be_lost_at else ""
    return f"{boundary.document.place.address} at {boundary.place.address}{lost}"


@pytest.mark.parametrize(
    ("inventory", "before", "after"),
    [
        (bounds(), "none", "none"),
        (bounds(("x", "r")), "x at r", "x at r"),
        (bounds(("x", "r"), ("x", "s")), "x at r", "x at r"),
        (bounds(("x", "r"), ("y", "s")), "x at r", "none"),
        (bounds(("x", "r"), resources=1), "x at r", "x at r"),
        (bounds(("x", "r"), resources=2), "x at r", "none"),
        (bounds(("x", "r"), ("x", "s"), resources=2), "x at r", "x at r"),
        (bounds(("x", "r"), who=ALICE), "none", "none"),
    ],
)
def test_what_can_be_relied_on(inventory: Inventory, before: str, after: str) -> None:
    """After the change nothing where resources disagree, or where one of two with the name has none."""
    assert told(boundary_of(inventory, APP, after=False)) == before
    assert told(boundary_of(inventory, APP, after=True)) == after


@pytest.mark.parametrize(
    ("who", "sets", "own", "expected"),
    [
        (ALICE, SETS[:1], False, "x at r"),
        (ALICE, SETS, False, "none"),
        (ALICE, [], False, "none"),
        (ALICE, SETS[:1], True, "y at own"),
        (APP, SETS[:1], False, "none"),
    ],
)
def test_an_assignee_is_bounded_as_its_only_permission_set(
    who: Principal, sets: list[Principal], own: bool, expected: str
) -> None:
    """But for one that has a boundary itself; nobody else is."""
    inventory = bounds(("x", "r"), who=SETS[0])
    inventory.containers[who] = [(each, Link(place("assignment"))) for each in sets]
    if own:
        inventory.boundaries[who] = bounds(("y", "own")).boundaries[APP]
    assert told(boundary_of(inventory, who, after=True)) == expected


X, Y, TWO = (("x", "r"),), (("y", "s"),), (("x", "r"), ("y", "s"))


@pytest.mark.parametrize(
    ("before", "after", "apply", "expected"),
    [
        ((), (), {}, "none"),
        (X, X, {}, "x at r"),
        ((), X, {}, "x at r"),
        (X, (), {}, "none"),
        (X, (), {"deleted": True, "own": ("r",)}, "x at r"),  # with the principal itself
        (X, (), {"deleted": True}, "none"),
        (X, (), {"own": ("r",)}, "none"),
        (TWO, TWO, {}, "x at r"),  # they disagreed before, and nothing touches them
        (TWO, TWO, {"acting": ("s",)}, "none"),
        (TWO, TWO, {"recreated": True}, "none"),
        (TWO, (*TWO, ("z", "t")), {}, "none"),
        (X, TWO, {}, "none"),
        (X, Y, {}, "y at s"),
        (X, Y, {"slots": ("r",), "acting": ("s",)}, "y at s lost at r"),
        (X, Y, {"slots": ("r",)}, "none"),
        (TWO, Y, {"slots": ("r", "s"), "acting": ("s",)}, "y at s lost at r"),
        (X, Y, {"losing": ("r",)}, "y at s lost at r"),
        (X, Y, {"losing": ("r",), "own": ("r",)}, "y at s"),
        (X, Y, {"losing": ("r",), "own": ("s",)}, "y at s"),
        (X, X, {"last": ("r",)}, "none"),
        (X, X, {"last": ("r",), "own": ("r",)}, "x at r"),
        (X, X, {"losing": ("r",)}, "x at r"),
    ],
)
def test_what_bounds_after_the_apply(before: Any, after: Any, apply: dict[str, Any], expected: str) -> None:
    """One that is taken away at one place and set at another may be lost; what a principal brings along is not."""
    assert told(boundary_after(bounds(*before), bounds(*after), APP, Apply(**apply).order)) == expected


def test_a_boundary_that_is_of_more_or_fewer_resources_is_another_one() -> None:
    """Two of a name of which one has none: it stays as it was only where that is so before and after."""
    order = Apply().order
    for had, expected in ((2, "x at r"), (1, "none"), (3, "none")):
        was, will = bounds(*X, resources=had), bounds(*X, resources=2)
        assert told(boundary_after(was, will, APP, order)) == expected


def test_the_slot_of_a_permission_set_is_that_of_its_assignee() -> None:
    """Where the boundary of the set is set anew."""
    was, will = bounds(*X, who=SETS[0]), bounds(*Y, who=SETS[0])
    for each in (was, will):
        each.containers[ALICE] = [(SETS[0], Link(place("assignment")))]
    order = Apply(slots=("r",), acting=("s",)).order
    assert told(boundary_after(was, will, ALICE, order)) == "y at s lost at r"


@pytest.mark.parametrize(
    ("before", "after", "apply", "expected"),
    [
        ([R], [], {"deleted": True, "own": ("r",)}, "x at r"),
        ([R], [], {"deleted": True}, "none"),
        ([R], [], {"own": ("r",), "acting": ("r",)}, "none"),
        ([R], [("y", "s")], {"deleted": True, "own": ("r",)}, "y at s"),
        ([], [R], {}, "x at r"),
        ([], [R], {"taken": ("a",)}, "none"),
        ([R], [R], {"taken": ("a",)}, "x at r"),
    ],
)
def test_a_boundary_of_one_that_goes_or_comes(before: Any, after: Any, apply: dict[str, Any], expected: str) -> None:
    """It goes with a principal whose own it is; of a created one it counts unless somebody else may have the name."""
    given = bounds(*after)
    given.documents[APP] = [HeldDocument(Document(Place("a", "policy"), "{}"))]
    assert told(boundary_after(bounds(*before), given, APP, Apply(**apply).order)) == expected


def test_a_boundary_stays_where_another_resource_is_the_principal() -> None:
    """Which says nothing of one."""
    deleted = Apply(deleted=True, own=("r",), acting=("r",)).order
    assert told(boundary_after(bounds(R, resources=1), bounds(resources=1), APP, deleted)) == "none"
