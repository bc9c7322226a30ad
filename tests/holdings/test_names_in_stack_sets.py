"""Names in the templates of stack sets, whose resources come to be in other accounts."""

from typing import Any

import pytest

from gate.plan.shapes import UNKNOWN
from tests.holdings.test_stack_resources import SETS, STACK, body, role, stack

WHERE = f"{STACK}_set.s.template_body"


def roles_of(kind: str, *roles: Any) -> Any:
    """The roles that an inline policy is for, beside a role of the template."""
    document = {"Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}
    properties = {"PolicyName": "p", "PolicyDocument": document, "Roles": [*roles]}
    found = stack(None, body(A=role("own"), P={"Type": "AWS::IAM::Policy", "Properties": properties}), kind=kind)
    return found.by_id["P"].after["roles"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("r", f"r of {WHERE}"),
        ({"Ref": "A"}, f"own of {WHERE}"),
        (7, 7),
    ],
)
def test_whose_names_they_are(written: Any, expected: Any) -> None:
    """Those of principals in these accounts, and of nobody in the provider's own."""
    assert roles_of(f"{STACK}_set", written) == [expected]
    assert roles_of(f"{STACK}_set", written, "x") == [expected, f"x of {WHERE}"]


def test_names_in_the_own_account() -> None:
    """Are as they stand there."""
    assert roles_of(STACK, "r", {"Ref": "A"}) == ["r", "own"]


def test_a_name_that_is_not_known() -> None:
    """Stays so."""
    assert roles_of(f"{STACK}_set", {"Ref": "AWS::Region"}) is UNKNOWN
    assert roles_of(SETS, {"Ref": "AWS::Region"}) is UNKNOWN
