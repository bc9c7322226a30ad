"""Where one access is full and another one was not, request by request (docs/semantics.md: full, and newly)."""

from collections.abc import Iterator

from gate.iam import access, narrowed
from gate.iam.access import Cell
from gate.iam.guards import Access, actions_of
from gate.iam.patterns import MANY, Budget, OutOfBudget
from gate.iam.service import ANYTHING, Service, shapes
from gate.new_access.inquiry import LEAST
from gate.new_access.questions import FULL, Answer

NOTHING = Access((), ())


def newly_full(before: Access, after: Access, service: Service, budget: Budget) -> Iterator[Answer]:
    """Every newly full cell of every partition, with the resource and the newly allowed actions. Raises OutOfBudget."""
    mentioned = access.resources(before, after)
    for shape, points in shapes(service, mentioned):
        for cell in access.cells(before, after, shape, points, service.is_full, budget):
            yield from _new(cell, service, ~service.unscoped)
        was, will = (narrowed.at_once(one, points[0], ANYTHING, service.unscoped) for one in (before, after))
        if access.widened(*(narrowed.only(one, service.unscoped) for one in (was, will))):
            for cell in access.cells(was, will, MANY, [ANYTHING], service.is_full, budget):
                yield from _new(cell, service, service.unscoped)


def gains_full(before: Access, after: Access, service: Service) -> bool:
    """Whether anything is newly full, on some key and under whatever condition. What is too much work is."""
    if not service.is_full(actions_of(after.allows)):
        return False
    try:
        return any(True for _ in newly_full(before, after, service, Budget(LEAST)))
    except OutOfBudget:
        return True


def _new(cell: Cell, service: Service, asked: int) -> Iterator[Answer]:
    """The cell with those of the actions `asked` that make it newly full."""
    new = cell.after.allowed & ~cell.before.allowed & asked
    if service.is_full(cell.before.granted):
        new &= service.sensitive
    if new and cell.reached & service.sensitive & ~service.unscoped:
        yield Answer(FULL, cell, new)
