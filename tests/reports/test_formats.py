"""A format is a file and a row of FORMATS: everything that names formats is derived from it."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from gate.report import Report
from gate.reports import FORMATS, render
from tests.helpers.imports import imported
from tests.helpers.paths import ROOT
from tests.helpers.plans import inline, plan, policy, statement

STUB = """
def render(report):
    return f"<p>{report.verdict}: {len(report.findings)}</p>"
"""
RUN = """
import sys
from gate.reports import FORMATS, Format
FORMATS["stub"] = Format("stub_format", "a page")
from gate.cli.main import exit_code
sys.exit(exit_code(sys.argv[1:]))
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "stub_format.py").write_text(STUB)
    (tmp_path / "plan.json").write_bytes(plan(inline(None, policy(statement("kms:*")))))
    return tmp_path


def run(here: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """gate with one more file and one more row."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{here}", "COLUMNS": "200"}
    environment.pop("CI", None)
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments], cwd=here, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_a_new_format_is_a_file_and_a_row(here: Path) -> None:
    """Written, converted to, listed by the help of every command and by the message about a wrong one."""
    done = run(here, "check", "plan.json", "-o", "stub=page.html", "-o", "json=report.json", "--no-source")
    assert (done.returncode, done.stderr) == (1, "")
    assert (here / "page.html").read_text() == "<p>block: 1</p>"
    assert run(here, "report", "report.json", "-o", "stub").stdout == "<p>block: 1</p>"
    for command in ("check", "report", "atlantis"):
        told = " ".join(run(here, command, "--help").stdout.split())
        assert ("gitlab or stub;" in told) == (command != "atlantis")
    assert "stub" in run(here, "check", "plan.json", "-o", "nothing").stderr


def test_every_format_says_what_it_is_for() -> None:
    """A row has words for people, and its file has a docstring."""
    for name, entry in FORMATS.items():
        assert entry.summary
        file = ROOT / f"{entry.module.replace('.', '/')}.py"
        assert file.read_text().startswith('"""'), name


@pytest.mark.slow
def test_no_other_file_lists_the_formats() -> None:
    """A list of them anywhere else would have to be kept up to date."""
    for file in [*ROOT.glob("gate/**/*.py"), *ROOT.glob("tests/**/*.py")]:
        if file in {ROOT / "gate/reports/__init__.py", Path(__file__)}:
            continue
        lines = file.read_text().splitlines()
        crowded = [line for line in lines if sum(f'"{name}"' in line or f" {name}," in line for name in FORMATS) > 5]
        assert crowded == [], file


def test_no_format_knows_another_one() -> None:
    """Nor does anything that they share know one."""
    modules = {entry.module for entry in FORMATS.values()}
    files = sorted((ROOT / "gate/reports").glob("*.py"))
    assert {file.name for file in files if imported(file) & modules} == set()


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "stub"])
def test_a_digest_is_made_where_a_format_tells_it(name: str, any_report: Report) -> None:
    """Without `has_digest` no report depends on it; with it every report with a plan does."""
    plans = [
        tuple(msgspec.structs.replace(plan, sha256=digest * 64) for plan in any_report.plans) for digest in ("a", "b")
    ]
    first, second = (render(msgspec.structs.replace(any_report, plans=each), name) for each in plans)
    assert (first != second) == (FORMATS[name].has_digest and bool(any_report.plans))
