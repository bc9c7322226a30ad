"""What is new where a plan does not prove which resources are of one account: every possibility is judged.

New in all of them is what it would be; new in some only is undetermined. So an unchanged plan raises nothing, a grant
whose halves stand under two providers is seen, and neither a Deny nor a former grant of another account hides one.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import combinations, islice
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.holdings.accounts import Accounts
from gate.holdings.disjoint_sets import DisjointSets
from gate.holdings.holders import IamPlan
from gate.holdings.resolve import IamResource
from gate.new_access.grants import Grant, Introduced
from gate.new_access.inquiry import Inquiry
from gate.new_access.introduced import may_widen, undetermined_grant
from gate.new_access.questions import FULL
from gate.new_access.undetermined import Undetermined

MOST = 64  # possibilities that are looked at for the accounts that share a name; more is undetermined

Addresses = frozenset[str]
Judge = Callable[[frozenset[str], Addresses], tuple[Introduced, ...]]


class Cluster(msgspec.Struct, frozen=True, gc=False):
    """Resources (addresses) that are connected by names, such as a role and the policies that it has, in more than one
    account: `blocks` are sets of these (ids) that may be one account, `whole` says that there are no others."""

    addresses: Addresses
    accounts: frozenset[str]
    blocks: tuple[frozenset[str], ...]
    whole: bool


def judged(iam: IamPlan, judge: Judge, inquiry: Inquiry) -> tuple[Introduced, ...]:
    """What is new for every holder, over all possibilities of who is who.

    `judge` gives what is new if the accounts in a set are one, for the holders in that one account and of the resources
    at some addresses alone; or with an empty set for all holders of all accounts apart.
    """
    apart = judge(frozenset(), frozenset())
    clusters = _clusters(iam)
    if not clusters:
        return apart
    together = {block: judge(block, addresses) for block, addresses in _looked_at(clusters).items()}
    settled = tuple(_Settling(iam, clusters, apart, together).all())
    told = {_who(found) for found in settled if any(grant.question == FULL for grant in found.grants)}
    opened = {_who(found) for found in apart if may_widen(found.holder, inquiry.service)}
    more = []
    for cluster, found in _not_looked_at(clusters, judge, opened - told):
        doubt = undetermined_grant(found.holder, inquiry.documents, Undetermined.ACCOUNTS)
        grant = _undetermined(doubt, Undetermined.ACCOUNTS, cluster.accounts, iam.accounts)
        more.append(replace(found, grants=(grant,), combined=True))
    return (*settled, *more)


def _looked_at(clusters: Iterable[Cluster]) -> dict[frozenset[str], Addresses]:
    """The addresses that are looked at if a block of accounts is one."""
    found: dict[frozenset[str], Addresses] = {}
    for cluster in clusters:
        for block in cluster.blocks:
            found[block] = found.get(block, frozenset()) | cluster.addresses
    return found


def unproven_addresses(iam: IamPlan) -> Addresses:
    """The resources that are connected by names in accounts of which it is not proven whether they are one."""
    return frozenset(address for cluster in _clusters(iam) for address in cluster.addresses)


class _Settling:
    """What was found with all accounts apart and in each block, with every grant as certain as it is."""

    def __init__(
        self,
        iam: IamPlan,
        clusters: Sequence[Cluster],
        apart: tuple[Introduced, ...],
        together: dict[frozenset[str], tuple[Introduced, ...]],
    ) -> None:
        self._apart, self._together, self._looked_at = apart, together, _looked_at(clusters)
        self._accounts = iam.accounts
        self._home = {resource.address: iam.accounts.account_id(resource) for resource in iam.resources}
        self._many = {address for cluster in clusters if not cluster.whole for address in cluster.addresses}
        self._seen: dict[Hashable, dict[frozenset[str], Grant]] = defaultdict(dict)
        for grant in (grant for found in apart for grant in found.grants):
            self._seen[_key(grant)][_own(grant)] = grant
        for block, judged_ in together.items():
            for grant in (grant for found in judged_ for grant in found.grants):
                self._seen[_key(grant)][block] = grant

    def all(self) -> Iterator[Introduced]:
        """Every holder; one that is only a holder if accounts are one is `combined`, and has only what no other has."""
        told: set[Hashable] = set()
        for found in self._apart:
            told.update(map(_key, found.grants))
            yield replace(found, grants=tuple(self._settled(grant, _own(grant)) for grant in found.grants))
        for block, judged_ in sorted(self._together.items(), key=lambda item: (len(item[0]), sorted(item[0]))):
            for found in judged_:
                more = [grant for grant in found.grants if _key(grant) not in told]
                told.update(map(_key, more))
                yield replace(found, grants=tuple(self._settled(grant, block) for grant in more), combined=True)

    def _settled(self, grant: Grant, block: frozenset[str]) -> Grant:
        """A grant that was found in a block: certain if every block has it that it may be in, undetermined if not."""
        where = self._seen[_key(grant)]
        own = self._home.get(grant.place.address)
        holding, here = frozenset({own}) if own else block, _addresses(grant)
        possible = [other for other in self._together if holding & other and here & self._looked_at[other]]
        possible += [frozenset({account}) for account in holding]
        missing = [other for other in possible if other not in where]
        if missing:
            between = min((other | block for other in missing), key=lambda each: (len(each), sorted(each)))
            only_apart = all(len(found) == 1 for found in where)
            reason = Undetermined.TWO_ACCOUNTS if only_apart else Undetermined.ONE_ACCOUNT
            return _undetermined(grant, reason, between, self._accounts)
        if here & self._many and not grant.undetermined:
            every = frozenset(account for other in possible for account in other)
            return _undetermined(grant, Undetermined.ACCOUNTS, every, self._accounts)
        doubtful = [found for found in where.values() if found.undetermined]
        return doubtful[0] if doubtful and not grant.undetermined else grant


def _own(grant: Grant) -> frozenset[str]:
    return frozenset({grant.holder.principal.account})


def _addresses(grant: Grant) -> frozenset[str]:
    """Every resource through which a holder has anything."""
    holder = grant.holder
    places = [held.document.place for held in (*holder.before, *holder.after)]
    links = [link.place for held in (*holder.before, *holder.after) for link in held.links]
    return frozenset(place.address for place in (grant.place, *places, *links))


def _not_looked_at(
    clusters: Iterable[Cluster], judge: Judge, opened: set[Hashable]
) -> Iterator[tuple[Cluster, Introduced]]:
    """Every principal of those that anything opens for that may be full if some more accounts are one."""
    for cluster in clusters:
        for found in [] if cluster.whole else judge(cluster.accounts, cluster.addresses):
            if found.may_be_full and _who(found) in opened:
                yield cluster, found


def _who(found: Introduced) -> Hashable:
    principal = found.holder.principal
    return principal.kind, principal.name, principal.scope


def _key(grant: Grant) -> Hashable:
    """A grant, in whichever account its holder is taken to be."""
    principal = grant.holder.principal
    return grant.place, grant.question, principal.kind, principal.name, principal.scope


def _undetermined(grant: Grant, reason: Undetermined, between: frozenset[str], accounts: Accounts) -> Grant:
    which = tuple(accounts.all[account] for account in sorted(between))
    return replace(grant, undetermined=reason, witness=None, accounts=which)


def _clusters(iam: IamPlan) -> list[Cluster]:
    accounts = iam.accounts
    if len(accounts.all) < 2:
        return []
    from gate.holdings.refusals import is_refused
    from gate.holdings.resource_names import resource_names

    found = []
    for group in _connected((resource_names(resource), resource) for resource in iam.resources):
        ids = frozenset(accounts.account_id(resource) for resource in group)
        if len(ids) > 1 and any(resource.acts for resource in group):
            possible = (block for block in _blocks(ids, accounts) if not is_refused(block, group, iam))
            blocks = tuple(islice(possible, MOST + 1))
            addresses = frozenset(resource.address for resource in group)
            found.append(Cluster(addresses, ids, blocks[:MOST], len(blocks) <= MOST))
    return [cluster for cluster in found if cluster.blocks]


def _connected(named: Iterable[tuple[frozenset[Any], IamResource]]) -> Iterator[list[IamResource]]:
    """Resources that share a name, directly or through others."""
    every = list(named)
    sets = DisjointSets(range(len(every)))
    owner: dict[Any, int] = {}
    for own, (names, _) in enumerate(every):
        for name in names:
            one, other = owner.setdefault(name, own), own
            if len(sets.all(one)) < len(sets.all(other)):
                one, other = other, one  # the smaller set joins the larger, which is less work
            sets.join(one, other)
    groups: dict[int, list[IamResource]] = defaultdict(list)
    for own, (_, resource) in enumerate(every):
        groups[sets.root(own)].append(resource)
    yield from groups.values()


def _blocks(ids: frozenset[str], accounts: Accounts) -> Iterator[frozenset[str]]:
    """The sets of accounts that may be one, small ones first."""
    ordered = sorted(ids)
    possible = {frozenset(pair) for pair in combinations(ordered, 2) if not accounts.differ(*pair)}
    if not possible:
        return
    for size in range(2, len(ordered) + 1):
        for chosen in combinations(ordered, size):
            if all(frozenset(pair) in possible for pair in combinations(chosen, 2)):
                yield frozenset(chosen)
