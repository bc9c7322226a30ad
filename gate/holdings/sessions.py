"""Who is in a group of the identity store: a session for each account and permission set that the group is assigned.

"When you assign a group, its members get a role in the account for each permission set"
(https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html): what one set denies, or bounds,
holds back nothing of another one, and who is assigned a set directly has the very session that a group would give.
"""

from collections import defaultdict
from collections.abc import Callable, Container

from msgspec.structs import replace

from gate.holdings.documents import Place
from gate.holdings.inventory import Inventory, Link
from gate.holdings.principal import Principal, unscoped
from gate.holdings.resource_types import ASSIGNEE

_USER = "user"  # as an assignment calls who is assigned directly


def give_sessions(
    before: Inventory, after: Inventory, acts: Callable[[Place], bool], described: Container[Principal] = ()
) -> None:
    """Puts each member of such groups, for every assignment of the group, into that assignment. `acts`: whether the
    apply does anything at a place; `described` is who is described anew.

    Sessions that nothing gives or takes are left out, or members times assignments would be too many: what happens to
    their permission set, and to the group, is told of these.
    """
    found = [(inventory, each) for inventory in (before, after) for each in _sessions(inventory)]
    if not found:
        return

    def moves(inventory: Inventory, who: Principal) -> bool:
        return any(acts(link.place) for _, link in inventory.containers.get(who, ()))

    moving = {
        session
        for inventory, (session, one, link) in found
        if acts(link.place) or moves(inventory, one) or unscoped(session) in described
    }
    direct = {who for inventory in (before, after) for who in inventory.containers if who.kind == ASSIGNEE}
    moving |= {who for who in direct if moves(before, who) or moves(after, who)}
    for inventory, (session, assigned, link) in found:
        if session in moving:
            inventory.containers[session].append((assigned, link))


def _sessions(inventory: Inventory) -> list[tuple[Principal, Principal, Link]]:
    """Every session of a member, with the assignment of the group that gives it, and the membership. The memberships
    themselves are taken away."""
    members = [who for who, joined in inventory.containers.items() if any(one.kind == ASSIGNEE for one, _ in joined)]
    labels: dict[tuple[str, str], set[Principal]] = defaultdict(set)
    for one in (*inventory.documents, *inventory.containers) if members else ():
        if one.kind == ASSIGNEE and one.scope:
            labels[_id(one)].add(one)
    found = []
    for member in members:
        joined = inventory.containers.pop(member)
        for group, link in joined:
            if group.kind != ASSIGNEE:
                inventory.containers[member].append((group, link))
                continue
            assignments = sorted(one for one in labels[_id(group)] if one.scope != group.scope)
            found += [(replace(member, scope=(_USER, *one.scope[1:])), one, link) for one in assignments]
    return found


def _id(group: Principal) -> tuple[str, str]:
    """What tells groups apart. AWS takes an id with letters in upper case as well, and no two ids differ in that alone
    (https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroupMembership.html)."""
    return group.account, group.name.lower() if group.is_known_by_name else group.name
