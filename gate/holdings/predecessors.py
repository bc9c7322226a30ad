"""Whose place a principal takes that is made at an address where nobody was: who goes at another one.

It is one principal (gate.holdings.principals), and what its new address says of it is new beside what the old one said.
"""

from collections.abc import Callable, Iterable, Mapping

from gate.holdings.identity_store import IDENTITY_STORE
from gate.holdings.name_prefixes import paired
from gate.holdings.principal import Key, Principal, folded_key
from gate.holdings.resolve import IamResource
from gate.plan.attributes import text_of


def predecessors(
    resources: Iterable[IamResource], account_id: Callable[[IamResource], str]
) -> Mapping[str, IamResource]:
    """Who had the name, or a name of the same prefix, and goes, by the address of whoever takes it."""
    listed = [one for one in resources if one.row.own_name and one.deposed in (None, False)]
    gone = {one.address: one for one in listed if not one.values_after}
    if not gone:
        return {}
    had = {_key(one, one.before, account_id): one for one in reversed(gone.values())}
    made = [one for one in listed if one.before is None]
    found = {one.address: had[key] for one in made if (key := _key(one, one.after, account_id)) in had}
    addresses = {address: Principal(one.type, account_id(one), address) for address, one in gone.items()}
    # in parentheses, as those whose name is not known
    addresses |= {one.address: Principal(one.type, account_id(one), f"({one.address})") for one in made}
    found.update((address, gone[was.name]) for address, was in paired(listed, addresses))
    return found


def _key(resource: IamResource, values: object, account_id: Callable[[IamResource], str]) -> Key:
    """What tells a principal from others; its name is empty where it is not known. Who is in the identity store is
    known by what people call it, in the store."""
    row, own = resource.row, resource.row.own_name
    if own is None:
        return "", "", ""
    if row.is_in_store:
        label = row.label or ""
        return own.kind, f"{account_id(resource)} {text_of(values, IDENTITY_STORE)} {label}", text_of(values, label)
    return folded_key((own.kind, account_id(resource), text_of(values, own.path)))
