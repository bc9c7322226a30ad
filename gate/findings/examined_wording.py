"""What every place that was examined allows, and why that is no grant where nothing was found there."""

from collections import defaultdict
from collections.abc import Container, Iterable

import msgspec

from gate.findings.found import Seen
from gate.findings.wording import few
from gate.holdings.documents import Document, Place
from gate.holdings.inventory import HeldDocument
from gate.iam import access
from gate.iam.boxes import boxes
from gate.iam.guards import Access, actions_of
from gate.iam.policy import NOTHING
from gate.iam.service import Service
from gate.new_access.policies import Malformed, has_unknown, policy_in


class _Place(msgspec.Struct):
    """What stands at a place, before and after, and whose it is."""

    before: Document | None = None
    after: Document | None = None
    had: set[str] = msgspec.field(default_factory=set)
    has: set[str] = msgspec.field(default_factory=set)


def reasons(seen: Seen, told: Container[Place]) -> dict[Place, str]:
    """A sentence for every place at which documents are held; of keys, for every policy and grant. Those at which
    findings are `told` need no reason besides."""
    places: dict[Place, _Place] = defaultdict(_Place)
    held = seen.holdings
    for holder in (*held.principals, *(policy.holder for policy in held.policies)):
        for one in holder.before:
            known = places[place_of(one)]
            known.before = one.document
            known.had.add(holder.label)
        for one in holder.after:
            known = places[place_of(one)]
            known.after = one.document
            known.has.add(holder.label)
    for key in seen.keys:
        _add(places, (document for document in (key.before, *key.grants_before) if document), after=False)
        _add(places, (document for document in (*key.after, *key.grants_after) if document), after=True)
    in_plan = seen.iam.templates.in_plan
    return {place: _says(known, seen.service, told=in_plan(place) in told) for place, known in places.items()}


def place_of(held: HeldDocument) -> Place:
    """Where a document is told of: one outside of the plan at its attachment."""
    return held.document.place if held.document.place.attribute or not held.links else held.links[0].place


def _add(places: dict[Place, _Place], documents: Iterable[Document], *, after: bool) -> None:
    for document in documents:
        known = places[document.place]
        if after:
            known.after = document
        else:
            known.before = document


def _says(known: _Place, service: Service, *, told: bool) -> str:
    was, now = known.before, known.after
    if now is None:
        return "it is taken away"
    if now.content is None:
        return "gate cannot see what it says"
    if now.sensitive or (was is not None and was.sensitive):
        return "what it says is sensitive and is not shown"
    former, policy = policy_in(was) if was and was.content else NOTHING, policy_in(now)
    if isinstance(former, Malformed) or isinstance(policy, Malformed):
        return "it cannot be read"
    old, new = (Access(*boxes(one, service, None, worst=True)) for one in (former, policy))
    if not new.allows:
        return f"it {'only denies in' if new.denies else 'says nothing about'} {service.words.title}"
    allows, newly = ("may allow", "may newly allow") if has_unknown(policy) else ("allows", "newly allows")
    allowed = actions_of(new.allows)
    says = service.words.full if service.is_full(allowed) else few(list(service.by_weight(allowed)))
    joined = sorted(known.has - known.had) if was else []
    if was and (was.content == now.content or not access.widened(old, new)):
        same = "as before" if was.content == now.content else "no more than before"
        return f"it {allows} {same}: {says}" + (f", newly for {few(joined)}" if joined else "")
    fresh = allowed & ~actions_of(old.allows)
    if service.is_full(allowed):
        why = "whoever has it had that before, or something holds it back"
        return f"it {newly} {says}" + ("" if told else f": {why}")
    names = (
        few(list(service.by_weight(fresh)))
        if fresh
        else f"{says} on more {service.fields[-1]}s, or on fewer conditions"
    )
    return f"it {newly} {names}" + ("" if told else f": not {service.words.full}")
