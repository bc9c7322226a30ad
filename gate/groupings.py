"""What is new where a plan does not prove which resources are of one account: every possibility is judged.

New in all of them is what it would be; new in some only is undetermined. So an unchanged plan raises nothing, a grant
whose halves stand under two providers is seen, and neither a Deny nor a former grant of another account hides one.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import combinations
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.iam.catalogue import Service
from gate.introduced import Grant, Introduced, may_widen, undecided
from gate.meaning import Former
from gate.terraform.accounts import Accounts
from gate.terraform.holders import Gathered
from gate.terraform.resource_names import resource_names
from gate.terraform.sides import Sides
from gate.undetermined import Undetermined

MOST = 64  # possibilities that are looked at for the accounts that share a name; more is undetermined

Judge = Callable[[frozenset[str]], tuple[Introduced, ...]]


class Cluster(msgspec.Struct, frozen=True, gc=False):
    """Names that resources connect, such as a role and the policies that it has, in more than one account: `blocks` are
    sets of these (ids) that may be one account."""

    accounts: frozenset[str]
    blocks: tuple[frozenset[str], ...]
    whole: bool  # whether the blocks are all that there are


def judged(gathered: Gathered, judge: Judge, service: Service, former: Former) -> tuple[Introduced, ...]:
    """What is new for every holder, over all possibilities of who is who.

    `judge` gives what is new if the accounts in a set are one: for the holders in that one account, or with an empty
    set for all holders of all accounts apart.
    """
    apart = judge(frozenset())
    clusters = _clusters(gathered)
    if not clusters:
        return apart
    blocks = sorted({block for cluster in clusters for block in cluster.blocks}, key=sorted)
    together = {block: judge(block) for block in blocks}
    home = {side.resource.address: gathered.accounts.of(side.resource) for side in gathered.sides}
    open_accounts = frozenset(account for cluster in clusters if not cluster.whole for account in cluster.accounts)
    settled = tuple(_settled(apart, together, home, gathered.accounts, open_accounts))
    return (*settled, *_not_looked_at(clusters, settled, apart, judge, service, former, gathered.accounts))


def _settled(
    apart: tuple[Introduced, ...],
    together: dict[frozenset[str], tuple[Introduced, ...]],
    home: dict[str, str],
    accounts: Accounts,
    open_accounts: frozenset[str],
) -> Iterator[Introduced]:
    """What was found with all accounts apart and in each block, with every grant as certain as it is."""
    seen: dict[Hashable, dict[frozenset[str], Grant]] = defaultdict(dict)
    for found in apart:
        for grant in found.grants:
            seen[_key(grant)][frozenset({grant.holder.principal.account})] = grant
    for block, judged_ in together.items():
        for found in judged_:
            for grant in found.grants:
                seen[_key(grant)][block] = grant

    def settled(grant: Grant, block: frozenset[str]) -> Grant:
        own = home.get(grant.place.address)
        holding = {own} if own else block
        relevant = [other for other in together if holding & other]
        relevant += [frozenset({account}) for account in holding]
        where = seen[_key(grant)]
        missing = [other for other in relevant if other not in where]
        doubtful = [found for found in where.values() if found.undetermined]
        if missing:
            between = min((other | block for other in missing), key=lambda each: (len(each), sorted(each)))
            words = tuple(sorted(accounts.all[account].words for account in between))
            return _undetermined(grant, Undetermined.ACCOUNT, words)
        if block & open_accounts and not grant.undetermined:
            words = tuple(sorted(accounts.all[account].words for account in open_accounts))
            return _undetermined(grant, Undetermined.ACCOUNTS, words)
        return doubtful[0] if doubtful and not grant.undetermined else grant

    told: set[Hashable] = set()
    for found in apart:
        grants = tuple(settled(g, frozenset({g.holder.principal.account})) for g in found.grants)
        told.update(map(_key, grants))
        yield replace(found, grants=grants)
    for block, judged_ in sorted(together.items(), key=lambda item: (len(item[0]), sorted(item[0]))):
        for found in judged_:
            more = [grant for grant in found.grants if _key(grant) not in told]
            told.update(map(_key, more))
            yield replace(found, grants=tuple(settled(grant, block) for grant in more), combined=True)


def _not_looked_at(
    clusters: Iterable[Cluster],
    settled: Iterable[Introduced],
    apart: Iterable[Introduced],
    judge: Judge,
    service: Service,
    former: Former,
    accounts: Accounts,
) -> Iterator[Introduced]:
    """A doubt about every principal that may be full if some more accounts are one, and that anything opens for."""
    told = {_who(found) for found in settled if found.grants}
    opened = {_who(found) for found in apart if may_widen(found.holder, service)}
    for cluster in clusters:
        for found in [] if cluster.whole else judge(cluster.accounts):
            if found.may_be_full and _who(found) in opened - told:
                words = tuple(sorted(accounts.all[account].words for account in cluster.accounts))
                doubt = undecided(found.holder, former, Undetermined.ACCOUNTS)
                yield replace(found, grants=(replace(doubt, accounts=words),), combined=True)


def _who(found: Introduced) -> Hashable:
    principal = found.holder.principal
    return principal.kind, principal.name, principal.scope


def _key(grant: Grant) -> Hashable:
    """A grant, in whichever account its holder is taken to be."""
    principal = grant.holder.principal
    return grant.place, principal.kind, principal.name, principal.scope


def _undetermined(grant: Grant, reason: Undetermined, words: tuple[str, ...]) -> Grant:
    return replace(grant, undetermined=reason, witness=None, accounts=words)


def _clusters(gathered: Gathered) -> list[Cluster]:
    accounts, references = gathered.accounts, gathered.evidence.references
    if len(accounts.all) < 2:
        return []
    groups = _connected((resource_names(side, references), side) for side in gathered.sides)
    found: dict[frozenset[str], Cluster] = {}
    for group in groups:
        ids = frozenset(accounts.of(side.resource) for side in group)
        if len(ids) > 1 and any(side.acts for side in group) and ids not in found:
            blocks = tuple(_first(_blocks(ids, accounts), MOST + 1))
            found[ids] = Cluster(ids, blocks[:MOST], len(blocks) <= MOST)
    return [cluster for cluster in found.values() if cluster.blocks]


def _connected(named: Iterable[tuple[frozenset[Any], Sides]]) -> Iterator[list[Sides]]:
    """Resources that share a name, directly or through others."""
    owner: dict[Any, int] = {}
    parent: list[int] = []
    members: list[Sides] = []

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for names, side in named:
        own = len(parent)
        parent.append(own)
        members.append(side)
        for name in names:
            parent[root(owner.setdefault(name, own))] = root(own)
    groups: dict[int, list[Sides]] = defaultdict(list)
    for i, side in enumerate(members):
        groups[root(i)].append(side)
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


def _first(blocks: Iterator[frozenset[str]], most: int) -> Iterator[frozenset[str]]:
    for _, block in zip(range(most), blocks, strict=False):
        yield block
