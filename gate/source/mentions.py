"""Which references stand in an expression, spelled as `configuration` in a plan spells them.

Source: https://github.com/hashicorp/terraform/blob/main/internal/command/jsonconfig/expression.go.
"""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from gate.hcl.syntax import Expression, For, GetAttribute, Index, Literal, Name, Step, Traversal

_NOTHING = frozenset({"true", "false", "null"})


def mentioned(expression: Expression, *, quoted: bool = False) -> Iterator[str]:
    """Every reference as far as it is written out: `aws_kms_key.k.arn`, `var.x`; in brackets without quotes, unless
    they are to be `quoted`."""
    waiting: list[tuple[Any, frozenset[str]]] = [(expression, frozenset())]
    while waiting:
        node, names = waiting.pop()
        if isinstance(node, Traversal) and isinstance(node.base, Name):
            if node.base.name not in names | _NOTHING:
                yield _spelled(node.base.name, node.steps, quoted=quoted)
            waiting.extend((one, names) for one in node.steps)
        elif isinstance(node, Name):
            continue
        elif isinstance(node, For):
            waiting.append((node.collection, names))
            inner = names | {name for name in (node.key, node.value) if name}
            parts = (node.result_key, node.result, node.condition)
            waiting.extend((part, inner) for part in parts if part is not None)
        elif isinstance(node, tuple):
            waiting.extend((one, names) for one in node)
        elif is_dataclass(node):
            waiting.extend((getattr(node, one.name), names) for one in fields(node))


def _spelled(name: str, steps: tuple[Step, ...], *, quoted: bool) -> str:
    spelled = name
    for one in steps:
        if isinstance(one, GetAttribute):
            spelled += f".{one.name}"
        elif isinstance(one, Index) and isinstance(one.key, Literal):
            spelled += f"[{json.dumps(one.key.value, ensure_ascii=False) if quoted else one.key.value}]"
        else:
            break
    return spelled


def subject(reference: str) -> str:
    """What a reference is about, without attribute and instance: `aws_kms_key.k`, `data.aws_region.r`, `module.m`."""
    parts = reference.split("[", 1)[0].split(".")
    length = 3 if parts[0] == "data" else 2
    return ".".join(parts[:length])


def longest(references: set[str]) -> set[str]:
    """The references without those that are only the beginning of another one."""
    return {
        one
        for one in references
        if not any(other != one and other.startswith((f"{one}.", f"{one}[")) for other in references)
    }


def disagree(listed: list[str], written: set[str]) -> tuple[set[str], set[str]]:
    """What only the plan lists, and what only the source has. Old versions of Terraform list subjects alone."""
    theirs, ours = ({reference.replace('"', "") for reference in each} for each in (listed, written))
    if all(subject(reference) == reference for reference in theirs):
        ours = {subject(reference) for reference in ours}
        return theirs - ours, ours - theirs
    if {subject(one) for one in theirs} != {subject(one) for one in ours}:
        theirs, ours = {subject(one) for one in theirs}, {subject(one) for one in ours}
    theirs, ours = longest(theirs), longest(ours)
    return theirs - ours, ours - theirs
