"""Elements of a statement of which one of several will stand there."""

from typing import Any

import pytest

from gate.iam.policy import Principals, parse
from gate.unknown import OneOf, Unresolved
from tests.helpers.plans import statement

ANY, OWN, OTHER = Unresolved(("var.a",)), "arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root"


@pytest.mark.parametrize(
    ("value", "unknown"),
    [
        (OneOf(({"AWS": OWN}, {"AWS": "*"})), [("AWS", OneOf((OWN, "*")))]),
        (OneOf(({"AWS": [OWN, OTHER]}, "*")), [("AWS", OneOf((OWN, OTHER, "*")))]),
        (
            OneOf(({"AWS": OWN}, {"Service": "a.amazonaws.com"})),
            [("AWS", OneOf((OWN, ""))), ("Service", OneOf(("a.amazonaws.com", "")))],
        ),
        (OneOf(({"AWS": OWN}, ANY)), [("AWS", OneOf((OWN, ANY)))]),
        ({"AWS": OneOf(([OWN], [OTHER, "*"]))}, [("AWS", OneOf((OWN, OTHER, "*")))]),
        ({"AWS": OneOf(([OWN], [OWN, "*"]))}, [("AWS", OneOf((OWN, "*")))]),
        ({"AWS": [OneOf((OWN, OTHER))]}, [("AWS", OneOf((OWN, OTHER)))]),
    ],
)
def test_whom_a_principal_may_name(value: Any, unknown: list[Any]) -> None:
    """Everybody of every alternative, whether the whole element is chosen, a list or a text; it can be compared."""
    (one,) = parse({"Statement": {**statement("kms:*"), "Principal": value}}, of_key=True).statements
    assert one.principals == Principals((), False, tuple(unknown))
    assert hash(one.principals)


def test_lists_of_actions_and_resources() -> None:
    """Any of their elements may stand there."""
    (one,) = parse({"Statement": statement(OneOf((["a:b"], ["c:d", "e:f"])), OneOf((["*"], ANY)))}).statements
    assert (one.action.unknown, one.resource.unknown) == ((OneOf(("a:b", "c:d", "e:f")),), (OneOf(("*", ANY)),))
