"""What other tools decide about key policies and grants, case by case, beside what gate decides.

Their checks look at a state; gate looks at a change, so each case is a statement that is added to the default key
policy, or a condition that goes. `fails` is the decision of the check, by its source or documentation:

- Prowler `kms_key_not_publicly_accessible` (prowler-cloud/prowler 3e000fa): fails an Allow of `*`, AWS `*` or
  `arn:aws:iam::*:root` without a condition of a list that it takes to restrict, `kms:ViaService` among them;
- Prowler `kms_key_enclave_attestation_*`: fails Decrypt, DeriveSharedSecret, GenerateDataKey and the like without
  `kms:RecipientAttestation`, on keys with a tag;
- AWS Security Hub KMS.5 and AWS Config `kms-key-policy-no-public-access`: fail what is open to everyone, where only
  fixed values, without wildcard and without policy variable, restrict;
- checkov CKV_AWS_33 (bridgecrewio/checkov 03d5fda): fails `*` without any condition, in aws_kms_key alone;
- cfn-guard KMS_NO_WILDCARD_PRINCIPAL (aws-guard-rules-registry 7f7340c): fails a Principal that is the text `*`;
- AWS Control Tower CT.KMS.PV.1: CreateGrant only with `kms:GrantIsForAWSResource`, a condition that gate sees go.

No twin, because they are no grants: Prowler `kms_cmk_*`, Security Hub KMS.3 and KMS.4, checkov CKV2_AWS_64.
"""

from typing import Any

import pytest

from tests.helpers.key_plans import APP, ID, OTHER, OWN, ROOT, allow, conditioned, opened, told
from tests.helpers.plans import change, findings, plan, policy, statement

PROWLER, HUB, CHECKOV, GUARD = "Prowler", "KMS.5", "CKV_AWS_33", "KMS_NO_WILDCARD_PRINCIPAL"
VIA = {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}
CALLER = {"kms:CallerAccount": OWN}
BLOCKS, WARNS, SILENT = "blocks", "warns", ""

# the statement that is added, which checks fail it, what gate does, and why gate differs from those that disagree
CASES: list[tuple[str, dict[str, Any], set[str], str, str]] = [
    ("a bare star", allow("*"), {PROWLER, HUB, CHECKOV, GUARD}, BLOCKS, ""),
    ("AWS star", allow({"AWS": "*"}), {PROWLER, HUB, CHECKOV}, BLOCKS, "cfn-guard compares with the text `*` alone"),
    ("a star among others", allow({"AWS": [APP, "*"]}), {PROWLER, HUB, CHECKOV}, BLOCKS, "the same"),
    ("any account's root", allow({"AWS": "arn:aws:iam::*:root"}), {PROWLER, HUB}, BLOCKS,
     "checkov and cfn-guard look for `*` as a whole"),
    ("everyone but one", statement("kms:Decrypt", NotPrincipal={"AWS": OTHER}), set(), BLOCKS,
     "none of them reads NotPrincipal"),
    ("through a service", conditioned(StringEquals=VIA), {HUB, GUARD}, BLOCKS,
     "everyone can come through a service: Prowler takes kms:ViaService to restrict, checkov any condition"),
    ("through a service for the own account", conditioned(StringEquals={**VIA, **CALLER}), {GUARD}, SILENT,
     "cfn-guard reads no condition"),
    ("of an encryption context", conditioned(StringEquals={"kms:EncryptionContext:a": "b"}), {PROWLER, HUB, GUARD},
     BLOCKS, "everyone can send a context: checkov takes any condition to restrict"),
    ("of any account", conditioned(StringLike={"kms:CallerAccount": "*"}), {HUB, GUARD}, BLOCKS,
     "every account is one: Prowler and checkov do not look at the value"),
    ("of a variable", conditioned(StringEquals={"aws:PrincipalAccount": "${aws:ResourceAccount}"}), {HUB, GUARD},
     BLOCKS,
     "what the variable holds nobody proves"),
    ("if it has an account", conditioned(StringEqualsIfExists=CALLER), {GUARD}, WARNS,
     "a service that asks by itself may have none"),
    ("of the roles of one account", conditioned(ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/app-*"}),
     {HUB, GUARD}, SILENT,
     "the account is fixed: KMS.5 takes no value with a wildcard, gate one that proves the account"),
    ("of an organization", conditioned(StringEquals={"aws:PrincipalOrgID": "o-abc"}), {GUARD}, WARNS,
     "accounts other than the key's own get access: the others only ask whether it is everyone"),
    ("another account", allow({"AWS": OTHER}), set(), WARNS, "the same"),
    ("only a Deny", allow("*", effect="Deny"), {GUARD}, SILENT, "cfn-guard does not look at Effect"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "added", "fails", "gate", "reason"), CASES, ids=[case[0] for case in CASES])
def test_beside_the_checks_of_others(name: str, added: dict[str, Any], fails: set[str], gate: str, reason: str) -> None:
    """Where all of them agree with gate no reason is given, where one differs there is one."""
    says = opened([ROOT], [ROOT, added])
    assert [each.split()[:2] for each in says] == ([["KMS005", gate]] if gate else []), name
    differs = {tool for tool in (PROWLER, HUB, CHECKOV, GUARD) if (tool in fails) != (gate == BLOCKS)}
    assert bool(reason) == bool(differs or gate == WARNS), differs


@pytest.mark.parametrize(
    "action", ["kms:Decrypt", "kms:DeriveSharedSecret", "kms:GenerateDataKey", "kms:GenerateDataKeyPair"]
)
def test_beside_the_enclave_checks_of_prowler(action: str) -> None:
    """Prowler fails the key as it is afterwards, if it has the tag; gate tells the change that takes the condition."""
    attested = {"StringEqualsIgnoreCase": {"kms:RecipientAttestation:ImageSha384": "0b3d"}}
    assert opened([ROOT, allow({"AWS": APP}, action, Condition=attested)], [ROOT, allow({"AWS": APP}, action)]) == [
        "KMS005 warns role app"
    ]
    assert opened([ROOT, allow({"AWS": APP}, action)], [ROOT, allow({"AWS": APP}, action)]) == []


def test_beside_the_control_on_create_grant() -> None:
    """CT.KMS.PV.1 refuses CreateGrant without the condition at any time; gate tells the change that takes it."""
    for_aws = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    before, after = allow({"AWS": APP}, "kms:CreateGrant", Condition=for_aws), allow({"AWS": APP}, "kms:CreateGrant")
    assert opened([ROOT, before], [ROOT, after]) == ["KMS005 warns role app"]


def test_checkov_does_not_look_at_a_policy_of_its_own_resource() -> None:
    """`aws_kms_key_policy` opens a key as well."""
    values = [{"key_id": ID, "policy": policy(*each)} for each in ([ROOT], [ROOT, allow("*")])]
    assert told(*findings(plan(change("aws_kms_key_policy.p", *values)))) == ["KMS005 blocks everyone"]


def test_what_was_open_before_is_not_new() -> None:
    """All of them fail it for ever; gate once, when it comes."""
    assert opened([ROOT, allow("*")], [ROOT, allow({"AWS": ["*"]})]) == []
