"""Which row reads a type of CloudFormation."""

import pytest

from gate.holdings.template_rows import row_of


@pytest.mark.parametrize(
    ("declared", "row"),
    [
        ("AWS::IAM::RolePolicy", "awscc_iam_role_policy"),
        ("AWS::KMS::Key", "awscc_kms_key"),
        ("AWS::IAM::Unheard", "awscc_iam_unheard"),
        ("AWS::SNS::Topic", ""),
        # somebody's own types, modules, and what is no type
        ("Acme::IAM::Role", ""),
        ("Custom::IAMRole", ""),
        ("AWS::IAM::Role::MODULE", ""),
        ("AWS::IAM", ""),
        ("", ""),
    ],
)
def test_what_reads_a_type(declared: str, row: str) -> None:
    """Of AWS's own types those of the tables, and every one of IAM; what another calls like one is another thing."""
    assert row_of(declared) == row
