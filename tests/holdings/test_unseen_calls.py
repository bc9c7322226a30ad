"""Calls to IAM and KMS that no plan shows, and policies where nobody expects one."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from gate.check import Options, check
from gate.holdings.api_calls import _SHARED, _TELLING, _kebab, calls, controlled
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.holdings.template_types import CLOUD_CONTROL, TEMPLATES
from gate.holdings.unseen_calls import _with_awscc
from gate.plan.model import read
from tests.helpers.plans import change, findings, plan, policy, statement

NEW = change("null_resource.x", None, {"triggers": None})
OLD = change("null_resource.x", {"triggers": None}, {"triggers": None})
GONE = change("null_resource.x", {"triggers": None}, None)
REPLACE = {"actions": ["delete", "create"]}
GRANT = {"constant_value": "aws iam put-role-policy --role-name app"}


def configured(**expressions: Any) -> dict[str, Any]:
    """A configuration of one null_resource with one provisioner."""
    provisioner = {"type": "local-exec", "expressions": expressions}
    block = {
        "address": "null_resource.x",
        "mode": "managed",
        "type": "null_resource",
        "name": "x",
        "provisioners": [provisioner],
    }
    return {"configuration": {"root_module": {"resources": [block]}}}


def told(*changes: dict[str, Any], **more: Any) -> list[str]:
    found = findings(plan(*changes, **more))
    assert all((finding.rule, finding.blocks) == ("KMS008", False) for finding in found)
    return [finding.message for finding in found]


@pytest.mark.parametrize(
    ("command", "call"),
    [
        ("aws iam put-role-policy --role-name x", "aws iam put-role-policy"),
        ("aws --profile x iam attach-user-policy", "iam attach-user-policy"),
        ("aws kms create-grant --key-id x", "aws kms create-grant"),
        ("AWS IAM CREATE-POLICY-VERSION", "AWS IAM CREATE-POLICY-VERSION"),
        ("aws \\\n  iam \\\n  update-assume-role-policy", "aws iam update-assume-role-policy"),
        ("aws ${x} put-key-policy", "put-key-policy"),
        ("echo a; aws sso-admin create-account-assignment", "aws sso-admin create-account-assignment"),
        ("import boto3\nboto3.client('iam').create_policy(x)", "create_policy"),
        ("c = session.resource(\"kms\")\nc.create_grant(x)", "create_grant"),
        ("iam.put_role_policy(RoleName='x')", "iam.put_role_policy"),
        ("Write-IAMRolePolicy -RoleName x", "Write-IAMRolePolicy"),
        ("terraform -chdir=iam apply -auto-approve", "terraform -chdir=iam apply"),
        ("pulumi --cwd x up --yes", "pulumi --cwd x up"),
        ("npx cdk deploy", "cdk deploy"),
        ("aws cloudformation deploy --template-file x", "aws cloudformation deploy"),
        ("arn:aws:scheduler:::aws-sdk:iam:putRolePolicy", "iam putRolePolicy"),
        ('{"Service": "iam", "Api": "CreatePolicyVersion"}', "iam Api CreatePolicyVersion"),
        ("Api: CreateGrant\nService: kms", "CreateGrant"),
    ],
)  # fmt: skip
def test_calls(command: str, call: str) -> None:
    """What is called, as it is written."""
    assert call in list(calls(command))


@pytest.mark.parametrize(
    "command",
    [
        "aws s3 cp a b", "aws kms decrypt --ciphertext-blob x", "aws kms encrypt", "aws iam get-role --role-name x",
        "aws iam list-policies", "echo iam; aws cognito-idp create-user", "aws iot create-policy", "terraform fmt",
        "terraform plan", "kubectl apply -f x", "aws cloudformation describe-stacks", "echo 'miami create-role'",
        "aws kms generate-data-key", "boto3.client('s3').create_user()", "aws organizations create-policy",
        "arn:aws:states:::aws-sdk:cognitoidentityprovider:createUser", '{"Service": "ec2", "Api": "CreateUser"}',
    ],
)  # fmt: skip
def test_what_grants_nothing_says_nothing(command: str) -> None:
    assert list(calls(command)) == []


@pytest.mark.slow
def test_long_texts_take_no_time() -> None:
    """Each pattern looks only so far, and only at so much."""
    for piece in ("aws iam ", "iam ", "aws cloudformation ", '"Service": "iam" ', "client('iam')", "terraform "):
        assert list(calls(piece * 10_000)) == []
    assert list(controlled("iam." * 25_000)) == []


def test_provisioners_count_when_they_run() -> None:
    """On create, and without the source, which may say `when = destroy`, on delete; never on what stays."""
    message = "a provisioner of null_resource.x runs `aws iam put-role-policy`, and no plan shows what that gives"
    assert told(NEW, **configured(command=GRANT)) == [message]
    assert told(
        change("null_resource.x", {}, {"a": 1}, change={"actions": ["delete", "create"]}), **configured(command=GRANT)
    ) == [message]
    assert told(GONE, **configured(command=GRANT)) == [message]
    assert told(OLD, **configured(command=GRANT)) == []
    assert told(change("null_resource.x", {"a": 1}, {"a": 2}), **configured(command=GRANT)) == []
    assert told(NEW, **configured(inline={"constant_value": ["true", "aws iam attach-role-policy"]})) != []
    assert told(NEW, **configured(command={"constant_value": "echo hello"})) == []


def test_a_command_that_the_plan_does_not_tell() -> None:
    """An expression shows as references only."""
    (message,) = told(NEW, **configured(command={"references": ["var.command"]}))
    assert message == "a provisioner of null_resource.x runs a command that gate can't see: it may call IAM or KMS"


def provisioned(folder: Path, body: str, changed: dict[str, Any]) -> list[str]:
    """The findings with this source, whose command the plan does not tell."""
    (folder / "main.tf").write_text(f'variable "role" {{}}\nresource "null_resource" "x" {{\n{body}\n}}\n')
    expressions = {"command": {"references": ["var.role"]}}
    raw = plan(changed, **configured(**expressions), variables={"role": {"value": "app"}})
    document = json.loads(raw)
    document["configuration"]["root_module"]["variables"] = {"role": {}}
    found = check(read(json.dumps(document).encode(), "plan.json"), Options(source=(str(folder),))).findings
    return [finding.message for finding in found]


def test_the_source_tells_the_command(tmp_path: Path) -> None:
    """And when it runs."""
    grants = 'provisioner "local-exec" {\n%s  command = "aws iam put-role-policy --role-name ${var.role}"\n}'
    copies = 'provisioner "local-exec" {\n  command = "aws s3 cp ${var.role} x"\n}'
    at_the_end = grants % "  when = destroy\n"
    assert provisioned(tmp_path, copies, NEW) == []
    assert len(provisioned(tmp_path, grants % "", NEW)) == 1
    assert provisioned(tmp_path, grants % "", GONE) == []
    assert provisioned(tmp_path, at_the_end, NEW) == []
    assert len(provisioned(tmp_path, at_the_end, GONE)) == 1


def test_the_source_in_json_tells_the_command(tmp_path: Path) -> None:
    """Where a provisioner's type is the name of an object, and the plan has the template in the place of a constant."""
    body = {"command": "${var.role}"}
    resource = {"null_resource": {"x": {"provisioner": [{"local-exec": body}]}}}
    variable = {"role": {"default": "aws iam put-role-policy --role-name app"}}
    (tmp_path / "main.tf.json").write_text(json.dumps({"variable": variable, "resource": resource}))
    document = json.loads(
        plan(NEW, **configured(command={"constant_value": body["command"], "references": ["var.role"]}))
    )
    document["variables"] = {"role": {"value": variable["role"]["default"]}}
    plans = read(json.dumps(document).encode(), "plan.json")
    found = [check(plans, Options(source=source)).findings for source in ((), (str(tmp_path),))]
    assert [len(one) for one in found] == [1, 1]
    assert found[0][0].message.endswith("runs a command that gate can't see: it may call IAM or KMS")
    assert "runs `aws iam put-role-policy`" in found[1][0].message


SDK = "arn:aws:scheduler:::aws-sdk"
STEP = {"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:iam:attachRolePolicy"}}}
AUTOMATION = {"mainSteps": [{"action": "aws:executeAwsApi", "inputs": {"Service": "iam", "Api": "PutRolePolicy"}}]}
POLICY = {"apiVersion": "iam.services.k8s.aws/v1alpha1", "kind": "Policy", "spec": {}}
PUT = "aws iam put-role-policy --role-name app"
GATEWAY = "arn:aws:apigateway:us-east-1:iam"


def encoded(text: str) -> str:
    """A text in base64."""
    return b64encode(text.encode()).decode()


CALLS = [
    ("aws_scheduler_schedule", {"target": [{"arn": f"{SDK}:iam:putRolePolicy"}]}, {"target": [{"arn": f"{SDK}:s3:x"}]}),
    ("awscc_scheduler_schedule", {"target": {"arn": f"{SDK}:kms:createGrant"}}, {"target": {"arn": f"{SDK}:kms:x"}}),
    ("aws_sfn_state_machine", {"definition": json.dumps(STEP)}, {"definition": "{}"}),
    ("aws_ssm_document", {"content": json.dumps(AUTOMATION)}, {"content": "{}"}),
    ("aws_ssm_document", {"content": "Service: iam\nApi: PutRolePolicy"}, {"content": "Service: ec2"}),
    ("kubernetes_manifest", {"manifest": POLICY}, {"manifest": {**POLICY, "apiVersion": "apps/v1"}}),
    ("kubernetes_manifest", {"manifest": {**POLICY, "apiVersion": "kms.aws.upbound.io/v1beta1"}}, {"manifest": {}}),
    ("kubectl_manifest", {"yaml_body": "apiVersion: iam.aws.crossplane.io/v1beta1"}, {"yaml_body": "apiVersion: v1"}),
    ("helm_release", {"values": ["x: 1", "apiVersion: iam.services.k8s.aws/v1alpha1"]}, {"values": ["x: 1"]}),
    ("aws_ssm_association", {"parameters": {"commands": PUT}}, {"parameters": {"commands": "ls"}}),
    ("aws_launch_template", {"user_data": encoded(f"#!/bin/sh\n{PUT}")}, {"user_data": encoded("#!/bin/sh\ntrue")}),
    ("aws_codebuild_project", {"source": [{"buildspec": f"- {PUT}"}]}, {"source": [{"buildspec": "- make"}]}),
    ("kubernetes_job", {"spec": [{"container": [{"command": ["aws", "iam", "create-role"]}]}]}, {"spec": []}),
    ("aws_lambda_invocation", {"input": '{"call": "put_role_policy"}'}, {"input": "{}"}),
    ("aws_api_gateway_integration", {"uri": f"{GATEWAY}:action/PutRolePolicy"}, {"uri": f"{GATEWAY}:action/GetRole"}),
    ("aws_datapipeline_pipeline_definition", {"pipeline_object": [{"field": [{"string_value": PUT}]}]}, {}),
    ("aws_sagemaker_pipeline", {"pipeline_definition": json.dumps({"Run": ["sh", "-c", PUT]})}, {}),
    ("aws_fis_experiment_template", {"action": [{"parameter": [{"key": "commands", "value": PUT}]}]}, {"action": []}),
    ("kustomization_resource", {"manifest": json.dumps(POLICY)}, {"manifest": "{}"}),
    ("awscc_glue_job", {"default_arguments": f'{{"--x": "{PUT}"}}'}, {"default_arguments": "{}"}),
    ("awscc_batch_job_definition", {"node_properties": {"command": ["aws", "iam", "create-role"]}}, {"type": "x"}),
    ("awscc_apigatewayv2_api", {"body": f"uri: {GATEWAY}:path//"}, {"body": "{}"}),
    ("awscc_fis_experiment_template", {"actions": {"a": {"parameters": {"commands": PUT}}}}, {"actions": {}}),
    ("aws_api_gateway_rest_api", {"body": f"uri: {GATEWAY}:path//"}, {"body": "uri: arn:aws:apigateway:x:s3:path//"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "grants", "harmless"), CALLS)
def test_workflows_and_controllers(kind: str, grants: Any, harmless: Any) -> None:
    """New or changed; what stays, or calls nothing of the kind, says nothing."""
    assert len(told(change(f"{kind}.x", None, grants))) == 1
    assert len(told(change(f"{kind}.x", harmless, grants))) == 1
    assert told(change(f"{kind}.x", None, harmless)) == []
    assert told(change(f"{kind}.x", grants, {**grants, "tags": {}})) == []
    assert told(change(f"{kind}.x", grants, None)) == []


def stacked(kind: str, told: Any) -> dict[str, Any]:
    """A stack with one resource of a type, which is told something."""
    body = {"Resources": {"X": {"Type": kind, "Properties": {"Told": told}}}}
    return {"name": "s", "template_body": json.dumps(body)}


@pytest.mark.parametrize(
    ("kind", "grants"),
    [
        ("Custom::AWS", json.dumps({"service": "IAM", "action": "attachRolePolicy"})),
        ("AWS::CloudFormation::CustomResource", {"Call": "iam:PutRolePolicy"}),
        ("AWS::Lambda::Function", {"ZipFile": "boto3.client('iam').create_policy(x)"}),
        ("AWS::StepFunctions::StateMachine", {"Fn::Sub": json.dumps(STEP)}),
        ("AWS::EC2::Instance", {"Fn::Base64": PUT}),
        ("AWS::SageMaker::StudioLifecycleConfig", {"Fn::Base64": PUT}),
        ("AWS::CodePipeline::Pipeline", [{"Configuration": {"Commands": PUT}}]),
    ],
)
def test_what_a_template_tells_to_run(kind: str, grants: Any) -> None:
    """As with resources of Terraform; what watches for a call, and what is there already, says nothing."""
    stack = "aws_cloudformation_stack.s"
    assert len(told(change(stack, None, stacked(kind, grants)))) == 1
    assert len(told(change(stack, stacked(kind, "x"), stacked(kind, grants)))) == 1
    assert told(change(stack, stacked(kind, grants), {**stacked(kind, grants), "tags": {}})) == []
    assert told(change(stack, None, stacked("AWS::Events::Rule", {"eventName": ["PutRolePolicy"]}))) == []
    (message,) = told(change(stack, None, stacked(kind, grants), change={"after_sensitive": {"template_body": True}}))
    assert "olicy" not in message


@pytest.mark.parametrize(
    ("kind", "runs", "waits"),
    [
        ("AWS::Events::Rule", {"Targets": [{"Id": "a", "Arn": {"Ref": "Run"}, "Input": PUT}]}, "EventPattern"),
        ("AWS::Pipes::Pipe", {"TargetParameters": {"InputTemplate": PUT}}, "SourceParameters"),
        ("AWS::Pipes::Pipe", {"EnrichmentParameters": {"InputTemplate": PUT}}, "SourceParameters"),
    ],
)
def test_what_a_rule_of_a_template_runs_and_what_it_waits_for(kind: str, runs: Any, waits: str) -> None:
    """Only what it hands on is a call, in a template and by Cloud Control."""
    waiting = {waits: {"detail": {"eventName": ["PutRolePolicy"]}}}
    for properties, count in (({**runs, **waiting}, 1), (waiting, 0)):
        body = {"Resources": {"X": {"Type": kind, "Properties": properties}}}
        stack = {"name": "s", "template_body": json.dumps(body)}
        assert len(told(change("aws_cloudformation_stack.s", None, stack))) == count
        desired = {"type_name": kind, "desired_state": json.dumps(properties)}
        assert len(told(change("aws_cloudcontrolapi_resource.x", None, desired))) == count
    nothing = {"name": "s", "template_body": json.dumps({"Resources": {"X": {"Type": kind}}})}
    assert told(change("aws_cloudformation_stack.s", None, nothing)) == []


def test_what_cloud_control_tells_to_run() -> None:
    """One resource alone, whose properties are a text."""
    for kind, text, count in (
        ("AWS::Lambda::Function", json.dumps({"Code": {"ZipFile": PUT}}), 1),
        ("AWS::Lambda::Function", f"{PUT}: {{", 1),
        ("AWS::Events::Rule", json.dumps({"EventPattern": "PutRolePolicy"}), 0),
    ):
        values = {"type_name": kind, "desired_state": text}
        assert len(told(change("aws_cloudcontrolapi_resource.x", None, values))) == count


def deferred(kind: str, values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A data source that is read at the apply."""
    entry = change(f"{kind}.x", None, values, change={"actions": ["read"], **more})
    return {**entry, "mode": "data", "address": f"data.{kind}.x"}


def test_a_deferred_program() -> None:
    assert len(told(deferred("external", {"program": ["bash", "-c", "aws iam put-role-policy"]}))) == 1
    harmless = deferred("external", {"program": ["bash", "-c", "ls"]})
    assert told(harmless, deferred("aws_caller_identity", {"id": "aws iam put-role-policy"})) == []
    script = {"command": "bash", "arguments": [], "stdin": "aws iam put-role-policy"}
    assert len(told(deferred("local_command", script))) == 1
    assert len(told(deferred("local_command", {"command": "aws", "arguments": ["kms", "create-grant"]}))) == 1
    assert told(deferred("local_command", {"command": "aws", "arguments": ["kms", "list-grants"], "stdin": None})) == []
    for command, count in (("aws iam put-role-policy", 1), ("aws iam get-role", 0)):
        assert len(told(deferred("shell_script", {"lifecycle_commands": [{"read": command}]}))) == count


def test_a_deferred_invocation() -> None:
    """A data source that calls a function does so when it is read; of one that was read already nothing is new."""
    asks = {"function_name": "f", "input": '{"run": "aws iam put-role-policy"}'}
    assert len(told(deferred("aws_lambda_invocation", asks))) == 1
    assert told(deferred("aws_lambda_invocation", asks | {"input": '{"run": "aws iam get-role"}'})) == []
    assert told(deferred("aws_lambda_invocation", {"function_name": "f"}, after_unknown={"input": True})) == []


@pytest.mark.parametrize(
    ("known", "unknown", "hidden"),
    [
        ({}, {"program": True}, True),
        ({"program": ["bash", "-c"]}, {"program": [False, False, True]}, True),
        ({"program": ["pwsh", "-Command"]}, {"program": [False, False, True]}, True),
        ({"program": ["bash", "script.sh"]}, {"program": [False, False, True]}, False),
        ({"program": ["bash", "script.sh"]}, {"program": [False, False], "query": True}, False),
    ],
)
def test_a_deferred_program_that_the_plan_does_not_tell(known: Any, unknown: Any, hidden: bool) -> None:
    """One unknown part hides a whole text; an unknown argument of a script is no command."""
    messages = told(deferred("external", known, after_unknown=unknown))
    assert [message.split(":")[0] for message in messages] == (
        ["data.external.x reads the output of a program that gate can't see"] if hidden else []
    )


def invoked(config: Any, kind: str = "local_command", **more: Any) -> dict[str, Any]:
    """An action that the apply invokes, as Terraform 1.14 lists it."""
    trigger = {"triggering_resource_address": "null_resource.x", "action_trigger_event": "AfterCreate"}
    return {"address": f"action.{kind}.x", "type": kind, "name": "x", "config_values": config, **more} | {
        "lifecycle_action_trigger": trigger
    }


GRANTING = {"command": "aws", "arguments": ["iam", "create-policy-version"], "stdin": None}


def test_actions() -> None:
    """What an action is configured with is what it does: it leaves no resource behind."""
    (message,) = told(NEW, action_invocations=[invoked(GRANTING)])
    assert message.startswith("action.local_command.x calls `aws iam create-policy-version`, and no plan shows")
    assert len(told(NEW, deferred_action_invocations=[{"reason": "x", "action_invocation": invoked(GRANTING)}])) == 1
    payload = {"payload": json.dumps({"Service": "iam", "Api": "PutRolePolicy"})}
    assert len(told(NEW, action_invocations=[invoked(payload, "aws_lambda_invoke")])) == 1
    assert told(NEW, action_invocations=[invoked({"command": "bash", "arguments": ["notify.sh"]})]) == []
    (message,) = told(NEW, action_invocations=[invoked(GRANTING, config_sensitive={"arguments": [False, True]})])
    assert "create-policy-version" not in message


def test_an_action_that_the_plan_does_not_tell() -> None:
    script = invoked({"command": "bash", "arguments": ["-c"]}, config_unknown={"arguments": [False, True]})
    (message,) = told(NEW, action_invocations=[script])
    assert message.startswith("action.local_command.x runs at the apply what gate can't see")
    elsewhere = invoked({"payload": None}, "aws_lambda_invoke", config_unknown={"payload": True})
    assert told(NEW, action_invocations=[elsewhere]) == []


def test_sensitive_texts_are_not_shown() -> None:
    marks = {"after_sensitive": {"definition": True}}
    (message,) = told(change("aws_sfn_state_machine.x", None, {"definition": json.dumps(STEP)}, change=marks))
    assert "attachRolePolicy" not in message
    words = {"command": ["aws", "iam", "create-role"], "entrypoint": None}
    marks = {"after_sensitive": {"command": [False, True, True]}}
    (message,) = told(change("docker_container.x", None, words, change=marks))
    assert "create-role" not in message


FULL = policy(statement("kms:*"))


def test_stray_policies() -> None:
    """A policy without a principal that allows everything, wherever it stands."""
    (message,) = told(change("vendor_thing.x", None, {"a": [{"b": FULL}]}))
    assert message.startswith("vendor_thing.x newly has a policy document that allows full KMS access")
    assert len(told(change("vendor_thing.x", {"a": policy(statement("s3:*"))}, {"a": FULL}))) == 1
    escaped = FULL.replace("Statement", "\\u0053tatement")
    assert len(told(change("vendor_thing.x", None, {"a": escaped}))) == 1
    assert told(change("vendor_thing.x", {"a": FULL}, {"a": FULL, "b": 1})) == []


ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def test_a_policy_of_aws_itself_that_somebody_else_hands_out() -> None:
    """Where an attribute of policies names one that allows everything; elsewhere an ARN is a text like others."""
    kind = "vault_aws_secret_backend_role"
    (message,) = told(change(f"{kind}.x", None, {"policy_arns": [ADMINISTRATOR]}))
    assert message.startswith(f"{kind}.x newly names a policy of AWS's own that allows full KMS access")
    for values in (
        {"policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/NoneOfAws"]},
        {"description": ADMINISTRATOR},
    ):
        assert told(change(f"{kind}.x", None, values)) == []
    assert told(change(f"{kind}.x", {"policy_arns": [ADMINISTRATOR]}, {"policy_arns": [ADMINISTRATOR], "x": 1})) == []
    assert (
        told(change("aws_chatbot_slack_channel_configuration.x", None, {"guardrail_policy_arns": [ADMINISTRATOR]}))
        == []
    )


def test_what_makes_stacks_elsewhere() -> None:
    """A product of a catalogue, a pipeline that deploys what may have IAM resources, and who administers accounts."""
    product = {"provisioned_product_id": True}
    entry = change(
        "awscc_servicecatalog_cloudformation_provisioned_product.x", None, {}, change={"after_unknown": product}
    )
    assert len(told(entry)) == 1
    for service, count in (("sso.amazonaws.com", 1), ("guardduty.amazonaws.com", 0)):
        values = {"service_principal": service, "account_id": "444455556666"}
        assert len(told(change("aws_organizations_delegated_administrator.x", None, values))) == count
    for capabilities, count in (("CAPABILITY_NAMED_IAM,CAPABILITY_AUTO_EXPAND", 1), ("", 0)):
        stage = [{"action": [{"configuration": {"Capabilities": capabilities}}, {"configuration": {"Bucket": "x"}}]}]
        assert len(told(change("aws_codepipeline.x", None, {"stage": stage}))) == count


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("vendor_thing", policy(statement("s3:*"))),
        ("vendor_thing", policy(statement("kms:*", effect="Deny"))),
        ("aws_sqs_queue", policy(statement("*", Principal="*"))),
        ("aws_organizations_policy", policy(statement("*"))),
        ("aws_vpc_endpoint", FULL),
        ("aws_rolesanywhere_profile", FULL),
        ("terraform_data", FULL),
        ("vendor_thing", '{"Statement": '),
        ("vendor_thing", '{"Statement": [1]}'),
    ],
)
def test_what_only_constrains_or_keeps_says_nothing(kind: str, text: str) -> None:
    assert told(change(f"{kind}.x", None, {"policy": text, "content": text, "input": text})) == []


def test_a_stray_policy_that_only_moves_or_is_written_otherwise_is_not_new() -> None:
    """An element of a list that loses another one, and the same JSON in another spelling."""
    other = policy(statement("s3:*"))
    assert told(change("vendor_thing.x", {"a": [other, FULL]}, {"a": [FULL]})) == []
    assert told(change("vendor_thing.x", {"a": [{"n": 1, "p": FULL}]}, {"a": [{"n": 2}, {"n": 1, "p": FULL}]})) == []
    assert told(change("vendor_thing.x", {"a": FULL}, {"a": json.dumps(json.loads(FULL), indent=2)})) == []
    assert len(told(change("vendor_thing.x", {"a": [FULL]}, {"a": [FULL, FULL]}))) == 1
    twice = FULL.replace('"Statement"', '"Statement": [], "Statement"')
    assert len(told(change("vendor_thing.x", {"a": twice.replace("kms:*", "s3:*")}, {"a": FULL}))) == 1


@pytest.mark.parametrize(
    "command",
    [
        'aws iam put-role-"policy" --x',
        "aws iam 'put-role-policy' --x",
        "aws iam put-role-pol\\\nicy --x",
        "aws iam put-role`-policy --x",
        "aws i^am put-role-policy",
        " " * 250_000 + "aws iam put-role-policy",
        "#" + "x" * 199_990 + "\naws iam put-role-policy",
    ],
)
def test_a_call_that_a_shell_puts_together(command: str) -> None:
    """Quotes, escapes and a long beginning hide no call."""
    [message] = told(NEW, **configured(command={"constant_value": command}))
    assert "put-role" in message


def test_an_interpreter_and_an_environment_are_commands_too() -> None:
    """They stand beside the command, and do not tell what it is."""
    interpreter = {"constant_value": ["aws", "iam", "create-policy"]}
    assert len(told(NEW, **configured(command={"constant_value": "--x"}, interpreter=interpreter))) == 1
    environment = {"constant_value": {"X": "aws iam put-role-policy"}}
    assert len(told(NEW, **configured(command={"constant_value": "eval $X"}, environment=environment))) == 1
    shell = {"constant_value": ["bash", "-c"]}
    [hidden] = told(NEW, **configured(command={"references": ["var.x"]}, interpreter=shell))
    assert hidden == told(NEW, **configured(command={"references": ["var.x"]}))[0]


def test_an_action_of_which_no_word_is_known() -> None:
    """A command alone says nothing of what it is told to do."""
    unknown = {"config_values": {"command": "aws", "arguments": [None, None]}}
    action = {"address": "action.local_command.x", "type": "local_command", **unknown}
    assert len(told(action_invocations=[{**action, "config_unknown": {"arguments": [True, True]}}])) == 1
    assert told(action_invocations=[{**action, "config_unknown": {"arguments": [False, True]}}]) == []


def test_a_plan_that_changes_iam_alone_may_call_too() -> None:
    """By a provisioner of a group, or by what is deferred: what is looked for anywhere else is looked for there."""
    group = change("aws_iam_group.x", None, {"name": "x"})
    block = {"address": "aws_iam_group.x", "mode": "managed", "type": "aws_iam_group", "name": "x"}
    running = {**block, "provisioners": [{"type": "local-exec", "expressions": {"command": GRANT}}]}
    assert len(told(group, configuration={"root_module": {"resources": [running]}})) == 1
    assert told(group, configuration={"root_module": {"resources": [block]}}) == []
    task = change("aws_ecs_task_definition.x", None, {"container_definitions": GRANT["constant_value"]})
    assert len(told(group, deferred_changes=[{"reason": "x", "resource_change": task}])) == 1
    both = [{"reason": "x", "resource_change": one} for one in (group, task)]
    beside = [one.address for one in findings(plan(deferred_changes=both)) if one.rule == "KMS008"]
    assert task["address"] in beside
    assert len(told(group, task)) == 1


def test_no_type_of_the_table_is_told_to_run_anything() -> None:
    """So a plan that changes no other type needs no look at what runs."""
    assert RESOURCE_TYPES.keys().isdisjoint({*_with_awscc(), *TEMPLATES, CLOUD_CONTROL})


@pytest.mark.parametrize("name", [*_TELLING, *_SHARED])
def test_every_call_is_found_as_it_may_be_spelled(name: str) -> None:
    """A text is looked into where one of a few words stands in it: each call has one."""
    spelled = (name, name.lower(), _kebab(name), _kebab(name).replace("-", "_"))
    service = "" if name in _TELLING else "iam "
    assert all([*calls(f"x {service}{one} y")] == [f"{service}{one}"] for one in spelled)
    assert [*calls(f"x {service}{name[:3]}'{name[3:]}' y")]


def test_what_awscc_runs_beside_other_providers() -> None:
    """Whatever else the plan has."""
    values = {"definition_string": None, "node_properties": {"command": ["aws", "iam", "create-role"]}}
    assert len(told(change("awscc_batch_job_definition.x", None, values), OLD)) == 1
