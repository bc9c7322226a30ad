"""Repeated keys, which JSON readers drop without a word: of two `resource_changes` the last one would be believed.

Source: RFC 8259, section 4, leaves the meaning of an object with a repeated key open. Terraform never writes one. Equal
are keys that are equal once their escapes are read: `"resource\\u005fchanges"` is `"resource_changes"`.

What Terraform writes is proven at the cost of a comparison: what was read holds no key twice, so text that is what was
read, written again, holds none either. Only where that fails are the keys themselves looked at (repeated_keys).
"""

from typing import Any

import msgspec

from gate.strict_json import is_what_was_read

Json = Any
_SMALL = 1 << 16  # bytes: reading all of it costs less than loading what looks at keys


class Repeated(msgspec.Struct, frozen=True, gc=False):
    """A key that one object has twice; `where` is for people: "at the top level", "in `aws_iam_role.a`"."""

    key: str
    where: str


def in_document(text: bytes, document: msgspec.Struct) -> Repeated | None:
    """The first key that is repeated at the top level of a plan or in an entry of its lists of resources.

    `document` is what msgspec made of `text`. What it holds as it is written (`msgspec.Raw`) is not looked into. Raises
    msgspec.MsgspecError, UnicodeDecodeError or RecursionError where that can't be told.
    """
    if _is_proven_at_once(text):
        return None
    from gate.plan import repeated_keys

    found = repeated_keys.in_document(text, document)
    return Repeated(*found) if found else None


def is_proven(text: memoryview, document: msgspec.Struct) -> bool:
    """Whether a document, with every section that it has typed, certainly has no key twice. Raises like `in_document`,
    which says where nothing is proven whether there is one."""
    if _is_proven_at_once(text):
        return True
    from gate.plan import repeated_keys

    return repeated_keys.is_proven(text, document)


def in_section(raw: msgspec.Raw, name: str, section: msgspec.Struct) -> Repeated | None:
    """The same for `prior_state` and `configuration`, down to their resources; `raw` is too large to copy."""
    if _is_proven_at_once(raw):
        return None
    from gate.plan import repeated_keys

    found = repeated_keys.in_section(raw, name, section)
    return Repeated(*found) if found else None


def repeated_in(raw: msgspec.Raw, name: str) -> Repeated | None:
    """The same for a section that was not read as what it should be. Raises like `in_document`."""
    from gate.plan import repeated_keys

    found = repeated_keys.in_raw_section(raw, name)
    return Repeated(*found) if found else None


def anywhere(raw: bytes | msgspec.Raw, read: Json, where: str) -> Repeated | None:
    """A key that is repeated in any object of a JSON text, at whatever depth; `read` is what msgspec made of it.

    `where` says what the text is. Raises RecursionError where it is nested too deeply to tell.
    """
    text = bytes(raw)
    if is_what_was_read(text, read):
        return None
    import json

    repeated: list[str] = []

    def members(pairs: list[tuple[str, Json]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                repeated.append(name)
            seen.add(name)

    # numbers are not converted: their length has a limit in Python, and none in JSON
    json.loads(text.decode(), object_pairs_hook=members, parse_int=len, parse_float=len)
    return Repeated(repeated[0], where) if repeated else None


def _is_proven_at_once(text: bytes | memoryview | msgspec.Raw) -> bool:
    """Whether a small text is certainly without a repeated key at any depth. What can't be read proves nothing."""
    if len(text) > _SMALL:
        return False
    try:
        return is_what_was_read(bytes(text), msgspec.json.decode(text))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
