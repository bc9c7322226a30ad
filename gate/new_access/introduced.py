"""after - before, per holder: where what a plan says (gate.holdings) meets what it means (gate.iam)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gate.holdings.documents import Place
from gate.holdings.holders import Holder
from gate.iam import access
from gate.iam.access import Cell
from gate.iam.guards import Access, actions_of
from gate.iam.patterns import FRESH, MANY, ONE, Budget, OutOfBudget, matches
from gate.iam.service import (
    ANYTHING,
    Service,
    everything,
    friendly,
    generalisations,
    parts,
)
from gate.iam.variables import IS, unveiled
from gate.new_access import few_actions
from gate.new_access.certain_and_worst import BeforeAndAfter, certain_and_worst, is_unordered
from gate.new_access.effective import (
    WORST,
    EffectivePolicies,
    HeldPolicies,
    Reading,
    bounds_of,
    document_position,
    effective_policies,
)
from gate.new_access.grants import Grant, Introduced, Unconfirmed, Witness
from gate.new_access.inquiry import BUDGET, LEAST, Answered, Inquiry, Weighed
from gate.new_access.newly_full import newly_full
from gate.new_access.policies import (
    PlanDocuments,
    policies_if_lost,
    policy_of,
    stand_ins,
)
from gate.new_access.questions import FULL, Answer, Question
from gate.new_access.same_texts import deciding_texts
from gate.new_access.undetermined import Undetermined

if TYPE_CHECKING:  # loaded only where something is found
    from gate.new_access.causes import Cause


def introduced(holder: Holder, inquiry: Inquiry) -> Introduced:
    """Everything that is new for a holder in one protected service. Raises Unconfirmed.

    A holder gets its share of the work that is left for the plan, and at least a little.
    """
    weighed = _weighed(holder, inquiry)
    compared, opening = weighed.compared, weighed.opening
    grants: list[Grant] = []
    if opening:
        grants += _answers(holder, opening, (FULL,), inquiry)
        grants += _answers(holder, opening, tuple(q for q in inquiry.questions if q.any_of), inquiry)
    return Introduced(
        holder,
        tuple(grants),
        compared.malformed if compared else (),
        weighed.was_full,
        weighed.may_be_full,
        is_full=weighed.is_full,
        compared=compared,
    )


def _weighed(holder: Holder, inquiry: Inquiry) -> Weighed:
    """What all documents of a holder come to: of those that have the same texts, one is looked at for all."""
    key = deciding_texts(holder)
    known = None if key is None else inquiry.memory.weighed.get(key)
    if known is not None:
        return _of_another(holder, known)
    found = _looked_at(holder, inquiry)
    if key is not None and not (found.compared and found.compared.malformed):
        inquiry.memory.weighed[key] = found
    return found


def _of_another(holder: Holder, known: Weighed) -> Weighed:
    """The same of another holder: where texts decide all, nothing is unknown, and there is no worst case."""
    if known.compared is None:
        return known
    certainly = known.compared.certainly
    was, will = replace(certainly.before, held=holder.before), replace(certainly.after, held=holder.after)
    own = BeforeAndAfter(holder, was, will)
    return replace(known, compared=replace(known.compared, certainly=own), opening=(own,) if known.opening else ())


def _looked_at(holder: Holder, inquiry: Inquiry) -> Weighed:
    service = inquiry.service
    seen = certain_and_worst(holder, service, inquiry.documents)
    was, will = seen.certainly.before, seen.certainly.after
    every = (seen.certainly, *seen.at_worst)
    opening = tuple(one for one in every if access.widened(one.before.access, one.after.access))
    everywhere = access.view(was.access, everything(service), frozenset())
    touched = bool(opening or seen.malformed) or access.widened(will.access, was.access)
    return Weighed(
        was_full=service.is_full(everywhere.allowed),
        may_be_full=seen.unknown_after or service.is_full(actions_of(will.access.allows)),
        is_full=service.is_full(access.view(will.access, everything(service), frozenset()).allowed),
        compared=seen if touched or _changes_unseen(holder) else None,
        opening=opening,
    )


def _changes_unseen(holder: Holder) -> bool:
    """Whether something that nobody can see comes, goes or is replaced."""
    unseen = [
        {held.document.place for held in documents if held.document.content is None}
        for documents in (holder.before, holder.after)
    ]
    return unseen[0] != unseen[1] or holder.boundary_before != holder.boundary_after


def _answers(
    holder: Holder, possible: Sequence[BeforeAndAfter], questions: tuple[Question, ...], inquiry: Inquiry
) -> Iterator[Grant]:
    """What answers some questions, all of them in one evaluation: what is certain, and then what the worst cases of
    everything unknown would newly grant, where nothing as wide is told already."""
    whole = inquiry.work.left_for(questions)
    share = max(min(BUDGET, whole.steps), LEAST)
    budget = Budget(share)
    known: dict[tuple[Place, Question], Grant] = {}
    try:
        for one in possible:
            for grant in _grants(one, questions, inquiry, budget):
                certain = known.get((grant.place, grant.question))
                if certain is None or (certain.width is None and grant.width is not None):
                    known[grant.place, grant.question] = grant
                    yield replace(grant, may_be_wider=certain is not None)
    except OutOfBudget:
        after = actions_of(box for one in possible for box in one.after.access.allows)
        for question in questions:
            if question == FULL or question.is_met(after, inquiry.service):
                yield replace(undetermined_grant(holder, inquiry.documents, Undetermined.INTRICATE), question=question)
    whole.steps -= share - max(budget.steps, 0)


def _grants(both: BeforeAndAfter, questions: tuple[Question, ...], inquiry: Inquiry, budget: Budget) -> Iterator[Grant]:
    """One grant per question and place, each the widest and least conditional that was found there."""
    holder, after, service = both.holder, both.after, inquiry.service
    best: dict[tuple[Place, Question], Grant] = {}
    reached: dict[tuple[Place, Question], set[str]] = {}
    changed: list[Place | None] = []
    for answer in _answered(both, questions, inquiry, budget):
        from gate.new_access import causes

        question, new = answer.question, answer.new
        changed = changed or [causes.place_of_change(held, holder, service, inquiry.documents) for held in after.held]
        for cause in causes.causes_of(answer, changed, both, inquiry):
            key = cause.place, question
            width, fields = _width(answer, cause, after, service)
            if width is None and not question.on_named:
                continue
            reached.setdefault(key, set()).update(_patterns(answer.cell, new))
            known = best.get(key)
            if known is not None and _rank(known.width, known.actions, service) <= _rank(width, new, service):
                continue
            witness = None if both.reason else _witness(answer, both, service)
            best[key] = Grant(holder, cause, width, fields, new, witness, both.reason, question=question)
    unknown = stand_ins(after.policies) if best else {}
    for key, grant in best.items():
        yield replace(grant, resources=tuple(unknown.get(text, text) for text in sorted(reached[key])))


def _answered(
    both: BeforeAndAfter, questions: tuple[Question, ...], inquiry: Inquiry, budget: Budget
) -> tuple[Answer, ...]:
    """Everything that answers some questions. What is remembered costs as many steps as it did, so that no verdict
    depends on who came before."""
    before, after, service = both.before, both.after, inquiry.service
    key = (before.access, after.access, questions, service)
    known = inquiry.memory.answered.get(key)
    if known is not None:
        budget.spend(known.steps)
        return known.answers
    left = budget.steps
    full = questions == (FULL,)
    if full:
        found = newly_full(before.access, after.access, service, budget)
    else:
        found = few_actions.found(questions, both, service, budget)
    answered = Answered(tuple(found), left - budget.steps)
    inquiry.memory.remember(key, answered)
    return answered.answers


def _patterns(cell: Cell, new: int) -> set[str]:
    """The resources, as policies name them, through which a cell is new: the narrowest, since what allows a part of it
    on every key makes nothing full on every key."""
    through = [box for box in cell.after.allows if box.actions & new]
    patterns = {box.resources.included for box in through}
    wider = {wide for wide in patterns for one in patterns if matches(wide, one) and not matches(one, wide)}
    found: set[str] = set()
    for box in through:
        if box.resources.included in wider:
            continue
        filled_in = [value for clause in box.guard if clause.operator == IS for value in clause.values]
        pattern = box.resources.included.replace(MANY, "*").replace(ONE, "?")
        found.update(filled_in or [unveiled(pattern)])
    return found


def _rank(width: tuple[str, ...] | None, actions: int, service: Service) -> tuple[int, bool]:
    """The widest first, and one that shows something sensitive."""
    return 99 if width is None else len(width), not actions & service.sensitive


def _width(
    answer: Answer, cause: "Cause", after: EffectivePolicies, service: Service
) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """How wide the breadth around a resource is, Denies left aside, and the values of the fields it is tied to."""
    cell, resource = answer.cell, answer.cell.resource
    if resource == ANYTHING:
        return (), ()
    allows = after.access.allows
    if cause.alone:
        allows = tuple(box for box in allows if document_position(box.origin) in cause.alone)
    allows = tuple(box for box in allows if not any(clause.operator == IS for clause in box.guard))  # names a resource
    allows = tuple(box for box in allows if box.goes_with not in cell.gone)
    own_access = Access(allows, (), after.access.boundary)
    for point, kept in generalisations(service, resource):
        granted = access.view(own_access, point, cell.guard, together=cell.together).granted
        if answer.question.is_met(granted, service):
            own = dict(zip(service.fields, parts(service, resource), strict=True))
            return kept, tuple(own[name].replace(FRESH, "*") for name in kept)
    return None, ()


def _witness(answer: Answer, both: BeforeAndAfter, service: Service) -> Witness:
    """A readable request that both evaluators call new; raises Unconfirmed where they disagree."""
    from gate.iam import evaluate

    resource, guard, new = answer.cell.resource, answer.cell.guard, answer.new
    before, after = both.before, both.after
    candidates: Iterable[str] = [resource] if resource == ANYTHING else [*friendly(service, resource), resource]
    for text in candidates:
        for action in service.by_weight(new):
            allowed_after = evaluate.allowed(after.policies, after.boundary, action, text, guard)
            if allowed_after and not evaluate.allowed(before.policies, before.boundary, action, text, guard):
                return Witness(action, unveiled(text), guard)
    raise Unconfirmed(f"{', '.join(service.names(new))} on {unveiled(resource)!r}")


def undetermined_grant(holder: Holder, documents: PlanDocuments, reason: Undetermined) -> Grant:
    """A grant of which no more is known than that it may be."""
    from gate.new_access import causes

    cause = causes.Cause(causes.first_place_of_change(holder, documents), ())
    return Grant(holder, cause, None, (), 0, None, reason)


def may_widen(holder: Holder, service: Service) -> bool:
    """Whether anything of the service may be open after the change that was not before."""
    before = [policy_of(held, [], set()) for held in holder.before]
    after = policies_if_lost(holder, [policy_of(held, [], set()) for held in holder.after])
    bounds = bounds_of(holder)
    was = effective_policies(HeldPolicies(holder.before, before, bounds.worst_before), service, Reading(best=True))
    will = effective_policies(HeldPolicies(holder.after, after, bounds.worst_after), service, WORST)
    return is_unordered(holder) or access.widened(was.access, will.access)
