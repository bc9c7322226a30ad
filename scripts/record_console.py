"""Writes tests/hcl/answers.tsv: what real Terraform makes of expressions, as JSON, or `refused`.

    python scripts/record_console.py [NUMBER]

Recorded are the expressions of tests/hcl/expressions.txt, and NUMBER generated ones (by default 3500) of every kind
that Terraform does not refuse, always the same for one seed. Needs `terraform` on the PATH; no test does.
"""

import base64
import json
import random
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "tests" / "hcl"
_BATCH = 400

TABLE = tomllib.loads((FOLDER / "shapes.toml").read_text())
LOCALS: dict[str, str] = TABLE["locals"]
ATOMS: dict[str, list[str]] = TABLE["atoms"]


def expression(draw: random.Random, kind: str = "A", depth: int = 3) -> str:
    """An expression of a kind: an atom, or a shape filled with smaller ones."""
    if kind == "A":
        kind = draw.choice("TLMBN")
    if depth == 0 or draw.random() < 0.15:
        return draw.choice(ATOMS[kind])
    return re.sub(
        r"\b[TLMBNA]\b", lambda place: expression(draw, place[0], depth - 1), draw.choice(TABLE["shapes"][kind])
    )


def answers(expressions: list[str]) -> list[str]:
    """What Terraform gives for each, as JSON, `refused`, or `error` where it does not even read it."""
    with tempfile.TemporaryDirectory() as folder:
        lines = [f"  {name} = {value}" for name, value in LOCALS.items()]
        lines += [f"  e{at} = try(jsonencode({one}), null)" for at, one in enumerate(expressions)]
        Path(folder, "main.tf").write_text("locals {\n" + "\n".join(lines) + "\n}\n")
        listed = ", ".join(f"local.e{at}" for at in range(len(expressions)))
        asked = f"base64encode(jsonencode([{listed}]))\n"  # the console escapes texts as HCL does
        done = subprocess.run(
            ["terraform", "console"], cwd=folder, input=asked, capture_output=True, text=True, check=False
        )
    try:
        return ["refused" if one is None else one for one in json.loads(base64.b64decode(json.loads(done.stdout)))]
    except ValueError:
        if len(expressions) == 1:
            return ["error"]
        half = len(expressions) // 2
        return answers(expressions[:half]) + answers(expressions[half:])


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 3500
    draw = random.Random(7)
    written = dict.fromkeys(f"local.{name}" for name in LOCALS)
    written.update(dict.fromkeys(line for line in (FOLDER / "expressions.txt").read_text().splitlines() if line))
    found = {one: answer for one, answer in _answered(list(written)) if answer != "error"}
    tried = set(written)
    while len(found) < len(written) + number:
        asked = {one for one in (expression(draw) for _ in range(_BATCH)) if len(one) < 160} - tried
        tried |= asked
        told = [(one, answer) for one, answer in _answered(sorted(asked)) if answer not in ("refused", "error")]
        found.update((one, answer) for one, answer in told if len(answer) < 400)
    rows = sorted(f"{one}\t{answer}" for one, answer in found.items())
    (FOLDER / "answers.tsv").write_text("\n".join(rows) + "\n")


def _answered(expressions: list[str]) -> list[tuple[str, str]]:
    batches = (expressions[at : at + _BATCH] for at in range(0, len(expressions), _BATCH))
    return [pair for batch in batches for pair in zip(batch, answers(batch), strict=True)]


if __name__ == "__main__":
    main()
