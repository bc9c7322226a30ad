"""Everything by which a resource of the table may be connected with another one in the same account."""

import re
from collections.abc import Hashable, Iterator
from typing import Any

from gate.holdings.resource_types import RESOURCE_TYPES
from gate.plan.addresses import module_path
from gate.plan.attributes import values_at
from gate.plan.before_after import ManagedResource
from gate.plan.references import References
from gate.plan.shapes import UNKNOWN

_POLICY_ARN = re.compile(r"arn:[^:]*:iam::\d{12}:policy/(?:[^/]+/)*([^/]+)")
_POLICY = "policy"


def resource_names(resource: ManagedResource, references: References) -> frozenset[Hashable]:
    """Kinds and names, on both sides, of what a resource is, reaches, joins and attaches; the block that a name comes
    from where the name is not known yet."""
    return frozenset(
        name for values in (resource.before, *resource.values_after) for name in _names(resource, values, references)
    )


def _names(resource: ManagedResource, values: Any, references: References) -> Iterator[Hashable]:
    row = RESOURCE_TYPES[resource.type]
    if row.own_name or row.policy:  # whatever its name is, others may refer to an attribute of it that is not known yet
        yield module_path(resource.module_address), resource.type, resource.name
    for holders in (row.own_name, *row.recipients, row.joins):
        for _, name in values_at(values, holders.path) if holders else ():
            if isinstance(name, str) and holders:
                yield holders.kind, name
            elif name is UNKNOWN and holders:
                yield from _blocks(resource, holders.path, references)
    for path in [row.policy.name] if row.policy else []:
        yield from ((_POLICY, name) for _, name in values_at(values, path) if isinstance(name, str))
    for path in (*row.attaches, *([row.boundary] if row.boundary else [])):
        for _, arn in values_at(values, path):
            matched = _POLICY_ARN.fullmatch(arn) if isinstance(arn, str) else None
            if matched:
                yield _POLICY, matched[1]
            elif arn is UNKNOWN:
                yield from _blocks(resource, path, references)
    for named in (row.attaches_by_name, row.boundary_by_name):
        for _, block in values_at(values, named.block) if named else ():
            if named and isinstance(block, dict) and isinstance(block.get(named.name), str):
                yield _POLICY, block[named.name]


def _blocks(resource: ManagedResource, path: str, references: References) -> Iterator[Hashable]:
    """What an attribute that is not known yet refers to."""
    for target in references.origin(resource, references.expression(resource, path)).targets:
        yield target.module, target.type, target.name
