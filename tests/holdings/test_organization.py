"""By which account of a plan permission sets, users and groups of the identity store are known."""

from types import SimpleNamespace
from typing import Any

import pytest

from gate.holdings.organization import Organization
from gate.holdings.principal import Principal
from gate.holdings.resource_types import ASSIGNEE, PERMISSION_SET, ROLE
from tests.helpers.plans import change, plan
from tests.helpers.rooms import read_iam

ASSIGNED = {"permission_set_arn": "a", "principal_id": "u", "principal_type": "USER", "target_id": "9"}
ROLE_OF = change("aws_iam_role.x", None, {"name": "a"})
OF = {"aws_ssoadmin_account_assignment.two": "2", "aws_ssoadmin_permission_set_inline_policy.one": "1",
      "aws_ssoadmin_account_assignment.forged": "forged", "aws_iam_role.x": "0"}  # fmt: skip
TWO = change("aws_ssoadmin_account_assignment.two", ASSIGNED, ASSIGNED)
ONE = change("aws_ssoadmin_permission_set_inline_policy.one", None, {"permission_set_arn": "a", "inline_policy": "{}"})
FORGED = change("aws_ssoadmin_account_assignment.forged", {**ASSIGNED, "principal_id": "v"}, None)


def organization(*changes: dict[str, Any], accounts: int = 2) -> Organization:
    """That of a plan with so many accounts, in one of which somebody else than AWS answers."""
    seen = SimpleNamespace(all=range(accounts), told_apart=lambda account: account if account == "forged" else "")
    return Organization(
        read_iam(plan(*changes)).resources,
        SimpleNamespace(accounts=seen),  # type: ignore[arg-type]
        lambda resource: OF[resource.address],
    )


@pytest.mark.parametrize(
    ("kind", "name", "account", "home"),
    [
        (PERMISSION_SET, "a", "2", "1"),
        (PERMISSION_SET, "a", "1", "1"),
        (PERMISSION_SET, "a", "3", "1"),
        (PERMISSION_SET, "a", "forged", "forged"),
        (PERMISSION_SET, "b", "2", "2"),
        (ASSIGNEE, "u", "3", "2"),
        (ASSIGNEE, "v", "3", "3"),
        (ROLE, "a", "3", "3"),
    ],
)
def test_by_which_account_somebody_is_known(kind: str, name: str, account: str, home: str) -> None:
    """The first of those that name it, whatever the order; what answers in AWS's place has its own."""
    for order in ([ROLE_OF, FORGED, TWO, ONE], [ONE, TWO, FORGED, ROLE_OF]):
        assert organization(*order).home(kind, name, account) == home


def test_a_plan_of_one_account_has_nothing_to_tell() -> None:
    """Everybody is of the account that is asked about."""
    assert organization(TWO, accounts=1).home(PERMISSION_SET, "a", "3") == "3"


@pytest.mark.parametrize(
    ("kind", "account", "asked", "expected"),
    [
        (ROLE, "1", "1", True),
        (ROLE, "1", "2", False),
        (ASSIGNEE, "1", "2", True),
        (PERMISSION_SET, "1", "2", True),
        (PERMISSION_SET, "1", "forged", False),
        (PERMISSION_SET, "forged", "2", False),
        (PERMISSION_SET, "forged", "forged", True),
    ],
)
def test_who_may_be_referred_to_from_another_account(kind: str, account: str, asked: str, expected: bool) -> None:
    """Who is of the organization, as far as AWS answers on both sides."""
    assert organization().may_be_of(Principal(kind, account, "x"), asked) is expected
