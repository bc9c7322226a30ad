"""The resource that an `aws_cloudcontrolapi_resource` is."""

from contextlib import suppress
from typing import Any

from gate.holdings.documents import Place
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.holdings.source_values import structured
from gate.holdings.template_resources import Asked, Declared, Made, resource_in
from gate.holdings.template_rows import row_of
from gate.holdings.template_types import CLOUD_CONTROL_BODY, CLOUD_CONTROL_TYPE, snake
from gate.holdings.template_values import has_hole
from gate.plan.before_after import ManagedResource
from gate.plan.shapes import UNKNOWN
from gate.templates.read import parsed
from gate.templates.template import TemplateResource, hidden
from gate.templates.unreadable import Unread, UnreadableTemplate, WhyUnread
from gate.text.sensitive import sensitive_texts
from gate.unknown import Unresolved, Value


def cloud_control(stack: ManagedResource, asked: Asked) -> tuple[list[Made], Unread | None]:
    """The one resource that a Cloud Control resource is, and why it can't be seen."""
    at = Place(stack.address, CLOUD_CONTROL_BODY)
    former = latter = None
    unread = None
    with suppress(UnreadableTemplate):
        former = _desired(stack, stack.before, None)
    try:
        latter = _desired(stack, stack.after, asked)
    except UnreadableTemplate as error:
        latter, unread = former, error.unread
    sensitive = any(True for values in (stack.before, stack.after) for _ in sensitive_texts(_body(values)))
    name = f"{stack.type}/{stack.name}"
    kept = stack.kept is not None
    found = resource_in(stack, Declared(at, name, former, latter, sensitive, kept), asked)
    return list(found), unread


def _body(values: Any) -> Any:
    return values.get(CLOUD_CONTROL_BODY) if isinstance(values, dict) else None


def _desired(stack: ManagedResource, values: Any, asked: Asked | None) -> TemplateResource | None:
    if not isinstance(values, dict):
        return None
    kind, text = values.get(CLOUD_CONTROL_TYPE), values.get(CLOUD_CONTROL_BODY)
    if text is UNKNOWN and asked is not None:
        text = asked.answers.value(stack, CLOUD_CONTROL_BODY)
    if not isinstance(kind, str):
        raise UnreadableTemplate(WhyUnread.UNKNOWN_TYPE)
    if not row_of(kind):
        said: dict[str, Value] = {"Capabilities": Unresolved()}  # what can't be read may be anything
        with suppress(UnreadableTemplate):
            said = properties_in(text)
        out_of_sight = hidden({"Resources": {"": {"Type": kind, "Properties": said}}})
        if out_of_sight:
            why = WhyUnread.PIPELINE if out_of_sight.makes_iam else WhyUnread.TYPE_DESCRIBED_ELSEWHERE
            raise UnreadableTemplate(why, kind)
        return None
    properties = properties_in(text)
    row = RESOURCE_TYPES.get(row_of(kind))
    itself = row.own_name if row else None
    if itself and not any(snake(name) == itself.path and not has_hole(value) for name, value in properties.items()):
        properties = {**properties, itself.path: f"({stack.address}.{CLOUD_CONTROL_BODY})"}
    return TemplateResource(CLOUD_CONTROL_BODY, kind, properties)


def properties_in(text: Value) -> dict[str, Value]:
    """The desired state of a Cloud Control resource, as far as it is known. Raises UnreadableTemplate."""
    body = structured(str.__str__(text) if isinstance(text, str) else text)
    try:
        properties = parsed(body) if isinstance(body, str) else body
    except UnreadableTemplate as error:
        raise error.of(text) from None
    if not isinstance(properties, dict):
        raise UnreadableTemplate(WhyUnread.UNKNOWN_BODY)
    return properties
