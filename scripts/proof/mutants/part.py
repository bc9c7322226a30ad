"""Mutation testing as a part of the proof: how many small errors in the code of a verdict the tests notice."""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.proof.mutants import explained
from scripts.proof.mutants.outcome import Outcome, State, read
from scripts.proof.mutants.packages import PACKAGES
from scripts.proof.mutants.runner import ROOT
from scripts.proof.part import SHORT, Budget, Part, Result, Row

SMALL = ("iam", "gate/iam/needs.py", "--tests", "tests/iam/test_needs.py")  # what a short run does
LEFT = (State.SURVIVED, State.NOT_RUN)


def run(budget: Budget) -> Result:
    """A row for each package. A mutant that nobody noticed shows a gap in the tests, not a wrong verdict: it is counted
    as not compared, or as cautious where scripts/proof/mutants/explained.tsv says why nobody can notice it."""
    with tempfile.TemporaryDirectory() as folder:
        if budget.share <= SHORT.share:
            return Result([row("iam/needs.py", run_once(SMALL, Path(folder) / "small.tsv"))])
        return Result([row(package.name, _package(package.name, budget, Path(folder))) for package in PACKAGES])


def run_once(arguments: Sequence[str], out: Path) -> list[Outcome]:
    """One run, in a process of its own since gate must not be loaded before."""
    command = [sys.executable, "-m", "scripts.proof.mutants", *arguments, "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return read(out)


def row(what: str, outcomes: Sequence[Outcome]) -> Row:
    """The line of the table: how many of the mutants were noticed, and the first of those that were not."""
    known = explained.keys()
    left = [one for one in outcomes if one.state in LEFT]
    open_ones = [one for one in left if one.key not in known]
    examples = tuple(f"{one.module}:{one.line} {one.function}: {one.before} -> {one.after}" for one in open_ones[:5])
    noticed = len(outcomes) - len(left)
    return Row(
        f"errors in {what}, {noticed:,} noticed",
        len(outcomes),
        cautious=len(left) - len(open_ones),
        not_compared=len(open_ones),
        examples=examples,
    )


def _package(name: str, budget: Budget, folder: Path) -> list[Outcome]:
    """The tests of a package first, then further ones for what is left and not explained."""
    first = folder / f"{name}.tsv"
    sample = ("--share", str(budget.share), "--seed", str(budget.seed))
    known = explained.keys()
    settled = [one for one in run_once((name, *sample), first) if one.state not in LEFT or one.key in known]
    further = run_once((name, "--survivors", str(first), "--enough", "20"), folder / f"{name}-further.tsv")
    return [*settled, *further]


PART = Part("mutants", "small errors in the code of a verdict, which the tests must notice", run)
