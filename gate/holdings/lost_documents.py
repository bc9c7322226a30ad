"""Documents after the change on which nobody can rely: something else takes them away or writes over them."""

from collections import defaultdict
from collections.abc import Hashable, Iterator

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import ANY_NAME, Place
from gate.holdings.inventory import HeldDocument, Inventory
from gate.holdings.order import Order
from gate.holdings.principal import Principal


class _Given(msgspec.Struct, frozen=True, gc=False):
    """What gives somebody a document: `key` is what AWS knows the inline policy, attachment or membership by."""

    key: Hashable
    owner: Place
    document: Place


def mark_lost(before: Inventory, after: Inventory, made: set[tuple[str, Principal]], order: Order) -> None:
    """Marks what an exclusive list leaves out, what a second resource of the same name may write over, what a resource
    that is deleted takes with it although another one still holds it, and what a principal that is made anew leaves
    behind; and what the apply may delete after it has created it. `made` are the addresses at which the change gives
    something, or writes it again, each with whom it gives that."""
    unidentified = after.unidentified_in()
    excludes, takes_again = bool(after.exclusive or after.exclusive_names), order.takes_again
    for principal, held in after.documents.items():
        had = before.documents.get(principal, [])
        left = _left_by_destroyed(held, principal, after, made, order)
        held[:] = _of_somebody_else(left, principal, after, order)
        moves = takes_again or held != had  # else nothing that is given can be taken
        alike: list[Principal] = []
        if unidentified:
            alike = [one for one in unidentified.get((principal.kind, principal.account), ()) if one != principal]
        of_unidentified = [one for other in alike for one in after.documents.get(other, ())] if alike else []
        recreated = order.is_recreated(principal)
        alone = len(held) == 1 or all(entry.links for entry in held)
        if alone and not (moves or alike or recreated or excludes):
            continue  # it has what it had, and nothing of it is written over
        marks: list[tuple[HeldDocument, Place]] = []
        if excludes:
            lists = [principal, *alike]
            marks += ((entry, place) for entry in held if (place := _left_out(entry, lists, after)))
        if len(held) + len(of_unidentified) > 1:
            marks += _same_name(held, of_unidentified, order)
        gave, gives = (list(map(_given, each)) if moves else [] for each in (had, held))
        marks += _taken_along(held, gave, gives, order)
        places = {id(entry): place for entry, place in reversed(marks)}
        deleted_anew = {id(one): place for one, place in _may_be_lost(held, gave, gives, principal, order)}
        for i, entry in enumerate(held):
            if id(entry) in places and entry.removed_by is None:
                held[i] = replace(entry, removed_by=places[id(entry)])
            elif id(entry) in deleted_anew:
                held[i] = replace(entry, may_be_lost_at=deleted_anew[id(entry)])
        if recreated:
            held[:] = _of_one_made_anew(held, principal, made, order)


def _of_somebody_else(
    held: list[HeldDocument], principal: Principal, after: Inventory, order: Order
) -> list[HeldDocument]:
    """What a principal has that the apply creates: if somebody else has its name already and gets what names it by a
    text, nothing comes of what refers to it. What the apply leaves as it is, is there."""
    if not order.may_be_another(principal, after.given_at(principal)):
        return held
    waiting = [order.acts(one.given_at) and order.comes_after(one.given_at.address, principal) for one in held]
    return [replace(one, may_not_come=True) if waits else one for one, waits in zip(held, waiting, strict=True)]


def _left_by_destroyed(
    held: list[HeldDocument], principal: Principal, after: Inventory, made: set[tuple[str, Principal]], order: Order
) -> list[HeldDocument]:
    """What is left of what a principal has: nothing of a role that is destroyed, but for what the apply gives it, which
    may be for another one of the name."""
    if after.resources.get(principal):
        return held
    return [
        entry
        for entry in held
        if (entry.given_at.address, principal) in made or not order.takes_along(principal, attached=bool(entry.links))
    ]


def _of_one_made_anew(
    held: list[HeldDocument], principal: Principal, made: set[tuple[str, Principal]], order: Order
) -> list[HeldDocument]:
    """What a principal has that the apply deletes and makes anew: what is not written again goes with the old one, for
    certain where its deletion takes it along; what does not wait for the new one may be written for the old one."""
    acts = any(order.acts(entry.given_at) for entry in held)  # else whatever it has, it has as before
    found = []
    for entry in held:
        own = entry.given_at
        written = (own.address, principal) in made or order.lists_anew(principal, own)
        gone = not written and not order.acts(own) and order.takes_along(principal, attached=bool(entry.links))
        if gone or (acts and not written):
            found.append(replace(entry, removed_by=entry.removed_by or own, is_gone=gone))
        elif acts and not entry.removed_by and not order.comes_after(own.address, principal):
            lost = entry.may_be_lost_at or order.deleted_at(principal)
            found.append(replace(entry, may_be_lost_at=lost))
        else:
            found.append(entry)
    return found


def _left_out(entry: HeldDocument, lists: list[Principal], inventory: Inventory) -> Place | None:
    """The exclusive list, of one of these principals, that leaves a document out; None where none does."""
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
    which matters only where their texts differ. Names that differ in case alone may be one for IAM; then nobody knows
    either whether it takes the second one.

    `of_unidentified` are those of principals that can't be told, which may be this one."""
    inline = [entry for entry in held if not entry.links and entry.document.name]
    others = [*inline, *(one for one in of_unidentified if not one.links and one.document.name)]
    by_name: dict[str, list[HeldDocument]] = {entry.document.name.lower(): [] for entry in others}
    if len(by_name) == len(others) and ANY_NAME not in by_name:
        return  # each has a name of its own
    for one in others:
        for name in by_name if one.document.name == ANY_NAME else (one.document.name.lower(),):
            by_name[name].append(one)
    for entry in inline:
        for other in others if entry.document.name == ANY_NAME else by_name[entry.document.name.lower()]:
            same = entry.document.name == other.document.name
            writes = order.writes(other.document.place) or (not same and order.writes(entry.document.place))
            text = entry.document.content
            alike = isinstance(text, str) and text == other.document.content
            is_itself = other.document.place == entry.document.place and text == other.document.content
            if writes and not alike and not is_itself:  # at one place may be what it was let go with, and what it is
                yield entry, other.document.place
                break


def _taken_along(
    held: list[HeldDocument], had: list[_Given], has: list[_Given], order: Order
) -> Iterator[tuple[HeldDocument, Place]]:
    """What two resources held and one of them deletes is gone, whatever the other one says; what one resource gives and
    then takes away as well."""
    if had == has and not any(order.takes_last(each.owner) for each in has):
        return
    owners_before, owners_after = _owners(had), _owners(has)
    for entry, gives in zip(held, has, strict=True):
        key, own = gives.key, gives.owner
        was, will = owners_before.get(key, set()), owners_after[key]
        last = _taken_last(was & will, entry, order)
        if own in was and (len(was) > len(will) or last):
            yield entry, min(was - will or last & {own} or last)


def _may_be_lost(
    held: list[HeldDocument], had: list[_Given], has: list[_Given], principal: Principal, order: Order
) -> Iterator[tuple[HeldDocument, Place]]:
    """What is taken away at one place and given at another, also where a third one holds it all the time; a managed
    policy that is deleted and created anew."""
    if had == has and not order.makes_policies_anew:
        return
    owners_before, owners_after = _owners(had), _owners(has)
    places = [place for places in owners_before.values() for place in places]
    documents = {gave.document for gave in had}
    for entry, gives in zip(held, has, strict=True):
        key, own, document = gives.key, gives.owner, gives.document
        was, will = owners_before.get(key, set()), owners_after[key]
        given = [own] if own not in was else sorted(will - was)
        losing = [
            place
            for place in sorted((was - will) | _taken_last(was & will, entry, order))
            if given and all(order.may_lose(place, one, principal, places) for one in given)
        ]
        anew = order.former_policy(document) if entry.links else None
        if losing:
            yield entry, losing[0]
        elif anew is not None and anew in documents:
            yield entry, anew


def _taken_last(places: set[Place], entry: HeldDocument, order: Order) -> set[Place]:
    """At which places the apply gives something, and then takes it away: not where it is of another policy by then."""
    if entry.links and order.is_another(entry.document.place):
        return set()
    return {place for place in places if order.takes_last(place)}


def _owners(given: list[_Given]) -> dict[Hashable, set[Place]]:
    owners: dict[Hashable, set[Place]] = defaultdict(set)
    for each in given:
        owners[each.key].add(each.owner)
    return owners


def _given(entry: HeldDocument) -> _Given:
    links, document = entry.links, entry.document
    if not links:
        return _Given(document.name or document.place, document.place, document.place)
    key = (document.place, *(link.place for link in links[:-1])) if len(links) > 1 else document.place
    return _Given(key, links[-1].place, document.place)
