"""What a template says before or after a change: its resources, as far as their properties are known.

Anatomy: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from gate.hcl.text import joined
from gate.hcl.values import computed, one_of
from gate.plan.addresses import target_of
from gate.plan.arns import NAMED_PLAINLY
from gate.templates.dynamic_references import stored, without_references
from gate.templates.functions import ABSENT, Given, condition, names_in, value_of
from gate.templates.unreadable import Unread, WhyUnread
from gate.unknown import OneOf, Template, Unresolved, Value

_SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources")
# What creates resources that the template does not show.
_HIDING = ("AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet", "AWS::CloudFormation::Macro")
_HIDING_SUFFIXES = ("::MODULE", "::CloudFormationProvisionedProduct")
_PIPELINE = "AWS::CodePipeline::Pipeline"
_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_INCLUDE = "AWS::Include"  # puts in what stands elsewhere, and changes nothing
_NAMES = ("GroupName", "InstanceProfileName", "ManagedPolicyName", "RoleName", "UserName")
_SERVERLESS = ("AWS::Serverless::", "AWS::LanguageExtensions")


class TemplateResource(msgspec.Struct, frozen=True, gc=False):
    """One resource: `properties` may hold unknown parts (gate.unknown). `certain` where its condition, if it has one,
    is known to hold; `kept` where deleting it leaves it in the account."""

    logical_id: str
    type: str
    properties: dict[str, Value]
    certain: bool = True
    kept: bool = False


def resources(template: Mapping[str, Any], given: Given) -> Iterator[TemplateResource]:
    """Every resource of a template that is there, or may be."""
    for logical_id, body in template["Resources"].items():
        if not isinstance(body, dict) or not isinstance(body.get("Type"), str):
            continue
        decided = condition(body["Condition"], given) if "Condition" in body else True
        if decided is False:
            continue
        properties = without_references(value_of(body.get("Properties", {}), given), given.where, given.rewritten)
        yield TemplateResource(
            str(logical_id),
            body["Type"],
            properties if isinstance(properties, dict) else {"": properties},
            decided is True,
            str(body.get("DeletionPolicy", "")).startswith("Retain"),
        )


def hidden(template: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Unread | None:
    """What in a template may make it another one, or make resources out of sight; None where nothing does. A pipeline
    that deploys stacks counts where it is not as it was `before`."""
    former = before["Resources"] if before else {}
    if template.get("Transform"):
        return Unread(WhyUnread.TOP_MACRO)
    for logical_id, body in template["Resources"].items():
        kind = body.get("Type") if isinstance(body, dict) else None
        if not isinstance(kind, str):
            return Unread(WhyUnread.UNKNOWN_RESOURCE, logical_id)
        if kind in _HIDING or kind.endswith(_HIDING_SUFFIXES) or kind.startswith(_SERVERLESS):
            return Unread(WhyUnread.HIDING_RESOURCE, logical_id, kind)
        if kind == _PIPELINE and body != former.get(logical_id) and _deploys_iam(body.get("Properties")):
            return Unread(WhyUnread.PIPELINE, logical_id, kind)
    return Unread(WhyUnread.INNER_MACRO) if _transforms(template) else None


def _deploys_iam(pipeline: Any) -> bool:
    """Whether a pipeline may deploy stacks that create IAM resources, or whose macros do.
    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
    """
    asked = [one["Capabilities"] for one in _objects(pipeline) if "Capabilities" in one]
    return any(not isinstance(one, str) or any(name in one for name in _CAPABILITIES) for one in asked)


def is_rewritten(template: Mapping[str, Any]) -> bool:
    """Whether a macro that is not AWS's own may make other resources of those that stand there.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html
    """
    listed = template.get("Transform") or []
    names = [_macro(one) for one in (listed if isinstance(listed, list) else [listed])]
    inside = [_macro(one["Fn::Transform"]) for one in _objects(template) if "Fn::Transform" in one]
    return any(not name.startswith("AWS::") for name in names) or any(name != _INCLUDE for name in inside)


def _macro(written: Any) -> str:
    name = written.get("Name") if isinstance(written, dict) else written
    return name if isinstance(name, str) else ""


def is_refused(template: Mapping[str, Any], capabilities: Collection[str]) -> bool:
    """Whether CloudFormation refuses a template for want of a capability.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
    """
    bodies = [body for body in template["Resources"].values() if isinstance(body, dict)]
    of_iam = [body for body in bodies if str(body.get("Type", "")).startswith("AWS::IAM::")]
    named = any(isinstance(one.get("Properties"), dict) and {*one["Properties"]} & {*_NAMES} for one in of_iam)
    wanted = {"CAPABILITY_NAMED_IAM"} if named else {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"}
    expands = bool(template.get("Transform")) or _transforms(template)
    return bool(of_iam and not wanted & {*capabilities}) or (expands and "CAPABILITY_AUTO_EXPAND" not in capabilities)


def _transforms(template: Any) -> bool:
    objects = _objects(template)
    return any(key == "Fn::Transform" or key.startswith("Fn::ForEach") for one in objects for key in one)


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def parameters(
    template: Mapping[str, Any], set_to: Mapping[str, Value] | None, rewritten: Container[str] = ()
) -> dict[str, Value]:
    """The value of every parameter; one that is not known is left out. `set_to` are those that are set, None where not
    even these are known. Of a name in the parameter store nobody knows what stands there: equal for equal names, but
    for those that are `rewritten`."""
    found: dict[str, Value] = {}
    declared = template.get("Parameters")
    for name, body in declared.items() if isinstance(declared, dict) else ():
        kind = str(body.get("Type", "")) if isinstance(body, dict) else ""
        if set_to is None or not isinstance(body, dict):
            continue
        value = set_to[name] if name in set_to else body.get("Default")
        if value is None or (isinstance(value, str) and value == "****"):
            continue  # `NoEcho` shows as four asterisks
        if isinstance(value, (int, float)) and not isinstance(value, str):
            value = str(value).lower() if isinstance(value, bool) else str(value)
        if kind.startswith("AWS::SSM::"):
            value = stored(value, rewritten) if isinstance(value, str) else computed(value)
        elif kind.startswith("List<") or kind == "CommaDelimitedList":
            value = _listed(value)
        found[name] = value
    return found


def parameters_of_instances(
    template: Mapping[str, Any],
    set_to: Mapping[str, Value] | None,
    overrides: Iterable[Mapping[str, Value] | None],
    rewritten: Container[str] = (),
) -> dict[str, Value]:
    """The same of a stack set, of which single instances set some otherwise: what it is in one of them."""
    each = [set_to, *(None if set_to is None or more is None else {**set_to, **more} for more in overrides)]
    first, *others = (parameters(template, one, rewritten) for one in each)
    known = (name for name in first if all(name in other for other in others))
    return {name: one_of([first[name], *(other[name] for other in others)]) for name in known}


def not_echoed(template: Mapping[str, Any]) -> list[str]:
    """The parameters that a template says are secrets: CloudFormation shows none of them (`NoEcho`)."""
    declared = template.get("Parameters")
    bodies = declared.items() if isinstance(declared, dict) else ()
    return [name for name, body in bodies if isinstance(body, dict) and body.get("NoEcho") in (True, "true", "True")]


def _listed(value: Value) -> Value:
    """The elements of a parameter that is a list: what stands between commas. An unknown part may hold some of them,
    unless it is an ARN."""
    if isinstance(value, str):
        return [type(value)(part.strip()) for part in str.split(value, ",")]
    if isinstance(value, Template) and all(map(_is_arn, value.parts)):
        elements: list[list[str | Unresolved]] = [[]]
        for part in value.parts:
            first, *others = map(str.strip, part.split(",")) if isinstance(part, str) else [part]
            elements[-1].append(first)
            elements += [[other] for other in others]
        return [joined([part for part in element if part != ""], lambda hole: False) for element in elements]
    of_one = isinstance(value, OneOf) and all(isinstance(each, str) and "," not in each for each in value.alternatives)
    return value if of_one or not isinstance(value, (Template, OneOf)) else computed(value)


def _is_arn(part: str | Unresolved) -> bool:
    """Whether a part is known, or an ARN in which no name is that may have a comma."""
    if isinstance(part, str):
        return True
    target = target_of(part.references[0]) if part.exact and part.references else None
    return target is not None and target.attribute == "arn" and target.type in NAMED_PLAINLY


def changed(
    before: Mapping[str, Any], after: Mapping[str, Any], former: Mapping[str, Value], latter: Mapping[str, Value]
) -> frozenset[str]:
    """The names of everything in two templates that does not give the same in both: what is defined differently, and
    what names something that is."""
    was, will = _definitions(before, former), _definitions(after, latter)
    found = {name for name in was.keys() | will.keys() if was.get(name, ABSENT) != will.get(name, ABSENT)}
    names = {name: frozenset(names_in(definition)) & will.keys() for name, definition in will.items()}
    growing = True
    while growing:
        more = {name for name, named in names.items() if name not in found and named & found}
        growing = bool(more)
        found |= more
    return frozenset(found)


def _definitions(template: Mapping[str, Any], values: Mapping[str, Value]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for section in _SECTIONS:
        listed = template.get(section)
        for name, body in listed.items() if isinstance(listed, dict) else ():
            own = [body, values.get(name, ABSENT)] if section == "Parameters" else body
            found[name] = [found[name], own] if name in found else own
    return found
