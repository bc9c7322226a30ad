"""When a managed policy's own new access is worth a finding: somebody may attach it elsewhere."""

from collections.abc import Iterator, Sequence

import msgspec
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


class _Policy(msgspec.Struct, frozen=True, gc=False):
    """A created or deleted policy: what it gives for `sure`, and what at `most`."""

    holder: PolicyHolder
    sure: Access
    most: Access


def _take_over(holders: Sequence[PolicyHolder], service: Service) -> set[str]:
    """The created policies that take the place of a deleted one: each deleted policy has one successor at most.

    One that grants nothing needs no place. Who bears the same name comes first, then who leaves nothing of what was.
    """
    gone = [_policy(one, one.planned.before, service) for one in holders if one.planned.deleted]
    if not gone:
        return set()
    made = [_policy(one, one.planned.after, service) for one in holders if one.planned.created]
    successors: set[str] = set()
    for fits in (_is_called_the_same, _leaves_nothing, _may_take_over):
        for created in made:
            address = created.holder.planned.resource.address
            if address in successors or not created.most.allows:
                continue
            former = next((one for one in gone if fits(created, one) and _may_take_over(created, one)), None)
            if former is not None:
                gone.remove(former)
                successors.add(address)
    return successors


def _may_take_over(created: _Policy, deleted: _Policy) -> bool:
    new, old = created.holder, deleted.holder
    same = new.attached_after <= old.attached_before and new.planned.account == old.planned.account
    return same and not widened(deleted.sure, created.most)


def _is_called_the_same(created: _Policy, deleted: _Policy) -> bool:
    return created.holder.holder.principal == deleted.holder.holder.principal


def _leaves_nothing(created: _Policy, deleted: _Policy) -> bool:
    return not widened(created.sure, deleted.most)


def _policy(holder: PolicyHolder, documents: tuple[Document, ...], service: Service) -> _Policy:
    sure, most = (_access(documents, service, worst=worst) for worst in (False, True))
    return _Policy(holder, sure, most)


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
