"""Unknown parts of a JSON text that can't end the string that they stand in, whatever they turn out to be."""

import re
from collections.abc import Callable

from msgspec.structs import replace

from gate.hcl.values import Encoded, Rest
from gate.plan.addresses import Target, target_of
from gate.plan.arns import NAMED_PLAINLY, admits_quotes
from gate.unknown import OneOf, Template, Unresolved, Value

# Attributes that AWS or a provider makes up, or that admit no quotation mark. A description, a tag or an object's key
# is the author's, and may hold anything.
_TEXTS = {"arn", "account_id", "unique_id", "user_id"}
_NAMED = {"id", "name", "bucket", "key_id", "function_name", "url", "repository_url"}
_NAMES_WITHOUT_QUOTES = {
    "aws_cloudwatch_log_group", "aws_dynamodb_table", "aws_ecr_repository", "aws_eks_cluster", "aws_iam_group",
    "aws_iam_instance_profile", "aws_iam_policy", "aws_iam_role", "aws_iam_user", "aws_kms_alias",
    "aws_kms_external_key", "aws_kms_key", "aws_kms_replica_key", "aws_lambda_function", "aws_partition", "aws_region",
    "aws_s3_bucket", "aws_secretsmanager_secret", "aws_sns_topic", "aws_sqs_queue",
}  # fmt: skip
_OTHERS = {
    ("aws_caller_identity", "account_id"), ("aws_caller_identity", "user_id"), ("aws_identitystore_user", "user_id"),
    ("aws_partition", "partition"), ("aws_partition", "dns_suffix"), ("aws_region", "region"),
    ("aws_vpc", "id"), ("aws_subnet", "id"), ("aws_security_group", "id"), ("aws_vpc_endpoint", "id"),
    ("aws_instance", "id"), ("aws_network_interface", "id"), ("aws_eip", "id"), ("aws_route_table", "id"),
    ("aws_api_gateway_rest_api", "execution_arn"), ("aws_apigatewayv2_api", "execution_arn"),
    ("aws_cloudfront_origin_access_identity", "iam_arn"), ("aws_db_instance", "resource_id"),
    ("aws_dynamodb_table", "stream_arn"), ("aws_kms_alias", "target_key_arn"),
    ("aws_lambda_function", "invoke_arn"), ("aws_lambda_function", "qualified_arn"),
    ("aws_rds_cluster", "cluster_resource_id"),
    ("aws_internet_gateway", "id"), ("aws_nat_gateway", "id"), ("aws_route53_zone", "zone_id"),
    ("random_id", "hex"), ("random_id", "dec"), ("random_uuid", "result"), ("random_integer", "result"),
}  # fmt: skip
_KEYS = ("aws_kms_external_key", "aws_kms_key", "aws_kms_replica_external_key", "aws_kms_replica_key")
_NAMED_IN_LETTERS = (
    "aws_cloudwatch_log_group", "aws_dynamodb_table", "aws_ecr_repository", "aws_ecs_cluster", "aws_lambda_function",
    "aws_s3_bucket", "aws_secretsmanager_secret", "aws_sns_topic", "aws_sqs_queue",
)  # fmt: skip
# What the ARNs of a type are made of, with colons in any case. Names of IAM have a path, which holds what it likes.
_LETTERS = {
    **dict.fromkeys(_KEYS, re.compile(r"[a-z0-9:/-]")),
    **dict.fromkeys(_NAMED_IN_LETTERS, re.compile(r"[A-Za-z0-9_.:/+=@#-]")),
}
_OF_IAM = ("aws_iam_", "awscc_iam_")
_BEGINS = ("a", "ar", "arn")  # how every ARN begins, up to its first colon


def disbelieved(value: Value, is_stray: Callable[[str], bool]) -> Value:
    """A value of which nothing is proven where it comes from what a reference names that `is_stray`."""
    if isinstance(value, Unresolved):
        is_doubted = any(map(is_stray, value.references))
        return replace(value, exact=False, bare=False, stands_for="") if is_doubted else value
    if isinstance(value, Template):
        return Template(tuple(disbelieved(part, is_stray) for part in value.parts))
    if isinstance(value, OneOf):
        return OneOf(tuple(disbelieved(way, is_stray) for way in value.alternatives))
    if isinstance(value, Encoded):
        return Encoded(disbelieved(value.value, is_stray))
    if isinstance(value, Rest):
        return Rest(disbelieved(value.element, is_stray))
    if isinstance(value, list):
        return type(value)(disbelieved(element, is_stray) for element in value)
    if isinstance(value, dict):
        return type(value)((key, disbelieved(member, is_stray)) for key, member in value.items())
    return value


def is_text(hole: Unresolved) -> bool:
    """Whether a hole is an attribute that is a text for certain."""
    target = _target(hole)
    return target is not None and target.type.startswith(("aws_", "awscc_")) and target.attribute in _TEXTS


def is_there(hole: Unresolved) -> bool:
    """Whether a hole is a text that AWS makes up for every resource of the type, so that it is not null and not empty.
    Some types have an ARN that nobody ever sets, such as `aws_spot_instance_request`."""
    target = target_of(hole.references[0]) if is_text(hole) and harmless(hole) else None
    if target is None:
        return False
    return target.attribute != "arn" or target.type in NAMED_PLAINLY or target.type.startswith(_OF_IAM)


def harmless(hole: Unresolved) -> bool:
    """Whether a hole can't end the JSON string that it stands in."""
    if hole.references == ("terraform.workspace",):
        return True
    target = _target(hole)
    if target is None:
        return False
    if target.attribute == "arn" and target.mode == "data":  # of what the plan does not make, whatever its name is
        return target.type in NAMED_PLAINLY or (target.type.startswith("aws_iam_") and not admits_quotes(target.type))
    if target.attribute == "arn":
        return not admits_quotes(target.type)
    if target.attribute == "id" and target.mode == "managed" and target.type in NAMED_PLAINLY:
        return True  # which is the name, the ARN, or what AWS makes up
    if target.attribute == "unique_id" and target.type.startswith("aws_"):
        return True
    named = target.type in _NAMES_WITHOUT_QUOTES and target.attribute in _NAMED
    return named or (target.type, target.attribute) in _OTHERS


def is_apart(hole: Unresolved, text: str) -> bool:
    """Whether a hole is an ARN of known letters, and a text, such as `$KEY` or `_KEY_ARN_`, is not in it, nor across an
    end of it: the text begins with what no such ARN has, ends in nothing that one begins with, and has no colon."""
    target = _target(hole)
    letters = _LETTERS.get(target.type) if target is not None and target.attribute == "arn" else None
    return letters is not None and not letters.match(text[0]) and not text.endswith(_BEGINS) and ":" not in text


def _target(hole: Unresolved) -> Target | None:
    """What a hole is the attribute of, where it is that and nothing else."""
    return target_of(hole.references[0]) if hole.exact and len(hole.references) == 1 else None
