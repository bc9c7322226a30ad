"""Which groups a plan creates, and who is certainly in them."""

from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.documents import Place
from gate.holdings.grouping import Grouping
from gate.holdings.inventory import Inventory, Link
from gate.holdings.new_groups import members_of_new_groups
from gate.holdings.order import Order
from gate.holdings.principal import Principal
from gate.holdings.principals import Principals
from tests.helpers.plans import change, plan
from tests.helpers.rooms import read_iam

G = "aws_iam_group.g"
REPLACED = {"change": {"actions": ["delete", "create"]}}


def members(*changes: dict[str, Any], may_not_come: bool = False, unsure: bool = False) -> set[str]:
    """The names of the members of each new group: what stands at its address after the change has Ann and Eve, she
    perhaps."""
    iam = read_iam(plan(*changes))
    resources = [replace(one, may_not_come=may_not_come) for one in iam.resources]
    principals = Principals(resources, Grouping(iam.accounts))
    (account,) = {principals.account_id(one) for one in resources}
    ann, eve = (Principal("user", account, name) for name in ("ann", "eve"))
    after = Inventory()
    for one in resources:
        group = principals.principal_at(one.address, after=True)
        if group is not None:
            after.resources[group] = 1
            for who in (ann, eve):
                after.containers[who].append((group, Link(Place("m", "users"), unsure=unsure and who is eve)))
    order = Order(iam.plan, iam.references, resources, principals, iam.answers.in_local)
    found = members_of_new_groups(resources, principals, Inventory(), after, order)
    return {f"{group.name}: {who.name}" for group, whose in found.items() for who in whose}


BOTH = {"admins: ann", "admins: eve"}


@pytest.mark.parametrize(
    ("changed", "more", "expected"),
    [
        (change(G, None, {"name": "admins"}), {}, BOTH),
        (change(G, None, {"name": "admins"}), {"unsure": True}, {"admins: ann"}),
        (change(G, None, {"name": "admins"}), {"may_not_come": True}, set()),
        (change(G, {"name": "admins"}, {"name": "admins"}, **REPLACED), {}, set()),
        (change(G, {"name": "admins"}, {"name": "admins", "path": "/x/"}), {}, set()),
        (change("aws_iam_role.r", None, {"name": "admins"}), {}, set()),
    ],
)
def test_who_is_in_a_new_group(changed: dict[str, Any], more: dict[str, bool], expected: set[str]) -> None:
    """A group that only this plan makes, and for certain: not one that is replaced, changed, or no group at all."""
    assert members(changed, **more) == expected
