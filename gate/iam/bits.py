"""Sets as the bits of a number."""

from collections.abc import Iterable
from functools import reduce
from operator import or_


def union(sets: Iterable[int]) -> int:
    """Everything that is in some of the sets."""
    return reduce(or_, sets, 0)
