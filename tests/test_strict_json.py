"""JSON without repeated keys."""

import pytest

from gate.strict_json import RepeatedKey, loads, say_the_same


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
