"""Part 5: texts that nobody would write. Each is judged or refused in one line, in bounded time."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from random import Random
from time import monotonic

from scripts.proof.fuzz.target import Failure, Target, failure
from scripts.proof.fuzz.targets import TARGETS
from scripts.proof.part import Budget, Part, Result, Row

SECONDS = 3600  # for each target of a whole run
FEW = 0.01  # of a whole run: below it a number of texts, the same on every machine
TEXTS = 25_000  # of which a short run takes its share
SHOWN = 3
_RUNS = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
_EDGES = re.compile(r"cov: (\d+)")


def run(budget: Budget) -> Result:
    """A row for each target: how many texts, and how many different failures."""
    if budget.share > FEW and find_spec("atheris"):
        with ThreadPoolExecutor(os.cpu_count()) as processes:  # each target has a process of its own
            return Result([*processes.map(partial(_guided, budget=budget), TARGETS)])
    return Result([_at_random(target, budget) for target in TARGETS])


def _at_random(target: Target, budget: Budget) -> Row:
    seconds = SECONDS * budget.share if budget.share > FEW else None
    tried = 0
    found: dict[str, Failure] = {}
    for text in _texts(target, budget.seed, seconds or TEXTS * budget.share, timed=seconds is not None):
        tried += 1
        if one := failure(target, text):
            found.setdefault(one.place, one)
    return Row(f"{target.what}, at random", tried, missed=len(found), examples=_examples(target, [*found.values()]))


def _texts(target: Target, seed: int, amount: float, *, timed: bool) -> Iterator[bytes]:
    """For an amount of seconds, or that many: texts that are one to three steps away from a seed."""
    seeds, rng = target.seeds(), Random(seed)
    until, number = monotonic() + amount, 0
    while monotonic() < until if timed else number < amount:
        text = rng.choice(seeds)
        for _ in range(rng.randint(1, 3)):
            text = target.mutate(text, seeds, rng)
        yield text
        number += 1


def _guided(target: Target, budget: Budget) -> Row:
    """With atheris, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = round(SECONDS * budget.share)
        command = [sys.executable, "-m", "scripts.proof.fuzz", target.name, folder, str(seconds), str(budget.seed)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, errors="replace")
        found = sorted((Path(folder) / "failures").glob("*"))
        runs, edges = _RUNS.findall(done.stderr), _EDGES.findall(done.stderr)
        if not runs:
            raise RuntimeError(f"the fuzzer of {target.name} gave up: {done.stderr[-2000:]}")
        what = f"{target.what}, {int(edges[-1]):,} edges" if edges else target.what
        failures = [one for path in found if (one := failure(target, path.read_bytes()))]
        return Row(what, int(runs[-1]), missed=len(found), examples=_examples(target, failures))


def _examples(target: Target, found: list[Failure]) -> tuple[str, ...]:
    return tuple(f"{target.name}: {one.told}: {one.text[:2000]!r}" for one in found[:SHOWN])


PART = Part("inputs", "texts that nobody would write: judged, or refused in one line", run)
