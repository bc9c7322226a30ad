"""The naive evaluator and policies that may be there or not."""

import pytest
from msgspec.structs import replace

from gate.iam import evaluate
from gate.iam.policy import parse
from tests.helpers.plans import policy, statement

ALLOW = parse(policy(statement("kms:*")))
DENY = parse(policy(statement("kms:*", effect="Deny")))


@pytest.mark.parametrize(("over", "expected"), [((None, None), True), (("x", "y"), True), (("x", "x"), False)])
def test_policies_that_go_over_the_same_go_together(over: tuple[str | None, str | None], expected: bool) -> None:
    """An Allow is not there without the Deny that goes with it."""
    going = [replace(one, may_go=True, goes_over=name) for one, name in zip((ALLOW, DENY), over, strict=True)]
    assert evaluate.allowed(going, None, "kms:Decrypt", "*", frozenset()) is expected
    assert not evaluate.allowed([*going, DENY], None, "kms:Decrypt", "*", frozenset())
