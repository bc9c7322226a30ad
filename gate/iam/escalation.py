"""Ways to become another principal, or to give oneself any policy: one row each, with its source.

The rows are those of Rhino Security Labs (https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/)
and of Prowler's iam_policy_allows_privilege_escalation (prowler-cloud/prowler, lib/policy `privilege_escalation.py`)
that lead to another principal's permissions or to any policy; what an action does is AWS's own documentation:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
"""

from collections.abc import Iterable, Iterator
from enum import Enum, auto
from functools import cache

import msgspec

from gate.iam.conditions import Clause, Guard
from gate.iam.guards import Box
from gate.iam.managed_policies import ManagedPolicies
from gate.iam.needs import Needs
from gate.iam.patterns import glob, matches
from gate.iam.service import Service, Words
from gate.iam.who import Facts, holds

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
)

# What AWS-managed policies say of IAM that hand out no KMS action themselves
# (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/IAMFullAccess.html).
AWS_MANAGED = {"IAMFullAccess": {"Effect": "Allow", "Action": ["iam:*"], "Resource": "*"}}

_FULL = tuple(f"arn:aws:iam::aws:policy/{name}" for name in ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess"))
_ATTACHES = ("iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:AttachGroupPolicy")
_BOUNDED = (
    "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutUserPolicy", "iam:AttachUserPolicy",
    "iam:PutRolePermissionsBoundary", "iam:PutUserPermissionsBoundary",
)  # fmt: skip
# Condition keys that say which policies may be attached, and within which boundary a policy may be written
# (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html).
BOUNDARY_KEY, POLICY_KEY = "iam:PermissionsBoundary", "iam:PolicyARN"
_KEYS = ((POLICY_KEY.lower(), _ATTACHES), (BOUNDARY_KEY.lower(), _BOUNDED))
_TEXTS = ("stringequals", "stringlike", "arnequals", "arnlike", "stringequalsignorecase")
_OTHERS = ("stringnotequals", "stringnotlike", "arnnotequals", "arnnotlike", "stringnotequalsignorecase")


def can_be_bounded(names: Iterable[str]) -> bool:
    """Whether the condition key that tells a permissions boundary limits every one of some actions."""
    return set(names) <= set(_BOUNDED)


@cache
def ways(gain: Gain, kind: str) -> tuple[Way, ...]:
    """The rows of one gain that lead to principals, or policies, of one kind."""
    return tuple(way for way in WAYS if (way.gain, way.kind) == (gain, kind))


@cache
def actions() -> tuple[str, ...]:
    """Every action of the table; a set of them is a bit set over this order, one service after the other."""
    listed = dict.fromkeys(action for way in WAYS for action in way.actions)
    return tuple(sorted(listed, key=lambda action: action.partition(":")[0]))


@cache
def services() -> tuple[tuple[int, Service], ...]:
    """A service of the table's actions alone for each prefix, and the position of its first action."""
    found: dict[str, list[str]] = {}
    for action in actions():
        prefix, _, name = action.partition(":")
        found.setdefault(prefix, []).append(name)
    offset, result = 0, []
    for prefix, names in found.items():
        result.append((offset, _service(prefix, tuple(names))))
        offset += len(names)
    return tuple(result)


@cache
def assuming() -> Service:
    """The actions by which somebody assumes a role, as a service of their own.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html"""
    return _service("sts", ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"))


def _service(prefix: str, names: tuple[str, ...]) -> Service:
    nothing = ManagedPolicies("")  # their documents are in the plan's holdings already
    return Service(prefix, names, 0, (), 0, (), "", (), (), Words(prefix, "", "", "", ()), nothing, Needs(""))


@cache
def bits(names: tuple[str, ...]) -> int:
    """The bit set of some actions of the table."""
    return sum(1 << actions().index(name) for name in names)


def held_back(guard: Guard, denies: Iterable[Box]) -> int:
    """The actions by which only some policies can be attached, or written within a boundary, while `guard` holds."""
    only = [box for box in denies if len(box.guard) == 1]
    total = 0
    for key, names in _KEYS:
        if any(_names_some(clause, _TEXTS) for clause in guard if clause.key == key):
            total |= bits(names)
        for box in only:
            if any(_names_some(clause, _OTHERS) for clause in box.guard if clause.key == key):
                total |= bits(names) & box.actions
    return total


def _names_some(clause: Clause, operators: tuple[str, ...]) -> bool:
    """Whether a clause names policies of which none hands out everything."""
    operator, values = clause.operator, clause.values
    if operator.removesuffix("ifexists") not in operators or (operators is _TEXTS and operator.endswith("ifexists")):
        return False
    return bool(values) and not any("${" in value or matches(glob(value), full) for value in values for full in _FULL)


def may_be(action: str, facts: Facts, guard: Guard, denies: Iterable[Box]) -> bool:
    """Whether an action that is allowed while `guard` holds, but for `denies`, may be done in a request of which some
    keys are known."""
    bit = bits((action,))
    denying = (box.guard for box in denies if box.guard and box.actions & bit)
    return not any(holds(clause, facts) is False for clause in guard) and not any(
        all(clause in guard or holds(clause, facts) for clause in denied) for denied in denying
    )


def passes_to(guard: Guard, denies: Iterable[Box], service: str) -> bool:
    """Whether a role may be passed to a service while `guard` holds, as far as iam:PassedToService says. A policy
    variable in its value may hold any service."""
    alone = [clause for box in denies if len(box.guard) == 1 for clause in box.guard]
    asked = [clause for clause in guard if clause.operator.removesuffix("ifexists") in _TEXTS]
    asked += [clause for clause in alone if clause.operator.removesuffix("ifexists") in _OTHERS]
    named = [clause.values for clause in asked if clause.key == "iam:passedtoservice"]
    return all(any("${" in value or matches(glob(value.lower()), service) for value in values) for values in named)
