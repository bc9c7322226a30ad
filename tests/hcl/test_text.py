"""JSON texts with holes become structures, and nothing that the holes could change is taken as known."""

import pytest

from gate.source import Encoded, Rest, decode_json
from gate.unknown import OneOf, Template, Unresolved

ARN = Unresolved(("aws_kms_key.k.arn",), exact=True)
COMPUTED = Unresolved(("aws_kms_key.k.arn",))
FOREIGN = Unresolved(("terraform_data.x.output",), exact=True)


def test_known_texts() -> None:
    """A text is its JSON, an encoded value is itself, one of two texts is one of two structures."""
    assert decode_json('{"a": [1, "x"]}') == {"a": [1, "x"]}
    assert decode_json(Encoded({"a": ARN})) == {"a": ARN}
    assert decode_json(OneOf(('{"a": 1}', Encoded({"a": ARN})))) == OneOf(({"a": 1}, {"a": ARN}))


@pytest.mark.parametrize("text", ["", "x", "{", '{"a": 1, "a": 2}', "[" * 100_000])
def test_known_text_that_is_not_json(text: str) -> None:
    """A wholly known text that is not JSON, or says a key twice, is a ValueError."""
    with pytest.raises(ValueError, match=r"\w"):
        decode_json(text)


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        (('{"a": "', ARN, '"}'), {"a": ARN}),
        (('{"a": "x', ARN, 'y"}'), {"a": Template(("x", ARN, "y"))}),
        (('{"a": ["', ARN, '", "', ARN, '/*"]}'), {"a": [ARN, Template((ARN, "/*"))]}),
        (('{"a": "\\"', ARN, '\\\\"}'), {"a": Template(('"', ARN, "\\"))}),
        (('{"a": ', ARN, "}"), {"a": COMPUTED}),
        (('{"a": ["b", ', ARN, "]}"), {"a": ["b", Rest(COMPUTED)]}),
        ((ARN, "\n"), COMPUTED),
        (('{"a": 1', ARN, "}"), COMPUTED),
        (('{"a": 1, ', ARN, "}"), COMPUTED),
        (('{"', ARN, '": 1}'), COMPUTED),
        (('{"a": 1}', ARN), COMPUTED),
        (('{"a": "', ARN, "}"), COMPUTED),
        (('{"a": "', FOREIGN, '"}'), Unresolved(FOREIGN.references)),
        (('{"a": "', Unresolved(), '"}'), Unresolved()),
        (('{"a": "\ue0000\ue001', ARN, '"}'), COMPUTED),
    ],
)
def test_text_with_holes(parts: tuple[str | Unresolved, ...], value: object) -> None:
    """A hole in a string is a hole in that string; one at a value is that value; any other leaves nothing known."""
    assert decode_json(Template(parts)) == value


@pytest.mark.parametrize(
    "reference",
    [
        "aws_elasticache_user.u.user_id",
        "aws_ssm_parameter.p.arn",
        "aws_budgets_budget.b.account_id",
        "awscc_elasticache_user.u.arn",
        "aws_kinesis_stream.s.arn",
        "aws_ssm_parameter.p.id",
        "aws_kms_alias.a.target_key_id",
        "data.aws_cognito_user_pool.p.id",
    ],
)
def test_a_hole_that_the_author_fills(reference: str) -> None:
    """What an argument may set, or a provider that passes everything on, can end the text that it stands in."""
    hole = Unresolved((reference,), exact=True)
    assert decode_json(Template(('{"a": "', hole, '"}'))) == Unresolved((reference,))


@pytest.mark.parametrize(
    "reference",
    [
        "aws_iam_role.r.arn",
        "awscc_iam_role.r.arn",
        "data.aws_caller_identity.c.user_id",
        "aws_sqs_queue.q.arn",
        "aws_cognito_user_pool.p.id",
        "aws_kms_alias.a.target_key_arn",
        "aws_apigatewayv2_api.a.execution_arn",
        "aws_db_instance.d.resource_id",
    ],
)
def test_a_hole_that_aws_fills(reference: str) -> None:
    """What AWS makes up holds no quotation mark."""
    hole = Unresolved((reference,), exact=True)
    assert decode_json(Template(('{"a": "', hole, '"}'))) == {"a": hole}


def test_what_is_not_a_text() -> None:
    """The reference to another document is handed on as it is."""
    document = Unresolved(("data.aws_iam_policy_document.d.json",), exact=True)
    assert decode_json(document) is document
    assert decode_json({"a": ARN}) == COMPUTED
