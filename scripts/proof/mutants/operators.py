"""The small errors that are put into a module: each changes one place of its syntax tree.

Docstrings, annotations, imports, decorators, f-strings and texts with a space, which people read, stay as they are, and
so do what a step of work costs and the `strict` of a zip.
Nothing is changed that mypy would see: arguments do not change places, and what a function returns keeps its type.
"""

import ast
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}
METHODS = {"startswith": "endswith", "endswith": "startswith", "partition": "rpartition", "rpartition": "partition"}


@dataclass(frozen=True)
class Mutant:
    """One small error: the name of the function around it ("" for the module's own code), the source before and after
    it, which of several such it is in this function, the lines whose tests it concerns, and the tree with it."""

    function: str
    before: str
    after: str
    nth: int
    lines: range
    tree: ast.Module

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What names this mutant as long as its function is the same."""
        return self.function, self.before, self.after, self.nth


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module. Its tree is good until the next one is asked for: one tree is changed and put back."""
    tree = ast.parse(source)
    seen: dict[tuple[str, str, str], int] = {}
    for place in _places(tree, "", None):
        for new in map(copy, list(_replacements(place.node))):  # what is a part of the old node keeps its own location
            before, after = _shown(place.node), _shown(new)
            place.put(new)
            ast.fix_missing_locations(new)
            name = (place.function, before, after)
            seen[name] = seen.get(name, 0) + 1
            yield Mutant(*name, seen[name], place.lines, tree)
            place.put(place.node)


@dataclass(frozen=True)
class _Place:
    """Where a node stands: the field of its parent, and its index where this is a list."""

    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None
    function: str
    lines: range

    def put(self, new: ast.AST) -> None:
        if isinstance(new, ast.expr | ast.stmt) and isinstance(self.node, ast.expr | ast.stmt):
            ast.copy_location(new, self.node)
        if self.index is None:
            setattr(self.parent, self.field, new)
        else:
            getattr(self.parent, self.field)[self.index] = new


_LEFT_ALONE = ("annotation", "returns", "decorator_list", "bases")


def _places(node: ast.AST, function: str, lines: range | None) -> Iterator[_Place]:
    """The nodes below one, in the order of the source."""
    for field, value in ast.iter_fields(node):
        if field in _LEFT_ALONE:
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or isinstance(child, ast.Import | ast.ImportFrom | ast.JoinedStr):
                continue
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue
            if isinstance(child, ast.If) and _shown(child.test) == "TYPE_CHECKING":
                continue
            if isinstance(child, ast.keyword) and child.arg == "strict":
                continue
            if field == "args" and isinstance(node, ast.Call) and _pays(node):
                continue
            here = _lines(child) or lines or range(1)
            inner = function
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                inner = f"{function}.{child.name}" if function else child.name
            yield _Place(child, node, field, index, function, here)
            yield from _places(child, inner, here)


def _pays(call: ast.Call) -> bool:
    """Whether it counts work: what a step costs is a choice, that it costs something is not."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("spend", "pay", "pay_text")


def _lines(node: ast.AST) -> range | None:
    """The lines of a simple statement or of the head of another; None below statements."""
    if isinstance(node, ast.stmt):
        body = getattr(node, "body", None)
        last = body[0].lineno - 1 if body else node.end_lineno
        return range(node.lineno, max(last or 0, node.lineno) + 1)
    return None


def _replacements(node: ast.AST) -> Iterator[ast.AST]:
    for kind, make in _MAKERS.items():
        if isinstance(node, kind):
            yield from make(node)


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for i, operator in enumerate(node.ops):
        ops = list(node.ops)
        ops[i] = COMPARISONS[type(operator)]()
        yield ast.Compare(node.left, ops, node.comparators)


def _bool(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for i in range(len(node.values)):
        rest = node.values[:i] + node.values[i + 1 :]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _binary(node: ast.BinOp) -> Iterator[ast.AST]:
    numbers = _is_number(node.left) or _is_number(node.right)
    if isinstance(node.op, ast.Sub) and not numbers:  # of sets
        yield ast.BinOp(node.left, ast.BitOr(), node.right)
    elif isinstance(node.op, ast.Add) and not numbers:  # of sequences
        yield node.left
        yield node.right
    elif isinstance(node.op, ast.Mod | ast.Div | ast.Pow | ast.MatMult):
        yield node.left
    else:
        yield ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)


def _is_number(node: ast.AST) -> bool:
    counts = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("len", "sum", "int")
    return counts or (isinstance(node, ast.Constant) and isinstance(node.value, int))


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node.value, str) and " " not in node.value:
        yield ast.Constant(f"{node.value}~")


def _if(node: ast.If | ast.While | ast.IfExp) -> Iterator[ast.AST]:
    if not isinstance(node.test, ast.Compare | ast.BoolOp | ast.UnaryOp):
        rest = {name: value for name, value in ast.iter_fields(node) if name != "test"}
        yield type(node)(test=ast.UnaryOp(ast.Not(), node.test), **rest)


def _comprehension(node: ast.comprehension) -> Iterator[ast.AST]:
    for i in range(len(node.ifs)):
        yield ast.comprehension(node.target, node.iter, node.ifs[:i] + node.ifs[i + 1 :], node.is_async)


def _call(node: ast.Call) -> Iterator[ast.AST]:
    match node.func:
        case ast.Name(id=name) if name in NAMES:
            yield ast.Call(ast.Name(NAMES[name], ast.Load()), node.args, node.keywords)
        case ast.Attribute(value=value, attr=name) if name in METHODS:
            yield ast.Call(ast.Attribute(value, METHODS[name], ast.Load()), node.args, node.keywords)


def _return(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is None:
        yield ast.Pass()


def _removed(node: ast.stmt) -> Iterator[ast.AST]:
    yield ast.Pass()


def _continue(node: ast.Continue) -> Iterator[ast.AST]:
    yield ast.Pass()
    yield ast.Break()


def _break(node: ast.Break) -> Iterator[ast.AST]:
    yield ast.Pass()


def _assign(node: ast.Assign) -> Iterator[ast.AST]:
    if any(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets):
        yield ast.Pass()


_MAKERS: dict[type[ast.AST], Callable[[Any], Iterator[ast.AST]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _bool,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Constant: _constant,
    ast.If: _if,
    ast.While: _if,
    ast.IfExp: _if,
    ast.comprehension: _comprehension,
    ast.Call: _call,
    ast.Return: _return,
    ast.Expr: _removed,
    ast.AugAssign: _removed,
    ast.Raise: _removed,
    ast.Delete: _removed,
    ast.Continue: _continue,
    ast.Break: _break,
    ast.Assign: _assign,
}


def _shown(node: ast.AST) -> str:
    """The source of a node on one line, the first line of a statement that has a body."""
    return ast.unparse(node).strip().partition("\n")[0]
