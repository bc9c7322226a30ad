"""What a plan says of IAM, put together: every holder with the documents it has before and after the change."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.terraform import attachments, documents
from gate.terraform.accounts import Accounts
from gate.terraform.attributes import at
from gate.terraform.columns import Column, Held, Link
from gate.terraform.documents import Document, Place
from gate.terraform.evidence import Evidence
from gate.terraform.managed import ManagedPolicies, PlannedPolicy
from gate.terraform.plan import Plan
from gate.terraform.principals import Principal, Principals, managed_policy
from gate.terraform.resource_types import ASSIGNEE, OPAQUE, RESOURCE_TYPES, Opaque
from gate.terraform.sides import Sides, both

_DEPTH = 4  # a user is in groups, an assignee has permission sets; nothing nests deeper


class Boundary(msgspec.Struct, frozen=True, gc=False):
    """A permissions boundary; `document` has no content where gate can't see it."""

    document: Document
    place: Place


class Holder(msgspec.Struct, frozen=True, gc=False):
    """A principal, or a managed policy, with what it has on both sides."""

    principal: Principal
    label: str
    before: tuple[Held, ...]
    after: tuple[Held, ...]
    boundary_before: Boundary | None = None
    boundary_after: Boundary | None = None


class PolicyHolder(msgspec.Struct, frozen=True, gc=False):
    """A managed policy of the plan as a holder, and who has it."""

    holder: Holder
    planned: PlannedPolicy
    attached_before: frozenset[Principal]
    attached_after: frozenset[Principal]
    bounds: bool


class Holdings(msgspec.Struct, frozen=True, gc=False):
    """Everything that one plan says of IAM. `unlisted` are documents of types that nobody knows, `opaque` places of
    resources that newly create IAM resources out of sight, `unproven` roles that may have a hidden policy block."""

    principals: tuple[Holder, ...]
    policies: tuple[PolicyHolder, ...]
    unlisted: tuple[Document, ...]
    opaque: tuple[Place, ...]
    unproven: tuple[str, ...]


def holdings(plan: Plan, evidence: Evidence, aws: Callable[[str], Any], *, baseline: str = "refreshed") -> Holdings:
    """Reads a plan; `aws` is what AWS-managed policies say (see ManagedPolicies). Raises GateError."""
    sides = both(plan, RESOURCE_TYPES, baseline=baseline)
    accounts = Accounts(plan, evidence.references)
    principals = Principals(sides, evidence, accounts)
    policies = ManagedPolicies(plan, sides, evidence, accounts, aws)
    before, after = attachments.collect(sides, principals, policies, evidence)
    everybody = sorted(
        {
            *before.documents,
            *after.documents,
            *before.containers,
            *after.containers,
            *after.boundaries,
            *before.boundaries,
        }
    )
    found = tuple(
        Holder(
            principal,
            principals.label(principal),
            tuple(_documents(before, principal)),
            tuple(_documents(after, principal, before)),
            _boundary(before, principal, after=False),
            _boundary(after, principal, after=True),
        )
        for principal in everybody
    )
    strange = both(plan, {r.type for r in plan.resource_changes if documents.is_unlisted(r.type)}, baseline=baseline)
    return Holdings(
        found,
        tuple(_policy_holders(policies, before, after)),
        tuple(documents.unlisted(strange)),
        tuple(_opaque(plan)),
        tuple(
            side.resource.address
            for side in sides
            if side.before is None and documents.is_unproven(side, RESOURCE_TYPES[side.resource.type], evidence)
        ),
    )


def _documents(column: Column, principal: Principal, former: Column | None = None, depth: int = 0) -> list[Held]:
    """Everything that a principal has, with what comes through groups and permission sets.

    Of two memberships in one group that `former` shows, one that goes takes the other one along.
    """
    found = list(column.documents.get(principal, ()))
    if depth >= _DEPTH:
        return found
    for container, link in _containers(column, principal):
        before = [was for other, was in former.containers.get(principal, ()) if other == container] if former else []
        after = [now for other, now in column.containers.get(principal, ()) if other == container]
        lost = {was.place for was in before} - {now.place for now in after}
        gone = min(lost) if lost and link.place in {was.place for was in before} else None
        for held in _documents(column, container, former, depth + 1):
            withdrawn = held.withdrawn or gone
            found.append(replace(held, links=(*held.links, link), withdrawn=withdrawn))
    return found


def _containers(column: Column, principal: Principal) -> Iterator[tuple[Principal, Link]]:
    """The groups or permission sets of a principal; a group of the identity store is assigned under several labels."""
    for container, link in column.containers.get(principal, ()):
        if container.kind != ASSIGNEE:
            yield container, link
            continue
        for other in {*column.documents, *column.containers}:
            if (other.kind, other.account, other.name) == (ASSIGNEE, container.account, container.name):
                yield other, link


def _boundary(column: Column, principal: Principal, *, after: bool) -> Boundary | None:
    """The boundary of a principal; an assignee with one permission set is bounded as that is.

    Where resources disagree, or one of two with the same name has none, none can be relied on after the change.
    """
    found = column.boundaries.get(principal, [])
    containers = {container for container, _ in column.containers.get(principal, ())}
    if not found and principal.kind == ASSIGNEE and len(containers) == 1:
        principal = containers.pop()
        found = column.boundaries.get(principal, [])
    different = {held.document.place for held in found}
    unsure = len(different) != 1 or len(found) < column.resources.get(principal, 0)
    if not found or (after and unsure):
        return None
    return Boundary(found[0].document, found[0].links[0].place)


def _policy_holders(policies: ManagedPolicies, before: Column, after: Column) -> list[PolicyHolder]:
    had, has, bounding = _attached(before), _attached(after), _bounding(after)
    result = []
    for key, planned in policies.planned.items():
        values = planned.side.after or planned.side.before
        row = RESOURCE_TYPES[planned.side.resource.type]
        name = values.get(row.policy.name) if row.policy and isinstance(values, dict) else None
        principal = managed_policy(name if isinstance(name, str) else f"({key})", planned.account or "")
        address = planned.side.resource.address
        holder = Holder(
            principal,
            f"policy {principal.name}",
            tuple(Held(document) for document in planned.before),
            tuple(Held(document) for document in planned.after),
        )
        result.append(
            PolicyHolder(
                holder, planned, frozenset(had.get(address, ())), frozenset(has.get(address, ())), address in bounding
            )
        )
    return result


def _attached(column: Column) -> dict[str, set[Principal]]:
    found: dict[str, set[Principal]] = {}
    for principal, held in column.documents.items():
        for entry in held:
            if entry.links:
                found.setdefault(entry.document.place.address, set()).add(principal)
    return found


def _bounding(column: Column) -> set[str]:
    return {held.document.place.address for bounds in column.boundaries.values() for held in bounds}


def _opaque(plan: Plan) -> list[Place]:
    return [
        Place(side.resource.address, rule.path.removesuffix("[]"))
        for side in both(plan, OPAQUE)
        for rule in [OPAQUE[side.resource.type]]
        if _matches(side.after, rule) and (not _matches(side.before, rule) or _changed(side))
    ]


def _matches(values: Any, rule: Opaque) -> bool:
    return any(isinstance(value, str) and value.startswith(rule.values) for _, value in at(values, rule.path))


def _changed(side: Sides) -> bool:
    return bool(side.before != side.after)
