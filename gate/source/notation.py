"""How the document at an attribute is written, as far as its expression shows."""

from gate.hcl.syntax import Attribute, Block, Call, GetAttribute, Literal, Name, Text, Traversal, nested
from gate.plan.notation import Notation
from gate.source.modules import Module

_HOPS = 10
_CALLS = {"jsonencode": Notation.OBJECT, "file": Notation.FILE, "templatefile": Notation.FILE}


def notation(block: Block, module: Module, attribute: str) -> Notation | None:
    """The notation of an attribute of a block, or of the local that it names; None where it does not show."""
    found = _attribute_at(block, attribute)
    match found and _followed(found, module).expression:
        case Call(name) if name in _CALLS:
            return _CALLS[name]
        case Literal(str()) | Text():
            return Notation.TEXT
    return None


def _attribute_at(block: Block, path: str) -> Attribute | None:
    """An attribute of a block, or of the nested block that it names."""
    name, _, inner = path.partition("[")
    label, _, last = inner.partition("].")
    if not inner and name in block.attributes:
        return block.attributes[name]
    holder = _nested_block(block, name, label.strip('"')) or block
    return holder.attributes.get(last or name)


def _nested_block(block: Block, name: str, label: str) -> Block | None:
    """The nested block whose `name` is the label; else the only one, or the first."""
    found = nested(block, name)
    for one in found:
        named = one.attributes.get("name")
        if named is not None and named.expression == Literal(label):
            return one
    dynamic = [one for one in found if one.type == "dynamic"]
    return next(iter([*dynamic, *found]), None)


def _followed(attribute: Attribute, module: Module) -> Attribute:
    """What an attribute that is nothing but the name of a local stands for."""
    for _ in range(_HOPS):
        match attribute.expression:
            case Traversal(Name("local"), (GetAttribute(name),)) if name in module.locals:
                attribute = module.locals[name]
            case _:
                break
    return attribute
