"""Policies where nobody expects one: attributes of resource types that the table does not have."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from gate.holdings.documents import Document, Place
from gate.holdings.resource_types import HARMLESS
from gate.holdings.template_rows import table_row
from gate.holdings.template_types import CLOUD_CONTROL, TEMPLATES
from gate.holdings.unlisted import is_unlisted
from gate.plan.attributes import marked
from gate.plan.before_after import ManagedResource, changed_resources, managed_resources
from gate.plan.model import Plan
from gate.plan.shapes import WrittenChange
from gate.strict_json import say_the_same

# They take away from what others grant, and give nothing.
CONSTRAINING = frozenset(
    {
        "aws_organizations_policy", "awscc_organizations_policy", "aws_vpc_endpoint", "aws_vpc_endpoint_policy",
        "awscc_ec2_vpc_endpoint", "aws_transfer_user", "aws_transfer_access", "awscc_transfer_user",
        "aws_rolesanywhere_profile", "awscc_rolesanywhere_profile", "aws_eks_pod_identity_association",
        "awscc_eks_pod_identity_association", "aws_odb_network", "aws_quicksight_iam_policy_assignment",
        "aws_chatbot_slack_channel_configuration", "aws_chatbot_teams_channel_configuration",
        "awscc_chatbot_slack_channel_configuration", "awscc_chatbot_microsoft_teams_channel_configuration",
        "aws_emr_studio_session_mapping", "awscc_emr_studio_session_mapping",
    }
)  # fmt: skip
# Policies of resources: AWS refuses them without a Principal, and with one they grant nothing in KMS.
OF_RESOURCES = frozenset(
    {
        "aws_ecr_repository_policy", "aws_lambda_layer_version_permission", "aws_s3_bucket", "aws_s3_bucket_policy",
        "aws_secretsmanager_secret_policy", "aws_sns_topic", "aws_sns_topic_policy", "aws_sqs_queue",
        "aws_sqs_queue_policy",
    }
)  # fmt: skip
# They keep a text, or are of another service's own policies.
KEEPING = frozenset(
    {
        "aws_iot_policy", "awscc_iot_policy", "local_file", "local_sensitive_file", "null_resource", "terraform_data",
    }
)  # fmt: skip
_SILENT = HARMLESS | OF_RESOURCES | CONSTRAINING | KEEPING
_AWS_POLICY = r"arn:[a-z-]+:iam::aws:policy/(?:.*/)?([^/]+)"
_LONGEST = 200_000


def unexpected_documents(plan: Plan, aws: Callable[[str], Any]) -> Iterator[Document]:
    """New texts and objects that are policy documents without a Principal, and attributes of policies that newly name
    one of AWS's own, as its document; `aws` gives what that says, by its name. Raises GateError."""
    unwatched = {name for name in plan.types - _SILENT if not _is_looked_at(name)}
    types = {entry.type for entry in plan.acting if entry.type in unwatched and _may_hold_one(entry.change)}
    for resource in managed_resources(plan, types) if types else ():
        yield from _new_documents(resource, resource.before, resource.after, "", aws)
    stacks = plan.types & {*TEMPLATES, CLOUD_CONTROL}
    for stack in changed_resources(plan, stacks) if stacks else ():
        from gate.holdings.declared_elsewhere import declared_elsewhere  # most plans have no stack

        was, will = (declared_elsewhere(stack, values) for values in (stack.before, stack.after))
        for attribute, properties in will.items():
            yield from _new_documents(stack, was.get(attribute), properties, attribute, aws)


def _new_documents(
    resource: ManagedResource, before: Any, after: Any, within: str, aws: Callable[[str], Any]
) -> Iterator[Document]:
    """Those of a resource, or of what stands `within` an attribute of it."""
    for attribute, value in _new_texts(before, after, within):
        content = value if _is_identity_policy(value) else _named(attribute, value, aws)
        if content is not None:
            yield Document(Place(resource.address, attribute), content, marked(resource.after_sensitive, attribute))


def _named(attribute: str, value: str, aws: Callable[[str], Any]) -> Any:
    """The document of the policy of AWS's own that an attribute of policies has the ARN of, None where it is none."""
    found = re.fullmatch(_AWS_POLICY, str.__str__(value)) if "polic" in attribute else None
    statements = aws(found[1]) if found else None
    return {"Statement": statements} if statements else None


def _new_texts(before: Any, after: Any, attribute: str) -> Iterator[tuple[str, str]]:
    """Texts that say something new where they stand, objects with statements as the text of one. An element that a list
    had is not new at another position, nor is the same JSON in another spelling."""
    if isinstance(after, dict):
        former = before if isinstance(before, dict) else {}
        is_new = "Statement" in after and after != before
        if is_new and not _says_the_same(before, text := _as_text(after)):
            yield attribute, text
        for key, member in after.items():
            yield from _new_texts(former.get(key), member, f"{attribute}.{key}" if attribute else key)
    elif isinstance(after, list):
        left = list(before) if isinstance(before, list) else []
        for position, member in enumerate(after):
            if member in left:
                left.remove(member)
            else:
                own = before[position] if isinstance(before, list) and position < len(before) else None
                yield from _new_texts(own, member, f"{attribute}[{position}]")
    elif isinstance(after, str) and after != before and not _says_the_same(before, after):
        yield attribute, after


def _as_text(statements: dict[str, Any]) -> str:
    import json

    return json.dumps(statements, default=str)


def _says_the_same(before: Any, after: str) -> bool:
    before = _as_text(before) if isinstance(before, dict) and "Statement" in before else before
    return isinstance(before, str) and len(before) <= _LONGEST and say_the_same(before, after)


def _is_looked_at(type_name: str) -> bool:
    """Whether the documents of a type are read where it is judged."""
    own = type_name in TEMPLATES or type_name == CLOUD_CONTROL
    return own or table_row(type_name) is not None or is_unlisted(type_name)


def _may_hold_one(written: WrittenChange) -> bool:
    """Whether a change that does something may set a policy document."""
    text = bytes(written.after)
    return b"Statement" in text or b":policy/" in text or b"\\u00" in text


def _is_identity_policy(text: str) -> bool:
    if "{" not in text or len(text) > _LONGEST:
        return False
    import json

    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and "Statement" in document and not any(map(_names_principals, _listed(document)))


def _listed(document: dict[str, Any]) -> list[Any]:
    found = document["Statement"]
    return found if isinstance(found, list) else [found]


def _names_principals(statement: Any) -> bool:
    return not isinstance(statement, dict) or "Principal" in statement or "NotPrincipal" in statement
