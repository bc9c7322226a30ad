"""What a resource of the table says itself of the account that it is in: names, own ARNs, unique ids."""

from collections.abc import Iterator
from typing import Any

from gate.holdings.resource_types import RESOURCE_TYPES, PrincipalNames
from gate.plan.attributes import text_of, values_at
from gate.plan.before_after import ManagedResource

Name = tuple[str, str]  # the kind and the name of what has one name in an account


def own_arn(resource: ManagedResource) -> str:
    """The ARN of a principal or managed policy as it is before the change."""
    row = RESOURCE_TYPES[resource.entry.type]
    path = row.policy.arn if row.policy else row.arn
    return text_of(resource.before, path) if path else ""


def partition_and_number(arn: str) -> tuple[str, str] | None:
    """The partition and the account that the ARN of something in IAM names; None of any other text."""
    fields = arn.split(":", 5)
    if len(fields) < 6 or fields[0] != "arn" or fields[2:4] != ["iam", ""]:
        return None
    _, partition, _, _, number, own = fields
    return (partition, number) if partition and len(number) == 12 and number.isdecimal() and own else None


def unique_ids(resource: ManagedResource) -> Iterator[tuple[Name, str]]:
    """The name and the unique id of a principal that lives before the change."""
    row = RESOURCE_TYPES[resource.type]
    unique = text_of(resource.before, row.unique_id)
    if unique and row.own_name and resource.deposed in (None, False):
        for name in _named(resource.before, row.own_name):
            yield name, unique


def names_of(resource: ManagedResource) -> set[Name]:
    """The names of everything that a resource is, reaches or joins."""
    row = RESOURCE_TYPES[resource.type]
    paths = [names for names in (row.own_name, *row.recipients, row.joins) if names]
    return {
        name for each in (resource.before, *resource.values_after) for names in paths for name in _named(each, names)
    }


def _named(values: Any, names: PrincipalNames) -> Iterator[Name]:
    for _, name in values_at(values, names.path):
        if isinstance(name, str):
            yield names.kind, name


def is_principal(resource: ManagedResource) -> bool:
    """Whether a resource is itself a role, user, group or permission set."""
    return RESOURCE_TYPES[resource.type].own_name is not None
