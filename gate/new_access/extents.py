"""How far what a holder may do reaches, column by column: on no key, on those that are named, or on every one."""

from collections.abc import Iterator
from enum import Enum, auto

import msgspec

from gate.iam import access, narrowed
from gate.iam.access import Cell, View
from gate.iam.alternatives import undenied
from gate.iam.conditions import Guard
from gate.iam.guards import Access, Box, actions_of
from gate.iam.patterns import FRESH, MANY, Budget, is_literal
from gate.iam.service import (
    ANYTHING,
    Service,
    assembled,
    everything,
    generalisations,
    parts,
    shapes,
)
from gate.iam.variables import IS


class Keys(Enum):
    """On which resources something is allowed."""

    NONE = auto()
    NAMED = auto()  # those that are named
    EVERY = auto()  # every one, but for some that are named


class Extent(msgspec.Struct, frozen=True, gc=False):
    """On which resources a holder may do something of a column. EVERY one may be tied to some `width`, names of fields,
    by their values, `fields`. `conditional`: only statements with conditions allow it, or one denies it under some."""

    keys: Keys = Keys.NONE
    width: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    conditional: bool = False


class Reach(msgspec.Struct, frozen=True, gc=False):
    """All that one access allows: an extent for each column of the service, and the actions (bit set) that it allows on
    something that the other one does not."""

    extents: tuple[Extent, ...]
    only_here: int


def reach(one: Access, other: Access, service: Service, budget: Budget) -> tuple[Reach, Reach]:
    """How far two accesses reach, and what of each the other one does not allow. Raises OutOfBudget."""
    here, there = _Measured(one, service, budget), _Measured(other, service, budget)
    for cell, told in _cells(one, other, service, budget):
        here.add(cell, cell.before, cell.after, told)
        there.add(cell, cell.after, cell.before, told)
    return here.reach(), there.reach()


_BEST = (0, False)
_NAMED, _NONE = 98, 99  # ranks behind those that are tied to fields, of which no resource has as many


def _rank(extent: Extent) -> tuple[int, bool]:
    """The widest first, and of two as wide the one without conditions."""
    if extent.keys is Keys.EVERY:
        return len(extent.width), extent.conditional
    return _NAMED if extent.keys is Keys.NAMED else _NONE, extent.conditional


def _cells(one: Access, other: Access, service: Service, budget: Budget) -> Iterator[tuple[Cell, int]]:
    """Every class of requests that one of them allows, with the actions that it is told of."""
    mentioned = access.resources(one, other)
    for shape, points in shapes(service, mentioned):
        for cell in access.cells_of_one_action(one, other, shape, points, budget):
            yield cell, ~service.unscoped
    unscoped = service.unscoped
    anywhere = everything(service)
    was, will = (narrowed.only(narrowed.at_once(each, anywhere, ANYTHING, unscoped), unscoped) for each in (one, other))
    for cell in access.cells_of_one_action(was, will, MANY, [ANYTHING], budget):
        yield cell, unscoped


class _Measured:
    """How far one access reaches by the cells so far; no question about the width around a resource is answered
    twice."""

    def __init__(self, own: Access, service: Service, budget: Budget) -> None:
        self._own, self._service, self._budget = own, service, budget
        bounds = None if own.boundary is None else tuple(filter(_may_be_wide, own.boundary))
        self._wide = Access(tuple(filter(_may_be_wide, own.allows)), own.denies, bounds)
        self._best = [Extent()] * len(service.columns)
        self._only_here = 0
        self._allowed: dict[tuple[str, Guard], int] = {}
        self._free: dict[tuple[str, bool], int] = {}

    def add(self, cell: Cell, own: View, others: View, told: int) -> None:
        """Adds one cell, as this access and as the other one sees it."""
        allowed = own.allowed & told
        self._only_here |= allowed & ~others.allowed
        for i, column in enumerate(self._service.columns if allowed else ()):
            actions = allowed & column.actions
            if actions and _rank(self._best[i]) > _BEST:
                extent = self._extent(cell, own, actions)
                self._best[i] = min(self._best[i], extent, key=_rank)

    def reach(self) -> Reach:
        """All of it."""
        return Reach(tuple(self._best), self._only_here)

    def _extent(self, cell: Cell, own: View, actions: int) -> Extent:
        """The widest that some of a cell's actions are allowed on, under the conditions of the cell."""
        resource = cell.resource
        if resource == ANYTHING:
            return Extent(Keys.EVERY, conditional=not actions & _unconditional(self._own, resource))
        if any(box.actions & actions and _may_be_wide(box) for box in own.allows):
            for point, kept in generalisations(self._service, resource):
                wide = self._allowed_at(point, cell.guard) & actions
                if wide:
                    fields = self._fields(point, kept, cell.guard, actions)
                    free = wide & self._unconditional_at(point, wide=True)
                    return Extent(Keys.EVERY, kept, fields, conditional=not free)
        return Extent(Keys.NAMED, conditional=not actions & self._unconditional_at(resource, wide=False))

    def _fields(self, point: str, kept: tuple[str, ...], guard: Guard, actions: int) -> tuple[str, ...]:
        """The fields that the breadth is tied to, with `*` where it goes on: a pattern's shortest text is no region."""
        own = dict(zip(self._service.fields, parts(self._service, point), strict=True))
        found = []
        for name in kept:
            spelled = own[name]
            for at in (len(spelled), *range(len(spelled))):
                longer = f"{spelled[:at]}{FRESH}{spelled[at:]}"
                if self._allowed_at(assembled(self._service, tuple({**own, name: longer}.values())), guard) & actions:
                    spelled = longer
                    break
            found.append(spelled.replace(FRESH, "*"))
        return tuple(found)

    def _allowed_at(self, point: str, guard: Guard) -> int:
        if (point, guard) not in self._allowed:
            self._spend()
            self._allowed[point, guard] = access.view(self._wide, point, guard).allowed
        return self._allowed[point, guard]

    def _unconditional_at(self, point: str, *, wide: bool) -> int:
        """Of a `wide` extent a statement that a policy variable ties to a name is no part."""
        if (point, wide) not in self._free:
            self._spend()
            self._free[point, wide] = _unconditional(self._wide if wide else self._own, point)
        return self._free[point, wide]

    def _spend(self) -> None:
        self._budget.spend(1 + len(self._own.allows) + len(self._own.denies) + len(self._own.boundary or ()))


def _unconditional(own: Access, resource: str) -> int:
    """The actions that are allowed on a resource whatever else holds."""
    free = [box for box in narrowed.spoken_of(own.allows, resource) if _is_free(box)]
    allowed = undenied(free, narrowed.spoken_of(own.denies, resource))
    if own.boundary is not None:
        allowed &= actions_of(box for box in narrowed.spoken_of(own.boundary, resource) if _is_free(box))
    return allowed


def _may_be_wide(box: Box) -> bool:
    """Whether what is allowed may be so on resources whatever their name: by neither a name nor a policy variable."""
    return not is_literal(box.resources.included) and not any(clause.operator == IS for clause in box.guard)


def _is_free(box: Box) -> bool:
    return all(clause.operator == IS for clause in box.guard)
