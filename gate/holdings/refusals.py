"""Accounts that can't be one, since AWS would refuse in one account what the plan does."""

from collections.abc import Iterator, Sequence

from gate.holdings.holders import Gathered
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.plan.attributes import at
from gate.plan.before_after import Sides
from gate.plan.references import References, module_path

_Name = tuple[str, str]


def is_refused(block: frozenset[str], sides: Sequence[Sides], gathered: Gathered) -> bool:
    """Whether nothing of one of the accounts in a block (ids) would come about if they were one.

    AWS refuses to create a principal under a name that is taken. What refers to the created one waits for it in vain; a
    policy that names the principal literally is written all the same, to whoever has the name.
    """
    accounts, references = gathered.accounts, gathered.evidence.references
    inside = {account: [s for s in sides if accounts.of(s.resource) == account] for account in block}
    made = {account: dict(_created(own)) for account, own in inside.items()}
    lives = {account: {name for side in own for name in _staying(side)} for account, own in inside.items()}
    for account, own in inside.items():
        others = block - {account}
        taken = {name: made[account][name] for name in made[account] if any(name in lives[o] for o in others)}
        if taken and _only_follow(own, list(taken.values()), references):
            return True
        for other in others:
            twice = made[account].keys() & made[other].keys()
            both = ((own, made[account]), (inside[other], made[other]))
            if twice and all(_only_follow(s, [m[name] for name in twice], references) for s, m in both):
                return True
    return False


def _created(sides: Sequence[Sides]) -> Iterator[tuple[_Name, Sides]]:
    for side in sides:
        itself = RESOURCE_TYPES[side.resource.type].itself
        if itself and side.created and side.before is None:
            yield from (((itself.kind, name), side) for _, name in at(side.after, itself.path) if isinstance(name, str))


def _staying(side: Sides) -> Iterator[_Name]:
    """The name of a principal that is there all the time."""
    itself = RESOURCE_TYPES[side.resource.type].itself
    if itself and side.before is not None and not side.created and not side.deleted and not side.resource.deposed:
        names = [{name for _, name in at(values, itself.path) if isinstance(name, str)} for values in side.attached]
        was = {name for _, name in at(side.before, itself.path)}
        yield from ((itself.kind, name) for found in names for name in found & was)


def _only_follow(sides: Sequence[Sides], made: Sequence[Sides], references: References) -> bool:
    """Whether everything that acts is one of the created principals, or refers to one; a policy alone does nothing."""
    blocks = {_block(side) for side in made}
    acting = [side for side in sides if side.acts and not _is_policy(side)]
    return all(_block(side) in blocks or _refers(side, blocks, references) for side in acting)


def _is_policy(side: Sides) -> bool:
    """Whether a resource is a managed policy that attaches itself to nobody."""
    row = RESOURCE_TYPES[side.resource.type]
    return row.policy is not None and not row.to


def _block(side: Sides) -> tuple[tuple[str, ...], str, str]:
    return module_path(side.resource.module_address), side.resource.type, side.resource.name


def _refers(side: Sides, blocks: set[tuple[tuple[str, ...], str, str]], references: References) -> bool:
    block = references.block(side.resource)
    targets = references.origin(side.resource, block.expressions).targets if block else ()
    return any((target.module, target.type, target.name) in blocks for target in targets)
