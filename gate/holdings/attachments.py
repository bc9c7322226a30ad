"""Who has which document: inline policies, attachments, memberships and boundaries of one plan, on both sides."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from gate.holdings import documents
from gate.holdings.documents import Document, Place
from gate.holdings.hidden_values import Evidence
from gate.holdings.inventory import HeldDocument, Inventory, Link
from gate.holdings.lost_documents import mark_lost
from gate.holdings.managed_policies import ManagedPolicies
from gate.holdings.mirrors import Mirrors
from gate.holdings.order import Order
from gate.holdings.principals import NamedPrincipal, Principals
from gate.holdings.resource_types import PERMISSION_SET, RESOURCE_TYPES, ByName, ResourceType
from gate.plan.attributes import values_at
from gate.plan.before_after import ManagedResource
from gate.plan.shapes import UNKNOWN
from gate.unknown import Unresolved


def collect(
    resources: list[ManagedResource],
    principals: Principals,
    policies: ManagedPolicies,
    evidence: Evidence,
    order: Order,
) -> tuple[Inventory, Inventory]:
    """Both columns. Mirrors of separate resources in a role's own attributes are left out (see Mirrors)."""
    mirrors = Mirrors(resources, principals, evidence.references)
    collector = _Collector(principals, policies, evidence, mirrors)
    for resource in resources:
        collector.add(resource)
    made = {resource.address for resource in resources if resource.created or _puts_again(resource)}
    mark_lost(collector.before, collector.after, made, order)
    return collector.before, collector.after


class _Collector:
    def __init__(self, principals: Principals, policies: ManagedPolicies, evidence: Evidence, mirrors: Mirrors) -> None:
        self.before, self.after = Inventory(), Inventory()
        self._principals, self._policies, self._evidence, self._mirrors = principals, policies, evidence, mirrors

    def add(self, resource: ManagedResource) -> None:
        row = RESOURCE_TYPES[resource.type]
        if isinstance(resource.before, dict):
            self._column(self.before, resource, row, resource.before, after=False)
        for values in resource.values_after:
            if isinstance(values, dict):
                self._column(self.after, resource, row, self._unchanged(resource, row, values), after=True)

    def _sets(self, resource: ManagedResource, row: ResourceType, values: Any, path: str) -> bool:
        """Whether the apply makes a list what these values say, and so takes away what is not in it."""
        if values is resource.kept or not resource.acts:
            return False
        top = path.partition("[")[0].partition(".")[0]
        was = resource.before.get(top) if isinstance(resource.before, dict) and not resource.created else None
        return row.own_name is None or values.get(top) != was

    def _unchanged(self, resource: ManagedResource, row: ResourceType, values: Any) -> Any:
        """An Optional and Computed attribute shows as unknown although it stays what it was, if nobody configures it,
        and although it is a constant, if that is an empty list."""
        hidden = [name for name in row.mirrors if values.get(name) is UNKNOWN]
        stale = {
            name: resource.before.get(name) if isinstance(resource.before, dict) else None
            for name in hidden
            if self._is_unset(resource, name)
        }
        empty: dict[str, Any] = {
            name: [] for name in hidden if self._evidence.references.constant(resource, name) == []
        }
        return {**values, **stale, **empty} if stale or empty else values

    def _is_unset(self, resource: ManagedResource, name: str) -> bool:
        """Whether nobody configures an attribute, as far as can be told: a dynamic block shows in the source only."""
        told = (resource.address, name) in self._evidence.told
        if told or self._evidence.references.is_configured(resource, name):
            return False
        blocks = self._evidence.blocks(resource, name)
        return blocks is None or blocks == []

    def _column(
        self, column: Inventory, resource: ManagedResource, row: ResourceType, values: Any, *, after: bool
    ) -> None:
        holders = list(self._holders(resource, row, values, after=after))
        if after and row.stays and values is resource.kept and isinstance(resource.after, dict):
            listed_anew = {who.principal for who in self._holders(resource, row, resource.after, after=True)}
            holders = [who for who in holders if who.principal not in listed_anew]
        if after and resource.undecided is not None and not row.documents:
            place = Place(resource.address, row.attaches[0].removesuffix("[]") if row.attaches else "")
            for who in holders:
                column.documents[who.principal].append(HeldDocument(Document(place, Unresolved((resource.undecided,)))))
        column.unidentified.update(who.principal for who in holders if who.is_unidentified)
        if row.own_name:
            for who in holders:
                column.resources[who.principal] = column.resources.get(who.principal, 0) + 1
        if row.policy is None:
            self._inline(column, resource, row, values, holders, after=after)
        self._attached(column, resource, row, values, holders, after=after)
        if row.joins:
            containers = list(self._principals.named(resource, values, row.joins, after=after))
            self._joined(column, resource, row, containers, holders)
        for who in holders:
            for held in self._boundary(resource, row, values, after=after):
                column.boundaries[who.principal].append(held)
            if row.exclusive_names and after and self._sets(resource, row, values, row.exclusive_names):
                names = {name for _, name in values_at(values, row.exclusive_names)}
                place = Place(resource.address, row.exclusive_names.removesuffix("[]"))
                column.exclusive_names[who.principal].append(({n for n in names if isinstance(n, str)}, place))

    def _joined(
        self,
        column: Inventory,
        resource: ManagedResource,
        row: ResourceType,
        containers: list[NamedPrincipal],
        holders: list[NamedPrincipal],
    ) -> None:
        """Members of a group or permission set. One that the plan does not show has documents that nobody sees, and one
        that can't be told may be any."""
        for container in containers:
            for who in holders:
                place = Place(resource.address, _told(who, container, row))
                link = Link(place, ", ".join(x for x in (who.reference, container.reference) if x))
                if container.is_unidentified:
                    unknown = Document(place, Unresolved(container.references))
                    column.documents[who.principal].append(HeldDocument(unknown, (link,)))
                    continue
                label = self._principals.label(container.principal)
                member = who.principal
                if container.principal.kind == PERMISSION_SET:  # each is a role, and a session, of its own
                    member = replace(member, scope=(*(member.scope or ("assignee", "")), container.principal.name))
                column.containers[member].append((container.principal, link))
                if not self._principals.is_shown(container.principal):
                    column.documents[member].append(HeldDocument(Document(Place(label, ""), None), (link,)))

    def _holders(
        self, resource: ManagedResource, row: ResourceType, values: Any, *, after: bool
    ) -> Iterator[NamedPrincipal]:
        if row.own_name:
            own = self._principals.principal_at(resource.address, after=after)
            if own is not None and resource.deposed in (None, False):
                yield NamedPrincipal(own, row.own_name.path)
            return
        found = [who for to in row.recipients for who in self._principals.named(resource, values, to, after=after)]
        gone = values is resource.kept  # with its principal
        if not found and after and not gone and row.recipients and not any("[]" in to.path for to in row.recipients):
            found = [self._principals.unidentified(resource, row.recipients[0])]  # it goes to somebody, whoever that is
        yield from found

    def _inline(
        self,
        column: Inventory,
        resource: ManagedResource,
        row: ResourceType,
        values: Any,
        holders: list[NamedPrincipal],
        *,
        after: bool,
    ) -> None:
        if after:
            only = (
                replace(resource, after=values, kept=None)
                if values is not resource.kept
                else replace(resource, after=None)
            )
            found = list(documents.after(only, row, self._evidence))
        else:
            found = list(documents.before(resource, row, self._evidence))
        tops = [path.partition("[]")[0] for path in row.documents if "[]" in path and row.own_name and after]
        for top in tops:
            if self._sets(resource, row, values, top) and self._evidence.references.is_configured(resource, top):
                names = {document.name for document in found if document.name}
                for who in holders:
                    column.exclusive_names[who.principal].append((names, Place(resource.address, top)))
        for document in found:
            path = next(p for p in row.documents if document.place.attribute.startswith(p.split("[")[0].split(".")[0]))
            for who in holders:
                mirrored = row.own_name and self._mirrors.covers(
                    who.principal,
                    document.name,
                    resource,
                    path,
                    document.place.attribute,
                    document.content,
                    after=after,
                )
                if not mirrored:
                    column.documents[who.principal].append(_held(document, (), who))

    def _attached(
        self,
        column: Inventory,
        resource: ManagedResource,
        row: ResourceType,
        values: Any,
        holders: list[NamedPrincipal],
        *,
        after: bool,
    ) -> None:
        attached: list[tuple[str, str, str, list[Document]]] = []
        for path in row.attaches:
            for attribute, arn in values_at(values, path):
                found = list(self._behind(resource, path, attribute, arn, after=after))
                attached.append(("arn", attribute, arn if isinstance(arn, str) else "", found))
        if row.attaches_by_name:
            attached += self._by_name(resource, values, row.attaches_by_name, after=after)
        if row.policy and row.recipients:
            planned = self._policies.planned.get(resource.address)
            own = (planned.after if after else planned.before) if planned else ()
            attached.append(("arn", "", "", list(own)))
        for manner, attribute, name, found in attached:
            for who in holders:
                place = Place(resource.address, attribute or who.attribute)
                if (
                    row.own_name
                    and name
                    and self._mirrors.covers(
                        who.principal, name, resource, f"{attribute}[]", attribute, name, after=after
                    )
                ):
                    continue
                for document in found:
                    link = Link(place, who.reference, manner)
                    column.documents[who.principal].append(_held(document, (link,), who))
                    if row.detaches_others and after and self._sets(resource, row, values, attribute):
                        column.detaches_others.setdefault(document.place.address, (set(), place))[0].add(who.principal)
        for path in row.attaches if row.own_name and after else ():
            top = path.removesuffix("[]")
            if self._sets(resource, row, values, top) and self._evidence.references.is_configured(resource, top):
                listed = {document.place.address for _, at_, _, found in attached if at_ == top for document in found}
                for who in holders:
                    column.exclusive[who.principal, "arn"].append((listed, Place(resource.address, top)))
        if row.exclusive and after and self._sets(resource, row, values, ""):
            for who in holders:
                listed = {document.place.address for _, _, _, found in attached for document in found}
                manner, path = (
                    ("name", row.attaches_by_name.block) if row.attaches_by_name else ("arn", row.attaches[0])
                )
                place = Place(resource.address, path.removesuffix("[]"))
                column.exclusive[who.principal, manner].append((listed, place))

    def _behind(
        self, resource: ManagedResource, path: str, attribute: str, arn: Any, *, after: bool
    ) -> Iterator[Document]:
        if arn is UNKNOWN:
            account = self._principals.account_id(resource)
            yield from self._policies.referred(resource, path, attribute, account)
        elif isinstance(arn, str) and arn:
            account = self._principals.account_id(resource)
            yield from self._policies.document(arn, account, after=after)

    def _by_name(
        self, resource: ManagedResource, values: Any, named: ByName, *, after: bool
    ) -> Iterator[tuple[str, str, str, list[Document]]]:
        for attribute, block in values_at(values, named.block):
            name = block.get(named.name) if isinstance(block, dict) else UNKNOWN
            path = block.get(named.path) if isinstance(block, dict) else None
            if name is UNKNOWN:
                unknown = Document(Place(resource.address, attribute), Unresolved())
                yield "name", attribute, "", [unknown]
            else:
                yield "name", attribute, "", list(self._policies.named(name, path, after=after))

    def _boundary(
        self, resource: ManagedResource, row: ResourceType, values: Any, *, after: bool
    ) -> Iterator[HeldDocument]:
        if row.boundary:
            for attribute, arn in values_at(values, row.boundary):
                link = Link(Place(resource.address, attribute))
                for document in self._behind(resource, row.boundary, attribute, arn, after=after):
                    yield HeldDocument(document, (link,))
        if row.boundary_by_name:
            for _, attribute, _, found in self._by_name(resource, values, row.boundary_by_name, after=after):
                for document in found:
                    yield HeldDocument(document, (Link(Place(resource.address, attribute)),))


def _puts_again(resource: ManagedResource) -> bool:
    """Whether an update writes all that the resource gives, as that of an inline policy does."""
    row = RESOURCE_TYPES[resource.type]
    writes = row.exclusive or (bool(row.documents) and row.own_name is None and row.policy is None)
    return writes and resource.acts and isinstance(resource.after, dict)


def _held(document: Document, links: tuple[Link, ...], who: NamedPrincipal) -> HeldDocument:
    """A document as a principal has it, which it may be only one of several to have."""
    removed_by = document.place if who.allows_only else None
    return HeldDocument(document, links, removed_by, "" if links else who.reference)


def _told(who: NamedPrincipal, container: NamedPrincipal, row: ResourceType) -> str:
    """The attribute of a membership that says it: the list, of the two that it connects."""
    for holders, resolved in ((row.joins, container), *((to, who) for to in row.recipients)):
        if holders and holders.path.endswith("[]"):
            return resolved.attribute
    return container.attribute
