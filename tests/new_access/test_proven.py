"""What an unknown part of a policy is proven to be."""

import pytest

from gate.new_access.proven import with_proven_parts
from gate.unknown import OneOf, Template, Unresolved


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


KEY = "arn:aws:kms:(not-known):(not-known):key/(aws_kms_key.k)"
EXACT, COMPUTED = Unresolved(("aws_kms_key.k.arn",), exact=True), Unresolved(("aws_kms_key.k.arn",))
ID, BUCKET = (Unresolved((one,), exact=True) for one in ("aws_kms_key.k.key_id", "aws_s3_bucket.b.id"))


@pytest.mark.parametrize(
    ("value", "proven"),
    [
        (EXACT, KEY),
        (COMPUTED, COMPUTED),
        (Unresolved((), exact=True), Unresolved((), exact=True)),
        (ID, ID),
        (Template(("arn:aws:kms:r:1:key/", ID)), "arn:aws:kms:r:1:key/(aws_kms_key.k)"),
        (Template((EXACT, "/x")), f"{KEY}/x"),
        (Template((COMPUTED, "/x")), Template((COMPUTED, "/x"))),
        (Unresolved(("aws_s3_bucket.b.arn",), exact=True), "(aws_s3_bucket.b.arn)"),
        (BUCKET, BUCKET),
        (Template(("a/", BUCKET)), Template(("a/", BUCKET))),
        ([EXACT, "a"], [KEY, "a"]),
        (OneOf((EXACT, "a")), OneOf((KEY, "a"))),
        (OneOf(([EXACT], "a")), OneOf(([KEY], "a"))),
        ("a", "a"),
    ],
)
def test_a_resource_with_what_is_proven_of_it(value: object, proven: object) -> None:
    """In every shape of a Resource or NotResource, in a statement, a list of them or one of several; nowhere else."""
    statement = {"Action": EXACT, "Resource": value, "NotResource": value}
    expected = {"Action": EXACT, "Resource": proven, "NotResource": proven}
    assert with_proven_parts({"Version": "x", "Statement": statement}) == {"Version": "x", "Statement": expected}
    assert with_proven_parts({"Statement": [statement, "x"]}) == {"Statement": [expected, "x"]}
    assert with_proven_parts(OneOf(({"Statement": OneOf((statement, None))}, ""))) == OneOf(
        ({"Statement": OneOf((expected, None))}, "")
    )
