"""What other services need of KMS: a table, each row of which AWS's documentation says."""

import json

import pytest

from gate.iam.managed_policies import table
from gate.iam.services import protected

ROWS = json.loads(table("kms-integrations.json"))["needs"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["actions"][0])
def test_a_row_names_actions_and_its_source(row: dict[str, object]) -> None:
    """Actions that KMS has and that are no administration, no wildcard, and a page of AWS."""
    service = protected()
    bits = service.chosen(row["needs"])  # type: ignore[arg-type]
    assert bits
    assert not bits & service.administration
    assert "*" not in json.dumps(row)
    assert str(row["source"]).startswith("https://docs.aws.amazon.com/")


@pytest.mark.parametrize(
    ("values", "needs"),
    [
        (["s3:GetObject"], {"kms:Decrypt"}),
        (["S3:getobject"], {"kms:Decrypt"}),
        (["s3:*"], {"kms:Decrypt", "kms:GenerateDataKey"}),
        (["ssm:GetParameter*"], {"kms:Decrypt"}),
        (["sqs:SendMessage"], {"kms:Decrypt", "kms:GenerateDataKey"}),
        (["ec2:*", "s3:GetObject"], {"kms:Decrypt"}),
        (["*", "*:*", "s*:GetObject", "ec2:*"], set()),
    ],
)
def test_what_a_policy_asks_of_a_service_says_what_it_needs(values: list[str], needs: set[str]) -> None:
    """By name or wildcard within one service; a wildcard for the service asks for nothing in particular."""
    assert {name for _, names in protected().needs.of(values) for name in names} == needs
