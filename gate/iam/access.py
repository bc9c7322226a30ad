"""The algebra: access as a union of boxes, and what of it is new.

Every axis of a grant is a scope. Actions are a set, of the service's catalogue; resources are "matched by one pattern"
or "matched by none of these"; conditions are guards that have to hold. A statement is a union of boxes, an Allow adds
its boxes, a Deny takes its own away, and a permissions boundary intersects. `cells` splits all requests into the
classes that no box, before or after, tells apart and evaluates both in each, so that after - before is exact.
Nothing here knows a service: its actions and the shape of its resources are arguments. The nouns, Access, Box and
Scope, are in gate.iam.guards.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from gate.iam import patterns
from gate.iam.alternatives import Documents, cases, standing, undenied
from gate.iam.conditions import Guard
from gate.iam.contexts import Contexts, completions, contexts
from gate.iam.guards import (
    Access,
    Box,
    Scope,
    actions_of,
    by_guard,
    fixed,
    order,
    worth_assuming,
    worth_assuming_for_one,
)
from gate.iam.narrowed import about, holds, matches, of_boxes
from gate.iam.patterns import Budget


class View(msgspec.Struct, frozen=True, gc=False):
    """What is said of one cell before or after: bit sets of actions. `granted` leaves Denies aside, and `allows` are
    the boxes that grant it; `allowed` is what the requests of the cell are allowed."""

    granted: int
    allowed: int
    allows: tuple[Box, ...]
    denies: tuple[Box, ...]


class Cell(msgspec.Struct, frozen=True, gc=False):
    """Requests that no box tells apart: a resource that stands for its class, and the clauses that hold.

    `together`: what is granted counts all that the caller can reach by requests that differ in what callers choose.
    `reached` is what is allowed after in all that counts; `gone` are the documents that may go and are not there.
    """

    resource: str
    guard: Guard
    before: View
    after: View
    reached: int
    together: bool = False
    gone: Documents = frozenset()


def widened(before: Access, after: Access) -> bool:
    """Whether `after` may hold a request that `before` does not. False is certain: every Allow was there, every Deny
    still is, the boundary is the same; it costs no algebra, and moving, splitting or rewording policies ends here."""
    if (before.boundary is None) != (after.boundary is None):
        return True
    if _union(before.boundary or ()) != _union(after.boundary or ()):
        return True
    granted, denied = _union(before.allows), _union(standing(after.denies))
    return any(actions & ~granted.get(key, 0) for key, actions in _union(after.allows).items()) or any(
        actions & ~denied.get(key, 0) for key, actions in _union(before.denies).items()
    )


def _union(boxes: Iterable[Box]) -> dict[tuple[Scope, Guard], int]:
    total: dict[tuple[Scope, Guard], int] = {}
    for box in boxes:
        key = (box.resources, box.guard)
        total[key] = total.get(key, 0) | box.actions
    return total


def resources(*accesses: Access) -> set[str]:
    """Every pattern of resources that one of them names."""
    boxes = [box for one in accesses for box in (*one.allows, *one.denies, *(one.boundary or ()))]
    return {pattern for box in boxes for pattern in (box.resources.included, *box.resources.excluded)}


def view(access: Access, resource: str, guard: Guard, *, together: bool = False) -> View:
    """What is granted and allowed on one resource while exactly the clauses of `guard` hold.

    `together`: clauses on keys that callers choose per request are left aside in what is granted, by the Allows and by
    the boundary, not in what is allowed.
    """
    allows = _speaking(access.allows, resource, guard)
    denies = _speaking(access.denies, resource, guard)
    bounds = None if access.boundary is None else _speaking(access.boundary, resource, guard)
    granted = _granted(allows, bounds)
    allowed = granted & undenied(allows, denies)
    if together:
        unchosen = Access(_freed(access.allows), (), None if access.boundary is None else _freed(access.boundary))
        loose = view(unchosen, resource, guard)
        return View(loose.granted, allowed, loose.allows, denies)
    return View(granted, allowed, allows, denies)


def _speaking(boxes: Iterable[Box], resource: str, guard: Guard) -> tuple[Box, ...]:
    return tuple(box for box in boxes if box.guard <= guard and holds(box.resources, resource))


def _granted(allows: Iterable[Box], bounds: Iterable[Box] | None) -> int:
    return actions_of(allows) if bounds is None else actions_of(allows) & actions_of(bounds)


@lru_cache(maxsize=256)
def _freed(boxes: tuple[Box, ...]) -> tuple[Box, ...]:
    """Boxes without the clauses on keys that callers choose."""
    return tuple(replace(box, guard=fixed(box.guard)) for box in boxes)


def cells(  # noqa: PLR0913 - before and after, which resources, what is asked, and the work: none belong together
    before: Access,
    after: Access,
    shape: str,
    points: Iterable[str],
    worth: Callable[[int], bool],
    budget: Budget,
) -> Iterator[Cell]:
    """Every class of requests on resources of `shape` in which something `worth` a look is granted after; last those
    in which it is only together with other requests, and was not before.

    `points` are resources of the shape that stand for their class first. `worth` must be monotone: what it says of a
    set of actions it says of every larger one. Raises OutOfBudget.
    """
    if not worth(actions_of(after.allows)):
        return
    classes, pairs, known = _told_apart(before, after, shape, points, budget)
    states = [
        (resource, gone, (was, will))
        for resource, (was, whole) in zip(classes, pairs, strict=True)
        for gone, will in cases(whole)
    ]
    near = [pair for _, _, pair in states]
    found: list[tuple[Guard, int]] = []
    seen: dict[tuple[object, ...], list[Guard]] = {}
    for together in (False, True):
        if together:
            near = [(_bounded(was, known, budget), _bounded(will, known, budget)) for was, will in near]
        found = []
        for i, pair in enumerate(near):
            question = _question(*pair)
            if question not in seen:
                seen[question] = worth_assuming(pair, known, worth, budget, together=together)
            found += ((guard, i) for guard in seen[question])
        seen.clear()
        for guard, i in sorted(found, key=lambda pair: (order(pair[0]), pair[1])):
            was, will = near[i]
            resource, gone, _ = states[i]
            budget.spend(1 + len(was.allows) + len(will.allows))
            after_view = view(will, resource, guard, together=together)
            if not worth(after_view.granted):
                continue
            before_view = view(was, resource, guard, together=together)
            if not (together and worth(before_view.granted)):
                reached = _reached(will, known, guard, budget) if together else after_view.allowed
                yield Cell(resource, guard, before_view, after_view, reached, together, gone)


def cells_of_one_action(
    one: Access, other: Access, shape: str, points: Iterable[str], budget: Budget
) -> Iterator[Cell]:
    """Every class of requests in which one of two accesses allows something, where each action is asked for by itself:
    what one of them allows and the other does not in none of these, it does in no request. Arguments as for `cells`.
    Raises OutOfBudget."""
    if not one.allows and not other.allows:
        return
    classes, near, known = _told_apart(one, other, shape, points, budget)
    seen: dict[tuple[object, ...], list[Guard]] = {}
    for resource, (was, will) in zip(classes, near, strict=True):
        question = (*_question(was, will), *_question(will, was))
        if question not in seen:
            both = (worth_assuming_for_one(*pair, known, budget) for pair in ((was, will), (will, was)))
            seen[question] = list(dict.fromkeys(guard for guards in both for guard in guards))
        for guard in seen[question]:
            budget.spend(1 + len(was.allows) + len(will.allows))
            before_view, after_view = view(was, resource, guard), view(will, resource, guard)
            if before_view.allowed or after_view.allowed:
                yield Cell(resource, guard, before_view, after_view, after_view.allowed)


def _told_apart(
    before: Access, after: Access, shape: str, points: Iterable[str], budget: Budget
) -> tuple[list[str], list[tuple[Access, Access]], Contexts]:
    """The classes of resources that no box tells apart, what is said of each before and after, and the contexts of
    requests."""
    mentioned = sorted(resources(before, after))
    classes = _classes(shape, mentioned, list(points), budget)
    boxes = [box for one in (before, after) for box in (*one.allows, *one.denies, *(one.boundary or ()))]
    known = contexts((clause for box in boxes for clause in box.guard), budget)
    before, after = (_possible(one, known, budget) for one in (before, after))
    near: list[tuple[Access, Access]] = []
    for resource in classes:
        budget.spend(len(boxes))
        near.append((about(before, resource), about(after, resource)))
    return classes, near, known


def _reached(access: Access, known: Contexts, guard: Guard, budget: Budget) -> int:
    """What requests are allowed that share with `guard` what callers do not choose; the access is near one resource,
    and its boundary is worked into it."""
    total = 0
    for own in by_guard(access.allows):
        for whole in completions(known, fixed(guard) | own, budget):
            budget.spend(1 + len(access.allows) + len(access.denies))
            denied = (box for box in access.denies if box.guard <= whole)
            total |= undenied([box for box in access.allows if box.guard <= whole], denied)
    return total


def _classes(shape: str, mentioned: list[str], points: list[str], budget: Budget) -> list[str]:
    chosen: dict[int, str] = {}
    for point in points:
        budget.spend(len(mentioned))
        vector = sum(1 << i for i, pattern in enumerate(mentioned) if matches(pattern, point))
        chosen.setdefault(vector, point)
    for vector, text in patterns.cells(shape, mentioned, budget).items():
        chosen.setdefault(vector, text)
    return list(chosen.values())


def _possible(access: Access, known: Contexts, budget: Budget) -> Access:
    """The access without the boxes whose guard contradicts itself."""
    holding: dict[Guard, bool] = {frozenset(): True}

    def kept(boxes: tuple[Box, ...]) -> tuple[Box, ...]:
        for box in boxes:
            if box.guard not in holding:
                holding[box.guard] = bool(completions(known, box.guard, budget))
        return tuple(box for box in boxes if holding[box.guard])

    return of_boxes(access, kept)


def _bounded(access: Access, known: Contexts, budget: Budget) -> Access:
    """The access with the boundary worked into what it allows, so that both are asked of the same request."""
    if access.boundary is None:
        return access
    budget.spend(len(access.allows) * len(access.boundary))
    allows = [
        replace(box, actions=box.actions & bound.actions, guard=box.guard | bound.guard)
        for box in access.allows
        for bound in access.boundary
        if box.actions & bound.actions
    ]
    return _possible(Access(tuple(allows), access.denies), known, budget)


def _question(before: Access, after: Access) -> tuple[object, ...]:
    """All that the guards of a class of resources depend on."""
    bounds = None if after.boundary is None else frozenset(by_guard(after.boundary).items())
    return frozenset(by_guard(after.allows).items()), bounds, frozenset(box.guard for box in before.denies)
