"""Which of a few actions are newly allowed over resources that no name tells apart, for all questions at once."""

from collections.abc import Iterator

from gate.iam import access
from gate.iam.access import Cell
from gate.iam.guards import Access
from gate.iam.limits import limited
from gate.iam.patterns import MANY, Budget
from gate.iam.service import ANYTHING, Service, everything, in_partition, names_none, partitions, spanning
from gate.new_access.effective import EffectivePolicies
from gate.new_access.questions import Answer, Question


def found(
    questions: tuple[Question, ...],
    before: EffectivePolicies,
    after: EffectivePolicies,
    service: Service,
    budget: Budget,
) -> Iterator[Answer]:
    """Every class of requests that is new for some question. Raises OutOfBudget.

    An action that a condition limits (Service.limits) is left out where it holds.
    """
    wanted = 0
    for question in questions:
        wanted |= question.actions(service)
    was, will = access.only(before.access, wanted), access.only(after.access, wanted)
    if not any(names_none(box.resources.included) for box in will.allows) or not access.widened(was, will):
        return
    mentioned = access.resources(was, will)
    for partition in partitions(mentioned):
        shape = in_partition(service, partition)
        points = [everything(service, partition), *spanning(service, partition, mentioned)]
        for cell in access.cells(was, will, shape, points, bool, budget):
            if not cell.together:
                yield from _new(questions, cell, will, ~service.unscoped, service)
    was, will = (access.only(access.at_once(side, ANYTHING, ANYTHING, 0), service.unscoped) for side in (was, will))
    for cell in access.cells(was, will, MANY, [ANYTHING], bool, budget):
        if not cell.together:
            yield from _new(questions, cell, will, service.unscoped, service)


def _new(questions: tuple[Question, ...], cell: Cell, after: Access, told: int, service: Service) -> Iterator[Answer]:
    """The cell for every question that it answers, with those of the actions `told` that are new and not limited."""
    new = cell.after.allowed & ~cell.before.allowed & told
    if not new:
        return
    new &= ~limited(service.limits, cell.guard, access.spoken_of(after.denies, cell.resource))
    for question in questions:
        answer = new & question.actions(service)
        if answer:
            yield question, cell, answer
