"""The algebra: access as a union of boxes, and what of it is new.

Every axis of a grant is a scope. Actions are a set, of the service's catalogue; resources are "matched by one pattern"
or "matched by none of these"; conditions are guards that have to hold. A statement is a union of boxes, an Allow adds
its boxes, a Deny takes its own away, and a permissions boundary intersects. `cells` splits all requests into the
classes that no box of either side tells apart and evaluates both sides in each, so that after - before is exact.
Nothing here knows a service: its actions and the shape of its resources are arguments.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import lru_cache
from itertools import combinations

import msgspec

from gate.iam import patterns
from gate.iam.conditions import Clause, Guard, completions
from gate.iam.patterns import Budget, OutOfBudget

MAX_GUARDS = 12  # 4096 combinations of conditions; more is undetermined


class Scope(msgspec.Struct, frozen=True, gc=False):
    """The resources matched by `included` and by none of `excluded` (patterns of gate.iam.patterns)."""

    included: str
    excluded: frozenset[str] = frozenset()


class Box(msgspec.Struct, frozen=True, gc=False):
    """Requests that one statement speaks of: actions as a bit set, one scope of resources, a guard; whose it is."""

    actions: int
    resources: Scope
    guard: Guard
    origin: Hashable = None


class Access(msgspec.Struct, frozen=True, gc=False):
    """What a holder may do. `boundary` are the boxes that a permissions boundary allows, None without a boundary; what
    the boundary denies stands among `denies`."""

    allows: tuple[Box, ...] = ()
    denies: tuple[Box, ...] = ()
    boundary: tuple[Box, ...] | None = None


class View(msgspec.Struct, frozen=True, gc=False):
    """One side seen from one cell: bit sets of actions. `granted` leaves Denies aside."""

    granted: int
    allowed: int
    allows: tuple[Box, ...]
    denies: tuple[Box, ...]


class Cell(msgspec.Struct, frozen=True, gc=False):
    """Requests that no box tells apart: a resource that stands for its class, and the clauses that hold."""

    resource: str
    guard: Guard
    before: View
    after: View


def widened(before: Access, after: Access) -> bool:
    """Whether `after` may hold a request that `before` does not. False is certain: every Allow was there, every Deny
    still is, the boundary is the same; it costs no algebra, and moving, splitting or rewording policies ends here."""
    if (before.boundary is None) != (after.boundary is None):
        return True
    if _union(before.boundary or ()) != _union(after.boundary or ()):
        return True
    granted, denied = _union(before.allows), _union(after.denies)
    return any(actions & ~granted.get(key, 0) for key, actions in _union(after.allows).items()) or any(
        actions & ~denied.get(key, 0) for key, actions in _union(before.denies).items()
    )


def _union(boxes: Iterable[Box]) -> dict[tuple[Scope, Guard], int]:
    total: dict[tuple[Scope, Guard], int] = {}
    for box in boxes:
        key = (box.resources, box.guard)
        total[key] = total.get(key, 0) | box.actions
    return total


def resources(*sides: Access) -> set[str]:
    """Every pattern of resources that one of the sides names."""
    boxes = [box for side in sides for box in (*side.allows, *side.denies, *(side.boundary or ()))]
    return {pattern for box in boxes for pattern in (box.resources.included, *box.resources.excluded)}


def view(access: Access, resource: str, guard: Guard) -> View:
    """What one side grants and allows on one resource while exactly the clauses of `guard` hold."""
    allows = tuple(box for box in access.allows if _speaks_of(box, resource, guard))
    denies = tuple(box for box in access.denies if _speaks_of(box, resource, guard))
    bounds = access.boundary and tuple(box for box in access.boundary if _speaks_of(box, resource, guard))
    return _view(access, allows, denies, bounds)


def _view(access: Access, allows: tuple[Box, ...], denies: tuple[Box, ...], bounds: tuple[Box, ...] | None) -> View:
    granted = _actions(allows)
    if access.boundary is not None:
        granted &= _actions(bounds or ())
    return View(granted, granted & ~_actions(denies), allows, denies)


def _actions(boxes: Iterable[Box]) -> int:
    total = 0
    for box in boxes:
        total |= box.actions
    return total


def _speaks_of(box: Box, resource: str, guard: Guard) -> bool:
    return (
        box.guard <= guard
        and _matches(box.resources.included, resource)
        and not any(_matches(pattern, resource) for pattern in box.resources.excluded)
    )


_matches = lru_cache(maxsize=65536)(patterns.matches)


def cells(
    before: Access,
    after: Access,
    shape: str,
    points: Iterable[str],
    worth: Callable[[int], bool],
    budget: Budget,
) -> Iterator[Cell]:
    """Every class of requests on resources of `shape` in which the after side grants something `worth` a look.

    `points` are resources of the shape that stand for their class first. `worth` must be monotone: what it says of a
    set of actions it says of every larger one. Raises OutOfBudget.
    """
    if not worth(_actions(after.allows)):
        return
    boxes = (
        *after.allows,
        *(after.boundary or ()),
        *after.denies,
        *before.allows,
        *(before.boundary or ()),
        *before.denies,
    )
    mentioned = sorted(resources(before, after))
    classes = _classes(shape, mentioned, list(points), budget)
    clauses = {clause for box in boxes for clause in box.guard}
    for guard in _guards(before, after, clauses, worth, budget):
        for resource in classes:
            budget.spend(len(boxes))
            seen = view(after, resource, guard)
            if worth(seen.granted):
                yield Cell(resource, guard, view(before, resource, guard), seen)


def _classes(shape: str, mentioned: list[str], points: list[str], budget: Budget) -> list[str]:
    chosen: dict[int, str] = {}
    for point in points:
        budget.spend(len(mentioned))
        vector = sum(1 << i for i, pattern in enumerate(mentioned) if _matches(pattern, point))
        chosen.setdefault(vector, point)
    for vector, text in patterns.cells(shape, mentioned, budget).items():
        chosen.setdefault(vector, text)
    return list(chosen.values())


def _guards(
    before: Access, after: Access, clauses: set[Clause], worth: Callable[[int], bool], budget: Budget
) -> list[Guard]:
    """The sets of clauses that are worth assuming true, smallest first.

    Only what an Allow after, the boundary after or a Deny before needs is ever assumed: any further true clause could
    only let a Deny after or an Allow before apply, so if there is a new request, there is one under one of these sets.
    """
    needed = _needed(after.allows) | _needed(after.boundary or ())
    if len(needed) > MAX_GUARDS:
        raise OutOfBudget
    ordered = sorted(needed, key=_order)
    lifted = sorted({frozenset[Clause](), *(box.guard for box in before.denies)}, key=_order)
    cost = len(clauses) + len(after.allows)
    found: dict[Guard, None] = {}
    for size in range(len(ordered) + 1):
        for chosen in combinations(ordered, size):
            for denied in lifted:
                budget.spend(1 + cost)
                for guard in completions(frozenset().union(denied, *chosen), clauses, budget.spend):
                    budget.spend(1 + cost)
                    if guard not in found and worth(_actions(box for box in after.allows if box.guard <= guard)):
                        found[guard] = None
    return sorted(found, key=_order)


def _needed(allows: tuple[Box, ...]) -> set[Guard]:
    """The guards of boxes that allow something which no box without conditions allows anyway."""
    free: dict[Scope, int] = {}
    for box in allows:
        if not box.guard:
            free[box.resources] = free.get(box.resources, 0) | box.actions
    everywhere = free.get(Scope(patterns.MANY), 0)
    return {box.guard for box in allows if box.guard and box.actions & ~everywhere & ~free.get(box.resources, 0)}


def _order(guard: Guard) -> tuple[int, list[Clause]]:
    return len(guard), sorted(guard)
