"""The findings and the matrix of who gains what are of one mind, in every plan that the project keeps."""

from pathlib import Path

import pytest

from gate.check import Options, check
from gate.plan.model import read
from gate.report import AccessChange
from tests.helpers.paths import ROOT

pytestmark = pytest.mark.slow

PLANS = sorted(
    path
    for folder in ("examples/plans", "tests/plans", "tests/source/plans", "tests/hostile")
    for path in (ROOT / folder).glob("*/plan.json")
    if not path.parent.name.startswith("hang-")  # judging one takes seconds
)
RULES = ("KMS001", "KMS002", "KMS003", "KMS004")


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parent.name)
def test_whoever_a_finding_names_is_in_the_matrix(path: Path) -> None:
    """Each principal of a finding on new access has a row, and gains what the finding is about or is not sure to."""
    found = check(read(path.read_bytes(), "plan.json"), Options(no_source=True))
    rows: dict[str, list[AccessChange]] = {}
    for row in (row for plan in found.plans for row in plan.access):
        rows.setdefault(row.principal, []).append(row)
    for finding in (finding for finding in found.findings if finding.rule in RULES and finding.witness):
        assert finding.witness
        own = [row for name in finding.principals for row in rows.get(name, [])]
        assert set(finding.principals) <= set(rows), f"{finding.rule} {finding.address}"
        assert any(
            finding.witness.action in row.gained or any(column.after.undetermined for column in row.columns)
            for row in own
        )
