"""The statement to write instead: the offered one, narrowed.

It never allows more than what was offered: its actions, resources and conditions are each no wider. That it raises no
finding is proved by gate itself, in tests/findings/test_suggested.py.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import Any

import msgspec

from gate.findings.found import Seen
from gate.findings.remedies import writing
from gate.findings.remedies.author import Author
from gate.findings.remedies.keys import Key, Keys, keys_for
from gate.findings.remedies.writing import NotWritten, expressed
from gate.findings.statement_pairs import elements
from gate.holdings.documents import Document
from gate.holdings.inventory import Manner
from gate.iam.bits import union
from gate.iam.boxes import boxes, expand
from gate.iam.guards import actions_of
from gate.iam.patterns import matches
from gate.iam.policy import Policy, Statement
from gate.iam.service import Service, assembled
from gate.new_access.causes import Sources
from gate.new_access.grants import Grant
from gate.new_access.policies import readable_policy
from gate.new_access.questions import FULL
from gate.unknown import StandIn


class Why(Enum):
    """Why the actions of a suggestion are those."""

    ASKED = auto()
    BEFORE = auto()
    NEEDED = auto()
    USUAL = auto()


class Suggestion(msgspec.Struct, frozen=True, gc=False):
    """A statement to write in the place of `replaced` ones (document and statement).

    `keys` are its resources, `why` tells where its actions come from, `needed_by` the actions of other services that
    need them. `staying`: the offered statements have other actions, which stay where they are.
    """

    statement: writing.Statement
    replaced: Sources
    keys: Keys
    why: Why
    needed_by: tuple[str, ...] = ()
    staying: bool = False


def suggestion(
    offered: Sources, grant: Grant, seen: Seen, author: Author, *, its_own: bool = True
) -> Suggestion | None:
    """What to write instead of some statements, None where nothing narrower is certain to help.

    `its_own`: it is written where the offered statements are, else into a policy of the holder's own.
    """
    service = seen.service
    alike = _alike(offered)
    if not alike or any(document.sensitive for document, _ in offered):
        return None
    statements = [statement for _, statement in alike]
    others = list(_others(offered, grant, its_own=its_own))
    shown = [statement for document, statement in others if not document.sensitive]
    before = list(_before(alike, seen)) if its_own else []
    sample = assembled(service, tuple(samples[0] for samples in service.samples))
    keys = keys_for(statements, (*before, *shown), author, seen, _example(grant, sample, service))
    every = [statement for _, statement in others]
    staying_as_they_were = {elements(one) for one in every}
    gone = [one for one in before if elements(one) not in staying_as_they_were]
    chosen, why, needed_by = _actions(statements, gone, (*statements, *shown), grant, service)
    if keys is None or not chosen or _completes(chosen, every, keys.keys, service):
        return None
    first = statements[0]
    staying = any(_stays(value, one, service) for one in statements for value in one.action.values)
    try:
        condition = expressed(entry(alike[0]).get("Condition") or {}, author)
    except NotWritten:
        return None
    statement = writing.Statement(
        chosen,
        tuple(key.written for key in keys.keys),
        sid=first.sid if its_own and not staying else None,
        condition=condition,
    )
    return Suggestion(statement, offered, keys, why, needed_by, staying and its_own)


def narrowed_actions(offered: Sequence[Statement], service: Service) -> tuple[str, ...]:
    """The actions to use a resource that statements ask for by name, else those of them that are used most."""
    allowed = actions_of(boxes(Policy(tuple(offered)), service, None, worst=False)[0]) & ~service.unscoped
    return _within(list(_harmless(offered, service)) or service.words.used, allowed, service)


def _alike(offered: Sources) -> Sources:
    """Those of the statements that hold under the conditions of the first, and are certain."""
    certain = [(d, s) for d, s in offered if s.effect == "Allow" and s.certain and not s.action.unknown]
    return tuple(source for source in certain if source[1].conditions == certain[0][1].conditions)


def entry(source: tuple[Document, Statement]) -> dict[str, Any]:
    """A statement as its document has it. Raises NotWritten where the document does not show it whole."""
    document, statement = source
    content = document.content
    if isinstance(content, str):
        content = json.loads(content.removeprefix("\ufeff"))
    listed = content.get("Statement") if isinstance(content, dict) else None
    entry = listed[statement.index] if isinstance(listed, list) and statement.index < len(listed) else listed
    if not isinstance(entry, dict):
        raise NotWritten
    return entry


def _others(offered: Sources, grant: Grant, *, its_own: bool) -> Iterator[tuple[Document, Statement]]:
    """The other statements of the holder, each with its document, without those that go where the suggestion comes."""
    replaced = {(document.place, statement.index) for document, statement in offered}
    documents = {document.place for document, _ in offered}
    for held in grant.holder.after:
        goes = any(
            link.place == grant.place and (link.manner is Manner.MEMBERSHIP or held.document.place in documents)
            for link in held.links
        )
        if its_own or not goes:
            for statement in readable_policy(held.document).statements:
                if statement.effect == "Allow" and (held.document.place, statement.index) not in replaced:
                    yield held.document, statement


def _before(offered: Sources, seen: Seen) -> Iterator[Statement]:
    """The statements about the service that the documents had before the change."""
    for place in dict.fromkeys(document.place for document, _ in offered):
        former = seen.documents.before.get(place)
        if former is not None and not former.sensitive:
            for statement in readable_policy(former).statements:
                if statement.effect == "Allow" and not statement.action.negated:
                    yield statement


def _actions(
    offered: Sequence[Statement],
    before: Iterable[Statement],
    every: Iterable[Statement],
    grant: Grant,
    service: Service,
) -> tuple[tuple[str, ...], Why, tuple[str, ...]]:
    """The actions, why these, and what needs them: those that were asked for by name, that the document allowed before
    or that other statements need, else those that are used most."""
    allowed = actions_of(boxes(Policy(tuple(offered)), service, None, worst=False)[0]) & ~service.unscoped
    if grant.question != FULL:
        by_name = [value for one in offered for value in _reaching(one, service) if not set(value) & set("*?")]
        asked = [*by_name, *_harmless(offered, service), *service.by_weight(grant.actions & allowed)]
        return _within(asked, allowed, service), Why.ASKED, ()
    asked = list(_harmless(offered, service))
    former = list(_harmless(before, service))
    if asked or former:
        return _within([*asked, *former], allowed, service), Why.ASKED if asked else Why.BEFORE, ()
    values = [value for one in every if not one.action.negated for value in one.action.values]
    needed = list(service.needs.of(values))
    if needed:
        names = _within([name for _, names in needed for name in names], allowed, service)
        return names, Why.NEEDED, tuple(dict.fromkeys(action for action, _ in needed))
    return _within(service.words.used, allowed, service), Why.USUAL, ()


def _reaching(statement: Statement, service: Service) -> Iterator[str]:
    """The Action values that reach the service; `NotAction` as the one that reaches everything."""
    if statement.action.negated:
        yield "*"
    else:
        yield from (value for value in statement.action.values if expand(value, service))


def _harmless(statements: Iterable[Statement], service: Service) -> Iterator[str]:
    """The Action values that ask for actions of the service on resources, and for no administration."""
    for one in statements:
        for value in _reaching(one, service):
            reached = expand(value, service)
            own = value.partition(":")[0].lower() == service.prefix
            if own and reached & ~service.unscoped and not reached & service.administration & ~service.unscoped:
                yield value


def _within(values: Iterable[str], allowed: int, service: Service) -> tuple[str, ...]:
    """Action values, each once, without those that others cover, and by name where not all that one covers is
    allowed."""
    found: dict[str, int] = {}
    for value in values:
        reached = expand(value, service)
        names = [value] if not reached & ~allowed & ~service.unscoped else service.names(reached & allowed)
        for name in names:
            bits = expand(name, service) & ~service.unscoped
            if bits and bits & ~union(found.values()):
                found = {other: others for other, others in found.items() if others & ~bits}
                found[name] = bits
    return tuple(found)


def _completes(chosen: Sequence[str], others: Sequence[Statement], keys: Sequence[Key], service: Service) -> bool:
    """Whether the actions add to what other statements allow and are, with these, all power over one of the keys."""
    own = union(expand(name, service) for name in chosen)
    allows = boxes(Policy(tuple(others)), service, None, worst=True)[0]
    for key in keys:
        if set(key.stands_for) & set("*?$"):  # which of the others speak of the same keys is not looked at
            if service.is_full(own | actions_of(allows)):
                return True
            continue
        without = actions_of(box for box in allows if matches(box.resources.included, key.stands_for))
        if service.is_full(own | without) and own & ~without:
            return True
    return False


def _stays(value: str, statement: Statement, service: Service) -> bool:
    """Whether an Action value is of another service, or of no resource, and so no part of the suggestion."""
    if statement.action.negated:
        return False
    reached = expand(value, service)
    return not reached or (not reached & ~service.unscoped and not reached & service.sensitive)


def _example(grant: Grant, sample: str, service: Service) -> Key:
    """The ARN of a key to be replaced: the one of the witness, which the offered statement allows. What stands for one
    that is not known yet is no text for a document."""
    if grant.witness is None or not matches(service.shape, grant.witness.resource):
        return Key(sample, sample)
    found = grant.witness.resource
    is_unknown = any(isinstance(one, StandIn) and one == found for one in grant.resources)
    return Key(sample if is_unknown else found, found)
