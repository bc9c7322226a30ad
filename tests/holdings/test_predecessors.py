"""Whose place a principal takes that is made at another address."""

from typing import Any

import pytest

from gate.holdings.predecessors import predecessors
from tests.helpers.plans import change, plan
from tests.helpers.rooms import read_iam

ROLE, USER, SET = "aws_iam_role", "aws_iam_user", "aws_ssoadmin_permission_set"
OLD, NEW = f"{ROLE}.old", f"{ROLE}.new"
HIDDEN = {"after_unknown": {"name": True}}
POLICY, OWN_POLICY = "aws_iam_policy", {"name": "app", "policy": ""}


def role(address: str, before: Any, after: Any) -> dict[str, Any]:
    return change(address, before, after)


def prefixed(address: str, prefix: str = "app-") -> dict[str, Any]:
    """A role that is made with a name which AWS makes up."""
    return change(address, None, {"name_prefix": prefix}, change=HIDDEN)


APP = {"name": "app", "name_prefix": ""}
MADE_UP = {"name": "app-2026", "name_prefix": "app-"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([role(OLD, APP, None), role(NEW, None, APP)], {NEW: OLD}),
        ([role(OLD, APP, None), role(NEW, None, {"name": "App"})], {NEW: OLD}),
        ([role(OLD, APP, None), role(NEW, None, {"name": "other"})], {}),
        ([role(OLD, APP, APP), role(NEW, None, APP)], {}),
        ([role(OLD, APP, None), role(NEW, {"name": "x"}, APP)], {}),
        ([role(OLD, APP, None), change(f"{USER}.new", None, APP)], {}),
        ([role(OLD, APP, None), change("aws_iam_policy.new", None, {"name": "app", "policy": ""})], {}),
        ([role(OLD, MADE_UP, None), prefixed(NEW)], {NEW: OLD}),
        ([role(OLD, MADE_UP, None), prefixed(NEW, "web-")], {}),
        ([role(OLD, MADE_UP, None), prefixed(NEW), prefixed(f"{NEW}2")], {}),
        ([role(OLD, MADE_UP, None), role(NEW, None, MADE_UP), prefixed(f"{NEW}2", "web-")], {NEW: OLD}),
        ([role(OLD, MADE_UP, MADE_UP), prefixed(NEW)], {}),
        ([prefixed(NEW)], {}),
        ([change(f"{SET}.old", {"arn": "a", "name": "ops"}, None), change(f"{SET}.new", None, {"name": "ops"})], {}),
        ([{**role(OLD, APP, None), "deposed": "1234"}, role(NEW, None, APP)], {}),
        ([{**role(OLD, APP, None), "deposed": False}, role(NEW, None, APP)], {NEW: OLD}),
        ([change(f"{POLICY}.old", OWN_POLICY, None), change(f"{POLICY}.new", None, OWN_POLICY)], {}),
        ([change(OLD, APP, None, change={"actions": ["forget"]}), role(NEW, None, APP)], {}),
    ],
)
def test_whose_place_is_taken(changes: list[dict[str, Any]], expected: dict[str, str]) -> None:
    """That of who goes and had the name, or of as many with the prefix; of nobody who stays, or is let go of."""
    found = predecessors(read_iam(plan(*changes)).resources, lambda resource: "account")
    assert {address: was.address for address, was in found.items()} == expected


def test_a_namesake_of_another_account_is_somebody_else() -> None:
    resources = read_iam(plan(role(OLD, APP, None), role(NEW, None, APP))).resources
    assert predecessors(resources, lambda resource: resource.address) == {}


def test_of_two_of_a_name_that_go_the_first_is_taken() -> None:
    resources = read_iam(plan(role(OLD, APP, None), role(f"{OLD}2", APP, None), role(NEW, None, APP))).resources
    assert predecessors(resources, lambda resource: "account")[NEW].address == OLD
