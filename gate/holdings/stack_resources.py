"""The resources that a stack's CloudFormation template, or a Cloud Control resource, declares before and after.

A resource of a template has the address of its stack with the attribute and its logical id:
`aws_cloudformation_stack.app.template_body.Resources.Admin`; the place of the stack that declares it goes with it.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from gate.holdings.cloud_control import cloud_control
from gate.holdings.documents import Place
from gate.holdings.source_answers import SourceAnswers, is_set
from gate.holdings.source_values import ends_no_text, structured
from gate.holdings.template_inputs import NO_INPUTS, TemplateInputs
from gate.holdings.template_names import Surrounding, TemplateVersion, by_logical_id
from gate.holdings.template_resources import UNCHANGED, Asked, Declared, Made, resource_in
from gate.holdings.template_types import CLOUD_CONTROL, TEMPLATES, TemplateType
from gate.plan.addresses import target_of
from gate.plan.before_after import ManagedResource
from gate.plan.configuration import ConfigurationResource
from gate.plan.references import References
from gate.plan.shapes import UNKNOWN
from gate.templates.read import as_template, holds_together, read
from gate.templates.template import changed, hidden, is_refused, is_rewritten, not_echoed, parameters_of_instances
from gate.templates.unreadable import Unread, UnreadableTemplate, WhyUnread
from gate.text.sensitive import Sensitive, is_sensitive, marked
from gate.unknown import OneOf, Template, Unresolved, Value, without_wildcards


def resources_of(
    stack: ManagedResource, references: References, answers: SourceAnswers, inputs: TemplateInputs = NO_INPUTS
) -> tuple[list[Made], Unread | None]:
    """The resources of a stack, a stack set or a Cloud Control resource, and why these are not all; `inputs` are what
    other resources of the plan put into templates. Raises GateError.

    What can't be read after the change is taken to be what it was before.
    """
    asked = Asked(references, answers, inputs)
    return cloud_control(stack, asked) if stack.type == CLOUD_CONTROL else _stack(stack, asked)


def own_account(stack: ManagedResource) -> Unresolved:
    """The account of each instance of a stack set."""
    name = f'{stack.address}.{TEMPLATES[stack.type].body}.{{"Ref":"AWS::AccountId"}}'
    return Unresolved((name,), exact=True, stands_for=f"({without_wildcards(name)})")


def _stack(stack: ManagedResource, asked: Asked) -> tuple[list[Made], Unread | None]:
    row = TEMPLATES[stack.type]
    before = None
    unread = None
    with suppress(UnreadableTemplate):  # what can't be read grants nothing before
        before = _version(stack, stack.before, row, asked, after=False)
    try:
        after = _version(stack, stack.after, row, asked, after=True)
    except UnreadableTemplate as error:
        after, unread = before, error.unread
    found = list(_resources(stack, before, after, asked))
    if unread is None and after is not None:
        former = before.template if before else None
        unread = Unread(WhyUnread.ANY_TEXT) if after.loose else hidden(after.template, former)
    return found, unread


def _version(
    stack: ManagedResource, values: Any, row: TemplateType, asked: Asked, *, after: bool
) -> TemplateVersion | None:
    """The template in a stack's values, None where there is no stack. Before the change only the values count."""
    if not isinstance(values, dict):
        return None
    if after and values.get(row.url):
        raise UnreadableTemplate(WhyUnread.FETCHED)  # the body that a plan shows is the one that was fetched last
    text = values.get(row.body)
    given = values.get(row.parameters)
    if after:
        text = asked.answers.value(stack, row.body) if text is UNKNOWN else text
        given = _configured(stack, given, row, asked) if _has_unknown(given) else given
    if text is None or isinstance(text, Unresolved):
        raise UnreadableTemplate(WhyUnread.NOT_IN_PLAN)
    try:
        template = template_in(text)
    except UnreadableTemplate as error:
        raise error.of(text) from None
    overrides = asked.inputs.overrides(values, after=after) if row.elsewhere else []
    secret = dict.fromkeys(not_echoed(template), True)
    set_to, *otherwise = (marked(_parameters(one), secret) for one in (given, *overrides))
    sensitive = isinstance(text, Sensitive) or any(map(is_sensitive, (set_to, *otherwise)))
    rewritten = frozenset[str]() if after else asked.inputs.rewritten
    known = parameters_of_instances(template, set_to, otherwise, rewritten)
    name = values.get("name") or values.get("stack_name")
    region = None if row.elsewhere else _region(stack, values)
    return TemplateVersion(template, known, name, region, sensitive, _is_loose(text), rewritten)


def _region(stack: ManagedResource, values: dict[str, Any]) -> Value:
    """The region that a stack says it is in, None where that of its provider counts: a stack that stays has the one
    that it says after the change, also where an older provider did not say it before."""
    sides = [values] if stack.created else [values, stack.after, stack.before]
    said = (side.get("region") for side in sides if isinstance(side, dict))
    found = next((one for one in said if one is UNKNOWN or (isinstance(one, str) and one)), None)
    return Unresolved() if found is UNKNOWN else found


def _is_loose(text: Value) -> bool:
    """Whether an unknown part of a template's text may end the value that it stands in."""
    if not isinstance(text, Template):
        return False
    return not ends_no_text(text) or (isinstance(structured(text), Unresolved) and not holds_together(text, _letters))


def _letters(hole: Unresolved) -> str:
    """What a name in a hole may hold that YAML may take for its own. An ARN does not begin with it."""
    target = target_of(hole.references[0]) if hole.references else None
    if target is None:
        return ""
    letter = "#" if target.type == "aws_cloudwatch_log_group" else "," if target.type.startswith("aws_iam_") else ""
    return f"x{letter}" if target.attribute == "arn" else letter


def template_in(text: Value) -> dict[str, Any]:
    """The template that a stack is given, as far as it is known. Raises UnreadableTemplate."""
    if isinstance(text, OneOf):
        raise UnreadableTemplate(WhyUnread.ONE_OF_SEVERAL)
    if isinstance(text, str):
        return read(text)
    if isinstance(text, Template):
        whole = structured(text)
        return read(text) if isinstance(whole, Unresolved) else as_template(whole)
    return as_template(structured(text))


def _has_unknown(value: Any) -> bool:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return value is UNKNOWN or any(map(_has_unknown, members))


def _configured(stack: ManagedResource, given: Any, row: TemplateType, asked: Asked) -> Any:
    """Parameters of which something is known only after apply, as far as the source tells them. A block that sets none
    leaves them all to their defaults."""
    if is_set(stack, row.parameters, asked.references, asked.answers):
        told = asked.answers.value(stack, row.parameters)
        return given if told is None else told
    return None if given is UNKNOWN and asked.references.block(stack) is not None else given


def _parameters(given: Any) -> Mapping[str, Value] | None:
    """What each parameter is set to, None where not even the names of those that are set are known."""
    if given is None:
        return {}
    if isinstance(given, list) and all(isinstance(block, dict) for block in given):
        given = {block.get("parameter_key"): block.get("parameter_value") for block in given}
    if not isinstance(given, dict) or not all(isinstance(name, str) for name in given):
        return None
    return {name: Unresolved() if value is UNKNOWN else value for name, value in given.items()}


def _resources(
    stack: ManagedResource, before: TemplateVersion | None, after: TemplateVersion | None, asked: Asked
) -> Iterator[Made]:
    """The resources of both templates, by logical id."""
    row, kept = TEMPLATES[stack.type], stack.kept is not None
    differ = (
        changed(before.template, after.template, before.parameters, after.parameters)
        if before and after
        else frozenset()
    )
    where = f"{stack.address}.{row.body}"
    pseudo = {"AWS::AccountId": own_account(stack)} if row.elsewhere else _pseudo(stack, asked)
    around = Surrounding(where, pseudo, row)
    was = by_logical_id(before, around, differ)
    will = by_logical_id(after, around, frozenset())
    sensitive = bool((before and before.sensitive) or (after and after.sensitive))
    rewritten = after is not None and (after.loose or is_rewritten(after.template))
    anew = rewritten and before is not None and not is_rewritten(before.template)
    doubtful = rewritten or (after is not None and is_refused(after.template, _capabilities(stack)))
    for logical_id in dict.fromkeys((*will, *was)):
        former, latter = was.get(logical_id), will.get(logical_id)
        is_another = former and latter and former.type != latter.type
        for one, other in ((former, None), (None, latter)) if is_another else ((former, latter),):
            stays = kept or (other is None and one is not None and one.kept)
            own = before.template["Resources"].get(logical_id) if before and one and not one.certain else None
            gone = isinstance(own, dict) and own.get("Condition") in differ
            at = Place(stack.address, f"{row.body}.Resources.{logical_id}")
            name = f"{stack.type}/{stack.name}/{logical_id}"
            doubt = anew or (doubtful and one != other)
            declared = Declared(at, name, None if gone else one, other, sensitive, stays, doubt)
            yield from resource_in(stack, declared, asked)


def _capabilities(stack: ManagedResource) -> set[str]:
    """What a stack may create by its configuration, as far as that is known."""
    listed = stack.after.get("capabilities") if isinstance(stack.after, dict) else None
    return {one for one in listed if isinstance(one, str)} if isinstance(listed, list) else set()


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
        index = "" if stack.index is None else f"[{json.dumps(stack.index)}]"
        found[parameter] = Unresolved((f"{module}data.{kind}.{name}{index}.{attribute}",), exact=True)
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
