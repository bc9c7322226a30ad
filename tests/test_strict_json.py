"""JSON without repeated keys."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.strict_json import NoJson, RepeatedKey, loads, say_the_same

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def test_a_repeated_key_is_named() -> None:
    """Wherever its object stands, and whatever the values are."""
    assert loads('{"a": [{"b": 1}, {"b": 1}]}') == {"a": [{"b": 1}, {"b": 1}]}
    with pytest.raises(RepeatedKey) as raised:
        loads('{"a": [{"b": 1, "c": 2, "b": 1}]}')
    assert raised.value.key == "b"


def test_two_texts_that_say_the_same() -> None:
    """In whatever spelling and order; `1` is not `true`, and what is no JSON, or can be read in two ways, is nothing
    else's equal."""
    assert say_the_same('{"a": 1, "b": ["x"]}', '{"b":["\\u0078"],"a":1}')
    assert not say_the_same("[1]", "[true]")
    assert not say_the_same('["a", "b"]', '["b", "a"]')
    assert not say_the_same("x", "x")
    assert not say_the_same('{"a": 1, "a": 1}', '{"a": 1}')
    assert not say_the_same("[" * 100_000, "[" * 100_000)


@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_what_is_read_quickly_is_what_json_reads(value: object, indent: int | None, escaped: bool) -> None:
    """Of every value in every spelling, to the last type: numbers of any size, escapes, white space."""
    text = json.dumps(value, indent=indent, ensure_ascii=escaped)
    assert repr(loads(text)) == repr(json.loads(text))


@pytest.mark.parametrize(
    "text",
    [
        "-0",
        "-0.0",
        "1e5",
        "1E400",
        "18446744073709551616",
        "0.1",
        "NaN",
        '"\\ud800"',
        '"\\u003c\\/"',
        ' {"a" : [ ] }\n',
    ],
)
def test_odd_texts_are_what_json_makes_of_them(text: str) -> None:
    """Also those that the quick reader refuses or reads otherwise."""
    assert repr(loads(text)) == repr(json.loads(text))


def test_what_is_no_json_says_why_and_where() -> None:
    """Numbers that are too long to convert too, which json tells without a place."""
    with pytest.raises(NoJson, match=r"^Expecting value \(line 2\)$"):
        loads("[1,\n]")
    with pytest.raises(NoJson, match=r"^Exceeds the limit"):
        loads("1" * 5000)
