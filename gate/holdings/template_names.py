"""The resources of a template before the change or after it, under the names that others know them by."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.holdings.resource_types import RESOURCE_TYPES
from gate.holdings.template_rows import row_of
from gate.holdings.template_types import TemplateType, snake
from gate.templates.dynamic_references import has_one
from gate.templates.functions import Given, value_of
from gate.templates.template import TemplateResource, resources
from gate.text.sensitive import concatenated
from gate.unknown import Value


class TemplateVersion(msgspec.Struct, frozen=True, gc=False):
    """A template before the change or after it, with its parameters. `region` is that of its stack where this says one,
    as it may since version 6 of the provider."""

    template: dict[str, Any]
    parameters: dict[str, Value]
    name: Any = None
    region: Value = None
    sensitive: bool = False
    loose: bool = False  # what is known only after apply may be more of the template than a value
    rewritten: frozenset[str] = frozenset()  # names in the parameter store, and of secrets, with something else later


class Surrounding(msgspec.Struct, frozen=True, gc=False):
    """The stack that a template is of: the address that its parts are told by, what is known of pseudo parameters, and
    its row."""

    where: str
    pseudo: Mapping[str, Value]
    row: TemplateType


def by_logical_id(
    version: TemplateVersion | None, stack: Surrounding, differ: frozenset[str]
) -> dict[str, TemplateResource]:
    """Every resource that is there, or may be. `differ` is what does not give the same after the change
    (gate.templates.functions)."""
    if version is None:
        return {}
    row = stack.row
    bodies = {name: body for name, body in version.template["Resources"].items() if isinstance(body, dict)}
    types = {name: body["Type"] for name, body in bodies.items() if isinstance(body.get("Type"), str)}
    own = {"AWS::StackName": version.name if isinstance(version.name, str) else None, "AWS::Region": version.region}
    named = {**stack.pseudo, **{name: value for name, value in own.items() if value is not None}}
    sections = [version.template.get(section) for section in ("Mappings", "Conditions")]
    mappings, conditions = (section if isinstance(section, dict) else {} for section in sections)
    given = Given(stack.where, version.parameters, types, mappings, conditions, named, {}, differ, version.rewritten)
    given = replace(given, physical=_physical(bodies, types, given, row))
    found = {each.logical_id: each for each in resources(version.template, given)}
    return {name: _named(each, given, row) for name, each in found.items()}


def _physical(
    bodies: Mapping[str, Any], types: Mapping[str, str], given: Given, stack: TemplateType
) -> dict[str, Value]:
    """What Ref gives of principals: their names, and of managed policies: their ARNs; a text that stands for them where
    CloudFormation makes them up."""
    where = given.where
    found: dict[str, Value] = {}
    for logical_id, kind in types.items():
        row = RESOURCE_TYPES.get(row_of(kind))
        if row is None or not (row.own_name or row.policy):
            continue
        properties = bodies[logical_id].get("Properties")
        wanted = row.own_name.path if row.own_name else None
        named = properties.items() if isinstance(properties, dict) else ()
        own = next((value for name, value in named if snake(str(name)) == wanted), None)
        name = value_of(own, given) if own is not None else None
        if isinstance(name, str) and name != "" and not has_one(name):
            found[logical_id] = concatenated(name, " of ", where) if stack.elsewhere else name
        else:
            found[logical_id] = f"({where}.Resources.{logical_id})"
    return found


def _named(resource: TemplateResource, given: Given, stack: TemplateType) -> TemplateResource:
    """The resource under the name that Ref gives of it; names in other accounts are nobody's here."""
    row = RESOURCE_TYPES.get(row_of(resource.type))
    own = given.physical.get(resource.logical_id)
    properties = dict(resource.properties)
    if row is None:
        return resource
    if stack.elsewhere:
        paths = {holders.path.removesuffix("[]") for holders in (row.joins, *row.recipients) if holders}
        properties = {
            name: _elsewhere(value, given) if snake(name) in paths else value for name, value in properties.items()
        }
    if own is not None:
        path = row.own_name.path if row.own_name else row.policy.arn if row.policy else ""
        properties = {name: value for name, value in properties.items() if snake(name) != path}
        properties[path] = own
    return replace(resource, properties=properties)


def _elsewhere(value: Value, given: Given) -> Value:
    """A name, or a list of names, in the accounts of a stack set: a principal of the provider's own account is somebody
    else. What Ref gives is one of theirs already."""
    if isinstance(value, list):
        return [_elsewhere(each, given) for each in value]
    is_written = isinstance(value, str) and value not in given.physical.values()
    return concatenated(value, " of ", given.where) if is_written else value
