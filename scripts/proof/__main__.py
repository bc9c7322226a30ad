"""`python -m scripts.proof [--short | --share X] [--seed N] [--write] [PART...]`: runs the proof and prints one table.

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
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(part.name for part in PARTS)}")
    parser.add_argument("--short", action="store_true", help="a small share of each part")
    parser.add_argument("--share", type=float, default=WHOLE.share, help="how much of each part, from 0 to 1")
    parser.add_argument("--seed", type=int, default=1, help="of everything random")
    parser.add_argument("--write", action="store_true", help="put the table into docs/proof.md")
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.parts) - {part.name for part in PARTS})
    if unknown:
        parser.error(f"no part is called {unknown[0]}; there are {', '.join(part.name for part in PARTS)}")
    budget = Budget(SHORT.share if chosen.short else chosen.share, chosen.seed)
    runs = []
    for part in PARTS:
        if part.name not in chosen.parts if chosen.parts else chosen.short and part.at_length:
            continue
        print(f"{part.name}: {part.what}", file=sys.stderr, flush=True)
        began = time.monotonic()
        result = part.run(budget)
        runs.append(table.Run(part, result, time.monotonic() - began))
        print(table.text(runs[-1:]), file=sys.stderr, flush=True)  # a run takes hours: what is done is seen at once
    print(table.text(runs))
    if chosen.write:
        table.write(runs, budget)
    return 1 if any(run.result.wrong for run in runs) else 0


sys.exit(main(sys.argv[1:]))
