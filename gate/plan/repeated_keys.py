"""Repeated keys of a plan, looked for key by key where the text as a whole proves nothing (gate.plan.repeated)."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

Json = Any
Found = tuple[str, str]  # a key that one object has twice, and where
Levels = Mapping[str, Any]  # the keys whose objects are looked into, each with the levels below it

_CHUNK = 64  # entries that are written again at a time: more would leave the processor's cache
_BLANK = rb"[ \t\r\n]*+"
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_OPEN = re.compile(rb"%b\{%b" % (_BLANK, _BLANK))
_KEY = re.compile(rb"(%b)%b:%b" % (_STRING, _BLANK, _BLANK))
_SCALAR = re.compile(rb"%b|[-+.0-9A-Za-z]++" % _STRING)
_NEXT = re.compile(rb"%b([,}\]])%b" % (_BLANK, _BLANK))
# what stands behind the change of a resource
_END = re.compile(rb'@(?:,@"action_reason"@:@"[^"\\]*+"@)?\}@([,\]])@'.replace(b"@", _BLANK))
_PLAIN = rb'"[^"\\]*+"'
# the first entry of a list, and the white space behind its brace, around its colon and its comma
_FIRST_ENTRY = re.compile(rb'@(\{)(@)"[a-z_]++"(@:@)(?:%b|[0-9]++)(@,@)'.replace(b"@", _BLANK) % _STRING)
_NAMES = re.compile(rb"\[@(?:%b@,?@)*+\]".replace(b"@", _BLANK) % _STRING)
_EMPTY = re.compile(rb"%b\]" % _BLANK)
# what stands before the change of a resource, in Terraform's order
_FIRST = {
    "address": _STRING,
    "previous_address": _STRING,
    "module_address": _STRING,
    "mode": _PLAIN,
    "type": _PLAIN,
    "name": _PLAIN,
    "index": rb"(?:%b|[0-9]++)" % _STRING,
    "provider_name": _PLAIN,
    "deposed": _PLAIN,
}


_ENTRY: Levels = {}
_CHANGED: Levels = {"change": _ENTRY}
_DOCUMENT: Levels = {
    "resource_changes": _CHANGED,
    "resource_drift": _CHANGED,
    "deferred_changes": {"resource_change": _CHANGED},
}
_MODULE: dict[str, Any] = {"resources": _ENTRY}
_MODULE["child_modules"] = _MODULE
_ANY = "*"  # every key of an object whose keys are names
_CONFIGURATION_MODULE: dict[str, Any] = {"outputs": {_ANY: _ENTRY}, "resources": _ENTRY, "variables": _ENTRY}
_CONFIGURATION_MODULE["module_calls"] = {_ANY: {"module": _CONFIGURATION_MODULE}}
_SECTIONS: Mapping[str, Levels] = {
    "prior_state": {"values": {"root_module": _MODULE}},
    "planned_values": {"root_module": _MODULE},
    "configuration": {"provider_config": {_ANY: _ENTRY}, "root_module": _CONFIGURATION_MODULE},
}


def in_document(text: bytes, document: msgspec.Struct) -> Found | None:
    """The first key that is repeated at the top level of a plan or in an entry of its lists of resources."""
    if is_proven(memoryview(text), document):
        return None
    return next(_search(text, _DOCUMENT, "at the top level"), None)


def is_proven(text: memoryview, document: msgspec.Struct) -> bool:
    """Whether there is none, for certain, also in the sections that `document` has typed."""
    return _object(text, 0, document) is not None


def in_section(raw: msgspec.Raw, name: str, section: msgspec.Struct) -> Found | None:
    """The same for a section, down to its resources."""
    return None if _object(memoryview(raw), 0, section) is not None else in_raw_section(raw, name)


def in_raw_section(raw: msgspec.Raw, name: str) -> Found | None:
    """The same for a section that was not read as what it should be."""
    return next(_search(bytes(raw), _SECTIONS[name], f"in `{name}`"), None)


def _object(text: memoryview, at: int, read: msgspec.Struct | dict[str, Any]) -> int | None:
    """Where the object at `at` ends, if it certainly has no key twice; None where that is still open.

    Every key is met once, is passed together with its value, and after the last one the object ends. A value is passed
    by its own length where it is what was read, which it is not if a later one of the same key was.
    """
    opened = _OPEN.match(text, at)
    if opened is None:
        return None
    at = opened.end()
    if text[at : at + 1].tobytes() == b"}":
        return at + 1
    seen: set[bytes] = set()
    while key := _KEY.match(text, at):
        name = key[1]
        if name in seen or b"\\" in name:
            return None
        seen.add(name)
        if (end := _value(text, key.end(), read, name)) is None or (following := _NEXT.match(text, end)) is None:
            return None
        if following[1] == b"}":
            return following.end(1)
        at = following.end()
    return None


def _value(text: memoryview, at: int, read: msgspec.Struct | dict[str, Any], name: bytes) -> int | None:
    """Where the value at `at` ends; it is that of the key `name` of `read`."""
    if scalar := _SCALAR.match(text, at):
        return scalar.end()
    value = _member(read, name[1:-1].decode("utf-8", "replace"))
    if isinstance(value, msgspec.Raw):
        return at + len(value) if value and _stands(text, at, value) else None
    if isinstance(value, msgspec.Struct | dict):
        return _object(text, at, value)
    if not isinstance(value, tuple) or text[at : at + 1].tobytes() != b"[":
        return None
    if value and not isinstance(value[0], msgspec.Struct):  # names of blocks, which hold no key
        names = _NAMES.match(text, at)
        return names.end() if names else None
    return _list(text, at + 1, value)


def _member(read: msgspec.Struct | dict[str, Any], name: str) -> Any:
    """What was read at a key of the JSON, None where nothing was."""
    if isinstance(read, dict):
        return read.get(name)
    field = _fields(type(read)).get(name)
    return getattr(read, field) if field else None


@cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, str]:
    """The fields of a struct, by the keys of the JSON."""
    return dict(zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True))


def _stands(text: memoryview, at: int, part: msgspec.Raw) -> bool:
    """Whether a part stands there: `Raw` compares at once, a view byte by byte."""
    return msgspec.Raw(text[at : at + len(part)]) == part


def _up_to_change(opened: bytes, colon: bytes, comma: bytes) -> "re.Pattern[bytes]":
    """What passes all that stands before the change of an entry in Terraform's order, spaced like another entry.

    It matches no key twice. Compiled for one spacing it takes half the time that one for any spacing does.
    """
    opened, colon, comma = map(re.escape, (opened, colon, comma))
    keys = (b'(?:"%b"%b%b%b)?' % (name.encode(), colon, value, comma) for name, value in _FIRST.items())
    return re.compile(rb'\{%b%b"change"%b' % (opened, b"".join(keys), colon))


def _list(text: memoryview, at: int, read: tuple[msgspec.Struct, ...]) -> int | None:
    """As `_object`, for a list whose bracket stands before `at`. Compact entries are compared many at a time."""
    if not read:
        ended = _EMPTY.match(text, at)
        return ended.end() if ended else None
    compact, usual = False, None
    # modules hold so much that they are taken one by one
    if read[0].__struct_config__.omit_defaults and (first := _FIRST_ENTRY.match(text, at)):
        at = first.start(1)
        compact = first.groups()[1:] == (b"", b":", b",")
        usual = None if compact else _up_to_change(*first.groups()[1:])
    encoder, again = msgspec.json.Encoder(), bytearray()
    following: re.Match[bytes] | None = None
    for start in range(0, len(read), _CHUNK):
        entries = read[start : start + _CHUNK]
        if compact:
            encoder.encode_into(entries, again)
            with memoryview(again) as whole, whole[1:-1] as inner:
                if _stands(text, at, msgspec.Raw(inner)) and (following := _NEXT.match(text, at + len(inner))):
                    at = following.end()
                    continue
        for entry in entries:
            following = _behind_change(text, at, entry, usual) if usual else None
            if following is None:
                end = _object(text, at, entry)
                following = None if end is None else _NEXT.match(text, end)
                if following is None:
                    return None
            at = following.end()
    return following.end(1) if following and following[1] == b"]" else None


def _behind_change(
    text: memoryview, at: int, read: msgspec.Struct, usual: "re.Pattern[bytes]"
) -> "re.Match[bytes] | None":
    """What ends the entry at `at`, if `usual` fits it and its change is the one that was read."""
    if (first := usual.match(text, at)) is None:
        return None
    change = getattr(read, "change", None)
    end = _object(text, first.end(), change) if isinstance(change, msgspec.Struct) else None
    return None if end is None else _END.match(text, end)


def _search(text: bytes, levels: Levels, where: str) -> Iterator[Found]:
    """Every key that is repeated, whatever the spelling: the slow way, for what could not be told otherwise."""
    kept = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    if bytes(kept.get("address", b"")).startswith(b'"') and levels is not _MODULE:
        where = f"in `{msgspec.json.decode(kept['address'], type=str)}`"
    key = _first(text, kept)
    if key is not None:
        yield key, where
    each = {name: below for key, below in levels.items() for name in (kept if key == _ANY else (key,))}
    for name, below in each.items():
        value = bytes(kept.get(name, b""))
        entries = msgspec.json.decode(value, type=list[msgspec.Raw]) if value.startswith(b"[") else [value]
        for entry in map(bytes, entries):
            if entry.startswith(b"{"):
                yield from _search(entry, below, f"in `{name}`" if name in _DOCUMENT else where)


def _first(text: bytes, kept: Mapping[str, msgspec.Raw]) -> str | None:
    """The first key of an object that it has again later; `kept` is the last value of every key."""
    seen: set[str] = set()
    opened = _OPEN.match(text)
    at = opened.end() if opened else 0
    while key := _KEY.match(text, at):
        name = msgspec.json.decode(key[1], type=str)
        value = kept[name]
        following = _NEXT.match(text, key.end() + len(value))
        if name in seen or not text.startswith(value, key.end()) or following is None:
            return name  # another value than the last one, or the same value again
        seen.add(name)
        at = following.end()
    return None
