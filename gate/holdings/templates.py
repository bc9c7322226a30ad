"""What stands in CloudFormation templates and in Cloud Control resources, as managed resources of the table's rows.

A resource of a template has the address of its stack with the attribute and its logical id:
`aws_cloudformation_stack.app.template_body.Resources.Admin` (gate.holdings.documents tells the two apart again).
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.key_types import KEY_TYPES
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.holdings.source_answers import SourceAnswers
from gate.holdings.source_values import structured
from gate.holdings.template_names import TemplateVersion, by_logical_id
from gate.holdings.template_rows import row_of, table_row
from gate.holdings.template_types import (
    CLOUD_CONTROL,
    CLOUD_CONTROL_BODY,
    CLOUD_CONTROL_TYPE,
    TEMPLATES,
    TemplateType,
    snake,
)
from gate.holdings.template_values import Values, former_values, has_hole, values_of
from gate.plan.before_after import ManagedResource, managed_resources
from gate.plan.model import Plan
from gate.plan.references import References
from gate.plan.shapes import UNKNOWN, ConfigurationResource, ResourceChange
from gate.templates.read import MalformedTemplate, UnreadableTemplate, as_template, parsed, read
from gate.templates.template import TemplateResource, changed, hidden, parameters
from gate.text.sensitive import Sensitive, marked, sensitive_texts
from gate.unknown import OneOf, Template, Unresolved, Value, without_wildcards

_UNCHANGED = msgspec.Raw(b'{"actions":["no-op"]}')
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


class Unread(msgspec.Struct, frozen=True, gc=False):
    """Why not everything in a template is seen; `malformed` where its text is known, and no template."""

    why: str
    malformed: bool = False


class _Asked(msgspec.Struct, frozen=True, gc=False):
    """Who is asked about what a plan hides, and about what it is configured with."""

    references: References
    answers: SourceAnswers


def in_templates(plan: Plan, references: References, answers: SourceAnswers, baseline: str) -> InTemplates:
    """What the stacks, stack sets and Cloud Control resources of a plan hold. Raises GateError."""
    asked = _Asked(references, answers)
    found = InTemplates([], [], [], {}, {}, frozenset())
    seen = set()
    for stack in managed_resources(plan, (*TEMPLATES, CLOUD_CONTROL), baseline=baseline):
        made, unread = _cloud_control(stack, asked) if stack.type == CLOUD_CONTROL else _stack(stack, asked)
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


def _stack(stack: ManagedResource, asked: _Asked) -> tuple[list[ManagedResource], Unread | None]:
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
        after, unread = before, _unread(error)
    found = list(_resources(stack, row, before, after, asked, kept=stack.kept is not None))
    out_of_sight = hidden(after.template) if after else ""
    return found, unread or (Unread(f"its template has {out_of_sight}") if out_of_sight else None)


def _unread(error: UnreadableTemplate) -> Unread:
    return Unread(str(error), isinstance(error, MalformedTemplate))


def _side(stack: ManagedResource, values: Any, row: TemplateType, asked: _Asked | None) -> TemplateVersion | None:
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
    stack: ManagedResource,
    row: TemplateType,
    before: TemplateVersion | None,
    after: TemplateVersion | None,
    asked: _Asked,
    *,
    kept: bool,
) -> Iterator[ManagedResource]:
    """The resources of both templates, by logical id."""
    differ = (
        changed(before.template, after.template, before.parameters, after.parameters)
        if before and after
        else frozenset()
    )
    where = f"{stack.address}.{row.body}"
    pseudo = {"AWS::AccountId": _somewhere(stack)} if row.elsewhere else _pseudo(stack, asked)
    was = by_logical_id(before, where, pseudo, row, differ)
    will = by_logical_id(after, where, pseudo, row, frozenset())
    for logical_id in dict.fromkeys((*will, *was)):
        former, latter = was.get(logical_id), will.get(logical_id)
        if former and latter and former.type != latter.type:
            yield from _managed(stack, where, former, None, before, None, asked, differ, kept=kept or former.kept)
            former = None
        stays = kept or (latter is None and former is not None and former.kept)
        yield from _managed(stack, where, former, latter, before, after, asked, differ, kept=stays)


def _managed(
    stack: ManagedResource,
    where: str,
    former: TemplateResource | None,
    latter: TemplateResource | None,
    before: TemplateVersion | None,
    after: TemplateVersion | None,
    asked: _Asked,
    differ: frozenset[str],
    *,
    kept: bool,
) -> Iterator[ManagedResource]:
    logical_id = (latter or former).logical_id  # type: ignore[union-attr]
    address = f"{where}.Resources.{logical_id}"
    if before and former and not former.certain:
        own = before.template["Resources"].get(logical_id)
        former = None if isinstance(own, dict) and own.get("Condition") in differ else former
    if former or latter:
        sensitive = bool((before and before.sensitive) or (after and after.sensitive))
        name = f"{stack.type}/{stack.name}/{logical_id}"
        yield from resource_in(stack, address, name, former, latter, asked, sensitive=sensitive, kept=kept)


def resource_in(
    stack: ManagedResource,
    address: str,
    name: str,
    former: TemplateResource | None,
    latter: TemplateResource | None,
    asked: _Asked,
    *,
    sensitive: bool,
    kept: bool,
) -> Iterator[ManagedResource]:
    """A resource of a stack or of Cloud Control as a managed resource of its row, none where it has none."""
    kind = row_of((latter or former).type)  # type: ignore[union-attr]
    if not kind:
        return
    row = table_row(kind)
    stays = kept or bool(row and row.stays and latter is None)
    if row is None:  # an IAM type that nobody knows: its documents are looked for
        values = Values(dict(latter.properties) if latter else {}, {})
        was = dict(former.properties) if former else None
    else:
        values = values_of(latter.properties, row, certain=latter.certain) if latter else Values({}, {})
        same = latter.properties if latter else {}
        was = former_values(former.properties, row, same, certain=former.certain) if former else None
    now = values.known if latter else None
    entry = replace(stack.entry, address=address, type=kind, name=name, change=_UNCHANGED, previous_address=None)
    _register(stack, entry, values, asked)
    mark = sensitive or None
    was, now = marked(was, mark), marked(now, mark)
    yield ManagedResource(
        entry,
        was,
        now,
        was if stays else None,
        mark,
        mark,
        stack.undecided,
        acts=was != now,
        created=was is None or stack.created,
        created_first=stack.created_first,
        deleted=(now is None and not stays) or (stack.deleted and was is not None),
    )


def _register(stack: ManagedResource, entry: ResourceChange, values: Values, asked: _Asked) -> None:
    """Lets the resource be found like any other: its provider is the stack's."""
    for attribute, value in values.told.items():
        asked.answers.tell(entry.address, attribute, value)
    block = asked.references.block(stack)
    if block is not None:
        asked.references.add(entry, replace(block, type=entry.type, name=entry.name, expressions={}))


def _pseudo(stack: ManagedResource, asked: _Asked) -> dict[str, Value]:
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
            asked.references.add(replace(stack.entry, mode="data", type=kind, name=name, change=_UNCHANGED), data)
    return found


def _cloud_control(stack: ManagedResource, asked: _Asked) -> tuple[list[ManagedResource], Unread | None]:
    """The one resource that a Cloud Control resource is, and why it can't be seen."""
    address = f"{stack.address}.{CLOUD_CONTROL_BODY}"
    former = latter = None
    unread = None
    with suppress(UnreadableTemplate):
        former = _desired(stack, stack.before, None)
    try:
        latter = _desired(stack, stack.after, asked)
    except UnreadableTemplate as error:
        latter, unread = former, _unread(error)
    if former is None and latter is None:
        return [], unread
    sensitive = any(True for values in (stack.before, stack.after) for _ in sensitive_texts(_body(values)))
    name = f"{stack.type}/{stack.name}"
    kept = stack.kept is not None
    found = resource_in(stack, address, name, former, latter, asked, sensitive=sensitive, kept=kept)
    return list(found), unread


def _body(values: Any) -> Any:
    return values.get(CLOUD_CONTROL_BODY) if isinstance(values, dict) else None


def _desired(stack: ManagedResource, values: Any, asked: _Asked | None) -> TemplateResource | None:
    if not isinstance(values, dict):
        return None
    kind, text = values.get(CLOUD_CONTROL_TYPE), values.get(CLOUD_CONTROL_BODY)
    if text is UNKNOWN and asked is not None:
        text = asked.answers.value(stack, CLOUD_CONTROL_BODY)
    if not isinstance(kind, str):
        raise UnreadableTemplate("its type is not known until apply")
    if not row_of(kind):
        if asked is not None and hidden({"Resources": {"": {"Type": kind}}}):
            raise UnreadableTemplate(f"what {kind} makes is described elsewhere")
        return None
    if text is None or text is UNKNOWN or isinstance(text, (Unresolved, OneOf)):
        if asked is None:
            return None
        raise UnreadableTemplate("what it makes is not known until apply")
    body = structured(str.__str__(text) if isinstance(text, str) else text)
    properties = parsed(body) if isinstance(body, str) else body
    if not isinstance(properties, dict):
        raise UnreadableTemplate("what it makes is not known until apply")
    row = RESOURCE_TYPES.get(row_of(kind))
    itself = row.own_name if row else None
    if itself and not any(snake(name) == itself.path and not has_hole(value) for name, value in properties.items()):
        properties = {**properties, itself.path: f"({stack.address}.{CLOUD_CONTROL_BODY})"}
    return TemplateResource(CLOUD_CONTROL_BODY, kind, properties)


def unlisted_in_templates(found: InTemplates) -> Iterator[Document]:
    """New and changed policies of IAM types that the table does not have."""
    for resource in found.unlisted:
        if resource.before != resource.after and resource.after is not None:
            yield Document(Place(resource.address, ""), None, True)
