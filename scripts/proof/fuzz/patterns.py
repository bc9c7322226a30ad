"""Wildcards: which combinations of patterns a text can match, against regular expressions and every short text."""

import re
from collections.abc import Sequence
from itertools import product

from gate.iam.patterns import FIELD, FRESH, Budget, OutOfBudget, cells, glob, is_literal, matches
from scripts.proof.fuzz.target import WrongAnswer

_ALPHABET = "ab:/" + FRESH
_LONGEST = 4  # of the texts that are all tried
_PATTERNS, _CHARACTERS = 4, 9
_TEXTS = ["".join(text) for length in range(_LONGEST + 1) for text in product(_ALPHABET, repeat=length)]
_REGULAR = {"*": ".*", "?": ".", "+": "[^:/]+"}


def seeds() -> Sequence[bytes]:
    """The universe, then patterns, a line each; `+` is a field of an ARN, which only the universe has."""
    return [b"*\na*\n*b", b"a:*\na:?/*\n*:b", b"+:+/+\na*\n*/b\n??:*", b"*\n*a*b*\n*b*a*", b"a/b\n*\n?/?\na*b"]


def compare(raw: bytes) -> None:
    """`matches` and `cells` against `re`: every combination that is told has a text that shows it, and no short text
    has a combination that is not told."""
    lines = [_line(line) for line in raw.decode("latin-1").split("\n")[: _PATTERNS + 1]]
    lines[1:] = [line.replace("+", "") for line in lines[1:]]
    globs = [_glob(line) for line in lines]
    regular = [re.compile("".join(_REGULAR.get(c, re.escape(c)) for c in line), re.DOTALL) for line in lines]
    universe, patterns = globs[0], globs[1:]
    for line, pattern in zip(lines, globs, strict=True):
        if is_literal(pattern) != (not set(line) & set(_REGULAR)):
            raise WrongAnswer("a pattern is called literal and is none")
    try:
        found = cells(universe, patterns, Budget(200_000))
    except OutOfBudget:
        return
    for vector, text in found.items():
        if not regular[0].fullmatch(text) or vector != _vector(regular[1:], text):
            raise WrongAnswer("a combination is told with a text that has another one")
    for text in _TEXTS:
        inside = regular[0].fullmatch(text) is not None
        if inside != matches(universe, text):
            raise WrongAnswer("a text is taken to match, or not to")
        if inside and _vector(regular[1:], text) not in found:
            raise WrongAnswer("a combination that occurs is not told")


def _line(line: str) -> str:
    return re.sub(r"[^ab:/*?+]", "", line)[:_CHARACTERS]


def _glob(line: str) -> str:
    return glob(line).replace("+", FIELD)


def _vector(patterns: Sequence[re.Pattern[str]], text: str) -> int:
    return sum(1 << i for i, pattern in enumerate(patterns) if pattern.fullmatch(text))
