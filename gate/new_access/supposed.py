"""What the two sides of a holder are supposed to be: as they certainly are, or at their worst."""

import msgspec

from gate.holdings.holders import Holder
from gate.iam.policy import Policy
from gate.iam.service import Service
from gate.new_access.effective import WORST, EffectivePolicies, OneSide, Reading, bounds_of, effective_policies
from gate.new_access.undetermined import Undetermined


class Supposed(msgspec.Struct, frozen=True, gc=False):
    """Both sides of a holder as they certainly are, or as they may be at worst for a `reason`."""

    holder: Holder
    before: EffectivePolicies
    after: EffectivePolicies
    reason: Undetermined | None = None


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
