"""THE table of texts that make calls: which attribute of which resource type AWS, or a cluster, is told to run.

Sources: the provider schemas of hashicorp/aws and hashicorp/awscc
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs), and those of the other providers that are named.
"""

from collections.abc import Iterator
from enum import Enum, auto

import msgspec


class MadeBy(Enum):
    """What makes a call."""

    PROVISIONER = auto()  # a provisioner makes it
    HIDDEN_PROVISIONER = auto()  # a provisioner may make it: its command is not seen
    PROGRAM = auto()  # the program of a data source `external` or `local_command` makes it
    HIDDEN_PROGRAM = auto()  # such a program may make it: it is not seen
    ACTION = auto()  # an action that the apply invokes makes it
    HIDDEN_ACTION = auto()  # an action may make it: its command is not seen
    WORKFLOW = auto()  # a schedule, a state machine or an SSM document makes it
    CONTROLLER = auto()  # a controller in a Kubernetes cluster makes it, asked by a manifest
    COMMAND = auto()  # a machine, a container, a build or a function makes it
    API = auto()  # an API makes it, for whoever calls that


class CallPlaces(msgspec.Struct, frozen=True, gc=False):
    """Attribute paths with texts that call APIs, none where everything may. One that `manages` has manifests for
    controllers besides."""

    made_by: MadeBy
    paths: tuple[str, ...]
    manages: bool = False


def _workflow(*paths: str) -> CallPlaces:
    return CallPlaces(MadeBy.WORKFLOW, paths)


def _command(*paths: str) -> CallPlaces:
    return CallPlaces(MadeBy.COMMAND, paths)


def _api(*paths: str) -> CallPlaces:
    return CallPlaces(MadeBy.API, paths)


def _manifest(path: str) -> CallPlaces:
    return CallPlaces(MadeBy.COMMAND, (path,), manages=True)


_USER_DATA = _command("user_data", "user_data_base64")
_POD = _command("spec")
_PODS = ("pod", "job", "cron_job", "deployment", "daemonset", "daemon_set", "stateful_set", "replication_controller")

CALL_PLACES: dict[str, CallPlaces] = {
    "aws_scheduler_schedule": _workflow("target[].arn", "target[].input"),
    "awscc_scheduler_schedule": _workflow("target.arn", "target.input"),
    "aws_sfn_state_machine": _workflow("definition"),
    "awscc_stepfunctions_state_machine": _workflow("definition", "definition_string"),
    "aws_ssm_document": _workflow("content"),
    "awscc_ssm_document": _workflow("content"),
    "aws_ssm_association": _workflow("parameters"),
    "awscc_ssm_association": _workflow("parameters"),
    "aws_ssm_maintenance_window_task": _workflow("task_invocation_parameters"),
    "aws_ssmincidents_response_plan": _workflow("action"),
    "aws_cloudwatch_event_target": _workflow("input", "input_transformer"),
    "awscc_events_rule": _workflow("targets"),
    "aws_pipes_pipe": _workflow("enrichment_parameters", "target_parameters"),
    "awscc_pipes_pipe": _workflow("enrichment_parameters", "target_parameters"),
    "aws_config_remediation_configuration": _workflow("parameter"),
    "aws_imagebuilder_workflow": _workflow("data"),
    "aws_api_gateway_integration": _api("uri", "request_templates", "request_parameters"),
    "aws_api_gateway_rest_api": _api("body"),
    "aws_api_gateway_rest_api_put": _api("body"),
    "awscc_apigateway_rest_api": _api("body"),
    "aws_apigatewayv2_api": _api("body"),
    "aws_appsync_resolver": _api("request_template", "code"),
    "aws_appsync_function": _api("request_mapping_template", "code"),
    "aws_instance": _USER_DATA,
    "aws_spot_instance_request": _USER_DATA,
    "aws_launch_configuration": _USER_DATA,
    "aws_launch_template": _command("user_data"),
    "aws_spot_fleet_request": _command("launch_specification[].user_data"),
    "aws_lightsail_instance": _command("user_data"),
    "awscc_ec2_instance": _command("user_data"),
    "awscc_ec2_launch_template": _command("launch_template_data.user_data"),
    "aws_codebuild_project": _command("source[].buildspec", "secondary_sources[].buildspec"),
    "aws_codepipeline": _command("stage"),
    "awscc_codepipeline_pipeline": _command("stages"),
    "aws_amplify_app": _command("build_spec"),
    "aws_ecs_task_definition": _command("container_definitions"),
    "awscc_ecs_task_definition": _command("container_definitions"),
    "aws_batch_job_definition": _command("container_properties", "node_properties", "eks_properties"),
    "aws_apprunner_service": _command("source_configuration"),
    "aws_emr_cluster": _command("bootstrap_action", "step"),
    "aws_glue_job": _command("default_arguments"),
    "aws_datapipeline_pipeline_definition": _command("pipeline_object"),
    "aws_sagemaker_pipeline": _command("pipeline_definition"),
    "aws_fis_experiment_template": _workflow("action"),
    "aws_imagebuilder_component": _command("data"),
    "aws_imagebuilder_image_recipe": _command("user_data_base64"),
    "aws_imagebuilder_container_recipe": _command("dockerfile_template_data"),
    "aws_emrcontainers_job_template": _command("job_template_data"),
    "aws_lambda_invocation": _command("input"),
    "awscc_lambda_function": _command("code.zip_file"),
    "aws_sagemaker_notebook_instance_lifecycle_configuration": _command("on_create", "on_start"),
    "aws_sagemaker_studio_lifecycle_config": _command("studio_lifecycle_config_content"),
    "kubernetes_manifest": _manifest("manifest"),
    "kubectl_manifest": _manifest("yaml_body"),
    "kustomization_resource": _manifest("manifest"),
    "helm_release": CallPlaces(MadeBy.COMMAND, ("values", "set", "set_list"), manages=True),
    **{f"kubernetes_{pod}{version}": _POD for pod in _PODS for version in ("", "_v1")},
    "docker_container": _command("command", "entrypoint"),
    "shell_script": _command("lifecycle_commands"),
    "ssh_resource": _command("commands", "pre_commands"),
}


# The same of resources in CloudFormation templates and of Cloud Control: of each everything that it says, or some of
# its properties, where the others are about calls that it only waits for.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
_IN_TEMPLATES = {
    MadeBy.WORKFLOW: (
        "AWS::StepFunctions::StateMachine", "AWS::Scheduler::Schedule", "AWS::SSM::Document", "AWS::SSM::Association",
        "AWS::SSM::MaintenanceWindowTask", "AWS::SSMIncidents::ResponsePlan", "AWS::Config::RemediationConfiguration",
        "AWS::ImageBuilder::Workflow", "AWS::FIS::ExperimentTemplate",
    ),
    MadeBy.API: (
        "AWS::ApiGateway::Method", "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api", "AWS::AppSync::Resolver",
        "AWS::AppSync::FunctionConfiguration",
    ),
    MadeBy.COMMAND: (
        "AWS::EC2::Instance", "AWS::EC2::LaunchTemplate", "AWS::EC2::SpotFleet", "AWS::Lightsail::Instance",
        "AWS::AutoScaling::LaunchConfiguration", "AWS::CodeBuild::Project", "AWS::CodePipeline::Pipeline",
        "AWS::Amplify::App", "AWS::ECS::TaskDefinition", "AWS::Batch::JobDefinition", "AWS::AppRunner::Service",
        "AWS::Lambda::Function", "AWS::EMR::Cluster", "AWS::EMR::Step", "AWS::Glue::Job",
        "AWS::ImageBuilder::Component", "AWS::ImageBuilder::ContainerRecipe", "AWS::ImageBuilder::ImageRecipe",
        "AWS::SageMaker::NotebookInstanceLifecycleConfig", "AWS::SageMaker::StudioLifecycleConfig",
        "AWS::SageMaker::Pipeline", "AWS::DataPipeline::Pipeline",
        "AWS::CloudFormation::CustomResource",
    ),
}  # fmt: skip
_OF_TYPE = {
    **{name: CallPlaces(made_by, ()) for made_by, names in _IN_TEMPLATES.items() for name in names},
    "AWS::Events::Rule": _workflow("Targets"),
    "AWS::Pipes::Pipe": _workflow("EnrichmentParameters", "TargetParameters"),
}


def types_in_templates() -> Iterator[tuple[str, CallPlaces]]:
    """Every type of CloudFormation of which everything that a resource says may call, with its row."""
    return ((name, row) for name, row in _OF_TYPE.items() if not row.paths)


def in_template(cloudformation_type: object) -> CallPlaces | None:
    """What a resource of a template is told to run, None for a type that runs nothing. A custom resource has a type of
    its author's, `Custom::X`."""
    if not isinstance(cloudformation_type, str):
        return None
    own = "AWS::CloudFormation::CustomResource" if cloudformation_type.startswith("Custom::") else cloudformation_type
    return _OF_TYPE.get(own)
