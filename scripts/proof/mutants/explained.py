"""The mutants that no test can notice, each with the reason: explained.tsv."""

from pathlib import Path

FILE = Path(__file__).with_name("explained.tsv")
HEAD = ("module", "function", "before", "after", "nth", "why")


def rows() -> list[list[str]]:
    """The lines of the file, without its head."""
    return [line.split("\t") for line in FILE.read_text().splitlines()[1:]]


def keys() -> frozenset[tuple[str, ...]]:
    """The mutants of the file, as an outcome names them."""
    return frozenset(tuple(row[: len(HEAD) - 1]) for row in rows())
