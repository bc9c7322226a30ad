"""Things that are put together step by step."""

from collections.abc import Collection, Hashable, Iterable
from typing import Generic, TypeVar

_T = TypeVar("_T", bound=Hashable)


class DisjointSets(Generic[_T]):
    """Sets that have no member in common; each is told by one of its members, its root."""

    def __init__(self, members: Iterable[_T]) -> None:
        self._root: dict[_T, _T] = {}
        self._all: dict[_T, list[_T]] = {}
        for member in members:
            self.add(member)

    @property
    def members(self) -> Collection[_T]:
        """Everything that is in a set."""
        return self._root.keys()

    def add(self, member: _T) -> None:
        """Puts a member into a set of its own, where it is in none."""
        if member not in self._root:
            self._root[member] = member
            self._all[member] = [member]

    def root(self, member: _T) -> _T:
        """The root of the set of a member."""
        return self._root[member]

    def join(self, one: _T, other: _T) -> None:
        """Makes one set of two: its root is that of `one`."""
        root, former = self.root(one), self.root(other)
        if root != former:
            joining = self._all.pop(former)
            self._root.update(dict.fromkeys(joining, root))
            self._all[root] += joining

    def all(self, member: _T) -> list[_T]:
        """The members of the set of a member."""
        return self._all[self.root(member)]
