"""`python -m scripts.proof.mutants PACKAGE [MODULE...] --out FILE`: every mutant of some modules against their tests.

PACKAGE is one of scripts/proof/mutants/packages.py. A run goes on where `--out` ended; `--survivors FILE` takes only
those that survived there, or that no test ran, and asks further tests; but for those that are explained.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import hypothesis
import pytest

from scripts.proof.mutants import explained, outcome
from scripts.proof.mutants.packages import PACKAGES
from scripts.proof.mutants.runner import FEW, ROOT, Order, Runner

ARGUMENTS = ("-n0", "-p", "no:cacheprovider", "--capture=sys", "-o", "tmp_path_retention_policy=none")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.proof.mutants")
    parser.add_argument("package", choices=[package.name for package in PACKAGES])
    parser.add_argument("modules", nargs="*", help="of the package; all, where none is named")
    parser.add_argument("--out", type=Path, required=True, help="a line for each mutant, tabs between")
    parser.add_argument("--survivors", type=Path, help="what an earlier run wrote")
    parser.add_argument("--tests", help="with commas between, instead of the package's own")
    parser.add_argument("--quick", action="store_true", help="without the slow tests")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--enough", type=float, default=4.0, help="seconds of tests for one mutant")
    parser.add_argument("--few", type=int, default=FEW, help="cases of a slow test that has very many")
    chosen = parser.parse_args(arguments)
    package = next(one for one in PACKAGES if one.name == chosen.package)
    left = (outcome.State.SURVIVED, outcome.State.NOT_RUN)
    only = None
    if chosen.survivors:
        only = frozenset(one.key for one in outcome.read(chosen.survivors) if one.state in left) - explained.keys()
    if not chosen.out.exists():
        outcome.begin(chosen.out)
    order = Order(
        chosen.modules or package.modules(),
        chosen.out.resolve(),
        only,
        frozenset(one.key for one in outcome.read(chosen.out)),
        chosen.share,
        chosen.seed,
        chosen.workers,
        chosen.enough,
        chosen.few,
    )
    own = package.further if chosen.survivors else package.tests
    tests = chosen.tests.split(",") if chosen.tests else [*own]
    run(order, [*tests, "-m", "not slow"] if chosen.quick else tests)
    found = outcome.read(chosen.out)
    print(", ".join(f"{sum(one.state is state for one in found)} {state.value}" for state in outcome.State))
    return 0


def run(order: Order, tests: list[str]) -> None:
    """Random tests try the same each time, and do not look for a smaller example."""
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("mutants", deadline=None, database=None, derandomize=True, phases=phases)
    hypothesis.settings.load_profile("mutants")
    os.chdir(ROOT)
    screen = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with tempfile.TemporaryDirectory() as own:  # the folders of pytest are swept by whatever other run of it is there
        pytest.main([*ARGUMENTS, f"--basetemp={own}/tests", *tests], plugins=[Runner(order)])
    sys.stdout.flush()
    os.dup2(screen, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
