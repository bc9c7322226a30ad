"""Which of a few actions are newly allowed over resources that no name tells apart, for all questions at once."""

from collections.abc import Iterator

from msgspec.structs import replace

from gate.iam import access
from gate.iam.access import Cell
from gate.iam.guards import Access, Box, Scope
from gate.iam.limits import limited
from gate.iam.patterns import MANY, Budget
from gate.iam.service import Service, everything, in_partition, names_none, partitions, spanning
from gate.new_access.meaning import Side
from gate.new_access.questions import Answer, Question

_ANYTHING = "*"  # the resource of a request for what knows no other


def found(
    questions: tuple[Question, ...], before: Side, after: Side, service: Service, budget: Budget
) -> Iterator[Answer]:
    """Every class of requests that is new for some question. Raises OutOfBudget.

    An action that a condition limits (Service.limits) is left out where it holds.
    """
    wanted = 0
    for question in questions:
        wanted |= question.actions(service)
    was, will = _only(before.access, wanted), _only(after.access, wanted)
    if not any(names_none(box.resources.included) for box in will.allows) or not access.widened(was, will):
        return
    mentioned = access.resources(was, will)
    for partition in partitions(mentioned):
        shape = in_partition(service, partition)
        points = [everything(service, partition), *spanning(service, partition, mentioned)]
        for cell in access.cells(was, will, shape, points, bool, budget):
            if not cell.together:
                yield from _new(questions, cell, will, ~service.unscoped, service)
    was, will = (_at(_only(side, service.unscoped), _ANYTHING) for side in (was, will))
    for cell in access.cells(was, will, MANY, [_ANYTHING], bool, budget):
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
            yield question, cell, cell.resource, answer


def _only(side: Access, actions: int) -> Access:
    """What a side says of some actions."""

    def kept(boxes: tuple[Box, ...]) -> tuple[Box, ...]:
        return tuple(replace(box, actions=box.actions & actions) for box in boxes if box.actions & actions)

    return Access(kept(side.allows), kept(side.denies), None if side.boundary is None else kept(side.boundary))


def _at(side: Access, resource: str) -> Access:
    """What a side says of one resource, as if there were no other."""

    def kept(boxes: tuple[Box, ...]) -> tuple[Box, ...]:
        return tuple(replace(box, resources=Scope(MANY)) for box in access.spoken_of(boxes, resource))

    return Access(kept(side.allows), kept(side.denies), None if side.boundary is None else kept(side.boundary))
