"""A grant as a policy: who may do what under which encryption context, before and after."""

from typing import Any

import pytest

from gate.holdings.holders import IamPlan
from gate.holdings.key_grants import grant
from gate.plan.before_after import ManagedResource
from gate.text.sensitive import Sensitive
from gate.unknown import Unresolved, Value
from tests.helpers.inventories import same
from tests.helpers.plans import change, plan
from tests.helpers.rooms import read_iam

APP = "arn:aws:iam::111122223333:role/app"
GIVEN = {"key_id": "k", "grantee_principal": APP, "operations": ["Decrypt", "Encrypt"], "constraints": []}
ALLOWED = {"Effect": "Allow", "Principal": {"AWS": APP}, "Action": ["kms:Decrypt", "kms:Encrypt"], "Resource": "*"}
SOMEBODY = Unresolved(("aws_iam_role.r.arn",), exact=True)


def whom(resource: ManagedResource, attribute: str) -> Value:
    """What is known of a grantee that the plan hides."""
    assert attribute == "grantee_principal"
    return SOMEBODY


def of(changed: dict[str, Any]) -> ManagedResource:
    iam: IamPlan = read_iam(plan(changed))
    return iam.key_resources[0]


def statements(changed: dict[str, Any], *, after: bool = True) -> list[Value]:
    """The statement of each grant on one side."""
    documents = list(grant(of(changed), whom, after=after))
    for document in documents:
        assert (document.place.address, document.place.attribute) == ("aws_kms_grant.g", "grantee_principal")
        assert document.of_key
        assert document.content["Version"] == "2012-10-17"
    return [one for document in documents for one in document.content["Statement"]]


def created(unknown: Any = None, **more: Any) -> dict[str, Any]:
    values = {name: value for name, value in {**GIVEN, **more}.items() if value is not ...}
    return change("aws_kms_grant.g", None, values, change={"after_unknown": unknown or {}})


def test_who_may_do_what() -> None:
    """The grantee, under nobody's condition; a service is one by its name, and who is hidden is asked for."""
    assert statements(created()) == [ALLOWED]
    service = created(grantee_principal="dynamodb.amazonaws.com")
    assert statements(service) == [{**ALLOWED, "Principal": {"Service": "dynamodb.amazonaws.com"}}]
    hidden = created({"grantee_principal": True}, grantee_principal=...)
    assert statements(hidden) == [{**ALLOWED, "Principal": {"AWS": SOMEBODY}}]


def test_operations_that_are_hidden_may_be_any() -> None:
    """All of them, or one."""
    assert statements(created({"operations": True}, operations=...)) == [{**ALLOWED, "Action": [Unresolved()]}]
    one = created({"operations": [False, True]}, operations=["Decrypt", None])
    assert statements(one) == [{**ALLOWED, "Action": ["kms:Decrypt", Unresolved()]}]


SUBSET, EQUALS = "encryption_context_subset", "encryption_context_equals"
X, KEYS = "kms:EncryptionContext:x", "kms:EncryptionContextKeys"


@pytest.mark.parametrize(
    ("constraints", "unknown", "asked"),
    [
        ([], {}, None),
        (None, {}, None),
        ([{SUBSET: {}, EQUALS: None}], {}, None),
        ([{SUBSET: {"x": "1"}}], {}, {X: "1"}),
        ([{EQUALS: {"y": "2", "x": "1"}}], {}, {X: "1", "kms:EncryptionContext:y": "2", KEYS: ["x", "y"]}),
        ([{EQUALS: {}}], {}, None),
        ([None], {}, None),
        ([{EQUALS: 5}], {}, None),
        ([{SUBSET: {"x": None}}], {"constraints": [{SUBSET: {"x": True}}]}, {X: Unresolved()}),
        (..., {"constraints": True}, Unresolved()),
        ([{}], {"constraints": [{SUBSET: True}]}, Unresolved()),
    ],
)
def test_the_encryption_context_that_a_grant_asks_for(constraints: Any, unknown: Any, asked: Any) -> None:
    """A part of it, or all of it; what is hidden may ask for nothing."""
    [said] = statements(created(unknown, constraints=constraints))
    condition = asked if asked is None or isinstance(asked, Unresolved) else {"StringEquals": asked}
    assert said == (ALLOWED if condition is None else {**ALLOWED, "Condition": condition})


def test_a_grant_before_and_after() -> None:
    """One that is created is nothing before; one that the plan lets go of stays; one that goes is gone."""
    assert statements(created(), after=False) == []
    forgotten = same("aws_kms_grant.g", GIVEN, change={"actions": ["forget"]})
    gone = change("aws_kms_grant.g", GIVEN, None)
    for changed, left in ((forgotten, [ALLOWED]), (gone, [])):
        assert statements(changed, after=False) == [ALLOWED]
        assert statements(changed) == left


def test_what_gate_does_not_understand_may_allow_anything_after_the_change() -> None:
    strange = same("aws_kms_grant.g", GIVEN, change={"actions": ["transmogrify"]})
    assert statements(strange, after=False) == [ALLOWED]
    [said] = statements(strange)
    assert isinstance(said, Unresolved)
    assert said.reason is not None


@pytest.mark.parametrize("attribute", ["grantee_principal", "operations"])
def test_a_grant_of_which_a_part_is_sensitive_is(attribute: str) -> None:
    """On the side on which it is marked."""
    for side in (False, True):
        marks = {"after_sensitive" if side else "before_sensitive": {attribute: True}}
        changed = change("aws_kms_grant.g", GIVEN, {**GIVEN, "name": "n"}, change=marks)
        marked = {after: [one.sensitive for one in grant(of(changed), whom, after=after)] for after in (False, True)}
        assert marked == {side: [True], not side: [False]}
    hidden = {name: value for name, value in GIVEN.items() if name != attribute}
    body = {"after_unknown": {attribute: True}, "after_sensitive": {attribute: True}}
    made = of(change("aws_kms_grant.g", None, hidden, change=body))
    assert [one.sensitive for one in grant(made, whom, after=True)] == [True]


def test_a_grant_to_somebody_whose_arn_is_sensitive_is() -> None:
    """As that of a role with a sensitive name, to which the grant refers."""
    values = {name: value for name, value in GIVEN.items() if name != "grantee_principal"}
    unknown = {"after_unknown": {"grantee_principal": True}}
    made = of(change("aws_kms_grant.g", None, values, change=unknown))
    found = [list(grant(made, lambda *_, arn=arn: arn, after=True)) for arn in (APP, Sensitive(APP))]
    assert [[one.sensitive for one in some] for some in found] == [[False], [True]]
