"""Tags of principals and keys that a plan changes: conditions of policies ask for them.

Tags as the provider sees them: `tags_all` has those of its `default_tags` besides
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/resource-tagging).
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from gate.holdings.key_types import KEY_TYPES
from gate.holdings.resolve import IamResource
from gate.holdings.resource_types import ROLE, USER
from gate.plan.before_after import ManagedResource
from gate.unknown import Value


class Tags(msgspec.Struct, frozen=True, gc=False):
    """Tags by their names in lower case, since condition keys do not tell case; `open`: there may be others."""

    known: dict[str, Value]
    open: bool = False


class TagChange(msgspec.Struct, frozen=True, gc=False):
    """A role or user at an address, or a key of this ARN, that stays and gets other tags."""

    address: str
    arn: str
    before: Tags
    after: Tags

    def concerns(self, name: str) -> bool:
        """Whether the tag of this name, in lower case, may change."""
        return self.after.open or self.before.known.get(name) != self.after.known.get(name)


def tag_changes(principals: Iterable[IamResource], keys: Iterable[ManagedResource]) -> Iterator[TagChange]:
    """Every change of the tags of a role or user among the resources of the table, or of a key."""
    roles = (one for one in principals if one.row.own_name and one.row.own_name.kind in (ROLE, USER))
    for resource in roles:
        yield from _changed(resource, "")
    for key in keys:
        if not KEY_TYPES[key.type].key and isinstance(key.before, dict):
            yield from _changed(key, str(key.before.get("arn", "")))


def _changed(resource: ManagedResource, arn: str) -> Iterator[TagChange]:
    before, after = resource.before, resource.after
    if resource.stays or not isinstance(before, dict) or not isinstance(after, dict):
        return
    was, will = _tags(before), _tags(after)
    if was != will:
        yield TagChange(resource.address, arn, was, will)


def _tags(values: dict[str, Any]) -> Tags:
    given = [values.get(name) for name in ("tags_all", "tags")]
    known = next((_by_name(one) for one in given if isinstance(one, (dict, list))), {})
    return Tags(known, open=any(one is not None and not isinstance(one, (dict, list)) for one in given))


def _by_name(tags: Any) -> dict[str, Value]:
    """Tags as the aws provider writes them, or as awscc does, a list of keys and values."""
    if isinstance(tags, list):
        tags = {one.get("key"): one.get("value") for one in tags if isinstance(one, dict)}
    return {name.lower(): value for name, value in tags.items() if isinstance(name, str) and value is not None}
