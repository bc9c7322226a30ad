"""Principals that get a name which AWS makes up of a prefix, in the place of others with that prefix."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from gate.holdings.principal import Key, Principal
from gate.holdings.resolve import IamResource


def paired(resources: Iterable[IamResource], principals: Mapping[str, Principal]) -> Iterator[tuple[str, Principal]]:
    """Who created principals are whose names are unknown, by address: they take the places of as many deleted ones with
    their name_prefix. `principals` are those of all resources, by address."""
    gone: dict[Key, list[Principal]] = defaultdict(list)
    new: dict[Key, list[str]] = defaultdict(list)
    for resource in resources:
        if resource.stays:
            continue
        principal = principals.get(resource.address)
        created, deleted = resource.before is None, not resource.values_after
        values = resource.after if created else resource.before
        prefix = values.get("name_prefix") if isinstance(values, dict) else None
        if principal is None or not isinstance(prefix, str) or not prefix:
            continue
        key = (principal.kind, principal.account, prefix)
        if deleted:
            gone[key].append(principal)
        elif created and not principal.is_known_by_name:
            new[key].append(resource.address)
    for key, addresses in new.items():
        if len(addresses) == len(gone[key]):
            yield from zip(addresses, gone[key], strict=True)
