"""What a holder may do of the actions by which somebody becomes another principal (gate.iam.ways)."""

from collections.abc import Callable, Iterable
from functools import lru_cache

from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument, Manner
from gate.iam import escalation
from gate.iam.boxes import boxes, expand
from gate.iam.condition_keys import PRINCIPAL_TAG
from gate.iam.guards import Access, Box, Scope, actions_of
from gate.iam.patterns import MANY
from gate.iam.policy import Policy, parse
from gate.iam.reaching import reaching
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
from gate.new_access.newly_full import NOTHING, gains_full
from gate.new_access.policies import certain_policies, has_unknown, open_statements, policy_of

_PASS = escalation.bits(("iam:PassRole",))
_OWN = ("iam", "sts")
_EVERYTHING = parse({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def policies_of(holder: Holder) -> tuple[EffectivePolicies, EffectivePolicies] | None:
    """What is allowed before and after, over the actions of the table; None where nothing of it is allowed after. What
    is not known after the change is every text that it may be, and no Deny; what is unknown altogether allows nothing.

    Actions of compute services count on anything if they do on something.
    """
    written = certain_policies(holder, [_policy(held) for held in holder.after])
    after = [reaching(policy) for policy in written]
    if not any(map(_speaks, after)):
        return None
    alike = [statement for policy in written for statement in open_statements(policy)]
    before = [reaching(_policy(held), alike) for held in holder.before]
    bounds = bounds_of(holder)
    return (
        _effective(holder.before, before, bounds.before),
        _effective(holder.after, after, _widest(bounds.after)),
    )


def is_full_alone(holder: Holder, service: Service) -> bool:
    """Whether a holder would have full access, to some key at least, that its permissions boundary holds back. One that
    can't be seen holds back everything."""

    def is_so(one: Holder, reading: Reading) -> bool:
        policies, boundary = _policies(one), bounds_of(one).after
        alone, bounded = (
            effective_policies(HeldPolicies(one.after, policies, bounding), service, reading).access
            for bounding in (None, boundary)
        )
        return gains_full(NOTHING if boundary is None else bounded, alone, service)

    return _is_still(is_so, holder)


def is_full_without(
    holder: Holder, service: Service, action: str, may_take: Callable[[HeldDocument], bool] = lambda _: True
) -> bool:
    """Whether a holder would have full access, to some key at least, that the documents with a Deny hold back which an
    action takes from it, and may take."""

    def is_so(one: Holder, reading: Reading) -> bool:
        policies = _policies(one)
        kept = [
            (held, policy)
            for held, policy in zip(one.after, policies, strict=True)
            if not (_takes(action, held) and _denies(policy, service) and may_take(held))
        ]
        if len(kept) == len(policies):
            return False
        left = HeldPolicies(tuple(held for held, _ in kept), [policy for _, policy in kept], bounds_of(one).after)
        whole = HeldPolicies(one.after, policies, left.boundary)
        was, will = (effective_policies(each, service, reading).access for each in (whole, left))
        return gains_full(was, will, service)

    return _is_still(is_so, holder)


def is_full_however_tagged(holder: Holder, service: Service) -> bool:
    """Whether a holder would have full access, to some key at least, that conditions on its own tags hold back."""

    def is_so(one: Holder, reading: Reading) -> bool:
        own = effective_policies(HeldPolicies(one.after, _policies(one), bounds_of(one).after), service, reading).access
        return gains_full(own, however_tagged(own, PRINCIPAL_TAG), service)

    return _is_still(is_so, holder)


def _is_still(is_so: Callable[[Holder, Reading], bool], holder: Holder) -> bool:
    """Whether something is so of a holder after the change, for certain, or was and may be still, where what the holder
    has now is not known."""
    if is_so(holder, CERTAIN):
        return True
    if not any(map(has_unknown, _policies(holder))):
        return False
    former = replace(holder, after=holder.before, boundary_after=holder.boundary_before)
    return is_so(former, CERTAIN) and is_so(holder, WORST)


def _policies(holder: Holder) -> list[Policy]:
    return [policy_of(held, [], set()) for held in holder.after]


def however_tagged(own: Access, prefix: str) -> Access:
    """An access under whatever tags it asks for by keys with a prefix, and under none by which it denies."""

    def met(boxes: Iterable[Box]) -> tuple[Box, ...]:
        return tuple(
            replace(box, guard=frozenset(c for c in box.guard if not c.key.startswith(prefix))) for box in boxes
        )

    denies = tuple(box for box in own.denies if not any(c.key.startswith(prefix) for c in box.guard))
    return Access(met(own.allows), denies, None if own.boundary is None else met(own.boundary))


def _takes(action: str, held: HeldDocument) -> bool:
    """Whether an action of IAM takes a document from somebody: inline ones, attached ones, or what comes over a
    group."""
    over_group = bool(held.links) and held.links[-1].manner is Manner.MEMBERSHIP
    if action == "iam:RemoveUserFromGroup":
        return over_group
    attached = len(held.links) > over_group
    return attached is action.startswith("iam:Detach") and (not over_group or "Group" in action)


def _denies(policy: Policy, service: Service) -> bool:
    return bool(boxes(policy, service, None, worst=True)[1])


def admits_all(holder: Holder, service: Service) -> bool:
    """Whether the permissions boundary of a holder, if it has one that can be seen, leaves room for full access to some
    key."""
    boundary = bounds_of(holder).after
    if boundary is None:
        return True
    return gains_full(NOTHING, Access(*boxes(boundary, service, None, worst=True)), service)


def is_open_on(holder: Holder, actions: int) -> bool:
    """Whether anything that is not known of a holder's policies, or of its boundary, speaks of actions of the table."""
    boundary = bounds_of(holder).after
    for policy in (*map(_policy, holder.after), *([] if boundary is None else [boundary])):
        open_ = replace(policy, statements=tuple(one for one in policy.statements if one.is_open))
        for offset, service in escalation.services():
            allows, _ = boxes(open_, service, None, worst=True)
            _, denies = boxes(open_, service, None, worst=False, best=True)
            if actions_of((*allows, *denies)) << offset & actions:
                return True
    return False


def _widest(boundary: Policy | None) -> Policy | None:
    """A permissions boundary with all the room that it may leave."""
    if boundary is None or not has_unknown(told := reaching(boundary)):
        return boundary if boundary is None else told
    denying = tuple(one for one in told.statements if one.effect == "Deny")
    return replace(told, statements=(*_EVERYTHING.statements, *denying), unknown=())


def _effective(held: tuple[HeldDocument, ...], policies: list[Policy], boundary: Policy | None) -> EffectivePolicies:
    """Before or after; the compute services only where a role can be passed to one."""
    allows: list[Box] = []
    denies: list[Box] = []
    bounding: list[Box] = []
    for own in (True, False):
        if not own and not any(box.actions & _PASS for box in allows):
            break
        for offset, service in escalation.services():
            if (service.prefix in _OWN) is own:
                part = effective_policies(HeldPolicies(held, policies, boundary), service, CERTAIN).access
                allows += _moved(part.allows, offset, anywhere=not own)
                denies += _moved((d for d in part.denies if own or d.resources == Scope(MANY)), offset)
                bounding += _moved(part.boundary or (), offset, anywhere=not own)
    found = Access(tuple(allows), tuple(denies), None if boundary is None else tuple(bounding))
    return EffectivePolicies(held, tuple(policies), boundary, found)


def _moved(several: Iterable[Box], offset: int, *, anywhere: bool = False) -> list[Box]:
    """Boxes of one service over the actions of the table."""
    return [
        replace(box, actions=box.actions << offset, resources=Scope(MANY) if anywhere else box.resources)
        for box in several
    ]


def _policy(held: HeldDocument) -> Policy:
    """The policy of a document; that of AWS's own policies which say nothing of the protected service, by the table."""
    arn = held.document.place.address
    statement = escalation.AWS_MANAGED.get(arn.rpartition("/")[2]) if ":aws:policy/" in arn else None
    if statement is not None:
        held = replace(held, document=Document(Place(arn, ""), {"Statement": [statement]}))
    return policy_of(held, [], set())


def _speaks(policy: Policy) -> bool:
    """Whether a policy allows anything of IAM or STS by what is known of it."""
    return any(
        statement.effect == "Allow" and (statement.action.negated or any(map(_reaches, statement.action.values)))
        for statement in policy.statements
    )


@lru_cache(maxsize=16384)
def _reaches(value: str) -> bool:
    return any(expand(value, each) for _, each in escalation.services() if each.prefix in _OWN)
