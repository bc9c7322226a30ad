"""Where an expression stands, what it can refer to, and the budget of evaluating it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from gate.errors import GateError
from gate.hcl.syntax import Step
from gate.hcl.values import ExhaustedError, size
from gate.unknown import Unresolved, Value

DEPTH = 80  # nested evaluations, through locals, modules and templates
_STEPS = 1_000_000  # for all questions about one source, a second or two
_SIZE = 50_000  # nodes of one value
_CHARACTERS = 50  # of a text, for one step
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: a module instance (not looked into here), what `each` and `count` are, and names of
    `for`, of a dynamic block's iterator or of a template's variables. `sealed`: nothing but those names exists."""

    module: Any
    each: tuple[Value, Value] | None = None
    count: Value = None
    names: Mapping[str, Value] = field(default_factory=dict)
    sealed: bool = False

    def having(self, names: Mapping[str, Value]) -> "Scope":
        return replace(self, names={**self.names, **names})


class World(Protocol):
    """What an expression can refer to beyond its own scope."""

    def resolve(self, name: str, steps: tuple[Step, ...], scope: Scope, work: "Work") -> tuple[Value, tuple[Step, ...]]:
        """The value of a name and the steps after it that were used up to find it; the rest is returned."""

    def file_function(self, name: str, arguments: list[Value], scope: Scope, work: "Work") -> Value:
        """`file`, `fileset`, `templatefile` and `templatestring`."""

    def changing(self, call: str) -> None:
        """Is told of a call whose result is another one each time."""

    def document(self, value: Value) -> Value | None:
        """The structure of the JSON text that a value will be, where that is planned although the text is not."""

    def is_text(self, hole: Unresolved) -> bool:
        """Whether what is unknown is a text for certain."""

    def harmless(self, hole: Unresolved) -> bool:
        """Whether a hole in a JSON text can't end the string that it stands in."""

    def is_there(self, hole: Unresolved) -> bool:
        """Whether what is unknown is a text for certain, and not an empty one."""

    def is_apart(self, hole: Unresolved, text: str) -> bool:
        """Whether a text is nowhere in a hole, nor where one begins or ends, or is a part of the text."""


@dataclass(slots=True)
class Work:
    """The budget: every step, node and character is paid before it is made.

    The end of the budget leaves values unknown, and comes at the same step every time. The clock is the last stop, and
    an error, since no verdict may depend on it.
    """

    world: World
    left: int = _STEPS
    depth: int = 0
    until: float = field(default_factory=lambda: time.monotonic() + SECONDS)
    _looked: int = _STEPS

    def pay(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise ExhaustedError
        if self._looked - self.left > 1000:
            self._looked = self.left
            if time.monotonic() > self.until:
                raise GateError(
                    f"the source took longer than {SECONDS} seconds to evaluate; `--no-source` leaves it out"
                )

    def pay_text(self, parts: list[Value]) -> None:
        """For the characters of a text that is about to be built."""
        self.pay(len(parts) + sum(len(part) for part in parts if isinstance(part, str)) // _CHARACTERS)

    def hold(self, value: Value, price: int = 1) -> Value:
        """The value, or unknown where it is larger than anything that is a policy. `price`: how often it is about to be
        gone through, or was to make it."""
        counted = size(value, _SIZE)
        self.pay(counted * price // 4)
        return Unresolved() if counted > _SIZE else value
