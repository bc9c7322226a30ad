"""Everything by which a resource of the table may be connected with another one in the same account."""

import re
from collections.abc import Hashable, Iterator
from typing import Any

from gate.holdings.hidden import Hidden
from gate.holdings.resolve import IamResource
from gate.plan.addresses import module_path
from gate.plan.attributes import values_at

_POLICY_ARN = r"arn:[^:]*:iam::\d{12}:policy/(?:[^/]+/)*([^/]+)"
_POLICY = "policy"


def resource_names(resource: IamResource) -> frozenset[Hashable]:
    """Kinds and names, before and after, of what a resource is, reaches, joins and attaches; the block that a name
    comes from where the name is not known yet."""
    values = (resource.before, *resource.values_after)
    return frozenset(name for each in values for name in _names(resource, each))


def _names(resource: IamResource, values: Any) -> Iterator[Hashable]:
    row = resource.row
    if row.own_name or row.policy:  # whatever its name is, others may refer to an attribute of it that is not known yet
        yield module_path(resource.module_address), resource.type, resource.name
    for names in (row.own_name, *row.recipients, row.joins):
        for _, name in values_at(values, names.path) if names else ():
            yield from _one(names.kind, name) if names else ()
    for path in [row.policy.name] if row.policy else []:
        yield from ((_POLICY, name) for _, name in values_at(values, path) if isinstance(name, str))
    for path in (*row.attaches, *([row.boundary] if row.boundary else [])):
        for _, arn in values_at(values, path):
            matched = re.fullmatch(_POLICY_ARN, arn) if isinstance(arn, str) else None
            yield from _one(_POLICY, matched[1] if matched else arn if isinstance(arn, Hidden) else None)
    for named in (row.attaches_by_name, row.boundary_by_name):
        for _, block in values_at(values, named.block) if named else ():
            yield from _one(_POLICY, block.get(named.name)) if named and isinstance(block, dict) else ()


def _one(kind: str, name: Any) -> Iterator[Hashable]:
    """A name of a kind, or the blocks that it comes from."""
    if isinstance(name, str):
        yield kind, name
    elif isinstance(name, Hidden):
        yield from _blocks(name)


def _blocks(hidden: Hidden) -> Iterator[Hashable]:
    """What an attribute that is not known yet refers to."""
    for lead in hidden.leads:
        yield lead.target.module, lead.target.type, lead.target.name
