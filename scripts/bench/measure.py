"""Whole processes, measured from outside: CPU time and peak memory as the operating system counts them."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

Command = Sequence[str]


@dataclass(frozen=True)
class Cost:
    """The CPU time (user and system) of a process in seconds, and its peak memory in MiB."""

    seconds: float
    peak: float


def once(command: Command) -> Cost:
    """Runs a command and throws its output away. Raises SystemExit where it fails; a verdict (0 or 1) is none."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} exited with {child.returncode}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)


def together(commands: Mapping[str, Command], runs: int) -> dict[str, Cost]:
    """The cost of each command in its quickest run, for what else a machine does only adds to it. They run in turn, so
    that a machine that drifts drifts for all of them."""
    for command in commands.values():
        once(command)  # files and byte code into the caches
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            costs[name].append(once(command))
    return {
        name: Cost(min(one.seconds for one in found), max(one.peak for one in found)) for name, found in costs.items()
    }


def exponent(sizes: Sequence[int], seconds: Sequence[float], start: float) -> float:
    """How time grows between the two largest sizes: 1 is linear. `start` is what a process costs that does nothing."""
    below, above = (max(one - start, 1e-4) for one in seconds[-2:])
    return log(above / below) / log(sizes[-1] / sizes[-2])
