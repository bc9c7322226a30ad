"""Which variables of a module are for the ARN of a key, by their names."""

import pytest

from gate.holdings.key_attributes import is_for_a_key


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("kms_key_arn", True),
        ("key_arn", True),
        ("cmk_arn", True),
        ("logs_kms_arn", True),
        ("kms_key_id", False),
        ("key_arns", False),
        ("kms_alias_arn", False),
        ("role_for_kms_arn", False),
        ("monkey_arn", False),
    ],
)
def test_a_variable_for_a_key(name: str, expected: bool) -> None:
    """As modules call it: not an alias, a policy or a role that has to do with one."""
    assert is_for_a_key(name) is expected
