"""The suggestion of every example, done: the finding is gone."""

import json
from pathlib import Path

import pytest

from gate.check import Options, check
from gate.plan.model import read
from gate.report import Finding
from tests.helpers.paths import EXAMPLES
from tests.helpers.suggested import applied

CASES = sorted(path.parent for path in EXAMPLES.glob("*/plan.json"))


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
