"""Texts with holes: how values become text, and JSON text becomes a value again."""

import json
import re
from collections.abc import Callable
from typing import Any

from gate.hcl.values import (
    Encoded,
    OpenObject,
    Rest,
    Unordered,
    computed,
    each_way,
    normal,
    plain,
    references,
)
from gate.strict_json import once
from gate.unknown import OneOf, Template, Unresolved, Value

IsText = Callable[[Unresolved], bool]  # what is certain of a hole: that it is a text, free of quotation marks
LONGEST = 1_000_000  # characters; Terraform has no limit, a policy is at most 131,072
_ESCAPED_LETTER = re.compile(r"\\u(?!00[0-7])")
_LETTERS_THAT_JOIN = re.compile(r"\A[^\x00-\x7f]+")
_TOKEN = re.compile("[\ue000](b?)(\\d+)[\ue001]")
_DIGITS = 15  # of a whole number that is a text beyond doubt
_ESCAPED_ALIKE = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*")  # editions of Go write other controls differently


def scalar_text(value: Value) -> str | None:
    """A known value as Terraform converts it to a string; None where that is not certain."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**_DIGITS else None
    return value if isinstance(value, str) else None


def joined(parts: list[Value], is_text: IsText) -> Value:
    """The concatenation of values as a text: a str, a Template, or Unresolved where it is one hole alone."""
    return each_way(parts, lambda way: _joined(way, is_text))


def _joined(parts: list[Value], is_text: IsText) -> Value:
    flat: list[str | Unresolved] = []
    for part in parts:
        text = scalar_text(part)
        if text is not None:
            flat.append(text)
        elif isinstance(part, Unresolved):
            flat.append(part)
        elif isinstance(part, Template):
            flat.extend(part.parts)
        elif isinstance(part, Encoded):
            rendered = json_parts(part.value, is_text)
            flat.extend([computed(part)] if rendered is None else rendered)
        else:
            flat.append(computed(part))
    return text_of(flat)


def text_of(parts: list[str | Unresolved]) -> Value:
    """Texts side by side become one; empty ones go.

    Letters that Unicode may join to the end of a hole before them are part of the hole. The one before a hole may still
    become another letter, which no ASCII text is then.
    """
    merged: list[str | Unresolved] = []
    if sum(len(part) for part in parts if isinstance(part, str)) > LONGEST:
        return computed(*parts)
    together: list[str] = []
    for part in [*parts, None]:
        if isinstance(part, str):
            together.append(part)
            continue
        written = "".join(together)
        text = normal(_LETTERS_THAT_JOIN.sub("", written) if merged else written)
        together = []
        if text != "":
            merged.append(Unresolved() if text is None else text)
        if part is not None:
            merged.append(part)
    if not merged:
        return ""
    return merged[0] if len(merged) == 1 else Template(tuple(merged))


def json_parts(value: Value, is_text: IsText) -> list[str | Unresolved] | None:
    """The JSON text of a value that may be open; None where open parts have no certain text.

    A hole that `is_text` is written between quotation marks, any other stands for whatever it will be.
    """
    if value is None:
        return ["null"]
    if isinstance(value, str):
        return [_quoted(value)] if _ESCAPED_ALIKE.fullmatch(value) else None
    text = scalar_text(value)
    if text is not None:
        return [text]
    if isinstance(value, Template):
        if not all(_ESCAPED_ALIKE.fullmatch(part) for part in value.parts if isinstance(part, str)):
            return None
        return ['"', *(part if isinstance(part, Unresolved) else _quoted(part)[1:-1] for part in value.parts), '"']
    if isinstance(value, Unresolved):
        return ['"', value, '"'] if is_text(value) else [value]
    if isinstance(value, Encoded):
        inner = json_parts(value.value, is_text)
        whole = None if inner is None else text_of(inner)
        return [_quoted(whole)] if isinstance(whole, str) else None
    if isinstance(value, (OneOf, Rest, OpenObject, float)) or (isinstance(value, Unordered) and len(value) > 1):
        return None
    return _members(value, is_text)


def _members(value: dict[str, Value] | list[Value], is_text: IsText) -> list[str | Unresolved] | None:
    """The JSON text of an object or a list."""
    parts: list[str | Unresolved] = []
    members = sorted(value.items()) if isinstance(value, dict) else [(None, member) for member in value]
    for key, member in members:
        inner = json_parts(member, is_text)
        if inner is None or (key is not None and not plain(key)):
            return None
        parts.append("," if parts else "")
        parts.extend([f"{_quoted(key)}:"] if key is not None else [])
        parts.extend(inner)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return [opening, *parts, closing]


def _quoted(text: str) -> str:
    """As Go writes a JSON string."""
    quoted = json.dumps(text, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        quoted = quoted.replace(character, f"\\u{ord(character):04x}")
    return quoted


def decode_json(value: Value, harmless: IsText) -> Value:
    """The structure of a JSON text that may have holes.

    A hole in a JSON string leaves a Template (or, alone, what the hole was); one that stands where a value would is
    Unresolved, and in a list a Rest, because it may bring several elements; elsewhere nothing is known of the whole.
    A hole that anybody could fill with quotation marks, so that is not `harmless`, leaves nothing known of the whole.
    Raises ValueError where a wholly known text is not JSON, or is JSON that readers disagree about.
    """
    if isinstance(value, OneOf):
        return each_way([value], lambda way: decode_json(way[0], harmless))
    if isinstance(value, Encoded):
        return value.value
    if isinstance(value, str):
        return _loads(value)
    if not isinstance(value, Template):
        return value if isinstance(value, Unresolved) else computed(value)
    holes = [part for part in value.parts if isinstance(part, Unresolved)]
    if any("\ue000" in part for part in value.parts if isinstance(part, str)) or not all(map(harmless, holes)):
        return computed(value)
    try:
        return _restored(_loads(_with_tokens(value)), holes, False)
    except ValueError:
        return computed(value)


def _with_tokens(template: Template) -> str:
    """The text with a token in the place of every hole: bare in a string, a string of its own outside of one."""
    text: list[str] = []
    inside = escaped = False
    number = 0
    for part in template.parts:
        if isinstance(part, Unresolved):
            text.append(f"\ue000{number}\ue001" if inside else f'"\ue000b{number}\ue001"')
            number += 1
            continue
        for character in part:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = inside
            elif character == '"':
                inside = not inside
        text.append(part)
    return "".join(text)


def _restored(value: Any, holes: list[Unresolved], in_list: bool) -> Value:
    if isinstance(value, dict):
        if any("\ue000" in key for key in value):
            raise ValueError("a key with a hole")
        return {key: _restored(member, holes, False) for key, member in value.items()}
    if isinstance(value, list):
        return [_restored(member, holes, True) for member in value]
    if not isinstance(value, str) or "\ue000" not in value:
        return value
    match = _TOKEN.fullmatch(value)
    if match is not None and match[1]:
        hole = Unresolved(references(holes[int(match[2])]))
        return Rest(hole) if in_list else hole
    parts: list[str | Unresolved] = []
    end = 0
    for found in _TOKEN.finditer(value):
        parts.extend((value[end : found.start()], holes[int(found[2])]))
        end = found.end()
    return text_of([*parts, value[end:]])


def _loads(text: str) -> Value:
    try:
        if _ESCAPED_LETTER.search(text):
            raise ValueError("an escape whose letter may become another one beside its neighbours")
        return json.loads(text, object_pairs_hook=once, parse_float=lambda _: Unresolved(), parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def finished(value: Value, is_text: IsText) -> Value:
    """The value without the classes that only the evaluation needs: an Encoded is left only where the whole is one, an
    Unordered only where the order is open."""
    if isinstance(value, Encoded):
        return Encoded(_bare(value.value, is_text))
    if isinstance(value, OneOf):
        return OneOf(tuple(finished(way, is_text) for way in value.alternatives))
    return _bare(value, is_text)


def finished_block(value: Value, is_text: IsText) -> Value:
    """The same for nested blocks, a list of them too: each of their attributes is whole in itself."""
    if isinstance(value, list):
        return [finished_block(block, is_text) for block in value]
    if isinstance(value, Rest):
        return Rest(finished_block(value.element, is_text))
    if isinstance(value, dict):
        return {name: finished(member, is_text) for name, member in value.items()}
    return finished(value, is_text)


def _bare(value: Value, is_text: IsText) -> Value:
    if isinstance(value, OpenObject):
        return Unresolved((value.address,) if value.address else ())
    if isinstance(value, dict):
        return {key: _bare(member, is_text) for key, member in value.items()}
    if isinstance(value, list):
        members = [_bare(member, is_text) for member in value]
        return Unordered(members) if isinstance(value, Unordered) and len(members) > 1 else members
    if isinstance(value, OneOf):
        return OneOf(tuple(_bare(way, is_text) for way in value.alternatives))
    if isinstance(value, Rest):
        return Rest(_bare(value.element, is_text))
    if isinstance(value, Encoded):
        parts = json_parts(value.value, is_text)
        return computed(value) if parts is None else text_of(parts)
    return value
