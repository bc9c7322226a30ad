"""The algebra against the naive judge: actions, resources, boundaries and conditions of every kind at once."""

import json
import os
from random import Random

import pytest

from tests.helpers.joint import difference, random_pair, shrunken

pytestmark = pytest.mark.slow

PAIRS = int(os.environ.get("GATE_PAIRS", "150"))  # of one seed; 20,000 take five minutes


@pytest.mark.parametrize("seed", os.environ.get("GATE_SEEDS", "1 2").split())
def test_the_algebra_and_the_naive_judge_agree(seed: str) -> None:
    """What is newly full to one is to the other, whatever operators, keys, patterns and boundaries come together."""
    random = Random(seed)
    for number in range(PAIRS):
        before, after = random_pair(random)
        if difference(before, after):
            before, after = shrunken(before, after)
            case = json.dumps({"before": before, "after": after})
            pytest.fail(f"pair {number}: {difference(before, after)}\n{case}")
