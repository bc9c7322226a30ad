"""Where a grant is reported: at the change that made it."""

from collections.abc import Iterable, Iterator
from enum import Enum, auto

import msgspec

from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.iam import access
from gate.iam.access import Cell
from gate.iam.boxes import boxes
from gate.iam.guards import Access, Box, actions_of
from gate.iam.patterns import matches
from gate.iam.policy import Statement
from gate.iam.service import Service
from gate.new_access.certain_and_worst import BeforeAndAfter
from gate.new_access.effective import EffectivePolicies, document_position
from gate.new_access.inquiry import Inquiry
from gate.new_access.policies import Malformed, PlanDocuments, policy_in
from gate.new_access.questions import Answer

Sources = tuple[tuple[Document, Statement], ...]


class Lost(Enum):
    """What stopped an access before the change and does not any more."""

    DENY = auto()
    BOUNDARY = auto()
    CONDITION = auto()


class Cause(msgspec.Struct, frozen=True, gc=False):
    """Why a cell is new: the place of the change, the statements that allow it, and what no longer stops it.

    `together`: the statements of several documents complete the grant, none of them is enough. `alone`: those of the
    holder's documents (positions) that are enough by themselves, empty where it takes all. `denied` are the statements
    that stopped it before, where a Deny is lost.
    """

    place: Place
    sources: Sources
    lost: Lost | None = None
    together: bool = False
    alone: frozenset[int] = frozenset()
    denied: Sources = ()


def causes_of(answer: Answer, changed: list[Place | None], both: BeforeAndAfter, inquiry: Inquiry) -> Iterator[Cause]:
    """The causes of a new cell; `changed` are the places of change of the holder's documents after the change.

    New Allows come first: every document that answers the question by itself, otherwise the first by address of those
    that complete the grant together. Then a Deny that is gone, at the document that lost it. Then the boundary.
    """
    question, cell, new = answer.question, answer.cell, answer.new
    holder, before, after = both.holder, both.before, both.after
    service, documents = inquiry.service, inquiry.documents
    told = new | question.telling(service)
    stated = _stated(cell, told, after)
    through: dict[Place, int] = {}
    for box in cell.after.allows:
        place = changed[document_position(box.origin)]
        if place is not None:
            through[place] = through.get(place, 0) | box.actions
    made = {place: actions for place, actions in through.items() if actions & new}
    not_stated = new & ~actions_of(cell.before.allows)
    if made and not_stated:
        alone = sorted(place for place, actions in made.items() if question.is_met(actions, service))
        for place in alone or [min(made)]:
            own_positions = frozenset(i for i, at in enumerate(changed) if at == place)
            here = {after.held[i].document.place for i in own_positions}
            own = tuple(source for source in stated if source[0].place in here)
            others = tuple(source for source in stated if source[0].place not in here)
            lost = Lost.CONDITION if _was_conditional(cell, new, here, before) else None
            if alone:
                yield Cause(place, own, lost, alone=own_positions)
            else:
                yield Cause(place, own + others, lost, bool(others))
        return
    denied = [box for box in cell.before.denies if box.actions & new and document_position(box.origin) >= 0]
    lost_at = sorted({_lost(before.held[document_position(box.origin)], after, documents) for box in denied})
    if lost_at:
        yield Cause(lost_at[0], stated, Lost.DENY, denied=_of(denied, before))
    elif holder.boundary_before is not None and not (not_stated and holder.boundary_before == holder.boundary_after):
        yield Cause(place_of_boundary(holder, documents), stated, Lost.BOUNDARY)
    else:
        yield Cause(min(made) if made else first_place_of_change(holder, documents), stated)


def _stated(cell: Cell, told: int, after: EffectivePolicies) -> Sources:
    """The statements that allow some action of a set in a cell."""
    return _of((box for box in cell.after.allows if box.actions & told), after)


def _of(boxes: Iterable[Box], policies: EffectivePolicies) -> Sources:
    """The statements that boxes come from."""
    wanted = {box.origin for box in boxes}
    return tuple(
        (policies.held[i].document, statement)
        for i, policy in enumerate(policies.policies)
        for statement in policy.statements
        if (i, statement.index) in wanted
    )


def _was_conditional(cell: Cell, new: int, here: set[Place], before: EffectivePolicies) -> bool:
    """Whether the document allowed the same before, under conditions that are dropped now."""
    return any(
        box.actions & new
        and box.guard > cell.guard
        and matches(box.resources.included, cell.resource)
        and before.held[document_position(box.origin)].document.place in here
        for box in before.access.allows
    )


def first_place_of_change(holder: Holder, documents: PlanDocuments) -> Place:
    """The first place by address at which anything changed for a holder."""
    moved = [
        place
        for held in holder.after
        for place in [held.document.place]
        if documents.before.get(place) != held.document or held not in holder.before
    ]
    gone = [held.document.place for held in holder.before if held not in holder.after]
    return min(moved or gone or [held.document.place for held in holder.after])


def place_of_change(held: HeldDocument, holder: Holder, service: Service, documents: PlanDocuments) -> Place | None:
    """Where the change was made through which a holder has a document.

    The document if it is new or allows more, else the attachment or membership that is new, else nothing. Who joins a
    group has new all that the group has, but only the membership changed.
    """
    document = held.document
    was = documents.before.get(document.place)
    if document.place.attribute and (was is None or _allows_more(was, document, service)):
        return document.place
    known = [set(other.links) for other in holder.before if other.document.place == document.place]
    new = [x.place for x in held.links if not any(x.place in {other.place for other in links} for links in known)]
    return held.joined_at if held.joined_at in new else new[0] if new else None


def _allows_more(was: Document, document: Document, service: Service) -> bool:
    if was.content == document.content:
        return False
    old, new = policy_in(was), policy_in(document)
    if isinstance(old, Malformed) or isinstance(new, Malformed):
        return True
    before, after = (Access(boxes(policy, service, None, worst=True)[0]) for policy in (old, new))
    return bool(new.unknown) or access.widened(before, after)


def _lost(held: HeldDocument, after: EffectivePolicies, documents: PlanDocuments) -> Place:
    """The document that no longer denies, or the attachment through which it no longer reaches the holder; what is to
    give it anew, where that may come too early."""
    place = held.document.place
    for other in after.held:
        if other.document.place == place and other.removed_by is not None:
            return other.removed_by
        if other.may_be_lost_at == held.given_at:
            return other.given_at
    stays = documents.after.get(place) is not None or not place.attribute  # outside the plan none changes
    reached = any(other.document.place == place for other in after.held)
    if stays and not reached and held.links:
        return held.links[0].place
    return place


def place_of_boundary(holder: Holder, documents: PlanDocuments) -> Place:
    """Where the permissions boundary of a holder changed: its document, else where it is set or was."""
    was, will = holder.boundary_before, holder.boundary_after
    if will and will.may_be_lost_at:
        return will.place
    if was and will and was.document.place == will.document.place:
        return will.document.place
    return will.place if will else was.place if was else first_place_of_change(holder, documents)
