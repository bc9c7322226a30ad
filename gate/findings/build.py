"""From what a rule found, possibly for many holders at one place, to the findings of the report."""

import json
from collections.abc import Iterable

from gate import report
from gate.findings.cause import what_changed
from gate.findings.fingerprint import granted, is_of_sensitive
from gate.findings.found import Action, Found, Remedy, Seen, digest
from gate.findings.secrets import slow_digest
from gate.findings.wording import and_others, is_hidden
from gate.holdings.documents import Document, Place
from gate.iam.bits import union
from gate.iam.boxes import boxes, expand
from gate.iam.guards import actions_of
from gate.iam.policy import Policy, Statement
from gate.iam.service import Service
from gate.new_access.causes import Sources
from gate.new_access.grants import Grant
from gate.new_access.policies import readable_policy
from gate.text.sensitive import unless_sensitive
from gate.text.sentences import Label, PrincipalKind

_SHORT = 32  # digits, so many that nobody finds two sentences with one digest


def finding(
    rule: str, name: str, default: Action, found: list[Found], plan: str, seen: Seen, moved: dict[str, str]
) -> report.Finding:
    """One finding out of all that a rule found at one place; `moved` maps addresses to the ones they had before."""
    first = min(found, key=lambda one: (one.precedence, one.principals))
    place = first.place
    told = seen.iam.templates.in_plan(place)
    people = dict.fromkeys(sorted(label for one in found for label in one.principals))
    principals = tuple(map(str, people))
    named = sorted({label.in_fingerprint for label in people})
    message = first.message if first.names_all else and_others(first.message, principals)
    grants = [one.grant for one in found if one.grant]
    sources = tuple({(d.place, s.index, s.written.text): (d, s) for grant in grants for d, s in grant.sources}.values())
    looked_at = [*(document for document, _ in sources), *(document for one in found for document in one.documents)]
    hidden = any(document.sensitive for document in looked_at)
    about = _identity(found, seen.service, hidden=hidden or any(map(is_of_sensitive, grants)))
    was, now = seen.documents.before.get(place), seen.documents.after.get(place)
    blocks = any((one.action or default) == "block" for one in found)
    best = first.grant
    advice = Remedy(first.remedy, first.example) if first.advice is None else first.advice()
    return report.Finding(
        rule=rule,
        name=name,
        level="error" if blocks else "warning",
        blocks=blocks,
        plan=plan,
        address=unless_sensitive(told.address),
        attribute=told.attribute,
        principals=principals,
        statements=tuple(
            _statement(document, statement, place, seen.service)
            for document, statement in _enough_first(sources, grants, seen.service)
        ),
        message=str(message),
        witness=_witness(best, first, hidden or (best is not None and is_hidden(best))),
        location=None,
        fingerprint=digest([rule, unless_sensitive(told.address), told.attribute, named, about]),
        changes=() if hidden else _changes(first, was, now),
        remedy=advice.lines,
        example=advice.example,
        before=() if hidden else _before(was, seen.service),
        actions=seen.service.names(union(grant.actions for grant in grants)),
        resources=() if hidden else tuple(sorted({value for _, s in sources for value in _resources(s)})),
        previous_address=moved.get(told.address),
        grant=digest(about),
        cause=what_changed(place, found, seen),
        named=tuple(label for label in principals if label in message.labels),
        alike=digest(message.alike)[:_SHORT],
        kind=_kind(people),
    )


def _changes(found: Found, was: Document | None, now: Document | None) -> tuple[str, ...]:
    """What changed between the two documents of its place, or the two trust policies that it is about."""
    from gate.findings.changes import changes, trust_changes

    return trust_changes(found.former, found.documents[0]) if found.former else changes(was, now)


def _enough_first(sources: Sources, grants: list[Grant], service: Service) -> Sources:
    """The statements, those first that are enough by themselves; else in their order."""
    asked = {grant.question for grant in grants}

    def is_enough(statement: Statement) -> bool:
        allowed = actions_of(boxes(Policy((statement,)), service, None, worst=True)[0])
        return any(question.is_met(allowed, service) for question in asked)

    return tuple(sorted(sources, key=lambda source: not is_enough(source[1])))


def _kind(people: Iterable[Label]) -> PrincipalKind:
    """What all of several principals are."""
    kinds = {label.kind for label in people}
    return kinds.pop() if len(kinds) == 1 else ""


def _identity(found: list[Found], service: Service, *, hidden: bool) -> list[str]:
    """What tells a finding from others at its place, the same however the policies are written; of what is `hidden`
    one digest that is slow to try texts against."""
    texts = sorted({text for one in found for text in (*one.identity, *granted(one.grant, service))})
    return [slow_digest(digest(texts))] if hidden else texts


def _statement(document: Document, statement: Statement, place: Place, service: Service) -> report.Statement:
    elsewhere = (
        None if document.place == place else unless_sensitive(document.place.address or document.place.attribute)
    )
    if document.sensitive:
        return report.Statement(statement.index, elsewhere=elsewhere)
    return report.Statement(statement.index, statement.sid, _telling_first(statement, service), elsewhere)


def _telling_first(statement: Statement, service: Service) -> str:
    """The text of a statement; in a long list of actions those of the service come first."""
    listed = [*statement.action.values]
    reaching = [value for value in listed if expand(value, service)]
    elements = json.loads(statement.written.text)
    name = "NotAction" if statement.action.negated else "Action"
    if not reaching or len(listed) <= len(reaching) or not isinstance(elements.get(name), list):
        return statement.written.text
    rest = [value for value in elements[name] if value not in reaching]
    return json.dumps({**elements, name: [*reaching, *rest]}, ensure_ascii=False)


def _before(document: Document | None, service: Service) -> tuple[report.Statement, ...]:
    """The statements of a document, as it was, that are about the service."""
    if document is None or document.sensitive:
        return ()
    about = [s for s in readable_policy(document).statements if any(boxes(Policy((s,)), service, None, worst=True))]
    return tuple(_statement(document, statement, document.place, service) for statement in about)


def _witness(grant: Grant | None, found: Found, hidden: bool) -> report.Witness | None:
    if grant is None or grant.witness is None:
        return None
    witness = grant.witness
    return report.Witness(
        principal=str(found.principals[0]) if found.principals else "",
        action=witness.action,
        resource="(sensitive)" if hidden else witness.resource,
        conditions=("(sensitive)",) if hidden and witness.guard else tuple(str(c) for c in sorted(witness.guard)),
    )


def _resources(statement: Statement) -> Iterable[str]:
    prefix = "all but " if statement.resource.negated else ""
    return (f"{prefix}{value}" for value in statement.resource.values)
