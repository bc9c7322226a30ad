"""Prowler's own test cases for its KMS checks, and inputs it gets wrong, each as a created inline policy.

The cases are those of prowler/providers/aws/services/iam/iam_inline_policy_no_full_access_to_kms and its sibling for
managed policies, with what Prowler 5.46.0 says. Where gate differs, docs/semantics.md says why.
"""

import json
from typing import Any

import pytest

from gate.iam.kms import kms
from tests.helpers.plans import blocked, policy, statement

NAMES = list(kms().names(kms().all_actions()))
NO_MFA = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
KNOWN_TO_OLD_CATALOGUES = [n for n in NAMES if n not in ("kms:Decapsulate", "kms:Encapsulate", "kms:GetKeyLastUsage")]

SAME: list[tuple[str, list[dict[str, Any]], bool]] = [
    ("everything on everything", [statement("kms:*")], True),
    ("another service", [statement("ec2:*")], False),
    ("NotAction without kms", [statement(NotAction=["ec2:*", "s3:*"])], True),
    ("NotAction with kms", [statement(NotAction=["ec2:*", "s3:*", "kms:*"])], False),
    ("among others", [statement(["kms:*", "s3:*", "ec2:*"])], True),
    ("two stars", [statement("kms:**")], True),
    ("second in the list", [statement(["ec2:*", "kms:*"])], True),
    ("one alias", [statement("kms:*", "arn:aws:kms:us-east-1:123456789012:alias/test")], False),
    ("NotAction with kms alone", [statement(NotAction=["kms:*"])], False),
    ("allowed and denied", [statement("kms:*"), statement("kms:*", effect="Deny")], False),
    ("NotAction of an invalid action", [statement(NotAction="prowler:check")], True),
    ("only reading", [statement("kms:Get*")], False),
    ("white space", [statement(" kms:*")], False),
    ("a question mark", [statement("kms:?*")], True),
    ("a wildcard prefix", [statement("k*:*")], True),
    ("upper case", [statement("KMS:*")], True),
    ("all names", [statement(NAMES)], True),
    ("conditional", [statement("kms:*", Condition={"StringEquals": {"kms:ViaService": "s3.amazonaws.com"}})], True),
]

DIFFERENT: list[tuple[str, list[dict[str, Any]], bool]] = [
    (
        "a Deny without MFA",
        [
            statement("kms:*"),
            statement("kms:*", effect="Deny", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}}),
        ],
        True,
    ),
    ("a Deny on one key", [statement("kms:*"), statement("kms:*", KEY, "Deny")], True),
    ("a Deny elsewhere", [statement("kms:*"), statement("kms:ListKeys", "arn:aws:s3:::x", "Deny")], True),
    ("one name left out", [statement([name for name in NAMES if name != "kms:GenerateRandom"])], True),
    ("an old catalogue's names", [statement(KNOWN_TO_OLD_CATALOGUES)], True),
    ("two NotActions", [statement(NotAction="kms:Decrypt"), statement(NotAction="kms:Encrypt")], True),
    ("every key by pattern", [statement("kms:*", "arn:aws:kms:*:*:key/*")], True),
    ("every resource by pattern", [statement("kms:*", "arn:aws:kms:*:*:*")], True),
    ("every key but one", [statement("kms:*", NotResource=[KEY])], True),
    ("all of one account's keys", [statement("kms:*", "arn:aws:kms:*:111122223333:key/*")], True),
    ("one key", [statement("kms:*", KEY)], True),
    ("a character class", [statement("kms:[a-z]*")], False),
    ("a prefix without colon", [statement("k*")], True),
]


@pytest.mark.parametrize(("_name", "statements", "fails"), SAME, ids=[name for name, _, _ in SAME])
def test_where_gate_agrees_with_prowler(_name: str, statements: list[dict[str, Any]], fails: bool) -> None:
    """What Prowler fails blocks, what it passes does not."""
    assert bool(blocked((None, policy(*statements)))) is fails


@pytest.mark.parametrize(("_name", "statements", "blocks"), DIFFERENT, ids=[name for name, _, _ in DIFFERENT])
def test_where_gate_differs_from_prowler(_name: str, statements: list[dict[str, Any]], blocks: bool) -> None:
    """Prowler 5.46.0 says the opposite of each of these."""
    assert bool(blocked((None, policy(*statements)))) is blocks


def test_escapes_in_json_are_no_disguise() -> None:
    """A unicode escape is the character."""
    text = '{"Version": "2012-10-17", "Statement": {"Effect": "\\u0041llow", "Action": "km\\u0073:*", "Resource": "*"}}'
    assert blocked((None, text)) == ["KMS001"]


@pytest.mark.parametrize("broken", [[None], [{"Effect": "Allow", "Action": "kms:*", "Resource": None}]])
def test_what_crashes_prowler_is_malformed(broken: list[Any]) -> None:
    """AWS would refuse these: KMS010."""
    assert blocked((None, json.dumps({"Version": "2012-10-17", "Statement": broken}))) == ["KMS010"]


def test_an_effect_in_upper_case_is_malformed() -> None:
    """Prowler reads `ALLOW` as Allow; AWS refuses it, so nothing is proved: KMS010."""
    assert blocked((None, policy(statement("kms:*", effect="ALLOW")))) == ["KMS010"]
