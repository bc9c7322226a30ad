"""Resource types that carry a CloudFormation template, or one resource as CloudFormation writes it."""

import re

import msgspec

from gate.holdings.key_types import KEY_TYPES
from gate.holdings.resource_types import HARMLESS, IAM_PREFIXES, RESOURCE_TYPES, ResourceType


class TemplateType(msgspec.Struct, frozen=True, gc=False):
    """Attributes: `body` is the template's text, `parameters` a map of texts, or blocks of a key and a value.
    `elsewhere`: its resources come to be in other accounts than the provider's."""

    body: str
    parameters: str = "parameters"
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

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def row_of(cloudformation_type: str) -> str:
    """The row of RESOURCE_TYPES or KEY_TYPES that reads a CloudFormation type, as the awscc provider names it; empty
    where no row and no IAM type has that name: `AWS::IAM::RolePolicy` is awscc_iam_role_policy."""
    parts = cloudformation_type.split("::")
    if len(parts) != 3 or parts[0] != "AWS":
        return ""
    name = f"awscc_{parts[1].lower()}_{snake(parts[2])}"
    unlisted = name.startswith(IAM_PREFIXES) and name not in HARMLESS
    return name if table_row(name) is not None or unlisted else ""


def table_row(type_name: str) -> ResourceType | None:
    """What is read of a type, of a key its policy; None for a type that no table has."""
    key = KEY_TYPES.get(type_name)
    return RESOURCE_TYPES.get(type_name) if key is None else key.row


def snake(name: str) -> str:
    """A property as the awscc provider names it: `ManagedPolicyArns` is managed_policy_arns."""
    return _HUMP.sub("_", name).lower()


def camel(attribute: str) -> str:
    """An attribute of the awscc provider as CloudFormation names it, keys in brackets as they are."""
    pieces = re.split(r'(\["(?:[^"\\]|\\.)*"\]|\[\d+\])', attribute)
    return "".join(
        piece if piece.startswith("[") else re.sub(r"(^|[._])([a-z])", lambda m: m[1].strip("_") + m[2].upper(), piece)
        for piece in pieces
    )
