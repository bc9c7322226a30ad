"""Source trees that were made to get past gate, or that it once cried wolf over: each is the very tree of its plan."""

import shutil
import subprocess
from pathlib import Path

import pytest

from gate.check import Options, check
from gate.plan.model import read
from tests.helpers.paths import HOSTILE, HOSTILE_SOURCE, PLANS, SOURCE_PLANS

pytestmark = pytest.mark.slow

BLOCKS = {
    "dynamic-statement-overrides-deny": "KMS009",
    "decided-otherwise-by-terraform": "KMS009",
    "hang-document-chain": "KMS009",
    "hang-long-texts": "KMS009",
    "internal-error-deny-notresource": "KMS009",
    "kms002-instead-of-every-key": "KMS009",
    "other-instance-of-same-module": "KMS001",
    "override-documents-in-any-order": "KMS009",
    "policy-injection-kms-description": "KMS009",
    "policy-injection-ssm-name": "KMS009",
    "provider-region-by-function": "KMS001",  # coalesce("us-east-1", var.region) is not what it lists
    "role-name-from-description": "KMS001",
    "role-name-from-tag": "KMS001",
    "terraform-data-named-aws-x": "KMS009",
    "two-inline-policies-same-name": "KMS001",
    "version-unknown": "KMS001",
    # each is read otherwise than Terraform reads it
    "arn-that-is-an-argument": "KMS009",
    "heredoc-end-after-wide-space": "KMS009",
    "heredoc-end-before-wide-space": "KMS009",
    "json-default-is-no-template": "KMS001",
    "json-local-named-type": "KMS001",
    "json-module-argument-named-type": "KMS001",
    "label-with-an-escape": "KMS009",
    "label-with-an-escape-and-null": "KMS009",
    "module-argument-named-connection": "KMS001",
    "module-path-through-parent": "KMS009",
    "name-in-another-normal-form": "KMS009",
    "nullable-as-text": "KMS009",
    "nullable-computed": "KMS009",
    "set-with-an-unknown-element": "KMS009",
    "template-with-open-parts": "KMS009",
}
PASSES = ["fp-jsondecode-of-document", "fp-partition-in-policy-arn", "fp-trimspace-jsondecode"]


def blocking(case: Path) -> set[str]:
    found = check(read((case / "plan.json").read_bytes(), case.name), Options(source=(str(case),))).findings
    return {finding.rule for finding in found if finding.blocks}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_hidden_grant_blocks(name: str) -> None:
    """What is decided only at apply, and the author can choose, is no reason to pass."""
    assert BLOCKS[name] in blocking(HOSTILE_SOURCE / name)


@pytest.mark.parametrize("name", PASSES)
def test_ordinary_code_passes(name: str) -> None:
    """How people write policies: merged documents, partitions that are read at apply."""
    assert blocking(HOSTILE_SOURCE / name) == set()


def test_every_policy_that_is_decided_otherwise_blocks() -> None:
    """Types, Unicode, replaced groups, number texts, conversions, orders, refusals: wherever a second evaluator could
    be wrong, each policy of its own."""
    case = HOSTILE_SOURCE / "decided-otherwise-by-terraform"
    plan = read((case / "plan.json").read_bytes(), "p")
    found = check(plan, Options(source=(str(case),))).findings
    policies = {one.address for one in plan[0].resource_changes if one.type == "aws_iam_role_policy"}
    assert {finding.address for finding in found if finding.blocks} == policies
    assert len(policies) == 20


def test_every_case_is_in_a_table() -> None:
    """No case without an expectation."""
    assert sorted([*BLOCKS, *PASSES]) == sorted(path.name for path in HOSTILE_SOURCE.iterdir() if path.is_dir())


MODULE = """
module "m" {
  source = "example/module/aws"
}
"""


@pytest.mark.parametrize("tracked", [True, False])
def test_modules_that_the_change_brings_along_are_not_believed(tmp_path: Path, tracked: bool) -> None:
    """`.terraform` under version control is not what `terraform init` wrote; an installed module is read."""
    narrow = SOURCE_PLANS / "narrow"
    plan = (narrow / "plan.json").read_text()
    installed = tmp_path / ".terraform" / "modules" / "m"
    shutil.copytree(narrow, installed)
    (installed / "plan.json").unlink()
    (tmp_path / "main.tf").write_text(MODULE)
    (installed.parent / "modules.json").write_text(
        '{"Modules": [{"Key": "m", "Source": "example/module/aws", "Dir": ".terraform/modules/m"}]}'
    )
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "-f", *(["-A"] if tracked else ["main.tf"])], cwd=tmp_path, check=True)
    from gate.source import open_source

    source = open_source(tmp_path, read(plan.encode(), "p")[0])
    from gate.source import Instance, Missing

    found = source.attribute(Instance("managed", "aws_iam_role_policy", "app", "module.m"), "policy")
    assert isinstance(found, Missing) is tracked
    assert any("under version control" in problem for problem in source.problems) is tracked


def test_a_role_that_cannot_be_read_is_not_free_of_policies(tmp_path: Path) -> None:
    """A block hidden in a file too large to be read is undetermined, where the source was given to look at."""
    case = PLANS / "dynamic-inline-policy-empty"
    text = (case / "after.tf").read_text()
    (tmp_path / "main.tf").write_text(text)
    raw = (case / "plan.json").read_bytes()
    assert not [f for f in check(read(raw, "p"), Options(source=(str(tmp_path),))).findings if f.blocks]
    (tmp_path / "main.tf").write_text(text + "\n# " + "x" * 3_000_000)
    found = check(read(raw, "p"), Options(source=(str(tmp_path),))).findings
    assert {finding.rule for finding in found if finding.blocks} == {"KMS009"}


DYNAMIC = """
  dynamic "assume_role" {
    for_each = ["arn:aws:iam::222233334444:role/deployer"]
    content {
      role_arn = assume_role.value
    }
  }
"""
DYNAMIC_JSON = (
    '{"provider": {"aws": [{}, {"alias": "b", "dynamic": {"assume_role": {"for_each": [1], "content": {}}}}]}}'
)
OVERRIDE = 'provider "aws" {\n  alias = "b"\n  region\n}\n'
TWO_PROVIDERS = """
provider "aws" {
}
provider "aws" {
  alias = "b"
  %s
}
"""


@pytest.mark.parametrize(
    ("name", "text", "blocks"),
    [
        ("main.tf", TWO_PROVIDERS % "", False),
        ("main.tf", TWO_PROVIDERS % DYNAMIC, True),
        ("main.tf", TWO_PROVIDERS % DYNAMIC.replace("assume_role", "endpoints"), True),
        ("main.tf", TWO_PROVIDERS % DYNAMIC.replace("assume_role", "default_tags"), False),
        ("override.tf", OVERRIDE.replace("region", DYNAMIC), True),
        ("main.tf.json", DYNAMIC_JSON, True),
        ("main.tf", TWO_PROVIDERS.replace('"b"', "local.b") % "", True),
        ("main.tf", "# a file beside it that Terraform is given at run time has the provider blocks", False),
        ("main.tf", "resource {", True),
    ],
)
def test_a_provider_that_may_assume_a_role_out_of_sight(tmp_path: Path, name: str, text: str, blocks: bool) -> None:
    """A plan shows no dynamic block of a provider; two that look alike may be of two accounts where the source has one,
    or can't say."""
    raw = (HOSTILE / "provider-dynamic-assume-role" / "plan.json").read_bytes()
    types = {"aws_iam_role": ["a"], "aws_iam_role_policy": ["a", "b"]}
    resources = [f'resource "{type_}" "{one}" {{}}\n' for type_, names in types.items() for one in names]
    (tmp_path / "resources.tf").write_text("".join(resources))
    if name == "override.tf":
        (tmp_path / "main.tf").write_text(TWO_PROVIDERS % "")
    (tmp_path / name).write_text(text)
    found = check(read(raw, "p"), Options(source=(str(tmp_path),))).findings
    assert {finding.rule for finding in found if finding.blocks} == ({"KMS009"} if blocks else set())


def test_a_provider_out_of_sight_without_a_source() -> None:
    """Nothing tells then: docs/semantics.md names it as a limit."""
    raw = (HOSTILE / "provider-dynamic-assume-role" / "plan.json").read_bytes()
    assert not [f for f in check(read(raw, "p"), Options(no_source=True)).findings if f.blocks]
