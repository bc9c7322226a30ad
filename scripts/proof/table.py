"""The table of a run of the proof: in the terminal, and in docs/proof.md between two marks."""

import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scripts.proof.part import Part, Result

PAGE = Path(__file__).parents[2] / "docs" / "proof.md"
BEGIN, END = "<!-- the table: begin -->", "<!-- the table: end -->"
HEAD = ("part", "compared", "cases", "missed", "false alarms", "cautious", "not compared", "time")


@dataclass(frozen=True)
class Run:
    """A part that ran, how much of it, what it found, and the seconds that it took."""

    part: Part
    share: float
    result: Result
    seconds: float


def text(runs: Sequence[Run]) -> str:
    """For the terminal, with the examples of what disagreed below."""
    rows = [HEAD, *_rows(runs)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    examples = [example for run in runs for row in run.result.rows for example in row.examples]
    return "\n".join([*lines, *examples])


def markdown(runs: Sequence[Run]) -> str:
    """For the page."""
    rows = [HEAD, ("---",) * 2 + ("---:",) * (len(HEAD) - 2), *_rows(runs)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def write(runs: Sequence[Run], seed: int) -> None:
    """Puts the table into the page, with date, commit and machine."""
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True)
    machine = (
        f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} {platform.machine()}"
    )
    run = f"{datetime.now(UTC):%Y-%m-%d}, commit {commit.stdout.strip()}, seed {seed}, {machine}"
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{run}.\n\n{markdown(runs)}\n{END}{after}")


def _rows(runs: Sequence[Run]) -> list[tuple[str, ...]]:
    found = []
    for run in runs:
        for i, row in enumerate(run.result.rows):
            counts = (row.cases, row.missed, row.alarms, row.cautious, row.not_compared)
            part = run.part.name if run.share == 1 else f"{run.part.name}, {run.share:.1%}"
            first = ("", "") if i else (part, _time(run.seconds))
            found.append((first[0], row.what, *(f"{count:,}" for count in counts), first[1]))
    return found


def _time(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.0f} s"
