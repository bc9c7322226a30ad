"""What a principal has, with what comes through groups and permission sets."""

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Place
from gate.holdings.inventory import HeldDocument, Inventory
from gate.holdings.order import Order
from gate.holdings.principal import Principal

_DEPTH = 4  # a user is in groups, an assignee has permission sets; nothing nests deeper


class BeforeApply(msgspec.Struct, frozen=True, gc=False):
    """What there was before the change, and in which order the apply leads away from it."""

    inventory: Inventory
    order: Order


def documents_of(
    inventory: Inventory, principal: Principal, earlier: BeforeApply | None = None, depth: int = 0
) -> list[HeldDocument]:
    """Everything that a principal has, with what comes through groups and permission sets.

    Of two memberships in one group that `earlier` shows, one that goes takes the other one along; one that goes where
    another comes may do so, too.
    """
    found = list(inventory.documents.get(principal, ()))
    if depth >= _DEPTH or not inventory.containers.get(principal):
        return found
    joined = earlier.inventory.containers.get(principal, ()) if earlier else ()
    order = earlier.order if earlier else None
    for container, link in inventory.containers.get(principal, ()):
        before = [was for other, was in joined if other == container]
        after = [now for other, now in inventory.containers.get(principal, ()) if other == container]
        lost = {was.place for was in before} - {now.place for now in after}
        kept = link.place in {was.place for was in before}
        last = {now.place for now in after if order and order.takes_last(now.place)} & {was.place for was in before}
        gone = min(lost or last & {link.place} or last) if kept and (lost or last) else None
        if order and order.leaves_behind(principal, link.place) and _has_more(inventory, principal, order):
            gone = link.place
        if order and order.acts(link.place) and order.may_be_another(principal, inventory.given_at(principal)):
            gone = link.place if order.comes_after(link.place.address, principal) else gone
        gone = gone or (link.place if link.unsure or link.may_be_another else None)
        losing = [
            place for place in sorted(lost | last) if order and order.may_lose(place, link.place, principal, lost)
        ]
        had = _had(earlier.inventory, container) if earlier and not before else ()
        for held in documents_of(inventory, container, earlier, depth + 1):
            by_itself = held.removed_by is not None or held.may_be_lost_at is not None
            more = {
                "links": (*held.links, link),
                "removed_by": held.removed_by or gone,
                "may_be_lost_at": held.may_be_lost_at or (losing[0] if losing and not kept else None),
                "goes_over": held.goes_over if by_itself and held.goes_over else (container, link.place),
                "goes_by_itself": by_itself and (held.goes_by_itself or not held.goes_over),
                "joined_at": link.place if held.document.place in had else held.joined_at,
            }
            found += [replace(held, **more)]
    return found


def _had(inventory: Inventory, container: Principal) -> set[Place]:
    """What a group or permission set had before the change, over whichever places."""
    return {held.document.place for held in documents_of(inventory, container)}


def _has_more(inventory: Inventory, principal: Principal, order: Order) -> bool:
    """Whether a principal that is made anew has anything of its own, or is a member of anything again."""
    links = (link for _, link in inventory.containers.get(principal, ()))
    return bool(inventory.documents.get(principal)) or any(not order.leaves_behind(principal, x.place) for x in links)
