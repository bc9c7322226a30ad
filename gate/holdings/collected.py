"""Everything that principals have on one side of a change, as it is collected."""

from collections import defaultdict
from typing import Any

import msgspec

from gate.holdings.documents import Document, Place
from gate.holdings.principals import Principal


class Link(msgspec.Struct, frozen=True, gc=False, order=True):
    """What connects a holder with a document: an attachment by ARN or by name, or a membership.

    `rests_on` is the reference, if it takes one at face value.
    """

    place: Place
    rests_on: str = ""
    manner: str = ""


class Held(msgspec.Struct, frozen=True, gc=False):
    """A document as one holder has it, over `links` (none for an inline policy).

    One that something else takes away, overwrites or leaves out is `withdrawn` by that: what it denies no longer
    counts, what it allows may for a while. One that is deleted at one place and created at another, `unordered`, may be
    gone after the apply. One of somebody who can't be told, which may be this holder, is `possible`: what it allows may
    be allowed here. `rests_on` is the reference that was taken at face value for whose inline policy it is.
    """

    document: Document
    links: tuple[Link, ...] = ()
    withdrawn: Place | None = None
    rests_on: str = ""
    unordered: Place | None = None
    possible: bool = False


def _lists() -> Any:
    return defaultdict(list)


class Column(msgspec.Struct):
    """All of one side. `resources` counts the resources that are a principal: two of them share a name. `nobodies` are
    principals that can't be told: each may be anybody of its kind.
    """

    documents: dict[Principal, list[Held]] = msgspec.field(default_factory=_lists)
    containers: dict[Principal, list[tuple[Principal, Link]]] = msgspec.field(default_factory=_lists)
    boundaries: dict[Principal, list[Held]] = msgspec.field(default_factory=_lists)
    resources: dict[Principal, int] = msgspec.field(default_factory=dict)
    exclusive: dict[tuple[Principal, str], list[tuple[set[str], Place]]] = msgspec.field(default_factory=_lists)
    kept_names: dict[Principal, list[tuple[set[str], Place]]] = msgspec.field(default_factory=_lists)
    nobodies: set[Principal] = msgspec.field(default_factory=set)
    only_to: dict[str, tuple[set[Principal], Place]] = msgspec.field(default_factory=dict)
