"""Where a value stands in a TOML text: the standard parser reads values without their lines."""

import bisect
import tomllib
from collections.abc import Sequence
from typing import Any

_LONGEST = 100  # lines of one value: of a longer one a later line may be given, so that the work stays bounded


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line, from 1, on which the value at `path` begins, in a text that tomllib can read.

    The first lines of a TOML text are TOML themselves, unless they end inside a value. So the value begins on the line
    after the longest beginning that is without it. A path that leads nowhere stands for its longest part that does not.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    whole = tomllib.loads("\n".join(lines))
    known = next(path[:length] for length in range(len(path), -1, -1) if _has(whole, path[:length]))

    def begun(count: int) -> bool:
        return _has(_next_readable(lines, count), known)

    return bisect.bisect_left(range(1, len(lines) + 1), True, key=begun) + 1


def _next_readable(lines: list[str], count: int) -> dict[str, Any]:
    """What the first `count` lines say, and as many more as it takes to end outside a value."""
    for end in range(count, min(len(lines), count + _LONGEST) + 1):
        try:
            return tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
    return {}


def _has(value: Any, path: Sequence[str | int]) -> bool:
    for step in path:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return False
    return True
