"""after - before, per holder: where what a plan says (gate.holdings) meets what it means (gate.iam)."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from gate.holdings.accounts import Account
from gate.holdings.documents import Place
from gate.holdings.holders import Holder
from gate.iam import access, evaluate
from gate.iam.access import Cell
from gate.iam.conditions import Guard
from gate.iam.guards import Access
from gate.iam.patterns import FRESH, MANY, ONE, Budget, OutOfBudget
from gate.iam.policy import Policy
from gate.iam.service import Service, everything, friendly, generalisations, in_partition, partitions, parts, spanning
from gate.iam.variables import IS, unveiled
from gate.new_access import causes
from gate.new_access.effective import EffectivePolicies, bounds_of, effective_policies, union
from gate.new_access.policies import (
    Malformed,
    PlanDocuments,
    certain_policies,
    has_unknown,
    policies_if_lost,
    policy_of,
    stand_ins,
    without_open_denies,
)
from gate.new_access.undetermined import Undetermined

BUDGET = 500_000  # steps of work for one holder, about half a second
WHOLE = 8 * BUDGET  # for all holders of a plan
LEAST = 20_000  # for any holder, when the others have used it up
ANYTHING = "*"  # the resource of a request for what knows no other


class Unconfirmed(Exception):
    """The naive evaluator does not agree with the algebra: a bug in gate, and no verdict."""


class Witness(msgspec.Struct, frozen=True, gc=False):
    """A request that is allowed after and was not before, while exactly `guard` holds."""

    action: str
    resource: str
    guard: Guard


class Grant(msgspec.Struct, frozen=True, gc=False):
    """Full access that a holder newly has, or may have where `undetermined` says why that can't be told.

    `cause` is where the change was made and what allows it. `width` names the fields of a resource that the breadth is
    tied to, `fields` their values; empty for every resource, None where it is tied to names. `actions` are newly
    allowed (bit set); `resources` are those, as policies name them, on which. An undetermined one may stand
    beside a certain one that is tied to names and `may_be_wider`. `accounts` are those of which nobody knows whether
    they are one.
    """

    holder: Holder
    cause: causes.Cause
    width: tuple[str, ...] | None
    fields: tuple[str, ...]
    actions: int
    witness: Witness | None
    undetermined: Undetermined | None = None
    resources: tuple[str, ...] = ()
    may_be_wider: bool = False
    accounts: tuple[Account, ...] = ()

    @property
    def place(self) -> Place:
        return self.cause.place

    @property
    def sources(self) -> causes.Sources:
        return self.cause.sources


class Introduced(msgspec.Struct, frozen=True, gc=False):
    """What is new for one holder. `was_full`: it could do everything before, so nothing unknown can add to that.
    `combined`: the holder is one only if accounts are one of which that is not proven."""

    holder: Holder
    grants: tuple[Grant, ...]
    malformed: tuple[Malformed, ...]
    was_full: bool
    may_be_full: bool
    combined: bool = False


def introduced(holder: Holder, service: Service, documents: PlanDocuments, whole: Budget) -> Introduced:
    """Everything that is new for a holder in one protected service. Raises Unconfirmed.

    `whole` is the work that is left for the plan: a holder gets its share of it, and at least a little.
    """
    malformed: list[Malformed] = []
    same = {held.document.content for held in holder.before if isinstance(held.document.content, str)}
    after = [policy_of(held, service, malformed, same) for held in holder.after]
    before = [policy_of(held, service, [], same) for held in holder.before]
    bounds = bounds_of(holder, service)
    known = [without_open_denies(policy) for policy in before]
    was = effective_policies(holder.before, known, bounds.before, service, worst=False)
    sure = certain_policies(holder, after)
    will = effective_policies(
        holder.after, sure, bounds.after, service, worst=False, best=True, documents_before=documents.before
    )
    unknown = any(map(has_unknown, sure))
    share = max(min(BUDGET, whole.steps), LEAST)
    budget = Budget(share)
    grants: list[Grant] = []
    try:
        grants += _grants(holder, was, will, service, documents, budget, None)
        if unknown or bounds.worst or any(map(has_unknown, before)):
            reason = Undetermined.BOUNDARY if bounds.worst and not unknown else Undetermined.POLICY
            grants += _possible(holder, before, sure, service, documents, budget, reason, grants)
        if any(held.holder_is_uncertain for held in holder.after):
            grants += _possible(holder, before, after, service, documents, budget, Undetermined.PRINCIPAL, grants)
        if _is_unordered(holder):
            lost = policies_if_lost(holder, sure)
            grants += _possible(holder, before, lost, service, documents, budget, Undetermined.ORDER, grants)
    except OutOfBudget:
        grants.append(undecided(holder, documents, Undetermined.INTRICATE))
    whole.steps -= share - max(budget.steps, 0)
    everywhere = access.view(was.access, everything(service), frozenset())
    may_be_full = unknown or service.is_full(union(will.access.allows))
    return Introduced(holder, tuple(grants), tuple(malformed), service.is_full(everywhere.allowed), may_be_full)


def _is_unordered(holder: Holder) -> bool:
    bounded = holder.boundary_after is not None and holder.boundary_after.may_be_lost_at is not None
    return bounded or any(held.may_be_lost_at is not None for held in holder.after)


def _possible(
    holder: Holder,
    before: list[Policy],
    after: list[Policy],
    service: Service,
    documents: PlanDocuments,
    budget: Budget,
    reason: Undetermined,
    told: Sequence[Grant],
) -> Iterator[Grant]:
    """What the worst case of everything unknown would newly grant, where nothing as wide is told already."""
    known = {grant.place: grant for grant in told}
    bounds = bounds_of(holder, service)
    boundary = holder.boundary_after
    lost = reason is Undetermined.ORDER and boundary is not None and boundary.may_be_lost_at is not None
    was = effective_policies(holder.before, before, bounds.worst_before, service, worst=False, best=True, others=after)
    will = effective_policies(holder.after, after, None if lost else bounds.worst_after, service, worst=True)
    for grant in _grants(holder, was, will, service, documents, budget, reason):
        certain = known.get(grant.place)
        if certain is None or (certain.width is None and grant.width is not None):
            yield replace(grant, may_be_wider=certain is not None)


def _grants(
    holder: Holder,
    before: EffectivePolicies,
    after: EffectivePolicies,
    service: Service,
    documents: PlanDocuments,
    budget: Budget,
    undetermined: Undetermined | None,
) -> Iterator[Grant]:
    """One grant per place, each the widest and least conditional that was found there."""
    if not access.widened(before.access, after.access):
        return
    best: dict[Place, Grant] = {}
    reached: dict[Place, set[str]] = {}
    changed = [causes.place_of_change(held, holder, service, documents) for held in after.held]
    for cell, new in _found(before, after, service, budget):
        for cause in causes.causes_of(cell, new, changed, holder, before, after, service, documents):
            place = cause.place
            width, fields = _width(cell, after, cause, service)
            reached.setdefault(place, set()).update(_patterns(cell, new))
            known = best.get(place)
            if known is not None and _rank(known.width, known.actions, service) <= _rank(width, new, service):
                continue
            witness = None if undetermined else _witness(cell.resource, new, cell.guard, before, after, service)
            best[place] = Grant(holder, cause, width, fields, new, witness, undetermined)
    unknown = stand_ins(after.policies)
    for place, grant in best.items():
        yield replace(grant, resources=tuple(unknown.get(text, text) for text in sorted(reached[place])))


def _found(
    before: EffectivePolicies, after: EffectivePolicies, service: Service, budget: Budget
) -> Iterator[tuple[Cell, int]]:
    """Every newly full cell of every partition, with the actions that make it so."""
    mentioned = access.resources(before.access, after.access)
    for partition in partitions(mentioned):
        every = everything(service, partition)
        shape = in_partition(service, partition)
        points = [every, *spanning(service, partition, mentioned)]
        for cell in access.cells(before.access, after.access, shape, points, service.is_full, budget):
            yield from _new(cell, service, ~service.unscoped)
        was, will = (access.at_once(side.access, every, ANYTHING, service.unscoped) for side in (before, after))
        if access.widened(*(access.only(side, service.unscoped) for side in (was, will))):
            for cell in access.cells(was, will, MANY, [ANYTHING], service.is_full, budget):
                yield from _new(cell, service, service.unscoped)


def _patterns(cell: Cell, new: int) -> set[str]:
    """The resources, as policies name them, through which a cell is new."""
    found: set[str] = set()
    for box in cell.after.allows:
        if box.actions & new:
            filled_in = [value for clause in box.guard if clause.operator == IS for value in clause.values]
            pattern = box.resources.included.replace(MANY, "*").replace(ONE, "?")
            found.update(filled_in or [unveiled(pattern)])
    return found


def _rank(width: tuple[str, ...] | None, actions: int, service: Service) -> tuple[int, bool]:
    """The widest first, and one that shows something sensitive."""
    return 99 if width is None else len(width), not actions & service.sensitive


def _new(cell: Cell, service: Service, told: int) -> Iterator[tuple[Cell, int]]:
    """The cell with those of the actions `told` that make it newly full (docs/semantics.md: full, and newly)."""
    new = cell.after.allowed & ~cell.before.allowed & told
    if service.is_full(cell.before.granted):
        new &= service.sensitive
    if new and cell.reached & service.sensitive & ~service.unscoped:
        yield cell, new


def _width(
    cell: Cell, after: EffectivePolicies, cause: causes.Cause, service: Service
) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """How wide the breadth around a resource is, Denies left aside, and the values of the fields it is tied to."""
    resource = cell.resource
    if resource == ANYTHING:
        return (), ()
    allows = after.access.allows
    if cause.alone:
        allows = tuple(box for box in allows if causes.document_position(box.origin) in cause.alone)
    allows = tuple(box for box in allows if not any(clause.operator == IS for clause in box.guard))  # names a resource
    own_access = Access(allows, (), after.access.boundary)
    for point, kept in generalisations(service, resource):
        if service.is_full(access.view(own_access, point, cell.guard, together=cell.together).granted):
            own = dict(zip(service.fields, parts(service, resource), strict=True))
            return kept, tuple(own[name].replace(FRESH, "*") for name in kept)
    return None, ()


def _witness(
    resource: str, new: int, guard: Guard, before: EffectivePolicies, after: EffectivePolicies, service: Service
) -> Witness:
    """A readable request that both evaluators call new; raises Unconfirmed where they disagree."""
    candidates: Iterable[str] = [resource] if resource == ANYTHING else [*friendly(service, resource), resource]
    for text in candidates:
        for action in service.by_weight(new):
            allowed_after = evaluate.allowed(after.policies, after.boundary, action, text, guard)
            if allowed_after and not evaluate.allowed(before.policies, before.boundary, action, text, guard):
                return Witness(action, unveiled(text), guard)
    raise Unconfirmed(f"{', '.join(service.names(new))} on {unveiled(resource)!r}")


def undecided(holder: Holder, documents: PlanDocuments, reason: Undetermined) -> Grant:
    """A grant of which no more is known than that it may be."""
    cause = causes.Cause(causes.first_place_of_change(holder, documents), ())
    return Grant(holder, cause, None, (), 0, None, reason)


def may_widen(holder: Holder, service: Service) -> bool:
    """Whether anything of the service may be open after the change that was not before."""
    before = [policy_of(held, service, [], set()) for held in holder.before]
    after = policies_if_lost(holder, [policy_of(held, service, [], set()) for held in holder.after])
    bounds = bounds_of(holder, service)
    was = effective_policies(holder.before, before, bounds.worst_before, service, worst=False, best=True)
    will = effective_policies(holder.after, after, bounds.worst_after, service, worst=True)
    return _is_unordered(holder) or access.widened(was.access, will.access)
