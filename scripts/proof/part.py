"""What a part of the proof is, what it may do, and what it found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """How much of its part a run does: from 0 to 1, which is all of it; and the seed of everything random."""

    share: float
    seed: int = 1

    def of(self, cases: int) -> int:
        """How many cases of a whole run this one does, at least one."""
        return max(1, round(cases * self.share))


WHOLE = Budget(1.0)
SHORT = Budget(0.001)  # what `make test` does: seconds


@dataclass(frozen=True)
class Row:
    """One line of the table: what was compared, in how many cases, and where gate and its judge disagreed.

    `missed`: new access that gate did not tell. `alarms`: access that gate called new and that is not. `cautious`: gate
    took at its worst what its documentation says is not decided. `not_compared`: the judge gave no answer, or gate said
    that it was too much work. `examples`: a few of the disagreements, each enough to repeat it.
    """

    what: str
    cases: int
    missed: int = 0
    alarms: int = 0
    cautious: int = 0
    not_compared: int = 0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """The rows of a part. It is a proof if no case was missed and none was a false alarm."""

    rows: Sequence[Row]

    @property
    def wrong(self) -> int:
        """In how many cases gate and its judge disagreed."""
        return sum(row.missed + row.alarms for row in self.rows)


@dataclass(frozen=True)
class Part:
    """A part of the proof: its name on the command line, what it shows in one sentence, and how it runs.
    `at_length`: not in a short run."""

    name: str
    what: str
    run: Callable[[Budget], Result]
    at_length: bool = False
