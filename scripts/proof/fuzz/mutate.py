"""From a text that means something to one that nearly does."""

import json
import re
from collections.abc import Sequence
from copy import deepcopy
from random import Random
from typing import Any

_TOKENS = re.compile(rb"\w+|\s+|.", re.DOTALL)
_MOST = 40_000  # bytes of a text
_DEEPEST = 200

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e400, 10**20, "", "*", "?", "kms:*", "KMS:*", "arn:aws:kms:*", "\ue000", "\ud800", "\0",
    "${aws:username}", "${*}", "a" * 300, [], {}, [[]], [None], {"": ""}, ["kms:*"], {"AWS": "*"}, "Allow", "Deny",
    "no-op", "create", "delete", "forget", "2012-10-17", "root_module", "{}", "[", '{"Statement": []}',
    "arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::111122223333:role/app", ["create", "delete"],
)  # fmt: skip
WORDS = tuple(
    word.encode()
    for word in (
        "${", "}", "%{ if true }", "%{ endif }", "<<EOT\n", "EOT\n", '"', "\\", "\\u0000", "{", "[", "(", ")", "]",
        "for k, v in", "...", "[*]", ".*", "?", ":", "=>", "=", "==", "&&", "!", "-", "1e999", "null", "each.value",
        "count.index", "local.x", "var.x", "data.aws_iam_policy_document.x.json", "jsonencode(", "jsondecode(",
        "merge(", "concat(", "flatten(", "toset(", "format(", "file(", "try(", "lookup(", "sensitive(", "dynamic",
        "\n", "\r\n", "\t", " ", "\ufeff", "\u2028", "\u0085", "e\u0301", "*", "**", "${*}", "a", "b", "/", "#", "/*",
        "*/", "//", ",", "[[", "]]", "'''", '"""', "2027-01-31", "KMS001",
    )
)  # fmt: skip


def json_or_text(text: bytes, seeds: Sequence[bytes], rng: Random) -> bytes:
    """A JSON text with one to four values changed, or, now and then and where it is none, its text."""
    if rng.random() < 0.15:
        return as_text(text, seeds, rng)
    try:
        value = json.loads(text)
        donor = json.loads(rng.choice(seeds))
        for _ in range(rng.randint(1, 4)):
            value = _changed(value, donor, rng)
        return _written(value, rng)[:_MOST]
    except (ValueError, RecursionError):
        return as_text(text, seeds, rng)


def as_text(text: bytes, seeds: Sequence[bytes], rng: Random) -> bytes:
    """A text with some of its words taken away, doubled, exchanged, or set beside a word or a part of another text."""
    tokens = _TOKENS.findall(text)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(tokens) + 1)
        end = min(len(tokens), at + rng.choice((1, 1, 2, 5, 20)))
        how = rng.randrange(6)
        if how == 0:
            del tokens[at:end]
        elif how == 1:
            tokens[at:at] = tokens[at:end] * rng.choice((1, 1, 2, 30))
        elif how == 2:
            tokens[at:end] = [rng.choice(WORDS)]
        elif how == 3:
            tokens.insert(at, rng.choice(WORDS))
        elif how == 4:
            others = _TOKENS.findall(rng.choice(seeds))
            begin = rng.randrange(len(others) + 1)
            tokens[at:at] = others[begin : begin + rng.randint(1, 20)]
        elif tokens:
            tokens[rng.randrange(len(tokens))] = bytes([rng.randrange(256)])
    return b"".join(tokens)[:_MOST]


def _changed(value: Any, donor: Any, rng: Random) -> Any:
    """A value with one part of it changed, also inside of a JSON text in it."""
    at = _path(value, rng)
    holder, key = value, None
    for step in at[:-1]:
        holder = holder[step]
    if at:
        key = at[-1]
    part = holder[key] if at else value
    if isinstance(part, str) and part[:1] in ("{", "[") and rng.random() < 0.7:
        try:
            inner = json.loads(part)
        except ValueError:
            inner = part
        made: Any = _written(_changed(inner, donor, rng), rng).decode("utf-8", "surrogatepass")
    else:
        made = _other(part, donor, rng)
    if not at:
        return made
    how = rng.random()
    if how < 0.12:
        del holder[key]
    elif how < 0.2 and isinstance(holder, list):
        holder.insert(rng.randrange(len(holder) + 1), json.loads(json.dumps(part)))
    elif how < 0.25 and isinstance(holder, dict):
        holder[f"{key}{rng.choice(('', ' ', 's', 'é', '[0]'))}".upper()] = made
    else:
        holder[key] = made
    return value


def _other(part: Any, donor: Any, rng: Random) -> Any:
    how = rng.randrange(6)
    if how == 0:
        return [part]
    if how == 1 and isinstance(part, (dict, list)):
        return part if not part else next(iter(part.values() if isinstance(part, dict) else part))
    if how == 2:
        for step in _path(donor, rng):
            donor = donor[step]
        return json.loads(json.dumps(donor))
    if how == 3 and isinstance(part, str) and part:
        at = rng.randrange(len(part))
        word = rng.choice([v for v in VALUES if isinstance(v, str)])
        return part[:at] + word + part[at + rng.randrange(3) :]
    if how == 4 and isinstance(part, list):
        return part[::-1] + part[:1] * rng.randrange(3)
    return deepcopy(rng.choice(VALUES))


def _path(value: Any, rng: Random) -> list[Any]:
    """The way to a random part: the deeper, the likelier."""
    found: list[Any] = []
    while isinstance(value, (dict, list)) and value and len(found) < _DEEPEST and rng.random() < 0.93:
        key = rng.choice(list(value)) if isinstance(value, dict) else rng.randrange(len(value))
        found.append(key)
        value = value[key]
    return found


def _written(value: Any, rng: Random) -> bytes:
    text = json.dumps(value, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, None, 1)))
    return text.encode("utf-8", "surrogatepass")
