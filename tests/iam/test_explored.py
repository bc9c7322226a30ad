"""What many holders ask of the same patterns is worked out once, at the same price."""

from typing import Any

import pytest

from gate.iam import patterns
from gate.iam.patterns import FIELD, MANY, Budget, OutOfBudget, cells

SHAPE = f"arn:{FIELD}:kms:{FIELD}:key/{MANY}"
A_KEY, ANOTHER_KEY = "arn:aws:kms:eu:key/1", "arn:aws:kms:eu:key/2"


@pytest.fixture
def explored(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The patterns of each walk through automata."""
    seen: list[tuple[str, ...]] = []
    explore = patterns._explore

    def watched(universe: str, several: tuple[str, ...], budget: Budget) -> Any:
        seen.append(several)
        return explore(universe, several, budget)

    monkeypatch.setattr(patterns, "_explore", watched)
    patterns._known.clear()
    return seen


def test_keys_that_are_named_share_one_walk(explored: list[tuple[str, ...]]) -> None:
    found = [cells(SHAPE, [key], Budget(10_000)) for key in (A_KEY, ANOTHER_KEY)]
    assert explored == [()]
    assert [each[1] for each in found] == [A_KEY, ANOTHER_KEY]
    assert found[0][0] == found[1][0]


def test_other_patterns_are_a_walk_of_their_own(explored: list[tuple[str, ...]]) -> None:
    for pattern in (f"arn:aws:kms:{MANY}", f"arn:aws:kms:eu{MANY}"):
        cells(SHAPE, [pattern], Budget(100_000))
    assert len(explored) == 2


def test_what_is_told_again_costs_as_much(explored: list[tuple[str, ...]]) -> None:
    first, second = Budget(10_000), Budget(10_000)
    for budget in (first, second):
        cells(SHAPE, [A_KEY], budget)
    assert len(explored) == 1
    assert first.steps == second.steps < 10_000


def test_too_little_for_it_is_too_little_again(explored: list[tuple[str, ...]]) -> None:
    cells(SHAPE, [A_KEY], Budget(10_000))
    with pytest.raises(OutOfBudget):
        cells(SHAPE, [A_KEY], Budget(3))
