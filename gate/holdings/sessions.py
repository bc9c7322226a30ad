"""Who is in a group of the identity store: a session for each account and permission set that the group is assigned.

"When you assign a group, its members get a role in the account for each permission set"
(https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html): what one set denies, or bounds,
holds back nothing of another one, and who is assigned a set directly has the very session that a group would give.
"""

from collections import defaultdict

from msgspec.structs import replace

from gate.holdings.inventory import Inventory
from gate.holdings.principals import Principal
from gate.holdings.resource_types import ASSIGNEE

_USER = "user"  # as an assignment calls who is assigned directly


def give_sessions(inventory: Inventory) -> None:
    """Puts each member of such groups, for every assignment of the group, into that assignment."""
    members = [who for who, joined in inventory.containers.items() if any(one.kind == ASSIGNEE for one, _ in joined)]
    if not members:
        return
    labels: dict[tuple[str, str], set[Principal]] = defaultdict(set)
    for one in (*inventory.documents, *inventory.containers):
        if one.kind == ASSIGNEE:
            labels[one.account, one.name].add(one)
    for member in members:
        joined = inventory.containers.pop(member)
        for group, link in joined:
            if group.kind != ASSIGNEE:
                inventory.containers[member].append((group, link))
                continue
            for assigned in sorted(labels[group.account, group.name] - {group}):
                session = replace(member, scope=(_USER, *assigned.scope[1:]))
                inventory.containers[session].append((assigned, link))
