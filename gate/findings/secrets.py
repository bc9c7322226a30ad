"""Findings without the secrets of a plan."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.report import Finding
from gate.text.sensitive import HIDDEN, SHORTEST

_KEPT = ("rule", "name", "level", "plan", "address", "previous_address", "kind")
_DIGESTS = ("fingerprint", "grant", "cause", "alike")  # of the secret too


def without(finding: Finding, secrets: Iterable[str]) -> Finding:
    """A finding in which no secret stands: what one attribute marks, a provider may repeat in another without mark.

    Where it stands stays as it is: Terraform lets no sensitive value into an address.
    """
    long = _long(secrets)
    finding = _without_example(finding, long)
    raw = msgspec.json.encode(finding)
    spellings = [spelling for text in long for spelling in _spellings(text) if _within(spelling) in raw]
    if not spellings:
        return finding
    told = msgspec.to_builtins(finding)
    kept = {name: told[name] for name in _KEPT}
    found = msgspec.convert(_hidden(told, spellings) | kept, Finding)
    if found == finding:
        return finding
    return replace(found, **{name: slow_digest(getattr(finding, name)) for name in _DIGESTS})


def _without_example(finding: Finding, secrets: list[str]) -> Finding:
    """A finding whose witness is on no resource that was made of a secret one: what stands between its wildcards is in
    there."""
    witness = finding.witness
    pieces = (piece for text in secrets for piece in re.split("[*?]+", str.__str__(text))) if witness else ()
    if witness is None or not any(len(piece) >= SHORTEST and piece in witness.resource for piece in pieces):
        return finding
    return replace(finding, witness=replace(witness, resource=HIDDEN))


def _spellings(secret: str) -> tuple[str, ...]:
    """A secret as it stands in a JSON text, and by itself."""
    text = str.__str__(secret)
    return tuple(dict.fromkeys((_in_json(text), text)))


def _within(text: str) -> bytes:
    return _in_json(text).encode("utf-8", "surrogatepass")


def _in_json(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)[1:-1]


def _hidden(value: Any, spellings: Iterable[str]) -> Any:
    """A value of JSON without some texts, but for the names of its fields."""
    if isinstance(value, str):
        for spelling in spellings:
            value = value.replace(spelling, HIDDEN)
        return value
    if isinstance(value, dict):
        return {name: _hidden(member, spellings) for name, member in value.items()}
    return [_hidden(member, spellings) for member in value] if isinstance(value, (list, tuple)) else value


@lru_cache(maxsize=4096)
def slow_digest(text: str) -> str:
    """A digest of what may be guessed: each guess costs what one of a password does.

    scrypt: https://datatracker.ietf.org/doc/html/rfc7914
    """
    from hashlib import scrypt

    return scrypt(text.encode("utf-8", "surrogatepass"), salt=b"gate", n=1 << 13, r=8, p=1, dklen=32).hex()


def text_without(text: str, secrets: Iterable[str]) -> str:
    """A text in which no secret stands."""
    for secret in _long(secrets):
        text = text.replace(str.__str__(secret), HIDDEN)
    return text


def _long(secrets: Iterable[str]) -> list[str]:
    return sorted({text for text in secrets if len(text) >= SHORTEST}, key=len, reverse=True)
