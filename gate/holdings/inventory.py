"""Everything that principals have before a change, or after it."""

from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import msgspec

from gate.holdings.documents import Document, Place
from gate.holdings.principal import Principal
from gate.holdings.resource_types import GROUP


class Manner(StrEnum):
    """What connects a holder with a document."""

    MEMBERSHIP = ""
    BY_ARN = "arn"
    BY_NAME = "name"


class Link(msgspec.Struct, frozen=True, gc=False, order=True):
    """What connects a holder with a document: an attachment by ARN or by name, or a membership.

    `rests_on` is the reference, if it takes one at face value. One that is `unsure` may connect another holder, or
    another group. One that `may_be_another` may lead to the group that has the name of one that the plan makes.
    """

    place: Place
    rests_on: str = ""
    manner: Manner = Manner.MEMBERSHIP
    unsure: bool = False
    may_be_another: bool = False


class HeldDocument(msgspec.Struct, frozen=True, gc=False):
    """A document as one holder has it, over `links` (none for an inline policy).

    `removed_by` is the place of what takes it away, overwrites it or leaves it out: it may be there for a while, whole,
    and then it is gone, from the start where it `is_gone` with a principal that is made anew. `may_be_lost_at` is where
    the apply deletes what it creates again at another place: it may be gone after the apply. One that `may_not_come` is
    attached later, or never. `goes_over` is the membership that goes, where all that comes over it goes with it; what
    `goes_by_itself` may be gone from the group, too. Where `holder_is_uncertain`, it belongs to somebody unidentified,
    who may be this holder: what it allows may be allowed here. `rests_on` is the reference that was taken at face value
    for whose inline policy it is. `joined_at` is the membership that is new, where the group had the document before.
    """

    document: Document
    links: tuple[Link, ...] = ()
    removed_by: Place | None = None
    rests_on: str = ""
    may_be_lost_at: Place | None = None
    holder_is_uncertain: bool = False
    goes_over: tuple[Principal, Place] | None = None
    goes_by_itself: bool = False
    may_not_come: bool = False
    is_gone: bool = False
    joined_at: Place | None = None

    @property
    def given_at(self) -> Place:
        """Where the holder itself is given it: its inline policy, attachment or membership."""
        return self.links[-1].place if self.links else self.document.place


def _lists() -> Any:
    return defaultdict(list)


class Inventory(msgspec.Struct):
    """What every principal has, before the change or after it.

    `documents` are its own and those attached to it, `containers` the groups and permission sets that it belongs to,
    `boundaries` what bounds it. `resources` counts the resources that are a principal: two of them share a name.
    `exclusive` are the places of lists that take away every other attachment, with the documents that they leave, by
    what they list (`Link.manner`); `exclusive_names` the same for the names of inline policies. `unidentified`
    are principals that are not identified: each may be anybody of its kind.
    """

    documents: dict[Principal, list[HeldDocument]] = msgspec.field(default_factory=_lists)
    containers: dict[Principal, list[tuple[Principal, Link]]] = msgspec.field(default_factory=_lists)
    boundaries: dict[Principal, list[HeldDocument]] = msgspec.field(default_factory=_lists)
    resources: dict[Principal, int] = msgspec.field(default_factory=dict)
    exclusive: dict[tuple[Principal, Manner], list[tuple[set[str], Place]]] = msgspec.field(default_factory=_lists)
    exclusive_names: dict[Principal, list[tuple[set[str], Place]]] = msgspec.field(default_factory=_lists)
    unidentified: set[Principal] = msgspec.field(default_factory=set)

    def count(self, principal: Principal) -> None:
        """Notes one more resource that is a principal."""
        self.resources[principal] = self.resources.get(principal, 0) + 1

    def given_at(self, principal: Principal) -> Iterator[Place]:
        """Where a principal is given something: its inline policies, attachments and memberships."""
        yield from (one.given_at for one in self.documents.get(principal, ()))
        yield from (link.place for _, link in self.containers.get(principal, ()))

    def groups(self, principal: Principal) -> int:
        """In how many groups a user is, as far as the plan shows."""
        joined = self.containers.get(principal)
        return len({container for container, _ in joined if container.kind == GROUP}) if joined else 0

    def unidentified_in(self) -> dict[tuple[str, str], list[Principal]]:
        """Those who are not identified, by their kind and account."""
        found: dict[tuple[str, str], list[Principal]] = defaultdict(list)
        for principal in sorted(self.unidentified):
            found[principal.kind, principal.account].append(principal)
        return found
