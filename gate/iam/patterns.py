"""Sets of strings given by wildcard patterns, and the one exact question about them: which combinations can occur?

A pattern is a text in which three private-use characters stand for wildcards, so that a literal `*` (IAM's `${*}`) and
a wildcard never mix: MANY is IAM's `*` (any characters, `:` and `/` included), ONE is IAM's `?`, FIELD is one or more
characters other than `:` and `/` and is used only for shapes such as that of a key's ARN.
Wildcards: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec

MANY = "\ue000"
ONE = "\ue001"
FIELD = "\ue002"
FRESH = "\ue003"  # a character that no pattern names: it stands for all the others
SEPARATORS = ":/"
_RESERVED = {ord(c): "\ufffd" for c in (MANY, ONE, FIELD, FRESH)}


class OutOfBudget(Exception):
    """The question is too intricate to be decided within the work that was allowed for it."""


class Budget(msgspec.Struct):
    """Steps of work that are left; shared by every question about one holder."""

    steps: int

    def spend(self, steps: int = 1) -> None:
        """Takes steps off; raises OutOfBudget when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise OutOfBudget


def glob(text: str) -> str:
    """The pattern of a text in which `*` and `?` are wildcards."""
    pattern = text.translate(_RESERVED).replace("*", MANY).replace("?", ONE)
    while MANY + MANY in pattern:
        pattern = pattern.replace(MANY + MANY, MANY)
    return pattern


def literal(text: str) -> str:
    """The pattern that matches exactly this text."""
    return text.translate(_RESERVED)


def is_literal(pattern: str) -> bool:
    """Whether a pattern matches exactly one text, itself."""
    return MANY not in pattern and ONE not in pattern and FIELD not in pattern


def matches(pattern: str, text: str) -> bool:
    """Whether a text is in the set; time is at most the product of both lengths."""
    if is_literal(pattern):
        return pattern == text
    automaton = _automaton(pattern)
    states = automaton.start
    for character in text:
        states = automaton.step(states, character)
        if not states:
            return False
    return bool(states & automaton.accepting)


class _Automaton(msgspec.Struct, frozen=True, gc=False):
    """Position sets of a pattern as bits of an integer: bit i is set when tokens before i have been matched."""

    start: int
    accepting: int
    literals: dict[str, int]
    one: int
    many: int
    field_one: int
    field_many: int
    expected: tuple[tuple[int, str], ...]

    def step(self, states: int, character: str) -> int:
        """The positions after one more character."""
        moved = ((states & (self.literals.get(character, 0) | self.one)) << 1) | (states & self.many)
        if character not in SEPARATORS:
            moved |= ((states & self.field_one) << 1) | (states & self.field_many)
        moved |= (moved & (self.many | self.field_many)) << 1
        reached = moved & self.many
        if reached:  # what a later `*` accepts, every earlier position accepts no more of: dropping those is exact
            moved &= -1 << (reached.bit_length() - 1)
        return moved

    def wanted(self, states: int) -> set[str]:
        """The characters that some position tells from all others."""
        return {character for bit, character in self.expected if states & bit}


@lru_cache(maxsize=16384)
def _automaton(pattern: str) -> _Automaton:
    literals: dict[str, int] = {}
    expected = []
    one = many = field_one = field_many = position = 0
    for at, token in enumerate(pattern):
        bit = 1 << position
        if token == MANY:
            many |= bit
        elif token == ONE:
            one |= bit
        elif token == FIELD:
            field_one |= bit
            if pattern[at + 1 : at + 2] != MANY:  # which would take the rest of the field as well
                field_many |= bit << 1
                position += 1
        else:
            literals[token] = literals.get(token, 0) | bit
            expected.append((bit, token))
        position += 1
    start = 1 | ((1 & many) << 1)
    return _Automaton(start, 1 << position, literals, one, many, field_one, field_many, tuple(expected))


def cells(universe: str, patterns: Sequence[str], budget: Budget) -> dict[int, str]:
    """Every combination of patterns that a text of the universe can match, each with a text that does.

    The result maps a bit set (bit i: the text matches patterns[i]) to a shortest such text, in which FRESH stands for a
    character that no pattern names. It is complete: a combination that is missing can't occur. Raises OutOfBudget.
    """
    always = _bits(i for i, pattern in enumerate(patterns) if pattern == MANY)
    points = {pattern for pattern in patterns if is_literal(pattern) and matches(universe, pattern)}
    wild = [i for i, pattern in enumerate(patterns) if pattern != MANY and not is_literal(pattern)]
    found: dict[int, str] = {}
    for text in sorted(points):
        budget.spend(len(patterns))
        found.setdefault(_bits(i for i, pattern in enumerate(patterns) if matches(pattern, text)), text)
    for vector, text in _apart_from(points, universe, [patterns[i] for i in wild], budget).items():
        found.setdefault(_bits(i for n, i in enumerate(wild) if vector >> n & 1) | always, text)
    return found


def _bits(positions: Iterable[int]) -> int:
    total = 0
    for position in positions:
        total |= 1 << position
    return total


def _apart_from(points: set[str], universe: str, patterns: Sequence[str], budget: Budget) -> dict[int, str]:
    """The combinations of wildcard patterns that texts other than `points` can match."""
    avoided: list[str] = []
    while True:
        found = {
            vector: text
            for vector, text in _explored(universe, (*patterns, *avoided), budget).items()
            if not vector >> len(patterns)
        }
        met = sorted(points.intersection(found.values()))
        if not met:
            return found
        avoided += met  # look again for another text of the same combination


_known: dict[tuple[str, tuple[str, ...]], tuple[Mapping[int, str], int]] = {}  # what was explored last, and its steps
_MOST_KNOWN = 256


def _explored(universe: str, patterns: tuple[str, ...], budget: Budget) -> Mapping[int, str]:
    """What `_explore` finds. What is told again costs as many steps as it did, so that no verdict depends on who asked
    before."""
    known = _known.get((universe, patterns))
    if known is not None:
        budget.spend(known[1])
        return known[0]
    left = budget.steps
    found = _explore(universe, patterns, budget)
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    _known[universe, patterns] = found, left - budget.steps
    return found


def _explore(universe: str, patterns: Sequence[str], budget: Budget) -> dict[int, str]:
    """Breadth first through the product of all automata."""
    frame = _automaton(universe)
    automata = [_automaton(pattern) for pattern in patterns]
    start = (frame.start, *(automaton.start for automaton in automata))
    found: dict[int, str] = {}
    seen = {start}
    level = [(start, "")]
    while level:
        following = []
        for state, text in level:
            pairs = tuple(zip(automata, state[1:], strict=True))
            if state[0] & frame.accepting:
                vector = _bits(i for i, (automaton, states) in enumerate(pairs) if states & automaton.accepting)
                found.setdefault(vector, text)
            wanted = frame.wanted(state[0])
            for automaton, states in pairs:
                if states:
                    wanted |= automaton.wanted(states)
            budget.spend((1 + len(wanted)) * (1 + len(patterns)))
            for character in (FRESH, *sorted(wanted)):
                inside = frame.step(state[0], character)
                if inside:
                    rest = (automaton.step(states, character) if states else 0 for automaton, states in pairs)
                    reached = (inside, *rest)
                    if reached not in seen:
                        seen.add(reached)
                        following.append((reached, text + character))
        level = following
    return found
