"""The line of a value in a TOML text."""

import tomllib

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.settings.lines import line_of

TEXT = '''# a comment
[rules]
KMS007 = "block"  # why

KMS008 = "warn"

[[waiver]]
rule = "KMS001"
actions = [
  "kms:Decrypt",
  "kms:*",
]
reason = """
[[waiver]]
several lines
"""
expires = 2027-01-31
[[waiver]]
rule = "KMS002"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("rules",), 2),
        (("rules", "KMS007"), 3),
        (("rules", "KMS008"), 5),
        (("waiver",), 7),
        (("waiver", 0), 7),
        (("waiver", 0, "actions"), 9),
        (("waiver", 0, "actions", 1), 9),
        (("waiver", 0, "reason"), 13),
        (("waiver", 0, "expires"), 17),
        (("waiver", 1), 18),
        (("waiver", 1, "rule"), 19),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_value_has_the_line_on_which_it_begins(path: tuple[str | int, ...], line: int, ending: str) -> None:
    """Headers, values, values of several lines and text that looks like a header all have their own line."""
    assert line_of(TEXT.replace("\n", ending), path) == line


def test_what_is_missing_has_the_line_of_what_should_hold_it() -> None:
    """A key that a waiver lacks is missing at the waiver's header; one that the file lacks, at its first line."""
    assert line_of(TEXT, ("waiver", 1, "reason")) == 18
    assert line_of(TEXT, ("override", 0)) == 1


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=6))
def test_each_key_is_found_on_its_own_line(values: list[str]) -> None:
    """Whatever the texts are, the n-th key of a file with a key a line is on the n-th line."""
    lines = [f"key{n} = {tomlkit.string(value).as_string()}" for n, value in enumerate(values)]
    text = "\n".join(lines)
    assert tomllib.loads(text) == {f"key{n}": value for n, value in enumerate(values)}
    assert [line_of(text, (f"key{n}",)) for n in range(len(values))] == list(range(1, len(values) + 1))
