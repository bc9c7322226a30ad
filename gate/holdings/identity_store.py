"""Users and groups of the identity store that a plan manages: AWS gives them their ids, and no id comes again.

A user name, and the display name of a group, is unique at a time in its store
(https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html
and API_CreateGroup.html).
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, TypeVar

from gate.holdings.resolve import IamResource
from gate.holdings.resource_types import PERMISSION_SET
from gate.plan.attributes import text_of, values_at

IDENTITY_STORE = "identity_store_id"
_Who = TypeVar("_Who", bound=Hashable)
_Step = tuple[IamResource, _Who | None, _Who | None]  # who it is by its id before and after, None where nobody


def made_anew(steps: Sequence[_Step[_Who]], account_of: Callable[[IamResource], str]) -> dict[str, _Who]:
    """Who is made, by address: whoever had the name in the store and goes, else somebody new. A group in the place of
    another one is that one: who is in it is looked at anyway. A person in the place of another one is not."""

    def called(resource: IamResource, values: Any) -> tuple[str, ...]:
        label = resource.row.label or ""
        return label, account_of(resource), text_of(values, IDENTITY_STORE), text_of(values, label)

    inside = [step for step in steps if step[0].row.is_in_store]
    gone = {called(one, one.before): was for one, was, _ in inside if was is not None and one.deleted}
    found: dict[str, _Who] = {}
    for one, was, will in inside:
        if will is not None and one.created:
            key = called(one, one.after)
            itself = will if was is None or one.row.is_person else was
            found[one.address] = gone.get(key, itself) if key[-1] else itself
    return found


def assigned_elsewhere(resources: Sequence[IamResource]) -> Iterator[str]:
    """The addresses of those to whom plans of other accounts may assign permission sets: who is there already, and was
    assigned none by what this plan manages. An assignment that the change adds proves nothing: who writes it may be who
    joins."""
    assigned = {
        name
        for resource in resources
        if resource.row.joins is not None and resource.row.joins.kind == PERMISSION_SET
        for names in resource.row.recipients
        for _, name in values_at(resource.before, names.path)
        if isinstance(name, str)
    }
    for resource in resources:
        stays = resource.row.is_in_store and not (resource.created or resource.deleted)
        if stays and resource.row.own_name and text_of(resource.before, resource.row.own_name.path) not in assigned:
            yield resource.address
