"""What the two sides of a holder are supposed to be: as they certainly are, or at their worst."""

import msgspec

from gate.holdings.holders import Holder
from gate.iam.policy import Policy
from gate.iam.service import Service
from gate.new_access.effective import CERTAIN, WORST, EffectivePolicies, OneSide, Reading, bounds_of, effective_policies
from gate.new_access.policies import (
    Malformed,
    PlanDocuments,
    certain_policies,
    has_unknown,
    policies_if_lost,
    policy_of,
    without_open_denies,
)
from gate.new_access.undetermined import Undetermined


class Supposed(msgspec.Struct, frozen=True, gc=False):
    """Both sides of a holder as they certainly are, or as they may be at worst for a `reason`."""

    holder: Holder
    before: EffectivePolicies
    after: EffectivePolicies
    reason: Undetermined | None = None


class Sides(msgspec.Struct, frozen=True, gc=False):
    """Both sides of a holder as they `certainly` are, and `at_worst` for each thing that is not known; whether anything
    in its documents is unknown before and after, and what of them can't be read."""

    certainly: Supposed
    at_worst: tuple[Supposed, ...]
    unknown_before: bool
    unknown_after: bool
    malformed: tuple[Malformed, ...]


def sides_of(holder: Holder, service: Service, documents: PlanDocuments) -> Sides:
    """All that the two sides of a holder may be."""
    malformed: list[Malformed] = []
    same = {held.document.content for held in holder.before if isinstance(held.document.content, str)}
    after = [policy_of(held, service, malformed, same) for held in holder.after]
    before = [policy_of(held, service, [], same) for held in holder.before]
    bounds = bounds_of(holder, service)
    known = [without_open_denies(policy) for policy in before]
    was = effective_policies(OneSide(holder.before, known, bounds.before), service, CERTAIN)
    sure = certain_policies(holder, after)
    certain = Reading(best=True, documents_before=documents.before)
    will = effective_policies(OneSide(holder.after, sure, bounds.after), service, certain)
    unknown_before, unknown_after = any(map(has_unknown, before)), any(map(has_unknown, sure))
    worst: list[Supposed] = []
    if unknown_after or bounds.worst or unknown_before:
        reason = Undetermined.BOUNDARY if bounds.worst and not unknown_after else Undetermined.POLICY
        worst.append(at_worst(holder, before, sure, service, reason))
    if any(held.holder_is_uncertain for held in holder.after):
        worst.append(at_worst(holder, before, after, service, Undetermined.PRINCIPAL))
    if is_unordered(holder):
        worst.append(at_worst(holder, before, policies_if_lost(holder, sure), service, Undetermined.ORDER))
    return Sides(Supposed(holder, was, will), tuple(worst), unknown_before, unknown_after, tuple(malformed))


def is_unordered(holder: Holder) -> bool:
    """Whether the apply may lose something that holds access back, since it sets it again elsewhere."""
    bounded = holder.boundary_after is not None and holder.boundary_after.may_be_lost_at is not None
    return bounded or any(held.may_be_lost_at is not None for held in holder.after)


def at_worst(
    holder: Holder, before: list[Policy], after: list[Policy], service: Service, reason: Undetermined
) -> Supposed:
    """Both sides if everything that is unknown is what it may be at its worst."""
    bounds = bounds_of(holder, service)
    boundary = holder.boundary_after
    lost = reason is Undetermined.ORDER and boundary is not None and boundary.may_be_lost_at is not None
    had = OneSide(holder.before, before, bounds.worst_before)
    has = OneSide(holder.after, after, None if lost else bounds.worst_after)
    was = effective_policies(had, service, Reading(best=True, others=after))
    return Supposed(holder, was, effective_policies(has, service, WORST), reason)
