"""Entries of a role that only show what separate resources manage."""

from typing import Any

from gate.holdings import documents
from gate.holdings.principals import Principal, Principals
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.plan.attributes import values_at
from gate.plan.before_after import ManagedResource
from gate.plan.references import References
from gate.plan.shapes import UNKNOWN


class Mirrors:
    """After a refresh, a role also shows the policies and attachments that separate resources manage, with stale text.

    An entry is a mirror if a separate resource of the plan owns it and the role's own change leaves it as it was. What
    only comes to a separate resource with this change was the role's own before.
    """

    def __init__(self, resources: list[ManagedResource], principals: Principals, references: References) -> None:
        self._references = references
        self._before: set[tuple[Principal, str]] = set()
        self._ever: set[tuple[Principal, str]] = set()
        for resource in resources:
            row = RESOURCE_TYPES[resource.type]
            if row.own_name or row.policy:
                continue
            for values, after in ((resource.before, False), *((values, True) for values in resource.values_after)):
                for who in (
                    found for to in row.recipients for found in principals.named(resource, values, to, after=after)
                ):
                    names = [documents.name(values, path) for path in row.documents]
                    arns = [arn for path in row.attaches for _, arn in values_at(values, path) if isinstance(arn, str)]
                    owned = {(who.principal, text) for text in (*names, *arns) if text}
                    self._ever |= owned
                    self._before |= set() if after else owned

    def covers(
        self,
        principal: Principal,
        name: str,
        resource: ManagedResource,
        path: str,
        attribute: str,
        value: Any,
        *,
        after: bool,
    ) -> bool:
        """Whether an entry is a mirror: `name` is the inline policy's name, or the ARN."""
        if (principal, name) not in (self._ever if after else self._before):
            return False
        if resource.refreshed is None or resource.after is None:
            return resource.after is None
        top = path.split(".")[0].removesuffix("[]")
        if resource.after.get(top) is UNKNOWN:
            return not after or not self._references.is_configured(resource, top)
        sides = (resource.refreshed, resource.after)
        was, will = ((attribute, value) in list(values_at(values, path)) for values in sides)
        return was == will  # in neither, where the baseline is a state that the account has left
