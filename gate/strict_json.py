"""JSON whose objects have every key once: of a repeated one readers take the first, the last, or refuse it."""

import json
from typing import Any


class RepeatedKey(ValueError):
    """A key that an object has twice."""

    def __init__(self, key: str) -> None:
        super().__init__("the same key twice in one object")
        self.key = key


def loads(text: str) -> Any:
    """The value of a JSON text. Raises RepeatedKey, and what json.loads raises: ValueError and RecursionError."""
    return json.loads(text, object_pairs_hook=once)


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of its pairs. Raises RepeatedKey."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise RepeatedKey(next(name for name in names if names.count(name) > 1))
    return found


def say_the_same(one: str, other: str) -> bool:
    """Whether two texts are the same JSON in any spelling and order of keys; what is no JSON, or repeats a key, is the
    same as nothing else. Values themselves would not do: to Python `1` and `true` are equal."""
    try:
        first, second = (json.dumps(loads(text), sort_keys=True) for text in (one, other))
    except (ValueError, RecursionError):
        return False
    return first == second
