"""Which ARNs a provider makes up, which hold what the author of a change writes, what stands for one of a key, and that
of a principal under another name."""

from gate.text.sensitive import concatenated
from gate.unknown import StandIn, without_wildcards

# Types whose `arn` is an argument (schema of the AWS provider 5.100). A data source that AWS is asked about by ARN is
# not among them: there is nothing to read under an ARN that is made up.
_ARGUMENTS = {
    "aws_arn", "aws_cloudwatch_event_target", "aws_iam_session_context", "aws_kinesis_firehose_delivery_stream",
    "aws_kinesis_stream", "aws_lakeformation_resource", "aws_notifications_channel_association",
    "aws_sns_topic_data_protection_policy", "aws_sns_topic_policy",
}  # fmt: skip
# Types whose ARN ends in a text that may hold any character.
_ENDING_FREELY = {"aws_s3_bucket_object", "aws_s3_object", "aws_s3_object_copy", "aws_ssm_parameter"}
_CLOUD_CONTROL = {"awscc_iam_role", "awscc_kms_key", "awscc_s3_bucket"}  # their `arn` is read-only in CloudFormation


def is_made_up(type_name: str) -> bool:
    """Whether the `arn` of a resource or data source of this type is one that AWS makes: of the service of the type."""
    return type_name in _CLOUD_CONTROL or (type_name.startswith("aws_") and type_name not in _ARGUMENTS)


def admits_quotes(type_name: str) -> bool:
    """Whether the `arn` of a type may hold a quotation mark."""
    return not is_made_up(type_name) or type_name in _ENDING_FREELY


def unknown_key(reference: str) -> StandIn:
    """What stands for the ARN of a key: the attribute of the resource that `reference` names."""
    address = reference.rpartition(".")[0]
    text = f"arn:aws:kms:(not-known):(not-known):key/({without_wildcards(address)})"
    return StandIn(text, f"(known after apply: {address})", address)


def under_name(arn: str, kind: str, path: str, name: str) -> str:
    """The ARN of a principal under another path and name."""
    return concatenated(":".join((*arn.split(":")[:5], kind)), path, name)
