"""What templates and Cloud Control resources say of types that are not AWS's own: custom resources, private and third
parties' types of the CloudFormation registry.

https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-types.html
"""

from contextlib import suppress
from typing import Any

from gate.holdings.cloud_control import properties_in
from gate.holdings.stack_resources import template_in
from gate.holdings.template_types import CLOUD_CONTROL, CLOUD_CONTROL_BODY, CLOUD_CONTROL_TYPE, TEMPLATES
from gate.plan.before_after import ManagedResource
from gate.templates.unreadable import UnreadableTemplate

_OF_AWS, _CUSTOM = "AWS::", "AWS::CloudFormation::CustomResource"


def declared_elsewhere(stack: ManagedResource, values: Any) -> dict[str, Any]:
    """The properties of each such resource, by the attribute of the stack that declares it. What can't be read is told
    of by itself."""
    body = CLOUD_CONTROL_BODY if stack.type == CLOUD_CONTROL else TEMPLATES[stack.type].body
    text = values.get(body) if isinstance(values, dict) else None
    if not isinstance(text, str):
        return {}
    with suppress(UnreadableTemplate):
        if stack.type == CLOUD_CONTROL:
            return {body: properties_in(text)} if _is_of_others(values.get(CLOUD_CONTROL_TYPE)) else {}
        listed = template_in(text)["Resources"].items()
        return {
            f"{body}.Resources.{name}": one.get("Properties")
            for name, one in listed
            if isinstance(one, dict) and _is_of_others(one.get("Type"))
        }
    return {}


def _is_of_others(kind: Any) -> bool:
    return isinstance(kind, str) and (kind == _CUSTOM or not kind.startswith(_OF_AWS))
