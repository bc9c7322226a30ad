"""What the resources of CloudFormation templates, and those of Cloud Control, are told to run."""

from contextlib import suppress
from typing import Any

from gate.holdings.call_places import CallPlaces, in_template
from gate.holdings.cloud_control import properties_in
from gate.holdings.source_answers import SourceAnswers
from gate.holdings.stack_resources import template_in
from gate.holdings.template_types import CLOUD_CONTROL, CLOUD_CONTROL_BODY, CLOUD_CONTROL_TYPE, TEMPLATES
from gate.plan.before_after import ManagedResource
from gate.plan.shapes import UNKNOWN
from gate.templates.unreadable import UnreadableTemplate
from gate.text.sensitive import Sensitive, marked
from gate.unknown import Value


def told_to_run(stack: ManagedResource, values: Any, answers: SourceAnswers) -> dict[str, tuple[CallPlaces, Value]]:
    """What each resource says that is told to run something, by the attribute of the stack that declares it. A template
    that can't be read is told of by itself."""
    if not isinstance(values, dict):
        return {}
    body = CLOUD_CONTROL_BODY if stack.type == CLOUD_CONTROL else TEMPLATES[stack.type].body
    text = values.get(body)
    if text is UNKNOWN:
        text = answers.value(stack, body)
    if text is None:
        return {}
    hidden = isinstance(text, Sensitive)
    if stack.type == CLOUD_CONTROL:
        row = in_template(values.get(CLOUD_CONTROL_TYPE))
        return {body: (row, _told(row, marked(_desired(text), hidden)))} if row else {}
    with suppress(UnreadableTemplate):
        resources = marked(template_in(text)["Resources"], hidden)
        listed = ((name, one, in_template(one.get("Type"))) for name, one in resources.items() if isinstance(one, dict))
        return {
            f"{body}.Resources.{name}": (row, _told(row, one.get("Properties") if row.paths else one))
            for name, one, row in listed
            if row
        }
    return {}


def _told(row: CallPlaces, properties: Value) -> Value:
    """What of the properties of a resource is told to run."""
    if not row.paths or not isinstance(properties, dict):
        return properties
    return {name: properties[name] for name in row.paths if name in properties}


def _desired(text: Value) -> Value:
    """The desired state of a Cloud Control resource; the text itself where it is none, which nobody tells of."""
    with suppress(UnreadableTemplate):
        return properties_in(text)
    return text
