"""Which permissions boundary a resource gives."""

from collections.abc import Iterator

from gate.holdings.attached_policies import AttachedPolicies, is_one_of_several
from gate.holdings.documents import Document, Place
from gate.holdings.inventory import HeldDocument, Link
from gate.holdings.managed_policies import ManagedPolicies
from gate.holdings.parts import Part
from gate.holdings.principals import Principals
from gate.plan.attributes import values_at


def bound(part: Part, attached: AttachedPolicies, policies: ManagedPolicies, principals: Principals) -> None:
    """Notes which boundary a version of a resource gives to whom."""
    bounding = list(_boundary(part, attached, policies, principals))
    for who in part.holders if bounding else ():
        if not (who.allows_only and part.version.after):  # a boundary only holds back
            part.inventory.boundaries[who.principal] += bounding


def _boundary(
    part: Part, attached: AttachedPolicies, policies: ManagedPolicies, principals: Principals
) -> Iterator[HeldDocument]:
    row = part.row
    for attribute, arn in values_at(part.version.values, row.boundary) if row.boundary else ():
        if arn == "":
            continue  # as a refresh shows that there is none
        link = Link(Place(part.resource.address, attribute))
        found = attached.behind(part.resource, attribute, arn, after=part.version.after)
        account = principals.account_id(part.resource)
        comes_with_it = row.own_name is not None and part.resource.before is None  # or nobody is created
        is_foreign = isinstance(arn, str) and not comes_with_it and policies.is_newly_called(arn, account)
        is_namesake = isinstance(arn, str) and attached.may_be_of_another(part, arn)
        if is_foreign or is_namesake or is_one_of_several(found):
            found = [Document(Place(arn, "") if isinstance(arn, str) else link.place, None)]
        elif part.version.after and not comes_with_it and any(map(policies.may_not_come, found)):
            found = [Document(link.place, None)]
        yield from (HeldDocument(document, (link,)) for document in found)
    for each in attached.by_name(part, row.boundary_by_name) if row.boundary_by_name else ():
        link = Link(Place(part.resource.address, each.attribute))
        documents = [Document(link.place, None)] if each.may_not_come or each.is_elsewhere else each.documents
        yield from (HeldDocument(document, (link,)) for document in documents)
