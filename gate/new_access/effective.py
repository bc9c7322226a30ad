"""What all policies of one holder come to, before or after the change: its boundary and its access."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from gate.holdings.boundaries import Boundary
from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.iam.boxes import boxes
from gate.iam.guards import Access, Box
from gate.iam.policy import NOTHING, Policy
from gate.iam.service import Service
from gate.new_access.policies import Malformed, has_unknown, open_statements, policy_in, readable_policy, split_by


class EffectivePolicies(msgspec.Struct, frozen=True, gc=False):
    """All policies of a holder before or after the change, for both evaluators; `policies[i]` is that of `held[i]`."""

    held: tuple[HeldDocument, ...]
    policies: tuple[Policy, ...]
    boundary: Policy | None
    access: Access


class HeldPolicies(msgspec.Struct, frozen=True, gc=False):
    """What a holder has before or after the change: `policies[i]` is that of `held[i]`, `boundary` is None where none
    counts."""

    held: tuple[HeldDocument, ...]
    policies: Sequence[Policy]
    boundary: Policy | None


class Reading(msgspec.Struct, frozen=True, gc=False):
    """How what is unknown of policies is taken: at its `worst` or `best`, as in gate.iam.boxes.

    A Deny that `documents_before` hold may still stand in those that are not known any more. A statement with unknown
    parts that is also in `others`, the policies after the change, is taken there and here in the same way: at its
    worst.
    """

    worst: bool = False
    best: bool = False
    documents_before: Mapping[Place, Document] | None = None
    others: Sequence[Policy] = ()


CERTAIN = Reading()
WORST = Reading(worst=True)


def effective_policies(own: HeldPolicies, service: Service, reading: Reading) -> EffectivePolicies:
    """What the policies of a holder come to for a service."""
    worst, best, documents_before = reading.worst, reading.best, reading.documents_before
    allows: list[Box] = []
    denies: list[Box] = []
    alike = [statement for other in reading.others for statement in open_statements(other)]
    for i, policy in enumerate(own.policies):
        apart, same = split_by(policy, alike) if alike else (policy, NOTHING)
        for part, as_after in ((apart, False), (same, True)):
            more, less = boxes(part, service, i, worst=worst or as_after, best=best and not as_after)
            allows += more
            denies += less
        was = documents_before.get(own.held[i].document.place) if documents_before and has_unknown(policy) else None
        if was is not None:
            former = replace(readable_policy(was), may_go=policy.may_go, goes_over=policy.goes_over)
            denies += boxes(former, service, i, worst=False)[1]
    bounding = None
    if own.boundary is not None:
        bounding, less = boxes(own.boundary, service, None, worst=worst)
        denies += less
    return EffectivePolicies(
        own.held, tuple(own.policies), own.boundary, Access(tuple(allows), tuple(denies), bounding)
    )


class Bounds(msgspec.Struct, frozen=True, gc=False):
    """The boundary before and after as a policy, None where none counts; the worst case where one is not visible."""

    before: Policy | None
    after: Policy | None
    worst_before: Policy | None
    worst_after: Policy | None
    worst: bool


def bounds_of(holder: Holder) -> Bounds:
    """The permissions boundary of a holder; one that nobody can see and that stays the same does not count."""
    was, will = _visible(holder.boundary_before), _visible(holder.boundary_after)
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


def _visible(boundary: Boundary | None) -> Policy | None:
    if boundary is None or boundary.document.content is None:
        return None
    policy = policy_in(boundary.document)
    return None if isinstance(policy, Malformed) else policy


def document_position(origin: object) -> int:
    """The position of the document that a box comes from, -1 for a boundary."""
    return origin[0] if isinstance(origin, tuple) and isinstance(origin[0], int) else -1
