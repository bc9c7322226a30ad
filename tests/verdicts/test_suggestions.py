"""The suggestion of every example, done: the finding is gone."""

import json
from pathlib import Path
from typing import Any

import pytest

from gate.check import Options, check
from gate.errors import GateError
from gate.plan.model import read
from gate.report import Finding
from tests.helpers.paths import EXAMPLES, HOSTILE, PLANS
from tests.helpers.suggested import applied

CASES = sorted(path.parent for path in EXAMPLES.glob("*/plan.json"))
TRAPS = sorted(
    path.parent
    for where in (PLANS, HOSTILE)
    for path in where.glob("*/plan.json")
    if not path.parent.name.startswith("hang-")  # judging one takes seconds
)
CERTAIN = ("KMS001", "KMS002", "KMS003", "KMS004")


def judged(plan: bytes) -> tuple[Finding, ...]:
    return check(read(plan, "plan.json"), Options(no_source=True)).findings


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_an_example_is_told_to_write_is_no_finding(case: Path) -> None:
    """Every finding says what to do; where it says what to write, writing it leaves nothing at its place."""
    raw = (case / "plan.json").read_bytes()
    for finding in judged(raw):
        assert finding.remedy, f"{finding.rule} {finding.address}"
        if finding.example:
            done = applied(json.loads(raw), finding)
            left = judged(json.dumps(done).encode())
            assert [f.message for f in left if f.address == finding.address and f.rule == finding.rule] == []
            assert not [f for f in left if f.blocks]


@pytest.mark.slow
@pytest.mark.parametrize("case", TRAPS, ids=lambda case: case.name)
def test_what_a_trap_is_told_to_write_is_no_finding(case: Path) -> None:
    """The same for the plans that are traps, where the document is a text at the place itself."""
    raw = (case / "plan.json").read_bytes()
    try:
        found = judged(raw)
    except GateError:
        return
    assert [f"{finding.rule} {finding.address}" for finding in found if not finding.remedy] == []
    for finding in {(one.cause, one.rule): one for one in found}.values():
        plan = json.loads(raw)
        if finding.example and finding.rule in CERTAIN and is_a_text(plan, finding):
            left = judged(json.dumps(applied(plan, finding)).encode())
            assert [f.message for f in left if (f.rule, f.address) == (finding.rule, finding.address)] == []


def is_a_text(plan: dict[str, Any], finding: Finding) -> bool:
    """Whether the finding is at a policy document that the plan shows."""
    entry = next(one for one in plan["resource_changes"] if one["address"] == finding.address)
    after = entry["change"]["after"]
    return isinstance(after, dict) and str(after.get(finding.attribute, "")).startswith("{")
