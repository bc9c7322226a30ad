"""A short run of every part of the proof: what `make proof` does at length."""

from dataclasses import replace

import pytest

from scripts.proof.part import SHORT, Part
from scripts.proof.parts import PARTS

pytestmark = pytest.mark.slow

SEED = 4  # Z3 answers everything; one question that it gives up takes as long as all that it answers


@pytest.mark.parametrize("part", [part for part in PARTS if not part.at_length], ids=lambda part: part.name)
def test_a_short_run_finds_nothing_wrong(part: Part) -> None:
    """In a small share of a part no new access is missed and no alarm is false; something was compared."""
    result = part.run(replace(SHORT, seed=SEED))
    assert not result.wrong, [example for row in result.rows for example in row.examples]
    assert sum(row.cases for row in result.rows) > sum(row.not_compared for row in result.rows)
