"""Which `statement` block of the source a planned one is, where the source leaves open how many there are.

Modules make most blocks on a condition (`for_each = length(var.key_users) > 0 ? [1] : []`), and one such block shifts
all that follow. What both the plan and the source know of a block has to be the same.
"""

from collections.abc import Sequence
from types import NoneType
from typing import Any

from gate.unknown import Value

_TEXTS = {"sid": "", "effect": "Allow"}  # with what stands for one that is not set
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
