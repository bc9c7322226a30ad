"""Who has which document: inline policies, attachments, memberships and boundaries of one plan, on both sides."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.terraform import documents
from gate.terraform.attributes import at
from gate.terraform.documents import Document, Place
from gate.terraform.evidence import Evidence
from gate.terraform.managed import ManagedPolicies
from gate.terraform.plan import UNKNOWN
from gate.terraform.principals import Principal, Principals, Resolved
from gate.terraform.resource_types import RESOURCE_TYPES, ByName, ResourceType
from gate.terraform.sides import Sides


class Link(msgspec.Struct, frozen=True, gc=False, order=True):
    """What connects a holder with a document: an attachment by ARN or by name, or a membership.

    `rests_on` is the reference, if it takes one at face value.
    """

    place: Place
    rests_on: str = ""
    manner: str = ""


class Held(msgspec.Struct, frozen=True, gc=False):
    """A document as one holder has it, over `links` (none for an inline policy). Where an exclusive list leaves it
    out it is `withdrawn` by that list: what it denies no longer counts, what it allows may for a while. `rests_on` is
    the reference that was taken at face value for whose inline policy it is.
    """

    document: Document
    links: tuple[Link, ...] = ()
    withdrawn: Place | None = None
    rests_on: str = ""


def _lists() -> Any:
    return defaultdict(list)


class Column(msgspec.Struct):
    """All of one side while it is being collected."""

    documents: dict[Principal, list[Held]] = msgspec.field(default_factory=_lists)
    containers: dict[Principal, list[tuple[Principal, Link]]] = msgspec.field(default_factory=_lists)
    boundaries: dict[Principal, list[Held]] = msgspec.field(default_factory=_lists)
    exclusive: dict[tuple[Principal, str], list[tuple[set[str], Place]]] = msgspec.field(default_factory=_lists)
    kept_names: dict[Principal, list[tuple[set[str], Place]]] = msgspec.field(default_factory=_lists)
    only_to: dict[str, tuple[set[Principal], Place]] = msgspec.field(default_factory=dict)


def collect(
    sides: list[Sides], principals: Principals, policies: ManagedPolicies, evidence: Evidence
) -> tuple[Column, Column]:
    """Both columns. Mirrors of separate resources in a role's own attributes are left out (see Mirrors)."""
    mirrors = _Mirrors(sides, principals)
    collector = _Collector(principals, policies, evidence, mirrors)
    for side in sides:
        collector.add(side)
    _take_away(collector.after)
    return collector.before, collector.after


class _Mirrors:
    """After a refresh, a role also shows the policies and attachments that separate resources manage, with stale text.

    An entry is a mirror if a separate resource of the plan owns it and the role's own change leaves it as it was. What
    only comes to a separate resource with this change was the role's own before.
    """

    def __init__(self, sides: list[Sides], principals: Principals) -> None:
        self._before: set[tuple[Principal, str]] = set()
        self._ever: set[tuple[Principal, str]] = set()
        for side in sides:
            row = RESOURCE_TYPES[side.resource.type]
            if row.itself or row.policy:
                continue
            for values, after in ((side.before, False), *((values, True) for values in side.attached)):
                for who in (found for to in row.to for found in principals.named(side, values, to, after=after)):
                    names = [documents.name(values, path) for path in row.documents]
                    arns = [arn for path in row.attaches for _, arn in at(values, path) if isinstance(arn, str)]
                    owned = {(who.principal, text) for text in (*names, *arns) if text}
                    self._ever |= owned
                    self._before |= set() if after else owned

    def covers(
        self, principal: Principal, name: str, side: Sides, path: str, attribute: str, value: Any, *, after: bool
    ) -> bool:
        """Whether an entry is a mirror: `name` is the inline policy's name, or the ARN."""
        if (principal, name) not in (self._ever if after else self._before):
            return False
        if side.before is None or side.after is None:
            return side.after is None
        top = path.split(".")[0].removesuffix("[]")
        if side.after.get(top) is UNKNOWN:
            return True
        return all((attribute, value) in list(at(values, path)) for values in (side.before, side.after))


class _Collector:
    def __init__(
        self, principals: Principals, policies: ManagedPolicies, evidence: Evidence, mirrors: _Mirrors
    ) -> None:
        self.before, self.after = Column(), Column()
        self._principals, self._policies, self._evidence, self._mirrors = principals, policies, evidence, mirrors

    def add(self, side: Sides) -> None:
        row = RESOURCE_TYPES[side.resource.type]
        if isinstance(side.before, dict):
            self._column(self.before, side, row, side.before, after=False)
        for values in side.attached:
            if isinstance(values, dict):
                self._column(self.after, side, row, self._unchanged(side, row, values), after=True)

    def _unchanged(self, side: Sides, row: ResourceType, values: Any) -> Any:
        """An Optional and Computed attribute that nobody configures stays what it was, though it shows as unknown."""
        stale = {
            name: side.before.get(name) if isinstance(side.before, dict) else None
            for name in row.mirrors
            if values.get(name) is UNKNOWN and self._is_unset(side, name)
        }
        return {**values, **stale} if stale else values

    def _is_unset(self, side: Sides, name: str) -> bool:
        """Whether nobody configures an attribute, as far as can be told: a dynamic block shows in the source only."""
        if self._evidence.references.is_configured(side.resource, name):
            return False
        blocks = self._evidence.blocks(side.resource, name)
        return blocks is None or blocks == []

    def _column(self, column: Column, side: Sides, row: ResourceType, values: Any, *, after: bool) -> None:
        holders = list(self._holders(side, row, values, after=after))
        if row.policy is None:
            self._inline(column, side, row, values, holders, after=after)
        self._attached(column, side, row, values, holders, after=after)
        if row.joins:
            for container in self._principals.named(side, values, row.joins, after=after):
                for who in holders:
                    place = Place(side.resource.address, _told(who, container, row))
                    link = Link(place, ", ".join(x for x in (who.reference, container.reference) if x))
                    column.containers[who.principal].append((container.principal, link))
        for who in holders:
            for held in self._boundary(side, row, values, after=after):
                column.boundaries[who.principal].append(held)
            if row.keeps:
                names = {name for _, name in at(values, row.keeps)}
                if UNKNOWN not in names:
                    place = Place(side.resource.address, row.keeps.removesuffix("[]"))
                    column.kept_names[who.principal].append(({n for n in names if isinstance(n, str)}, place))

    def _holders(self, side: Sides, row: ResourceType, values: Any, *, after: bool) -> Iterator[Resolved]:
        if row.itself:
            own = self._principals.of(side.resource.address)
            if own is not None and side.resource.deposed in (None, False):
                yield Resolved(own, row.itself.path)
            return
        for to in row.to:
            yield from self._principals.named(side, values, to, after=after)

    def _inline(
        self, column: Column, side: Sides, row: ResourceType, values: Any, holders: list[Resolved], *, after: bool
    ) -> None:
        if after:
            only = replace(side, after=values, kept=None) if values is not side.kept else replace(side, after=None)
            found = list(documents.after(only, row, self._evidence))
        else:
            found = list(documents.before(side, row))
        for document in found:
            path = next(p for p in row.documents if document.place.attribute.startswith(p.split("[")[0].split(".")[0]))
            for who in holders:
                mirrored = row.itself and self._mirrors.covers(
                    who.principal, document.name, side, path, document.place.attribute, document.content, after=after
                )
                if not mirrored:
                    column.documents[who.principal].append(Held(document, rests_on=who.reference))

    def _attached(
        self, column: Column, side: Sides, row: ResourceType, values: Any, holders: list[Resolved], *, after: bool
    ) -> None:
        attached: list[tuple[str, str, str, list[Document]]] = []
        for path in row.attaches:
            for attribute, arn in at(values, path):
                found = list(self._behind(side, path, attribute, arn, after=after))
                attached.append(("arn", attribute, arn if isinstance(arn, str) else "", found))
        if row.attaches_by_name:
            attached += self._by_name(values, row.attaches_by_name, after=after)
        if row.policy and row.to:
            planned = self._policies.planned.get(side.resource.address)
            own = (planned.after if after else planned.before) if planned else ()
            attached.append(("arn", "", "", list(own)))
        for manner, attribute, name, found in attached:
            for who in holders:
                place = Place(side.resource.address, attribute or who.attribute)
                if (
                    row.itself
                    and name
                    and self._mirrors.covers(who.principal, name, side, f"{attribute}[]", attribute, name, after=after)
                ):
                    continue
                for document in found:
                    link = Link(place, who.reference, manner)
                    column.documents[who.principal].append(Held(document, (link,)))
                    if row.only_to:
                        column.only_to.setdefault(document.place.address, (set(), place))[0].add(who.principal)
        if row.exclusive:
            for who in holders:
                listed = {document.place.address for _, _, _, found in attached for document in found}
                manner, path = (
                    ("name", row.attaches_by_name.block) if row.attaches_by_name else ("arn", row.attaches[0])
                )
                place = Place(side.resource.address, path.removesuffix("[]"))
                column.exclusive[who.principal, manner].append((listed, place))

    def _behind(self, side: Sides, path: str, attribute: str, arn: Any, *, after: bool) -> Iterator[Document]:
        if arn is UNKNOWN:
            account = self._principals.account(side.resource, "", None)
            yield from self._policies.referred(side.resource, path, attribute, account)
        elif isinstance(arn, str) and arn:
            account = self._principals.account(side.resource, "", None)
            yield from self._policies.document(arn, account, after=after)

    def _by_name(self, values: Any, named: ByName, *, after: bool) -> Iterator[tuple[str, str, str, list[Document]]]:
        for attribute, block in at(values, named.block):
            if isinstance(block, dict):
                name, path = block.get(named.name), block.get(named.path)
                yield "name", attribute, "", list(self._policies.named(name, path, after=after))

    def _boundary(self, side: Sides, row: ResourceType, values: Any, *, after: bool) -> Iterator[Held]:
        if row.boundary:
            for attribute, arn in at(values, row.boundary):
                link = Link(Place(side.resource.address, attribute))
                for document in self._behind(side, row.boundary, attribute, arn, after=after):
                    yield Held(document, (link,))
        if row.boundary_by_name:
            for _, attribute, _, found in self._by_name(values, row.boundary_by_name, after=after):
                for document in found:
                    yield Held(document, (Link(Place(side.resource.address, attribute)),))


def _told(who: Resolved, container: Resolved, row: ResourceType) -> str:
    """The attribute of a membership that says it: the list, of the two that it connects."""
    for holders, resolved in ((row.joins, container), *((to, who) for to in row.to)):
        if holders and holders.path.endswith("[]"):
            return resolved.attribute
    return container.attribute


def _take_away(column: Column) -> None:
    """Marks what exclusive lists leave out."""
    for principal, held in column.documents.items():
        for i, entry in enumerate(held):
            place = _withdrawing(entry, principal, column)
            if place is not None:
                held[i] = replace(entry, withdrawn=place)


def _withdrawing(entry: Held, principal: Principal, column: Column) -> Place | None:
    document = entry.document
    if not entry.links:
        lists = column.kept_names.get(principal, [])
        return next((place for names, place in lists if document.name and document.name not in names), None)
    only, only_place = column.only_to.get(document.place.address, (None, None))
    if only is not None and principal not in only:
        return only_place
    lists = column.exclusive.get((principal, entry.links[0].manner), [])
    return next((place for addresses, place in lists if document.place.address not in addresses), None)
