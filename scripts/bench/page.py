"""What was measured as tables, in the terminal and as docs/performance.md, and growth as a picture."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
Line = tuple[Sequence[int], Sequence[float]]  # sizes, and the seconds that each takes beyond an empty run
_STYLES = ("o-", "s--", "^:")  # beside ten colours, so that no two lines look alike
HEAD = """# Performance

`make bench` measures this and writes the page. Every figure is of whole processes, CPU time (user and system) and peak
memory as the operating system counts them; ratios are of processes that ran in turn. The plans are made by
scripts/bench/shapes.py: in those of real proportions about 35 % of the bytes are changes, 29 % configuration, 18 %
planned values and 18 % prior state, and 6 % of the changes are IAM. A typed scan is the least that reading a plan can
cost: msgspec with three fields. jq counts the IAM resources, which decides nothing. An empty cell is a tool that was
not installed. Of each the quickest of seven runs counts; an exponent of 1 is linear.
"""


@dataclass(frozen=True)
class Part:
    """A table: its title, the names of its columns, its rows, and lines of a picture by name."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    lines: Mapping[str, Line] = field(default_factory=dict)

    def text(self) -> str:
        """For the terminal."""
        widths = [max(len(row[i]) for row in (self.head, *self.rows)) for i in range(len(self.head))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            for row in (self.head, *self.rows)
        ]
        return "\n".join([self.title, *(line.rstrip() for line in lines), ""])

    def markdown(self) -> str:
        """For the page."""
        rows = [self.head, ("---",) * len(self.head), *self.rows]
        return "\n".join([f"## {self.title}", *(f"| {' | '.join(row)} |" for row in rows), ""])


def write(parts: Sequence[Part]) -> None:
    """Writes docs/performance.md, and the picture of what grows."""
    machine = (
        f"{platform.python_implementation()} {platform.python_version()} on {platform.system()} {platform.machine()}"
    )
    measured = f"Measured on {datetime.now(UTC):%Y-%m-%d} with {machine}.\n"
    picture = "![CPU time against size, both logarithmic](pictures/growth.svg)\n"
    lines = {name: line for part in parts for name, line in part.lines.items()}
    blocks = [HEAD, measured, *(part.markdown() for part in parts), *([picture] if lines else [])]
    (DOCS / "performance.md").write_text("\n".join(blocks))
    if lines:
        _draw(lines, DOCS / "pictures" / "growth.svg")


def _draw(lines: Mapping[str, Line], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "gate"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(10, 6), layout="constrained")
    for (name, (sizes, seconds)), style in zip(lines.items(), cycle(_STYLES), strict=False):
        axes.loglog(sizes, seconds, style, markersize=4, linewidth=1, label=name)
    axes.set_xlabel("how many")
    axes.set_ylabel("CPU seconds beyond a plan of one role")
    axes.grid(visible=True, which="both", linewidth=0.3)
    axes.legend(fontsize=7, bbox_to_anchor=(1, 1), loc="upper left")
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
