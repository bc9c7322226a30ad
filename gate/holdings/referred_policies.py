"""Managed policies that are referred to, where the plan hides the ARN: by the source, else by what a reference leads
to."""

from collections.abc import Iterator

from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.hidden import Hidden, HiddenElement, Lead
from gate.holdings.managed_policies import ManagedPolicies, PlannedPolicy, is_aws_managed
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.plan.addresses import Target
from gate.unknown import OneOf, Unresolved


def referred(policies: ManagedPolicies, hidden: Hidden, place: Place, account: str) -> Iterator[Document]:
    """The documents behind an ARN, or a list of them, that is known only after apply and stands at a place.

    The source tells the expression itself. Without it, what its references lead to is taken at face value.
    """
    if hidden.elements is not None:
        yield from (document for one in hidden.elements for document in _behind(policies, one, place, account))
        return
    found = list(_at_face_value(policies, hidden, account))
    yield from found
    if not found or hidden.may_hold_more or not all(_is_seen(policies, lead) for lead in hidden.leads):
        yield Document(place, Unresolved(hidden.references))


def _behind(policies: ManagedPolicies, element: HiddenElement, place: Place, account: str) -> Iterator[Document]:
    """The documents behind an ARN as the source gives it."""
    if element.text == "":
        yield Document(place, "")
    elif element.text is not None:
        yield from policies.document(element.text, account, after=True)
    if element.text is not None:
        return
    if element.alternatives:
        found = [document for one in element.alternatives for document in _behind(policies, one, place, account)]
        if all(document.content is not None for document in found):
            yield Document(place, OneOf(tuple(document.content for document in found)))
            return
    lead = element.lead if element.lead and _is_policy_arn(element.lead.target) else None
    planned = _planned(policies, lead) if lead else []
    yield from (document for policy in planned for document in policy.after)
    stays = _as_before(policies, lead) if lead else None
    if stays:
        yield from policies.document(stays, account, after=True)
    elif not planned:
        yield Document(place, Unresolved(element.references))


def _planned(policies: ManagedPolicies, lead: Lead) -> list[PlannedPolicy]:
    return [policies.planned[address] for address in lead.addresses if address in policies.planned]


def _as_before(policies: ManagedPolicies, lead: Lead) -> str | None:
    """The ARN of AWS's own policy that something had attached before, and that a data source finds under its name
    during the apply: beside another policy of that name it would find two, and fail."""
    names = {policies.looked_for.get(address) for address in lead.addresses}
    name = names.pop() if len(names) == 1 else None
    if name is None:
        return None
    found = [arn for arn in policies.called_before if is_aws_managed(arn) and arn.rpartition("/")[2] == name]
    return found[0] if len(found) == 1 else None


def _is_seen(policies: ManagedPolicies, lead: Lead) -> bool:
    """Whether what a reference leads to is not out of sight: what a data source reads during the apply is."""
    return lead.target.mode != "data" or _as_before(policies, lead) is not None


def _at_face_value(policies: ManagedPolicies, hidden: Hidden, account: str) -> Iterator[Document]:
    if hidden.dead_ends or not all(_is_policy_arn(lead.target) for lead in hidden.leads):
        return
    for lead in hidden.leads:
        for planned in _planned(policies, lead):
            for document in planned.after:
                yield replace(document, rests_on=document.rests_on or lead.target.address)
        stays = _as_before(policies, lead)
        for document in policies.document(stays, account, after=True) if stays else ():
            yield replace(document, rests_on=lead.target.address)


def _is_policy_arn(target: Target) -> bool:
    row = RESOURCE_TYPES.get(target.type)
    return row is not None and row.policy is not None and target.attribute in (row.policy.arn, "id", "")
