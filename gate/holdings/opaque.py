"""Resources that can create IAM resources out of Terraform's sight, and out of gate's."""

from collections.abc import Iterator
from typing import Any

import msgspec

from gate.holdings.documents import Place
from gate.holdings.resource_types import OPAQUE, Opaque
from gate.holdings.template_types import CLOUD_CONTROL, CLOUD_CONTROL_BODY, TEMPLATES
from gate.holdings.templates import InTemplates, Unread
from gate.plan.attributes import values_at
from gate.plan.before_after import ManagedResource, managed_resources
from gate.plan.model import Plan

_ELSEWHERE = Unread("what it creates is described elsewhere")


class OutOfSight(msgspec.Struct, frozen=True, gc=False):
    """A resource that is new or changed, and what of it is not seen."""

    place: Place
    unread: Unread


def out_of_sight(plan: Plan, templates: InTemplates) -> Iterator[OutOfSight]:
    """Every such resource of a plan; one whose whole template was read is none."""
    for resource in managed_resources(plan, OPAQUE):
        rule = OPAQUE[resource.type]
        newly = not _matches(resource.before, rule) or resource.before != resource.after
        if resource.address in templates.read or not _matches(resource.after, rule) or not newly:
            continue
        unread = templates.unread.get(resource.address, _ELSEWHERE)
        attribute = _body(resource) if unread.malformed else rule.path.removesuffix("[]")
        yield OutOfSight(Place(resource.address, attribute), unread)


def _body(resource: ManagedResource) -> str:
    return CLOUD_CONTROL_BODY if resource.type == CLOUD_CONTROL else TEMPLATES[resource.type].body


def _matches(values: Any, rule: Opaque) -> bool:
    return any(isinstance(value, str) and value.startswith(rule.values) for _, value in values_at(values, rule.path))
