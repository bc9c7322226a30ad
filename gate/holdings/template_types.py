"""Resource types that carry a CloudFormation template, or one resource as CloudFormation writes it."""

import re
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.plan.shapes import ResourceChange


class TemplateType(msgspec.Struct, frozen=True, gc=False):
    """Attributes: `body` is the template's text, `url` where CloudFormation fetches it from instead, `parameters` a map
    of texts, or blocks of a key and a value.
    `elsewhere`: its resources come to be in other accounts than the provider's."""

    body: str
    parameters: str = "parameters"
    url: str = "template_url"
    elsewhere: bool = False


TEMPLATES: dict[str, TemplateType] = {
    "aws_cloudformation_stack": TemplateType("template_body"),
    "aws_cloudformation_stack_set": TemplateType("template_body", elsewhere=True),
    "awscc_cloudformation_stack": TemplateType("template_body"),
    "awscc_cloudformation_stack_set": TemplateType("template_body", elsewhere=True),
}

# One resource alone: its CloudFormation type and its properties as JSON.
CLOUD_CONTROL = "aws_cloudcontrolapi_resource"
CLOUD_CONTROL_TYPE, CLOUD_CONTROL_BODY = "type_name", "desired_state"

BODIES = frozenset({CLOUD_CONTROL_BODY, *(row.body for row in TEMPLATES.values())})

_HUMP = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"


def snake(name: str) -> str:
    """A property as the awscc provider names it: `ManagedPolicyArns` is managed_policy_arns."""
    return re.sub(_HUMP, "_", name).lower()


def awscc_name(cloudformation_type: str) -> str:
    """What the awscc provider calls a type of CloudFormation: `AWS::IAM::RolePolicy` is awscc_iam_role_policy."""
    _, service, name = cloudformation_type.split("::")
    return f"awscc_{service.lower()}_{snake(name)}"


def in_terraform(entry: ResourceChange) -> ResourceChange:
    """The stack, or the Cloud Control resource, that has a resource, as Terraform knows it; else the resource."""
    kind, slash, rest = entry.name.partition("/")
    if not slash:
        return entry
    name = rest.partition("/")[0]
    import json

    module = f"{entry.module_address}." if entry.module_address else ""
    index = "" if entry.index is None else f"[{json.dumps(entry.index)}]"
    return replace(entry, address=f"{module}{kind}.{name}{index}", type=kind, name=name)


def rolls_back(stack: Any) -> bool:
    """Whether a stack of these values takes back what it has made where something else of it fails."""
    told = (stack.get("disable_rollback"), stack.get("on_failure")) if isinstance(stack, dict) else ()
    return all(one in (None, False, "ROLLBACK", "DELETE") for one in told)


def camel(attribute: str) -> str:
    """An attribute of the awscc provider as CloudFormation names it, keys in brackets as they are."""
    pieces = re.split(r'(\["(?:[^"\\]|\\.)*"\]|\[\d+\])', attribute)
    return "".join(
        piece if piece.startswith("[") else re.sub(r"(?:^|_|(?<=\.))([a-z])", lambda m: m[1].upper(), piece)
        for piece in pieces
    )
