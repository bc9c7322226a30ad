"""Who writes a document where, and by which expression a key is named there."""

import re

import msgspec

from gate.findings.found import Seen
from gate.holdings.documents import Place
from gate.holdings.holders import IamPlan
from gate.plan.addresses import module_path, split, target_of, unkeyed
from gate.plan.configuration import ConfigurationModule
from gate.plan.expressions import most_specific
from gate.plan.notation import Notation

_DOCUMENT = "aws_iam_policy_document"
# a name for a list, a map or a text with the value in it
_HOLDS_MORE = re.compile(r"(?<!km)s$|(policy|document|json)$")
_NAMED_BLOCK = re.compile(r'(\w+)\["((?:[^"\\]|\\.)*)"\]')


class Author(msgspec.Struct, frozen=True, gc=False):
    """Where a document is written: in which module instance, for which resource (its address), and in what notation."""

    module: str = ""
    resource: str = ""
    notation: Notation = Notation.OBJECT

    @property
    def refers(self) -> bool:
        """Whether expressions may stand in the document."""
        return self.notation is not Notation.FILE


def author(place: Place, seen: Seen) -> Author:
    """Who writes the document at a place. What nothing tells is written with `jsonencode`, as most are."""
    told = seen.iam.templates.in_plan(place)
    module, _ = parted(told.address)
    if told != place:
        return Author(module, told.address, Notation.FILE)
    resource = seen.lookup.resources.get(place.address)
    if resource is None:
        return Author(module, place.address)
    references = seen.iam.references
    named = _NAMED_BLOCK.search(place.attribute)
    path = _NAMED_BLOCK.sub(r"\1[]", place.attribute)
    expression = references.expression(resource, path, named[2] if named else None)
    only = references.origin(resource, expression).only
    if only is not None and only.mode == "data" and only.type == _DOCUMENT:
        return Author(_instance(module, only.module), place.address, Notation.BLOCK)
    sourced = seen.iam.answers.notation(resource, place.attribute)
    literal = isinstance(expression, dict) and isinstance(expression.get("constant_value"), str)
    return Author(module, place.address, sourced or (Notation.TEXT if literal else Notation.OBJECT))


def parted(address: str) -> tuple[str, str]:
    """The module instance in an address, and the rest: `module.a["x"]` and `aws_kms_key.k[0]`."""
    parts = split(address)
    at = 0
    while at + 1 < len(parts) and parts[at] == "module":
        at += 3 if at + 2 < len(parts) and parts[at + 2].startswith("[") else 2
    return _joined(parts[:at]), _joined(parts[at:])


def expression_of(address: str, attribute: str, where: str, iam: IamPlan) -> str | None:
    """How a module instance names an attribute of a resource: directly, by the output of a module that it calls, or by
    the variable that its caller sets to it. None where it has no name for it."""
    theirs, own = parted(address)
    if theirs == where:
        return f"{own}.{attribute}"
    root = iam.plan.configuration().root_module
    inner, path = module_path(theirs), module_path(where)
    if theirs.startswith(where) and len(inner) == len(path) + 1:
        module = root.called(inner)
        wanted = f"{unkeyed(own)}.{attribute}"
        for name, output in module.outputs.items() if module else ():
            if _is(name, output.expression, wanted):
                return f"{theirs[len(where) :].lstrip('.')}.{name}"
    return _handed_in(address, attribute, where, iam, root) if path and len(inner) <= len(path) else None


def _handed_in(address: str, attribute: str, where: str, iam: IamPlan, root: ConfigurationModule) -> str | None:
    """The variable of a module that its caller sets to an attribute."""
    path = module_path(where)
    caller = root.called(path[:-1])
    call = caller.module_calls.get(path[-1]) if caller else None
    outside = expression_of(address, attribute, _instance(where, path[:-1]), iam)
    arguments = call.expressions if call and outside and isinstance(call.expressions, dict) else {}
    for name, expression in arguments.items():
        if _is(name, expression, unkeyed(str(outside))):
            return f"var.{name}"
    return None


def _is(name: str, expression: object, wanted: str) -> bool:
    """Whether a variable or an output is likely to be what its expression refers to, which a plan does not tell."""
    return [unkeyed(text) for text in most_specific(expression)] == [wanted] and not _HOLDS_MORE.search(name)


def reference(full: str, where: str) -> str | None:
    """A full reference as a module instance writes it, None where it is of another module."""
    module, own = parted(full)
    if module_path(module) != module_path(where):
        return None
    return own if own.startswith(("var.", "local.")) or target_of(own) else None


def _instance(module: str, path: tuple[str, ...]) -> str:
    """The instance of a module on the way to another one: the first calls of its address."""
    parts, found = split(module), []
    for _ in path:
        taken = 3 if len(parts) > 2 and parts[2].startswith("[") else 2
        found += parts[:taken]
        parts = parts[taken:]
    address = _joined(found)
    return address if module_path(address) == path else ".".join(f"module.{name}" for name in path)


def _joined(parts: list[str]) -> str:
    return "".join(part if part.startswith("[") or not i else f".{part}" for i, part in enumerate(parts))
