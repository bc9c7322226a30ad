"""Every case of the test data is explained in one line of the table beside it."""

from pathlib import Path

import pytest

from tests.helpers.paths import HOSTILE, HOSTILE_SOURCE, PLANS, SOURCE_PLANS, TESTS

TABLES = {
    HOSTILE / "cases.tsv": HOSTILE,
    HOSTILE_SOURCE / "cases.tsv": HOSTILE_SOURCE,
    PLANS / "cases.tsv": PLANS,
    SOURCE_PLANS / "cases.tsv": SOURCE_PLANS,
    TESTS / "iam" / "cases.tsv": TESTS / "iam" / "cases",
}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.parent.relative_to(TESTS)))
def test_each_case_is_explained(table: Path) -> None:
    """One line for each case, in the order of their names, and none for what is not there."""
    head, *rows = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()]
    cases = {path.stem for path in TABLES[table].iterdir() if path.is_dir() or TABLES[table].name == "cases"}
    assert head == ["case", "what it is"]
    assert [name for name, _ in rows] == sorted(cases)
    assert all(len(text) > 20 for _, text in rows)
