"""`gate check`, `report` and `explain` as people and CI use them: what is written, and the exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gate.cli import main as cli_main
from gate.reports import FORMATS
from gate.rules import RULES
from tests.helpers import commands
from tests.helpers.plans import inline, plan, policy, statement

pytestmark = pytest.mark.slow

FULL = policy(statement("kms:*"))
NARROW = policy(statement("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/a"))
BLOCKED, PASSED = plan(inline(None, FULL)), plan(inline(None, NARROW))


def gate(
    *arguments: object, directory: Path, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Runs gate in a folder, outside CI."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}
    return commands.gate(directory, {**kept, **environment}, *arguments, stdin=stdin)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "blocked.json").write_bytes(BLOCKED)
    (tmp_path / "passed.json").write_bytes(PASSED)
    return tmp_path


def test_exit_codes_are_the_verdict(here: Path) -> None:
    """0: nothing blocks. 1: at least one finding blocks, in whichever of several plans."""
    assert gate("check", "passed.json", directory=here).returncode == 0
    assert gate("check", "blocked.json", directory=here).returncode == 1
    assert gate("check", "passed.json", "blocked.json", directory=here).returncode == 1
    assert gate("check", "-", directory=here, stdin=BLOCKED).returncode == 1
    assert gate("check", "blocked.json", "--exit-zero", directory=here).returncode == 0


def test_the_matrix_is_added_to_the_text_report(here: Path) -> None:
    """`--matrix` tells who gains what, also of a plan that passes; `gate report` does the same with a report."""
    shown = gate("check", "passed.json", "--matrix", "-o", "json=r.json", "-o", "text", directory=here)
    assert shown.returncode == 0
    assert "Who gains what: KMS access of 1 principal changes" in shown.stdout
    assert "role app  none -> named" in shown.stdout
    assert "Who gains what" not in gate("check", "passed.json", directory=here).stdout
    assert gate("report", "r.json", "--matrix", directory=here).stdout == shown.stdout


def test_the_matrix_needs_a_text_report(here: Path) -> None:
    """Asked for where nothing would show it, it is refused before anything is judged."""
    refused = gate("check", "passed.json", "--matrix", "-o", "json", directory=here)
    assert refused.returncode == 2
    assert "--matrix belongs to the text report" in refused.stderr


def test_an_html_page_is_written(here: Path) -> None:
    """`-o html=FILE` beside the text report."""
    assert gate("check", "blocked.json", "-o", "html=r.html", directory=here).returncode == 1
    page = (here / "r.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "KMS access of 1 principal changes" in page


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["check", "absent.json"], "absent.json: can't be read"),
        (["check", "."], "may be the plan"),
        (["check"], "gate: missing argument"),
        (["check", "--nonsense", "passed.json"], "gate: no such option"),
        (["chekc", "passed.json"], "no such command"),
        (["check", "passed.json", "-o", "jnuit"], "there is no format `jnuit`"),
        (["check", "passed.json", "-o", "junit="], "the path is missing"),
        (["check", "passed.json", "-o", "junit", "-o", "json"], "only one report"),
        (["check", "passed.json", "-o", "junit=a", "-o", "json=a"], "the same path"),
        (["check", "passed.json", "-o", "junit=absent/x.xml"], "can't be written"),
        (["check", "passed.json", "-o", "json=./passed.json"], "is an input"),
        (["check", "passed.json", "--baseline", "yesterday"], "gate: invalid value"),
        (["report", "passed.json"], "passed.json"),
        (["waive", "r.json", "--reason", "r", "--owner", "o", "--expires", "31.1.2027"], "no date such as 2027-01-31"),
        (["explain", "KMS999"], "there is no rule"),
        ([], "Usage"),
    ],
)
def test_no_verdict_is_exit_2_with_one_line(here: Path, arguments: list[str], told: str) -> None:
    """Wrong usage and unreadable input are never 1, which is the word for blocked, and never a traceback."""
    done = gate(*arguments, directory=here)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert arguments == [] or len(done.stderr.strip().splitlines()) == 1


def test_an_internal_error_is_exit_2_and_tells_nothing_of_the_plan(here: Path) -> None:
    """A bug is no verdict; its message may hold text of the plan, so only its kind and place are said."""
    code = (
        "import gate.check\n"
        "def broken(*a, **k): raise ValueError('secret')\n"
        "gate.check.run = broken\n"
        "from gate.__main__ import main\n"
        "import sys\n"
        "sys.argv[1:] = ['check', 'passed.json']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=here, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "internal error (ValueError at " in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_disagreement_of_the_two_evaluators_is_no_verdict(here: Path) -> None:
    """A witness that the naive evaluator does not confirm is an internal error, never a pass."""
    code = (
        "from gate.iam import evaluate\n"
        "evaluate.allowed = lambda *a, **k: False\n"
        "from gate.__main__ import main\n"
        "import sys\n"
        "sys.argv[1:] = ['check', 'blocked.json']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=here, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "internal error (Unconfirmed at " in done.stderr


def test_several_reports_at_once(here: Path) -> None:
    """Text goes to standard output unless another format does; every file is whole; the format is not the verdict."""
    done = gate("check", "blocked.json", "-o", "json=r.json", "-o", "junit=r.xml", directory=here)
    assert done.returncode == 1
    assert done.stdout.startswith("BLOCKED")
    report = json.loads((here / "r.json").read_text())
    assert (report["verdict"], report["findings"][0]["rule"]) == ("block", "KMS001")
    assert "<failure" in (here / "r.xml").read_text()
    assert sorted(path.name for path in here.iterdir()) == ["blocked.json", "passed.json", "r.json", "r.xml"]
    done = gate("check", "blocked.json", "-o", "json", "-o", "text=r.txt", directory=here)
    assert json.loads(done.stdout) == report
    assert (here / "r.txt").read_text().startswith("BLOCKED")


def test_reports_are_the_same_for_the_same_input(here: Path) -> None:
    """Byte by byte, whatever order the sets of a process have."""
    for run in ("1", "2"):
        (here / run).mkdir()
        outputs = [part for name in FORMATS for part in ("-o", f"{name}={run}/{name}")]
        variables = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": run}
        command = [sys.executable, "-m", "gate", "check", "blocked.json", "passed.json", *outputs]
        assert subprocess.run(command, cwd=here, env=variables, capture_output=True, check=False).returncode == 1
    for name in FORMATS:
        assert (here / "1" / name).read_bytes() == (here / "2" / name).read_bytes() != b""


def test_report_shows_a_report_again(here: Path) -> None:
    """`gate report` gives the same as `gate check` would have, and its exit code is not the verdict."""
    for name in ("blocked", "passed"):
        gate("check", f"{name}.json", "-o", f"json={name}-report.json", directory=here)
    for name in ("text", "junit", "markdown"):
        again = gate("report", "blocked-report.json", "-o", name, directory=here)
        assert again.returncode == 0
        assert again.stdout == gate("check", "blocked.json", "-o", name, directory=here).stdout
    merged = gate("report", "blocked-report.json", "passed-report.json", "-o", "json", directory=here)
    report = json.loads(merged.stdout)
    assert (report["verdict"], len(report["plans"])) == ("block", 2)


def test_what_blocks_can_be_chosen(here: Path) -> None:
    """--fail-on warn makes warnings block."""
    attachment = {
        "address": "aws_iam_role_policy_attachment.a", "mode": "managed", "type": "aws_iam_role_policy_attachment",
        "name": "a", "change": {"actions": ["create"], "before": None, "after_unknown": {},
                                "after": {"role": "r", "policy_arn": "arn:aws:iam::111122223333:policy/unseen"}},
    }  # fmt: skip
    (here / "warned.json").write_bytes(plan(attachment))
    assert gate("check", "warned.json", directory=here).returncode == 0
    assert gate("check", "warned.json", "--fail-on", "warn", directory=here).returncode == 1


@pytest.mark.parametrize("command", [["check", "passed.json"], ["explain"], ["check", "--help"]])
def test_output_that_goes_nowhere_is_no_verdict(here: Path, command: list[str]) -> None:
    """A closed pipe, a full disk and a closed standard output are exit 2, never 1, which would say blocked."""
    for redirection in ("| true", "> /dev/full", ">&-"):
        gated = f"'{sys.executable}' -I -m gate {' '.join(command)}"
        script = (
            f"(sleep 0.3; {gated}; echo $? > code) {redirection}"
            if "|" in redirection
            else f"{gated} {redirection}; echo $? > code"
        )
        done = subprocess.run(["bash", "-c", script], cwd=here, capture_output=True, text=True, check=False)
        assert (here / "code").read_text().strip() == "2", redirection
        assert "Traceback" not in done.stderr
        assert "Exception ignored" not in done.stderr


def test_a_plan_that_is_named_twice_is_judged_once(here: Path) -> None:
    """The same file twice is one plan."""
    done = gate("check", "blocked.json", "blocked.json", "-o", "json", directory=here)
    assert len(json.loads(done.stdout)["findings"]) == 1


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    """Every rule explains itself, by id or by name in any case; without one all are listed."""
    for rule in RULES:
        for name in (rule.id, rule.id.lower(), rule.name):
            assert cli_main.exit_code(["explain", name]) == 0
            told = capsys.readouterr()
            assert told.err == ""
            assert told.out.startswith(f"{rule.id} {rule.name}")
    listed = gate("explain", directory=Path.cwd()).stdout
    assert all(rule.id in listed for rule in RULES)


def test_text_of_a_plan_starts_no_workflow_command(here: Path) -> None:
    """A runner reads every line of the output: a name in the plan can't begin one that it would obey."""
    address = 'aws_iam_role_policy.p["\\n::error::forged\\n##[group]x"]'
    hostile = inline(None, FULL)
    hostile |= {"address": address.encode().decode("unicode_escape"), "index": "x"}
    (here / "hostile.json").write_bytes(plan(hostile))
    for name in ("text", "markdown"):
        shown = gate("check", "hostile.json", "-o", name, directory=here, GITHUB_ACTIONS="").stdout
        assert "forged" in shown
        assert not any(line.lstrip().startswith("::") for line in shown.splitlines())
        assert "##[" not in shown


def test_a_sensitive_policy_is_judged_and_not_printed(here: Path) -> None:
    """No text of it, no resource of it, in any format."""
    key = "arn:aws:kms:eu-west-1:111122223333:key/very-secret-key"
    document = policy(
        statement("kms:*", key, Sid="VerySecretSid", Condition={"StringEquals": {"aws:x": "very-secret"}})
    )
    change = inline(None, document)
    change["change"]["after_sensitive"] = {"policy": True}
    (here / "sensitive.json").write_bytes(plan(change))
    outputs = [part for name in FORMATS for part in ("-o", f"{name}={name}.out")]
    done = gate("check", "sensitive.json", *outputs, directory=here)
    assert (done.returncode, done.stderr) == (1, "")
    for told in (done.stdout, *((here / f"{name}.out").read_text() for name in FORMATS)):
        assert "KMS002" in told
        assert "very-secret" not in told
        assert "VerySecret" not in told


# What a passing check loads beside click, msgspec and what these two load: of the standard library, and of gate, room
# by room. Whoever adds to these lists makes every run slower.
LIBRARY = {"locale"}
LOADED = {
    "check": "",
    "cli": "check main options outputs plans progress",
    "errors": "",
    "files": "",
    "findings": "examined few_actions found lookup secrets",
    "holdings": "account_proofs accounts attached_policies attachments boundaries disjoint_sets documents "
    "given_boundaries grouping hidden holders inventory key_attributes key_types lost_documents "
    "managed_policies memberships mirrors name_prefixes order organization out_of_sight own_facts "
    "parts principal principals provider_values recipients refused_names resolve resource_documents "
    "resource_types source_answers source_values template_rows template_types templates "
    "unexpected_documents unlisted",
    "iam": "access alternatives bits boxes condition_keys conditions contexts guards kms "
    "limiting_conditions managed_policies narrowed needs patterns policy service services variables written",
    "new_access": "certain_and_worst effective few_actions grants groupings inquiry "
    "introduced new_groups newly_full policies proven questions refusals same_texts undetermined",
    "plan": "addresses arns attributes before_after configuration decoded document expressions instances look_alikes "
    "model notation provider_calls provider_facts provider_instances references repeated shapes",
    "report": "",
    "reports": "look page phrases text",
    "rules": " ".join(sorted(["run", *(rule.name.replace("-", "_") for rule in RULES)])),
    "settings": "ci load model",
    "source_folders": "",
    "strict_json": "",
    "text": "escape sensitive sentences words",
    "unknown": "",
}
LOOK = """
import sys, click, msgspec
known = set(sys.modules)
from gate.cli.main import exit_code
code = exit_code(["check", sys.argv[1]])
loaded = sorted(set(sys.modules) - known)
import json
print(json.dumps([code, loaded]))
"""


def loaded_by(plan: str, here: Path) -> tuple[int, list[list[str]]]:
    """The exit code of a check, and the names of the modules that it loads beside click and msgspec, in parts."""
    done = subprocess.run([sys.executable, "-c", LOOK, plan], cwd=here, capture_output=True, text=True, check=False)
    exit_code, names = json.loads(done.stdout.splitlines()[-1])
    return exit_code, [name.split(".") for name in names]


def test_only_what_a_pass_needs_is_loaded(here: Path) -> None:
    """Start-up is part of the product: the words of a finding, the evaluator that confirms it, keys, what a plan hides,
    digests, a configuration and a comment stay unloaded where there is none."""
    exit_code, loaded = loaded_by("passed.json", here)
    assert exit_code == 0
    assert {name[0] for name in loaded if name[0][0] != "_"} - {"gate"} <= LIBRARY
    rooms = {name[1]: [] for name in loaded if name[0] == "gate" and name[1:]}
    for name in loaded:
        if name[0] == "gate" and name[2:]:
            rooms[name[1]].append(".".join(name[2:]))
    assert {room: " ".join(modules) for room, modules in rooms.items()} == LOADED


def test_a_blocking_check_loads_no_other_package(here: Path) -> None:
    """A new grant is put into words by gate and the standard library: changed statements, other formats and the source
    need more."""
    exit_code, loaded = loaded_by("blocked.json", here)
    assert exit_code == 1
    assert {name[0] for name in loaded} - {*sys.stdlib_module_names} == {"gate"}
