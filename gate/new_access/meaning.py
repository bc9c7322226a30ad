"""What the documents of one holder mean: its policies, its boundary and its access, on each side of the change."""

from collections.abc import Container, Iterable, Iterator, Mapping
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from gate.holdings.boundaries import Boundary
from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.iam.boxes import boxes
from gate.iam.guards import Access, Box
from gate.iam.policy import NOTHING, Hole, MalformedPolicy, Policy, Statement, parse
from gate.iam.service import Service
from gate.new_access import proven


class Side(msgspec.Struct, frozen=True, gc=False):
    """One side of a holder, ready for both evaluators; `policies[i]` belongs to `held[i]`."""

    held: tuple[HeldDocument, ...]
    policies: tuple[Policy, ...]
    boundary: Policy | None
    access: Access


class Former(msgspec.Struct, frozen=True, gc=False):
    """The documents of the whole plan by place, before and after, to tell what changed from what moved."""

    before: Mapping[Place, Document]
    after: Mapping[Place, Document]


class Malformed(msgspec.Struct, frozen=True, gc=False):
    """A new or changed document that is not an identity policy, and why."""

    document: Document
    reason: str


def parsed(document: Document, service: Service) -> Policy:
    """The policy in a document, with what is proven of its unknown parts in place. Raises MalformedPolicy."""
    if isinstance(document.content, str):
        return _parsed_text(document.content)
    return parse(proven.settled(document.content))


_parsed_text = lru_cache(maxsize=8192)(parse)


def policy_of(held: HeldDocument, service: Service, malformed: list[Malformed], same: set[str]) -> Policy:
    """The policy that a holder has through one document; one that can't be read grants nothing and is noted."""
    if held.document.content is None:
        return NOTHING
    try:
        policy = parsed(held.document, service)
    except MalformedPolicy as error:
        if not (isinstance(held.document.content, str) and held.document.content in same):
            malformed.append(Malformed(held.document, str(error)))
        return NOTHING
    return policy if held.removed_by is None and not held.holder_is_uncertain else _without_denies(policy)


def _without_denies(policy: Policy) -> Policy:
    return Policy(tuple(s for s in policy.statements if s.effect != "Deny"), policy.unknown)


def certain(holder: Holder, after: list[Policy]) -> list[Policy]:
    """The policies after the change, without those that may be somebody else's."""
    pairs = zip(holder.after, after, strict=True)
    return [NOTHING if held.holder_is_uncertain else policy for held, policy in pairs]


def if_lost(holder: Holder, after: list[Policy]) -> list[Policy]:
    """The policies after the change, if the apply loses every Deny that it may."""
    pairs = zip(holder.after, after, strict=True)
    return [policy if held.may_be_lost_at is None else _without_denies(policy) for held, policy in pairs]


def side_of(
    held: tuple[HeldDocument, ...],
    policies: list[Policy],
    boundary: Policy | None,
    service: Service,
    *,
    worst: bool,
    best: bool = False,
    former: Mapping[Place, Document] | None = None,
    others: Iterable[Policy] = (),
) -> Side:
    """One side, with what is unknown taken as in gate.iam.boxes; a Deny that `former` documents hold may still stand in
    those that are not known any more. A statement with unknown parts that is also in `others`, the policies after the
    change, is taken there and here in the same way: at its worst."""
    allows: list[Box] = []
    denies: list[Box] = []
    alike = [statement for other in others for statement in _open_statements(other)]
    for i, policy in enumerate(policies):
        apart, same = _split(policy, alike) if alike else (policy, NOTHING)
        for part, as_after in ((apart, False), (same, True)):
            more, less = boxes(part, service, i, worst=worst or as_after, best=best and not as_after)
            allows += more
            denies += less
        was = former.get(held[i].document.place) if former and has_unknown(policy) else None
        if was is not None:
            denies += boxes(_readable(was, service), service, i, worst=False)[1]
    bounding = None
    if boundary is not None:
        bounding, less = boxes(boundary, service, None, worst=worst)
        denies += less
    return Side(held, tuple(policies), boundary, Access(tuple(allows), tuple(denies), bounding))


def _open_statements(policy: Policy) -> Iterator[Statement]:
    """The statements with unknown parts, wherever they stand."""
    yield from (replace(one, index=0) for one in policy.statements if is_open(one))


def _split(policy: Policy, alike: Container[Statement]) -> tuple[Policy, Policy]:
    """A policy without the statements that are alike in another one, and these."""
    same = tuple(one for one in policy.statements if is_open(one) and replace(one, index=0) in alike)
    rest = tuple(one for one in policy.statements if one not in same)
    return Policy(rest, policy.unknown), Policy(same)


def without_open_denies(policy: Policy) -> Policy:
    """A policy with no more Denies than it certainly has."""
    return Policy(tuple(s for s in policy.statements if s.effect == "Allow" or not is_open(s)), policy.unknown)


class Bounds(msgspec.Struct, frozen=True, gc=False):
    """The boundary on each side as a policy, None where none counts; the worst case where one is not visible."""

    before: Policy | None
    after: Policy | None
    worst_before: Policy | None
    worst_after: Policy | None
    worst: bool


def bounds_of(holder: Holder, service: Service) -> Bounds:
    was, will = _visible(holder.boundary_before, service), _visible(holder.boundary_after, service)
    hidden_before = holder.boundary_before is not None and was is None
    hidden_after = holder.boundary_after is not None and will is None
    if hidden_before and hidden_after:
        same = (
            holder.boundary_before
            and holder.boundary_after
            and (holder.boundary_before.document == holder.boundary_after.document)
        )
        return Bounds(None, None, None if same else NOTHING, None, not same)
    if hidden_after:
        return Bounds(was, was, was, None, was is not None)
    if hidden_before:
        return Bounds(NOTHING, will, NOTHING, will, will is not None and has_unknown(will))
    return Bounds(was, will, was, will, will is not None and has_unknown(will))


def _readable(document: Document, service: Service) -> Policy:
    try:
        return parsed(document, service)
    except MalformedPolicy:
        return NOTHING


def _visible(boundary: Boundary | None, service: Service) -> Policy | None:
    if boundary is None or boundary.document.content is None:
        return None
    try:
        policy = parsed(boundary.document, service)
    except MalformedPolicy:
        return None
    return policy


def has_unknown(policy: Policy) -> bool:
    return bool(policy.unknown) or any(map(is_open, policy.statements))


def is_open(statement: Statement) -> bool:
    """Whether anything in a statement is not known, or whether it is there at all."""
    known = statement.effect is not None and statement.certain and not statement.conditions_unknown
    return not known or bool(statement.action.unknown or statement.resource.unknown)


def union(boxes_: Iterable[Box]) -> int:
    """Every action that some box speaks of."""
    total = 0
    for box in boxes_:
        total |= box.actions
    return total


def unknown_parts(document: Document, service: Service) -> list[Hole]:
    """Everything in a document that is not known, for messages."""
    try:
        policy = parsed(document, service)
    except MalformedPolicy:
        return []
    parts = list(policy.unknown)
    for statement in policy.statements:
        parts += [*statement.action.unknown, *statement.resource.unknown]
    return parts
