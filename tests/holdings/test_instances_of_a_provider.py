"""One provider block that is several instances: with `for_each`, as OpenTofu has it, of which a plan says little."""

import json
from pathlib import Path
from typing import Any

import pytest

from gate.check import Options, check
from gate.plan.model import read
from tests.helpers.plans import change, plan, statement
from tests.holdings.test_accounts import (
    DOUBT,
    FULL,
    NOTHING,
    ONE,
    OTHER,
    SAME,
    SCENES,
    UNPROVEN,
    certainly_granted,
    configured,
    inline,
    rules,
    unchanged,
)

EACH = {"references": ["each.value.x", "each.value"]}
KEY = "aws.each"
SAYS = {
    "the role": ({"assume_role": [{"role_arn": EACH}]}, UNPROVEN),
    "an endpoint": ({"endpoints": [{"iam": EACH}]}, UNPROVEN),
    "the region of STS": ({"sts_region": EACH}, UNPROVEN),
    "a region that nobody checks": ({"region": EACH, "skip_region_validation": {"constant_value": True}}, UNPROVEN),
    "certificates": ({"custom_ca_bundle": EACH}, UNPROVEN),
    "the region": ({"region": EACH}, SAME),
    "tags": ({"default_tags": [{"tags": EACH}]}, SAME),
}


def block(expressions: Any, alias: str = "each") -> dict[str, Any]:
    return {KEY: {"name": "aws", "alias": alias, "expressions": expressions}}


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("says", SAYS)
def test_what_of_a_block_may_be_another_account_in_each_instance(scene: Any, says: str) -> None:
    """Whatever decides the account, or who answers in AWS's place."""
    resources = scene(KEY, KEY)
    expressions, relation = SAYS[says]
    found = rules(*(c for c, _ in resources), configuration=configured(resources, block(expressions)))
    assert found == SCENES[scene][relation]


def role(name: str, number: str, key: str = KEY) -> tuple[dict[str, Any], str]:
    return unchanged(f"aws_iam_role.{name}", {"name": name, "arn": f"arn:aws:iam::{number}:role/{name}"}), key


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize(
    ("numbers", "alias", "relation"),
    [((ONE, OTHER), "each", UNPROVEN), ((ONE, ONE), "each", SAME), ((ONE, OTHER), "", SAME)],
)
def test_a_block_whose_resources_tell_two_accounts(scene: Any, numbers: Any, alias: str, relation: str) -> None:
    """One instance is of one account, so that this block is several, although nothing that a plan shows of it tells: a
    `dynamic "assume_role"` does not show. Without an alias it has no `for_each`."""
    resources = [*scene(KEY, KEY), role("x", numbers[0]), role("y", numbers[1])]
    found = rules(*(c for c, _ in resources), configuration=configured(resources, block({}, alias)))
    assert found == SCENES[scene][relation]
    resources += [role("v", ONE, "aws"), role("w", OTHER, "aws")]  # of which nothing makes two
    both = {**block({}, alias), "aws": {"name": "aws", "expressions": {}}}
    assert rules(*(c for c, _ in resources), configuration=configured(resources, both)) == SCENES[scene][relation]


def test_a_block_whose_data_sources_tell_two_accounts() -> None:
    """Each was read by another instance."""
    resources = certainly_granted(KEY, KEY)
    read_by = [
        {"address": f"data.aws_caller_identity.{n}", "mode": "data", "type": "aws_caller_identity", "name": n}
        for n in "xy"
    ]
    values = [{**one, "values": {"account_id": number}} for one, number in zip(read_by, (ONE, OTHER), strict=True)]
    configuration = configured([*resources, *((one, KEY) for one in read_by)], block({}))
    prior = {"values": {"root_module": {"resources": values}}}
    assert rules(*(c for c, _ in resources), configuration=configuration, prior_state=prior) == DOUBT


ROLE = """dynamic "assume_role" {
    for_each = [each.value]
    content {
      role_arn = assume_role.value
    }
  }"""
SOURCE = """
provider "aws" {
  %s
  alias = "each"
  %s
}
resource "aws_iam_role_policy" "had" {}
resource "aws_iam_role_policy" "new" {}
"""


@pytest.mark.parametrize(
    ("repeats", "body", "expected"),
    [
        ("for_each = var.accounts", ROLE, DOUBT),
        ("for_each = var.accounts", ROLE.replace("assume_role", "endpoints"), DOUBT),
        ("for_each = var.accounts", ROLE.replace("assume_role", "default_tags"), NOTHING),
        ("for_each = var.accounts", "", NOTHING),
        ("", ROLE.replace("[each.value]", "[var.role]"), NOTHING),
    ],
)
def test_a_dynamic_block_that_the_source_shows(tmp_path: Path, repeats: str, body: str, expected: list[str]) -> None:
    """It may be another role in each instance."""
    (tmp_path / "main.tofu").write_text(SOURCE % (repeats, body))
    resources = certainly_granted(KEY, KEY)
    raw = plan(*(c for c, _ in resources), configuration=configured(resources, block({})))
    found = check(read(raw, "p"), Options(source=(str(tmp_path),))).findings
    assert [finding.rule for finding in found if finding.blocks] == expected


def test_what_is_left_of_a_principal_follows_the_providers_of_one_account() -> None:
    """Where the others are under two blocks that differ in the region alone."""
    had, (new, _) = change("aws_iam_role_policy.had", inline("had", FULL), None), certainly_granted("", "")[1]
    beside = [(unchanged(f"aws_iam_role_policy.{key}", inline(key, "{}")), f"aws.{key}") for key in ("a", "b")]
    blocks = {
        f"aws.{key}": {"name": "aws", "alias": key, "expressions": {"region": {"constant_value": region}}}
        for key, region in (("a", "eu-west-1"), ("b", "us-east-1"))
    }
    placed = [*beside, (new, "aws.b")]
    assert rules(had, *(c for c, _ in placed), configuration=configured(placed, blocks)) == NOTHING
    blocks["aws.b"]["expressions"] = {"profile": {"constant_value": "other"}}
    assert rules(had, *(c for c, _ in placed), configuration=configured(placed, blocks)) == DOUBT


def stack(instance: str, before: bool) -> tuple[dict[str, Any], str]:
    """A stack that lets a role do everything with the keys of its region."""
    grant = statement("kms:*", {"Fn::Sub": "arn:aws:kms:${AWS::Region}:111122223333:key/*"})
    document = {"PolicyName": instance, "RoleName": "app", "PolicyDocument": {"Statement": [grant]}}
    body = json.dumps({"Resources": {"P": {"Type": "AWS::IAM::RolePolicy", "Properties": document}}})
    values = {"name": "s", "template_body": body, "capabilities": ["CAPABILITY_NAMED_IAM"]}
    made = change(f'aws_cloudformation_stack.s["{instance}"]', values if before else None, values)
    return {**made, "name": "s", "index": instance}, KEY


@pytest.mark.parametrize(
    ("region", "expected"), [(EACH, DOUBT), ({"references": ["var.region"]}, NOTHING), (None, NOTHING)]
)
def test_a_stack_in_another_instance_may_be_in_another_region(region: Any, expected: list[str]) -> None:
    """Also where all instances are of one account."""
    stacks = [stack("eu-west-1", True), stack("us-east-1", False)]
    expressions = {} if region is None else {"region": region}
    configuration = configured(stacks[:1], block(expressions))
    assert rules(*(one for one, _ in stacks), configuration=configuration) == expected
