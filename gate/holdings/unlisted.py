"""Changed policies of IAM resource types that the table does not list: nobody knows whose access they are."""

import re
from collections.abc import Iterator
from typing import Any

from gate.holdings.documents import Document, Place
from gate.holdings.resource_types import HARMLESS, IAM_PREFIXES, RESOURCE_TYPES
from gate.plan.before_after import Baseline, ManagedResource, managed_resources
from gate.plan.model import Plan
from gate.plan.shapes import UNKNOWN

_HOLDS_POLICY = r"(^|[._])(policy|policies|document|documents)(\[\d+\])?$"
_SAY_WHAT = frozenset({"action", "actions", "notaction", "not_action", "not_actions"})


def unlisted_documents(plan: Plan, baseline: Baseline) -> tuple[Document, ...]:
    """Each as a document that nobody sees; `baseline` as in gate.plan.before_after."""
    types = set(filter(is_unlisted, plan.types))
    return tuple(found for one in managed_resources(plan, types, baseline=baseline) for found in _changed_policies(one))


def is_unlisted(type_name: str) -> bool:
    """Whether a type is an IAM type that the table does not know at all."""
    return type_name.startswith(IAM_PREFIXES) and type_name not in RESOURCE_TYPES and type_name not in HARMLESS


def _changed_policies(resource: ManagedResource) -> Iterator[Document]:
    formerly = dict(_statements(resource.before, ""))
    for attribute, statement in _statements(resource.after, ""):
        if formerly.get(attribute) != statement:
            yield Document(Place(resource.address, attribute), None, True)
    known = dict(leaves(resource.before, ""))
    for attribute, value in leaves(resource.after, ""):
        hidden = value is UNKNOWN and re.search(_HOLDS_POLICY, attribute) is not None
        if known.get(attribute) != value and (hidden or _looks_like_policy(value)):
            yield Document(Place(resource.address, attribute), None, True)


def leaves(value: Any, attribute: str) -> Iterator[tuple[str, Any]]:
    """Every leaf of a resource's values with its attribute path."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, f"{attribute}.{key}" if attribute else key)
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from leaves(member, f"{attribute}[{position}]")
    else:
        yield attribute, value


def _statements(value: Any, attribute: str) -> Iterator[tuple[str, Any]]:
    """Every statement that is written as an object or a block, not as text, with its attribute path."""
    if isinstance(value, dict):
        names = {key.lower() for key in value}
        if "effect" in names and not names.isdisjoint(_SAY_WHAT):
            yield attribute, value
        else:
            for key, member in value.items():
                yield from _statements(member, f"{attribute}.{key}" if attribute else key)
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from _statements(member, f"{attribute}[{position}]")


def _looks_like_policy(value: Any) -> bool:
    """A policy document as text, or the ARN of a managed policy."""
    if not isinstance(value, str):
        return False
    if value.startswith("arn:") and ":iam:" in value and ":policy/" in value:
        return True
    if "statement" not in value.lower():
        return False
    import json

    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return True
    return isinstance(parsed, dict)
