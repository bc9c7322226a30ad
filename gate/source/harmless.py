"""Unknown parts of a JSON text that can't end the string that they stand in, whatever they turn out to be."""

from gate.plan.addresses import target_of
from gate.unknown import Unresolved

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
    ("random_id", "hex"), ("random_id", "dec"), ("random_uuid", "result"), ("random_integer", "result"),
    ("awscc_iam_role", "arn"), ("awscc_kms_key", "arn"), ("awscc_s3_bucket", "arn"),
}  # fmt: skip
# Types whose ARN is an argument (schema of the AWS provider 5.100), or holds what the author may write freely. A data
# source that AWS is asked about by ARN is not among them: there is nothing to read under an ARN with quotation marks.
_FREE_ARNS = {
    "aws_arn", "aws_cloudwatch_event_target", "aws_iam_session_context", "aws_kinesis_firehose_delivery_stream",
    "aws_kinesis_stream", "aws_lakeformation_resource", "aws_notifications_channel_association", "aws_s3_bucket_object",
    "aws_s3_object", "aws_s3_object_copy", "aws_sns_topic_data_protection_policy", "aws_sns_topic_policy",
    "aws_ssm_parameter",
}  # fmt: skip


def is_text(hole: Unresolved) -> bool:
    """Whether a hole is an attribute that is a text for certain."""
    target = target_of(hole.references[0]) if hole.exact and len(hole.references) == 1 else None
    return target is not None and target.type.startswith(("aws_", "awscc_")) and target.attribute in _TEXTS


def harmless(hole: Unresolved) -> bool:
    """Whether a hole can't end the JSON string that it stands in."""
    if hole.references == ("terraform.workspace",):
        return True
    target = target_of(hole.references[0]) if hole.exact and len(hole.references) == 1 else None
    if target is None:
        return False
    if target.type.startswith("aws_") and target.attribute in ("arn", "unique_id"):
        return target.type not in _FREE_ARNS
    named = target.type in _NAMES_WITHOUT_QUOTES and target.attribute in _NAMED
    return named or (target.type, target.attribute) in _OTHERS
