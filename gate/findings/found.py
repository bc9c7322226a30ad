"""What rules look at, and what they find."""

import json
from typing import Any, Literal

import msgspec

from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holdings
from gate.iam.service import Service
from gate.new_access.introduced import Grant, Introduced
from gate.new_access.meaning import Former

Action = Literal["block", "warn"]


class Seen(msgspec.Struct, frozen=True, gc=False):
    """All that a rule may look at: what is new for every holder of one plan, in one protected service."""

    introduced: tuple[Introduced, ...]
    holdings: Holdings
    former: Former
    service: Service
    sourced: bool = False  # whether the source was at hand


class Found(msgspec.Struct, frozen=True, gc=False):
    """What a rule found for one holder, or for nobody in particular, at one place.

    `rank` orders the finds that become one finding: the first gives the message and the witness. `about` is what the
    fingerprint covers besides the place. `action` overrides the rule's default. `of_all`: the message speaks of all
    principals already.
    """

    place: Place
    message: str
    principals: tuple[str, ...] = ()
    rank: int = 0
    grant: Grant | None = None
    about: tuple[str, ...] = ()
    remedy: tuple[str, ...] = ()
    example: tuple[str, ...] = ()
    action: Action | None = None
    of_all: bool = False
    documents: tuple[Document, ...] = ()


def digest(parts: Any) -> str:
    """A digest of JSON values; whole, since a waiver may be bound to it and must not be forged."""
    from hashlib import sha256

    return sha256(json.dumps(parts).encode()).hexdigest()
