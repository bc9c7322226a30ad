"""Documents that AWS may refuse: then they are not there after the apply, and what does not need them is.

Quotas: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (white space does not count).
"""

from collections import defaultdict
from collections.abc import Iterator

from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder, Holdings
from gate.holdings.inventory import HeldDocument, Manner
from gate.holdings.resource_types import GROUP
from gate.iam.managed_policies import is_called_so
from gate.new_access.policies import PlanDocuments, denies
from gate.unknown import StandIn, Template

_MANAGED = 6_144  # characters of one managed policy
_INLINE = {"role": 10_240, "user": 2_048, "group": 5_120}  # of all inline policies of one principal
_OF_AWS = ":iam::aws:policy/"
_GROUPS = 10  # of one user
_ATTACHED = 10  # managed policies of one principal, unless AWS raised it


def with_refusals(held: Holdings, documents: PlanDocuments) -> Holdings:
    """The same holdings, in which a document that denies, is new and may be refused `may_not_come`, and bounds
    nothing."""
    accepted = {one.content for one in documents.before.values() if isinstance(one.content, str)}
    groups = (holder for holder in held.principals if holder.principal.kind == GROUP and not holder.keeps_all)
    of_groups = {_over(one) for group in groups for one in _doubtful(_new_denies(group), group, accepted, frozenset())}
    principals = tuple(_of_holder(holder, accepted, frozenset(of_groups)) for holder in held.principals)
    same = all(one is other for one, other in zip(principals, held.principals, strict=True))
    return held if same else replace(held, principals=principals)


def _of_holder(holder: Holder, accepted: set[str], of_groups: frozenset[tuple[Place, ...]]) -> Holder:
    if holder.keeps_all and holder.boundary_after == holder.boundary_before:
        return holder
    after = holder.after
    new = _new_denies(holder)
    if new:
        doubtful = {id(one) for one in _doubtful(new, holder, accepted, of_groups)}
        after = tuple(replace(one, may_not_come=True) if id(one) in doubtful else one for one in after)
    boundary = holder.boundary_after
    changed = boundary if boundary != holder.boundary_before else None
    if changed is not None and _may_be_refused(changed.document, accepted, denying=False):
        boundary = replace(changed, document=replace(changed.document, content=None))
    unchanged = after is holder.after and boundary is holder.boundary_after
    return holder if unchanged else replace(holder, after=after, boundary_after=boundary)


def _new_denies(holder: Holder) -> list[HeldDocument]:
    return [] if holder.keeps_all else [one for one in _new(holder) if denies(one.document)]


def _over(one: HeldDocument) -> tuple[Place, ...]:
    """What tells a document of a group, and how the group has it."""
    return one.document.place, *(link.place for link in one.links)


def _new(holder: Holder) -> Iterator[HeldDocument]:
    """What nobody has seen AWS take, by the places of the documents: a holder may have thousands."""
    before: dict[Place, list[HeldDocument]] = defaultdict(list)
    for one in holder.before:
        before[one.document.place].append(one)
    return (one for one in holder.after if not one.may_not_come and one not in before.get(one.document.place, ()))


def _doubtful(
    new: list[HeldDocument], holder: Holder, accepted: set[str], of_groups: frozenset[tuple[Place, ...]]
) -> Iterator[HeldDocument]:
    """What may be refused of what a holder has; of `of_groups`, what was said so of its groups."""
    own = [one for one in holder.after if not one.links]
    attached, attached_before = _attached(holder.after), _attached(holder.before)
    room = _INLINE.get(holder.principal.kind)
    inline = sum(_length(one) for one in own)
    is_full = holder.groups_after > max(_GROUPS, holder.groups_before)
    for one in new:
        if (
            _may_be_refused(one.document, accepted, denying=True)
            or (not one.links and room is not None and inline > room)
            or (one.links and _is_written(one.document, accepted) and _length(one) > _MANAGED)
            or (_is_attached(one) and len(attached) > max(_ATTACHED, len(attached_before)))
            or (_is_of_group(one) and (is_full or _over(one)[:-1] in of_groups))
        ):
            yield one


def _attached(held: tuple[HeldDocument, ...]) -> set[Place]:
    """The managed policies of a principal; more than the quota before prove that AWS raised it so far."""
    return {one.document.place for one in held if _is_attached(one)}


def _is_attached(one: HeldDocument) -> bool:
    return len(one.links) == 1 and one.links[0].manner is Manner.BY_ARN


def _is_of_group(one: HeldDocument) -> bool:
    return bool(one.links) and one.links[-1].manner is Manner.MEMBERSHIP


def _length(one: HeldDocument) -> int:
    return _known(one.document.content)


def _known(value: object) -> int:
    """How many characters of a text, or of what a value is made of, are known: it has no fewer."""
    if isinstance(value, str):
        return 0 if isinstance(value, StandIn) else len("".join(value.split()))
    if isinstance(value, Template):
        return sum(map(_known, value.parts))
    if isinstance(value, dict):
        return sum(_known(each) for pair in value.items() for each in pair)
    return sum(map(_known, value)) if isinstance(value, list) else 0


def _is_written(document: Document, accepted: set[str]) -> bool:
    """Whether the apply writes a text that the plan does not show to be there already; what is outside of it is."""
    text = document.content
    return bool(document.place.attribute) and not (isinstance(text, str) and text in accepted)


def _may_be_refused(document: Document, accepted: set[str], *, denying: bool) -> bool:
    """Whether AWS may refuse a text that the apply writes; one that can't be read is told of elsewhere. A policy of
    AWS's that is not called so is none."""
    if _OF_AWS in document.place.address and not document.place.attribute:
        return not is_called_so(document.place.address, denying=denying)
    from gate.iam.refused import may_be_refused  # most plans have no new Deny and no new boundary

    try:
        return _is_written(document, accepted) and may_be_refused(document.content)
    except ValueError:
        return True
