"""What a holder may do of some services, before it is worked out."""

from typing import Any

import pytest

from gate.holdings.documents import Document, Place
from gate.iam.kms import kms
from gate.new_access.policies import may_allow
from gate.unknown import Unresolved
from tests.helpers.plans import policy, statement

NOT_ACTION = {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (policy(statement("kms:Decrypt"), statement("s3:*")), False),
        (policy(statement("iam:*", effect="Deny"), statement("logs:*")), False),
        (policy(), False),
        ("", False),
        (policy(statement("s3:*"), statement(["kms:*", "IAM:PutRolePolicy"])), True),
        (policy(statement("sts:AssumeRole")), True),
        (policy(statement("*")), True),
        (policy(statement("i*:PassRole")), True),
        (policy(statement("?am:PassRole")), True),
        (policy(NOT_ACTION), True),
        ("no policy", True),
        (None, True),
        (Unresolved(), True),
        ({"Statement": [statement(Unresolved())]}, True),
        ({"Statement": Unresolved()}, True),
    ],
)
def test_what_may_allow_an_action_of_a_service(content: Any, expected: bool) -> None:
    """Only a document that is known, and names other services in full, certainly allows nothing."""
    document = Document(Place("aws_iam_role_policy.p", "policy"), content)
    assert may_allow(document, ("iam", "sts"), kms()) is expected


def test_a_policy_of_aws_may_allow_more_than_gate_knows_of_it() -> None:
    """gate has the statements of AWS's policies that say something of KMS, no others."""
    place = Place("arn:aws:iam::aws:policy/IAMFullAccess", "")
    assert may_allow(Document(place, policy(statement("kms:*"))), ("iam",), kms())
