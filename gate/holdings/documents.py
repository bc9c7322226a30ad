"""The policy documents of a plan: where each stands, what it says, and how sure that is."""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.holdings import deferred
from gate.holdings.hidden_values import Evidence, structured
from gate.holdings.resource_types import HARMLESS, IAM_PREFIXES, RESOURCE_TYPES, ResourceType
from gate.holdings.template_types import BODIES, camel
from gate.plan.attributes import marked, values_at
from gate.plan.before_after import ManagedResource
from gate.plan.shapes import UNKNOWN
from gate.unknown import OneOf, Template, Unresolved, Value

_HOLDS_POLICY = re.compile(r"(^|[._])(policy|policies|document|documents)(\[\d+\])?$")
_KEY = r'(?:\["(?:[^"\\]|\\.)*"\]|\[\d+\])?'
_IN_TEMPLATE = re.compile(
    rf"((?:module\.[\w-]+{_KEY}\.)*\w+\.[\w-]+{_KEY})\.((?:{'|'.join(sorted(BODIES))})(?:\.Resources\.[^.]+)?)"
)
ANY_NAME = "*"  # of an inline policy whose name is chosen only at apply


class Place(msgspec.Struct, frozen=True, gc=False, order=True):
    """An attribute of a resource, as people write it."""

    address: str
    attribute: str

    @property
    def in_plan(self) -> "Place":
        """The place by the address of a resource that the plan has: a template is an attribute of its stack."""
        found = _IN_TEMPLATE.fullmatch(self.address)
        if found is None:
            return self
        inner = f".{camel(self.attribute)}" if self.attribute else ""
        return Place(type(self.address)(found[1]), f"{found[2]}{inner}")


class Document(msgspec.Struct, frozen=True, gc=False):
    """A policy document on one side.

    `content` is JSON text or a structured value with unknown parts (gate.unknown); None where it is outside
    of the plan, and then `place.address` is its ARN. `rests_on` is the reference that was taken at face value.
    `name` is the inline policy's own name, where it has one that is known.
    """

    place: Place
    content: Value
    sensitive: bool = False
    rests_on: str = ""
    name: str = ""


def before(resource: ManagedResource, row: ResourceType, evidence: Evidence) -> Iterator[Document]:
    """The documents that a resource has before the change."""
    for path in row.documents:
        sensitive = marked(resource.before_sensitive, path)
        for attribute, text in values_at(resource.before, path):
            own = row.fixed_name or name(resource.before, attribute)
            content = _text(text)
            filled = content if isinstance(content, str) else evidence.filled(content)
            yield Document(Place(resource.address, attribute), filled, sensitive, name=own)


def after(resource: ManagedResource, row: ResourceType, evidence: Evidence) -> Iterator[Document]:
    """The documents that a resource has after the change; what it lets go of without deleting stays."""
    for document in _after(resource, row, evidence):
        known = document.content is None or isinstance(document.content, str)
        yield document if known else replace(document, content=evidence.filled(document.content))


def _after(resource: ManagedResource, row: ResourceType, evidence: Evidence) -> Iterator[Document]:
    for path in row.documents:
        sensitive = marked(resource.after_sensitive, path)
        for values in resource.values_after:
            found = list(values_at(values, path))
            if values is resource.after and not found and "[]" not in path and path not in values and not row.mirrors:
                found = [(path, UNKNOWN)]  # a trimmed plan: what must be there and is not, is unknown
            if resource.undecided is None and "[]" in path and any(text is UNKNOWN for _, text in found):
                yield from _blocks(resource, path, found, sensitive, row, evidence)
                continue
            for attribute, text in found:
                place = Place(resource.address, attribute)
                own = row.fixed_name or name(values, attribute) or _open_name(resource, values, evidence)
                if resource.undecided is not None:
                    yield Document(place, Unresolved((resource.undecided,)), sensitive, name=own)
                elif text is not UNKNOWN:
                    yield Document(place, _text(text), sensitive, name=own)
                elif path not in row.mirrors or _may_be_set(resource, path, evidence):
                    yield _unknown(resource, place, path, sensitive, own, evidence)


def _open_name(resource: ManagedResource, values: Any, evidence: Evidence) -> str:
    """What is known of a name that is not: one that the provider makes up is like no other, any other may be any."""
    if not isinstance(values, dict) or values.get("name") is not UNKNOWN:
        return ""
    told = evidence.value(resource, "name") if evidence.references.is_configured(resource, "name") else ""
    return told if isinstance(told, str) else ANY_NAME


def _blocks(
    resource: ManagedResource,
    path: str,
    found: list[tuple[str, Any]],
    sensitive: bool,
    row: ResourceType,
    evidence: Evidence,
) -> Iterator[Document]:
    """The policies in blocks of which some are unknown: those that the plan shows, and those that the source has."""
    top, _, inner = path.partition("[].")
    address = resource.address
    shown = {name({}, attribute): text for attribute, text in found if text is not UNKNOWN}
    for attribute, text in found:
        if text is not UNKNOWN:
            yield Document(Place(address, attribute), _text(text), sensitive, name=name({}, attribute))
    blocks = evidence.blocks(resource, top)
    if isinstance(blocks, Unresolved):
        yield Document(Place(address, top), blocks, sensitive)
    elif blocks is not None:
        names = [block.get("name", block.get("policy_name")) if isinstance(block, dict) else None for block in blocks]
        for position, (block, own) in enumerate(zip(blocks, names, strict=True)):
            if isinstance(own, str) and own in shown and names.count(own) == 1:
                continue
            label = f'{top}["{own}"].{inner}' if isinstance(own, str) else f"{top}[{position}].{inner}"
            content = _content(block.get(inner) if isinstance(block, dict) else block, resource, evidence)
            yield Document(Place(address, label), content, sensitive, name=own if isinstance(own, str) else "")
    else:
        for attribute, text in found:
            if text is UNKNOWN and (attribute != top or _may_be_set(resource, top, evidence)):
                yield _unknown(resource, Place(address, attribute), path, sensitive, name({}, attribute), evidence)


def _may_be_set(resource: ManagedResource, attribute: str, evidence: Evidence) -> bool:
    """Whether an Optional and Computed attribute that is unknown is so because somebody configured it."""
    return evidence.references.is_configured(resource, attribute)


def unproven(resource: ManagedResource, row: ResourceType, evidence: Evidence) -> Iterator[str]:
    """Attributes for policy blocks of which only the source can show that there are none: unknown, not configured."""
    for path in row.documents:
        for attribute, value in values_at(resource.after, path):
            configured = evidence.references.is_configured(resource, attribute)
            open_ = value is UNKNOWN and attribute in row.mirrors and not configured
            if open_ and evidence.blocks(resource, attribute) is None:
                yield attribute


def unlisted(resources: list[ManagedResource]) -> Iterator[Document]:
    """Changed policies of IAM types that the table does not list: nobody knows whose access they are."""
    for resource in resources:
        known = dict(leaves(resource.before, ""))
        for attribute, value in leaves(resource.after, ""):
            hidden = value is UNKNOWN and _HOLDS_POLICY.search(attribute) is not None
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


def is_unlisted(type_name: str) -> bool:
    """Whether a type is an IAM type that the table does not know at all."""
    return type_name.startswith(IAM_PREFIXES) and type_name not in RESOURCE_TYPES and type_name not in HARMLESS


def _unknown(
    resource: ManagedResource, place: Place, path: str, sensitive: bool, own: str, evidence: Evidence
) -> Document:
    """A document that the plan hides: from the source, else from a deferred read that it may refer to."""
    value = evidence.value(resource, path) if "[]" not in path else None
    if value is not None:
        return Document(place, _content(value, resource, evidence), sensitive, name=own)
    expression = evidence.references.expression(resource, path, own or None)
    origin = evidence.references.origin(resource, expression)
    content = deferred.referred(origin.only, resource, evidence)
    if content is not None:
        return Document(place, content, sensitive, rests_on=origin.names[0], name=own)
    return Document(place, Unresolved(origin.names), sensitive, name=own)


def _content(value: Value, resource: ManagedResource, evidence: Evidence) -> Value:
    """A document as the source gives it; one that is exactly a deferred read is what that will give."""
    if isinstance(value, OneOf):
        return OneOf(tuple(_content(alternative, resource, evidence) for alternative in value.alternatives))
    read = deferred.referred(evidence.target(value), resource, evidence)
    return structured(value) if read is None else read


def _text(value: Any) -> Value:
    """A document that the provider holds as an object rather than as text means the same."""
    return value if isinstance(value, (str, dict, Unresolved, Template, OneOf)) else json.dumps(value)


def name(values: Any, attribute: str) -> str:
    """The name of the inline policy at an attribute, empty where none is known."""
    if '["' in attribute:
        return attribute.partition('["')[2].rpartition('"]')[0]
    for key in ("name", "policy_name"):
        if isinstance(values, dict) and isinstance(values.get(key), str):
            return str(values[key])
    return ""


def _looks_like_policy(value: Any) -> bool:
    """A policy document as text, or the ARN of a managed policy."""
    if not isinstance(value, str):
        return False
    if value.startswith("arn:") and ":iam:" in value and ":policy/" in value:
        return True
    if "statement" not in value.lower():
        return False
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return True
    return isinstance(parsed, dict)
