"""A Deny that no longer stops something: what to do, by how it was lost."""

from enum import Enum, auto

from gate.findings.found import Seen
from gate.findings.remedies.changed import DenyLost
from gate.holdings.documents import Place
from gate.holdings.inventory import HeldDocument
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.new_access.grants import Grant
from gate.text.sensitive import unless_sensitive


class HowLost(Enum):
    """How a Deny is lost."""

    DESTROYED = auto()
    REWRITTEN = auto()
    DETACHED = auto()
    LEFT_OUT = auto()
    OVERWRITTEN = auto()
    TAKEN_ALONG = auto()
    NOT_LISTED = auto()
    REMADE = auto()
    NOT_REMADE = auto()
    ELSEWHERE = auto()


# What a person does about it.
_SENTENCES = {
    HowLost.DESTROYED: "keep {place}, which holds the Deny",
    HowLost.REWRITTEN: "put the Deny back into {place}",
    HowLost.DETACHED: "keep {place}, through which {holder} has the Deny",
    HowLost.LEFT_OUT: "list what denies ({deny}) at {place} too, which takes away all that it does not list",
    HowLost.OVERWRITTEN: "give {place} a name of its own: it takes the place of {deny}, which holds the Deny",
    HowLost.TAKEN_ALONG: "keep {place}: destroying it takes away what {deny} gives, too",
    HowLost.NOT_LISTED: "keep {place} as it is: what it no longer lists goes, whatever {deny} says",
    HowLost.REMADE: "let the old {deny} go before the new one comes: remove `create_before_destroy`",
    HowLost.NOT_REMADE: "replace {deny} together with what it belongs to: `replace_triggered_by` in its `lifecycle` "
    "block",
    HowLost.ELSEWHERE: "see that the Deny of {deny} still reaches {holder} after this apply",
}


def how_lost(what: DenyLost, grant: Grant, seen: Seen) -> HowLost:
    """How the first of the Denies is lost."""
    place = grant.place
    holding = {document.place for document, _ in what.denied}
    held = _held(what, grant)
    if held is not None and held.removed_by is not None:
        return _taken(held, held.removed_by, seen)
    if place not in holding:
        return HowLost.DETACHED
    if place not in seen.documents.after:
        return HowLost.DESTROYED
    same = any(seen.documents.after[place].content == document.content for document, _ in what.denied)
    return HowLost.ELSEWHERE if same else HowLost.REWRITTEN


def sentence(what: DenyLost, how: HowLost, grant: Grant, seen: Seen) -> str:
    """What to do, with what else there always is to do."""
    held = _held(what, grant)
    at = held.removed_by if held is not None and held.removed_by is not None else grant.place
    own = held.links[0].place if held is not None and held.links else what.denied[0][0].place
    place, deny = map(seen.iam.templates.in_plan, (at, own))
    told = _SENTENCES[how].format(
        place=unless_sensitive(place.address),
        deny=unless_sensitive(deny.address),
        holder=grant.holder.label,
    )
    return f"{told}, or first narrow what the Allow grants"


def _held(what: DenyLost, grant: Grant) -> HeldDocument | None:
    """The document that denied, as the holder has it after the change."""
    places = {document.place for document, _ in what.denied}
    return next((held for held in grant.holder.after if held.document.place in places), None)


def _taken(held: HeldDocument, taker: Place, seen: Seen) -> HowLost:
    """What takes the Deny away although it is still written."""
    resource = seen.lookup.resources.get(taker.address)
    row = RESOURCE_TYPES.get(resource.type) if resource else None
    own = {held.document.place.address, *(link.place.address for link in held.links)}
    if resource is None or row is None:
        return HowLost.ELSEWHERE
    if taker.address in own:
        return HowLost.REMADE if resource.created else HowLost.NOT_REMADE
    if row.exclusive or row.exclusive_names or row.own_name:
        return HowLost.LEFT_OUT
    if not resource.values_after:
        return HowLost.TAKEN_ALONG
    return HowLost.OVERWRITTEN if row.documents else HowLost.NOT_LISTED
