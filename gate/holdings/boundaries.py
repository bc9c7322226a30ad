"""The permissions boundary of a principal before and after, and whether the apply keeps it."""

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.inventory import Inventory
from gate.holdings.order import Order
from gate.holdings.principal import Principal
from gate.holdings.resource_types import ASSIGNEE


class Boundary(msgspec.Struct, frozen=True, gc=False):
    """A permissions boundary; `document` has no content where gate can't see it. One that is taken away at a place and
    set at another may be gone after the apply: `may_be_lost_at` is where it is taken away."""

    document: Document
    place: Place
    may_be_lost_at: Place | None = None


def boundary_of(inventory: Inventory, principal: Principal, *, after: bool) -> Boundary | None:
    """The boundary of a principal; an assignee with one permission set is bounded as that is.

    Where resources disagree, or one of two with the same name has none, none can be relied on after the change.
    """
    if not inventory.boundaries:
        return None
    principal = _bounded(inventory, principal)
    found = inventory.boundaries.get(principal, [])
    different = {held.document.place for held in found}
    unsure = len(different) != 1 or len(found) < inventory.resources.get(principal, 0)
    if not found or (after and unsure):
        return None
    return Boundary(found[0].document, found[0].links[0].place)


def _bounded(inventory: Inventory, principal: Principal) -> Principal:
    """Whose boundary it is that a principal has: that of its permission set for an assignee, also over a group."""
    if principal.kind != ASSIGNEE or principal in inventory.boundaries:
        return principal
    inside = {_bounded(inventory, container) for container, _ in inventory.containers.get(principal, ())}
    return inside.pop() if len(inside) == 1 else principal


def _bounds_stay(before: Inventory, after: Inventory, principal: Principal, order: Order) -> bool:
    """Whether nothing touches a principal's boundaries: resources that disagree about them did so before."""
    found = before.boundaries.get(principal, [])
    same = before.resources.get(principal) == after.resources.get(principal) and not order.is_recreated(principal)
    return same and found == after.boundaries.get(principal) and not any(order.acts(h.links[0].place) for h in found)


def _goes_with_principal(former: Boundary, after: Inventory, principal: Principal, order: Order) -> bool:
    """Whether a boundary is an attribute of a principal that is deleted: it bounds that as long as there is one, also
    while what else it has is still taken away."""
    return order.is_deleted(principal) and not after.resources.get(principal) and order.is_own(former.place)


def boundary_after(before: Inventory, after: Inventory, principal: Principal, order: Order) -> Boundary | None:
    """The boundary after the change; one that a principal brings along itself is there as long as the principal is."""
    boundary = boundary_of(after, principal, after=True)
    former = boundary_of(before, principal, after=False)
    if boundary is None and former is None:
        return None
    if boundary is None and former is not None and _goes_with_principal(former, after, principal, order):
        return former
    if boundary is None and _bounds_stay(before, after, principal, order):
        return former
    if former is None and boundary is not None:
        return None if order.may_be_another(principal, after.given_at(principal)) else boundary
    if boundary is None or former is None:
        return boundary
    had = [held.links[0].place for held in before.boundaries.get(_bounded(before, principal), [])]
    taken = [place for place in had if order.takes_slot(place, boundary.place)]
    if taken:
        return replace(boundary, may_be_lost_at=taken[0]) if order.acts(boundary.place) else None
    apart = not order.is_own(boundary.place) and not order.is_own(former.place)
    if apart and order.may_lose(former.place, boundary.place, principal, [former.place]):
        return replace(boundary, may_be_lost_at=former.place)
    return None if apart and order.takes_last(boundary.place) else boundary
