"""What a plan is written like says nothing: its order, the numbers of its accounts, the module that it is in."""

import json
from collections import Counter
from pathlib import Path

import pytest

from gate.check import Options, check
from gate.plan.model import read
from tests.helpers.paths import EXAMPLES, PLANS, SOURCE_PLANS
from tests.helpers.rewritten import REWRITTEN, Plan

FOLDERS = sorted(path.parent for root in (EXAMPLES, PLANS, SOURCE_PLANS) for path in root.glob("*/plan.json"))


def _told(plan: Plan) -> Counter[tuple[str, bool]]:
    found = check(read(json.dumps(plan).encode(), "plan.json"), Options(no_source=True)).findings
    return Counter((finding.rule, finding.blocks) for finding in found)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_findings_stay(folder: Path) -> None:
    plan = json.loads((folder / "plan.json").read_bytes())
    expected = _told(plan)
    for how, rewritten in REWRITTEN.items():
        assert (how, _told(rewritten(plan))) == (how, expected)
