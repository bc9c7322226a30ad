"""From what a rule found, possibly for many holders at one place, to the findings of the report."""

import json
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from gate import verdict
from gate.iam.boxes import boxes, expand
from gate.iam.catalogue import Service
from gate.iam.policy import MalformedPolicy, Policy, Statement
from gate.introduced import Grant, Introduced
from gate.meaning import Former, parsed
from gate.placeholders import readable
from gate.sensitive import shown
from gate.terraform.documents import Document, Place
from gate.terraform.holders import Holdings
from gate.wording import and_others

Action = Literal["block", "warn"]


class Seen(msgspec.Struct, frozen=True, gc=False):
    """All that a rule may look at: what is new for every holder of one plan, in one protected service."""

    introduced: tuple[Introduced, ...]
    holdings: Holdings
    former: Former
    service: Service
    sourced: bool = False  # whether the source was at hand


class Found(msgspec.Struct, frozen=True, gc=False):
    """What a rule found for one holder, or for nobody in particular, at one place.

    `rank` orders the finds that become one finding: the first gives the message and the witness. `about` is what the
    fingerprint covers besides the place. `action` overrides the rule's default. `of_all`: the message speaks of all
    principals already.
    """

    place: Place
    message: str
    principals: tuple[str, ...] = ()
    rank: int = 0
    grant: Grant | None = None
    about: tuple[str, ...] = ()
    remedy: tuple[str, ...] = ()
    example: tuple[str, ...] = ()
    action: Action | None = None
    of_all: bool = False
    documents: tuple[Document, ...] = ()


def finding(
    rule: str, name: str, default: Action, found: list[Found], plan: str, seen: Seen, moved: dict[str, str]
) -> verdict.Finding:
    """One finding out of all that a rule found at one place; `moved` maps addresses to the ones they had before."""
    from gate.changes import changes

    first = min(found, key=lambda one: (one.rank, one.principals))
    place = first.place
    principals = tuple(dict.fromkeys(sorted(label for one in found for label in one.principals)))
    grants = [one.grant for one in found if one.grant]
    sources = tuple({(d.place, s.index, s.text): (d, s) for grant in grants for d, s in grant.sources}.values())
    looked_at = [*(document for document, _ in sources), *(document for one in found for document in one.documents)]
    hidden = any(document.sensitive for document in looked_at)
    about = sorted({text for one in found for text in (*one.about, *_access(one.grant, seen.service))})
    action = "block" if any((one.action or default) == "block" for one in found) else "warn"
    blocks = action == "block"
    best = first.grant
    return verdict.Finding(
        rule=rule,
        name=name,
        level="error" if blocks else "warning",
        blocks=blocks,
        plan=plan,
        address=shown(place.address),
        attribute=place.attribute,
        principals=principals,
        statements=tuple(_statement(document, statement, place, seen.service) for document, statement in sources),
        message=first.message if first.of_all else and_others(first.message, principals),
        witness=_witness(best, first, hidden),
        location=None,
        fingerprint=digest([rule, shown(place.address), place.attribute, principals, about]),
        changes=() if hidden else changes(seen.former.before.get(place), seen.former.after.get(place), seen.service),
        remedy=first.remedy,
        example=first.example,
        before=() if hidden else _before(seen.former.before.get(place), seen.service),
        actions=seen.service.names(_union(grant.actions for grant in grants)),
        resources=() if hidden else tuple(sorted({value for _, s in sources for value in _resources(s)})),
        previous_address=moved.get(place.address),
        grant=digest(about),
    )


def _statement(document: Document, statement: Statement, place: Place, service: Service) -> verdict.Statement:
    elsewhere = None if document.place == place else shown(document.place.address or document.place.attribute)
    if document.sensitive:
        return verdict.Statement(statement.index, elsewhere=elsewhere)
    return verdict.Statement(statement.index, statement.sid, readable(_telling_first(statement, service)), elsewhere)


def _telling_first(statement: Statement, service: Service) -> str:
    """The text of a statement; in a long list of actions those of the service come first."""
    listed = [*statement.action.values]
    reaching = [value for value in listed if expand(value, service.prefix, service.actions)]
    elements = json.loads(statement.text)
    name = "NotAction" if statement.action.negated else "Action"
    if not reaching or len(listed) <= len(reaching) or not isinstance(elements.get(name), list):
        return statement.text
    rest = [value for value in elements[name] if value not in reaching]
    return json.dumps({**elements, name: [*reaching, *rest]}, ensure_ascii=False)


def _before(document: Document | None, service: Service) -> tuple[verdict.Statement, ...]:
    """The statements of a document, as it was, that are about the service."""
    if document is None or document.sensitive:
        return ()
    try:
        policy = parsed(document, service)
    except MalformedPolicy:
        return ()
    about = [s for s in policy.statements if any(boxes(Policy((s,)), service, None, worst=True))]
    return tuple(_statement(document, statement, document.place, service) for statement in about)


def _witness(grant: Grant | None, found: Found, hidden: bool) -> verdict.Witness | None:
    if grant is None or grant.witness is None:
        return None
    witness = grant.witness
    return verdict.Witness(
        principal=found.principals[0] if found.principals else "",
        action=witness.action,
        resource="(sensitive)" if hidden else witness.resource,
        conditions=("(sensitive)",) if hidden and witness.guard else tuple(str(c) for c in sorted(witness.guard)),
    )


def _resources(statement: Statement) -> Iterable[str]:
    prefix = "all but " if statement.resource.negated else ""
    return (f"{prefix}{value}" for value in statement.resource.values)


def _access(grant: Grant | None, service: Service) -> list[str]:
    """The granted access in a form that does not change with spelling, order, splitting or merging of statements."""
    if grant is None:
        return []
    pieces: dict[str, int] = {}
    for _, statement in grant.sources:
        for box in boxes(Policy((statement,)), service, None, worst=grant.undetermined is not None)[0]:
            clauses = [[clause.operator, clause.key, *clause.values] for clause in sorted(box.guard)]
            key = json.dumps([box.resources.included, sorted(box.resources.excluded), clauses])
            pieces[key] = pieces.get(key, 0) | box.actions
    texts = [json.dumps([key, service.names(actions)]) for key, actions in pieces.items()]
    return [*texts, json.dumps([grant.cause.lost, grant.undetermined.value if grant.undetermined else ""])]


def digest(parts: Any) -> str:
    """A digest of JSON values; whole, since a waiver may be bound to it and must not be forged."""
    from hashlib import sha256

    return sha256(json.dumps(parts).encode()).hexdigest()


def _union(sets: Iterable[int]) -> int:
    total = 0
    for actions in sets:
        total |= actions
    return total
