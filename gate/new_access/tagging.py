"""Who may newly tag resources of the service, where a condition on a tag is all that holds back full access.

https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
"""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Place
from gate.holdings.principal import POLICY
from gate.iam import access, narrowed
from gate.iam.condition_keys import KEY_TAG
from gate.iam.conditions import Guard
from gate.iam.guards import Access, Box, actions_of
from gate.iam.patterns import matches
from gate.iam.service import Service
from gate.new_access.grants import Introduced
from gate.new_access.inquiry import Inquiry
from gate.new_access.newly_full import gains_full
from gate.new_access.table_access import however_tagged
from gate.text.sentences import Label


class Tagging(msgspec.Struct, frozen=True, gc=False):
    """Somebody who may newly tag resources by some `actions`, by what is said at a place, and so has full access."""

    place: Place
    who: Label
    actions: tuple[str, ...]


def tagging(found: Iterable[Introduced], inquiry: Inquiry) -> Iterator[Tagging]:
    """Everybody who may; a managed policy by itself only where the plan shows nobody."""
    told = [(one, new) for one in found if (new := _new(one, inquiry.service))]
    has_principals = any(one.holder.principal.kind != POLICY for one, _ in told)
    for one, new in told:
        if not has_principals or one.holder.principal.kind != POLICY:
            yield Tagging(_place(one, inquiry), one.holder.label, inquiry.service.names(new))


def _new(one: Introduced, service: Service) -> int:
    """The actions by which a holder may newly give keys the tag that a condition asks for."""
    if one.compared is None or one.was_full or one.combined:
        return 0
    was, will = one.compared.certainly.before.access, one.compared.certainly.after.access
    former, own = (narrowed.only(each, service.tagging) for each in (was, will))
    if not access.widened(former, own):
        return 0
    reached = tuple(box for box in own.allows if not _asks(box.guard) and not _is_known(box, former, own))

    def opens(own: Access) -> bool:
        return gains_full(own, _tagged_within(reached, own, service), service)

    may_still = one.compared.at_worst and reached and opens(was)  # where what it has now is not known
    possible = (will, *(each.after.access for each in one.compared.at_worst if may_still))
    return actions_of(reached) if any(map(opens, possible)) else 0


def _is_known(box: Box, former: Access, own: Access) -> bool:
    """Whether what a box allows was allowed before, as far as one former box tells, and nothing else denied it."""
    if any(denied not in own.denies for denied in former.denies):
        return False
    return any(
        matches(each.resources.included, box.resources.included)
        and not each.resources.excluded
        and each.guard <= box.guard
        and not box.actions & ~each.actions
        for each in former.allows
    )


def _tagged_within(reached: Iterable[Box], own: Access, service: Service) -> Access:
    """An access to resources that get whatever tags it asks for, and none that it denies, within what may be tagged."""
    everything = service.all_actions()
    untagged = (
        replace(box, actions=everything) for box in own.denies if box.actions & service.tagging and not box.guard
    )
    met = however_tagged(own, KEY_TAG)
    within = tuple(replace(box, actions=everything) for box in reached) if met.boundary is None else met.boundary
    return Access(met.allows, (*met.denies, *untagged), within)


def _asks(guard: Guard) -> bool:
    return any(clause.key.startswith(KEY_TAG) for clause in guard)


def _place(one: Introduced, inquiry: Inquiry) -> Place:
    """Where the change was made: the first document, or attachment, by which more is allowed."""
    from gate.new_access.causes import first_place_of_change, place_of_change

    places = (place_of_change(held, one.holder, inquiry.service, inquiry.documents) for held in one.holder.after)
    return next((each for each in places if each is not None), first_place_of_change(one.holder, inquiry.documents))
