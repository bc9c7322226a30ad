"""Where a resource is told of whose template nobody sees."""

import json
from typing import Any

import pytest

from gate.holdings.out_of_sight import OutOfSight, out_of_sight
from gate.holdings.source_answers import SourceAnswers
from gate.holdings.templates import in_templates
from gate.plan.model import read
from gate.plan.references import References
from tests.helpers.plans import change, findings, plan

CAPABLE = {"name": "s", "capabilities": ["CAPABILITY_IAM"]}
STAGES = {"stage": [{"action": [{"configuration": {"Capabilities": "CAPABILITY_IAM"}}]}]}

CREATES = '{"ActionMode":"CREATE_UPDATE","Capabilities":"CAPABILITY_IAM"}'
IN_TEXT = {"stages": [{"actions": [{"configuration": CREATES}]}]}


def found(address: str, after: Any, *others: Any) -> list[OutOfSight]:
    document = read(plan(*others, change(address, None, after)), "plan.json")[0]
    templates = in_templates(document, References(document), SourceAnswers(document), "refreshed")
    return [*out_of_sight(document, templates)]


@pytest.mark.parametrize(
    ("address", "after", "attribute", "makes_iam"),
    [
        ("aws_cloudformation_stack.s", {**CAPABLE, "template_url": "https://x"}, "capabilities", True),
        ("aws_cloudformation_stack.s", {**CAPABLE, "template_body": "{"}, "template_body", True),
        ("aws_cloudformation_stack.s", {"name": "s", "template_url": "https://x"}, "template_body", False),
        (
            "aws_cloudformation_stack.s",
            {"name": "s", "capabilities": [7], "template_body": "{"},
            "template_body",
            False,
        ),
        ("aws_codepipeline.p", STAGES, "stage", True),
        ("awscc_codepipeline_pipeline.p", IN_TEXT, "stages", True),
        ("aws_cloudcontrolapi_resource.r", {"type_name": "AWS::IAM::Role", "desired_state": "7"}, "type_name", True),
    ],
)
def test_where_it_is_told(address: str, after: Any, attribute: str, makes_iam: bool) -> None:
    """At what lets it make IAM resources; at its template where that can't be read, or nothing lets it."""
    (one,) = found(address, after)
    assert (one.place.attribute, one.makes_iam) == (attribute, makes_iam)


@pytest.mark.parametrize("configuration", ['{"ActionMode":"CREATE_UPDATE"}', "{}", ""])
def test_a_pipeline_that_may_create_nothing(configuration: str) -> None:
    """Is not told, whatever else its actions say."""
    stages = {"stages": [{"actions": [{"configuration": configuration}]}]}
    assert found("awscc_codepipeline_pipeline.p", stages) == []


def test_every_resource_is_looked_at() -> None:
    """Whatever stands before it; what a replacement left over of it tells nothing more."""
    address, hidden = "aws_cloudformation_stack.s", {"name": "s", "template_url": "https://x"}
    read_whole = change("aws_cloudformation_stack.a", None, {**CAPABLE, "template_body": '{"Resources": {}}'})
    left_over = change(address, hidden, None, deposed="1")
    assert [one.place.address for one in found(address, hidden, read_whole, left_over)] == [address]


def test_a_new_account_has_nothing_that_anybody_had() -> None:
    """Nor has the role that it comes with, by Terraform or in a template."""
    made = {"name": "a", "email": "a@example.com", "role_name": "AdministratorAccess"}
    account = {"Type": "AWS::Organizations::Account", "Properties": {"RoleName": "AdministratorAccess"}}
    stack = {"name": "s", "template_body": json.dumps({"Resources": {"A": account}})}
    accounts = (change("aws_organizations_account.a", None, made), change("aws_cloudformation_stack.s", None, stack))
    assert findings(plan(*accounts)) == ()


def pipeline(capabilities: Any, **more: Any) -> dict[str, Any]:
    """A pipeline of a template, with what its stacks may create."""
    configuration = {"ActionMode": "CREATE_UPDATE", "TemplatePath": "build::t.yml", "Capabilities": capabilities}
    if capabilities is None:
        del configuration["Capabilities"]
    deploy = {"ActionTypeId": {"Provider": "CloudFormation"}, "Configuration": configuration}
    stages = [{"Name": "Source", "Actions": []}, {"Name": "Deploy", "Actions": [deploy]}]
    return {"Type": "AWS::CodePipeline::Pipeline", "Properties": {"Stages": stages, **more}}


def declaring(*parts: dict[str, Any]) -> dict[str, Any]:
    """A stack of these resources."""
    body = {"Resources": {f"Part{position}": part for position, part in enumerate(parts)}}
    return {"name": "s", "template_body": json.dumps(body)}


@pytest.mark.parametrize(
    ("capabilities", "is_told"),
    [
        ("CAPABILITY_IAM", True),
        ("CAPABILITY_NAMED_IAM,CAPABILITY_AUTO_EXPAND", True),
        ({"Ref": "Capabilities"}, True),
        ("", False),
        (None, False),
    ],
)
def test_a_pipeline_of_a_template_that_deploys_stacks(capabilities: Any, is_told: bool) -> None:
    """It is told where they may create IAM resources and it is not what it was; so is one of Cloud Control."""
    made, topic = pipeline(capabilities), {"Type": "AWS::SNS::Topic"}
    assert bool(found("aws_cloudformation_stack.s", declaring(topic, made))) is is_told
    same = change("aws_cloudformation_stack.s", declaring(made), declaring(made, topic))
    assert findings(plan(same)) == ()
    other = change("aws_cloudformation_stack.s", declaring(pipeline(None)), declaring(pipeline(capabilities, Name="x")))
    says = "can create IAM resources that no plan shows: Part0 deploys stacks with an IAM capability"
    expected = [("KMS008", f"aws_cloudformation_stack.s {says}")] if is_told else []
    assert [(one.rule, one.message) for one in findings(plan(other))] == expected
    alone = {"type_name": made["Type"], "desired_state": json.dumps(made["Properties"])}
    assert bool(found("aws_cloudcontrolapi_resource.r", alone)) is is_told
    assert found("aws_cloudcontrolapi_resource.r", {"type_name": "AWS::S3::Bucket", "desired_state": "7"}) == []


def test_a_pipeline_that_cannot_be_read_may_deploy_anything() -> None:
    alone = {"type_name": "AWS::CodePipeline::Pipeline", "desired_state": "7"}
    assert found("aws_cloudcontrolapi_resource.r", alone)
