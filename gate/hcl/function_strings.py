"""Functions on text and numbers. All but a few need to know their arguments wholly."""

import base64
import hashlib
import math
import posixpath
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from urllib.parse import quote_plus

from gate.hcl.convert import number, to_number
from gate.hcl.functions import Function
from gate.hcl.text import LONGEST, joined, scalar_text
from gate.hcl.values import RefusedError, Rest, SetValue, UndecidedError, computed, is_known
from gate.unknown import Template, Unresolved, Value

_VERB = re.compile(r"%(%|(?P<minus>-?)(?P<zero>0?)(?P<width>\d{0,3})(?P<verb>[sdvqt]))|%")
# what RE2 and Python read differently, or only one of them knows; and a repeated group, which Python may try for ever
_NOT_BOTH = re.compile(r"\\[pPCQEzZ1-9]|\[\[|--|&&|\|\||~~|\(\?(?![:is]|P<\w+>)|[+*?}]\+|\)[+*{]")
_REPEATED = re.compile(r"[+*{]")
_TRIES = 20_000_000
_SPACE = " \t\n\v\f\r\x85\xa0"


def _format(template: Value, *arguments: Value) -> Value:
    """%s and %v take open values as holes; the other verbs need known ones."""
    if not isinstance(template, str):
        return computed(template, *arguments)
    waiting = list(arguments)
    parts: list[Value] = []
    end = 0
    for match in _VERB.finditer(template):
        parts.append(template[end : match.start()])
        end = match.end()
        if match[0] == "%%":
            parts.append("%")
            continue
        if not match["verb"]:
            return computed(*arguments)
        if not waiting:
            raise RefusedError("not enough arguments")
        value = waiting.pop(0)
        if match["verb"] in "sv" and not match["width"] and not match["zero"]:
            if isinstance(value, (list, dict)) or value is None:
                return computed(*arguments)
            parts.append(value)
        elif not is_known(value):
            return computed(*arguments)
        else:
            parts.append(_verb(match, value))
    if waiting:
        raise RefusedError("too many arguments")
    return joined([*parts, template[end:]])


def _verb(match: re.Match[str], value: Value) -> str:
    kind = match["verb"]
    if kind == "d":
        whole = to_number(value)
        if not isinstance(whole, int):
            raise RefusedError("not a whole number")
        text = str(whole)
    elif kind == "q":
        raise UndecidedError
    else:
        text = scalar_text(value)
    width = int(match["width"] or 0)
    if match["minus"]:
        return text.ljust(width)
    if match["zero"] and kind == "d":
        return text.zfill(width)
    return text.rjust(width)


def _formatlist(template: Value, *arguments: Value) -> Value:
    lists = [argument for argument in arguments if isinstance(argument, list)]
    if any(isinstance(argument, Unresolved) for argument in arguments) or any(
        isinstance(element, Rest) for argument in lists for element in argument
    ):
        open_ones = [argument for argument in arguments if isinstance(argument, Unresolved)]
        if len(arguments) == 1:
            source = arguments[0]
            if isinstance(source, Unresolved):
                return [Rest(_format(template, Unresolved(source.references)))]
            formatted = [
                Rest(_format(template, one.element)) if isinstance(one, Rest) else _format(template, one)
                for one in source
            ]
            return SetValue(formatted) if isinstance(source, SetValue) and not is_known(source) else formatted
        return computed(*arguments, *open_ones)
    if any(isinstance(argument, SetValue) and not is_known(argument) for argument in lists) and len(arguments) > 1:
        return computed(*arguments)
    if len({len(argument) for argument in lists}) > 1:
        raise RefusedError("lists of different lengths")
    rows = len(lists[0]) if lists else 1
    found = [
        _format(template, *(argument[row] if isinstance(argument, list) else argument for argument in arguments))
        for row in range(rows)
    ]
    return SetValue(found) if any(isinstance(one, SetValue) and not is_known(one) for one in lists) else found


def _join(separator: Value, *lists: Value) -> Value:
    elements: list[Value] = []
    for one in lists:
        if not isinstance(one, list):
            return computed(separator, *lists)
        elements.extend(one)
    if any(isinstance(one, (Rest, list, dict)) for one in elements):
        return computed(separator, *lists)
    if any(isinstance(one, SetValue) and not is_known(one) for one in lists):
        return computed(separator, *lists)
    parts: list[Value] = []
    for element in elements:
        parts.extend([separator, element] if parts else [element])
    return joined(parts)


def _replace(text: Any, old: Any, new: Any) -> Value:
    text, old, new = map(scalar_text, (text, old, new))
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        if "$" in new:
            new = re.sub(r"\$(\d+)|\$\{(\w+)\}|\$\$", _group, new)
        result = _compiled(old[1:-1], text).sub(new.replace("\\", "\\\\").replace("\x00", "\\"), text)
    else:
        if len(text) + text.count(old) * len(new) > LONGEST:
            raise UndecidedError
        result = text.replace(old, new)
    if len(result) > LONGEST:
        raise UndecidedError
    return result


def _group(match: re.Match[str]) -> str:
    return "$" if match[0] == "$$" else f"\x00g<{match[1] or match[2]}>"


def _compiled(pattern: str, subject: str) -> re.Pattern[str]:
    """A pattern that means the same to Python as to Go's RE2, on a text and soon comes to an end."""
    repeated = len(_REPEATED.findall(pattern))
    tries = math.comb(len(subject) + 1 + repeated, repeated + 1) if len(pattern) <= 200 else _TRIES
    if tries >= _TRIES or _NOT_BOTH.search(pattern):
        raise UndecidedError
    try:
        # in RE2, $ is the very end of the text, and \d, \w, \s are ASCII
        return re.compile(re.sub(r"(?<!\\)\$", r"\\Z", pattern), re.ASCII)
    except (re.error, RecursionError, OverflowError):
        raise UndecidedError from None


def _match(match: re.Match[str]) -> Value:
    if match.re.groupindex:
        return match.groupdict()
    return list(match.groups()) if match.re.groups else match[0]


def _regex(pattern: str, subject: Any) -> Value:
    match = _compiled(pattern, scalar_text(subject)).search(scalar_text(subject))
    if match is None:
        raise RefusedError("no match")
    return _match(match)


def _regexall(pattern: str, subject: Any) -> Value:
    subject = scalar_text(subject)
    return [_match(match) for match in _compiled(pattern, subject).finditer(subject)]


def _split(separator: Any, text: Any) -> Value:
    separator, text = scalar_text(separator), scalar_text(text)
    if not separator:
        return list(text)
    return text.split(separator) if text else [""]


def _substr(text: Any, offset: Any, length: Any) -> Value:
    text, offset, length = scalar_text(text), to_number(offset), to_number(length)
    if offset < 0:
        offset = max(len(text) + offset, 0)
    return text[offset:] if length < 0 else text[offset : offset + length]


def _indent(spaces: Any, text: Any) -> Value:
    width = to_number(spaces)
    lines = scalar_text(text).split("\n")
    if width * len(lines) > LONGEST:
        raise UndecidedError
    return ("\n" + " " * width).join(lines)


def _title(text: Any) -> Value:
    return re.sub(r"(^|[^\w])(\w)", lambda match: match[1] + match[2].upper(), scalar_text(text))


def _letters(text: str, change: Callable[[str], str]) -> str:
    """Letter by letter, as Go does it; where Python would write two letters for one, Go does something else."""
    changed = [change(letter) for letter in text]
    if any(len(letter) != 1 for letter in changed):
        raise UndecidedError
    return "".join(changed)


def _chomp(text: Any) -> Value:
    return scalar_text(text).rstrip("\r\n")


def _base64decode(text: Any) -> Value:
    try:
        return base64.b64decode(scalar_text(text), validate=True).decode()
    except ValueError:
        raise UndecidedError from None


def _starts(text: Value, prefix: Value) -> Value:
    """Certain for an open text whose known beginning is long enough."""
    if isinstance(text, Template) and isinstance(text.parts[0], str) and isinstance(prefix, str):
        known = text.parts[0]
        if len(known) >= len(prefix) or not prefix.startswith(known):
            return known.startswith(prefix)
    if not is_known(text) or not is_known(prefix):
        return computed(text, prefix)
    return scalar_text(text).startswith(scalar_text(prefix))


def _extreme(pick: Any) -> Any:
    def picked(*values: Any) -> Value:
        return pick([to_number(value) for value in values])

    return picked


def _sum(values: Any) -> Value:
    if not isinstance(values, list) or not values:
        raise RefusedError("nothing to add")
    return number(sum((Fraction(str(to_number(value))) for value in values), Fraction(0)))


def _digest(name: str) -> Any:
    return lambda text: hashlib.new(name, scalar_text(text).encode(), usedforsecurity=False).hexdigest()


def _known_text(change: Any) -> Function:
    return Function(lambda text: change(scalar_text(text)))


STRINGS: dict[str, Function] = {
    "abs": Function(lambda value: abs(to_number(value))),
    "base64decode": Function(_base64decode),
    "base64encode": _known_text(lambda text: base64.b64encode(text.encode()).decode()),
    "basename": _known_text(lambda path: path.rstrip("/").rsplit("/", 1)[-1] or ("/" if path else ".")),
    "ceil": Function(lambda value: math.ceil(to_number(value))),
    "chomp": Function(_chomp),
    "dirname": _known_text(lambda path: posixpath.normpath(posixpath.dirname(path))),
    "endswith": Function(lambda text, suffix: scalar_text(text).endswith(scalar_text(suffix)), 2, 2),
    "floor": Function(lambda value: math.floor(to_number(value))),
    "format": Function(_format, 1, None, open=True),
    "formatlist": Function(_formatlist, 1, None, open=True),
    "indent": Function(_indent, 2, 2),
    "join": Function(_join, 2, None, open=True),
    "lower": _known_text(lambda text: _letters(text, str.lower)),
    "max": Function(_extreme(max), 1, None),
    "md5": Function(_digest("md5")),
    "min": Function(_extreme(min), 1, None),
    "regex": Function(_regex, 2, 2),
    "regexall": Function(_regexall, 2, 2),
    "replace": Function(_replace, 3, 3),
    "sha1": Function(_digest("sha1")),
    "sha256": Function(_digest("sha256")),
    "sha512": Function(_digest("sha512")),
    "split": Function(_split, 2, 2),
    "startswith": Function(_starts, 2, 2, open=True),
    "strcontains": Function(lambda text, part: scalar_text(part) in scalar_text(text), 2, 2),
    "strrev": _known_text(lambda text: text[::-1]),
    "substr": Function(_substr, 3, 3),
    "sum": Function(_sum),
    "title": Function(_title),
    "trim": Function(lambda text, cut: scalar_text(text).strip(scalar_text(cut)) if cut else text, 2, 2),
    "trimprefix": Function(lambda text, cut: scalar_text(text).removeprefix(scalar_text(cut)), 2, 2),
    "trimspace": _known_text(lambda text: text.strip(_SPACE)),
    "trimsuffix": Function(lambda text, cut: scalar_text(text).removesuffix(scalar_text(cut)), 2, 2),
    "upper": _known_text(lambda text: _letters(text, str.upper)),
    "urlencode": _known_text(lambda text: quote_plus(text, safe="-_.")),
}
