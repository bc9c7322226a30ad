"""An access as far as it speaks of some resources, or of some actions."""

from collections.abc import Callable, Iterable
from functools import lru_cache

from msgspec.structs import replace

from gate.iam import patterns
from gate.iam.guards import Access, Box, Scope

_ANY = Scope(patterns.MANY)


def spoken_of(boxes: Iterable[Box], resource: str) -> tuple[Box, ...]:
    """The boxes that speak of one resource, whatever has to hold besides."""
    return tuple(box for box in boxes if holds(box.resources, resource))


def holds(scope: Scope, resource: str) -> bool:
    """Whether a resource is in a scope."""
    return matches(scope.included, resource) and not any(matches(pattern, resource) for pattern in scope.excluded)


matches = lru_cache(maxsize=65536)(patterns.matches)


def about(access: Access, resource: str) -> Access:
    """What the access says of one resource."""

    def kept(boxes: tuple[Box, ...]) -> tuple[Box, ...]:
        return tuple(box for box in boxes if holds(box.resources, resource))

    return of_boxes(access, kept)


def at_once(access: Access, resource: str, other: str, actions: int) -> Access:
    """The access as it speaks of one resource, and for `actions` of another one, as if both were the same."""
    here, there = only(about(access, resource), ~actions), only(about(access, other), actions)
    bounds = None if here.boundary is None or there.boundary is None else here.boundary + there.boundary
    return _anywhere(Access(here.allows + there.allows, here.denies + there.denies, bounds))


def on_one(access: Access, resource: str) -> Access:
    """What the access says of one resource, as if there were no other."""
    return _anywhere(about(access, resource))


def _anywhere(access: Access) -> Access:
    def widest(boxes: tuple[Box, ...]) -> tuple[Box, ...]:
        return tuple(replace(box, resources=_ANY) for box in boxes)

    return of_boxes(access, widest)


def only(access: Access, actions: int) -> Access:
    """What the access says of some actions."""
    return of_boxes(
        access,
        lambda boxes: tuple(replace(box, actions=shared) for box in boxes if (shared := box.actions & actions)),
    )


def of_boxes(access: Access, kept: Callable[[tuple[Box, ...]], tuple[Box, ...]]) -> Access:
    """The access of those boxes, or what becomes of them, that are `kept`."""
    return Access(kept(access.allows), kept(access.denies), None if access.boundary is None else kept(access.boundary))
