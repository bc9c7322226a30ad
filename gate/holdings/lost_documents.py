"""Documents of the after side on which nobody can rely: something else takes them away or writes over them."""

from collections import defaultdict
from collections.abc import Hashable, Iterator

from msgspec.structs import replace

from gate.holdings.documents import ANY_NAME, Place
from gate.holdings.inventory import HeldDocument, Inventory
from gate.holdings.order import Order
from gate.holdings.principals import Principal


def mark_lost(before: Inventory, after: Inventory, made: set[str], order: Order) -> None:
    """Marks what an exclusive list leaves out, what a second resource of the same name may write over, what a resource
    that is deleted takes with it although another one still holds it, and what a principal that is made anew leaves
    behind; and what the apply may delete after it has created it. `made` are the addresses of resources that the change
    makes, or whose documents it writes again."""
    for principal, held in after.documents.items():
        held[:] = _left_by_destroyed(held, principal, after, made, order)
        former = before.documents.get(principal, [])
        alike = [
            other for other in after.unidentified if (other.kind, other.account) == (principal.kind, principal.account)
        ]
        lists = [principal, *(other for other in alike if other != principal)]
        of_unidentified = [one for other in lists[1:] for one in after.documents.get(other, ())]
        recreated = order.is_recreated(principal) and any(order.acts(_owner(entry)) for entry in held)
        marks = [
            *((entry, place) for entry in held for place in [_left_out(entry, lists, principal, after)] if place),
            *_same_name(held, of_unidentified, order),
            *_taken_along(held, former, order),
            *((entry, _owner(entry)) for entry in held if recreated and _owner(entry).address not in made),
        ]
        places = {id(entry): place for entry, place in reversed(marks)}
        deleted_anew = {id(entry): place for entry, place in _may_be_lost(held, former, principal, order)}
        for i, entry in enumerate(held):
            if id(entry) in places and entry.removed_by is None:
                held[i] = replace(entry, removed_by=places[id(entry)])
            elif id(entry) in deleted_anew:
                held[i] = replace(entry, may_be_lost_at=deleted_anew[id(entry)])


def _left_by_destroyed(
    held: list[HeldDocument], principal: Principal, after: Inventory, made: set[str], order: Order
) -> list[HeldDocument]:
    """What is left of what a principal has: nothing of a role that is destroyed, unless the apply gives it more."""
    if after.resources.get(principal) or any(_owner(entry).address in made for entry in held):
        return held
    return [entry for entry in held if not order.takes_along(principal, attached=bool(entry.links))]


def _left_out(entry: HeldDocument, lists: list[Principal], principal: Principal, inventory: Inventory) -> Place | None:
    """By an exclusive list."""
    document = entry.document
    if not entry.links:
        names = [one for who in lists for one in inventory.exclusive_names.get(who, ())]
        own = document.place.address
        return next((p for kept, p in names if document.name and document.name not in kept and p.address != own), None)
    found = [one for who in lists for one in inventory.exclusive.get((who, entry.links[0].manner), ())]
    own = entry.links[0].place.address
    return next((p for kept, p in found if document.place.address not in kept and p.address != own), None)


def _same_name(
    held: list[HeldDocument], of_unidentified: list[HeldDocument], order: Order
) -> Iterator[tuple[HeldDocument, Place]]:
    """Inline policies of one principal under one name: the last to be written stays, and nobody knows which it is,
    which matters only where their texts differ.

    `strangers` are those of principals that can't be told, which may be this one."""
    inline = [entry for entry in held if not entry.links and entry.document.name]
    others = [*inline, *(one for one in of_unidentified if not one.links and one.document.name)]
    by_name: dict[str, list[HeldDocument]] = {entry.document.name: [] for entry in others}
    for one in others:
        for name in by_name if one.document.name == ANY_NAME else (one.document.name,):
            by_name[name].append(one)
    for entry in inline:
        for other in others if entry.document.name == ANY_NAME else by_name[entry.document.name]:
            writes = order.acts(entry.document.place) or order.acts(other.document.place)
            text = entry.document.content
            alike = isinstance(text, str) and text == other.document.content
            if writes and not alike and other.document.place != entry.document.place:
                yield entry, other.document.place
                break


def _taken_along(
    held: list[HeldDocument], former: list[HeldDocument], order: Order
) -> Iterator[tuple[HeldDocument, Place]]:
    """What two resources held and one of them deletes is gone, whatever the other one says; what one resource gives and
    then takes away as well."""
    owners_before, owners_after = _owners(former), _owners(held)
    for entry in held:
        was, will = owners_before.get(_key(entry), set()), owners_after[_key(entry)]
        own = _owner(entry)
        another = bool(entry.links) and order.is_another(entry.document.place)
        if own in was and (len(was) > len(will) or (order.takes_last(own) and not another)):
            yield entry, min(was - will or {own})


def _may_be_lost(
    held: list[HeldDocument], former: list[HeldDocument], principal: Principal, order: Order
) -> Iterator[tuple[HeldDocument, Place]]:
    """What is taken away at one place and given at another, also where a third one holds it all the time; a managed
    policy that is deleted and created anew."""
    owners_before, owners_after = _owners(former), _owners(held)
    had = [place for places in owners_before.values() for place in places]
    had_documents = {entry.document.place for entry in former}
    for entry in held:
        was, will = owners_before.get(_key(entry), set()), owners_after[_key(entry)]
        own = _owner(entry)
        given = [own] if own not in was else sorted(will - was)
        losing = [
            place
            for place in sorted(was - will)
            if given and all(order.may_lose(place, one, principal, had) for one in given)
        ]
        anew = order.former_policy(entry.document.place) if entry.links else None
        if losing:
            yield entry, losing[0]
        elif anew is not None and anew in had_documents:
            yield entry, anew


def _owners(held: list[HeldDocument]) -> dict[Hashable, set[Place]]:
    owners: dict[Hashable, set[Place]] = defaultdict(set)
    for entry in held:
        owners[_key(entry)].add(_owner(entry))
    return owners


def _key(entry: HeldDocument) -> Hashable:
    """What AWS knows an inline policy, an attachment or a membership by."""
    if not entry.links:
        return entry.document.name or entry.document.place
    return (entry.document.place, *(link.place for link in entry.links[:-1]))


def _owner(entry: HeldDocument) -> Place:
    return entry.links[-1].place if entry.links else entry.document.place
