"""Quoted strings and heredocs: escapes, `~`, `<<-`, `${...}` and `%{...}`.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/parser_template.go. Literal text is cut out of the source
between the interpolations, because tree-sitter leaves white space at its ends out of the node.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from gate.hcl.syntax import Call, Conditional, Expression, For, Literal, Text

Reader = Callable[[Any, int], Expression]
_SPECIAL = frozenset({"template_interpolation", "template_directive"})
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))  # Go's
_MARK = re.compile(r"(?<!\$)(?:\$\$)*\$\{|(?<!%)(?:%%)*%\{|\$\$\$\{|%%%\{")
_LONE = re.compile(rf"[{_SPACE}]*[\w-]+[{_SPACE}]*")


class UnparsableError(Exception):
    """An expression that gate cannot read; the message says what it is."""


@dataclass(slots=True)
class _Chunk:
    """Literal text up to the end of its line, still in the spelling of the source."""

    text: str


@dataclass(frozen=True, slots=True)
class _If:
    condition: Expression
    then: list[Any]
    otherwise: list[Any]


@dataclass(frozen=True, slots=True)
class _For:
    key: str | None
    value: str
    collection: Expression
    body: list[Any]


def lone_marker(text: bytes) -> int | None:
    """The first line that is a lone name beside white space which only Terraform takes for such, so that a heredoc may
    end there for Terraform alone; None where there is none."""
    if text.isascii() and not re.search(rb"[\v\f]", text):
        return None
    lines = enumerate(text.decode("utf-8", "replace").split("\n"), 1)
    return next((at for at, line in lines if line.strip(" \t\r") != line.strip(_SPACE) and _LONE.fullmatch(line)), None)


def quoted(node: Any, read: Reader, depth: int) -> Expression:
    """A `"..."`, as an expression."""
    parts = _body(node.children[1:-1], node.children[0].end_byte, node.children[-1].start_byte, node, read, depth)
    return _build(parts, _unescape, wrap=True)


def heredoc(node: Any, read: Reader, own_last_line: bool = True, depth: int = 0) -> Expression:
    """A `<<NAME` or `<<-NAME` text; without its last line break where that belongs to somebody else."""
    children = [child for child in node.children if child.type != "comment"]
    whole = node.text
    start = whole.index(b"\n") + 1
    end = max(children[-1].start_byte - node.start_byte, start)
    end = max(whole.rfind(b"\n", 0, end) + 1, start)
    if not own_last_line:
        end = max(end - 1, start)
    parts = _body(children[2:-1], node.start_byte + start, node.start_byte + end, node, read, depth)
    if children[0].text == b"<<-":
        _unindent(parts)
    return _build(parts, lambda text: text, wrap=not own_last_line)


def _body(nodes: list[Any], start: int, end: int, outer: Any, read: Reader, depth: int) -> list[Any]:
    """Chunks, expressions and directives in order, from byte `start` to byte `end` of the file."""
    source, offset = outer.text, outer.start_byte
    parts: list[Any] = []
    trim = False
    position = start
    for node in [*nodes, None]:
        if node is not None and node.type not in _SPECIAL:
            continue
        stop = end if node is None else node.start_byte
        literal = source[position - offset : stop - offset].decode("utf-8", "replace")
        following = source[stop - offset : stop - offset + 2]
        if following in (b"${", b"%{") and literal.endswith(following[:1].decode()):
            raise UnparsableError("`$$${`, which is read in two ways")
        chunks = _lines(literal)
        if trim and chunks:
            chunks[0].text = _trimmed(chunks[0].text, str.lstrip)
        parts.extend(chunks)
        if node is None:
            break
        inner = node if node.type == "template_interpolation" else node.children[0]
        opening, closing = _markers(inner)
        if opening and parts and isinstance(parts[-1], _Chunk):
            parts[-1].text = _trimmed(parts[-1].text, str.rstrip)
        if node.type == "template_interpolation":
            value = next((child for child in node.children if child.type == "expression"), None)
            if value is None:
                raise UnparsableError("an empty interpolation")
            parts.append(read(value, depth + 1))
        else:
            parts.append(_directive(inner, read, depth + 1))
        trim = closing
        position = node.end_byte
    return parts


def _trimmed(text: str, strip: Callable[[str, str], str]) -> str:
    """Without the white space at one end; what an escape stands for may be white space too, and a `$` or `%` ends
    what is trimmed."""
    if any(one in text for one in "\\$%\r"):
        raise UnparsableError("an escape, `$`, `%` or carriage return beside `~`")
    return strip(text, _SPACE)


def _lines(text: str) -> list[_Chunk]:
    if _MARK.search(text) or "\r" in text.replace("\r\n", "\n"):
        raise UnparsableError("a template that gate cannot read")
    return [_Chunk(line) for line in re.findall(r"[^\n]*\n|[^\n]+", text)]


def _markers(node: Any) -> tuple[bool, bool]:
    """Whether the construct trims what stands before it and after it."""
    if node.type == "template_interpolation":
        return _trims(node)
    opening = _trims(node.children[0])[0]
    return opening, _trims(node.children[-1])[1]


def _trims(node: Any) -> tuple[bool, bool]:
    text = node.text
    return text[2:3] == b"~", text[-2:-1] == b"~"


def _directive(node: Any, read: Reader, depth: int) -> Any:
    if depth > 150:
        raise UnparsableError("nested too deeply")
    children = [child for child in node.children if child.type != "comment"]
    heads = [i for i, child in enumerate(children) if child.type.startswith(node.type + "_") or "_else_" in child.type]
    bodies = []
    for here, there in pairwise(heads):
        first, last = children[here], children[there]
        parts = _body(children[here + 1 : there], first.end_byte, last.start_byte, node, read, depth)
        if _trims(first)[1] and parts and isinstance(parts[0], _Chunk):
            parts[0].text = _trimmed(parts[0].text, str.lstrip)
        if _trims(last)[0] and parts and isinstance(parts[-1], _Chunk):
            parts[-1].text = _trimmed(parts[-1].text, str.rstrip)
        bodies.append(parts)
    intro = children[0]
    value = next((child for child in intro.children if child.type == "expression"), None)
    if value is None or not bodies:
        raise UnparsableError("a template directive that gate cannot read")
    subject = read(value, depth)
    if node.type == "template_if":
        return _If(subject, bodies[0], bodies[1] if len(bodies) > 1 else [])
    names = [child.text.decode() for child in intro.children if child.type == "identifier"]
    return _For(names[0] if len(names) == 2 else None, names[-1], subject, bodies[0])


def _unindent(parts: list[Any]) -> None:
    """Takes from every line the indentation of the least indented one, blank lines and inner text aside."""
    flat = list(_flat(parts))
    least: int | None = None
    starts: list[_Chunk] = []
    at_start = True
    for part in flat:
        if at_start:
            spaces = 0
            if isinstance(part, _Chunk):
                trimmed = part.text.lstrip(_SPACE)
                if not part.text[: len(part.text) - len(trimmed) + 1].isascii():
                    raise UnparsableError("an indentation that is not plain")  # letters may join the spaces
                if not trimmed and part.text.endswith("\n"):
                    continue
                spaces = len(part.text) - len(trimmed)
                starts.append(part)
            least = spaces if least is None else min(least, spaces)
        at_start = isinstance(part, _Chunk) and part.text.endswith("\n")
    for chunk in starts:
        chunk.text = chunk.text[least or 0 :]


def _flat(parts: list[Any]) -> Any:
    """The parts in the order of the text; a directive's own marks count as something that is not text."""
    for part in parts:
        if isinstance(part, _If):
            yield part
            yield from _flat(part.then)
            yield part
            yield from _flat(part.otherwise)
            yield part
        elif isinstance(part, _For):
            yield part
            yield from _flat(part.body)
            yield part
        else:
            yield part


def _build(parts: list[Any], spell: Callable[[str], str], wrap: bool) -> Expression:
    """One expression for the parts; with `wrap`, a lone interpolation keeps its type instead of becoming a text."""
    built: list[Expression] = []
    for part in parts:
        if isinstance(part, _Chunk):
            text = spell(part.text.replace("$${", "${").replace("%%{", "%{"))
            if built and isinstance(built[-1], Literal) and isinstance(built[-1].value, str):
                built[-1] = Literal(built[-1].value + text)
            elif text:
                built.append(Literal(text))
        elif isinstance(part, _If):
            built.append(
                Conditional(part.condition, _build(part.then, spell, False), _build(part.otherwise, spell, False))
            )
        elif isinstance(part, _For):
            body = _build(part.body, spell, False)
            repeated = For(part.key, part.value, part.collection, None, body, None, False)
            built.append(Call("join", (Literal(""), repeated), False))
        else:
            built.append(part)
    if not built:
        return Literal("")
    if len(built) == 1 and (_is_text(built[0]) or (wrap and len(parts) == 1)):
        return built[0]
    return Text(tuple(built))


def _is_text(part: Expression) -> bool:
    return isinstance(part, Literal) and isinstance(part.value, str)


def _unescape(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code:
            number = int(code, 16)
            return "\ufffd" if number > 0x10FFFF or 0xD800 <= number < 0xE000 else chr(number)
        if match[3] not in _SIMPLE:
            raise UnparsableError(f"the escape `\\{match[3]}`")
        return _SIMPLE[match[3]]

    return _ESCAPE.sub(character, text)
