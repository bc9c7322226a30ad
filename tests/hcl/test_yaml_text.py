"""YAML is read as far as every reader agrees; what Terraform makes of it is in answers.tsv."""

from typing import Any

import pytest

from gate.hcl.functions import call
from gate.hcl.work import Work
from gate.hcl.yaml_text import LONGEST, decode_yaml
from gate.unknown import Unresolved
from tests.helpers.containing import World

ROLE = """\
---
# who reads
reader:
  trust: "arn:aws:iam::111122223333:role/ci"
  statements:
    - actions: ["s3:GetObject", kms:Decrypt]
      resources: ['*']
      key: true
    - actions: [kms:*]
      level: 3
      note:
"""


def test_collections_of_plain_texts_are_what_they_say() -> None:
    """As people write roles: in blocks and in brackets, with and without quotes."""
    statements = [
        {"actions": ["s3:GetObject", "kms:Decrypt"], "resources": ["*"], "key": True},
        {"actions": ["kms:*"], "level": 3, "note": None},
    ]
    assert decode_yaml(ROLE, World().is_text) == {
        "reader": {"trust": "arn:aws:iam::111122223333:role/ci", "statements": statements}
    }


@pytest.mark.parametrize(
    "scalar",
    ["yes", "No", "on", "Y", "True", "NULL", "~", "010", "0x1f", "1e3", "-3", "1.5", "2020-01-01", ".inf", "1_000",
     "|\n  x", ">\n  x", "x\n  y", "x y", "1234567890"],
)  # fmt: skip
def test_a_scalar_that_may_be_read_in_two_ways_is_unknown(scalar: str) -> None:
    """Words of YAML 1.1, numbers with signs or fractions, dates, lines that are joined. What stands beside is known."""
    assert decode_yaml(f"a: {scalar}\nb: c\n", World().is_text) == {"a": Unresolved(), "b": "c"}


@pytest.mark.parametrize(
    "text",
    ["", "a: 1\na: 2\n", "a: &x b\nc: *x\n", "a: &x b\n", "[" * 201 + "]" * 201,
     "<<: {a: b}\n", "a: !!str b\n", "a: b\n---\nc: d\n", "1: a\n", "on: a\n",
     "[a]: b\n", "a:\tb\n", "a: ä\n", 'a: "x\\ty"\n', "%YAML 1.1\n---\na: b\n", "a: [", "a: b: c\n",
     "[" * 300 + "]" * 300, "- " * 5_000 + "a", "a: b\n" + "#" * LONGEST],
)  # fmt: skip
def test_a_text_that_may_be_read_in_two_ways_is_unknown(text: str) -> None:
    """Anchors, tags, merges, keys that are repeated or no texts, several documents; and what takes too long."""
    with pytest.raises(ValueError, match=r"^$"):
        decode_yaml(text, World().is_text)
    found: Any = call("yamldecode", [text], Work(World()))
    assert found == Unresolved()


def test_a_text_that_is_not_known_is_not_read() -> None:
    """It is what it refers to."""
    assert call("yamldecode", [Unresolved(("var.x",))], Work(World())) == Unresolved(("var.x",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b\n" + "#" * (LONGEST - 5), "b"),
        ('a: "' + "~" * 201 + '"', "~" * 201),
        ("a: [" + "{}, " * 199 + "]", [{}] * 199),
    ],
)
def test_the_longest_text_and_the_most_brackets_are_read(text: str, expected: Any) -> None:
    """What costs little is no reason to know nothing."""
    assert decode_yaml(text, World().is_text) == {"a": expected}
