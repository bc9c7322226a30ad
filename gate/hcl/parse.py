"""From HCL text to blocks. The only module that loads tree-sitter."""

from functools import lru_cache, partial
from typing import Any

from gate.hcl.parse_expression import UnparsableError, expression, lines
from gate.hcl.parse_template import heredoc, lone_marker
from gate.hcl.syntax import Attribute, Block, Expression, Literal, Unreadable
from gate.hcl.values import normal

_DEPTH = 40  # blocks in blocks; Terraform's own never go past a handful
# calls of tree-sitter's progress callback, one for some 40 bytes: before and after the first error, where it is slow
_PROGRESS, _RECOVERY = 200_000, 5_000


def blocks(text: bytes, file: str) -> tuple[tuple[Block, ...], str | None]:
    """The top-level blocks of a `.tf` file, and one line on what is wrong with the file, if anything.

    A block that holds something other than HCL is `broken`; what stands between blocks is left out and said.
    """
    root = _parse(text)
    if root is None:
        return (), f"{file}: too intricate to parse"
    marker = lone_marker(text)
    if marker is not None:
        return (), f"{file}:{marker}: white space that is not plain beside what may end a heredoc"
    found: list[Block] = []
    problem = None
    if root.has_error:
        problem = f"{file}:{_error_line(root)}: cannot be parsed as HCL"
    for body in root.children:
        if body.type == "body":
            found.extend(_block(child, file, 0) for child in body.children if child.type == "block")
    escaped = next((block for block in found if any(map(_unclear, block.labels))), None)
    if escaped is not None:
        return (), f"{file}:{escaped.line}: a block with an escape in its label"
    return tuple(found), problem


def attributes(text: bytes, file: str) -> dict[str, Attribute]:
    """What a `.tfvars` file sets; nothing where it can't be read."""
    root = _parse(text)
    if root is None or root.has_error or lone_marker(text) is not None:
        return {}
    bodies = (body for body in root.children if body.type == "body")
    return dict(_named(part, file) for body in bodies for part in body.children if part.type == "attribute")


def _unclear(label: str) -> bool:
    """Whether a label, which is kept as it is written, means another one."""
    return "\\" in label or normal(label) != label


@lru_cache(maxsize=64)
def template(text: str) -> Expression:
    """The text of a template file as an expression: a heredoc without its delimiters."""
    if lone_marker(text.encode()) is not None:
        return Unreadable("white space that is not plain beside what may end a heredoc")
    delimiter = "END"
    while delimiter in text:
        delimiter += "X"
    root = _parse(f"t = <<{delimiter}\n{text}\n{delimiter}\n".encode())
    if root is None or root.has_error:
        return Unreadable("a template that is not valid HCL")
    node = root
    while node is not None and node.type != "heredoc_template":
        node = next((child for child in node.children if child.is_named and child.type != "identifier"), None)
    try:
        return Unreadable("a template") if node is None else heredoc(node, expression, own_last_line=False)
    except UnparsableError as error:
        return Unreadable(str(error))


def inline_template(text: str) -> Expression:
    """A string of a `.tf.json` file, which is a template without escapes."""
    if "${" not in text and "%{" not in text:
        return Literal(text)
    return template(text)


@lru_cache(maxsize=1)
def _parser() -> Any:
    import tree_sitter
    import tree_sitter_hcl

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


def _parse(text: bytes) -> Any:
    """The root node, or None where the text takes too much work."""
    calls = [0, 0]

    def too_long(_offset: int, error: bool) -> bool:
        calls[error] += 1
        return calls[False] > _PROGRESS or calls[True] > _RECOVERY

    parser = _parser()
    try:
        tree = parser.parse(lambda offset, _point: text[offset : offset + 65536], progress_callback=too_long)
    except ValueError:
        tree = None
    if tree is None:
        parser.reset()
        return None
    return tree.root_node


def _block(node: Any, file: str, depth: int) -> Block:
    line, end = lines(node)
    type_, labels = "", []
    attributes: dict[str, Attribute] = {}
    inner: list[Block] = []
    broken = node.has_error
    if depth > _DEPTH:
        return Block("", (), {}, (), file, line, broken=True)
    for child in node.children:
        if child.type == "identifier":
            name = child.text.decode("utf-8", "replace")
            if type_:
                labels.append(name)
            else:
                type_ = name
        elif child.type == "string_lit":
            labels.append(child.text.decode("utf-8", "replace")[1:-1])
            broken = broken or _unclear(labels[-1])
        elif child.type == "body":
            for part in child.children:
                if part.type == "block":
                    inner.append(_block(part, file, depth + 1))
                    broken = broken or inner[-1].broken
                elif part.type == "attribute":
                    name, attribute = _named(part, file)
                    broken = broken or name in attributes
                    attributes[name] = attribute
    return Block(type_, tuple(labels), attributes, tuple(inner), file, line, broken, end=end)


def _named(node: Any, file: str) -> tuple[str, Attribute]:
    first, last = lines(node)
    return node.children[0].text.decode("utf-8", "replace"), Attribute(partial(_attribute, node), first, file, last)


def _attribute(node: Any) -> Expression:
    value = next((child for child in node.children if child.type == "expression"), None)
    if value is None or node.has_error:
        return Unreadable("not valid HCL")
    try:
        return expression(value, 0)
    except (UnparsableError, RecursionError) as error:
        return Unreadable(str(error) if isinstance(error, UnparsableError) else "nested too deeply")


def _error_line(root: Any) -> int:
    """The line of the first syntax error."""
    node = root
    for _ in range(10_000):
        if node.type == "ERROR" or node.is_missing:
            break
        following = next((child for child in node.children if child.has_error or child.is_missing), None)
        if following is None:
            break
        node = following
    return int(node.start_point[0]) + 1
