"""THE table of ways to become another principal, or to give oneself any policy: one row each, with its source.

The rows are those of Rhino Security Labs (https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/)
and of Prowler's iam_policy_allows_privilege_escalation (prowler-cloud/prowler, lib/policy `privilege_escalation.py`)
that lead to another principal's permissions or to any policy, and those of AWS's own services that act under a role
which they are passed; what an action does is AWS's own documentation:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
"""

from collections.abc import Iterator
from enum import Enum, auto

import msgspec

_API = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_"
_RHINO = "https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/"
_PROWLER = "https://github.com/prowler-cloud/prowler/blob/master/prowler/providers/aws/services/iam/lib/privilege_escalation.py"
_ASSUME = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"


class Gain(Enum):
    """What somebody can do with the principal that a way leads to."""

    WRITES = auto()  # writes its policies
    BECOMES = auto()  # becomes it
    UNBOUNDS = auto()  # takes away its permissions boundary, or rewrites it
    RELEASES = auto()  # takes away what denies


class Way(msgspec.Struct, frozen=True, gc=False):
    """One way. `action` is asked for on the resource, an IAM `kind` (role, user, group, policy, identity provider);
    `besides` are other actions of IAM on it, or those of a compute service that have to be allowed on anything;
    `service` is the service that has to be trusted by a role which is passed to it."""

    gain: Gain
    kind: str
    action: str
    source: str
    besides: tuple[str, ...] = ()
    service: str = ""

    @property
    def actions(self) -> tuple[str, ...]:
        return (self.action, *self.besides)


def _written(kind: str, *names: str) -> Iterator[Way]:
    return (Way(Gain.WRITES, kind, f"iam:{name}", f"{_API}{name}.html") for name in names)


def _become(kind: str, *names: str) -> Iterator[Way]:
    return (Way(Gain.BECOMES, kind, f"iam:{name}", f"{_API}{name}.html") for name in names)


def _unbound(kind: str, *names: str) -> Iterator[Way]:
    return (Way(Gain.UNBOUNDS, kind, f"iam:{name}", f"{_API}{name}.html") for name in names)


def _release(kind: str, *names: str) -> Iterator[Way]:
    return (Way(Gain.RELEASES, kind, f"iam:{name}", f"{_API}{name}.html") for name in names)


def _passed(service: str, *besides: str, source: str = _RHINO) -> Way:
    return Way(Gain.BECOMES, "role", "iam:PassRole", source, besides, f"{service}.amazonaws.com")


def _made(service: str, *actions: str, source: str = _PROWLER) -> Iterator[Way]:
    """What is made with a role, or given another one: `{}` is Create, and then Update."""
    for verb in ("Create", "Update"):
        yield _passed(service, *(action.format(verb) for action in actions), source=source.format(verb))


def _speak(kind: str, name: str, *besides: str) -> Way:
    """By what an identity provider says, or to whom it speaks."""
    return Way(Gain.BECOMES, kind, f"iam:{name}", f"{_API}{name}.html", tuple(f"iam:{each}" for each in besides))


SAML_PROVIDER, OIDC_PROVIDER = "saml-provider", "oidc-provider"  # as their ARNs have them
PROVIDERS = (SAML_PROVIDER, OIDC_PROVIDER)
_AWS = "https://docs.aws.amazon.com"
_SAGEMAKER = f"{_AWS}/sagemaker/latest/APIReference/API"
_CFN = f"{_AWS}/AWSCloudFormation/latest/APIReference"
WAYS: tuple[Way, ...] = (
    *_written("role", "PutRolePolicy", "AttachRolePolicy"),
    *_written("user", "PutUserPolicy", "AttachUserPolicy"),
    *_written("group", "PutGroupPolicy", "AttachGroupPolicy"),
    *_written("policy", "CreatePolicyVersion", "SetDefaultPolicyVersion"),
    *_become("group", "AddUserToGroup"),
    *_become("user", "CreateAccessKey", "CreateLoginProfile", "UpdateLoginProfile"),
    *_become("role", "UpdateAssumeRolePolicy"),  # in one account a trust policy that names the principal is enough
    Way(Gain.BECOMES, "role", "sts:AssumeRole", _ASSUME),
    # whoever writes the metadata of one signs in as anybody; nobody can write over one by making it
    _speak(SAML_PROVIDER, "UpdateSAMLProvider"),
    _speak(SAML_PROVIDER, "CreateSAMLProvider", "DeleteSAMLProvider"),
    _speak(OIDC_PROVIDER, "AddClientIDToOpenIDConnectProvider"),
    _speak(OIDC_PROVIDER, "CreateOpenIDConnectProvider", "DeleteOpenIDConnectProvider"),
    *_unbound("role", "DeleteRolePermissionsBoundary", "PutRolePermissionsBoundary"),
    *_unbound("user", "DeleteUserPermissionsBoundary", "PutUserPermissionsBoundary"),
    *_unbound("policy", "CreatePolicyVersion", "SetDefaultPolicyVersion"),  # on the policy that is the boundary
    *_release("role", "DeleteRolePolicy", "DetachRolePolicy"),
    *_release("user", "DeleteUserPolicy", "DetachUserPolicy"),
    *_release("group", "RemoveUserFromGroup", "DeleteGroupPolicy", "DetachGroupPolicy"),
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
    _passed(
        "kinesisanalytics",
        "kinesisanalytics:CreateApplication",
        "kinesisanalytics:StartApplication",
        source=f"{_AWS}/managed-flink/latest/apiv2/API_CreateApplication.html",
    ),
    _passed(
        "ec2",
        "imagebuilder:CreateInfrastructureConfiguration",
        "imagebuilder:CreateImage",
        source=f"{_AWS}/imagebuilder/latest/APIReference/API_CreateInfrastructureConfiguration.html",
    ),
    _passed("ec2", "eks:CreateNodegroup", source=f"{_AWS}/eks/latest/APIReference/API_CreateNodegroup.html"),
)
