"""The values that are asked for on the way to a place."""

from dataclasses import dataclass
from typing import Any

from gate.errors import GateError
from gate.hcl.evaluate import lenient
from gate.hcl.syntax import Attribute, Block
from gate.hcl.values import ExhaustedError
from gate.hcl.work import Scope, Work
from gate.source.excerpt import Files
from gate.source.modules import ModuleInstance
from gate.source.named_values import NamedValues
from gate.source.places import Written, texts
from gate.unknown import Unresolved, Value

_STEPS = 2000  # of one way, through objects that are merged too


@dataclass(slots=True)
class Values:
    """Evaluates in one source; all evaluations have one budget, after which every value is unknown."""

    world: NamedValues
    work: Work
    files: Files
    left: int = _STEPS
    given: list[dict[str, Attribute]] | None = None  # what each `.tfvars` file sets

    def begin(self) -> None:
        """Begins a new way, which ends in ExhaustedError or RecursionError where it takes too many steps."""
        self.left, self.work.depth = _STEPS, 0

    def scope(self, instance: ModuleInstance, block: Block, index: Any) -> Scope:
        """The scope of a block's expressions, without `each` where it takes too much work."""
        try:
            return self.world.scope(instance, block, index, self.work)
        except (ExhaustedError, RecursionError, GateError):
            return Scope(instance)

    def value(self, one: Written) -> Value:
        """The value of an expression, unknown where it takes too much work."""
        try:
            return lenient(one.expression, one.scope, self.work)
        except (ExhaustedError, RecursionError, GateError):  # an error is the clock's, and no reason to stop here
            self.work.left = 0
            return Unresolved()

    def holds(self, one: Written, wanted: frozenset[str]) -> bool:
        """Whether the value is, or holds, one of the texts, in lower case."""
        return any(text.lower() in wanted for text in texts(self.value(one)))

    def step(self) -> None:
        """Takes a step of a way. Raises ExhaustedError when it is too long."""
        self.left -= 1
        if self.left < 0:
            raise ExhaustedError
