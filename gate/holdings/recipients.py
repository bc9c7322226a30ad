"""Whom a resource gives what it has: the principals that its attributes name, or that it is."""

from msgspec.structs import replace

from gate.holdings.documents import ANY_NAME
from gate.holdings.principals import NamedPrincipal, Principals
from gate.holdings.resolve import IamResource, Version
from gate.holdings.resource_types import ResourceType


def recipients(principals: Principals, resource: IamResource, version: Version) -> list[NamedPrincipal]:
    """Whom a version of a resource gives something. What is kept goes to nobody that is listed anew, and an inline
    policy to nobody for whom the resource writes another one under its name."""
    holders = _named(principals, resource, version)
    if not version.kept:
        return holders
    planned = next((each for each in resource.versions_after if not each.kept), None)
    if planned is not None and (resource.row.stays or _writes_over(resource.row, version, planned)):
        listed_anew = {who.principal for who in _named(principals, resource, planned) if not who.allows_only}
        return [who for who in holders if who.principal not in listed_anew]
    return holders


def _named(principals: Principals, resource: IamResource, version: Version) -> list[NamedPrincipal]:
    found = certain_recipients(principals, resource, version)
    may_not_come = version.after and not version.kept and resource.may_not_come
    return [replace(who, allows_only=True) for who in found] if may_not_come else found


def certain_recipients(principals: Principals, resource: IamResource, version: Version) -> list[NamedPrincipal]:
    """Whom a version of a resource names, or is, as far as AWS takes it and nothing else has written it anew."""
    row = resource.row
    if row.own_name:
        own = principals.principal_at(resource.address, after=version.after and not version.kept)
        if own is None or resource.deposed not in (None, False):
            return []
        return [NamedPrincipal(own, row.own_name.path)]
    found: list[NamedPrincipal] = []
    for names in row.recipients:
        found += principals.named(resource, version, names)
    if found or version.kept or not version.after or not resource.acts:
        return found  # what does not act gives nobody anything new
    if row.recipients and not any("[]" in names.path for names in row.recipients):
        names = row.recipients[0]
        found = [*principals.left(resource, version, names)]
        found = found or [principals.unidentified(resource, names)]  # it goes to somebody, whoever that is
    return found


def _writes_over(row: ResourceType, kept: Version, planned: Version) -> bool:
    """Whether an inline policy that is let go has the very name of the one that the resource writes anew."""
    names, anew = ({document.name for document in each.documents} for each in (kept, planned))
    return bool(names) and row.own_name is None and "" not in names and names == anew - {ANY_NAME}
