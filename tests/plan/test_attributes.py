"""Attribute paths: every value at one, under the name that people give it, and what takes the place of an unknown."""

from typing import Any

import pytest

from gate.plan.attributes import marked, marks_any, named_values_at, replaced_at, text_of, top_of, values_at
from gate.plan.shapes import UNKNOWN, Unknown
from gate.text.sensitive import Sensitive

BLOCKS = {"inline_policy": [{"name": "a", "policy": "1"}, {"policy": "2"}, UNKNOWN, {"name": "d", "policy": UNKNOWN}]}


@pytest.mark.parametrize(
    ("values", "path", "found"),
    [
        ({"policy": "1"}, "policy", [("policy", "1")]),
        ({"policy": None}, "policy", []),
        ({}, "policy", []),
        ({"arns": ["1", "2"]}, "arns[]", [("arns", "1"), ("arns", "2")]),
        ({"arns": UNKNOWN}, "arns[]", [("arns", UNKNOWN)]),
        ({"a": {"b": "1"}}, "a.b", [("a.b", "1")]),
        ({"a": "text"}, "a.b", []),
        ({"a": []}, "a", [("a", [])]),
        ({"a": {"b": []}}, "a.b", [("a.b", [])]),
        (UNKNOWN, "policy", [("", UNKNOWN)]),
        (
            BLOCKS,
            "inline_policy[].policy",
            [
                ('inline_policy["a"].policy', "1"),
                ("inline_policy[1].policy", "2"),
                ("inline_policy", UNKNOWN),
                ('inline_policy["d"].policy', UNKNOWN),
            ],
        ),
        ({"b": [{"policy_name": Sensitive("s"), "p": "1"}]}, "b[].p", [("b[0].p", "1")]),
    ],
)
def test_every_value_at_a_path(values: Any, path: str, found: list[Any]) -> None:
    """A nested block is called by its name, unless that is a secret; what stands in an unknown is unknown."""
    assert list(values_at(values, path)) == found


@pytest.mark.parametrize(
    ("values", "path", "names"),
    [
        ({"name": "p", "role": "app", "policy": "1"}, "policy", ["p"]),
        ({"policy_name": "p", "policy": "1"}, "policy", ["p"]),
        ({"policy": "1"}, "policy", [""]),
        ({"name": UNKNOWN, "policy": "1"}, "policy", [""]),
        ({"name": "app", **BLOCKS}, "inline_policy[].policy", ["a", "", "", "d"]),
        ({"name": "app", "b": [{"name": 'a"]["', "p": "1"}]}, "b[].p", ['a"]["']),
        ({"name": "app", "b": [{"name": Sensitive("s"), "p": "1"}]}, "b[].p", ["s"]),
        ({"name": "app", "b": [{"name": UNKNOWN, "p": "1"}]}, "b[].p", [""]),
        ({"name": "app", "b": UNKNOWN}, "b[].p", [""]),
        ({"name": "p", "policy": []}, "policy", ["p"]),
        ({"name": "app", "b": []}, "b[].p", []),
        ({"name": "app"}, "b[].p", []),
    ],
)
def test_whose_name_it_is(values: Any, path: str, names: list[str]) -> None:
    """A block's own where there are blocks, never that of the role that has it, and not what its place is called."""
    assert [name for _, name, _ in named_values_at(values, path)] == names


def test_only_what_is_unknown_is_replaced() -> None:
    """And the values themselves stay as they are."""
    values = {"arns": ["1", UNKNOWN], "other": UNKNOWN}
    assert replaced_at(values, "arns[]", {"arns": "2"}) == {"arns": ["1", "2"], "other": UNKNOWN}
    assert values["arns"] == ["1", UNKNOWN]
    assert replaced_at({"arns": UNKNOWN}, "arns[]", {"arns": "2"}) == {"arns": "2"}


class Known(Unknown):
    """Something that is known of an unknown value."""


SHAPES = [{"a": [{"b": UNKNOWN}]}, {"a": {"b": UNKNOWN}}, BLOCKS, {"a": [[UNKNOWN]]}, UNKNOWN]


@pytest.mark.parametrize("values", SHAPES)
@pytest.mark.parametrize("path", ["a[].b", "a[]", "a.b", "inline_policy[].policy"])
def test_what_is_found_is_what_is_replaced(values: Any, path: str) -> None:
    """Under the same names."""
    found = list(values_at(values, path))
    known = {attribute: Known() for attribute, value in found if value is UNKNOWN}
    expected = [(attribute, known[attribute] if value is UNKNOWN else value) for attribute, value in found]
    assert list(values_at(replaced_at(values, path, known), path)) == expected


@pytest.mark.parametrize(
    ("sensitive", "path", "expected"),
    [
        (None, "a", False),
        (False, "a", False),
        (True, "a", True),
        ("x", "a", False),
        ({}, "a", False),
        ({"a": True}, "a", True),
        ({"a": False}, "a", False),
        ({"b": True}, "a", False),
        ({"a": True}, "a.b", True),
        ({"a": {"b": True}}, "a", True),
        ({"a": {"b": True}}, "a.b", True),
        ({"a": {"b": True}}, "a.c", False),
        ({"a": {"b": {"c": True}}}, "a.b.c", True),
        ({"a": {"b": {"c": True}}}, "a.b.d", False),
        ({"a": [{"b": False}, {"b": True}]}, "a[].b", True),
        ({"a": [{"b": False}, {"c": True}]}, "a[].b", False),
        ({"a": [False, True]}, "a[]", True),
        ({"a": [False, {"b": False}]}, "a[]", False),
        ([{"a": False}, {"a": True}], "a", True),
    ],
)
def test_what_is_marked(sensitive: Any, path: str, expected: bool) -> None:
    """Itself, what it stands in, or a part of it."""
    assert marked(sensitive, path) is expected


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        (True, True),
        (False, False),
        (None, False),
        ({}, False),
        ([], False),
        ({"a": False, "b": [False, {"c": True}]}, True),
        ({"a": True, "b": False}, True),
        ([True, False], True),
        ("true", False),
        ({"a": [False], "b": {}}, False),
    ],
)
def test_whether_anything_is_marked(mark: Any, expected: bool) -> None:
    """Wherever it is."""
    assert marks_any(mark) is expected


def test_texts_and_the_attribute_that_a_path_starts_with() -> None:
    """Nothing is no text."""
    assert [text_of(one, "a") for one in ({"a": "x"}, {"a": 1}, {}, None, UNKNOWN)] == ["x", "", "", "", ""]
    assert [top_of(path) for path in ("a", "a[]", "a[].b", "a.b[]")] == ["a"] * 4
