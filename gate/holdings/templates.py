"""What stands in CloudFormation templates and in Cloud Control resources, as managed resources of the table's rows.

A resource of a template has the address of its stack with the attribute and its logical id:
`aws_cloudformation_stack.app.template_body.Resources.Admin` (gate.holdings.documents tells the two apart again).
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.holdings.cloud_control import cloud_control
from gate.holdings.documents import Document, Place
from gate.holdings.key_types import KEY_TYPES
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.holdings.source_answers import SourceAnswers
from gate.holdings.source_values import structured
from gate.holdings.template_names import Surrounding, TemplateVersion, by_logical_id
from gate.holdings.template_resources import UNCHANGED, Asked, Declared, Unread, resource_in, unread_because
from gate.holdings.template_types import (
    CLOUD_CONTROL,
    TEMPLATES,
    TemplateType,
)
from gate.plan.before_after import ManagedResource, managed_resources
from gate.plan.configuration import ConfigurationResource
from gate.plan.model import Plan
from gate.plan.references import References
from gate.plan.shapes import UNKNOWN
from gate.templates.read import UnreadableTemplate, as_template, read
from gate.templates.template import changed, hidden, parameters
from gate.text.sensitive import Sensitive, sensitive_texts
from gate.unknown import OneOf, Template, Unresolved, Value, without_wildcards

_NOT_SEEN = "the template is not in the plan"
_FETCHED = "its template is fetched from `template_url`"


class InTemplates(msgspec.Struct, frozen=True, gc=False):
    """Everything in the templates of one plan. `listed` are of types that RESOURCE_TYPES has, `keys` are of KEY_TYPES,
    `unlisted` of IAM types that neither has. `unread` are the stacks of which not everything is seen, by address; all
    others are `read`. `own_accounts` is what stands for the account of a key of a stack set, by address."""

    listed: list[ManagedResource]
    keys: list[ManagedResource]
    unlisted: list[ManagedResource]
    unread: dict[str, "Unread"]
    own_accounts: dict[str, str]
    read: frozenset[str]


def in_templates(plan: Plan, references: References, answers: SourceAnswers, baseline: str) -> InTemplates:
    """What the stacks, stack sets and Cloud Control resources of a plan hold. Raises GateError."""
    asked = Asked(references, answers)
    found = InTemplates([], [], [], {}, {}, frozenset())
    seen = set()
    for stack in managed_resources(plan, (*TEMPLATES, CLOUD_CONTROL), baseline=baseline):
        made, unread = cloud_control(stack, asked) if stack.type == CLOUD_CONTROL else _stack(stack, asked)
        if unread:
            found.unread[stack.address] = unread
        for resource in made:
            if resource.type not in KEY_TYPES:
                (found.listed if resource.type in RESOURCE_TYPES else found.unlisted).append(resource)
            else:
                found.keys.append(resource)
                if stack.type in TEMPLATES and TEMPLATES[stack.type].elsewhere:
                    found.own_accounts[resource.address] = _somewhere(stack).stands_for
        seen.add(stack.address)
    return replace(found, read=frozenset(seen - found.unread.keys()))


def _somewhere(stack: ManagedResource) -> Unresolved:
    """The account of each instance of a stack set."""
    name = f'{stack.address}.{TEMPLATES[stack.type].body}.{{"Ref":"AWS::AccountId"}}'
    return Unresolved((name,), exact=True, stands_for=f"({without_wildcards(name)})")


def _stack(stack: ManagedResource, asked: Asked) -> tuple[list[ManagedResource], Unread | None]:
    """The resources of a stack, and why these are not all. What can't be read after the change is taken to be what it
    was before."""
    row = TEMPLATES[stack.type]
    before = None
    unread = None
    with suppress(UnreadableTemplate):  # what can't be read grants nothing before
        before = _side(stack, stack.before, row, None)
    try:
        after = _side(stack, stack.after, row, asked)
    except UnreadableTemplate as error:
        after, unread = before, unread_because(error)
    found = list(_resources(stack, before, after, asked))
    out_of_sight = hidden(after.template) if after else ""
    return found, unread or (Unread(f"its template has {out_of_sight}") if out_of_sight else None)


def _side(stack: ManagedResource, values: Any, row: TemplateType, asked: Asked | None) -> TemplateVersion | None:
    """The template in a stack's values, None where there is no stack. Without `asked` only the values count."""
    if not isinstance(values, dict):
        return None
    if asked is not None and values.get(row.url):
        raise UnreadableTemplate(_FETCHED)  # the body that a plan shows is the one that was fetched last
    text = values.get(row.body)
    given = values.get(row.parameters)
    configured = asked is not None and asked.references.is_configured(stack, row.parameters)
    if text is UNKNOWN and asked is not None:
        text = asked.answers.value(stack, row.body)
    if text is None or text is UNKNOWN or isinstance(text, Unresolved):
        raise UnreadableTemplate(_NOT_SEEN)
    template = _template(text)
    if given is UNKNOWN or (given is not None and _has_unknown(given)):
        told = asked.answers.value(stack, row.parameters) if asked and configured else None
        given = {} if given is UNKNOWN and not configured else told if told is not None else _without_unknown(given)
    set_to = _parameters(given)
    sensitive = isinstance(text, Sensitive) or any(True for _ in sensitive_texts(given))
    return TemplateVersion(
        template, parameters(template, set_to), values.get("name") or values.get("stack_name"), sensitive
    )


def _template(text: Value) -> dict[str, Any]:
    if isinstance(text, OneOf):
        raise UnreadableTemplate("which template it is, is not known")
    if isinstance(text, str):
        return read(text)
    if isinstance(text, Template):
        whole = structured(text)
        return read(text) if isinstance(whole, Unresolved) else as_template(whole)
    return as_template(structured(text))


def _has_unknown(value: Any) -> bool:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return value is UNKNOWN or any(map(_has_unknown, members))


def _without_unknown(value: Any) -> Any:
    """The parameters that are known, and holes for those that are not; None where not even the names are."""
    if isinstance(value, dict):
        return {name: Unresolved() if member is UNKNOWN else member for name, member in value.items()}
    return None


def _parameters(given: Any) -> Mapping[str, Value] | None:
    if given is None:
        return {}
    if isinstance(given, dict):
        return given
    if not isinstance(given, list) or not all(isinstance(block, dict) for block in given):
        return None
    named = {block.get("parameter_key"): block.get("parameter_value") for block in given}
    return named if all(isinstance(name, str) for name in named) and not any(map(_has_unknown, given)) else None


def _resources(
    stack: ManagedResource, before: TemplateVersion | None, after: TemplateVersion | None, asked: Asked
) -> Iterator[ManagedResource]:
    """The resources of both templates, by logical id."""
    row, kept = TEMPLATES[stack.type], stack.kept is not None
    differ = (
        changed(before.template, after.template, before.parameters, after.parameters)
        if before and after
        else frozenset()
    )
    where = f"{stack.address}.{row.body}"
    pseudo = {"AWS::AccountId": _somewhere(stack)} if row.elsewhere else _pseudo(stack, asked)
    around = Surrounding(where, pseudo, row)
    was = by_logical_id(before, around, differ)
    will = by_logical_id(after, around, frozenset())
    sensitive = bool((before and before.sensitive) or (after and after.sensitive))
    for logical_id in dict.fromkeys((*will, *was)):
        former, latter = was.get(logical_id), will.get(logical_id)
        is_another = former and latter and former.type != latter.type
        for one, other in ((former, None), (None, latter)) if is_another else ((former, latter),):
            stays = kept or (other is None and one is not None and one.kept)
            own = before.template["Resources"].get(logical_id) if before and one and not one.certain else None
            gone = isinstance(own, dict) and own.get("Condition") in differ
            address, name = f"{where}.Resources.{logical_id}", f"{stack.type}/{stack.name}/{logical_id}"
            declared = Declared(address, name, None if gone else one, other, sensitive, stays)
            yield from resource_in(stack, declared, asked)


def _pseudo(stack: ManagedResource, asked: Asked) -> dict[str, Value]:
    """Account, partition and region of a stack: what data sources without arguments read of its provider."""
    block = asked.references.block(stack)
    name = f"{stack.type}/{stack.name}"
    found: dict[str, Value] = {}
    for parameter, kind, attribute in (
        ("AWS::AccountId", "aws_caller_identity", "account_id"),
        ("AWS::Partition", "aws_partition", "partition"),
        ("AWS::Region", "aws_region", "name"),
    ):
        module = f"{stack.module_address}." if stack.module_address else ""
        found[parameter] = Unresolved((f"{module}data.{kind}.{name}.{attribute}",), exact=True)
        if block is not None:
            data = ConfigurationResource(
                address=f"data.{kind}.{name}",
                type=kind,
                name=name,
                mode="data",
                provider_config_key=block.provider_config_key,
            )
            asked.references.add(replace(stack.entry, mode="data", type=kind, name=name, change=UNCHANGED), data)
    return found


def unlisted_in_templates(found: InTemplates) -> Iterator[Document]:
    """New and changed policies of IAM types that the table does not have."""
    for resource in found.unlisted:
        if resource.before != resource.after and resource.after is not None:
            yield Document(Place(resource.address, ""), None, True)
