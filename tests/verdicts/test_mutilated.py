"""Plans that Terraform would not write and the fuzzer did: judged or refused, and no internal error."""

import json

from gate.check import Options, check
from gate.plan.model import read
from gate.report import Finding
from tests.helpers.paths import ROOT
from tests.helpers.plans import change, findings, plan


def judged(example: str, old: str, new: str) -> tuple[Finding, ...]:
    """What is found in a plan of the examples in which every value that is one text is another."""
    text = (ROOT / "examples/plans" / example / "plan.json").read_text()
    assert json.dumps(old) in text
    raw = text.replace(json.dumps(old), json.dumps(new)).encode()
    return check(read(raw, "plan.json"), Options(no_source=True)).findings


def test_an_address_without_a_name() -> None:
    """What gate suggests to write is named after the resource."""
    found = judged("key-of-the-same-plan", "aws_iam_role_policy.kms", "kms")
    assert [one.rule for one in found if one.blocks] == ["KMS009"]


def test_a_document_of_a_template_that_is_a_list_with_a_hole() -> None:
    """A list is no policy document, whatever is unknown in it."""
    template = {
        "Resources": {
            "R": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {"PolicyDocument": [{"Resource": {"Fn::Sub": "arn:${AWS::Partition}:kms:*"}}]},
            }
        }
    }
    stack = {"name": "s", "capabilities": ["CAPABILITY_NAMED_IAM"], "template_body": json.dumps(template)}
    assert [one.rule for one in findings(plan(change("aws_cloudformation_stack.s", None, stack)))] == ["KMS010"]
