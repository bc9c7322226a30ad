"""Part 8: what gate is installed with and built from is what the project says, and nothing else.

In this part *missed* is what breaks the sentence of a row, and a *false alarm* a dependency that nobody imports. It has
no random cases: a short run is a whole one.
"""

from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.proof.part import Budget, Part, Result, Row
from scripts.supply import builds, imports, locks, workflows

ROOT = Path(__file__).parents[2]
SHOWN = 5


def run(_: Budget) -> Result:
    """A row for the builds, the locks, the workflows and the imports."""
    return Result([_builds(), _locks(), _workflows(), _imports()])


def _builds() -> Row:
    with TemporaryDirectory() as work:
        first, second = builds.twice(ROOT, Path(work))
    apart = sorted({name for name, _ in first.items() ^ second.items()})
    return _row("built twice, the same bytes", len(first), [f"{name}: two builds, two digests" for name in apart])


def _locks() -> Row:
    pins = sum(len(locks.read(ROOT, path).pins) for path in locks.LOCKS)
    problems = [*locks.problems(ROOT), *locks.open_ends(ROOT, _requires)]
    return _row("locked with its hashes, as asked", pins, problems)


def _requires(name: str) -> list[str] | None:
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return None


def _workflows() -> Row:
    checked = sum(map(len, workflows.files(ROOT)))
    return _row("workflow clean for zizmor and actionlint", checked, workflows.findings(ROOT))


def _imports() -> Row:
    found = imports.compared(ROOT)
    undeclared = [f"gate imports {name}, which pyproject.toml does not declare" for name in sorted(found.undeclared)]
    unused = [f"pyproject.toml declares {name}, which gate does not import" for name in sorted(found.unused)]
    examples = tuple([*undeclared, *unused][:SHOWN])
    return Row("imported and declared", len(found.packages), len(undeclared), len(unused), examples=examples)


def _row(what: str, cases: int, problems: Iterable[str]) -> Row:
    found = list(problems)
    return Row(what, cases, missed=len(found), examples=tuple(found[:SHOWN]))


PART = Part("supply", "what gate is installed with and built from is what the project says", run)
