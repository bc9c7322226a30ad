"""No change, no finding, and nobody whose access changes: a plan of no-ops, whatever its resources grant."""

import json
from pathlib import Path

import pytest

from gate.check import Options, check
from gate.errors import GateError
from gate.plan.model import read
from tests.helpers.paths import CORPUS, ROOT
from tests.helpers.still import SIDES, still

pytestmark = pytest.mark.slow

OURS = sorted(
    path
    for folder in ("examples/plans", "tests/plans", "tests/source/plans", "tests/hostile")
    for path in (ROOT / folder).glob("*/plan.json")
)
THEIRS = sorted(CORPUS.rglob("*.json"))


def _raised(raw: bytes, name: str, baseline: str) -> list[str]:
    try:
        found = check(read(raw, name), Options(no_source=True, baseline=baseline))
    except GateError:
        return []  # no plan at all, and nothing that could be turned into one
    told = [f"{one.rule} {one.address} {one.attribute}: {one.message}" for one in found.findings]
    return told + [f"the access of {one.principal} {one.key}" for plan in found.plans for one in plan.access]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("path", OURS, ids=lambda path: path.parent.name)
def test_our_plans_without_their_changes_raise_nothing(path: Path, side: str) -> None:
    """Each plan with everything left as it is, or as it would become."""
    raw = still(json.loads(path.read_bytes()), side)
    assert read(raw, path.parent.name)
    assert _raised(raw, path.parent.name, "refreshed") == []
    assert _raised(raw, path.parent.name, "state") == []


@pytest.mark.skipif(not THEIRS, reason="the collection of other people's plans is not at hand")
@pytest.mark.parametrize("side", SIDES)
def test_other_peoples_plans_without_their_changes_raise_nothing(side: str) -> None:
    """The same for every plan of the collection that is one document."""
    raised = {}
    for path in THEIRS:
        try:
            document = json.loads(path.read_bytes())
        except ValueError:
            continue
        if isinstance(document, dict) and isinstance(document.get("resource_changes"), list):
            found = _raised(still(document, side), path.name, "refreshed")
            if found:
                raised[path.name] = found
    assert raised == {}
