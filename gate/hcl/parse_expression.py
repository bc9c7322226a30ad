"""From tree-sitter-hcl's syntax tree to expressions.

Source of the node types: https://github.com/tree-sitter-grammars/tree-sitter-hcl/blob/main/make_grammar.js.
"""

import re
from collections.abc import Callable
from typing import Any

from gate.hcl.parse_template import UnparsableError, heredoc, quoted
from gate.hcl.syntax import (
    Call,
    Conditional,
    Expression,
    For,
    GetAttribute,
    Index,
    Lines,
    Literal,
    Name,
    ObjectItem,
    ObjectLiteral,
    Operation,
    Splat,
    Step,
    Traversal,
    TupleLiteral,
    Unreadable,
)
from gate.hcl.values import normal

__all__ = ["UnparsableError", "expression", "lines"]

_DEPTH = 150  # nested expressions; policies in real configurations stay under 30
_WHOLE = re.compile(r"(?:0|[1-9]\d{0,14})")
_STEPS = frozenset({"get_attr", "index", "splat"})
_BRACKETS = frozenset({"(", ")", "comment"})


def expression(node: Any, depth: int) -> Expression:
    """The expression under an `expression` node; raises UnparsableError where it is not one that HCL knows."""
    return _term([child for child in node.children if child.type not in _BRACKETS], depth + 1)


def text(node: Any) -> str:
    """The source text of a node."""
    return str(node.text.decode("utf-8", "replace"))


def lines(node: Any) -> Lines:
    """The lines on which a node stands."""
    return node.start_point[0] + 1, node.end_point[0] + 1


def _term(nodes: list[Any], depth: int) -> Expression:
    """A primary expression and the steps after it."""
    if depth > _DEPTH:
        raise UnparsableError("nested too deeply")
    if not nodes or any(node.type not in _STEPS for node in nodes[1:]):
        raise UnparsableError("an expression that gate cannot read")
    read = _READERS.get(nodes[0].type)
    if read is None:
        raise UnparsableError(f"`{nodes[0].type}` is not an expression")
    base = read(nodes[0], depth)
    steps = _steps(nodes[1:], depth)
    return Traversal(base, tuple(steps)) if steps else base


def _steps(nodes: list[Any], depth: int) -> list[Step]:
    found: list[Step] = []
    for at, node in enumerate(nodes):
        if node.type == "get_attr":
            name = text(node.children[-1])
            if normal(name) != name:
                raise UnparsableError("a name that Unicode writes in another way")
            found.append(GetAttribute(name))
        elif node.type == "index":
            found.extend(_index(node.children[0], depth))
        elif node.type == "splat":
            found.extend(_splat(node.children[0], nodes[at + 1 :], depth))
            break
        elif node.type != "comment":
            raise UnparsableError(f"`{node.type}` in a traversal")
    return found


def _index(node: Any, depth: int) -> list[Step]:
    if node.type == "legacy_index":
        return [Index(_number(number)) for number in text(node).lstrip(".").split(".")]
    key = [child for child in node.children if child.type == "expression"]
    if len(key) != 1:
        raise UnparsableError("an index of more than one expression")
    return [Index(expression(key[0], depth))]


def _splat(node: Any, after: list[Any], depth: int) -> list[Step]:
    """A splat and all that comes after it."""
    if depth > _DEPTH:
        raise UnparsableError("nested too deeply")
    inner = [child for child in node.children if child.type in _STEPS]
    if node.type == "full_splat":
        return [Splat(tuple(_steps([*inner, *after], depth + 1)))]
    # `list.*.a[0]` takes the index from the list of all `a`, `list[*].a[0]` from each of them
    steps = _steps([*inner, *after], depth + 1)
    names = 0
    while names < len(steps) and isinstance(steps[names], GetAttribute):
        names += 1
    return [Splat(tuple(steps[:names])), *steps[names:]]


def _literal(node: Any, depth: int) -> Expression:
    child = node.children[0]
    if child.type == "string_lit":
        return quoted(child, expression, depth)
    return _SCALARS[child.type](text(child))


def _number(digits: str) -> Expression:
    """A whole number of few digits; how others are written out and compared is Terraform's own."""
    return Literal(int(digits)) if _WHOLE.fullmatch(digits) else Unreadable("a number that is not a short whole one")


def _template(node: Any, depth: int) -> Expression:
    child = node.children[0]
    if child.type == "heredoc_template":
        return heredoc(child, expression, depth=depth)
    return quoted(child, expression, depth)


def _collection(node: Any, depth: int) -> Expression:
    child = node.children[0]
    if child.type == "tuple":
        listed = [item for item in child.children if item.type == "expression"]
        return TupleLiteral(tuple(expression(item, depth) for item in listed), tuple(map(lines, listed)))
    items = []
    for element in child.children:
        if element.type == "object_elem":
            parts = [part for part in element.children if part.type == "expression"]
            if len(parts) != 2:
                raise UnparsableError("an object with an element that is not `key = value`")
            items.append(ObjectItem(_key(parts[0], depth), expression(parts[1], depth), lines(element)))
    return ObjectLiteral(tuple(items), *lines(child))


def _key(node: Any, depth: int) -> Expression:
    """A bare name as the key of an object is that name."""
    key = expression(node, depth)
    if isinstance(key, Name) and not text(node).startswith("("):
        return Literal(key.name)
    if isinstance(key, Literal) and not isinstance(key.value, str) and not text(node).startswith("("):
        return Literal(text(node))  # `true = 1`, `1 = 2`
    return key


def _for(node: Any, depth: int) -> Expression:
    inner = node.children[0]
    intro = next(child for child in inner.children if child.type == "for_intro")
    names = [text(child) for child in intro.children if child.type == "identifier"]
    collection = next((child for child in intro.children if child.type == "expression"), None)
    results = [child for child in inner.children if child.type == "expression"]
    condition = next((child for child in inner.children if child.type == "for_cond"), None)
    wanted = 2 if inner.type == "for_object_expr" else 1
    if collection is None or len(results) != wanted or not 1 <= len(names) <= 2:
        raise UnparsableError("a `for` that gate cannot read")
    return For(
        names[0] if len(names) == 2 else None,
        names[-1],
        expression(collection, depth),
        expression(results[0], depth) if wanted == 2 else None,
        expression(results[-1], depth),
        None if condition is None else expression(condition.children[-1], depth),
        any(child.type == "ellipsis" for child in inner.children),
    )


def _call(node: Any, depth: int) -> Expression:
    arguments = next((child for child in node.children if child.type == "function_arguments"), None)
    children = [] if arguments is None else arguments.children
    return Call(
        text(node.children[0]),
        tuple(expression(child, depth) for child in children if child.type == "expression"),
        any(child.type == "ellipsis" for child in children),
    )


def _conditional(node: Any, depth: int) -> Expression:
    """`a ? b : c ? d : e` is `a ? b : (c ? d : e)`; tree-sitter takes the first three parts together."""
    conditions: list[Any] = []
    branches: list[Any] = []
    last = None
    inner: Any = node
    while inner is not None:
        parts = [child for child in inner.children if child.type == "expression"]
        if len(parts) != 3:
            raise UnparsableError("a conditional that gate cannot read")
        if last is None:
            last = parts[2]
        else:
            conditions.append(parts[2])
        branches.append(parts[1])
        inner = _bare_conditional(parts[0])
        if inner is None:
            conditions.append(parts[0])
    if any(_bare_conditional(one) is not None for one in conditions):
        raise UnparsableError("conditionals in an order that gate cannot read")
    found = expression(last, depth)
    for condition, branch in zip(conditions, branches, strict=True):
        found = Conditional(expression(condition, depth), expression(branch, depth), found)
    return found


def _bare_conditional(node: Any) -> Any:
    """The conditional that an expression is, without parentheses around it."""
    inner = [child for child in node.children if child.type != "comment"]
    return inner[0] if inner and inner[0].type == "conditional" else None


def _operation(node: Any, depth: int) -> Expression:
    inner = node.children[0]
    parts: list[list[Any]] = [[]]
    operator = ""
    for child in inner.children:
        if not child.is_named and child.type not in _BRACKETS:
            operator = child.type
            parts.append([])
        elif child.type not in _BRACKETS:
            parts[-1].append(child)
    operands = [part for part in parts if part]
    if any(part[0].type == "conditional" for part in operands):
        raise UnparsableError("a conditional as an operand, without parentheses")
    if len(operands) != (1 if inner.type == "unary_operation" else 2) or len(parts) != 2:
        raise UnparsableError("an operation that gate cannot read")
    return Operation(operator, tuple(_term(part, depth + 1) for part in operands))


_SCALARS: dict[str, Callable[[str], Expression]] = {
    "numeric_lit": _number,
    "bool_lit": lambda word: Literal(word == "true"),
    "null_lit": lambda _: Literal(None),
}
_READERS: dict[str, Callable[[Any, int], Expression]] = {
    "literal_value": _literal,
    "template_expr": _template,
    "collection_value": _collection,
    "variable_expr": lambda node, _: Name(text(node)),
    "function_call": _call,
    "for_expr": _for,
    "operation": _operation,
    "conditional": _conditional,
    "expression": expression,
}
