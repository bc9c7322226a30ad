"""What the policies of a holder allow before and after the change: what is certain, and what may be at worst."""

import msgspec
from msgspec.structs import replace

from gate.holdings.holders import Holder
from gate.iam.guards import under_unknown
from gate.iam.policy import NOTHING, Policy
from gate.iam.service import Service
from gate.new_access.effective import (
    CERTAIN,
    WORST,
    EffectivePolicies,
    HeldPolicies,
    Reading,
    bounds_of,
    effective_policies,
)
from gate.new_access.policies import (
    Malformed,
    PlanDocuments,
    certain_policies,
    has_unknown,
    has_unknown_condition,
    policies_if_lost,
    policy_of,
    without_open_denies,
)
from gate.new_access.undetermined import Undetermined


class BeforeAndAfter(msgspec.Struct, frozen=True, gc=False):
    """What the policies of a holder allow before and after: as is certain, or as may be at worst for a `reason`."""

    holder: Holder
    before: EffectivePolicies
    after: EffectivePolicies
    reason: Undetermined | None = None


class CertainAndWorst(msgspec.Struct, frozen=True, gc=False):
    """What a holder `certainly` may do before and after, and what `at_worst` for each thing that is not known; whether
    anything in its documents is unknown before and after, and what of them can't be read."""

    certainly: BeforeAndAfter
    at_worst: tuple[BeforeAndAfter, ...]
    unknown_before: bool
    unknown_after: bool
    malformed: tuple[Malformed, ...]


def certain_and_worst(holder: Holder, service: Service, documents: PlanDocuments) -> CertainAndWorst:
    """All that a holder may be allowed before and after."""
    malformed: list[Malformed] = []
    same = {held.document.content for held in holder.before if isinstance(held.document.content, str)}
    after = [policy_of(held, malformed, same) for held in holder.after]
    before = [policy_of(held, [], same) for held in holder.before]
    bounds = bounds_of(holder)
    known = [without_open_denies(policy) for policy in before]
    was = effective_policies(HeldPolicies(holder.before, known, bounds.before), service, CERTAIN)
    sure = certain_policies(holder, after)
    if has_unknown_condition([*sure, bounds.after or NOTHING]):
        was = replace(was, access=under_unknown(was.access))  # it may be the condition that was there
    certain = Reading(best=True, documents_before=documents.before)
    will = effective_policies(HeldPolicies(holder.after, sure, bounds.after), service, certain)
    unknown_before, unknown_after = any(map(has_unknown, before)), any(map(has_unknown, sure))
    worst: list[BeforeAndAfter] = []
    if unknown_after or bounds.worst or unknown_before:
        reason = Undetermined.BOUNDARY if bounds.worst and not unknown_after else Undetermined.POLICY
        worst.append(at_worst(holder, before, sure, service, reason))
    if any(held.holder_is_uncertain for held in holder.after):
        worst.append(at_worst(holder, before, after, service, Undetermined.PRINCIPAL))
    if is_unordered(holder):
        worst.append(at_worst(holder, before, policies_if_lost(holder, sure), service, Undetermined.ORDER))
    return CertainAndWorst(
        BeforeAndAfter(holder, was, will), tuple(worst), unknown_before, unknown_after, tuple(malformed)
    )


def is_unordered(holder: Holder) -> bool:
    """Whether the apply may lose something that holds access back, since it sets it again elsewhere."""
    bounded = holder.boundary_after is not None and holder.boundary_after.may_be_lost_at is not None
    return bounded or any(held.may_be_lost_at is not None for held in holder.after)


def at_worst(
    holder: Holder, before: list[Policy], after: list[Policy], service: Service, reason: Undetermined
) -> BeforeAndAfter:
    """Before and after if everything that is unknown is what it may be at its worst."""
    bounds = bounds_of(holder)
    boundary = holder.boundary_after
    lost = reason is Undetermined.ORDER and boundary is not None and boundary.may_be_lost_at is not None
    had = HeldPolicies(holder.before, before, bounds.worst_before)
    has = HeldPolicies(holder.after, after, None if lost else bounds.worst_after)
    was = effective_policies(had, service, Reading(best=True, others=after))
    return BeforeAndAfter(holder, was, effective_policies(has, service, WORST), reason)
