"""What was taken away, as its author would write it again: a Deny, a condition, a permissions boundary."""

from typing import Any

from gate.findings.found import Seen
from gate.findings.remedies import writing
from gate.findings.remedies.author import Author, author, expression_of, parted
from gate.findings.remedies.changed import ConditionLost
from gate.findings.remedies.suggested import entry
from gate.findings.remedies.writing import NotWritten, expressed, quoted
from gate.iam.boxes import expand
from gate.iam.policy import Element
from gate.iam.service import Service
from gate.new_access.causes import Sources
from gate.new_access.grants import Grant
from gate.text.sensitive import unless_sensitive


def denies(denied: Sources, seen: Seen) -> tuple[str, ...]:
    """The statements that are to deny again, each in the notation of its document."""
    found: list[str] = []
    for document, statement in denied:
        if document.sensitive:
            return ()
        writer = author(document.place, seen)
        try:
            found += writing.lines(as_written(entry((document, statement)), writer), writer.notation)
        except NotWritten:
            return ()
    return tuple(found)


def conditional(lost: ConditionLost, seen: Seen) -> tuple[str, ...]:
    """The statement with the condition that it had; nothing where it also allows more than it did under it."""
    former = seen.documents.before.get(lost.document.place)
    service = seen.service
    same = _no_wider(lost.now.action, lost.was.action, service) and _same(lost.now.resource, lost.was.resource)
    if former is None or former.sensitive or lost.document.sensitive or not same:
        return ()
    writer = author(lost.document.place, seen)
    try:
        condition = entry((former, lost.was)).get("Condition") or {}
        statement = as_written({**entry((lost.document, lost.now)), "Condition": condition}, writer)
        return writing.lines(statement, writer.notation)
    except NotWritten:
        return ()


def boundary(grant: Grant, seen: Seen) -> tuple[str, ...]:
    """The attribute that sets the permissions boundary; nothing where it is still set."""
    was, will = grant.holder.boundary_before, grant.holder.boundary_after
    if was is None or grant.place != was.place or (will and will.document.place == was.document.place):
        return ()
    if grant.place.address in seen.iam.templates.declared_at or "." in grant.place.attribute:
        return ()
    policy = was.document.place.address
    if unless_sensitive(policy) != policy:
        return ()
    module, _ = parted(grant.place.address)
    arn = quoted(policy) if policy.startswith("arn:") else expression_of(policy, "arn", module, seen.iam)
    return (f"{grant.place.attribute} = {arn}",) if arn else ()


def as_written(found: dict[str, Any], writer: Author) -> writing.Statement:
    """A statement of a document, word by word. Raises NotWritten."""
    value = expressed(found, writer)
    not_action, not_resource = "NotAction" in value, "NotResource" in value
    actions = value["NotAction" if not_action else "Action"]
    resources = value["NotResource" if not_resource else "Resource"]
    return writing.Statement(
        tuple(actions if isinstance(actions, list) else [actions]),
        tuple(resources if isinstance(resources, list) else [resources]),
        value["Effect"],
        value.get("Sid"),
        value.get("Condition") or {},
        value.get("Principal"),
        not_action,
        not_resource,
    )


def _no_wider(now: Element, was: Element, service: Service) -> bool:
    if now.negated or was.negated:
        return now == was
    reached, had = ([expand(value, service) for value in element.values] for element in (now, was))
    both = 0
    for bits in had:
        both |= bits
    return not any(bits & ~both for bits in reached)


def _same(now: Element, was: Element) -> bool:
    return now.negated == was.negated and {*now.values} == {*was.values} and now.unknown == was.unknown
