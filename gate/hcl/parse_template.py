"""Quoted strings and heredocs: escapes, `~`, `<<-`, `${...}` and `%{...}`.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/parser_template.go. Literal text is cut out of the source
between the interpolations, because tree-sitter leaves white space at its ends out of the node.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from gate.hcl.syntax import Call, Conditional, Expression, For, Literal, Text

Reader = Callable[[Any, int], Expression]
_DEPTH = 150  # directives in directives
_DIRECTIVES = frozenset({"template_directive", "template_if", "template_for"})
_HEADS = {
    "template_if_intro": "if", "template_for_start": "for", "template_else_intro": "else",
    "template_if_end": "end", "template_for_end": "end",
}  # fmt: skip
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
class _Head:
    """What opens, divides or closes a directive: `if` and `for` with what they are about, `else` and `end`."""

    kind: str
    subject: Expression | None = None
    names: tuple[str, ...] = ()


_Part = _Chunk | _Head | Expression


def lone_marker(text: bytes) -> int | None:
    """The first line that is a lone name beside white space which only Terraform takes for such, so that a heredoc may
    end there for Terraform alone; None where there is none."""
    if text.isascii() and not re.search(rb"[\v\f]", text):
        return None
    lines = enumerate(text.decode("utf-8", "replace").split("\n"), 1)
    return next((at for at, line in lines if line.strip(" \t\r") != line.strip(_SPACE) and _LONE.fullmatch(line)), None)


def quoted(node: Any, read: Reader, depth: int) -> Expression:
    """A `"..."`, as an expression."""
    parts = _body(
        node.children[1:-1], slice(node.children[0].end_byte, node.children[-1].start_byte), node, read, depth
    )
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
    parts = _body(children[2:-1], slice(node.start_byte + start, node.start_byte + end), node, read, depth)
    if children[0].text == b"<<-":
        _unindent(parts)
    return _build(parts, lambda text: text, wrap=not own_last_line)


def _body(nodes: list[Any], within: slice, outer: Any, read: Reader, depth: int) -> list[_Part]:
    """Chunks, expressions and the heads of directives in order; `within` are bytes of the file."""
    source, offset = outer.text, outer.start_byte
    parts: list[_Part] = []
    trim = False
    position = within.start
    for node in [*_marks(nodes, 0), None]:
        stop = within.stop if node is None else node.start_byte
        literal = source[position - offset : stop - offset].decode("utf-8", "replace")
        following = source[stop - offset : stop - offset + 2]
        if following in (b"${", b"%{") and literal.endswith(following[:1].decode()):
            raise UnparsableError("`$$${`, which is read in two ways")
        chunks = _lines(literal)
        if trim and chunks:
            chunks[0].text = _trimmed(chunks[0].text, str.lstrip)
        if node is not None and node.text[2:3] == b"~" and chunks:
            chunks[-1].text = _trimmed(chunks[-1].text, str.rstrip)
        parts.extend(chunks)
        if node is not None:
            parts.append(_read(node, read, depth + 1))
            trim, position = node.text[-2:-1] == b"~", node.end_byte
    return parts


def _marks(nodes: list[Any], depth: int) -> Iterator[Any]:
    """The interpolations and the heads of directives, those inside of directives too."""
    if depth > _DEPTH:
        raise UnparsableError("nested too deeply")
    for node in nodes:
        if node.type == "template_interpolation" or node.type in _HEADS:
            yield node
        elif node.type in _DIRECTIVES:
            yield from _marks(node.children, depth + 1)


def _read(node: Any, read: Reader, depth: int) -> Expression | _Head:
    kind = _HEADS.get(node.type, "")
    value = next((child for child in node.children if child.type == "expression"), None)
    if value is None and kind in ("", "if", "for"):
        raise UnparsableError("a template with nothing where an expression stands")
    subject = None if value is None else read(value, depth)
    if not kind and subject is not None:
        return subject
    return _Head(kind, subject, tuple(child.text.decode() for child in node.children if child.type == "identifier"))


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


def _unindent(parts: list[_Part]) -> None:
    """Takes from every line the indentation of the least indented one, blank lines and inner text aside."""
    least: int | None = None
    starts: list[_Chunk] = []
    at_start = True
    for part in parts:
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


def _build(parts: list[_Part], spell: Callable[[str], str], wrap: bool) -> Expression:
    """One expression for the parts; with `wrap`, a lone interpolation keeps its type instead of becoming a text."""
    if wrap and len(parts) == 1 and not isinstance(parts[0], (_Chunk, _Head)):
        return parts[0]
    waiting = iter(parts)
    built, closing = _built(waiting, spell)
    if closing is not None:
        raise UnparsableError("a directive that ends before it begins")
    return built


def _built(parts: Iterator[_Part], spell: Callable[[str], str]) -> tuple[Expression, _Head | None]:
    """The text up to the head that divides or closes the directive which it stands in."""
    built: list[Expression] = []
    closing = None
    for part in parts:
        if isinstance(part, _Chunk):
            text = spell(part.text.replace("$${", "${").replace("%%{", "%{"))
            if built and isinstance(built[-1], Literal) and isinstance(built[-1].value, str):
                built[-1] = Literal(built[-1].value + text)
            elif text:
                built.append(Literal(text))
        elif not isinstance(part, _Head):
            built.append(part)
        elif part.subject is None:
            closing = part
            break
        else:
            body, after = _built(parts, spell)
            otherwise, after = _built(parts, spell) if after and after.kind == "else" else (Literal(""), after)
            if after is None:
                raise UnparsableError("a template directive that gate cannot read")
            built.append(_directive(part, part.subject, body, otherwise))
    if not built or (len(built) == 1 and _is_text(built[0])):
        return (built or [Literal("")])[0], closing
    return Text(tuple(built)), closing


def _directive(head: _Head, subject: Expression, body: Expression, otherwise: Expression) -> Expression:
    if head.kind == "if":
        return Conditional(subject, body, otherwise)
    key = head.names[0] if len(head.names) == 2 else None
    return Call("join", (Literal(""), For(key, head.names[-1], subject, None, body, None, False)), False)


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
