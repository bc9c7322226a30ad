"""The plan of forty roles of one module, as people read it."""

import json
import shutil
from pathlib import Path

import pytest

from gate.check import Options, run
from gate.report import Report
from gate.reports import render
from gate.reports.look import Look
from tests.helpers.paths import PLANS

pytestmark = pytest.mark.slow

FORTY = PLANS / "forty-roles-of-one-module"


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    """The report of a run in the root module's folder."""
    shutil.copytree(FORTY / "after", tmp_path, dirs_exist_ok=True)
    shutil.copy(FORTY / "plan.json", tmp_path)
    monkeypatch.chdir(tmp_path)
    return run(["plan.json"], Options(source=(".",)), {}, tmp_path)


@pytest.mark.parametrize("width", [80, 98, 120, 200])
def test_forty_lines_of_text_at_most(judged: Report, width: int) -> None:
    """The verdict, the cause with its line, whose it is, the way and the lines, and what to do."""
    shown = render(judged, "text", Look(width=width))
    assert len(shown.splitlines()) <= 40
    assert shown.startswith("BLOCKED: 40 findings of one cause newly grant full KMS access\n")
    assert "\nKMS001 full-kms-access: 40 roles, one cause: modules/service/main.tf:22\n" in shown
    assert "\n             main.tf:5 module.service -> modules/service/main.tf:22\n" in shown
    assert '25 >   Action   = "kms:*"\n' in shown


def test_one_annotation(judged: Report) -> None:
    """At the line of the module."""
    (line,) = render(judged, "github").splitlines()
    assert line.startswith("::error file=modules/service/main.tf,line=22,title=KMS001 full-kms-access%3A 40 roles")


def test_programs_get_forty_entries_with_one_cause(judged: Report) -> None:
    """JSON, SARIF and JUnit keep each finding."""
    found = json.loads(render(judged, "json"))["findings"]
    assert len(found) == 40
    (cause,) = {finding["cause"] for finding in found}
    assert render(judged, "sarif").count(cause) == 40
    assert render(judged, "junit").count(f"cause {cause}") == 40
