"""Where something stands: the line of a statement, else of its attribute, else of its block."""

from dataclasses import dataclass

from gate.hcl.syntax import (
    Attribute,
    Block,
    Call,
    Expression,
    GetAttribute,
    Literal,
    Name,
    ObjectLiteral,
    Traversal,
    TupleLiteral,
    attribute_of,
    nested,
)
from gate.source.modules import Module

_HOPS = 10


@dataclass(frozen=True, slots=True)
class Place:
    """A path relative to the source folder, and a line from 1."""

    file: str
    line: int


def place(block: Block, module: Module, attribute: str, statement_index: int | None) -> Place:
    """The best place for an attribute of a block: `policy`, or `inline_policy["name"].policy`."""
    holder, name = _holder(block, attribute)
    found = holder.attributes.get(name)
    if found is not None:
        line = None if statement_index is None else _statement(found, module, statement_index)
        return line or Place(found.file, found.line)
    if statement_index is not None:
        blocks = nested(holder, "statement")[: statement_index + 1]
        if len(blocks) == statement_index + 1 and all(one.type == "statement" for one in blocks):
            return Place(blocks[-1].file, blocks[-1].line)
    return Place(holder.file, holder.line)


def attribute_at(block: Block, attribute: str) -> Attribute | None:
    """An attribute of a block, or of the nested block that it names."""
    holder, name = _holder(block, attribute)
    return holder.attributes.get(name)


def _holder(block: Block, attribute: str) -> tuple[Block, str]:
    """The block that has an attribute, and the attribute's own name."""
    name, _, inner = attribute.partition("[")
    label, _, last = inner.partition("].")
    if not inner and name in block.attributes:
        return block, name
    return _nested_block(block, name, label.strip('"')) or block, last or name


def _nested_block(block: Block, name: str, label: str) -> Block | None:
    """The nested block whose `name` is the label; else the only one, or the first."""
    found = nested(block, name)
    for one in found:
        named = one.attributes.get("name")
        if named is not None and named.expression == Literal(label):
            return one
    dynamic = [one for one in found if one.type == "dynamic"]
    return next(iter([*dynamic, *found]), None)


def _statement(attribute: Attribute, module: Module, index: int) -> Place | None:
    """The place of a statement that is written out as an object, in the attribute or in a local that it names."""
    document = followed(attribute, module)
    if (
        isinstance(document.expression, Call)
        and document.expression.name == "jsonencode"
        and document.expression.arguments
    ):
        document = followed(_inside(document, document.expression.arguments[0]), module)
    if not isinstance(document.expression, ObjectLiteral):
        return None
    for item in document.expression.items:
        if item.key == Literal("Statement"):
            listed = followed(_inside(document, item.value), module)
            one = listed.expression
            items = one.items if isinstance(one, TupleLiteral) else (one,)
            if index < len(items) and all(isinstance(each, (ObjectLiteral, Traversal)) for each in items[: index + 1]):
                statement = followed(_inside(listed, items[index]), module)
                if isinstance(statement.expression, ObjectLiteral):
                    return Place(statement.file, statement.expression.line)
    return None


def _inside(attribute: Attribute, expression: Expression) -> Attribute:
    return attribute_of(expression, attribute.line, attribute.file)


def followed(attribute: Attribute, module: Module) -> Attribute:
    """What an attribute that is nothing but the name of a local stands for."""
    for _ in range(_HOPS):
        match attribute.expression:
            case Traversal(Name("local"), (GetAttribute(name),)) if name in module.locals:
                attribute = module.locals[name]
            case _:
                break
    return attribute
