"""A principal of IAM or IAM Identity Center, and what tells principals apart.

"Names are not distinguished by case. For example, you cannot create resources named both MyResource and myresource"
(https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html): two spellings are one principal.
"""

import msgspec
from msgspec.structs import replace

from gate.holdings.resource_types import GROUP, ROLE, USER

POLICY = "policy"
_NAMED_IN_IAM = frozenset({GROUP, ROLE, USER})
Key = tuple[str, str, str]  # kind, account, name


class Principal(msgspec.Struct, frozen=True, gc=False, order=True, cache_hash=True):
    """A role, user, group, permission set, assignee, or a managed policy, which somebody may attach.

    `name` decides who it is; where the name is unknown it is the resource's address in parentheses. `scope` tells
    assignees apart: what kind it is, in which target account, with which permission set.
    """

    kind: str
    account: str
    name: str
    scope: tuple[str, ...] = ()

    @property
    def is_known_by_name(self) -> bool:
        """Whether `name` is its own: no name has parentheses, see "IAM name requirements" in
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html."""
        return not self.name.startswith("(")


def folded_key(key: Key) -> Key:
    """What tells principals of IAM apart: their names are not distinguished by case. An address in parentheses is."""
    kind, account, name = key
    return (kind, account, name.lower()) if kind in _NAMED_IN_IAM and name[:1] != "(" else key


def unscoped(principal: Principal) -> Principal:
    """Who is in the identity store, whichever sessions it has."""
    return replace(principal, scope=()) if principal.scope else principal


def managed_policy(name: str, account: str) -> Principal:
    """A managed policy as the holder of what it grants: somebody may attach it elsewhere."""
    return Principal(POLICY, account, name)
