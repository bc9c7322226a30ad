"""docs/architecture.md names the rooms of gate."""

import re

from tests.helpers.paths import ROOT

GATE = ROOT / "gate"


def test_every_room_is_in_the_table_and_nothing_else() -> None:
    """Each folder and each file of gate/ itself, once."""
    table = (ROOT / "docs" / "architecture.md").read_text().partition("## The rooms")[2].partition("\n## ")[0]
    first_cells = re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
    named = re.findall(r"`([^`]+)`", " ".join(first_cells))
    kept = [one for one in GATE.iterdir() if one.is_file() or any(each.is_file() for each in one.iterdir())]
    there = [one.name for one in kept if one.name not in ("__init__.py", "__pycache__", "py.typed")]
    assert sorted(named) == sorted(there)
