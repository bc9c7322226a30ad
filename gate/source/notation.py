"""How the document at an attribute is written, as far as its expression shows."""

from gate.hcl.syntax import Block, Call, Literal, Text
from gate.plan.notation import Notation
from gate.source.location import attribute_at, followed
from gate.source.modules import Module

_CALLS = {"jsonencode": Notation.OBJECT, "file": Notation.FILE, "templatefile": Notation.FILE}


def notation(block: Block, module: Module, attribute: str) -> Notation | None:
    """The notation of an attribute of a block, or of the local that it names; None where it does not show."""
    found = attribute_at(block, attribute)
    match found and followed(found, module).expression:
        case Call(name) if name in _CALLS:
            return _CALLS[name]
        case Literal(str()) | Text():
            return Notation.TEXT
    return None
