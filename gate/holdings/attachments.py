"""Who has which document: inline policies, attachments, memberships and boundaries of one plan, before and after."""

from collections.abc import Mapping

from msgspec.structs import replace

from gate.holdings.attached_policies import Attached, AttachedPolicies
from gate.holdings.documents import Document, Place
from gate.holdings.given_boundaries import bound
from gate.holdings.inventory import HeldDocument, Inventory, Link, Manner
from gate.holdings.lost_documents import mark_lost
from gate.holdings.managed_policies import ManagedPolicies
from gate.holdings.mirrors import Entry, Mirrors
from gate.holdings.order import Order
from gate.holdings.parts import Part
from gate.holdings.principal import Principal
from gate.holdings.principals import NamedPrincipal, Principals
from gate.holdings.recipients import certain_recipients, recipients
from gate.holdings.resolve import IamResource, Version
from gate.holdings.resource_types import ASSIGNEE, RESOURCE_TYPES, ResourceType
from gate.plan.attributes import top_of, values_at
from gate.unknown import Unresolved

# types that say who has which inline policy, or which policies attached, and nothing else
_GIVING = frozenset(
    name
    for name, row in RESOURCE_TYPES.items()
    if row.recipients
    if replace(row, recipients=(), documents=(), attaches=(), fixed_name="") == ResourceType(destroyed=row.destroyed)
)
# of principals, by type: the attributes that give them anything besides their documents
_OF_ITS_OWN = {
    name: tuple(map(top_of, (*row.attaches, *((row.boundary,) if row.boundary else ()))))
    for name, row in RESOURCE_TYPES.items()
    if row.own_name and not (row.attaches_by_name or row.joins or row.boundary_by_name)
}


def collect(
    resources: list[IamResource], principals: Principals, policies: ManagedPolicies, order: Order
) -> tuple[Inventory, Inventory]:
    """What everybody has before and after. Mirrors of separate resources in a role's own attributes are left out."""
    collector = _collected(resources, principals, policies, order)
    if principals.are_respelled:
        collector = _collected(resources, principals, policies, order)  # now it is known who is
    _give_to_namesakes(collector.after, principals, order)
    if any(who.kind == ASSIGNEE for each in (collector.before, collector.after) for who in each.containers):
        from gate.holdings.sessions import give_sessions  # most plans have nothing of the identity store

        people = (one.address for one in resources if one.row.is_person and one.acts)
        described = {who for address in people if (who := principals.principal_at(address, after=True)) is not None}
        give_sessions(collector.before, collector.after, order.acts, described)
    mark_lost(collector.before, collector.after, collector.made, order)
    return collector.before, collector.after


def _collected(
    resources: list[IamResource], principals: Principals, policies: ManagedPolicies, order: Order
) -> "_Collector":
    assigned: Mapping[Principal, frozenset[str]] = {}
    if any(one.row.attaches_by_name or one.row.boundary_by_name for one in resources):
        from gate.holdings.assigned_accounts import assigned_accounts  # most plans have no permission sets

        assigned = assigned_accounts(resources, principals)
    collector = _Collector(
        principals,
        AttachedPolicies(principals, policies, assigned, order.waits_for),
        policies,
        Mirrors(resources, principals),
        order,
    )
    for resource in resources:
        collector.add(resource)
    return collector


def _give_to_namesakes(after: Inventory, principals: Principals, order: Order) -> None:
    """Gives what names a renamed principal by a text of its own to whoever may have that name already as well: AWS
    refuses the rename then, and what does not wait for it is written for that one."""
    for namesake, renamed in principals.newly_called.items():
        held = [
            x for x in after.documents.get(renamed, ()) if order.names_by_text(x.given_at.address, namesake, renamed)
        ]
        joined = after.containers.get(renamed, ())
        joined = [(at, x) for at, x in joined if order.names_by_text(x.place.address, namesake, renamed)]
        if held:
            after.documents[namesake] += held
        if joined:
            after.containers[namesake] += joined


class _Collector:
    """`made`: at which addresses the apply gives something anew, or writes it again, and to whom."""

    def __init__(
        self,
        principals: Principals,
        attached: AttachedPolicies,
        policies: ManagedPolicies,
        mirrors: Mirrors,
        order: Order,
    ) -> None:
        self.before, self.after = Inventory(), Inventory()
        self.made: set[tuple[str, Principal]] = set()
        self._principals, self._policies, self._mirrors = principals, policies, mirrors
        self._attached_policies, self._order = attached, order

    def add(self, resource: IamResource) -> None:
        holders: list[NamedPrincipal] | None = None
        stays = self._principals.names_the_same(resource)
        if stays and resource.entry.type in _GIVING:
            self._given_throughout(resource)
            return
        if resource.stays and _has_nothing(resource):
            self._there_throughout(resource)
            return
        for version in resource.versions:
            if isinstance(version.values, dict):
                holders = recipients(self._principals, resource, version) if holders is None or not stays else holders
                if holders:
                    self._add(resource, version, holders)

    def _add(self, resource: IamResource, version: Version, holders: list[NamedPrincipal]) -> None:
        row = resource.row
        part = Part(self.after if version.after else self.before, resource, row, version, holders)
        self._count(part)
        if version.after and not version.kept and (resource.created or (resource.acts and _puts_again(resource))):
            self.made |= {(resource.address, who.principal) for who in holders}
        if row.documents and row.policy is None:
            self._inline(part)
        self._attached(part)
        if row.joins:
            from gate.holdings.joined_groups import join  # most plans have no groups

            join(part, row.joins, self._principals, self._order)
        if row.boundary or row.boundary_by_name:
            bound(part, self._attached_policies, self._policies, self._principals)
        if row.exclusive_names and part.sets(row.exclusive_names):
            names = {name for _, name in values_at(version.values, row.exclusive_names) if isinstance(name, str)}
            for who in holders:
                part.inventory.exclusive_names[who.principal].append((names, part.place(row.exclusive_names)))

    def _count(self, part: Part) -> None:
        """Who the holders are, and what nobody knows that a resource gives them."""
        inventory, resource, row = part.inventory, part.resource, part.row
        for who in part.holders:
            if part.version.after and resource.undecided is not None and not (row.documents or row.is_in_store):
                place = part.place(row.attaches[0] if row.attaches else "")
                unknown = Document(place, Unresolved(reason=resource.undecided))
                inventory.documents[who.principal].append(HeldDocument(unknown))
            if row.own_name:
                inventory.count(who.principal)
            if who.is_unidentified:
                inventory.unidentified.add(who.principal)

    def _inline(self, part: Part) -> None:
        row, found = part.row, part.version.documents
        for top in (path.partition("[]")[0] for path in row.documents if "[]" in path):
            if part.lists(top):
                names = {document.name for document in found}
                for who in part.holders:
                    part.inventory.exclusive_names[who.principal].append((names, part.place(top)))
        for document in found:
            for who in part.holders:
                if row.own_name is None or not self._is_inline_mirror(part, document, who):
                    part.inventory.documents[who.principal].append(_held(document, (), who))

    def _is_inline_mirror(self, part: Part, document: Document, who: NamedPrincipal) -> bool:
        attribute = document.place.attribute
        path = next(path for path in part.row.documents if attribute.startswith(top_of(path)))
        entry = Entry(path, attribute, document.content, part.version.after)
        return self._mirrors.covers(who.principal, document.name, part.resource, entry)

    def _attached(self, part: Part) -> None:
        row = part.row
        attached = list(self._attached_policies.of(part))
        if not attached and not part.resource.acts:
            return
        for each in attached:
            for who in part.holders:
                if row.own_name is None or not self._is_mirror(part, each, who):
                    self._attach(part, each, who)
        for path in row.attaches if row.own_name else ():
            top = path.removesuffix("[]")
            if part.lists(top):
                own = (each for each in attached if each.attribute == top)
                self._exclude_others(part, Manner.BY_ARN, top, self._attached_policies.found(part, own))
        if row.exclusive and part.sets(""):
            listed = self._attached_policies.found(part, attached)
            if row.attaches_by_name:
                self._exclude_others(part, Manner.BY_NAME, row.attaches_by_name.block, listed)
            else:
                self._exclude_others(part, Manner.BY_ARN, row.attaches[0], listed)

    def _given_throughout(self, resource: IamResource) -> None:
        """What is given by a resource that does nothing else, and that the apply leaves as it is: over the same links
        before and after, and the same documents where their policies stay as they are. Most of a plan is that."""
        was, will = resource.versions
        holders = certain_recipients(self._principals, resource, was)
        for who in holders if will.documents else ():
            had = [_held(document, (), who) for document in was.documents]
            stays = will.documents is was.documents
            self._give(who, had, had if stays else [_held(document, (), who) for document in will.documents])
        for path in resource.row.attaches if holders else ():
            account = self._principals.account_id(resource)
            for attribute, arn in values_at(was.values, path):
                if not arn or not isinstance(arn, str):
                    continue  # what stays as it is hides none
                before, after = self._policies.before_and_after(arn, account)
                place = Place(resource.address, attribute)
                for who in holders:
                    links = (Link(place, who.reference, Manner.BY_ARN),)
                    had = [_held(document, links, who) for document in before]
                    has = had if after is before else [self._attached_to(document, links, who) for document in after]
                    self._give(who, had, has)

    def _there_throughout(self, resource: IamResource) -> None:
        """A principal that the apply leaves as it is, and that has nothing by attributes of its own."""
        for inventory, after in ((self.before, False), (self.after, True)):
            own = self._principals.principal_at(resource.address, after=after)
            if own is not None:
                inventory.count(own)

    def _give(self, who: NamedPrincipal, had: list[HeldDocument], has: list[HeldDocument]) -> None:
        """Notes what somebody has before and after the change."""
        if had:
            self.before.documents[who.principal] += had
        if has:
            self.after.documents[who.principal] += has

    def _is_mirror(self, part: Part, attached: Attached, who: NamedPrincipal) -> bool:
        if not attached.name:
            return False
        entry = Entry(f"{attached.attribute}[]", attached.attribute, attached.name, part.version.after)
        return self._mirrors.covers(who.principal, attached.name, part.resource, entry)

    def _attach(self, part: Part, attached: Attached, who: NamedPrincipal) -> None:
        place = Place(part.resource.address, attached.attribute or who.attribute)
        link = Link(place, who.reference, attached.manner)
        for document in attached.documents:
            attach = self._attached_to if part.version.after else _held
            held = attach(document, (link,), who)
            held = replace(held, may_not_come=True) if attached.may_not_come else held
            part.inventory.documents[who.principal].append(held)

    def _attached_to(self, document: Document, links: tuple[Link, ...], who: NamedPrincipal) -> HeldDocument:
        """The document of a managed policy as a principal has it after the change."""
        held = _held(document, links, who)
        return replace(held, may_not_come=True) if self._policies.may_not_come(document) else held

    def _exclude_others(self, part: Part, manner: Manner, path: str, listed: list[Document]) -> None:
        for who in part.holders:
            kept = {document.place.address for document in listed}
            part.inventory.exclusive[who.principal, manner].append((kept, part.place(path)))


def _has_nothing(resource: IamResource) -> bool:
    """Whether a resource that stays as it is, is a principal and gives it nothing."""
    attributes = _OF_ITS_OWN.get(resource.entry.type)
    if attributes is None or resource.deposed not in (None, False):
        return False
    _, will = resource.versions
    return not (will.documents or any(map(resource.before.get, attributes)))


def _puts_again(resource: IamResource) -> bool:
    """Whether an update writes all that the resource gives, as that of an inline policy does."""
    row = resource.row
    return row.exclusive or (bool(row.documents) and row.own_name is None and row.policy is None)


def _held(document: Document, links: tuple[Link, ...], who: NamedPrincipal) -> HeldDocument:
    """A document as a principal has it, which it may be only one of several to have."""
    removed_by = document.place if who.allows_only else None
    return HeldDocument(document, links, removed_by, "" if links else who.reference)
