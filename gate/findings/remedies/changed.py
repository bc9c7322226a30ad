"""What was changed, of the things that have remedies of their own."""

import msgspec

from gate.findings.found import Seen
from gate.findings.statement_pairs import elements, pairs
from gate.holdings.documents import Document, Place
from gate.holdings.inventory import HeldDocument, Manner
from gate.holdings.resource_types import GROUP
from gate.iam.boxes import boxes
from gate.iam.guards import actions_of
from gate.iam.policy import Policy, Statement
from gate.new_access.causes import Lost, Sources
from gate.new_access.grants import Grant
from gate.new_access.policies import Malformed, policy_in, readable_policy
from gate.text.sentences import Label


class Written(msgspec.Struct, frozen=True, gc=False):
    """Statements of the document at the place allow it: `offered`, and beside them others that `stay` as they were."""

    offered: Sources
    stay: Sources = ()


class Completed(msgspec.Struct, frozen=True, gc=False):
    """Statements of several documents allow it together."""


class Attached(msgspec.Struct, frozen=True, gc=False):
    """A document is newly attached, by the attachment at the place: `offered` are its statements, `instead_of` the
    document that was attached there before."""

    offered: Sources
    instead_of: Document | None = None


class Joined(msgspec.Struct, frozen=True, gc=False):
    """The holder newly belongs to something that has the document: `container` as people call it, None where the plan
    does not tell."""

    offered: Sources
    container: Label | None


class ConditionLost(msgspec.Struct, frozen=True, gc=False):
    """A statement lost a condition: as it was, and as it is."""

    document: Document
    was: Statement
    now: Statement


class DenyLost(msgspec.Struct, frozen=True, gc=False):
    """Statements that denied it are gone, or no longer reach the holder."""

    denied: Sources


class BoundaryLost(msgspec.Struct, frozen=True, gc=False):
    """The permissions boundary, or what of it stopped this, is gone."""


Changed = Written | Completed | Attached | Joined | ConditionLost | DenyLost | BoundaryLost


def changed(grant: Grant, seen: Seen) -> Changed:
    """What made a grant new."""
    cause = grant.cause
    if cause.lost is Lost.DENY:
        return DenyLost(cause.denied)
    if cause.lost is Lost.BOUNDARY:
        return BoundaryLost()
    places = {document.place for document, _ in grant.sources}
    if grant.place not in places:
        return _through(grant, seen)
    if cause.together:
        return Completed()
    own = tuple(source for source in grant.sources if source[0].place == grant.place)
    if cause.lost is Lost.CONDITION:
        return without_condition(own, seen) or _written(own, grant, seen)
    return _written(own, grant, seen)


def _written(own: Sources, grant: Grant, seen: Seen) -> Written:
    """The statements of the document, without those that were the same before where the others are enough."""
    former = seen.documents.before.get(grant.place)
    was = {elements(one) for one in readable_policy(former).statements} if former else set()
    stay = tuple(source for source in own if elements(source[1]) in was)
    new = tuple(source for source in own if source not in stay)
    return Written(new, stay) if _is_enough([one for _, one in new], grant, seen) else Written(own)


def _through(grant: Grant, seen: Seen) -> Changed:
    """An attachment or a membership."""
    offered = {document.place for document, _ in grant.sources}
    through = [held for held in grant.holder.after if _leads(held, grant.place)]
    held = next((one for one in through if one.document.place in offered), through[0] if through else None)
    link = next((x for x in held.links if x.place == grant.place), None) if held else None
    if held is None or link is None:
        return Completed()
    if link.manner is Manner.MEMBERSHIP:
        return Joined(_enough(grant, seen), _container(held, grant.place, seen))
    former = [one.document for one in grant.holder.before if _leads(one, grant.place)]
    now = {one.document.place for one in through}
    return Attached(_enough(grant, seen), next((document for document in former if document.place not in now), None))


def _enough(grant: Grant, seen: Seen) -> Sources:
    """The sources in documents that give by themselves what is asked for; all where none does."""
    documents: dict[Place, list[Statement]] = {}
    for document, statement in grant.sources:
        documents.setdefault(document.place, []).append(statement)
    alone = {place for place, statements in documents.items() if _is_enough(statements, grant, seen)}
    return tuple(source for source in grant.sources if source[0].place in alone) or grant.sources


def _is_enough(statements: list[Statement], grant: Grant, seen: Seen) -> bool:
    """Whether statements allow by themselves what is asked for."""
    allows, _ = boxes(Policy(tuple(statements)), seen.service, None, worst=False)
    return grant.question.is_met(actions_of(allows), seen.service)


def _leads(held: HeldDocument, place: Place) -> bool:
    return any(link.place == place for link in held.links)


def _container(held: HeldDocument, place: Place, seen: Seen) -> Label | None:
    """The group or permission set that a membership is in: who has the same document one step nearer."""
    at = next(i for i, link in enumerate(held.links) if link.place == place)
    return seen.lookup.labels.get((held.document.place, held.links[:at]), Label(GROUP, GROUP) if at == 0 else None)


def without_condition(own: Sources, seen: Seen) -> ConditionLost | None:
    """The first statement that was the same under a condition."""
    for document, now in own:
        former = seen.documents.before.get(document.place)
        if former is None:
            continue
        before, after = policy_in(former), policy_in(document)
        if isinstance(before, Malformed) or isinstance(after, Malformed):
            continue
        for was, same in pairs(before.statements, after.statements):
            if (
                same is not None
                and was is not None
                and same.index == now.index
                and {*was.conditions} > {*now.conditions}
            ):
                return ConditionLost(document, was, now)
    return None
