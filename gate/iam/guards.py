"""The nouns of the algebra, Scope, Box and Access; and the sets of condition clauses under which boxes are compared."""

from collections.abc import Callable, Hashable, Iterable

import msgspec
from msgspec.structs import replace

from gate.iam.bits import union
from gate.iam.condition_keys import is_fixed
from gate.iam.conditions import UNKNOWN_CLAUSE, Clause, Guard
from gate.iam.contexts import Contexts, completions
from gate.iam.patterns import Budget
from gate.iam.variables import IS


class Scope(msgspec.Struct, frozen=True, gc=False):
    """The resources matched by `included` and by none of `excluded` (patterns of gate.iam.patterns)."""

    included: str
    excluded: frozenset[str] = frozenset()


class Box(msgspec.Struct, frozen=True, gc=False):
    """Requests that one statement speaks of: actions as a bit set, one scope of resources, a guard; whose it is.

    `goes_with` is the document with which it comes and goes, None where it is there in any case."""

    actions: int
    resources: Scope
    guard: Guard
    origin: Hashable = None
    goes_with: Hashable = None


class Access(msgspec.Struct, frozen=True, gc=False):
    """What a holder may do. `boundary` are the boxes that a permissions boundary allows, None without a boundary; what
    the boundary denies stands among `denies`. What goes with a document denies what goes with it as well, and no more:
    the document may be there alone."""

    allows: tuple[Box, ...] = ()
    denies: tuple[Box, ...] = ()
    boundary: tuple[Box, ...] | None = None


def actions_of(boxes: Iterable[Box]) -> int:
    """All actions of some boxes."""
    return union(box.actions for box in boxes)


def fixed(guard: Guard) -> Guard:
    """The part of a guard that callers do not choose."""
    return frozenset(clause for clause in guard if is_fixed(clause.key))


def under_unknown(access: Access) -> Access:
    """The access where a condition that is not known may be each of those that it has: what it allows under one, it
    allows under that one as well. On which resource a condition is, is no condition of that kind."""

    def more(boxes: tuple[Box, ...]) -> tuple[Box, ...]:
        guards = [frozenset(clause for clause in box.guard if clause.operator == IS) for box in boxes]
        return (*boxes, *(replace(box, guard=own | {UNKNOWN_CLAUSE}) for box, own in zip(boxes, guards, strict=True)))

    return replace(access, allows=more(access.allows), boundary=access.boundary and more(access.boundary))


def by_guard(boxes: Iterable[Box]) -> dict[Guard, int]:
    """The actions of boxes, by what has to hold."""
    total: dict[Guard, int] = {}
    for box in boxes:
        total[box.guard] = total.get(box.guard, 0) | box.actions
    return total


def worth_assuming(
    pair: tuple[Access, Access], known: Contexts, worth: Callable[[int], bool], budget: Budget, *, together: bool
) -> list[Guard]:
    """The sets of clauses that are worth assuming true for one class of resources, before and after (`pair`).

    Only what the Allows after, the boundary after or one Deny before needs is ever assumed: any further true clause
    could only let a Deny after or an Allow before apply, so if there is a new request, there is one under one of these
    sets. Of Allows, only so many that each adds actions. `together`: the Allows need what callers do not choose, and
    one of them all that it says.
    """
    before, after = pair
    allows = by_guard(after.allows)
    if not worth(actions_of(after.allows)):
        return []
    if together and all(fixed(guard) == guard for guard in allows):
        return []
    bounds = None if after.boundary is None else by_guard(after.boundary)
    needed = _freed(allows) if together else allows
    sets = _chains(needed, known, budget)
    if bounds is not None:
        limits = _chains(bounds, known, budget)
        sets = {one | other: None for one in sets for other in limits}
    if together:
        budget.spend(len(sets) * len(allows))
        sets = {one | other: None for one in sets for other in allows}
    lifted = {frozenset(), *(box.guard for box in before.denies)}
    budget.spend(len(sets) * len(lifted))
    found: dict[Guard, None] = {}
    for assumed in {one | other: None for one in sets for other in lifted}:
        for guard in completions(known, assumed, budget):
            budget.spend(1 + len(allows))
            if guard not in found and worth(_held(needed, guard)):
                found[guard] = None
    return list(found)


def worth_assuming_for_one(before: Access, after: Access, known: Contexts, budget: Budget) -> list[Guard]:
    """The same where every action is asked for by itself: one Allow, one statement of the boundary and one Deny before
    are enough for it, so no unions of Allows are tried."""
    bounds = {frozenset[Clause]()} if after.boundary is None else {box.guard for box in after.boundary}
    lifted = {frozenset[Clause](), *(box.guard for box in before.denies)}
    allows = {box.guard for box in after.allows}
    budget.spend(len(allows) * len(bounds) * len(lifted))
    sets = {one | bound | deny: None for one in allows for bound in bounds for deny in lifted}
    return list(dict.fromkeys(guard for assumed in sets for guard in completions(known, assumed, budget)))


def _held(allows: dict[Guard, int], true: Guard) -> int:
    return union(actions for guard, actions in allows.items() if guard <= true)


def _freed(allowed: dict[Guard, int]) -> dict[Guard, int]:
    """The same by the part of each guard that callers do not choose."""
    total: dict[Guard, int] = {}
    for guard, actions in allowed.items():
        total[fixed(guard)] = total.get(fixed(guard), 0) | actions
    return total


def _chains(allowed: dict[Guard, int], known: Contexts, budget: Budget) -> dict[Guard, None]:
    """The unions of guards that can hold at once and each of which adds actions to those before it."""
    actions = dict(allowed)
    free = actions.pop(frozenset(), 0)
    ordered = sorted(actions, key=order)
    found: dict[Guard, None] = {frozenset(): None}
    pending: list[tuple[Guard, int, int]] = [(frozenset(), free, 0)]
    while pending:
        union, granted, start = pending.pop()
        budget.spend(1 + len(ordered) - start)
        for i in range(start, len(ordered)):
            if not actions[ordered[i]] & ~granted:
                continue
            wider = union | ordered[i]
            if not completions(known, wider, budget):
                continue
            found[wider] = None
            pending.append((wider, granted | actions[ordered[i]], i + 1))
    return found


def order(guard: Guard) -> tuple[int, list[Clause]]:
    """Sorts guards: few clauses first."""
    return len(guard), sorted(guard)
