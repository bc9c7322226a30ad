"""Documents of the after side on which nobody can rely: something else takes them away or writes over them."""

from collections import defaultdict
from collections.abc import Hashable, Iterator

from msgspec.structs import replace

from gate.terraform.columns import Column, Held
from gate.terraform.documents import ANY_NAME, Place
from gate.terraform.principals import Principal


def take_away(before: Column, after: Column) -> None:
    """Marks what an exclusive list leaves out, what a second resource of the same name may write over, and what a
    resource that is deleted takes with it although another one still holds it."""
    for principal, held in after.documents.items():
        former = before.documents.get(principal, [])
        rivals = {id(entry): place for entry, place in _rivals(held)}
        orphans = {id(entry): place for entry, place in _orphans(held, former)}
        for i, entry in enumerate(held):
            place = _left_out(entry, principal, after) or rivals.get(id(entry)) or orphans.get(id(entry))
            if place is not None:
                held[i] = replace(entry, withdrawn=place)


def _left_out(entry: Held, principal: Principal, column: Column) -> Place | None:
    """By an exclusive list, or by an attachment that is the policy's only one."""
    document = entry.document
    if not entry.links:
        lists = column.kept_names.get(principal, [])
        return next((place for names, place in lists if document.name and document.name not in names), None)
    only, only_place = column.only_to.get(document.place.address, (None, None))
    if only is not None and principal not in only:
        return only_place
    lists = column.exclusive.get((principal, entry.links[0].manner), [])
    return next((place for addresses, place in lists if document.place.address not in addresses), None)


def _rivals(held: list[Held]) -> Iterator[tuple[Held, Place]]:
    """Inline policies of one principal under one name: the last to be written stays, and nobody knows which it is."""
    inline = [entry for entry in held if not entry.links and entry.document.name]
    for entry in inline:
        for other in inline:
            same = ANY_NAME in (entry.document.name, other.document.name) or entry.document.name == other.document.name
            if same and other.document.place != entry.document.place:
                yield entry, other.document.place
                break


def _orphans(held: list[Held], former: list[Held]) -> Iterator[tuple[Held, Place]]:
    """What two resources held and one of them deletes is gone, whatever the other one says."""
    owners_before, owners_after = _owners(former), _owners(held)
    for entry in held:
        was, will = owners_before.get(_key(entry), set()), owners_after[_key(entry)]
        own = _owner(entry)
        if own in was and len(was) > len(will):
            yield entry, min(was - will or was)


def _owners(held: list[Held]) -> dict[Hashable, set[Place]]:
    owners: dict[Hashable, set[Place]] = defaultdict(set)
    for entry in held:
        owners[_key(entry)].add(_owner(entry))
    return owners


def _key(entry: Held) -> Hashable:
    """What AWS knows an inline policy or an attachment by; a membership in between makes it another one."""
    if not entry.links:
        return entry.document.name or entry.document.place
    return (entry.document.place, *(link.place for link in entry.links[1:]))


def _owner(entry: Held) -> Place:
    return entry.links[0].place if entry.links else entry.document.place
