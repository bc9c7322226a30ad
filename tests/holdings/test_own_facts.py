"""What a resource says itself of its account: names, its own ARN, its unique id."""

from typing import Any

import pytest

from gate.holdings.own_facts import is_principal, names_of, own_arn, partition_and_number, unique_ids
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.plan.before_after import ManagedResource, managed_resources
from gate.plan.model import read
from tests.helpers.plans import change, plan

ROLE = {"name": "app", "arn": "arn:aws:iam::111122223333:role/app", "unique_id": "AROA1"}


def resource(address: str, before: Any, after: Any, **more: Any) -> ManagedResource:
    raw = plan(change(address, before, after, **more))
    return managed_resources(read(raw, "plan.json")[0], RESOURCE_TYPES)[0]


def test_a_principal_says_who_it_is() -> None:
    """Where it lives before the change; a created one has nothing yet but its name."""
    there, created = resource("aws_iam_role.r", ROLE, ROLE), resource("aws_iam_role.r", None, {"name": "app"})
    assert (own_arn(there), list(unique_ids(there))) == (ROLE["arn"], [(("role", "app"), "AROA1")])
    assert (own_arn(created), list(unique_ids(created))) == ("", [])
    assert names_of(there) == names_of(created) == {("role", "app")}
    assert is_principal(there)


def test_what_a_replacement_left_over_is_not_who_it_was() -> None:
    """Its unique id is of an object that goes."""
    assert list(unique_ids(resource("aws_iam_role.r", ROLE, None, deposed="0a1b2c3d"))) == []


def test_a_managed_policy_has_an_arn_of_its_own() -> None:
    """An attachment has none: the ARN in it is another's."""
    arn = "arn:aws:iam::111122223333:policy/p"
    attachment = {"role": "app", "policy_arn": arn}
    assert own_arn(resource("aws_iam_policy.p", {"name": "p", "arn": arn}, None)) == arn
    assert own_arn(resource("aws_iam_role_policy_attachment.a", attachment, None)) == ""


def test_a_resource_names_all_that_it_reaches_and_joins() -> None:
    """Before and after."""
    before, after = {"user": "u", "groups": ["a"]}, {"user": "u", "groups": ["b"]}
    found = names_of(resource("aws_iam_user_group_membership.m", before, after))
    assert found == {("user", "u"), ("group", "a"), ("group", "b")}


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        ("arn:aws:iam::111122223333:role/app", ("aws", "111122223333")),
        ("arn:aws-cn:iam::111122223333:policy/a:b", ("aws-cn", "111122223333")),
        ("arn:aws:iam::111122223333", None),
        ("arn:aws:iam::111122223333:", None),
        ("arm:aws:iam::111122223333:role/app", None),
        ("arn:aws:sts::111122223333:role/app", None),
        ("arn:aws:iam:eu-west-1:111122223333:role/app", None),
        ("arn::iam::111122223333:role/app", None),
        ("arn:aws:iam::1111222233:role/app", None),
        ("arn:aws:iam::aaaabbbbcccc:role/app", None),
    ],
)
def test_what_the_arn_of_something_in_iam_names(arn: str, expected: tuple[str, str] | None) -> None:
    """Its partition and its account; any other text none."""
    assert partition_and_number(arn) == expected
