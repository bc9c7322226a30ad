"""Who joins a group or a permission set by a membership or an assignment."""

from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.inventory import HeldDocument, Link
from gate.holdings.order import Order
from gate.holdings.parts import Part
from gate.holdings.principal import Principal
from gate.holdings.principals import NamedPrincipal, Principals
from gate.holdings.resource_types import ASSIGNEE, PERMISSION_SET, PrincipalNames, ResourceType
from gate.unknown import Unresolved


def join(part: Part, joins: PrincipalNames, principals: Principals, order: Order) -> None:
    """Notes the members of a group or permission set. One that the plan does not show has documents that nobody sees,
    as one may have that the plan makes, and that its members do not wait for; and one that can't be told may be any."""
    row, inventory = part.row, part.inventory
    for container in principals.named(part.resource, part.version, joins):
        for who in part.holders:
            place = Place(part.resource.address, _joined_at(joins, row, container, who))
            told = ", ".join(x for x in (who.reference, container.reference) if x)
            is_namesake = _may_be_another(container.principal, place, principals, order)
            unsure = who.allows_only or container.allows_only
            link = Link(place, told, unsure=unsure, may_be_another=is_namesake)
            if container.is_unidentified:
                unknown = Document(place, Unresolved(container.references))
                inventory.documents[who.principal].append(HeldDocument(unknown, (link,)))
                continue
            member = who.principal
            if container.principal.kind == PERMISSION_SET:  # each is a role, and a session, of its own
                member = replace(member, scope=(*(member.scope or ("assignee", "")), container.principal.name))
            inventory.containers[member].append((container.principal, link))
            if is_namesake or not principals.is_shown(container.principal):
                whose = Place(str(principals.label(_as_group(container.principal))), "")
                outside = Document(whose, None, is_namesake=is_namesake)
                inventory.documents[member].append(HeldDocument(outside, (link,)))


def _may_be_another(group: Principal, place: Place, principals: Principals, order: Order) -> bool:
    """Whether somebody who joins a group at a place may join another one, which has its new name already."""
    called = [one for one, renamed in principals.newly_called.items() if renamed == group]
    by_text = any(order.names_by_text(place.address, one, group) for one in called)
    return by_text or order.may_be_another(group, [place])


def _as_group(container: Principal) -> Principal:
    """What somebody joins in the identity store, called a group, which a membership does not say."""
    return replace(container, scope=("group", "")) if container.kind == ASSIGNEE else container


def _joined_at(joins: PrincipalNames, row: ResourceType, container: NamedPrincipal, who: NamedPrincipal) -> str:
    """The attribute of a membership that says it: the list, of the two that it connects."""
    for names, principal in ((joins, container), *((names, who) for names in row.recipients)):
        if names.path.endswith("[]"):
            return principal.attribute
    return container.attribute
