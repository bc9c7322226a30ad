"""The lines of the statements of a policy document that is written as JSON text, interpolations in it or not."""

import json
import re

from gate.hcl.syntax import Lines

_SPACE = re.compile(r"[\s,:]*")
_DECODER = json.JSONDecoder(strict=False)


def statement_lines(text: str, index: int) -> Lines | None:
    """The first and the last line of a statement, from 1; None where the text can't be read up to there."""
    start = text.find("{")
    try:
        return _lines(text, *_statement(text, start, index)) if start >= 0 else None
    except (ValueError, RecursionError):
        return None


def _statement(text: str, at: int, index: int) -> tuple[int, int]:
    """Where a statement begins and ends in the object that begins at a position. Raises ValueError."""
    at = _next(text, at + 1)
    while text[at : at + 1] == '"':
        key, at = _DECODER.raw_decode(text, at)
        at = _next(text, at)
        if key != "Statement":
            at = _next(text, _DECODER.raw_decode(text, at)[1])
        elif text[at : at + 1] != "[":
            return _element(text, at, 0)
        else:
            return _element(text, _next(text, at + 1), index)
    raise ValueError


def _element(text: str, at: int, index: int) -> tuple[int, int]:
    for _ in range(index):
        at = _next(text, _DECODER.raw_decode(text, at)[1])
    return at, _DECODER.raw_decode(text, at)[1]


def _next(text: str, at: int) -> int:
    """The position of the next value or key. White space, commas and colons are passed: the text is JSON anyway."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _lines(text: str, start: int, end: int) -> Lines:
    first = text.count("\n", 0, start) + 1
    return first, first + text.count("\n", start, end)
