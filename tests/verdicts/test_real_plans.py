"""Verdicts on real plans: the examples with their whole reports, the traps, and other people's plans."""

import json
import os
import shutil
from pathlib import Path

import pytest

from gate.check import Options, check, run
from gate.errors import GateError
from gate.plan.model import read
from gate.reports import render
from tests.helpers.paths import CORPUS, EXAMPLES, PLANS, ROOT, SOURCE_PLANS

SHOWN = sorted(path.parent for path in EXAMPLES.glob("*/plan.json"))
TRAPS = sorted(path.parent for path in PLANS.glob("*/plan.json"))
SOURCES = sorted(path.parent for path in SOURCE_PLANS.glob("*/plan.json"))
ALL = [*SHOWN, *TRAPS, *SOURCES]
VERDICTS = json.loads((PLANS / "verdicts.json").read_text())
FORMATS = {"text": "report.txt", "json": "report.json", "junit": "report.xml", "markdown": "report.md"}


@pytest.mark.parametrize("case", SHOWN, ids=lambda case: case.name)
def test_examples_show_these_reports(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each example's reports are those in its folder; GATE_UPDATE=1 writes them anew."""
    monkeypatch.chdir(ROOT)
    report = run([f"examples/plans/{case.name}/plan.json"], Options(no_source=True), {}, ROOT)
    for name, file in FORMATS.items():
        path = case / "expected" / file
        if os.environ.get("GATE_UPDATE"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(render(report, name))
        assert render(report, name) == path.read_text()


def told(case: Path, options: Options) -> list[str]:
    """What gate finds in a plan, one line each: the rule, blocking or not, and the place."""
    checked = check(read((case / "plan.json").read_bytes(), case.name), options)
    unproven = sum(plan.unproven_roles for plan in checked.plans)
    found = [f"{f.rule} {'blocks' if f.blocks else 'warns'} {f.address} {f.attribute}" for f in checked.findings]
    return [*found, *([f"{unproven} roles not proven"] if unproven else []), *checked.notes]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_plans_get_these_verdicts(case: Path) -> None:
    """Each plan's findings without the source are those of verdicts.json, which people have read one by one."""
    assert told(case, Options(no_source=True)) == VERDICTS[case.name]["plan"]


@pytest.mark.slow
@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_plans_with_their_source_get_these_verdicts(case: Path, tmp_path: Path) -> None:
    """The same with the source at hand: what the plan hides is decided."""
    source = tmp_path / "source"
    if (case / "after.tf").exists():  # beside before.tf, which is no part of it
        source.mkdir()
        shutil.copy(case / "after.tf", source / "main.tf")
    else:
        shutil.copytree(case / "after" if (case / "after").is_dir() else case, source)
    assert told(case, Options(source=(str(source),))) == VERDICTS[case.name]["source"]


def test_every_plan_has_a_verdict() -> None:
    """No plan without a verdict, no verdict without a plan."""
    assert sorted(VERDICTS) == sorted(case.name for case in ALL)


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the collection of other people's plans is not at hand")
def test_other_peoples_plans() -> None:
    """Every plan gets a verdict; those that block are known, with the reason."""
    blocked = {}
    for path in sorted(CORPUS.rglob("*.json")):
        try:
            found = check(read(path.read_bytes(), path.name), Options(no_source=True)).findings
        except GateError:
            continue
        rules = sorted({finding.rule for finding in found if finding.blocks})
        if rules:
            blocked[str(path.relative_to(CORPUS))] = rules
    assert blocked == {
        # a created role policy with Action "*" on "*"
        "leonamvasquez__terraview/examples/plan.json": ["KMS001"],
        # AdministratorAccess in the managed_policy_arns of a created role
        "leonamvasquez__terraview/internal/ai/eval/testdata/evals/eks-cluster/plan.json": ["KMS001"],
    }
