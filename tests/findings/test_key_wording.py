"""What a finding about a key policy says, and what it tells to do."""

from typing import Any

import pytest

from tests.helpers.key_plans import APP, OTHER, ROOT, allow, key
from tests.helpers.plans import findings, plan, policy

PARTNER = f"arn:aws:iam::{OTHER}:role/x"


@pytest.mark.parametrize(
    ("statement", "message", "remedy"),
    [
        (
            allow("*"),
            "the key policy newly gives kms:Decrypt to everyone",
            "name the principals that need the key",
        ),
        (
            allow({"AWS": PARTNER}, ["kms:Decrypt", "kms:DescribeKey"]),
            f"the key policy newly gives kms:Decrypt and kms:DescribeKey to {PARTNER}, outside the key's own account",
            f"make sure that {PARTNER} is meant to use the key",
        ),
        (
            allow({"AWS": OTHER}),
            f"the key policy newly gives kms:Decrypt to account {OTHER}, outside the key's own account",
            "make sure that this account is meant to use the key, or name the one role of it that needs the key",
        ),
        (
            allow({"AWS": APP}, "kms:*"),
            "the key policy newly gives full KMS access to role app",
            "let one principal administer the key and another one use it",
        ),
    ],
)
def test_a_sentence_says_what_is_given_to_whom_and_why_it_is_told(statement: Any, message: str, remedy: str) -> None:
    """The actions first, then the principal, then why that is worth telling; the remedy is about that principal."""
    (found,) = findings(plan(key(policy(ROOT), policy(ROOT, statement))))
    assert (found.message, found.remedy[0]) == (message, remedy)


def test_the_example_has_the_form_of_the_document() -> None:
    """A policy that is written as JSON gets a condition of JSON, in HCL's notation."""
    (found,) = findings(plan(key(policy(ROOT), policy(ROOT, allow("*")))))
    assert found.example[0] == "Condition = {"
