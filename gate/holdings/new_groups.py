"""Groups that a plan creates, of IAM or of the identity store: nobody is in one whom the plan does not put there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from gate.holdings.inventory import Inventory
from gate.holdings.order import Order
from gate.holdings.principal import Principal, unscoped
from gate.holdings.principals import Principals
from gate.holdings.resolve import IamResource
from gate.holdings.resource_types import GROUPS


def members_of_new_groups(
    resources: Sequence[IamResource], principals: Principals, before: Inventory, after: Inventory, order: Order
) -> Mapping[Principal, frozenset[Principal]]:
    """The members of each group that the plan creates, of which nothing was there before, and that gets all it has by
    what refers to it. A group of the identity store is one for each account and permission set that it is assigned.

    AWS refuses to create a group whose name is taken, and then what refers to the group does not come about. What names
    it by a text of its own would give it to the members of the other group
    (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html and
    https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroup.html).
    """
    created = set(_created(resources, principals))
    if not created:
        return {}
    known = {*before.resources, *map(unscoped, (*before.documents, *(group for group, _ in _memberships(before))))}
    created = {group for group in created - known if after.resources.get(group) == 1}
    new = {
        group
        for group in {*created, *(one for one in after.containers if unscoped(one) in created)}
        if not group.is_known_by_name  # then no text can name it
        or all(order.comes_after(place.address, group) for place in after.given_at(group))
    }
    members: dict[Principal, set[Principal]] = defaultdict(set)
    for group, member in _memberships(after):
        if group in new:
            members[group].add(member)
    return {group: frozenset(found) for group, found in members.items()}


def _created(resources: Sequence[IamResource], principals: Principals) -> Iterator[Principal]:
    for resource in resources:
        is_group = resource.row.own_name is not None and resource.row.own_name.kind in GROUPS
        if is_group and resource.created and resource.before is None and not resource.may_not_come:
            group = principals.principal_at(resource.address, after=True)
            if group is not None:
                yield group


def _memberships(inventory: Inventory) -> Iterator[tuple[Principal, Principal]]:
    """Every group with one of its members, where it is certain that it is this group and this member."""
    for member, joined in inventory.containers.items():
        yield from ((group, member) for group, link in joined if not link.unsure)
