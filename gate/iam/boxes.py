"""From statements to the boxes of the algebra, for one service and with what is unknown taken at its best or worst."""

from collections.abc import Hashable, Iterable
from functools import lru_cache

from msgspec.structs import replace

from gate.iam import variables
from gate.iam.bits import union
from gate.iam.conditions import UNKNOWN_CLAUSE, Guard
from gate.iam.guards import Box, Scope
from gate.iam.patterns import MANY, glob, matches
from gate.iam.policy import Element, Hole, Policy, Statement
from gate.iam.service import Service
from gate.unknown import OneOf, Template, Unresolved

_NO_GUARD: Guard = frozenset()


def boxes(
    policy: Policy, service: Service, origin: Hashable, *, worst: bool, best: bool = False
) -> tuple[tuple[Box, ...], tuple[Box, ...]]:
    """The boxes that a policy allows and denies, those that no action of the service is in left out.

    An unknown part of an Allow grants everything that it may (`worst`) or only what it must; of a Deny it takes
    nothing away, or everything that it may (`best`). What a policy that may go says goes with its `origin`, or
    with all that goes over the same.
    """
    allows: list[Box] = []
    denies: list[Box] = []
    if worst and policy.unknown:
        allows.append(Box(service.all_actions(), Scope(MANY), _NO_GUARD, (origin, None)))
    for statement in policy.statements:
        if statement.effect != "Allow" and best:
            denies += _boxes(statement, service, (origin, statement.index), may=True)
        if not statement.certain and (statement.effect == "Deny" or not worst):
            continue
        if statement.effect == "Deny":
            denies += [] if best else _boxes(statement, service, (origin, statement.index), may=False)
        elif statement.effect == "Allow" or worst:
            allows += _boxes(statement, service, (origin, statement.index), may=worst)
    if policy.may_go:
        whole = policy.goes_over or (origin,)
        allows, denies = ([replace(box, goes_with=whole) for box in some] for some in (allows, denies))
    return tuple(allows), tuple(denies)


def _boxes(statement: Statement, service: Service, origin: Hashable, *, may: bool) -> Iterable[Box]:
    actions = _action_set(statement.action, service, may=may)
    open_ = statement.conditions_unknown and not may
    if not actions or (open_ and statement.effect == "Deny"):
        return
    guard = (frozenset(statement.conditions) or _NO_GUARD) | ({UNKNOWN_CLAUSE} if open_ else _NO_GUARD)
    element = statement.resource
    varying = [value for value in element.values if statement.variables and variables.filled_in(value)]
    known = {_pattern(value, statement.variables) for value in element.values if value not in varying}
    fixed = {glob(text) for hole in element.unknown for text in _fixed(hole)}
    if element.negated:
        left_out = known if may else known | fixed
        if may or all(map(_fixed, element.unknown)):  # what a list with something unknown leaves in is not certain
            yield from _all_but(left_out, varying, Box(actions, Scope(MANY), guard, origin))
        return
    if MANY in known:  # no other value adds anything, and each makes the question longer
        known, varying = {MANY}, []
    elif may:
        known |= {glob(text) for hole in element.unknown for text in _most(hole, bounded=True)}
    elif statement.effect == "Deny":
        known |= fixed
    for pattern in sorted(known):
        yield Box(actions, Scope(pattern), guard, origin)
    for value in sorted(set(varying)):
        if same := variables.resource_clause([value]):
            yield Box(actions, Scope(variables.pattern(value)), guard | {same}, origin)


def _all_but(left_out: set[str], varying: list[str], every: Box) -> Iterable[Box]:
    """The boxes of a NotResource, out of the one for every resource."""
    could_be = {variables.pattern(value) for value in varying}
    yield replace(every, resources=Scope(MANY, frozenset(left_out | could_be)))
    if apart := variables.resource_clause(varying, negated=True):
        yield replace(every, resources=Scope(MANY, frozenset(left_out)), guard=every.guard | {apart})


@lru_cache(maxsize=16384)
def _pattern(value: str, with_variables: bool) -> str:
    return variables.pattern(value) if with_variables else glob(value)


def _action_set(element: Element, service: Service, *, may: bool) -> int:
    known = _actions(element.values, service)
    possible = _actions((text for hole in element.unknown for text in _most(hole)), service)
    if element.negated:
        return service.all_actions() & ~known if may or not element.unknown else 0
    return known | possible if may else known


def _actions(values: Iterable[str], service: Service) -> int:
    return union(expand(value, service) for value in values)


@lru_cache(maxsize=16384)
def expand(value: str, service: Service) -> int:
    """The actions of a service that one Action value names (`named`)."""
    return named(value, service.prefix, service.actions)


def named(value: str, prefix: str, actions: tuple[str, ...]) -> int:
    """The actions that one Action value names; names and prefix in any case, `*` and `?` anywhere."""
    wanted = value.lower()
    own, colon, _ = wanted.partition(":")
    if colon and own != prefix and not set(own) & set("*?"):
        return 0
    pattern = glob(wanted)
    return sum(1 << i for i, name in enumerate(actions) if matches(pattern, f"{prefix}:{name.lower()}"))


def _fixed(hole: Hole) -> tuple[str, ...]:
    """The text of a value whose unknown parts all stand for something, none where one does not."""
    parts = hole.parts if isinstance(hole, Template) else (hole,)
    texts = [part if isinstance(part, str) else _proven(part) for part in parts]
    return ("".join(texts),) if all(texts) else ()


def _proven(part: object) -> str:
    return part.stands_for if isinstance(part, Unresolved) and part.exact else ""


def _most(hole: Hole, *, bounded: bool = False) -> tuple[str, ...]:
    """Globs of everything that a value with unknown parts may be; `bounded` by what a part stands for."""
    if isinstance(hole, (Template, Unresolved)):
        parts = hole.parts if isinstance(hole, Template) else (hole,)
        return ("".join(part if isinstance(part, str) else (bounded and part.stands_for) or "*" for part in parts),)
    found: list[str] = []
    for alternative in hole.alternatives:
        for value in alternative if isinstance(alternative, list) else [alternative]:
            if isinstance(value, str):
                found.append(value)
            elif isinstance(value, (Unresolved, Template, OneOf)):
                found += _most(value, bounded=bounded)
    return tuple(found)
