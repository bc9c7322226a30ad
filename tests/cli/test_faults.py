"""A machine that fails: disks, pipes, memory, signals, clocks. No fault is a pass, and none leaves half a report."""

import datetime
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gate import files
from gate.check import Options, run
from gate.errors import GateError
from tests.helpers.paths import ROOT

pytestmark = pytest.mark.slow

PASSED = ROOT / "examples/plans/least-privilege/plan.json"
BLOCKED = ROOT / "examples/plans/full-access/plan.json"
GATE = f"'{sys.executable}' -I -m gate"


def shell(script: str, directory: Path) -> "subprocess.CompletedProcess[str]":
    """What a line of bash did, with no more of the environment than a path."""
    environment = {"PATH": os.environ["PATH"]}
    command = ["bash", "-c", script]
    return subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)


def limited(which: int, limit: int) -> Callable[[], None]:
    """Sets a limit of the process that is about to start."""
    return lambda: resource.setrlimit(which, (limit, limit))


FAULTS = [
    ("check {blocked} -o json=/dev/full >/dev/null", "/dev/full: can't be written: no space left on device"),
    ("check {passed} -o json=/proc/report.json", "/proc/report.json: can't be written: no such file or directory"),
    ("check /dev/null", "/dev/null: the file is empty"),
    ("check /proc/self/mem", "/proc/self/mem: can't be read: input/output error"),
    ("check /proc/self/environ", "/proc/self/environ: not valid JSON"),
    ("check huge.json", "huge.json: can't be read: larger than 2 GiB"),
    ("check {passed} --config huge.json", "`huge.json`: larger than 2 GiB"),
    ("report huge.json", "huge.json: can't be read: larger than 2 GiB"),
    ("check - < <(head -c 3000 {passed})", "-: not valid JSON: input data was truncated"),
    ("check <(head -c 3000 {passed})", "not valid JSON: input data was truncated"),
]


@pytest.mark.parametrize(("command", "told"), FAULTS)
def test_a_fault_is_one_line(tmp_path: Path, command: str, told: str) -> None:
    """Whatever is full, endless, cut off or no file: exit 2, one line, and nothing that reads like a report."""
    with (tmp_path / "huge.json").open("wb") as huge:
        huge.truncate(10 << 30)
    done = shell(f"{GATE} {command.format(passed=PASSED, blocked=BLOCKED)}", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_word_that_nobody_hears_is_no_verdict(tmp_path: Path) -> None:
    """Standard error that is full or closed: 2 all the same, not the 1 of Python, which would say blocked."""
    commands = ("check missing.json 2>/dev/full", "check missing.json 2>&-", "check 2>/dev/full", "chekc 2>/dev/full")
    done = shell("; ".join(f"{GATE} {command}; echo $?" for command in commands), tmp_path)
    assert (done.stdout, done.stderr) == ("2\n2\n2\n2\n", "")


def test_a_bare_environment_changes_nothing(tmp_path: Path) -> None:
    """No home, no locale: the same bytes."""
    environments = ("LANG=C", "LC_ALL=C PYTHONUTF8=0 PYTHONIOENCODING=ascii:strict")
    shown = [shell(f"env -i {each} {GATE.replace('-I', '')} check {BLOCKED}", ROOT).stdout for each in environments]
    assert shown == [shell(f"HOME=/none {GATE} check {BLOCKED}", ROOT).stdout] * 2
    assert "BLOCK" in shown[0]


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    """Of a working directory that somebody has removed nothing can be found out."""
    done = shell(f"mkdir gone; cd gone; rmdir ../gone; {GATE} check {PASSED}", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "gate: the working directory is gone; change into one that exists\n"


def test_a_report_that_does_not_fit_is_not_there(tmp_path: Path) -> None:
    """The old one is gone, and no part of a new one is in its place or beside it."""
    report = tmp_path / "report.json"
    report.write_text("an old report that passes")
    command = [sys.executable, "-I", "-m", "gate", "check", str(PASSED), "-o", f"json={report}"]
    small = limited(resource.RLIMIT_FSIZE, 512)
    environment = {"PATH": os.environ["PATH"]}  # nothing of a measured run, which writes files of its own
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, preexec_fn=small)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"gate: {report}: can't be written: file too large\n"
    assert list(tmp_path.iterdir()) == []


def test_too_little_memory_is_no_verdict(tmp_path: Path) -> None:
    """A plan that is too large for the machine is refused, and is no bug of gate."""
    plan = tmp_path / "plan.json"
    with plan.open("wb") as file:
        file.truncate(1 << 30)
    done = subprocess.run(
        [sys.executable, "-I", "-m", "gate", "check", str(plan)], capture_output=True, text=True, check=False,
        preexec_fn=limited(resource.RLIMIT_AS, 900 << 20),
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "gate: not enough memory, no verdict; run it where there is more\n"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_check_that_is_stopped_gives_no_pass(tmp_path: Path, sent: signal.Signals) -> None:
    """At any moment: it ends as blocked, as no verdict or by the signal; a report is whole or not there."""
    moments = random.Random(1)
    for _ in range(3):
        outputs = ["-o", f"json={tmp_path / 'report.json'}", "-o", f"html={tmp_path / 'report.html'}"]
        command = [sys.executable, "-I", "-m", "gate", "check", str(BLOCKED), *outputs]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            time.sleep(moments.uniform(0.02, 0.4))
            running.send_signal(sent)
            shown, _ = running.communicate()
        assert running.returncode in (1, 2, -sent)
        assert b"PASS" not in shown
        if (report := tmp_path / "report.json").exists():
            assert json.loads(report.read_bytes())["verdict"] == "block"
        if (report := tmp_path / "report.html").exists():
            assert report.read_text().rstrip().endswith("</html>")


def test_a_plan_that_is_written_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of two plans cut at the end of the first line is a whole plan, and not what is applied."""
    plan = tmp_path / "plans.json"
    one = json.dumps(json.loads(PASSED.read_bytes())).encode() + b"\n"
    plan.write_bytes(one)
    real = os.fstat
    looks = []

    def look(handle: int) -> os.stat_result:
        facts = real(handle)
        looks.append(handle)
        if len(looks) == 2:  # gate has opened the file, and is about to read it
            with plan.open("ab") as file:
                file.write(one)
        return facts

    monkeypatch.setattr(files.os, "fstat", look)
    with pytest.raises(GateError, match="p: it was written while it was read; wait for what writes it"):
        files.read(plan, "p")


@pytest.mark.parametrize(("day", "verdict"), [("1970-01-01", None), ("2026-11-28", "pass"), ("2100-01-01", "block")])
def test_no_clock_brings_a_waiver_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: str, verdict: str | None
) -> None:
    """A clock that is years behind is no verdict; one that is ahead ends waivers early."""

    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> "Clock":
            return cls.fromisoformat(f"{day}T12:00:00+00:00")

    monkeypatch.setattr(datetime, "datetime", Clock)
    found = [one for one in run([str(BLOCKED)], Options(), {}, tmp_path).findings if one.blocks]
    waiver = '[[waiver]]\nrule = "{0.rule}"\naddress = "{0.address}"\nreason = "r"\nowner = "o"\nexpires = 2026-11-28\n'
    (tmp_path / ".gate.toml").write_text("\n".join(map(waiver.format, found)))
    if verdict is None:
        with pytest.raises(GateError, match="the clock says 1970-01-01, so nothing tells which waivers are over"):
            run([str(BLOCKED)], Options(), {}, tmp_path)
    else:
        assert run([str(BLOCKED)], Options(), {}, tmp_path).verdict == verdict
