"""When a managed policy's own new access is worth a finding: somebody may attach it elsewhere."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import islice

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.holders import PolicyHolder
from gate.holdings.principal import Principal
from gate.iam.access import widened
from gate.iam.boxes import boxes
from gate.iam.guards import Access, Box
from gate.iam.service import Service
from gate.new_access.grants import Grant, Introduced
from gate.new_access.inquiry import Inquiry
from gate.new_access.introduced import introduced
from gate.new_access.policies import readable_policy
from gate.new_access.questions import Question

_COMPARED = 50  # pairs of a created policy and a deleted one, each some thousand steps of work


def introduced_by_policies(
    holders: Sequence[PolicyHolder], principals: Sequence[Introduced], inquiry: Inquiry
) -> Iterator[Introduced]:
    """What is new for managed policies, without what is told of the principals that have them.

    A created policy raises nothing of its own when the plan attaches it and nothing takes it away again, since every
    principal that has it is looked at itself, or when it takes over, one to one, from a deleted policy with the same
    access and no other principals. Where one of its name is deleted, it is compared with that, and one of which nothing
    is told takes nobody's place. One that only bounds is kept, for a warning.
    """
    told: dict[tuple[Place, Question], bool] = {}  # whether some principal's grant there is tied to no name
    for grant in (grant for found in principals for grant in found.grants):
        told[_key(grant)] = told.get(_key(grant), False) or grant.width is not None
    gone = {policy.holder.principal: policy.holder.before for policy in holders if policy.planned.deleted}
    compared: list[tuple[PolicyHolder, Introduced]] = []
    settled: set[Principal] = set()
    for policy in holders:
        made = policy.planned.created
        was = gone.get(policy.holder.principal, ()) if made else policy.holder.before
        found = introduced(replace(policy.holder, before=was), inquiry)
        compared.append((policy, found))
        if made and not found.grants:
            settled.add(policy.holder.principal)
    successors = _take_over([policy for policy in holders if policy.holder.principal not in settled], inquiry)
    for policy, found in compared:
        own = [g for g in found.grants if _key(g) not in told or (g.width is not None and not told[_key(g)])]
        address = policy.planned.resource.address
        if policy.planned.created and (policy.stays_attached or address in successors):
            own = []
        yield replace(found, grants=tuple(own))


def _key(grant: Grant) -> tuple[Place, Question]:
    return grant.place, grant.question


class _Policy(msgspec.Struct, frozen=True, gc=False):
    """A created or deleted policy: what it gives for `sure`, and what at `most`."""

    holder: PolicyHolder
    sure: Access
    most: Access

    @property
    def address(self) -> str:
        return self.holder.planned.resource.address


_Group = dict[str, _Policy]  # by address


def _take_over(holders: Sequence[PolicyHolder], inquiry: Inquiry) -> set[str]:
    """The created policies that take the place of a deleted one: each deleted policy has one successor at most.

    Who bears the same name comes first, then who gives the same to the same, then who leaves nothing of what was, then
    who gives less, however it is written.
    """
    service = inquiry.service
    gone = {one.address: one for one in (_policy(h, h.planned.before, service) for h in holders if h.planned.deleted)}
    if not gone:
        return set()
    named, alike = _grouped(gone, _name), _grouped(gone, _what_decides)
    searches: tuple[Callable[[_Policy], Iterable[_Policy]], ...] = (
        lambda created: named.get(_name(created), {}).values(),
        lambda created: alike.get(_what_decides(created), {}).values(),
        lambda created: (one for one in gone.values() if not widened(created.sure, one.most)),
        lambda created: gone.values(),
    )
    waiting = [_policy(one, one.planned.after, service) for one in holders if one.planned.created]
    successors: set[str] = set()
    for search in searches:
        for created in waiting:
            former = next((one for one in search(created) if _may_take_over(created, one)), None)
            if former is not None:
                for group in (gone, named[_name(former)], alike[_what_decides(former)]):
                    del group[former.address]
                successors.add(created.address)
        waiting = [one for one in waiting if one.address not in successors]
    return successors | _narrower(waiting, gone.values(), inquiry)


def _narrower(waiting: Sequence[_Policy], gone: Iterable[_Policy], inquiry: Inquiry) -> set[str]:
    """The created policies that give nothing that some deleted one did not give."""
    left = [one for one in gone if one.sure.allows]
    pairs = ((created, deleted) for created in waiting for deleted in left if _is_for_no_others(created, deleted))
    successors: dict[str, str] = {}  # with whose place they take
    for created, deleted in islice(pairs, _COMPARED):
        if created.address not in successors and deleted.address not in successors.values():
            holder = replace(created.holder.holder, before=deleted.holder.holder.before)
            if not introduced(holder, inquiry).grants:
                successors[created.address] = deleted.address
    return set(successors)


def _grouped(policies: _Group, key: Callable[[_Policy], Hashable]) -> dict[Hashable, _Group]:
    groups: dict[Hashable, _Group] = defaultdict(dict)
    for address, policy in policies.items():
        groups[key(policy)][address] = policy
    return groups


def _name(policy: _Policy) -> Hashable:
    return policy.holder.holder.principal


def _what_decides(policy: _Policy) -> Hashable:
    """Whose a policy is, and what it gives to whom: two policies that share it may take over from one another."""
    planned = policy.holder.planned
    attached = policy.holder.attached_before if planned.deleted else policy.holder.attached_after
    return planned.account, frozenset(attached), policy.sure, policy.most


def _may_take_over(created: _Policy, deleted: _Policy) -> bool:
    return _is_for_no_others(created, deleted) and not widened(deleted.sure, created.most)


def _is_for_no_others(created: _Policy, deleted: _Policy) -> bool:
    new, old = created.holder, deleted.holder
    return new.attached_after <= old.attached_before and new.planned.account == old.planned.account


def _policy(holder: PolicyHolder, documents: tuple[Document, ...], service: Service) -> _Policy:
    sure, most = (_access(documents, service, worst=worst) for worst in (False, True))
    return _Policy(holder, sure, most)


def _access(documents: tuple[Document, ...], service: Service, *, worst: bool) -> Access:
    allows: list[Box] = []
    denies: list[Box] = []
    for document in documents:
        more, less = boxes(readable_policy(document), service, None, worst=worst)
        allows += more
        denies += less
    return Access(tuple(allows), tuple(denies))
