"""What a provider asks of another server than AWS: nothing is believed of its answers, and nothing else is doubted."""

import json
from pathlib import Path
from typing import Any

import pytest

from gate.check import Options, check
from gate.plan.model import read
from tests.helpers.paths import PLANS

PLAN = (PLANS / "another-server-in-a-heredoc" / "plan.json").read_text()
SOURCE = (PLANS / "another-server-in-a-heredoc" / "after.tf").read_text()
ENDPOINTS = SOURCE[SOURCE.index("\n  endpoints {") : SOURCE.index("\n}\n")]
ELSEWHERE = "https://sns.example.com"
DYNAMIC = '  dynamic "endpoints" {\n    for_each = %s\n    content {\n      sns = endpoints.value\n    }\n  }\n'


def constant(value: Any) -> dict[str, Any]:
    return {"constant_value": value}


def endpoint(**services: str) -> tuple[str, dict[str, Any]]:
    """Endpoints in HCL, and as `configuration` shows them."""
    lines = "".join(f'    {name} = "{url}"\n' for name, url in services.items())
    shown = {"endpoints": [{name: constant(url) for name, url in services.items()}]}
    return f"  endpoints {{\n{lines}  }}\n", shown


def rules(tmp_path: Path, written: str, shown: dict[str, Any], variables: Any = None) -> set[str]:
    """Which rules block the plan with this in its provider block, and with its source."""
    plan = json.loads(PLAN)
    block = plan["configuration"]["provider_config"]["aws"]
    block["expressions"] = {k: v for k, v in block["expressions"].items() if k != "endpoints"} | shown
    plan["variables"] = {name: {"value": value} for name, value in (variables or {}).items()}
    declared = "".join(f'variable "{name}" {{}}\n' for name in variables or {})
    text = SOURCE.replace(ENDPOINTS, written)
    if "region" in shown:
        text = text.replace('region                      = "eu-west-1"', "")
    (tmp_path / "main.tf").write_text(text + declared)
    checked = check(read(json.dumps(plan).encode(), "p"), Options(source=(str(tmp_path),)))
    return {finding.rule for finding in checked.findings if finding.blocks}


BY_VARIABLE = "  endpoints {\n    sns = var.sns\n  }\n"
VARIABLE = {"endpoints": [{"sns": {"references": ["var.sns"]}}]}
LOCAL = {"region": {"references": ["local.region"]}, "skip_region_validation": constant(value=True)}
REGION = '  skip_region_validation = true\n  region = local.region\n}\nlocals {\n  region = "%s"\n'
FILES = '  shared_config_files = ["%s"]\n'
LOCAL_FILES = '  shared_config_files = [local.file]\n}\nlocals {\n  file = "%s"\n'


@pytest.mark.parametrize(
    ("written", "shown", "variables", "blocks"),
    [
        (*endpoint(sns=ELSEWHERE), None, True),
        (*endpoint(sns="https://sns.eu-west-1.amazonaws.com"), None, False),
        (*endpoint(sns="https://bucket.s3.eu-west-1.amazonaws.com"), None, True),
        (*endpoint(sqs=ELSEWHERE, s3=ELSEWHERE), None, False),
        (*endpoint(iam="http://localhost:4566", sns=ELSEWHERE), None, False),
        (*endpoint(iam="https://iam.amazonaws.com", sns=ELSEWHERE), None, True),
        (*endpoint(iam="https://iam.amazonaws.com:443", sns=ELSEWHERE), None, True),
        (*endpoint(iam="https://example.com", sns="https://example.com"), None, True),
        (BY_VARIABLE, VARIABLE, {"sns": ELSEWHERE}, True),
        (BY_VARIABLE, VARIABLE, {"sns": None}, False),
        ("  endpoints {\n    sqs = null\n  }\n", VARIABLE, None, True),
        ("", VARIABLE, None, True),
        (BY_VARIABLE, VARIABLE, {"sns": "https://sns-fips.us-east-1.amazonaws.com"}, False),
        (DYNAMIC % "[]", {}, None, False),
        (DYNAMIC % f'["{ELSEWHERE}"]', {}, None, True),
        (DYNAMIC % "var.all", {}, {"all": []}, False),
        (DYNAMIC % "var.all", {}, {"all": ["https://sns.eu-west-1.amazonaws.com"]}, False),
        (DYNAMIC % "toset(split(\",\", aws_sns_topic.t.arn))", {}, None, True),
        (REGION % "eu-west-1", LOCAL, None, False),
        (REGION % "example.com/#", LOCAL, None, True),
        (FILES % "./config", {"shared_config_files": constant(["./config"])}, None, True),
        (FILES % "${path.module}/config", {"shared_config_files": {"references": ["path.module"]}}, None, True),
        (FILES % "~/.aws/config", {"shared_config_files": constant(["~/.aws/config"])}, None, False),
        (FILES % "${var.file}", {"shared_config_files": {"references": ["var.file"]}}, {"file": "config"}, False),
        (LOCAL_FILES % "./config", {"shared_config_files": {"references": ["local.file"]}}, None, True),
        (LOCAL_FILES % "~/.aws/config", {"shared_config_files": {"references": ["local.file"]}}, None, False),
    ],
)  # fmt: skip
def test_what_a_provider_block_says(
    tmp_path: Path, written: str, shown: dict[str, Any], variables: Any, blocks: bool
) -> None:
    """The ARN of a topic, in a policy that is a text, may end the text where the block has SNS asked elsewhere."""
    assert rules(tmp_path, written, shown, variables) == ({"KMS009"} if blocks else set())


@pytest.mark.parametrize("is_link", [True, False])
def test_a_provider_block_in_a_file_that_is_not_read(tmp_path: Path, is_link: bool) -> None:
    """Behind a link there may be a dynamic block; a block that whoever runs Terraform adds has none."""
    at = SOURCE.index("\nresource")
    plan = json.loads(PLAN)
    del plan["configuration"]["provider_config"]["aws"]["expressions"]["endpoints"]
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "main.tf").write_text(SOURCE[at:])
    (tmp_path / "provider.tf").write_text(SOURCE[:at])
    if is_link:
        (folder / "provider.tf").symlink_to(tmp_path / "provider.tf")
    found = check(read(json.dumps(plan).encode(), "p"), Options(source=(str(folder),))).findings
    assert {finding.rule for finding in found if finding.blocks} == ({"KMS009"} if is_link else set())


@pytest.mark.parametrize(("others", "blocks"), [("hashicorp", True), ("example", False)])
def test_a_provider_that_is_not_hashicorps(tmp_path: Path, others: str, blocks: bool) -> None:
    """Another one beside HashiCorp's is not believed; where there is no other, it is a mirror or a fork."""
    plan = json.loads(PLAN)
    configuration = plan["configuration"]
    expressions = configuration["provider_config"]["aws"].pop("expressions")
    expressions.pop("endpoints")
    for key, owner in (("aws", others), ("fake", "example")):
        name = f"registry.terraform.io/{owner}/{'aws' if key == 'aws' or others == 'example' else key}"
        configuration["provider_config"][key] = {"name": key, "full_name": name, "expressions": expressions}
    for block in configuration["root_module"]["resources"]:
        block["provider_config_key"] = "fake" if block["type"] == "aws_sns_topic" else "aws"
    (tmp_path / "main.tf").write_text(
        SOURCE.replace(ENDPOINTS, "").replace('sns_topic" "t" {', 'sns_topic" "t" {\n  provider = fake')
    )
    found = check(read(json.dumps(plan).encode(), "p"), Options(source=(str(tmp_path),))).findings
    assert {finding.rule for finding in found if finding.blocks} == ({"KMS009"} if blocks else set())


def test_what_is_said(tmp_path: Path) -> None:
    """Which value, and which provider; the endpoint is nobody's business."""
    (tmp_path / "main.tf").write_text(SOURCE)
    (found,) = check(read(PLAN.encode(), "p"), Options(source=(str(tmp_path),))).findings
    assert "aws_sns_topic.t.arn is whatever a server answers that may not be AWS's, which provider aws asks" in (
        found.message
    )
    assert ELSEWHERE not in repr(found)
