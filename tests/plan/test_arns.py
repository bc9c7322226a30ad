"""Which ARNs are AWS's own work, and which may hold what an author writes."""

import pytest

from gate.plan.arns import admits_quotes, is_made_up


@pytest.mark.parametrize(
    ("type_name", "made_up", "quotes"),
    [
        ("aws_sns_topic", True, False),
        ("awscc_iam_role", True, False),
        ("awscc_sns_topic", False, True),  # nobody looked
        ("aws_arn", False, True),
        ("aws_sns_topic_policy", False, True),
        ("aws_ssm_parameter", True, True),
        ("acme_thing", False, True),
    ],
)
def test_whose_word_an_arn_is(type_name: str, made_up: bool, quotes: bool) -> None:
    """AWS's, but for types with an argument of that name and those of others; a few end in any text."""
    assert (is_made_up(type_name), admits_quotes(type_name)) == (made_up, quotes)
