"""Functions of texts: see gate.hcl.functions."""

import re
from collections.abc import Callable

from gate.hcl.text import decode_json, joined
from gate.hcl.values import Encoded, InPlaces, Record, computed, in_order, plain, texts
from gate.hcl.work import Work
from gate.unknown import OneOf, Template, Unresolved, Value

_SPOILS_ESCAPE = re.compile(r"[\x00-\x1f<>][^\x00-\x7f]")
_MOST_FOUND = 1000  # of a text that is to be replaced in another
_VERB = re.compile(r"%(.|$)", re.DOTALL)
_PATH = re.compile(r"(?:[\w.@+-]+/)*[\w.@+-]+", re.ASCII)
_ONE_CELL = r'"(?:[^"\r]|"")*"|[^",\r]*'
_LINE = re.compile(rf"(?:{_ONE_CELL})(?:,(?:{_ONE_CELL}))*")
_CELL = re.compile(rf"(?:^|(?<=,))(?:{_ONE_CELL})(?=,|$)")
_SPACE = "\t\n\v\f\r \x85\xa0"  # what every edition of Unicode takes for white space; Python knows more


def join(work: Work, separator: Value, *lists: Value) -> Value:
    """The elements of lists as one text."""
    elements = [one for each in lists if in_order(each) for one in each]
    if not all(map(in_order, lists)) or any(isinstance(one, (list, dict)) or one is None for one in elements):
        return NotImplemented
    parts = [part for element in elements for part in (separator, element)][1:]
    work.pay_text(parts)
    return joined(parts, work.world.is_text) if parts else ""


def formatted(work: Work, template: Value, *arguments: Value) -> Value:
    """%s of what is a text, a whole number or a boolean, or will be one, %v of a text or a boolean, %d of a whole
    number; no other verb."""
    if not isinstance(template, str):
        return computed(template, *arguments)
    waiting = list(arguments)
    parts: list[Value] = []
    for at, piece in enumerate(_VERB.split(template)):  # texts and verbs by turns
        if at % 2 == 0 or piece == "%":
            parts.append(piece)
        elif waiting and _writes(piece, waiting[0]):
            parts.append(waiting.pop(0))
        else:
            return computed(template, *arguments)
    work.pay_text(parts)
    return computed(template, *arguments) if waiting else joined(parts, work.world.is_text)


def _writes(verb: str, value: Value) -> bool:
    """Whether a verb writes a value as a template does."""
    if verb == "v":
        return isinstance(value, (str, bool))
    if verb == "d":
        return type(value) is int
    return verb == "s"  # what is no scalar leaves a hole


def formatlist(work: Work, template: Value, *arguments: Value) -> Value:
    """What `format` makes of each element of lists that are as long as one another."""
    lists = [one for one in arguments if isinstance(one, list)]
    elements = [element for one in lists for element in one]
    if not isinstance(template, str) or not all(map(in_order, lists)) or len(set(map(len, lists))) != 1:
        return NotImplemented
    if any(isinstance(one, Unresolved) and not work.world.is_text(one) for one in arguments):
        return NotImplemented  # it may itself be a list
    if any(isinstance(one, OneOf) for one in elements):
        return NotImplemented
    work.pay(len(lists[0]) * len(arguments))
    rows = ([one[i] if isinstance(one, list) else one for one in arguments] for i in range(len(lists[0])))
    return InPlaces(formatted(work, template, *row) for row in rows)


def replaced(work: Work, value: Value, search: Value, by: Value) -> Value:
    """A plain text by whatever there will be; regular expressions (`/.../`) are not computed. What is unknown in the
    text stays as it is where the plain one can't meet it."""
    if not isinstance(search, str) or not plain(search) or not search or re.fullmatch("/.*/", search, re.DOTALL):
        return NotImplemented
    if any(isinstance(one, (list, dict, float, type(None))) for one in (value, by)):
        return NotImplemented
    whole = joined([value], work.world.is_text)
    before = whole.parts if isinstance(whole, Template) else (whole,)
    if any(not isinstance(part, str) and not work.world.is_apart(part, search) for part in before):
        return NotImplemented
    if sum(part.count(search) for part in before if isinstance(part, str)) > _MOST_FOUND:
        return NotImplemented
    parts: list[Value] = []
    for part in before:
        pieces = part.split(search) if isinstance(part, str) else [part]
        parts += [one for piece in pieces for one in (by, piece)][1:]
    work.pay_text(parts)
    return joined(parts, work.world.is_text)


def in_case(of: Callable[[str], str], _: Work, value: Value) -> Value:
    """Of a text that every edition of Unicode reads alike."""
    return of(value) if isinstance(value, str) and plain(value) else NotImplemented


def trimmed(of: Callable[[str, str], str], _: Work, value: Value, affix: Value) -> Value:
    """A plain text without what it begins or ends with."""
    both = isinstance(value, str) and isinstance(affix, str)
    return of(value, affix) if both and plain(value) and plain(affix) else NotImplemented


def trimspace(_: Work, value: Value) -> Value:
    """A text without white space at its ends, both of which are known."""
    if isinstance(value, Encoded):
        return value  # JSON is written without
    if isinstance(value, str):
        found = value.strip(_SPACE)
        return found if found == value.strip() else NotImplemented
    if not isinstance(value, Template):
        return NotImplemented
    first, *middle, last = value.parts
    if not isinstance(first, str) or not isinstance(last, str):
        return NotImplemented
    begin, end = first.lstrip(_SPACE), last.rstrip(_SPACE)
    told = bool(begin and end) and (begin, end) == (first.lstrip(), last.rstrip())
    return Template((begin, *middle, end)) if told else NotImplemented


def chomp(_: Work, value: Value) -> Value:
    """A text without the ends of lines after it, where its end is known."""
    if isinstance(value, Encoded):
        return value
    parts = value.parts if isinstance(value, Template) else (value,)
    if not isinstance(parts[-1], str):
        return NotImplemented
    end = parts[-1].rstrip("\r\n")
    if len(parts) == 1:
        return end
    return Template((*parts[:-1], end)) if end else NotImplemented


def split(work: Work, separator: Value, value: Value) -> Value:
    """The parts of a plain text between the separators."""
    if not isinstance(separator, str) or not isinstance(value, str) or not separator:
        return NotImplemented
    if not plain(value) or not plain(separator):
        return NotImplemented
    work.pay(len(value))
    return InPlaces(value.split(separator))


def basename(_: Work, value: Value) -> Value:
    """The last part of a path that is written plainly."""
    return value.rsplit("/", 1)[-1] if isinstance(value, str) and _PATH.fullmatch(value) else NotImplemented


def csvdecode(work: Work, value: Value) -> Value:
    """A row for each line but the first, which names the columns, where every reader of it agrees."""
    if not isinstance(value, str) or not plain(value):
        return NotImplemented
    work.pay(len(value))
    lines = [line.removesuffix("\r") for line in value.split("\n")]
    rows = [_cells(line) for line in lines if line]
    columns = rows[0] if rows else None
    if columns is None or len({*columns}) < len(columns):
        return NotImplemented
    found = InPlaces()
    for row in rows[1:]:
        if row is None or len(row) != len(columns):
            return NotImplemented
        found.append(Record(zip(columns, row, strict=True)))
    return found


def _cells(line: str) -> list[str] | None:
    """The cells of a line of CSV, None where it is not written plainly."""
    if not _LINE.fullmatch(line):
        return None
    return [cell[1:-1].replace('""', '"') if cell[:1] == '"' else cell for cell in _CELL.findall(line)]


def substr(_: Work, value: Value, offset: Value, length: Value) -> Value:
    """A part of a plain text, of which each character is a letter."""
    if not isinstance(value, str) or not plain(value) or "\r" in value:
        return NotImplemented
    if type(offset) is not int or type(length) is not int or offset < 0 or length < 0:
        return NotImplemented
    return value[offset : offset + length]


def jsondecode(work: Work, value: Value) -> Value:
    """What JSON says, with what is unknown in it."""
    if not isinstance(value, (str, Encoded, Template)):
        return NotImplemented
    work.pay_text(list(value.parts) if isinstance(value, Template) else [value])
    try:
        return decode_json(value, work.world.harmless)
    except ValueError:
        return NotImplemented  # Go's JSON is not quite Python's


def yamldecode(work: Work, value: Value) -> Value:
    """What YAML says, where every reader of it agrees; what is unknown in it has to be ARNs of known letters."""
    if not isinstance(value, (str, Template)):
        return NotImplemented
    parts = value.parts if isinstance(value, Template) else (value,)
    if any(not isinstance(part, str) and not work.world.is_apart(part, '"') for part in parts):
        return NotImplemented
    from gate.hcl.yaml_text import decode_yaml  # the library is large, and few sources have YAML

    work.pay_text(list(parts))
    try:
        return decode_yaml(value, work.world.is_text)
    except ValueError:
        return NotImplemented


def jsonencode(_: Work, value: Value) -> Value:
    """Unknown where a letter joins the last one of an escape before it, which spoils the JSON."""
    return NotImplemented if any(map(_SPOILS_ESCAPE.search, texts(value))) else Encoded(value)
