"""What an unknown part of a policy is proven to be."""

import pytest

from gate.new_access.proven import with_proven_parts
from gate.unknown import Unresolved


def resource(reference: str) -> object:
    """The Resource of a statement that is this reference and nothing else."""
    statement = {"Effect": "Allow", "Action": "kms:*", "Resource": Unresolved((reference,), exact=True)}
    proven = with_proven_parts({"Statement": [statement]})
    assert isinstance(proven, dict)
    return proven["Statement"][0]["Resource"]


@pytest.mark.parametrize(
    "reference",
    ["aws_s3_bucket.b.arn", "aws_iam_role.r.arn", "awscc_iam_role.r.arn", "data.aws_secretsmanager_secret.s.arn"],
)
def test_an_arn_that_aws_makes_is_that_of_its_type(reference: str) -> None:
    """Whatever it turns out to be, it is no key."""
    assert isinstance(resource(reference), str)


@pytest.mark.parametrize(
    "reference",
    [
        "data.aws_arn.a.arn",
        "data.aws_iam_session_context.c.arn",
        "aws_lakeformation_resource.l.arn",
        "aws_sns_topic_policy.p.arn",
        "aws_kinesis_stream.s.arn",
        "awscc_kms_alias.a.arn",
        "terraform_data.t.arn",
    ],
)
def test_an_arn_that_the_author_sets_proves_nothing(reference: str) -> None:
    """It may be `*`."""
    assert isinstance(resource(reference), Unresolved)
