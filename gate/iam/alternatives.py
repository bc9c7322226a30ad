"""Documents that may be there or not, each of them whole: what is allowed in each of these cases."""

from collections.abc import Hashable, Iterable, Iterator
from itertools import chain, combinations

from msgspec.structs import replace

from gate.iam.bits import union
from gate.iam.guards import Access, Box, actions_of

MOST = 4  # documents that deny different things; more are not told apart, and each request is asked by itself

Documents = frozenset[Hashable]


def standing(boxes: Iterable[Box]) -> tuple[Box, ...]:
    """Those of some boxes that are there in any case."""
    return tuple(box for box in boxes if box.goes_with is None)


def in_force(boxes: Iterable[Box], gone: Documents) -> tuple[Box, ...]:
    """Those of some boxes that are there where some documents are `gone` and no others (see `cases`)."""
    listed = tuple(boxes)
    if len({box.goes_with for box in listed} - {None}) > MOST:
        return standing(listed)
    return tuple(box for box in listed if box.goes_with not in gone)


def undenied(allows: Iterable[Box], denies: Iterable[Box]) -> int:
    """The actions that Allows leave beside Denies in some case, all of which hold for one request."""
    denied: dict[Hashable, int] = {}
    for box in denies:
        denied[box.goes_with] = denied.get(box.goes_with, 0) | box.actions
    always = denied.pop(None, 0)
    if not denied:
        return actions_of(allows) & ~always
    return union(box.actions & ~denied.get(box.goes_with, 0) for box in allows) & ~always


def cases(access: Access) -> Iterator[tuple[Documents, Access]]:
    """What is said of one resource, in each case of which documents are there; first those that are gone in it.

    Whatever is gone is so for what it denies: a document that denies nothing there can only add. Of documents that
    deny the same, any case with one of them has no less with all. Of more than MOST that differ there is one case, in
    which each Deny goes with its own document.
    """
    said: dict[Hashable, set[tuple[object, ...]]] = {}
    for box in access.denies:
        if box.goes_with is not None:
            said.setdefault(box.goes_with, set()).add((box.actions, box.guard))
    alike: dict[frozenset[tuple[object, ...]], set[Hashable]] = {}
    for document, denied in said.items():
        alike.setdefault(frozenset(denied), set()).add(document)
    if not alike or len(alike) > MOST:
        yield frozenset(), access
        return
    groups = list(alike.values())
    for chosen in chain.from_iterable(combinations(groups, count) for count in range(len(groups) + 1)):
        gone: Documents = frozenset(document for group in chosen for document in group)
        yield gone, _without(access, gone)


def _without(access: Access, gone: Documents) -> Access:
    """The access without some documents, and with all the others."""
    allows = tuple(box for box in access.allows if box.goes_with not in gone)
    denies = tuple(replace(box, goes_with=None) for box in access.denies if box.goes_with not in gone)
    return Access(allows, denies, access.boundary)
