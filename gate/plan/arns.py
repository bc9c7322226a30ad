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
# Types that AWS names itself, or by letters, digits and a few signs of which none is a quotation mark or a comma: the
# naming rules of each service's API reference. Glue, CloudWatch alarms, Auto Scaling and others take nearly anything.
NAMED_PLAINLY = frozenset(
    {
        "aws_acm_certificate", "aws_api_gateway_rest_api", "aws_apigatewayv2_api", "aws_backup_plan",
        "aws_backup_vault", "aws_batch_compute_environment", "aws_batch_job_definition", "aws_batch_job_queue",
        "aws_cloudformation_stack", "aws_cloudfront_distribution", "aws_cloudtrail", "aws_cloudwatch_event_bus",
        "aws_cloudwatch_event_rule", "aws_cloudwatch_log_group", "aws_codebuild_project", "aws_codecommit_repository",
        "aws_codepipeline", "aws_cognito_identity_pool", "aws_cognito_user_pool", "aws_db_instance",
        "aws_dynamodb_table", "aws_ecr_repository", "aws_ecs_cluster", "aws_ecs_service", "aws_ecs_task_definition",
        "aws_efs_access_point", "aws_efs_file_system", "aws_eks_cluster", "aws_eks_node_group",
        "aws_elasticache_cluster", "aws_elasticache_replication_group", "aws_elasticsearch_domain", "aws_instance",
        "aws_kms_external_key", "aws_kms_key", "aws_kms_replica_external_key", "aws_kms_replica_key",
        "aws_lambda_alias", "aws_lambda_function", "aws_lb", "aws_lb_listener", "aws_lb_target_group",
        "aws_msk_cluster", "aws_opensearch_domain", "aws_rds_cluster", "aws_rds_cluster_instance",
        "aws_redshift_cluster", "aws_route53_zone", "aws_s3_access_point", "aws_s3_bucket", "aws_scheduler_schedule",
        "aws_scheduler_schedule_group", "aws_secretsmanager_secret", "aws_security_group", "aws_sfn_activity",
        "aws_sfn_state_machine", "aws_sns_topic", "aws_sqs_queue", "aws_subnet", "aws_vpc", "aws_wafv2_web_acl",
        "awscc_kms_key", "awscc_s3_bucket",
    }
)  # fmt: skip
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
