"""Accounts that can't be one, since AWS would refuse in one account what the plan does."""

from collections.abc import Iterator, Sequence

from gate.holdings.holders import IamPlan
from gate.holdings.resolve import IamResource
from gate.plan.addresses import module_path
from gate.plan.attributes import values_at
from gate.plan.references import References

_Name = tuple[str, str]


def is_refused(block: frozenset[str], resources: Sequence[IamResource], iam: IamPlan) -> bool:
    """Whether nothing of one of the accounts in a block (ids) would come about if they were one.

    AWS refuses to create a principal under a name that is taken. What refers to the created one waits for it in vain; a
    policy that names the principal literally is written all the same, to whoever has the name.
    """
    accounts, references = iam.accounts, iam.references
    inside = {account: [s for s in resources if accounts.account_id(s) == account] for account in block}
    made = {account: dict(_created(own)) for account, own in inside.items()}
    lives = {account: {name for resource in own for name in _staying(resource)} for account, own in inside.items()}
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


def _created(resources: Sequence[IamResource]) -> Iterator[tuple[_Name, IamResource]]:
    for resource in resources:
        own_name = resource.row.own_name
        if own_name and resource.created and resource.before is None:
            yield from (
                ((own_name.kind, name), resource)
                for _, name in values_at(resource.after, own_name.path)
                if isinstance(name, str)
            )


def _staying(resource: IamResource) -> Iterator[_Name]:
    """The name of a principal that is there all the time."""
    own_name = resource.row.own_name
    if (
        own_name
        and resource.before is not None
        and not resource.created
        and not resource.deleted
        and not resource.deposed
    ):
        was, *names = [
            {name for _, name in values_at(values, own_name.path) if isinstance(name, str)}
            for values in (resource.before, *resource.values_after)
        ]
        yield from ((own_name.kind, name) for found in names for name in found & was)


def _only_follow(resources: Sequence[IamResource], made: Sequence[IamResource], references: References) -> bool:
    """Whether everything that acts is one of the created principals, or refers to one; a policy alone does nothing."""
    blocks = {_block(resource) for resource in made}
    acting = [resource for resource in resources if resource.acts and not _is_policy(resource)]
    return all(_block(resource) in blocks or _refers(resource, blocks, references) for resource in acting)


def _is_policy(resource: IamResource) -> bool:
    """Whether a resource is a managed policy that attaches itself to nobody."""
    row = resource.row
    return row.policy is not None and not row.recipients


def _block(resource: IamResource) -> tuple[tuple[str, ...], str, str]:
    return module_path(resource.module_address), resource.type, resource.name


def _refers(resource: IamResource, blocks: set[tuple[tuple[str, ...], str, str]], references: References) -> bool:
    block = references.block(resource)
    targets = references.targets(resource, block.expressions) if block else ()
    return any((target.module, target.type, target.name) in blocks for target in targets)
