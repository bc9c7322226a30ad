"""Entries of a role that only show what separate resources manage."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec

from gate.holdings.principal import Principal
from gate.holdings.principals import Principals
from gate.holdings.resolve import IamResource, Version
from gate.plan.attributes import name_of, top_of, values_at


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A value of a role at an attribute, which stands at a path of the table, before the change or after it."""

    path: str
    attribute: str
    value: Any
    after: bool


class Mirrors:
    """After a refresh, a role also shows the policies and attachments that separate resources manage, with stale text.

    An entry is a mirror if a separate resource of the plan owns it and the role's own change leaves it as it was, or
    makes the role anew without it. What only comes to a separate resource with this change was the role's own before.
    """

    def __init__(self, resources: list[IamResource], principals: Principals) -> None:
        self._resources, self._principals = resources, principals

    @cached_property
    def _owned(self) -> dict[tuple[Principal, str], bool]:
        """What separate resources own, and whether one did before the change."""
        owned: dict[tuple[Principal, str], bool] = {}
        for resource in self._resources:
            for version in resource.versions:
                texts = [text for text in _named_here(resource, version) if text]
                for names in resource.row.recipients if texts else ():
                    for who in self._principals.named(resource, version, names):
                        for text in texts:
                            key = (who.principal, text)
                            owned[key] = owned.get(key, False) or not version.after
        return owned

    def covers(self, principal: Principal, name: str, resource: IamResource, entry: Entry) -> bool:
        """Whether an entry is a mirror: `name` is the inline policy's name, or the ARN."""
        owned_before = self._owned.get((principal, name))
        if owned_before is None or not (entry.after or owned_before):
            return False
        if resource.refreshed is None or resource.after is None:
            return resource.after is None
        top = top_of(entry.path)
        if top in resource.hidden:
            return not entry.after or top not in resource.configured
        if entry.after and resource.created:
            return False  # what is made anew shows nothing but what it writes itself
        found = (list(values_at(values, entry.path)) for values in (resource.refreshed, resource.after))
        was, will = ((entry.attribute, entry.value) in each for each in found)
        return was == will  # in neither, where the baseline is a state that the account has left


def _named_here(resource: IamResource, version: Version) -> Iterator[str]:
    """The names of inline policies and the ARNs that a version has."""
    if resource.row.documents:
        yield name_of(version.values)
    for path in resource.row.attaches:
        yield from (arn for _, arn in values_at(version.values, path) if isinstance(arn, str))
