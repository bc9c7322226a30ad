"""What became of a mutant, and the file with a line for each."""

from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

HEAD = ("module", "function", "before", "after", "nth", "line", "state", "test", "seconds")


class State(Enum):
    """How the tests took a mutant. `NOT_RUN`: no test runs its lines."""

    KILLED = "killed"
    SURVIVED = "survived"
    TIMED_OUT = "timed out"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Outcome:
    """A mutant by its module, its function, the source before and after it, and which of several such it is in its
    function; its line today, what became of it, the test that showed it, and how long that took."""

    module: str
    function: str
    before: str
    after: str
    nth: int
    line: int
    state: State = State.NOT_RUN
    test: str = ""
    seconds: float = 0.0

    @property
    def key(self) -> tuple[str, ...]:
        """What names it as long as its function is the same."""
        return self.module, self.function, self.before, self.after, str(self.nth)

    def now(self, state: State, test: str = "", seconds: float = 0.0) -> "Outcome":
        return replace(self, state=state, test=test, seconds=seconds)


def begin(path: Path) -> None:
    """An empty file."""
    path.write_text("\t".join(HEAD) + "\n")


def append(path: Path, one: Outcome) -> None:
    """One more line."""
    cells = (*one.key, str(one.line), one.state.value, one.test, f"{one.seconds:.2f}")
    with path.open("a") as file:
        file.write("\t".join(cells) + "\n")


def read(path: Path) -> list[Outcome]:
    """What `append` wrote."""
    rows = [line.split("\t") for line in path.read_text().splitlines()[1:]]
    return [
        Outcome(row[0], row[1], row[2], row[3], int(row[4]), int(row[5]), State(row[6]), row[7], float(row[8]))
        for row in rows
    ]
