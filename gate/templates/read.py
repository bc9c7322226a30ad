"""The text of a CloudFormation template, JSON or YAML, as a value.

Both are bounded in size, depth and repetition, and a text that readers disagree about is refused. Format:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from gate import strict_json
from gate.strict_json import RepeatedKey
from gate.templates.unreadable import DEEPEST, UnreadableTemplate, WhyUnread
from gate.unknown import Template, Unresolved, Value

LONGEST = 460_800  # characters; a template in a request is at most 51,200 bytes, one that is fetched 1 MB
MOST = 100_000  # values, each use of an anchor counted
_OPEN, _CLOSE = "\ue000", "\ue001"
_HOLE = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


def read(text: Value) -> dict[str, Any]:
    """The template in a text, which may have holes (gate.unknown.Template). Raises UnreadableTemplate.

    Short forms are written out: `!Sub x` is `{"Fn::Sub": x}`. Holes stay holes in the texts that they stand in.
    """
    holes = tuple(part for part in text.parts if isinstance(part, Unresolved)) if isinstance(text, Template) else ()
    written = _with_tokens(text) if isinstance(text, Template) else text
    if not isinstance(written, str):
        raise UnreadableTemplate(WhyUnread.UNKNOWN)
    named = {str(at): hole for at, hole in enumerate(holes)}
    found = _restored(parsed(str.__str__(written)), named) if holes else parsed(str.__str__(written))
    return as_template(found)


def holds_together(text: Template, held: Callable[[Unresolved], str]) -> bool:
    """Whether a text is the same template with what each of its holes may begin with and end in (`held`): in YAML a `#`
    may begin a comment, and a comma end an element of a list."""
    marks = [held(part) for part in text.parts if isinstance(part, Unresolved)]
    plain = _with_tokens(text)
    marked = _HOLE.sub(lambda found: f"{marks[int(found[1])]}{found[0]}{marks[int(found[1])]}", plain)
    try:
        return bool(_unmarked(parsed(marked), marks) == parsed(plain))
    except UnreadableTemplate:
        return False


def _unmarked(value: Any, marks: list[str]) -> Any:
    if isinstance(value, dict):
        return {_unmarked(key, marks): _unmarked(member, marks) for key, member in value.items()}
    if isinstance(value, list):
        return [_unmarked(member, marks) for member in value]
    if not isinstance(value, str):
        return value
    for number, mark in enumerate(marks):
        value = value.replace(f"{mark}{_OPEN}{number}{_CLOSE}{mark}", f"{_OPEN}{number}{_CLOSE}")
    return value


def as_template(value: Any) -> dict[str, Any]:
    """A value that is the structure of a template. Raises UnreadableTemplate for any other."""
    if not isinstance(value, dict) or not isinstance(value.get("Resources"), dict):
        raise UnreadableTemplate(WhyUnread.NO_RESOURCES)
    return value


@lru_cache(maxsize=64)
def parsed(text: str) -> Any:
    """The value of a JSON or YAML text. Raises UnreadableTemplate."""
    if len(text) > LONGEST:
        raise UnreadableTemplate(WhyUnread.TOO_LONG)
    text = text.removeprefix("\ufeff")
    try:
        found = strict_json.loads(text)
    except RepeatedKey as error:
        raise UnreadableTemplate(WhyUnread.REPEATED_KEY, error.key) from None
    except RecursionError:
        raise UnreadableTemplate(WhyUnread.TOO_DEEP) from None
    except ValueError:
        from gate.templates.yaml import load

        found = load(text)
    _bounded(found)
    return found


def _bounded(value: Any) -> None:
    """Raises UnreadableTemplate where a value is too deep, or too large with every use of an anchor written out."""
    waiting = [(value, 0)]
    seen = 0
    while waiting:
        one, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST or seen > MOST:
            raise UnreadableTemplate(WhyUnread.TOO_LARGE)
        if isinstance(one, (dict, list)):
            waiting += [(member, depth + 1) for member in (one.values() if isinstance(one, dict) else one)]


def _with_tokens(template: Template) -> str:
    if any(_OPEN in part for part in template.parts if isinstance(part, str)):
        raise UnreadableTemplate(WhyUnread.PRIVATE_USE)
    text, number = "", 0
    for part in template.parts:
        text += part if isinstance(part, str) else f"{_OPEN}{number}{_CLOSE}"
        number += isinstance(part, Unresolved)
    return text


def _restored(value: Any, holes: dict[str, Unresolved]) -> Any:
    from gate.hcl.text import text_of

    if isinstance(value, dict):
        if any(_OPEN in key for key in value):
            raise UnreadableTemplate(WhyUnread.UNKNOWN_KEY)
        return {key: _restored(member, holes) for key, member in value.items()}
    if isinstance(value, list):
        return [_restored(member, holes) for member in value]
    if not isinstance(value, str) or _OPEN not in value:
        return value
    before, *rest = value.split(_OPEN)
    parts: list[str | Unresolved] = [before]
    for piece in rest:
        number, _, after = piece.partition(_CLOSE)
        parts += [holes.get(number, Unresolved()), after]  # an escape may have written one that is none
    return text_of(parts)
