"""Findings without the secrets of a plan."""

import json
from collections.abc import Iterable
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from gate.report import Finding
from gate.text.sensitive import HIDDEN, SHORTEST

_KEPT = ("rule", "name", "level", "plan", "address", "previous_address")
_DIGESTS = ("fingerprint", "grant", "cause", "alike")  # of the secret too


def without(finding: Finding, secrets: Iterable[str]) -> Finding:
    """A finding in which no secret stands: what one attribute marks, a provider may repeat in another without mark.

    Where it stands stays as it is: Terraform lets no sensitive value into an address.
    """
    raw = written = msgspec.json.encode(finding)
    for text in _long(secrets):
        once = json.dumps(str.__str__(text), ensure_ascii=False)[1:-1]
        for spelling in (json.dumps(once, ensure_ascii=False)[1:-1], once):
            written = written.replace(spelling.encode(), HIDDEN.encode())
    if written == raw:
        return finding
    found = msgspec.json.decode(written, type=Finding)
    kept = {name: getattr(finding, name) for name in _KEPT}
    return replace(found, **kept, **{name: slow_digest(getattr(finding, name)) for name in _DIGESTS})


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
