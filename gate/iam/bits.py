"""Sets as the bits of a number."""

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import and_, or_


def union(sets: Iterable[int]) -> int:
    """Everything that is in some of the sets."""
    return reduce(or_, sets, 0)


def shared(sets: Iterable[int]) -> int:
    """What is in all of the sets; everything where there are none."""
    return reduce(and_, sets, -1)


def positions(bits: int) -> Iterator[int]:
    """The members of a set, in order."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
