"""The instances of one block, found by module instance and key without looking at all of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from gate.plan.addresses import split
from gate.plan.shapes import ResourceChange


class Instances:
    """The resource changes of one block, or of some instances of it, in the plan's order."""

    def __init__(self, changes: Iterable[ResourceChange]) -> None:
        self.all: Sequence[ResourceChange] = tuple(changes)

    def within(self, module_address: str) -> "Instances":
        """Those in one module instance."""
        return self._by_module.get(module_address, _NONE)

    def agreeing_with(self, module_address: str) -> "Instances":
        """Those whose module instance is not another one than that of `module_address`, of the modules that both are
        in: from module.a["x"] one may refer to what is in module.a["x"].module.b, but not to what is in module.a["y"].
        """
        return self._tree.agreeing_with(split(module_address))

    def with_key(self, key: int | str | None) -> "Instances":
        """Those with this key."""
        return self._by_key.get(key, _NONE)

    @cached_property
    def _by_module(self) -> "dict[str, Instances]":
        found = defaultdict(list)
        for change in self.all:
            found[change.module_address].append(change)
        return {address: Instances(changes) for address, changes in found.items()}

    @cached_property
    def _by_key(self) -> "dict[int | str | None, Instances]":
        found = defaultdict(list)
        for change in self.all:
            found[change.index].append(change)
        return {key: Instances(changes) for key, changes in found.items()}

    @cached_property
    def _tree(self) -> "_Tree":
        return _Tree(self, [(position, split(one.module_address), one) for position, one in enumerate(self.all)], 0)


_NONE = Instances(())
_Placed = tuple[int, list[str], ResourceChange]  # a position in the plan's order, and the parts of a module's address


class _Tree:
    """Instances whose modules' addresses are the same up to a depth, by their parts at that depth."""

    def __init__(self, instances: Instances, placed: Sequence[_Placed], depth: int) -> None:
        self._instances, self._placed, self._depth = instances, placed, depth

    def agreeing_with(self, own: Sequence[str]) -> Instances:
        """Those that are in no other instance of a module that `own`, the parts of an address, is in."""
        part = own[self._depth] if self._depth < len(own) else None
        if part is None:
            return self._instances
        same = self._below.get(part)
        if same is None and (not _is_key(part) or len(self._without_key) == len(self._below)):
            return self._instances
        # where the names differ, or one has no key, the modules are others and nothing disagrees
        others = [
            self._below[other] for other in (self._without_key if _is_key(part) else self._below) if other != part
        ]
        agreeing = same.agreeing_with(own) if same else _NONE
        if not others:
            return agreeing
        chosen = {id(one) for one in agreeing.all}
        places = {position for tree in others for position, _, _ in tree._placed}
        return Instances(one for position, _, one in self._placed if position in places or id(one) in chosen)

    @cached_property
    def _below(self) -> "dict[str | None, _Tree]":
        found: dict[str | None, list[_Placed]] = defaultdict(list)
        for placed in self._placed:
            parts = placed[1]
            found[parts[self._depth] if self._depth < len(parts) else None].append(placed)
        if len(found) == 1:
            return {part: _Tree(self._instances, placed, self._depth + 1) for part, placed in found.items()}
        return {
            part: _Tree(Instances(one for _, _, one in placed), placed, self._depth + 1)
            for part, placed in found.items()
        }

    @cached_property
    def _without_key(self) -> list[str | None]:
        return [part for part in self._below if not _is_key(part)]


def _is_key(part: str | None) -> bool:
    return part is not None and part.startswith("[")
