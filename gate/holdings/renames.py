"""Users and groups that an update gives another name: access keys, passwords, members and policies come along, whoever
had the name before.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users_manage.html,
https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html and API_UpdateGroup.html.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

from gate.holdings.resolve import IamResource

_Who = TypeVar("_Who", bound=Hashable)
Step = tuple[IamResource, _Who | None, _Who | None]  # who it is by its name before and after, None where nobody


def renamed(steps: Sequence[Step[_Who]], kept: Iterable[_Who | None]) -> dict[str, _Who | None]:
    """The addresses where a name does not tell who somebody is, because such an update gives it to or takes it from
    somebody: with who it was and still is, None for somebody who is nobody that was there. `kept` are the principals
    that stay in the account although the plan lets go of them."""
    bearers: dict[Hashable, set[_Who | None]] = defaultdict(set)
    for _, was, will in steps:
        if will is not None:
            bearers[will].add(was)
    for one in kept:
        if one is not None:
            bearers[one].add(one)
    gone = {was for resource, was, will in steps if will is None and resource.kept is None}
    moved = [(step[1], step[2]) for step in steps if _is_renamed(*step)]
    # AWS refuses a name that somebody keeps
    taken = {will for _, will in moved if will not in bearers[will] or will in gone}
    left = {was for was, will in moved if will in taken}
    # Who is made anew under a name that is left stays who it was, unless its former name is somebody's as well
    return {
        resource.address: was if bearers[will] == {was} and (was in left or was not in bearers) else None
        for resource, was, will in steps
        if will in taken or (was != will and will in left)
    }


def _is_renamed(resource: IamResource, was: Hashable | None, will: Hashable | None) -> bool:
    own_name, after = resource.row.own_name, resource.after
    is_known = own_name is not None and isinstance(after, dict) and isinstance(after.get(own_name.path), str)
    in_place = resource.row.renames and not resource.created and not resource.deleted
    return in_place and is_known and was is not None and was != will
