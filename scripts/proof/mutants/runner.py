"""A plugin of pytest: the tests run once, then again for each mutant, in a process of its own.

A mutant meets the tests that run its lines, as many as time is for, the likeliest first; the first that fails ends it.
"""

import ast
import gc
import importlib
import os
import resource
import signal
import sys
import time
import zlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import NoReturn

import coverage
import pytest
from _pytest.runner import runtestprotocol

from scripts.proof.mutants import swap
from scripts.proof.mutants.operators import Mutant, mutants
from scripts.proof.mutants.outcome import Outcome, State, append

MEMORY = 4 << 30
SLOWER = 4  # how many times as long as without the mutant a test may take, and a second; in CPU time
OWN = 16  # a test of the module itself is tried before others that cost a sixteenth of it
MANY, FEW = 64, 3  # of a slow test that has more cases than so many, so few are run
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Order:
    """What one run does: which modules; which of their mutants, where not all; which share of these, from 0 to 1, and
    the seed that chooses it; how many at a time; the seconds of tests for one; how many cases of a slow test that has
    very many; the file that gets a line for each."""

    modules: Sequence[str]
    out: Path
    only: frozenset[tuple[str, ...]] | None = None
    done: frozenset[tuple[str, ...]] = frozenset()
    share: float = 1.0
    seed: int = 1
    workers: int = 2
    enough: float = 4.0
    few: int = FEW

    def wants(self, key: tuple[str, ...]) -> bool:
        """Whether a mutant is one of this run."""
        if key in self.done or (self.only is not None and key not in self.only):
            return False
        return zlib.crc32("\t".join(key).encode(), self.seed) < self.share * 2**32


@dataclass
class Runner:
    """The plugin, and what it learns on its way: the seconds of each test, how often each was tried and found
    something, and the processes that run."""

    order: Order
    items: list[pytest.Item] = field(default_factory=list)
    seconds: dict[int, float] = field(default_factory=dict)
    tries: Counter[int] = field(default_factory=Counter)
    kills: Counter[int] = field(default_factory=Counter)
    running: dict[int, tuple[Outcome, int, float]] = field(default_factory=dict)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Of a slow test with very many cases, a few."""
        families: dict[tuple[Path, str], list[pytest.Item]] = {}
        for item in items:
            families.setdefault((item.path, getattr(item, "originalname", item.name)), []).append(item)
        left_out = {
            id(item)
            for family in families.values()
            for item in (family[self.order.few :] if len(family) > MANY else [])
            if item.get_closest_marker("slow")
        }
        items[:] = [item for item in items if id(item) not in left_out]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = session.items
        for module in self.order.modules:  # what no test imports is to be found, too
            importlib.import_module(module.removesuffix(".py").replace("/", "."))
        run = coverage.Coverage(
            data_file=None, config_file=False, include=[str(ROOT / one) for one in self.order.modules]
        )
        tables = swap.tables(str(ROOT / "gate"))
        swap.loaded(str(ROOT / "gate")).forget()  # what was made while tests were collected is made by one of them
        self._without(run)
        tables.forget()
        live = swap.loaded(str(ROOT / "gate"))
        live.forget()
        gc.collect()
        gc.freeze()
        for module in self.order.modules:
            self._module(module, live, run.get_data().contexts_by_lineno(str(ROOT / module)))
        while self.running:
            self._wait()
        return True

    def _without(self, run: coverage.Coverage) -> None:
        """Every test without any mutant: how long it takes, which lines it runs. One that fails is no judge."""
        run.start()
        for index, item in enumerate(self.items):
            run.switch_context(str(index))
            began = time.process_time()
            if _passes(item, self.items[index + 1] if index + 1 < len(self.items) else None):
                self.seconds[index] = time.process_time() - began
            else:
                print(f"fails without any mutant: {item.nodeid}", file=sys.__stderr__)
        run.stop()

    def _module(self, module: str, live: swap.Loaded, by_line: dict[int, list[str]]) -> None:
        path = ROOT / module
        source = path.read_text()
        old = compile(ast.parse(source), str(path), "exec")
        for mutant in mutants(source):
            outcome = Outcome(module, *mutant.key, mutant.lines.start)
            if not self.order.wants(outcome.key):
                continue
            new = swap.compiled(mutant.tree, str(path))
            exchanges = swap.exchanges(old, new, live.functions.get(str(path), [])) if new else []
            if not exchanges:
                continue
            tests = self._chosen(module, mutant, by_line)
            if tests:
                self._start(outcome, exchanges, tests)
            else:
                append(self.order.out, outcome)

    def _chosen(self, module: str, mutant: Mutant, by_line: dict[int, list[str]]) -> list[int]:
        concerned = {int(one) for line in mutant.lines for one in by_line.get(line, ()) if one} & self.seconds.keys()
        own = f"test_{Path(module).stem}"
        ordered = sorted(concerned, key=lambda index: self._price(index, is_own=self.items[index].path.stem == own))
        total = list(accumulate(self.seconds[index] for index in ordered))
        return ordered[: max(1, bisect_right(total, self.order.enough))]

    def _price(self, index: int, *, is_own: bool) -> float:
        """How many seconds of this test a kill has taken so far. A module's own tests notice more than others do."""
        price = (self.seconds[index] + 0.002) * (self.tries[index] + 2) / (self.kills[index] + 1)
        return price / OWN if is_own else price

    def _start(self, outcome: Outcome, exchanges: Sequence[swap.Exchange], tests: list[int]) -> None:
        while len(self.running) >= self.order.workers:
            self._wait()
        read, write = os.pipe()
        pid = os.fork()
        if not pid:
            self._child(exchanges, tests, write)
        os.close(write)
        self.running[pid] = (outcome, read, time.monotonic())

    def _child(self, exchanges: Sequence[swap.Exchange], tests: list[int], write: int) -> NoReturn:
        try:
            signal.signal(signal.SIGPROF, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            for exchange in exchanges:
                exchange.function.__code__ = exchange.code
            for index, following in zip(tests, [*tests[1:], None], strict=True):
                os.write(write, f"{index}\n".encode())
                signal.setitimer(signal.ITIMER_PROF, 1 + SLOWER * self.seconds[index])
                if not _passes(self.items[index], None if following is None else self.items[following]):
                    os._exit(1)
            os._exit(0)
        except BaseException:  # whatever it was, this process must not go on as pytest
            os._exit(1)

    def _wait(self) -> None:
        pid, status = os.wait()
        if pid not in self.running:
            return
        outcome, read, began = self.running.pop(pid)
        with os.fdopen(read) as pipe:
            tried = [int(one) for one in pipe.read().split()]
        self.tries.update(tried)
        state, test = State.SURVIVED, ""
        if status:
            self.kills[tried[-1]] += 1
            late = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF
            state, test = (State.TIMED_OUT if late else State.KILLED), self.items[tried[-1]].nodeid
        append(self.order.out, outcome.now(state, test, time.monotonic() - began))


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))
