"""What of an unknown part is proven by whose attribute it is."""

from typing import Any

import pytest

from gate.hcl.values import Encoded, Record, Rest, Tuple, Unordered
from gate.source.harmless import disbelieved, harmless, is_text
from gate.unknown import OneOf, Reason, Template, Unresolved, WhyUnknown


def exactly(*references: str) -> Unresolved:
    return Unresolved(references, exact=True)


@pytest.mark.parametrize(
    ("hole", "expected"),
    [
        (exactly("aws_iam_role.r.arn"), True),
        (exactly("awscc_iam_role.r.arn"), True),
        (exactly("data.aws_caller_identity.c.account_id"), True),
        (exactly("aws_iam_role.r.unique_id"), True),
        (exactly("aws_iam_role.r.tags"), False),
        (exactly("acme_thing.r.arn"), False),
        (exactly("aws_iam_role.r.arn", "var.x"), False),
        (exactly("var.arn"), False),
        (Unresolved(("aws_iam_role.r.arn",)), False),
    ],
)
def test_what_is_a_text_for_certain(hole: Unresolved, expected: bool) -> None:
    """An ARN or an id that AWS makes, and nothing else is it."""
    assert is_text(hole) is expected


@pytest.mark.parametrize(
    ("hole", "expected"),
    [
        (Unresolved(("terraform.workspace",)), True),
        (Unresolved(("terraform.workspace", "var.x")), False),
        (Unresolved(("path.module",)), False),
        (exactly("var.x"), False),
        (exactly("aws_sns_topic.t.arn"), True),
        (exactly("module.m[0].aws_sns_topic.t.arn"), True),
        (exactly("aws_sns_topic.t.arn", "var.x"), False),
        (Unresolved(("aws_sns_topic.t.arn",)), False),
        (exactly("aws_ssm_parameter.p.arn"), False),  # it ends in a name that may be anything
        (exactly("aws_arn.a.arn"), False),
        (exactly("acme_thing.t.arn"), False),
        (exactly("aws_glue_job.j.arn"), True),  # whose name the plan shows
        (exactly("data.aws_glue_job.j.arn"), False),
        (exactly("data.aws_sns_topic.t.arn"), True),
        (exactly("data.aws_iam_role.r.arn"), True),
        (exactly("data.aws_iam_session_context.s.arn"), False),  # an argument
        (exactly("data.aws_sns_topic.t.name"), True),
        (exactly("data.aws_sns_topic.t.display_name"), False),
        (exactly("aws_sns_topic.t.name"), True),
        (exactly("aws_sns_topic.t.display_name"), False),
        (exactly("aws_glue_job.j.name"), False),
        (exactly("aws_iam_user.u.unique_id"), True),
        (exactly("aws_glue_job.j.unique_id"), True),
        (exactly("acme_thing.t.unique_id"), False),
        (exactly("aws_vpc.v.id"), True),
        (exactly("aws_vpc.v.tags"), False),
        (exactly("random_id.r.hex"), True),
        (exactly("random_string.r.result"), False),
    ],
)
def test_what_ends_no_text(hole: Unresolved, expected: bool) -> None:
    """What AWS makes up, or admits no quotation mark in, and is that attribute and nothing else."""
    assert harmless(hole) is expected


TOPIC, OTHER = exactly("aws_sns_topic.t.arn"), exactly("aws_kms_key.k.arn")
DOUBTED = Unresolved(TOPIC.references)
WHY = Reason(WhyUnknown.DEFERRED, "unknown")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (TOPIC, DOUBTED),
        (OTHER, OTHER),
        (Unresolved(TOPIC.references, bare=True), DOUBTED),
        (Unresolved(TOPIC.references, stands_for="x"), DOUBTED),
        (Unresolved(("var.x", *TOPIC.references), stands_for="x"), Unresolved(("var.x", *TOPIC.references))),
        (Unresolved(TOPIC.references, reason=WHY), Unresolved(TOPIC.references, reason=WHY)),
        (Template(("a", TOPIC, OTHER)), Template(("a", DOUBTED, OTHER))),
        (OneOf((TOPIC, "a")), OneOf((DOUBTED, "a"))),
        (Encoded({"a": TOPIC}), Encoded({"a": DOUBTED})),
        (Tuple([TOPIC, Rest(TOPIC)]), Tuple([DOUBTED, Rest(DOUBTED)])),
        (Unordered([TOPIC]), Unordered([DOUBTED])),
        (Record(a=TOPIC, b=1), Record(a=DOUBTED, b=1)),
        ("a", "a"),
        (None, None),
    ],
)
def test_what_is_not_believed(value: Any, expected: Any) -> None:
    """Of what may not come from AWS nothing is proven, wherever it stands; the rest stays as it is."""
    found = disbelieved(value, lambda reference: reference in TOPIC.references)
    assert found == expected
    assert type(found) is type(expected)
