"""JSON without repeated keys."""

import pytest

from gate.strict_json import RepeatedKey, loads


def test_a_repeated_key_is_named() -> None:
    """Wherever its object stands, and whatever the values are."""
    assert loads('{"a": [{"b": 1}, {"b": 1}]}') == {"a": [{"b": 1}, {"b": 1}]}
    with pytest.raises(RepeatedKey) as raised:
        loads('{"a": [{"b": 1, "c": 2, "b": 1}]}')
    assert raised.value.key == "b"
