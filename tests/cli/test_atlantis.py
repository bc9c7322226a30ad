"""`gate atlantis` as it is called: what Atlantis would see of it, and make of it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from gate.cli import atlantis
from gate.errors import GateError
from tests.helpers.atlantis_rules import judge, judge_as_older
from tests.helpers.commands import gate
from tests.helpers.paths import PLANS, SOURCE_PLANS

pytestmark = pytest.mark.slow

LAST_RESORT = "FAIL - gate did not run, 1 failure"


def _atlantis(*arguments: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "ATLANTIS_TERRAFORM_VERSION": "1.11.4", "PULL_NUM": "7", **variables}
    return gate(cwd, environment, "atlantis", *arguments)


@pytest.fixture
def configuration(tmp_path: Path) -> str:
    """A configuration on the server."""
    path = tmp_path / "gate.toml"
    path.write_text("")
    return str(path)


def _refused(done: subprocess.CompletedProcess[str]) -> str:
    """The first line of an output that Atlantis takes for a failure, under either of its rules."""
    assert (done.returncode, done.stderr) == (0, "")
    assert not judge(done.stdout).passed
    assert not judge_as_older(done.stdout)
    assert judge(done.stdout).summary
    assert done.stdout.startswith("FAIL - ")
    return done.stdout.split("\n")[0]


@pytest.mark.parametrize("case", ["administrator-access-attached", "inline-block-widened"])
def test_a_block_fails(case: str, configuration: str, tmp_path: Path) -> None:
    """The plan of $SHOWFILE, judged with the server's configuration."""
    showfile = str(PLANS / case / "plan.json")
    done = _atlantis("--config", configuration, cwd=tmp_path, SHOWFILE=showfile)
    assert "KMS001" in _refused(done)


@pytest.mark.parametrize("case", ["destroyed", "empty-inline-policy-block"])
def test_a_pass_passes(case: str, configuration: str, tmp_path: Path) -> None:
    """Under either of Atlantis' rules."""
    done = _atlantis("--config", configuration, str(PLANS / case / "plan.json"), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert judge(done.stdout).passed
    assert judge_as_older(done.stdout)
    assert done.stdout.startswith("PASS - ")


def test_two_runs_print_the_same(configuration: str, tmp_path: Path) -> None:
    """An approval can be kept only for what is the same, whatever order the sets of a process have."""
    showfile = str(PLANS / "administrator-access-attached" / "plan.json")
    variables = {"PATH": os.environ["PATH"], "SHOWFILE": showfile}
    command = [sys.executable, "-m", "gate", "atlantis", "--config", configuration]
    one, two = (
        subprocess.run(command, cwd=tmp_path, env=variables | {"PYTHONHASHSEED": seed}, capture_output=True, check=True)
        for seed in ("1", "2")
    )
    assert one.stdout == two.stdout != b""


@pytest.mark.parametrize(
    "arguments",
    [["--no-such-option"], ["--fail-on", "nothing"], ["a", "b"], ["--config"], ["-o", "json"], ["--", "-x"], [""]],
    ids=" ".join,
)
def test_wrong_usage_fails(arguments: list[str], tmp_path: Path) -> None:
    """A mistake in repos.yaml is a failure, not a pass and not a lost output."""
    assert "no verdict" in _refused(_atlantis(*arguments, cwd=tmp_path))


def test_no_showfile_fails(tmp_path: Path) -> None:
    """A policy_check without a show step."""
    assert "SHOWFILE is not set" in _refused(_atlantis(cwd=tmp_path))


def test_no_configuration_fails(tmp_path: Path) -> None:
    """In Atlantis the clone belongs to the pull request, so none is found there."""
    assert "--config" in _refused(_atlantis(str(PLANS / "destroyed" / "plan.json"), cwd=tmp_path))


@pytest.mark.parametrize(
    "content", ["", "{", "PK\x03\x04", "[1]", '{"format_version":"9.0"}', "\udcff", "`" * 9 + "\n0 failures"]
)
def test_a_broken_plan_fails(content: str, configuration: str, tmp_path: Path) -> None:
    """Whatever it is, in one line that is bound to its content."""
    plan = tmp_path / "default.json"
    plan.write_bytes(content.encode("utf-8", "surrogateescape"))
    first = _refused(_atlantis("--config", configuration, cwd=tmp_path, SHOWFILE=str(plan), HEAD_COMMIT="a" * 40))
    assert "sha256" in first
    assert "a" * 40 in first


def test_a_missing_plan_fails(configuration: str, tmp_path: Path) -> None:
    """The file that SHOWFILE names is not there."""
    assert "no verdict" in _refused(_atlantis("--config", configuration, cwd=tmp_path, SHOWFILE="/nowhere/plan.json"))


@pytest.mark.parametrize(
    "error",
    [
        GateError("a reason"),
        ValueError("a secret of the plan"),
        KeyboardInterrupt(),
        SystemExit(0),
        SystemExit("text"),
        RecursionError(),
        MemoryError(),
        GeneratorExit(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_happens_fails(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Exit 0 and a FAIL line for every exception, whose text may come from the plan and is not shown."""

    def broken(*_: object, **__: object) -> None:
        print("noise", file=sys.stderr)
        os.write(2, b"noise of a child")
        raise error

    monkeypatch.setattr("gate.check.run", broken)
    done = CliRunner().invoke(atlantis.command, ["plan.json"])
    assert done.exit_code == 0
    assert done.output.startswith("FAIL - no verdict - ")
    assert not judge(done.output).passed
    assert "secret" not in done.output
    assert "noise" not in done.output + capfd.readouterr().err


@pytest.mark.parametrize("config", [[], ["--config", ".gate.toml"], ["--config", "sub/../.gate.toml"]], ids=" ".join)
def test_the_clone_has_no_say_without_the_variables_of_atlantis(config: list[str], tmp_path: Path) -> None:
    """A run that knows nothing but SHOWFILE counts as one for a pull request: its own configuration is refused."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "sub").mkdir()
    (tmp_path / ".gate.toml").write_text('[rules]\nKMS001 = "off"\n')
    environment = {"PATH": os.environ["PATH"], "SHOWFILE": str(PLANS / "administrator-access-attached" / "plan.json")}
    done = gate(tmp_path, environment, "atlantis", *config)
    assert "the change under review" in _refused(done)


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_tells_the_options(option: str, tmp_path: Path) -> None:
    """Those of `gate check` but for the reports and the exit status, which are Atlantis' own here."""
    done = _atlantis(option, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "--config-ref" in done.stdout
    assert "SHOWFILE" in done.stdout
    assert "--output" not in done.stdout
    assert "--exit-zero" not in done.stdout


@pytest.mark.parametrize("command", ["/nowhere/gate atlantis", "false", "kill -9 $$"])
def test_the_last_resort_fails(command: str, tmp_path: Path) -> None:
    """When gate cannot start at all, in whatever order the streams arrive."""
    shell = ["sh", "-c", f"sh -c '{command}' || echo '{LAST_RESORT}'"]
    done = subprocess.run(shell, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    for output in (done.stdout + done.stderr, done.stderr + done.stdout):
        assert not judge(output).passed
        assert not judge_as_older(output)


def test_the_project_folder_is_the_source(tmp_path: Path) -> None:
    """Atlantis runs the step in the project's folder, which no pull request chooses: it tells what the plan hides."""
    here = Path(shutil.copytree(SOURCE_PLANS / "narrow", tmp_path / "project"))
    found = _atlantis("--config", os.devnull, cwd=here, SHOWFILE=str(here / "plan.json"))
    assert found.stdout.startswith("PASS")
    (here / "main.tf").unlink()
    found = _atlantis("--config", os.devnull, cwd=here, SHOWFILE=str(here / "plan.json"))
    assert found.stdout.startswith("FAIL")
