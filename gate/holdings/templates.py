"""What stands in CloudFormation templates and in Cloud Control resources, as managed resources of the table's rows."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.key_types import KEY_TYPES
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.holdings.source_answers import SourceAnswers
from gate.holdings.template_rows import CREDENTIALS
from gate.holdings.template_types import CLOUD_CONTROL, TEMPLATES, camel
from gate.plan.before_after import Baseline, ManagedResource, managed_resources
from gate.plan.model import Plan
from gate.plan.references import References

if TYPE_CHECKING:  # most plans have no stack
    from gate.templates.unreadable import Unread


class InTemplates(msgspec.Struct, frozen=True, gc=False):
    """Everything in the templates of one plan. `listed` are of types that RESOURCE_TYPES has, `keys` are of KEY_TYPES,
    `credentials` of CREDENTIALS, `unlisted` of IAM types that none has. `unread` are the stacks of which not everything
    is seen, by address; all others are `read`. `own_accounts` is what stands for the account of a key of a stack set,
    by address. `declared_at` are the places of stacks that declare resources, by the address of each."""

    listed: list[ManagedResource]
    keys: list[ManagedResource]
    credentials: list[ManagedResource]
    unlisted: list[ManagedResource]
    unread: "dict[str, Unread]"
    own_accounts: dict[str, str]
    read: frozenset[str]
    declared_at: dict[str, Place]

    def in_plan(self, place: Place) -> Place:
        """The place by the address of a resource that the plan has: what a template declares is a part of its stack."""
        at = self.declared_at.get(place.address)
        if at is None:
            return place
        return Place(at.address, f"{at.attribute}.{camel(place.attribute)}" if place.attribute else at.attribute)


def in_templates(plan: Plan, references: References, answers: SourceAnswers, baseline: Baseline) -> InTemplates:
    """What the stacks, stack sets and Cloud Control resources of a plan hold. Raises GateError."""
    found = InTemplates([], [], [], [], {}, {}, frozenset(), {})
    seen = set()
    stacks = managed_resources(plan, (*TEMPLATES, CLOUD_CONTROL), baseline=baseline)
    if not stacks:
        return found
    from gate.holdings.stack_resources import own_account, resources_of  # most plans have no stack
    from gate.holdings.template_inputs import template_inputs

    inputs = template_inputs(plan, baseline)
    for stack in stacks:
        made, unread = resources_of(stack, references, answers, inputs)
        if unread:
            found.unread[stack.address] = unread
        for one in made:
            resource = one.resource
            found.declared_at[resource.address] = one.declared_at
            if resource.type in CREDENTIALS:
                found.credentials.append(resource)
            elif resource.type not in KEY_TYPES:
                (found.listed if resource.type in RESOURCE_TYPES else found.unlisted).append(resource)
            else:
                found.keys.append(resource)
                if stack.type in TEMPLATES and TEMPLATES[stack.type].elsewhere:
                    found.own_accounts[resource.address] = own_account(stack).stands_for
        seen.add(stack.address)
    return replace(found, read=frozenset(seen - found.unread.keys()))


def unlisted_in_templates(found: InTemplates) -> Iterator[Document]:
    """New and changed policies of IAM types that the table does not have."""
    for resource in found.unlisted:
        if resource.before != resource.after and resource.after is not None:
            yield Document(Place(resource.address, ""), None, True)
