"""What rules ask about every holder: which access is newly allowed, and on which breadth."""

import msgspec

from gate.iam.access import Cell
from gate.iam.service import Service


class Question(msgspec.Struct, frozen=True, gc=False):
    """Which newly allowed access a rule is about.

    `any_of` are actions as IAM writes them, each of them enough by itself; without any, it is all power over a resource
    (Service.is_full). `on_named`: also over resources that are told apart by their names, not only over every one (or
    every one of an account, a region or a partition).
    """

    any_of: tuple[str, ...] = ()
    on_named: bool = False

    def actions(self, service: Service) -> int:
        """The actions that it is about."""
        return service.chosen(self.any_of) if self.any_of else service.all_actions()

    def is_met(self, actions: int, service: Service) -> bool:
        """Whether whoever has these actions on one resource has what is asked for. More actions never have less."""
        return bool(actions & self.actions(service)) if self.any_of else service.is_full(actions)

    def telling(self, service: Service) -> int:
        """The actions by which a statement shows that it answers, whether they are new or not."""
        telling = 0
        for power in () if self.any_of else service.powers:
            telling |= power
        return telling


FULL = Question(on_named=True)


class Answer(msgspec.Struct, frozen=True, gc=False):
    """A class of requests that answers a question, and the actions by which it is `new`."""

    question: Question
    cell: Cell
    new: int
