"""after - before, per holder: whom it can newly become, or whose policies it can newly write (gate.iam.ways).

Every way is asked for on concrete ARNs: those of the plan's principals that have full access, the holder's own, and one
of which no policy names any part, which stands for the principals that the plan does not show. Where one of several
texts will stand in an Allow, each counts, and an uncertain Deny stops nobody; any other unknown part of an Allow
reaches nobody, but for a text that stands for the ARN of one principal.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from gate.holdings.credentials import Credential
from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder, PolicyHolder
from gate.holdings.identities import Identity
from gate.holdings.inventory import HeldDocument
from gate.holdings.principal import POLICY
from gate.holdings.resource_types import ROLE
from gate.iam import access, escalation, evaluate, narrowed
from gate.iam.access import Cell
from gate.iam.alternatives import in_force, standing
from gate.iam.guards import Box
from gate.iam.patterns import FRESH, MANY, Budget, OutOfBudget
from gate.iam.policy import Policy, Statement
from gate.iam.service import FRESH_ID
from gate.iam.variables import IS
from gate.iam.ways import PROVIDERS, Gain, Way
from gate.new_access.becoming_targets import (
    Key,
    Surroundings,
    Target,
    key_of,
    keys_of,
    surroundings,
    targets,
)
from gate.new_access.credentials import Becomable, becomable
from gate.new_access.effective import EffectivePolicies, document_position
from gate.new_access.entrances import Entrance, entrances, open_to_everyone
from gate.new_access.gains import is_gain, may_assume
from gate.new_access.grants import Grant, Introduced, Unconfirmed, Witness
from gate.new_access.inquiry import BUDGET, LEAST, Inquiry
from gate.new_access.introduced import undetermined_grant
from gate.new_access.powerful import Powerful
from gate.new_access.questions import Question
from gate.new_access.releasing import Releasing
from gate.new_access.table_access import is_full_without, is_open_on, policies_of
from gate.new_access.trust import trusts_service
from gate.new_access.undetermined import Undetermined
from gate.text.sentences import NO_WORDS, Sentence

if TYPE_CHECKING:  # loaded only where something is found
    from gate.new_access.causes import Cause

_ASSUME = escalation.bits(("sts:AssumeRole",))
_NAMES, _ACCOUNTS = ("admin", "example", "x1"), ("111122223333", "444455556666")  # to show


class Becoming(msgspec.Struct, frozen=True, gc=False):
    """What a holder can newly do, by one or more `ways` of one gain, to `whom`: the label of a principal with full
    access, empty for any of this kind; `of_some`: to some keys, or under a condition, alone. `is_own`: to itself.
    Without ways it can't be told. It is not `certain` where something of its policies is not known yet."""

    grant: Grant
    gain: Gain
    kind: str
    whom: Sentence
    is_own: bool
    ways: tuple[Way, ...]
    of_some: bool = False
    certain: bool = True


class Becomings(msgspec.Struct, frozen=True, gc=False):
    """All that is new for the holders of a plan."""

    grants: tuple[Becoming, ...] = ()
    entrances: tuple[Entrance, ...] = ()
    credentials: tuple[Becomable, ...] = ()


def becomings(
    found: Sequence[Introduced],
    policies: Sequence[PolicyHolder],
    named: tuple[Identity, ...],
    inquiry: Inquiry,
    made: Iterable[Credential] = (),
) -> Becomings:
    """Everything that is new, by what policies say and by the credentials that are `made`. Who has full access to every
    key before or after, of which nothing is held back, gains nothing by it, nor who has all that somebody has by
    becoming that one. Raises Unconfirmed.

    A managed policy counts where nobody in the plan has it, and it does not take the place of a deleted one that
    could do as much. Of a created group its members are looked at.
    """
    holders = {key_of(one.holder): one for one in found}
    known = [(each, one) for each in named if (one := _holder(each, holders)) is not None]
    powerful = Powerful(inquiry)
    alone = {policy.holder.principal for policy in policies if not policy.attached_after and not policy.bounds}
    gone = [policy.holder for policy in policies if policy.planned.deleted]
    look = _Look(named, known, powerful, inquiry)
    grants: list[Becoming] = []
    for one in found:
        holder = one.holder
        is_policy = holder.principal.kind == POLICY
        told_of_others = bool(holder.only_members) or (is_policy and holder.principal not in alone)
        if one.combined or told_of_others or powerful.has_all(one):
            continue
        new = look.new(one)
        if new and is_policy and not holder.before:
            formerly = (replace(one, holder=replace(holder, before=former.before)) for former in gone)
            new = new if all(map(look.new, formerly)) else []
        grants += new
    trusting = [(each, one) for each, one in known if each.kind == ROLE and not _trusts_as_before(each)]
    let_in = (
        *entrances([pair for pair in trusting if powerful.stays(pair[1])], holders, powerful, inquiry.work.becoming),
        *open_to_everyone(
            [pair for pair in trusting if not powerful.after(pair[1])], holders, powerful, inquiry.work.becoming
        ),
    )
    return Becomings(tuple(grants), let_in, tuple(becomable(made, found, known, powerful)))


def _trusts_as_before(role: Identity) -> bool:
    """Whether the trust policy of a role stays as it is."""
    was, will = role.trust_before, role.trust_after
    return was is not None and will is not None and was.content == will.content


def _holder(identity: Identity, holders: dict[Key, Introduced]) -> Introduced | None:
    """The holder that a resource is."""
    return next((holders[key] for key in keys_of(identity) if key in holders), None)


class _Case(msgspec.Struct, frozen=True, gc=False):
    """What a holder may gain on one ARN, and what its policies say of it before and after."""

    holder: Holder
    target: Target
    gain: Gain
    was: EffectivePolicies
    will: EffectivePolicies


class _Look:
    """Looks at one holder after the other."""

    def __init__(
        self,
        named: tuple[Identity, ...],
        known: list[tuple[Identity, Introduced]],
        powerful: Powerful,
        inquiry: Inquiry,
    ) -> None:
        self._named, self._known, self._powerful = named, known, powerful
        self._documents, self._service = inquiry.documents, inquiry.service
        self._whole = inquiry.work.becoming

    @cached_property
    def _by_label(self) -> dict[Sentence, Introduced]:
        return {one.holder.label: one for _, one in self._full}

    @cached_property
    def _full(self) -> list[tuple[Identity, Introduced]]:
        """Everybody whom it is worth becoming."""
        return [(each, one) for each, one in self._known if self._powerful.after(one)]

    @cached_property
    def _around(self) -> Surroundings:
        holders = {key_of(one.holder): one.holder for _, one in self._known}
        labels = ((each, one.holder.label) for each, one in self._full)
        of_some = (one.holder.label for _, one in self._full if self._powerful.of_some(one))
        return surroundings(self._named, labels, holders, of_some)

    def _gains_nothing(self, one: Introduced, target: Target) -> bool:
        """Whether a holder has all that whom it may become has."""
        by = None if target.kind in PROVIDERS else self._by_label.get(target.whom)
        if by is None or (by.is_full and not one.is_full):
            return False
        return self._powerful.gains_nothing(one, by)

    def new(self, one: Introduced) -> list[Becoming]:
        """Everything that is new for a holder, what reaches anybody first."""
        holder = one.holder
        if holder.before == holder.after and holder.boundary_before == holder.boundary_after:
            return []
        both = policies_of(holder)
        if both is None or not access.widened(both[0].access, both[1].access):
            return []
        share = max(min(BUDGET, self._whole.steps), LEAST)
        budget = Budget(share)
        found: dict[tuple[Place, Gain, str], Becoming] = {}
        try:
            for target in targets(holder, self._around, sorted(access.resources(both[0].access, both[1].access))):
                if self._gains_nothing(one, target):
                    continue
                was, will = (
                    replace(each, access=narrowed.on_one(each.access, arn))
                    for each, arn in zip(both, (target.former_arn or target.arn, target.arn), strict=True)
                )
                for gain in Gain if access.widened(was.access, will.access) else ():
                    for new in self._to(_Case(holder, target, gain, was, will), budget):
                        found.setdefault((new.grant.place, gain, target.reached), new)
        except OutOfBudget:
            doubt = undetermined_grant(holder, self._documents, Undetermined.INTRICATE)
            found[doubt.place, Gain.BECOMES, ""] = Becoming(doubt, Gain.BECOMES, "", NO_WORDS, False, ())
        self._whole.steps -= share - max(budget.steps, 0)
        return [*found.values()]

    def _to(self, case: _Case, budget: Budget) -> Iterator[Becoming]:
        """What is new on one ARN: nothing where the same gain was there before, by whatever way."""
        target = case.target
        ways = escalation.ways(case.gain, target.kind)
        if case.gain is Gain.RELEASES and target.is_own:
            ways = tuple(way for way in ways if is_full_without(case.holder, self._service, way.action))
        if not ways or not is_gain(case.gain, target, case.holder, self._service):
            return
        asked = escalation.bits(_actions(ways)) & ~(0 if may_assume(target, case.holder, self._around) else _ASSUME)
        before, after = narrowed.only(case.was.access, asked), narrowed.only(case.will.access, asked)
        if not access.widened(before, after):
            return

        def worth(actions: int) -> bool:
            return any(_has(actions, way) for way in ways)

        for cell in access.cells(before, after, MANY, [target.arn], worth, budget):
            varies = any(clause.operator == IS for clause in cell.guard)
            if cell.together or (varies and not target.is_own):
                continue
            releasing = Releasing(case.holder, target, self._around, self._service)
            new = tuple(_open(ways, cell, cell.after.allowed, in_force(after.denies, cell.gone), releasing))
            if new and not any(_open(ways, cell, cell.before.allowed, standing(before.denies), releasing)):
                yield self._becoming(case, cell, new)

    def _becoming(self, case: _Case, cell: Cell, ways: tuple[Way, ...]) -> Becoming:
        names, target = _actions(ways), case.target
        cause = self._cause(case, cell, escalation.bits(names))
        witness = _witness(target, ways[0], cell, case.will)
        grant = Grant(case.holder, cause, (), (), 0, witness, question=Question(any_of=names))
        of_some = target.whom in self._around.of_some
        certain = not is_open_on(case.holder, escalation.bits(names))
        return Becoming(grant, case.gain, target.reached, target.whom, target.is_own, ways, of_some, certain)

    def _cause(self, case: _Case, cell: Cell, asked: int) -> "Cause":
        """Where the change was made: what newly allows it, else what no longer denies it, else the boundary."""
        from gate.new_access.causes import Cause, Lost, first_place_of_change, place_of_boundary

        holder, was, will = case.holder, case.was, case.will
        stated: dict[tuple[Place, int], tuple[Document, Statement]] = {}
        changed: set[Place] = set()
        for box in cell.after.allows:
            position = document_position(box.origin)
            if position >= 0 and box.actions & asked:
                document = will.held[position].document
                statement = _statement(will.policies[position], box)
                stated[document.place, statement.index] = document, statement
                place = self._changed(will.held[position], holder)
                changed.update({place} if place else ())
        sources = tuple(stated.values())
        if changed:
            place = min(changed)
            own = {document.place for document, _ in sources}
            return Cause(place, sources, together=len(own) > 1)
        lost = [was.held[i] for box in cell.before.denies if (i := document_position(box.origin)) >= 0]
        if lost:
            return Cause(lost[0].document.place, sources, Lost.DENY)
        if holder.boundary_before != holder.boundary_after:
            return Cause(place_of_boundary(holder, self._documents), sources, Lost.BOUNDARY)
        return Cause(first_place_of_change(holder, self._documents), sources)

    def _changed(self, held: HeldDocument, holder: Holder) -> Place | None:
        """The document if it allows more of any service, else the attachment that is new."""
        from gate.new_access.causes import place_of_change

        found = [
            place
            for _, service in escalation.services()
            if (place := place_of_change(held, holder, service, self._documents)) is not None
        ]
        return held.document.place if held.document.place in found else found[0] if found else None


def _open(ways: Iterable[Way], cell: Cell, allowed: int, denied: Iterable[Box], releasing: Releasing) -> Iterator[Way]:
    """The ways that are open in a cell, before or after; `denied` is what denies then."""
    target = releasing.target
    denies = narrowed.spoken_of(denied, cell.resource)
    allowed &= ~escalation.held_back(cell.guard, denies)
    for way in ways:
        passed = not way.service or (
            (target.role is None or trusts_service(target.role.trust_after, way.service))
            and escalation.passes_to(cell.guard, denies, way.service)
        )
        if passed and _has(allowed, way) and releasing.takes(way, cell.guard, denies):
            yield way


def _actions(ways: Iterable[Way]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(action for way in ways for action in way.actions))


def _has(actions: int, way: Way) -> bool:
    wanted = escalation.bits(way.actions)
    return actions & wanted == wanted


def _statement(policy: Policy, box: Box) -> Statement:
    index = box.origin[1] if isinstance(box.origin, tuple) else None
    return next(one for one in policy.statements if one.index == index)


def _witness(target: Target, way: Way, cell: Cell, will: EffectivePolicies) -> Witness:
    """A readable request that the naive evaluator allows, too; raises Unconfirmed where it does not."""
    shown = [(name, account) for name in _NAMES for account in _ACCOUNTS]
    for arn in (*(target.arn.replace(FRESH_ID, name).replace(FRESH, account) for name, account in shown), target.arn):
        if evaluate.allowed(will.policies, will.boundary, way.action, arn, cell.guard):
            return Witness(way.action, arn.replace(FRESH, "x"), cell.guard)
    raise Unconfirmed(f"{way.action} on {target.arn!r}")
