"""`python -m scripts.proof [--short | --share X] [--seed N] [--write] [PART[=X]...]`: runs the proof, prints one table.

Exit code 1 where any case disagrees. `--short` runs what `make test` runs; `--write` puts the table into docs/proof.md.
"""

import argparse
import sys
import time

from scripts.proof import table
from scripts.proof.part import SHORT, WHOLE, Budget
from scripts.proof.parts import PARTS


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.proof", description="runs the parts of the proof")
    names = [part.name for part in PARTS]
    parser.add_argument("parts", nargs="*", metavar="PART[=X]", help=f"of {', '.join(names)}, with a share of its own")
    parser.add_argument("--short", action="store_true", help="a small share of each part")
    parser.add_argument("--share", type=float, default=WHOLE.share, help="how much of each part, from 0 to 1")
    parser.add_argument("--seed", type=int, default=1, help="of everything random")
    parser.add_argument("--write", action="store_true", help="put the table into docs/proof.md")
    chosen = parser.parse_args(arguments)
    asked = dict(_part(one) for one in chosen.parts)
    if unknown := sorted(asked.keys() - names):
        parser.error(f"no part is called {unknown[0]}; there are {', '.join(names)}")
    share = SHORT.share if chosen.short else chosen.share
    runs = []
    for part in PARTS:
        if part.name not in asked if asked else chosen.short and part.at_length:
            continue
        budget = Budget(asked.get(part.name) or share, chosen.seed)
        print(f"{part.name}: {part.what}", file=sys.stderr, flush=True)
        began = time.monotonic()
        result = part.run(budget)
        runs.append(table.Run(part, budget.share, result, time.monotonic() - began))
        # a run takes hours: what is done is seen at once, and kept where the rest is broken off
        print(table.text(runs[-1:]), file=sys.stderr, flush=True)
        if chosen.write:
            table.write(runs, chosen.seed)
    print(table.text(runs))
    return 1 if any(run.result.wrong for run in runs) else 0


def _part(written: str) -> tuple[str, float | None]:
    """The name of a part, and the share of it that is asked for."""
    name, _, share = written.partition("=")
    return name, float(share) if share else None


sys.exit(main(sys.argv[1:]))
