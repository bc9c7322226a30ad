"""Which of a few actions are newly allowed over resources that no name tells apart, for all questions at once."""

from collections.abc import Iterator

from gate.iam import access, narrowed
from gate.iam.access import Cell
from gate.iam.alternatives import standing
from gate.iam.guards import Access
from gate.iam.limiting_conditions import limited
from gate.iam.patterns import MANY, Budget
from gate.iam.service import ANYTHING, Service, names_none, shapes
from gate.new_access.certain_and_worst import BeforeAndAfter
from gate.new_access.questions import Answer, Question


def found(questions: tuple[Question, ...], both: BeforeAndAfter, service: Service, budget: Budget) -> Iterator[Answer]:
    """Every class of requests that is new for some question. Raises OutOfBudget.

    An action that a condition limits (Service.limits) is left out where it holds.
    """
    wanted = 0
    for question in questions:
        wanted |= question.actions(service)
    was, will = (narrowed.only(policies.access, wanted) for policies in (both.before, both.after))
    if not any(names_none(box.resources.included) for box in will.allows) or not access.widened(was, will):
        return
    for cell, new in _new(was, will, service, budget):
        for question in questions:
            answer = new & question.actions(service)
            if answer:
                yield Answer(question, cell, answer)


def _new(was: Access, will: Access, service: Service, budget: Budget) -> Iterator[tuple[Cell, int]]:
    """Every class of requests with the actions that are new there and not limited."""
    mentioned = access.resources(was, will)
    for shape, points in shapes(service, mentioned):
        for cell in access.cells(was, will, shape, points, bool, budget):
            if not cell.together:
                yield cell, _unlimited(cell, ~service.unscoped, will, service)
    was, will = (narrowed.only(narrowed.on_one(one, ANYTHING), service.unscoped) for one in (was, will))
    for cell in access.cells(was, will, MANY, [ANYTHING], bool, budget):
        if not cell.together:
            yield cell, _unlimited(cell, service.unscoped, will, service)


def _unlimited(cell: Cell, told: int, after: Access, service: Service) -> int:
    """Those of the actions `told` that are new in a cell and not limited there."""
    new = cell.after.allowed & ~cell.before.allowed & told
    return new and new & ~limited(service.limits, cell.guard, narrowed.spoken_of(standing(after.denies), cell.resource))
