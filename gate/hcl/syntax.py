"""The nouns of a Terraform configuration: blocks and expressions, the same for `.tf` and `.tf.json`.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md and, for JSON, json/spec.md beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

Lines = tuple[int, int]  # the first and the last one, from 1; NOWHERE where they are not known
NOWHERE: Lines = (0, 0)


@dataclass(frozen=True, slots=True)
class Literal:
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Text:
    """A template of several parts; one that is nothing but an interpolation is that expression itself."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class ObjectItem:
    key: "Expression"
    value: "Expression"
    lines: Lines = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ObjectLiteral:
    items: tuple[ObjectItem, ...]
    line: int
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class TupleLiteral:
    """`lines` are those of each item, none where they are not known."""

    items: tuple["Expression", ...]
    lines: tuple[Lines, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Conditional:
    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"


@dataclass(frozen=True, slots=True)
class For:
    """`[for key, value in collection : result if condition]`, or with `result_key =>` an object."""

    key: str | None
    value: str
    collection: "Expression"
    result_key: "Expression | None"
    result: "Expression"
    condition: "Expression | None"
    grouped: bool


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class GetAttribute:
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    key: "Expression"


@dataclass(frozen=True, slots=True)
class Splat:
    """`[*]` or `.*`: the steps are taken from every element."""

    steps: tuple["Step", ...]


Step = GetAttribute | Index | Splat


@dataclass(frozen=True, slots=True)
class Traversal:
    base: "Expression"
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple["Expression", ...]
    expand: bool  # the last argument ends in `...`


@dataclass(frozen=True, slots=True)
class Operation:
    """`operator` applied to one operand (`-`, `!`) or two."""

    operator: str
    operands: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something in the place of an expression that could not be read."""

    reason: str


Expression = (
    Literal | Text | ObjectLiteral | TupleLiteral | Conditional | For | Name | Traversal | Call | Operation
) | Unreadable


@dataclass(frozen=True)
class Attribute:
    """`name = expression`, from `line` (from 1) to `end` of `file` (relative to the source folder); `end` is 0 where it
    is not known.

    `read` gives the expression. It is read when first asked for: of a large configuration, few are.
    """

    read: Callable[[], Expression]
    line: int
    file: str
    end: int = 0

    @cached_property
    def expression(self) -> Expression:
        return self.read()


def attribute_of(expression: Expression, line: int, file: str) -> Attribute:
    """An attribute whose expression is at hand."""
    return Attribute(lambda: expression, line, file)


@dataclass(frozen=True, slots=True)
class Block:
    """A block: `type "label" "label" { ... }` from `line` (from 1) to `end` of `file` (relative to the source folder).

    `broken`: it holds something that is not HCL. `json`: it was written in JSON, where an attribute may be blocks.
    """

    type: str
    labels: tuple[str, ...]
    attributes: dict[str, Attribute]
    blocks: tuple["Block", ...]
    file: str
    line: int
    broken: bool = False
    json: bool = False
    end: int = 0  # not known in JSON


CALL_ARGUMENTS = frozenset({"source", "version", "providers", "count", "for_each", "depends_on", "lifecycle", "locals"})
_JSON_LABELS = {"data": 2, "provisioner": 1}  # of nested blocks; that of a dynamic one is the type that it makes
META_ARGUMENTS = frozenset({"count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection"})


def provider_key(block: Block) -> str:
    """How a configuration names a provider block: `aws`, or with its alias `aws.b`."""
    alias = block.attributes.get("alias")
    name = "" if alias is None else f".{alias.expression.value if isinstance(alias.expression, Literal) else '?'}"
    return ".".join(block.labels) + name


def nested(block: Block, name: str) -> tuple[Block, ...]:
    """The nested blocks of a type in order, `dynamic` ones for it included."""
    found = [
        inner
        for inner in block.blocks
        if inner.type == name or (inner.type == "dynamic" and inner.labels and inner.labels[0] == name)
    ]
    if block.json:
        found += _json_blocks(block, block.attributes.get(name), name, (), _JSON_LABELS.get(name, 0))
        dynamic = block.attributes.get("dynamic")
        for attribute in _members(dynamic):
            if isinstance(attribute.expression, ObjectLiteral):
                for item in attribute.expression.items:
                    if item.key == Literal(name):
                        found += _json_blocks(
                            block, attribute_of(item.value, attribute.line, attribute.file), "dynamic", (name,)
                        )
    return tuple(found)


def _members(attribute: Attribute | None) -> list[Attribute]:
    if attribute is None:
        return []
    if isinstance(attribute.expression, TupleLiteral):
        return [attribute_of(item, attribute.line, attribute.file) for item in attribute.expression.items]
    return [attribute]


def _json_blocks(
    outer: Block, attribute: Attribute | None, name: str, labels: tuple[str, ...], more: int = 0
) -> list[Block]:
    """The blocks that an attribute in JSON is; `more` labels follow, by which the blocks are the members of objects."""
    found = []
    for member in _members(attribute):
        if isinstance(member.expression, ObjectLiteral):
            inner = object_attributes(member.expression, outer.file)
            if more:
                for label, labelled in inner.items():
                    found += _json_blocks(outer, labelled, name, (*labels, label), more - 1)
            else:
                found.append(Block(name, labels, inner, (), outer.file, member.line, json=True))
        elif member.expression != Literal(None):
            found.append(Block(name, labels, {}, (), outer.file, member.line, broken=True, json=True))
    return found


def object_attributes(expression: ObjectLiteral, file: str) -> dict[str, Attribute]:
    """The body of a JSON block."""
    found: dict[str, Attribute] = {}
    for item in expression.items:
        if isinstance(item.key, Literal) and item.key.value != "//":
            found[str(item.key.value)] = attribute_of(item.value, expression.line, file)
    return found
