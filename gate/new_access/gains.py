"""Whether anybody gains by what it may do with a principal."""

from gate.holdings.holders import Holder
from gate.holdings.principal import POLICY
from gate.iam.service import Service
from gate.iam.ways import Gain
from gate.new_access.becoming_targets import Surroundings, Target, key_of, number_of
from gate.new_access.table_access import admits_all, is_full_alone, is_full_however_tagged
from gate.new_access.trust import Trust, own_name, trust_of


def is_gain(gain: Gain, target: Target, holder: Holder, service: Service) -> bool:
    """Whether a holder gains by it: who is bounded gets no more by its own policies, and without its boundary, or what
    denies, what that held back; to become oneself is nothing."""
    if gain is Gain.UNBOUNDS:
        bounded = target.is_own and holder.boundary_after is not None
        is_it = bool(target.bounds) or target.kind != POLICY
        return bounded and is_it and is_full_alone(holder, service)
    if target.bounds:
        return False
    if gain is Gain.RELEASES:
        return target.is_own
    if gain is Gain.MEETS:
        return target.is_own and is_full_however_tagged(holder, service)
    return not target.is_own or (gain is Gain.WRITES and admits_all(holder, service))


def may_assume(target: Target, holder: Holder, around: Surroundings) -> bool:
    """Whether leave to assume the role is what lets a holder: not where its trust policy does by itself, or leaves it
    out."""
    role = target.role
    if role is None:
        return True
    kind, account, called = key_of(holder)
    if role.account == account:
        return trust_of(role.trust_after, role, own_name(kind, role.number, called)) is Trust.LEAVES
    number = number_of(holder, around)
    return trust_of(role.trust_after, role, own_name(kind, number, called), number) is Trust.LEAVES
