"""THE table of what starts something under a role: the service that the role is passed to, the actions, and the source.

The rows are those of Rhino Security Labs and of Prowler, and those of AWS's own services that act under
a role which they are passed, or hand out its credentials.
"""

from collections.abc import Iterator

import msgspec

_RHINO = "https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/"
_PROWLER = "https://github.com/prowler-cloud/prowler/blob/master/prowler/providers/aws/services/iam/lib/privilege_escalation.py"
_AWS = "https://docs.aws.amazon.com"
_SAGEMAKER = f"{_AWS}/sagemaker/latest/APIReference/API"
_CFN = f"{_AWS}/AWSCloudFormation/latest/APIReference"


class Start(msgspec.Struct, frozen=True, gc=False):
    """One row. All `actions` have to be allowed on anything, and `service` has to be trusted by the role."""

    service: str
    actions: tuple[str, ...]
    source: str


def _passed(service: str, *actions: str, source: str = _RHINO) -> Start:
    return Start(f"{service}.amazonaws.com", actions, source)


def _made(service: str, *actions: str, source: str = _PROWLER) -> Iterator[Start]:
    """What is made with a role, or given another one: `{}` is Create, and then Update."""
    for verb in ("Create", "Update"):
        yield _passed(service, *(action.format(verb) for action in actions), source=source.format(verb))


STARTS: tuple[Start, ...] = (
    _passed("ec2", "ec2:RunInstances"),
    _passed("ec2", "ec2:RequestSpotInstances", source=_PROWLER),
    *_made("ec2", "autoscaling:CreateLaunchConfiguration", "autoscaling:{}AutoScalingGroup"),
    _passed("lambda", "lambda:CreateFunction", "lambda:InvokeFunction"),
    _passed("lambda", "lambda:CreateFunction", "lambda:AddPermission"),
    _passed("lambda", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
    _passed("glue", "glue:CreateDevEndpoint"),
    *(
        _passed("glue", f"glue:{made}Job", f"glue:{run}", source=_PROWLER)
        for made in ("Create", "Update")
        for run in ("StartJobRun", "CreateTrigger")
    ),
    _passed("cloudformation", "cloudformation:CreateStack"),
    _passed("cloudformation", "cloudformation:UpdateStack", source=f"{_CFN}/API_UpdateStack.html"),
    _passed("cloudformation", "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet", source=_PROWLER),
    _passed("cloudformation", "cloudformation:CreateStackSet", "cloudformation:CreateStackInstances", source=_PROWLER),
    _passed("cloudformation", "cloudformation:UpdateStackSet", source=_PROWLER),
    _passed(
        "datapipeline",
        "datapipeline:CreatePipeline",
        "datapipeline:PutPipelineDefinition",
        "datapipeline:ActivatePipeline",
    ),
    # one task, or one build, may be given another role and command than its definition says
    *(
        _passed("ecs-tasks", f"ecs:{run}", source=f"{_AWS}/AmazonECS/latest/APIReference/API_TaskOverride.html")
        for run in ("RunTask", "StartTask")
    ),
    *(
        _passed("codebuild", f"codebuild:{run}", source=f"{_AWS}/codebuild/latest/APIReference/API_{run}.html")
        for run in ("StartBuild", "StartBuildBatch")
    ),
    _passed("ecs-tasks", "ecs:RegisterTaskDefinition", "ecs:CreateService", source=_PROWLER),
    _passed(
        "ecs-tasks",
        "ecs:RegisterTaskDefinition",
        "ecs:UpdateService",
        source=f"{_AWS}/AmazonECS/latest/APIReference/API_UpdateService.html",
    ),
    _passed(
        "ecs-tasks",
        "batch:RegisterJobDefinition",
        "batch:SubmitJob",
        source=f"{_AWS}/batch/latest/APIReference/API_RegisterJobDefinition.html",
    ),
    *_made(
        "codepipeline",
        "codepipeline:{}Pipeline",
        source=f"{_AWS}/codepipeline/latest/APIReference/API_{{}}Pipeline.html",
    ),
    _passed("codestar", "codestar:CreateProject", source=_PROWLER),
    *(
        _passed("sagemaker", f"sagemaker:Create{made}", source=_PROWLER)
        for made in ("NotebookInstance", "TrainingJob", "ProcessingJob")
    ),
    _passed(
        "sagemaker",
        "sagemaker:UpdateNotebookInstance",
        source=f"{_AWS}/sagemaker/latest/APIReference/API_UpdateNotebookInstance.html",
    ),
    _passed("tasks.apprunner", "apprunner:CreateService", source=_PROWLER),
    _passed(
        "tasks.apprunner",
        "apprunner:UpdateService",
        source=f"{_AWS}/apprunner/latest/api/API_UpdateService.html",
    ),
    _passed(
        "bedrock-agentcore",
        "bedrock-agentcore:CreateCodeInterpreter",
        "bedrock-agentcore:InvokeCodeInterpreter",
        source=_PROWLER,
    ),
    *_made("scheduler", "scheduler:{}Schedule", source=f"{_AWS}/scheduler/latest/UserGuide/setting-up.html"),
    _passed(
        "ssm",
        "ssm:StartAutomationExecution",
        source=f"{_AWS}/systems-manager/latest/userguide/automation-setup-iam.html",
    ),
    _passed(
        "lambda",
        "lambda:UpdateFunctionConfiguration",
        "lambda:UpdateFunctionCode",
        source=f"{_AWS}/lambda/latest/api/API_UpdateFunctionConfiguration.html",
    ),
    *_made(
        "pods.eks",
        "eks:{}PodIdentityAssociation",
        source=f"{_AWS}/eks/latest/APIReference/API_{{}}PodIdentityAssociation.html",
    ),
    *_made(
        "rolesanywhere",
        "rolesanywhere:CreateTrustAnchor",
        "rolesanywhere:{}Profile",
        source=f"{_AWS}/rolesanywhere/latest/userguide/getting-started.html",
    ),
    *_made(
        "states",
        "states:{}StateMachine",
        "states:StartExecution",
        source=f"{_AWS}/step-functions/latest/dg/procedure-create-iam-role.html",
    ),
    _passed(
        "glue",
        "glue:CreateSession",
        "glue:RunStatement",
        source=f"{_AWS}/glue/latest/dg/aws-glue-api-interactive-sessions.html",
    ),
    # the machines of a cluster have the role that is passed
    _passed("ec2", "elasticmapreduce:RunJobFlow", source=f"{_AWS}/emr/latest/APIReference/API_RunJobFlow.html"),
    _passed(
        "emr-serverless",
        "emr-serverless:StartJobRun",
        source=f"{_AWS}/emr-serverless/latest/APIReference/API_StartJobRun.html",
    ),
    *_made("airflow-env", "airflow:{}Environment", source=f"{_AWS}/mwaa/latest/API/API_{{}}Environment.html"),
    # what has a role already gets another one
    *(
        _passed("ec2", f"ec2:{name}", source=f"{_AWS}/AWSEC2/latest/APIReference/API_{name}.html")
        for name in ("AssociateIamInstanceProfile", "ReplaceIamInstanceProfileAssociation")
    ),
    _passed(
        "lambda",
        "lambda:UpdateFunctionConfiguration",  # it may add a layer as well
        "lambda:InvokeFunction",
        source=f"{_AWS}/lambda/latest/api/API_UpdateFunctionConfiguration.html",
    ),
    _passed(
        "lambda",
        "lambda:CreateFunction",
        "lambda:CreateFunctionUrlConfig",
        "lambda:InvokeFunctionUrl",
        source=f"{_AWS}/lambda/latest/dg/urls-auth.html",
    ),
    # one call of an API, or one resource, under a role that is named with it
    _passed("states", "states:TestState", source=f"{_AWS}/step-functions/latest/apireference/API_TestState.html"),
    *_made(
        "states",
        "states:{}StateMachine",
        "states:StartSyncExecution",
        source=f"{_AWS}/step-functions/latest/apireference/API_StartSyncExecution.html",
    ),
    *_made(
        "cloudformation",
        "cloudformation:{}Resource",
        source=f"{_AWS}/cloudcontrolapi/latest/APIReference/API_{{}}Resource.html",
    ),
    *(
        _passed("ssm", f"ssm:{name}", source=f"{_AWS}/systems-manager/latest/APIReference/API_{name}.html")
        for name in ("CreateAssociation", "RegisterTaskWithMaintenanceWindow")
    ),
    _passed(
        "apigateway",
        "apigateway:PUT",
        "apigateway:POST",
        source=f"{_AWS}/apigateway/latest/api/API_PutIntegration.html",
    ),
    *_made(
        "appsync",
        "appsync:{}DataSource",
        "appsync:CreateResolver",
        source=f"{_AWS}/appsync/latest/APIReference/API_AwsIamConfig.html",
    ),
    _passed(
        "servicecatalog",
        "servicecatalog:CreateConstraint",
        "servicecatalog:ProvisionProduct",
        source=f"{_AWS}/servicecatalog/latest/adminguide/constraints-launch.html",
    ),
    *(
        _passed("sagemaker", *(f"sagemaker:{name}" for name in names), source=f"{_SAGEMAKER}_{names[0]}.html")
        for names in (
            ("CreateHyperParameterTuningJob",),
            ("CreateCluster",),
            ("CreateModel", "CreateEndpoint"),
            ("CreateModel", "CreateTransformJob"),
            ("CreatePipeline", "StartPipelineExecution"),
            ("CreateUserProfile", "CreatePresignedDomainUrl"),
        )
    ),
    *_made(
        "bedrock-agentcore",
        "bedrock-agentcore:{}AgentRuntime",
        "bedrock-agentcore:InvokeAgentRuntime",
        source=f"{_AWS}/bedrock-agentcore-control/latest/APIReference/API_{{}}AgentRuntime.html",
    ),
    *_made(
        "kinesisanalytics",
        "kinesisanalytics:{}Application",
        "kinesisanalytics:StartApplication",
        source=f"{_AWS}/managed-flink/latest/apiv2/API_{{}}Application.html",
    ),
    _passed(
        "ec2",
        "imagebuilder:CreateInfrastructureConfiguration",
        "imagebuilder:CreateImage",
        source=f"{_AWS}/imagebuilder/latest/APIReference/API_CreateInfrastructureConfiguration.html",
    ),
    _passed("ec2", "eks:CreateNodegroup", source=f"{_AWS}/eks/latest/APIReference/API_CreateNodegroup.html"),
    _passed("ec2", "ec2:RequestSpotFleet", source=f"{_AWS}/AWSEC2/latest/APIReference/API_RequestSpotFleet.html"),
    _passed(
        "ec2",
        "ec2:CreateLaunchTemplate",
        "ec2:CreateFleet",
        source=f"{_AWS}/AWSEC2/latest/APIReference/API_CreateFleet.html",
    ),
    # a machine of one's own, or a device with a certificate, gets the credentials of the role
    _passed(
        "ssm", "ssm:CreateActivation", source=f"{_AWS}/systems-manager/latest/APIReference/API_CreateActivation.html"
    ),
    *_made("credentials.iot", "iot:{}RoleAlias", source=f"{_AWS}/iot/latest/apireference/API_{{}}RoleAlias.html"),
    *_made(
        "athena",
        "athena:{}WorkGroup",
        "athena:StartSession",
        "athena:StartCalculationExecution",
        source=f"{_AWS}/athena/latest/APIReference/API_{{}}WorkGroup.html",
    ),
    *_made(
        "amplify",
        "amplify:{}App",
        "amplify:StartJob",
        source=f"{_AWS}/amplify/latest/APIReference/API_{{}}App.html",
    ),
    _passed("capabilities.eks", "eks:CreateCapability", source=f"{_AWS}/eks/latest/userguide/capability-role.html"),
    *_made(
        "appstream",
        "appstream:{}Fleet",
        "appstream:CreateStreamingURL",
        source=f"{_AWS}/appstream2/latest/APIReference/API_{{}}Fleet.html",
    ),
    _passed(
        "appstream",
        "appstream:CreateImageBuilder",
        "appstream:CreateImageBuilderStreamingURL",
        source=f"{_AWS}/appstream2/latest/APIReference/API_CreateImageBuilder.html",
    ),
    *_made(
        "bedrock-agentcore",
        "bedrock-agentcore:{}Gateway",
        "bedrock-agentcore:CreateGatewayTarget",
        source=f"{_AWS}/bedrock-agentcore-control/latest/APIReference/API_{{}}Gateway.html",
    ),
    _passed("braket", "braket:CreateJob", source=f"{_AWS}/braket/latest/APIReference/API_CreateJob.html"),
    _passed(
        "gamelift",
        "gamelift:CreateBuild",
        "gamelift:CreateFleet",
        source=f"{_AWS}/gameliftservers/latest/apireference/API_CreateFleet.html",
    ),
    *_made(
        "lambda",
        "synthetics:{}Canary",
        "synthetics:StartCanary",
        source=f"{_AWS}/AmazonSynthetics/latest/APIReference/API_{{}}Canary.html",
    ),
)
