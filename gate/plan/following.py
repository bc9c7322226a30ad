"""Following what an expression of a configuration refers to, through variables, outputs of modules and locals."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.plan.addresses import NOT_RESOURCES, Target, split, target_in
from gate.plan.configuration import ConfigurationModule
from gate.plan.expressions import most_specific
from gate.plan.flags import only_chooses

InLocal = Callable[[tuple[str, ...], str], Sequence[str]]  # of a module, and of the name of a local: its references

_INDEXES = {"each.key", "count.index"}
_MAX_DEPTH = 40


class Where(msgspec.Struct, frozen=True, gc=False):
    """Where an expression stands: in which module, with which `for_each`, and how many steps behind the first one.
    `in_local` leads on from a local, of which the plan says nothing."""

    module: tuple[str, ...]
    each: Any = None
    depth: int = 0
    in_local: InLocal | None = None


class Found(msgspec.Struct, frozen=True, gc=False):
    """What was found so far, in order."""

    targets: dict[Target, None]
    dead_ends: dict[str, None]
    flags: dict[str, None]


def follow(
    expression: Any, where: Where, found: Found, root: ConfigurationModule, given: Callable[[], Mapping[str, Any]]
) -> None:
    """Adds to what was found all that an expression refers to; `given` is what the variables of the root module are."""
    references = most_specific(expression)
    if where.depth > _MAX_DEPTH:
        found.dead_ends.update(dict.fromkeys(references))
        return
    for reference in references:
        parts = split(reference)
        if not parts or reference in _INDEXES:
            continue  # an index picks an instance of another reference, which is looked for by key anyway
        step = _step(parts, where, root)
        target = None if parts[0] in NOT_RESOURCES else target_in(where.module, parts)
        if only_chooses(parts, where.module, root, given()):
            found.flags[reference] = None
        elif step is not None:
            follow(*step, found, root, given)
        elif target is not None:
            found.targets[target] = None
        else:
            found.dead_ends[reference] = None


def _step(parts: list[str], where: Where, root: ConfigurationModule) -> tuple[Any, Where] | None:
    """The expression that a variable, a module's output or `each.value` stands for, and where it stands; None where
    there is none."""
    module, depth = where.module, where.depth + 1
    if parts[0] == "var" and module and len(parts) > 1:
        call = root.call(module)
        arguments = call.expressions if call and isinstance(call.expressions, dict) else {}
        there = replace(where, module=module[:-1], each=call and call.for_each_expression, depth=depth)
        return (arguments[parts[1]], there) if parts[1] in arguments else None
    if parts[0] == "module":
        names = [part for part in parts[1:] if not part.startswith("[")]
        inner = root.called((*module, names[0])) if names else None
        output = inner.outputs.get(names[1]) if inner and len(names) > 1 else None
        there = replace(where, module=(*module, names[0]), each=None, depth=depth) if output else where
        return (output.expression, there) if output else None
    if parts[:2] == ["each", "value"] and where.each is not None:
        return where.each, replace(where, each=None, depth=depth)
    if parts[0] == "local" and where.in_local is not None and len(parts) > 1:
        references = [*where.in_local(module, parts[1])]
        return ({"references": references}, replace(where, each=None, depth=depth)) if references else None
    return None
