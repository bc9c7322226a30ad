"""The command line in a terminal: how wide it is, colour, how much is told, and what no old report may survive."""

import errno
import json
import os
import pty
import re
import subprocess
import sys
import zipfile
from io import StringIO
from pathlib import Path
from threading import Event

import pytest

from gate.cli.main import COMMANDS
from gate.cli.plans import plan_files
from gate.cli.progress import progress
from gate.errors import GateError
from tests.cli.test_check import BLOCKED, PASSED, gate
from tests.helpers.paths import EXAMPLES
from tests.helpers.plans import inline, plan, policy, statement

slow = pytest.mark.slow  # runs gate as a process


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "blocked.json").write_bytes(BLOCKED)
    (tmp_path / "passed.json").write_bytes(PASSED)
    return tmp_path


def in_terminal(directory: Path, columns: int, *arguments: str, **environment: str) -> str:
    """What gate writes to a terminal so many columns wide."""
    master, slave = pty.openpty()
    kept = {"PATH": os.environ["PATH"], "TERM": "xterm", "COLUMNS": str(columns), **environment}
    command = [sys.executable, "-I", "-m", "gate", *arguments]
    process = subprocess.Popen(command, cwd=directory, stdout=slave, stderr=subprocess.DEVNULL, env=kept)
    os.close(slave)
    written = b""
    try:
        while part := os.read(master, 65536):
            written += part
    except OSError:  # Linux says so at the end of a terminal
        pass
    os.close(master)
    process.wait()
    return written.decode().replace("\r\n", "\n")


@slow
@pytest.mark.parametrize("columns", [80, 120, 200])
def test_lines_are_as_wide_as_the_terminal(here: Path, columns: int) -> None:
    """A sentence is broken where the terminal ends; what is longer is one word, or code around one."""
    shown = re.sub(r"\x1b\[[0-9;]*m", "", in_terminal(here, columns, "check", "blocked.json"))
    lines = shown.splitlines()
    assert lines[0].startswith("✗ BLOCKED")
    sentences = [line for line in lines if max(map(len, line.split()), default=0) <= 40]
    assert all(len(line) <= columns for line in sentences)
    assert any(len(line) > 80 for line in sentences) == (columns > 80)


@slow
def test_what_explains_a_rule_fits_the_terminal(here: Path) -> None:
    """Sentences are broken anew for a narrow terminal, code and words stay as they are."""
    wide, narrow = (in_terminal(here, columns, "explain", "KMS001") for columns in (160, 80))
    lines = narrow.splitlines()
    assert max(len(line) for line in lines if not line.startswith(" ")) <= 80 < max(map(len, wide.splitlines()))
    assert narrow.split() == wide.split()
    assert [line for line in lines if line.startswith(" ")] == [x for x in wide.splitlines() if x.startswith(" ")]


@slow
def test_colour_is_for_terminals(here: Path) -> None:
    """A terminal gets colour unless NO_COLOR is set; another output gets some only where FORCE_COLOR is set."""
    assert "\x1b[1;31m✗ BLOCKED" in in_terminal(here, 80, "check", "blocked.json")
    assert "\x1b[1;31mkms:*\x1b[0m" in in_terminal(here, 80, "check", "blocked.json")
    assert "\x1b" not in in_terminal(here, 80, "check", "blocked.json", NO_COLOR="1")
    assert "\x1b" not in in_terminal(here, 80, "check", "blocked.json", TERM="dumb")
    check = ("check", "blocked.json")
    assert "\x1b" not in gate(*check, directory=here).stdout
    assert "\x1b[1;31m" in gate(*check, directory=here, FORCE_COLOR="1").stdout
    assert "\x1b" not in gate(*check, directory=here, FORCE_COLOR="1", NO_COLOR="1").stdout
    gate(*check, "-o", "text=r.txt", directory=here, FORCE_COLOR="1")
    assert "\x1b" not in (here / "r.txt").read_text()


@slow
def test_quiet_is_the_verdict_alone(here: Path) -> None:
    """One line and the exit code; another report is whole."""
    done = gate("check", "blocked.json", "--quiet", "-o", "json=r.json", directory=here)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == "BLOCKED: 1 finding newly grants full KMS access\n"
    assert len(json.loads((here / "r.json").read_text())["findings"]) == 1
    assert gate("report", "r.json", "-q", directory=here).stdout == done.stdout
    assert gate("check", "passed.json", "-q", directory=here).stdout == "PASS: no new full KMS access found\n"


@slow
def test_quiet_and_verbose_exclude_one_another(here: Path) -> None:
    """Both at once is no verdict."""
    done = gate("check", "blocked.json", "-q", "-v", directory=here)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--quiet and --verbose exclude one another" in done.stderr


def test_verbose_does_not_say_what_is_not_known(tmp_path: Path) -> None:
    """A policy that is known only after apply may allow anything; that it does is said nowhere."""
    plan = json.loads((EXAMPLES / "full-access" / "plan.json").read_text())
    (change,) = (one["change"] for one in plan["resource_changes"] if one["type"] == "aws_iam_role_policy")
    del change["after"]["policy"]
    change["after_unknown"]["policy"] = True
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    shown = gate("check", "plan.json", "-v", "--no-source", directory=tmp_path).stdout
    assert "it may newly allow full KMS access" in shown
    assert "newly allows full" not in shown


@slow
@pytest.mark.parametrize(
    ("example", "told"),
    [
        ("full-access", ["KMS001 full-kms-access: blocks", "it newly allows full KMS access\n"]),
        ("least-privilege", ["it newly allows kms:Decrypt, kms:Encrypt, kms:GenerateDataKey and 1 more: not full KMS"]),
        ("inline-to-managed", ["it newly allows full KMS access: whoever has it had that before", "it is taken away"]),
        ("deny-removed", ["it allows as before: full KMS access"]),
        ("user-joins-group", ["it allows as before: full KMS access, newly for user bob"]),
        ("open-key-policy", ["KMS005 open-key-policy: blocks"]),
    ],
)
def test_verbose_tells_every_document(tmp_path: Path, example: str, told: list[str]) -> None:
    """Each document that was examined is named with its reason, in the report that is read again too."""
    plan = EXAMPLES / example / "plan.json"
    done = gate("check", plan, "-v", "--no-source", "-o", "text", "-o", "json=r.json", directory=tmp_path)
    shown = done.stdout
    report = json.loads((tmp_path / "r.json").read_text())
    every = shown.split("Every document of ")[1]
    for place in report["plans"][0]["examined"]:
        assert place["why"]
        assert f"\n  {place['address']} ({place['attribute']})\n" in every
    for text in told:
        assert text in every
    assert gate("report", "r.json", "--verbose", directory=tmp_path).stdout == shown
    assert "Every document" not in gate("report", "r.json", directory=tmp_path).stdout


@slow
def test_verbose_tells_what_cannot_be_said_of_a_document(here: Path) -> None:
    """Sensitive, malformed, and one that only denies."""
    named = {name: inline(None, policy(statement("kms:*", effect="Deny")), name, name) for name in "bcd"}
    named["b"]["change"]["after_sensitive"] = {"policy": True}
    named["c"]["change"]["after"]["policy"] = "{"
    (here / "plan.json").write_bytes(plan(*named.values()))
    done = gate("check", "plan.json", "-v", "--no-source", "-o", "json", directory=here)
    told = {place["address"][-1]: place["why"] for place in json.loads(done.stdout)["plans"][0]["examined"]}
    assert told == {
        "b": "what it says is sensitive and is not shown",
        "c": "it cannot be read",
        "d": "it only denies in KMS",
    }


@slow
def test_without_verbose_no_reason_is_worked_out(here: Path) -> None:
    """The JSON report has reasons only where they were asked for."""
    done = gate("check", "passed.json", "-o", "json", directory=here)
    assert {place["why"] for plan in json.loads(done.stdout)["plans"] for place in plan["examined"]} == {""}


class Terminal(StringIO):
    """A terminal that says when something was written."""

    def __init__(self, *, real: bool) -> None:
        super().__init__()
        self.real, self.told = real, Event()

    def isatty(self) -> bool:
        return self.real

    def write(self, text: str) -> int:
        written = super().write(text)
        self.told.set()
        return written


def test_what_takes_long_says_so() -> None:
    """On a terminal a line says what is judged; at the end it is gone."""
    terminal = Terminal(real=True)
    with progress(["plan.json"], terminal, patience=0.001):
        assert terminal.told.wait(10)
    assert terminal.getvalue().startswith("\rgate: judging plan.json ... 1 s")
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_what_takes_no_time_says_nothing() -> None:
    """Nothing is written before a second is over, and nothing where there is no terminal."""
    quick, pipe = Terminal(real=True), Terminal(real=False)
    with progress(["plan.json"], quick, patience=60):
        pass
    with progress(["plan.json"], pipe, patience=0.001):
        assert not pipe.told.wait(0.05)
    assert quick.getvalue() == pipe.getvalue() == ""


def test_progress_of_several_plans_and_hostile_names() -> None:
    """Several plans are counted, and a name controls no terminal."""
    for plans, told in ((["a", "b"], "gate: judging 2 plans ..."), (["\x1b[2J"], "gate: judging \\x1b[2J ...")):
        terminal = Terminal(real=True)
        with progress(plans, terminal, patience=0.001):
            assert terminal.told.wait(10)
        assert told in terminal.getvalue()


def test_a_folder_stands_for_the_plan_in_it(here: Path) -> None:
    """One file that begins like a plan is taken, whatever else is there, in UTF-16 too."""
    folder = here / "live"
    folder.mkdir()
    (folder / "report.json").write_text('{"schema_version": "1.0", "plans": [{"format_version": "1.2"}]}')
    (folder / "other.json").write_text("[]")
    (folder / "plan.json").write_text(PASSED.decode(), "utf-16")
    assert plan_files([str(folder), "-", "absent.json"]) == (str(folder / "plan.json"), "-", "absent.json")


@pytest.mark.parametrize("plan", sorted(EXAMPLES.glob("*/plan.json")), ids=lambda plan: plan.parent.name)
def test_a_folder_stands_for_what_terraform_wrote(plan: Path) -> None:
    """A plan names the schema versions of its resources early on, and is no report of gate."""
    assert plan_files([str(plan.parent)]) == (str(plan),)


def test_a_folder_with_several_plans_is_asked_about(here: Path) -> None:
    """Which one is meant nobody guesses."""
    with pytest.raises(GateError, match=r"blocked\.json and passed\.json in this folder may be the plan"):
        plan_files([str(here)])


def test_a_folder_without_a_plan_says_how_to_get_one(tmp_path: Path) -> None:
    """A binary plan is named with the command that shows it; a link is not followed, and another archive is no plan."""
    (tmp_path / "outside.json").write_bytes(BLOCKED)
    folder = tmp_path / "live"
    folder.mkdir()
    (folder / "plan.json").symlink_to(tmp_path / "outside.json")
    with pytest.raises(GateError, match="this folder has no plan; run `terraform plan -out PLANFILE` there, then"):
        plan_files([str(folder)])
    with zipfile.ZipFile(folder / "function.zip", "w") as archive:
        archive.writestr("index.js", "")
    with pytest.raises(GateError, match="this folder has no plan; run `terraform plan -out PLANFILE` there, then"):
        plan_files([str(folder)])
    (folder / "tfplan").write_bytes(b"PK\x03\x04")
    with pytest.raises(GateError, match="only `tfplan`, a binary plan; write one with `terraform show -json tfplan"):
        plan_files([str(folder)])


def test_a_folder_that_cannot_be_read_is_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may not look into it is told so; a name that no file can have is left to who reads it."""
    monkeypatch.setattr(Path, "iterdir", refused)
    with pytest.raises(GateError, match="can't be read: permission denied"):
        plan_files([str(here)])
    assert plan_files(["a\0b"]) == ("a\0b",)


def test_a_plan_that_is_named_in_several_ways_is_judged_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its first name: as a path with a dot, through a folder, through a link."""
    plan = tmp_path / "plan.json"
    plan.write_bytes(BLOCKED)
    (tmp_path / "link.json").symlink_to(plan)
    other = tmp_path / "other" / "plan.json"
    other.parent.mkdir()
    other.write_bytes(plan.read_bytes())
    monkeypatch.chdir(tmp_path)
    spelled = ["./plan.json", "plan.json", str(plan), "other/../plan.json", "link.json", "-", "-"]
    assert plan_files(spelled) == ("./plan.json", "-")
    assert plan_files(["other", "plan.json", "other/plan.json"]) == ("other/plan.json", "plan.json")


def refused(*_: object) -> None:
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


@slow
def test_an_old_report_that_stays_is_no_verdict(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would stand for this run."""
    (here / "old.json").write_text("yesterday's pass")
    monkeypatch.setattr(Path, "unlink", refused)
    done = gate("check", "passed.json", "-o", "json=old.json", directory=here)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "gate: old.json: an old file that can't be replaced: permission denied\n"


@slow
def test_check_takes_a_folder(here: Path) -> None:
    """`gate check .` judges the plan in the folder, and does not overwrite it."""
    (here / "passed.json").unlink()
    assert gate("check", ".", directory=here).returncode == 1
    done = gate("check", ".", "-o", "json=blocked.json", directory=here)
    assert (done.returncode, "is an input" in done.stderr) == (2, True)
    assert (here / "blocked.json").read_bytes() == BLOCKED


@slow
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["chekc", "blocked.json"], "no such command `chekc`; did you mean `gate check`? see"),
        (["waiver"], "did you mean `gate waive"),
        (["blocked.json"], "no such command `blocked.json`; did you mean `gate check blocked.json`? see"),
        (["xyzzy"], "no such command `xyzzy`; see `gate --help`"),
        (["check", "blocked.json", "-o", "jnuit"], "there is no format `jnuit` (did you mean `junit`?); choose one of"),
        (["check", "blocked.json", "--exit-zer"], "--exit-zero"),
    ],
)
def test_what_is_mistyped_is_guessed(here: Path, arguments: list[str], told: str) -> None:
    """A word that is nearly right is answered with the right one, in one line."""
    done = gate(*arguments, directory=here)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_every_command_is_known_by_its_name() -> None:
    """A command that exists is not guessed at."""
    assert len(set(COMMANDS)) == len(COMMANDS)


@slow
def test_a_report_given_as_plan_is_named(here: Path) -> None:
    """What gate wrote itself is told apart from a plan, with what to run instead."""
    gate("check", "blocked.json", "-o", "json=report.json", directory=here)
    done = gate("check", "report.json", directory=here)
    assert (done.returncode, done.stdout) == (2, "")
    assert "report.json: this is a report of gate, not a plan; `gate report` shows it again" in done.stderr


@slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "broken.json", "-o", "json=old.json"],
        ["check", "absent.json", "-o", "json=old.json"],
        ["check", "blocked.json", "-o", "json=old.json", "--config", "absent.toml"],
        ["check", "blocked.json", "-o", "json=old.json", "-o", "nonsense"],
        ["check", "blocked.json", "-o", "json=old.json", "--source", ".", "--no-source"],
        ["check", "blocked.json", "-ojson=old.json", "--nonsense"],
        ["check", "--output=json=old.json"],
        ["check", "blocked.json", "-o", "json=old.json", "--baseline", "yesterday"],
        ["check", "blocked.json", "-o", "json=old.json", "--fail-on"],
        ["check", "blocked.json", "-o", "json=old.json", "-o"],
        ["report", "broken.json", "-o", "json=old.json"],
    ],
)
def test_no_old_report_survives_a_run_without_verdict(here: Path, arguments: list[str]) -> None:
    """What a pass of yesterday wrote is gone when today's run ends with exit 2."""
    (here / "broken.json").write_text("{")
    (here / "old.json").write_text("yesterday's pass")
    assert gate(*arguments, directory=here).returncode == 2
    assert not (here / "old.json").exists()


@slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "blocked.json", "-o", "json=blocked.json"],
        ["check", "blocked.json", "-o", "json=blocked.json", "--nonsense"],
        ["check", ".", "-o", "json=blocked.json"],
        ["check", ".", "-o", "json=blocked.json", "--nonsense"],
        ["check", "-o", "json=blocked.json"],
        ["check", "--plan=blocked.json", "-o", "json=blocked.json"],
    ],
)
def test_an_input_is_never_taken_away(here: Path, arguments: list[str]) -> None:
    """A plan that stands where a report is to go stays as it is, however wrong the command line is."""
    assert gate(*arguments, directory=here).returncode == 2
    assert (here / "blocked.json").read_bytes() == BLOCKED


@slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "blocked.json", "--config", "kept.toml", "-o", "text=kept.toml"],
        ["check", "blocked.json", "--config", "kept.toml", "-o", "text=kept.toml", "--nonsense"],
        ["check", "blocked.json", "--source", "src", "-o", "text=src/kept.tf"],
        ["report", "blocked.json", "-o", "text=src/kept.tf"],
    ],
)
def test_the_configuration_and_the_source_are_inputs(here: Path, arguments: list[str]) -> None:
    """A report takes the place of neither."""
    kept = [here / "kept.toml", here / "src" / "kept.tf"]
    kept[1].parent.mkdir()
    for path in kept:
        path.write_text("# kept\n")
    assert gate(*arguments, directory=here).returncode == 2
    assert [path.read_text() for path in kept] == ["# kept\n"] * 2


@slow
def test_a_link_is_taken_away_and_not_what_it_leads_to(here: Path) -> None:
    """The tree of a change may hold a link that leads anywhere."""
    (here / "kept.txt").write_text("kept")
    (here / "old.json").symlink_to(here / "kept.txt")
    assert gate("check", "absent.json", "-o", "json=old.json", directory=here).returncode == 2
    assert (here / "kept.txt").read_text() == "kept"
    assert not (here / "old.json").is_symlink()


@slow
def test_completion_knows_commands_and_options(here: Path) -> None:
    """The shell asks gate itself, as docs/terminal.md tells."""
    asked = {"_GATE_COMPLETE": "bash_complete", "COMP_WORDS": "gate ch", "COMP_CWORD": "1"}
    assert gate(directory=here, **asked).stdout.split() == ["plain,check"]
    asked |= {"COMP_WORDS": "gate check --qu", "COMP_CWORD": "2"}
    assert "plain,--quiet" in gate("check", directory=here, **asked).stdout
