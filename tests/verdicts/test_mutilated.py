"""Plans that Terraform would not write and the fuzzer did: judged or refused, and no internal error."""

import json

from gate.check import Options, check
from gate.plan.model import read
from gate.report import Finding
from tests.helpers.paths import ROOT


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
