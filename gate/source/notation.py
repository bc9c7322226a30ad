"""How the document at an attribute is written, as far as its expression shows."""

from gate.hcl.syntax import Attribute, Block, Call, GetAttribute, Literal, Name, Text, Traversal, nested
from gate.plan.notation import Notation
from gate.source.modules import Module

_CALLS = {"jsonencode": Notation.OBJECT, "file": Notation.FILE, "templatefile": Notation.FILE}
_HOPS = 10


def notation(block: Block, module: Module, attribute: str) -> Notation | None:
    """The notation of an attribute of a block (`policy`, `inline_policy["name"].policy`), or of the local that it
    names; None where it does not show."""
    name, _, inner = attribute.partition("[")
    found = _nested(block, name, inner.rpartition(".")[2]) if inner else block.attributes.get(name)
    match found and _followed(found, module).expression:
        case Call(called) if called in _CALLS:
            return _CALLS[called]
        case Literal(str()) | Text():
            return Notation.TEXT
    return None


def _nested(block: Block, name: str, inner: str) -> Attribute | None:
    """An attribute of nested blocks; all of one resource are written alike."""
    for one in nested(block, name):
        for content in (one, *nested(one, "content")):
            if inner in content.attributes:
                return content.attributes[inner]
    return None


def _followed(attribute: Attribute, module: Module) -> Attribute:
    """What an attribute that is nothing but the name of a local stands for."""
    for _ in range(_HOPS):
        match attribute.expression:
            case Traversal(Name("local"), (GetAttribute(name),)) if name in module.locals:
                attribute = module.locals[name]
            case _:
                break
    return attribute
