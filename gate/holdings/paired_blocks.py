"""Which `statement` block of the source a planned one is, and what the source tells of blocks that a plan hides.

Modules make most blocks on a condition (`for_each = length(var.key_users) > 0 ? [1] : []`), and one such block shifts
all that follow. What both the plan and the source know of a block has to be the same.
"""

from collections.abc import Sequence
from types import NoneType
from typing import Any

from gate.plan.shapes import UNKNOWN
from gate.unknown import Value

_TEXTS = {"sid": "", "effect": "Allow"}  # with what stands for one that is not set
_NESTED = {"principals": ("type",), "not_principals": ("type",), "condition": ("test", "variable")}
_NEGATED = ("actions", "resources", "principals")
_LISTS = ("actions", "not_actions", "resources", "not_resources")


def paired(planned: Sequence[Any], sourced: Sequence[Value]) -> list[Any]:
    """For each planned block the one of the source; None where several may be it, or none is."""
    from gate.source import Rest

    blocks = [each.element if isinstance(each, Rest) else each for each in sourced]
    if not any(isinstance(each, Rest) for each in sourced):
        return blocks if len(blocks) == len(planned) else [None] * len(planned)
    if not all(isinstance(block, dict) for block in blocks):
        return [None] * len(planned)
    return [_only([block for block in blocks if _may_be(block, values)]) for values in planned]


def as_planned(sourced: Any, *, alone: bool = True) -> list[tuple[dict[str, Any], dict[str, Value], bool]] | None:
    """Blocks of which the plan shows nothing: each as a plan would show it that hides all their values, with what the
    source tells of it, and whether it is certain to be there, once. None where nothing tells which blocks there are.
    `alone`: no statements are there of which one may take the place, by its sid."""
    if sourced == []:
        return []
    if not isinstance(sourced, list):
        return None
    from gate.source import Rest

    blocks = [(each.element, False) if isinstance(each, Rest) else (each, True) for each in sourced]
    if not all(isinstance(block, dict) and _is_told(block) for block, _ in blocks):
        return None
    return [
        (_hidden(block), block, is_certain)
        for block, is_certain in blocks
        if is_certain or not _is_of_nobody(block) or not (alone or block.get("sid") in (None, ""))
    ]


def _is_told(block: dict[str, Value]) -> bool:
    """Whether a block's effect is certain, and of each element whether it or its negation is there."""
    both = any(_is_set(block.get(name)) and _is_set(block.get(f"not_{name}")) for name in _NEGATED)
    return isinstance(block.get("effect"), str | NoneType) and not both


def _is_of_nobody(block: dict[str, Value]) -> bool:
    """Whether a block has principals, and none of them names anybody: it is made where a list has somebody."""
    principals = block.get("principals")
    named = principals if isinstance(principals, list) else [None]
    return bool(named) and all(isinstance(one, dict) and one.get("identifiers") == [] for one in named)


def _is_set(value: Value) -> bool:
    return value is not None and value != []


def _hidden(block: dict[str, Value]) -> dict[str, Any]:
    found = {name: value for name, value in block.items() if _is_set(value)}
    return {name: _hidden_blocks(value, _NESTED[name]) if name in _NESTED else UNKNOWN for name, value in found.items()}


def _hidden_blocks(blocks: Value, names: tuple[str, ...]) -> Any:
    """Nested blocks of which only is known what tells them apart."""
    if not isinstance(blocks, list):
        return UNKNOWN
    if not all(isinstance(one, dict) and all(isinstance(one.get(name), str) for name in names) for one in blocks):
        return UNKNOWN
    return [{name: one[name] if name in names else UNKNOWN for name in one} for one in blocks]


def _only(blocks: list[Any]) -> Any:
    return blocks[0] if blocks and all(block == blocks[0] for block in blocks) else None


def _may_be(block: dict[str, Value], planned: Any) -> bool:
    """Whether nothing that is known of a block of the source is otherwise in a planned one."""
    if not isinstance(planned, dict):
        return True
    texts = all(_same_text(block.get(name), planned.get(name), default) for name, default in _TEXTS.items())
    return texts and all(_same_texts(block.get(name), planned.get(name)) for name in _LISTS)


def _same_text(told: Value, planned: Any, default: str) -> bool:
    is_known = (told is None or isinstance(told, str)) and (planned is None or isinstance(planned, str))
    return not is_known or (told or default) == (planned or default)


def _same_texts(told: Value, planned: Any) -> bool:
    """The same of a list that Terraform makes a set: its order, and what is in it twice, say nothing."""
    if not isinstance(told, list | NoneType):
        return True
    known = {one for one in told or () if isinstance(one, str)}
    is_whole = all(isinstance(one, str) for one in told or ())
    if isinstance(planned, list | NoneType) and all(isinstance(one, str) for one in planned or ()):
        return known == {*(planned or ())} if is_whole else known <= {*(planned or ())}
    return told != [] and told is not None
