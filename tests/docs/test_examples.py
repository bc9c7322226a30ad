"""What people try first: the demo, and each example with its folder as the source."""

import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.helpers.commands import gate, gate_process
from tests.helpers.paths import ROOT

pytestmark = pytest.mark.slow

VARIABLES = {"PATH": os.environ["PATH"]}
EXAMPLES = sorted(path.parent for path in (ROOT / "examples" / "plans").glob("*/plan.json"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_each_example_is_the_source_of_its_plan(example: Path) -> None:
    """So that `--source` with its folder gives the verdict that verdicts.json has with the source."""
    folder = str(example.relative_to(ROOT))
    done = gate(ROOT, VARIABLES, "check", f"{folder}/plan.json", "--source", folder, "-o", "json")
    told = json.loads((ROOT / "tests/plans/verdicts.json").read_text())[example.name]["source"]
    assert done.stderr == ""
    assert done.returncode == (1 if any(" blocks " in line for line in told) else 0)
    found = {(f["rule"], f["address"]) for f in json.loads(done.stdout)["findings"]}
    assert found == {tuple(line.split(" ")[::2][:2]) for line in told if line.startswith("KMS")}


def test_the_demo_ends_without_a_riddle() -> None:
    """`make demo` names the source, so that no note asks for one, and its last line explains the exit status."""
    steps = subprocess.run(["make", "-n", "demo"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert ".[dev]" not in steps
    command = next(line for line in steps.replace("\\\n", "").split("\n") if " check " in line)
    words = shlex.split(command.split(";")[0])
    done = gate_process(ROOT, VARIABLES, *words[words.index("check") :])
    assert done.returncode == 1
    assert "Note:" not in done.stdout
    assert 'echo "gate check exited $status (1 = blocked)"' in command
