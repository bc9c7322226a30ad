"""What every holder of a plan is asked, and how much work that may be."""

from collections.abc import Hashable

import msgspec

from gate.iam.patterns import Budget
from gate.iam.service import Service
from gate.new_access.certain_and_worst import BeforeAndAfter, CertainAndWorst
from gate.new_access.policies import PlanDocuments
from gate.new_access.questions import FULL, Answer, Question

BUDGET = 500_000  # steps of work for one holder, about half a second
WHOLE = 8 * BUDGET  # for all holders of a plan
REMEMBERED = 256  # answers at once
LEAST = 20_000  # for any holder, when the others have used it up


class Work(msgspec.Struct):
    """The work that is left for all holders of a plan: for what is full, for every other question, and for whom
    holders can become."""

    full: Budget
    rest: Budget
    becoming: Budget

    def left_for(self, questions: tuple[Question, ...]) -> Budget:
        """What is left for some questions, which are answered together."""
        return self.full if questions == (FULL,) else self.rest


class Answered(msgspec.Struct, frozen=True, gc=False):
    """What answers some questions about one access before and after, and the work that it took to tell."""

    answers: tuple[Answer, ...]
    steps: int


class Weighed(msgspec.Struct, frozen=True, gc=False):
    """What all documents of a holder come to, in one word each (see `gate.new_access.grants.Introduced`). `compared` is
    what was compared, None where it is certain that both allow the same; `opening` is what of it may open anything."""

    was_full: bool
    may_be_full: bool
    is_full: bool
    compared: CertainAndWorst | None = None
    opening: tuple[BeforeAndAfter, ...] = ()


class Memory(msgspec.Struct):
    """What was told of the holders so far, and grows with each. `answered` is what was told last, by all that it
    depends on: many holders have the same access. `weighed` is what the first of several holders may do, by the texts
    that decide it for all of them. No answer depends on what is remembered."""

    answered: dict[Hashable, Answered] = {}
    weighed: dict[Hashable, Weighed] = {}

    def remember(self, key: Hashable, answered: Answered) -> None:
        """Keeps an answer for the next holders."""
        if len(self.answered) >= REMEMBERED:
            self.answered.clear()
        self.answered[key] = answered


class Inquiry(msgspec.Struct, frozen=True, gc=False):
    """What is asked of every holder: the questions of the rules about one protected service. `documents` are those of
    the whole plan. What changes from holder to holder is the `work` that is left, and the `memory` of what was told."""

    service: Service
    documents: PlanDocuments
    work: Work
    questions: tuple[Question, ...] = ()
    memory: Memory = msgspec.field(default_factory=Memory)
