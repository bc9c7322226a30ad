"""When a managed policy's own new access is worth a finding: somebody may attach it elsewhere."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.holders import PolicyHolder
from gate.iam.access import widened
from gate.iam.boxes import boxes
from gate.iam.guards import Access, Box
from gate.iam.policy import MalformedPolicy
from gate.iam.service import Service
from gate.new_access.inquiry import Inquiry
from gate.new_access.introduced import Grant, Introduced, introduced
from gate.new_access.policies import parsed
from gate.new_access.questions import Question


def introduced_by_policies(
    holders: Sequence[PolicyHolder], principals: Sequence[Introduced], inquiry: Inquiry
) -> Iterator[Introduced]:
    """What is new for managed policies, without what is told of the principals that have them.

    A created policy raises nothing of its own when the plan attaches it, since every principal that has it is looked at
    itself, or when it takes over, one to one, from a deleted policy with the same access and no other principals. One
    that only bounds is kept, for a warning.
    """
    told: dict[tuple[Place, Question], bool] = {}  # whether some principal's grant there is tied to no name
    for grant in (grant for found in principals for grant in found.grants):
        told[_key(grant)] = told.get(_key(grant), False) or grant.width is not None
    successors = _take_over(holders, inquiry.service)
    for holder in holders:
        found = introduced(holder.holder, inquiry)
        own = [g for g in found.grants if _key(g) not in told or (g.width is not None and not told[_key(g)])]
        address = holder.planned.resource.address
        if holder.planned.created and (holder.attached_after or address in successors):
            own = []
        yield replace(found, grants=tuple(own))


def _key(grant: Grant) -> tuple[Place, Question]:
    return grant.place, grant.question


def _take_over(holders: Sequence[PolicyHolder], service: Service) -> set[str]:
    """The created policies that take the place of a deleted one: each deleted policy has one successor at most."""
    gone = [holder for holder in holders if holder.planned.deleted]
    successors = set()
    for created in (holder for holder in holders if holder.planned.created):
        for deleted in gone:
            same = (
                created.attached_after <= deleted.attached_before and deleted.planned.account == created.planned.account
            )
            if same and not _more(deleted.planned.before, created.planned.after, service):
                gone.remove(deleted)
                successors.add(created.planned.resource.address)
                break
    return successors


def _more(before: tuple[Document, ...], after: tuple[Document, ...], service: Service) -> bool:
    return widened(_access(before, service, worst=False), _access(after, service, worst=True))


def _access(documents: tuple[Document, ...], service: Service, *, worst: bool) -> Access:
    allows: list[Box] = []
    denies: list[Box] = []
    for document in documents:
        try:
            more, less = boxes(parsed(document, service), service, None, worst=worst)
        except MalformedPolicy:
            continue
        allows += more
        denies += less
    return Access(tuple(allows), tuple(denies))
