"""`python -m scripts.bench [--write] [PART...]`: what whole `gate` processes cost, on plans of real proportions and on
plans in which one thing grows.

Every ratio is of processes that ran in turn, so that a machine that drifts drifts for both, and of the quickest run of
each. CPU time is user and system time. `--write` makes docs/performance.md and its picture of what was measured; parts
are real, growth, many.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from multiprocessing import Process
from pathlib import Path

from scripts.bench import page, shapes
from scripts.bench.measure import Command, Cost, exponent, once, together

RUNS = 7
PYTHON = [sys.executable, "-I"]
GATE = [*PYTHON, "-m", "gate"]
NOTHING = [*PYTHON, "-c", "pass"]
LOAD = [*PYTHON, "-c", "import sys, json\njson.load(open(sys.argv[1], 'rb'))\n"]
_SCANNING = """\
import sys, msgspec
class R(msgspec.Struct, gc=False):
    address: str; type: str; change: msgspec.Raw
class P(msgspec.Struct, gc=False):
    resource_changes: list[R]
msgspec.json.decode(open(sys.argv[1], 'rb').read(), type=P)
"""
SCAN = [*PYTHON, "-c", _SCANNING]
JQ = '[.resource_changes[] | select(.type | startswith("aws_iam"))] | length'
REAL: Mapping[str, Callable[[], bytes]] = {
    "one role": shapes.small,
    "20 MB": lambda: shapes.real(20),
    "20 MB with drift": lambda: shapes.real(20, drift=True),
    "100 MB": lambda: shapes.real(100),
    "account of 5,000 roles": lambda: shapes.account(5000),
}


def main(arguments: list[str]) -> None:
    """Measures the parts that are named, or all, and prints a table of each."""
    os.environ.pop("CI", None)
    parts = {"real": real, "growth": growth, "many": many}
    chosen = [name for name in arguments if name in parts] or list(parts)
    with tempfile.TemporaryDirectory() as folder:
        measured = [parts[name](Path(folder)) for name in chosen]
    for part in measured:
        print(part.text())
    if "--write" in arguments:
        page.write(measured)


def real(folder: Path) -> page.Part:
    """Plans of real proportions, against what bounds them from below and other tools that are installed."""
    rows = []
    for name, make in REAL.items():
        path = _plan(folder / "plan.json", make)
        commands: dict[str, Command] = {
            "gate": [*GATE, "check", "--no-source", str(path)],
            "nothing": NOTHING,
            "scan": [*SCAN, str(path)],
            "load": [*LOAD, str(path)],
        }
        if jq := shutil.which("jq"):
            commands["jq"] = [jq, JQ, str(path)]
        costs = together(commands, RUNS)
        if checkov := shutil.which("checkov"):
            costs["checkov"] = once([checkov, "--framework", "terraform_plan", "--compact", "-f", str(path)])
        rows.append(_against(name, path.stat().st_size, costs))
    head = ("plan", "file", "gate", "peak", "x json.load", "x typed scan", "x empty Python", "jq", "checkov")
    return page.Part("Plans of real proportions", head, rows)


def growth(folder: Path) -> page.Part:
    """Each shape in three sizes, in turn; the exponent is that of the last two."""
    start = together({"gate": [*GATE, "check", str(_plan(folder / "plan.json", shapes.small))]}, RUNS)["gate"].seconds
    rows, lines = [], {}
    for name, (make, sizes) in shapes.GROWTH.items():
        plans = {size: _plan(folder / f"{size}.json", make, size) for size in sizes}
        commands = {str(size): [*GATE, "check", "--no-source", str(path)] for size, path in plans.items()}
        costs = together(commands, RUNS)
        seconds = [costs[str(size)].seconds for size in sizes]
        power = exponent(sizes, seconds, start)
        rows.append(
            (name, *(f"{size:,}: {took:.2f} s" for size, took in zip(sizes, seconds, strict=True)), f"{power:.2f}")
        )
        lines[name] = (sizes, [max(took - start, 1e-3) for took in seconds])
    return page.Part("Growth", ("what grows", "small", "twice", "four times", "exponent"), rows, lines)


def many(folder: Path) -> page.Part:
    """Many plans in one run, many reports that become one, and large sources."""
    plans = [str(_plan(folder / f"{number}.json", shapes.small)) for number in range(200)]
    report = folder / "report.json"
    _plan(folder / "plan.json", shapes.granted_roles, 8)
    once([*GATE, "check", "--no-source", str(folder / "plan.json"), "-o", f"json={report}"])
    reports = [str(report)] * 500
    source = folder / "source"
    shapes.source(source, 400)
    hidden = _plan(folder / "hidden.json", shapes.hidden_in_source, 400)
    rows = []
    for name, command in {
        "200 plans of one role in one run": [*GATE, "check", "--no-source", *plans],
        f"500 reports of {report.stat().st_size // 1000} KB in one": [*GATE, "report", *reports],
        "400 hidden policies in 400 files of source": [*GATE, "check", "--source", str(source), str(hidden)],
    }.items():
        cost = together({"gate": command}, RUNS)["gate"]
        rows.append((name, f"{cost.seconds:.2f} s", f"{cost.peak:.0f} MiB"))
    return page.Part("Many", ("what", "CPU", "peak"), rows)


def _plan(path: Path, make: Callable[..., bytes], *arguments: int) -> Path:
    """Writes a plan in a process of its own: a child's peak memory starts from its parent's."""
    writer = Process(target=_write, args=(path, make, arguments))
    writer.start()
    writer.join()
    return path


def _write(path: Path, make: Callable[..., bytes], arguments: Iterable[int]) -> None:
    path.write_bytes(make(*arguments))


def _against(name: str, size: int, costs: Mapping[str, Cost]) -> tuple[str, ...]:
    gate = costs["gate"]
    ratios = (f"{gate.seconds / costs[other].seconds:.2f}" for other in ("load", "scan", "nothing"))
    others = (
        f"{costs[tool].seconds:.2f} s, {costs[tool].peak:.0f} MiB" if tool in costs else ""
        for tool in ("jq", "checkov")
    )
    return (name, f"{size / 2**20:.1f} MiB", f"{gate.seconds:.2f} s", f"{gate.peak:.0f} MiB", *ratios, *others)


if __name__ == "__main__":
    main(sys.argv[1:])
