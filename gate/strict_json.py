"""JSON whose objects have every key once: of a repeated one readers take the first, the last, or refuse it."""

from typing import Any

import msgspec


class NoJson(ValueError):
    """A text that is not JSON; the message says why, and where."""


class RepeatedKey(NoJson):
    """A key that an object has twice."""

    def __init__(self, key: str) -> None:
        super().__init__("the same key twice in one object")
        self.key = key


def loads(text: str) -> Any:
    """The value of a JSON text. Raises NoJson, RepeatedKey among it, and RecursionError."""
    try:
        raw = text.encode()
        value = msgspec.json.decode(raw)
        if is_what_was_read(raw, value):
            return value
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        pass  # the other reader says why, or knows better
    import json

    try:
        return json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise NoJson(f"{error.msg} (line {error.lineno})") from None
    except RepeatedKey:
        raise
    except ValueError as error:  # numbers too long to convert
        raise NoJson(str(error)[:80]) from None


def is_what_was_read(text: bytes, value: Any) -> bool:
    """Whether a JSON text is what msgspec made of it, written again, but for white space. It has no key twice then:
    what was read holds none twice."""
    written = msgspec.json.encode(value)
    return written == text or written == msgspec.json.format(text, indent=-1)


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
    import json

    try:
        first, second = (json.dumps(loads(text), sort_keys=True) for text in (one, other))
    except (ValueError, RecursionError):
        return False
    return first == second
