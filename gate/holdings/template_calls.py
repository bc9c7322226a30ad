"""What the resources of CloudFormation templates, and those of Cloud Control, are told to run."""

from contextlib import suppress
from typing import Any

from gate.holdings.call_places import CallPlaces, in_template
from gate.holdings.source_answers import SourceAnswers
from gate.holdings.source_values import structured
from gate.holdings.template_types import CLOUD_CONTROL, CLOUD_CONTROL_BODY, CLOUD_CONTROL_TYPE, TEMPLATES
from gate.plan.before_after import ManagedResource
from gate.plan.shapes import UNKNOWN
from gate.templates.read import parsed, read
from gate.templates.unreadable import UnreadableTemplate
from gate.text.sensitive import Sensitive, marked
from gate.unknown import Template, Unresolved, Value


def told_to_run(stack: ManagedResource, values: Any, answers: SourceAnswers) -> dict[str, tuple[CallPlaces, Value]]:
    """What each resource says that is told to run something, by the attribute of the stack that declares it. A template
    that can't be read is told of by itself."""
    if not isinstance(values, dict):
        return {}
    body = CLOUD_CONTROL_BODY if stack.type == CLOUD_CONTROL else TEMPLATES[stack.type].body
    text = values.get(body)
    if text is UNKNOWN:
        text = answers.value(stack, body)
    hidden = isinstance(text, Sensitive)
    if stack.type == CLOUD_CONTROL:
        row = in_template(values.get(CLOUD_CONTROL_TYPE))
        return {body: (row, marked(_value(text), hidden))} if row else {}
    with suppress(UnreadableTemplate):
        resources = marked(_resources(text), hidden)
        listed = ((name, one, in_template(one.get("Type"))) for name, one in resources.items() if isinstance(one, dict))
        return {f"{body}.Resources.{name}": (row, one) for name, one, row in listed if row}
    return {}


def _resources(text: Value) -> dict[str, Any]:
    whole = text if isinstance(text, (str, Template)) or text is None else structured(text)
    if isinstance(whole, Template) and not isinstance(found := structured(whole), Unresolved):
        whole = found
    template = read(whole) if isinstance(whole, (str, Template)) else whole
    found = template.get("Resources") if isinstance(template, dict) else None
    return found if isinstance(found, dict) else {}


def _value(text: Value) -> Value:
    if not isinstance(text, str):
        return text if text is None or text is UNKNOWN else structured(text)
    with suppress(UnreadableTemplate):
        return parsed(str.__str__(text))
    return text
