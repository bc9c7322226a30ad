"""Every command as a process says what it says in the process of the tests, where the other tests run it."""

import os
from pathlib import Path

import pytest

from gate.cli.main import COMMANDS
from tests.helpers.commands import EXAMPLES, gate, gate_process
from tests.helpers.paths import SOURCE_PLANS

pytestmark = pytest.mark.slow

PLAN = str(EXAMPLES / "full-access" / "plan.json")
RUNS = {  # with the exit code; `report.json` is the plan's report
    "check": (1, ["check", PLAN, "--verbose", "--matrix"]),
    "check, with the source": (0, ["check", f"{SOURCE_PLANS}/narrow/plan.json", "--source", f"{SOURCE_PLANS}/narrow"]),
    "check, without a plan": (2, ["check", "absent.json"]),
    "check, from a pipe": (2, ["check", "-"]),
    "report": (0, ["report", "report.json", "-o", "markdown"]),
    "comment": (2, ["comment", "report.json", "--repo", "acme/infra", "--pr", "7"]),
    "atlantis": (0, ["atlantis", "--config", os.devnull, PLAN]),
    "explain": (0, ["explain", "KMS001"]),
    "init": (0, ["init", "--dry-run", "--ci", "github"]),
    "config": (0, ["config"]),
    "waive": (0, ["waive", "report.json", "--reason", "r", "--owner", "o", "--expires", "2099-12-31"]),
    "waivers": (0, ["waivers"]),
    "no command": (2, ["chekc"]),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_process_says_the_same(tmp_path: Path, name: str) -> None:
    """Exit code, standard output and standard error."""
    code, arguments = RUNS[name]
    variables, told = {"PATH": os.environ["PATH"]}, []
    for run in (gate_process, gate):
        folder = tmp_path / run.__name__
        (folder / ".git").mkdir(parents=True)
        gate(folder, variables, "check", PLAN, "--no-source", "-o", "json=report.json")
        done = run(folder, variables, *arguments, stdin=b"{")
        told.append((done.returncode, done.stdout, done.stderr))
    assert told[0] == told[1]
    assert told[0][0] == code
    assert bool(told[0][1]) == (code != 2)
    assert bool(told[0][2]) == (code == 2)


def test_every_command_is_run() -> None:
    """A new one too."""
    assert {arguments[0] for _, arguments in RUNS.values()} >= {*COMMANDS}
