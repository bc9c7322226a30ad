"""Who is who: from names, and references where a name is unknown, to principals that are the same on both sides."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec

from gate.holdings.grouping import Grouping
from gate.holdings.hidden_values import Evidence, listed
from gate.holdings.resource_types import ASSIGNEE, PERMISSION_SET, RESOURCE_TYPES, PrincipalNames
from gate.plan.addresses import Target
from gate.plan.attributes import values_at
from gate.plan.before_after import ManagedResource
from gate.plan.shapes import UNKNOWN

POLICY = "policy"


class Principal(msgspec.Struct, frozen=True, gc=False, order=True):
    """A role, user, group, permission set, assignee, or a managed policy, which somebody may attach.

    `name` decides who it is; where the name is unknown it is the resource's address in parentheses. `scope` tells
    assignees apart: what kind it is, in which target account, with which permission set.
    """

    kind: str
    account: str
    name: str
    scope: tuple[str, ...] = ()


class NamedPrincipal(msgspec.Struct, frozen=True, gc=False):
    """A principal that a resource names at `attribute`.

    `reference` is what was taken at face value for who it is, empty where nothing was. It `is_unidentified` where even
    `references`, all that its name is computed from, do not tell who it is. `allows_only`: it may be this one or
    another, so that what is allowed counts for each and what is denied for none.
    """

    principal: Principal
    attribute: str
    reference: str = ""
    is_unidentified: bool = False
    references: tuple[str, ...] = ()
    allows_only: bool = False


class Principals:
    """The principals of one plan."""

    def __init__(self, resources: list[ManagedResource], evidence: Evidence, grouping: Grouping) -> None:
        self._evidence = evidence
        self._grouping = grouping
        self._by_address: dict[str, Principal] = {}
        self._left: set[tuple[str, str, str]] = set()
        self._former: dict[str, Principal] = {}
        self._renamed: dict[tuple[str, str, str], Principal] = {}
        self._labels: dict[Principal, str] = {}
        self._identify([resource for resource in resources if _row(resource).own_name])
        self._shown = frozenset(self._by_address.values())

    def principal_at(self, address: str, *, after: bool) -> Principal | None:
        """The principal that the resource at an address is on one side."""
        return (self._by_address if after else self._former).get(address)

    def is_shown(self, principal: Principal) -> bool:
        """Whether the plan manages the principal itself, so that what it has is in the plan."""
        return principal in self._shown

    def label(self, principal: Principal) -> str:
        """How people call it: `role app`, and of which account where the plan has several."""
        return self._called(principal) + self._grouping.label_suffix(principal.account)

    def _called(self, principal: Principal) -> str:
        name = self._labels.get(principal, principal.name)
        if not principal.scope:
            return f"{principal.kind} {name}"
        what, where, *sets = principal.scope
        told = f"{what} {name}" + (f" in account {where}" if where else "")
        called = (self._called(Principal(PERMISSION_SET, principal.account, each)) for each in sets)
        return told + "".join(f" ({each})" for each in called)

    def account_id(self, resource: ManagedResource) -> str:
        """The id of a resource's account."""
        return self._grouping.account_id(resource)

    def named(
        self, resource: ManagedResource, values: Any, holders: PrincipalNames, *, after: bool
    ) -> Iterator[NamedPrincipal]:
        """The principals that a resource names on one side."""
        for attribute, name in values_at(values, holders.path):
            if name is UNKNOWN:
                yield from self._referred(resource, holders, attribute)
            elif isinstance(name, str):
                kind, account = holders.kind, self._grouping.account_id(resource)
                if after and (kind, account, name) in self._left:
                    continue  # its principal was made anew under another name: this one is gone
                scope = _scope(values) if kind == ASSIGNEE else ()
                renamed = self._renamed.get((kind, account, name)) if after else None
                yield NamedPrincipal(renamed or Principal(kind, account, name, scope), attribute)

    def _referred(self, resource: ManagedResource, holders: PrincipalNames, attribute: str) -> Iterator[NamedPrincipal]:
        """The principals whose names are known only after apply: by the source, else by what the name refers to."""
        account = self._grouping.account_id(resource)
        path = holders.path
        value = self._evidence.value(resource, path.removesuffix("[]")) if "." not in path else None
        for element in listed(value) if value is not None else ():
            target = self._evidence.target(element)
            found = self._lead_to([target] if target else [], resource, holders.kind)
            if isinstance(element, str):
                name = self._renamed.get((holders.kind, account, element))
                yield NamedPrincipal(name or Principal(holders.kind, account, element), attribute)
            elif found:
                yield from (NamedPrincipal(principal, attribute) for principal, _ in found)
            else:
                yield self._unidentified(resource, holders, attribute, getattr(element, "references", ()))
        if value is not None:
            return
        references = self._evidence.references
        origin = references.origin(resource, references.expression(resource, path))
        led = self._lead_to(list(origin.targets), resource, holders.kind)
        for principal, reference in led:
            yield NamedPrincipal(principal, attribute, reference=reference, allows_only=len(led) > 1)
        if not led or origin.dead_ends or {reference for _, reference in led} != {t.address for t in origin.targets}:
            yield self._unidentified(resource, holders, attribute, origin.names)

    def unidentified(self, resource: ManagedResource, holders: PrincipalNames) -> NamedPrincipal:
        """Whoever it is that a resource should name, and does not."""
        return self._unidentified(resource, holders, holders.path, ())

    def _unidentified(
        self, resource: ManagedResource, holders: PrincipalNames, attribute: str, references: tuple[str, ...]
    ) -> NamedPrincipal:
        """A principal of which only is known what its name is computed from."""
        name = f"({' and '.join(references) or f'unknown until apply, {resource.address}'})"
        principal = Principal(holders.kind, self._grouping.account_id(resource), name)
        told = ", ".join(references)
        return NamedPrincipal(principal, attribute, reference=told, is_unidentified=True, references=references)

    def _lead_to(self, targets: list[Target], resource: ManagedResource, kind: str) -> list[tuple[Principal, str]]:
        """The principals that references lead to; a name that is used in another account is another principal's."""
        account = self._grouping.account_id(resource)
        found: dict[Principal, str] = {}
        for target in targets:
            row = RESOURCE_TYPES.get(target.type)
            if row is None or row.own_name is None or target.attribute not in (row.own_name.path, "name", "id", ""):
                continue  # a description or a tag says nothing about whose it is
            for instance in self._evidence.references.instances(target, resource):
                principal = self._by_address.get(instance.address)
                if principal is not None and (principal.kind, principal.account) == (kind, account):
                    found.setdefault(principal, target.address)
        return list(found.items())

    def _identify(self, resources: list[ManagedResource]) -> None:
        """Who the principal of every resource is, on both sides: the name decides."""
        resources = [resource for resource in resources if resource.deposed in (None, False)]
        before = {self._at(resource, resource.before) for resource in resources}
        after = Counter(self._at(resource, values) for resource in resources for values in resource.values_after)
        for resource in resources:
            was, will = self._at(resource, resource.before), self._at(resource, resource.after)
            if will is None or (was is not None and will.name.startswith("(")):
                principal = was
            elif was is not None and will != was and will not in before and not after[was]:
                principal = was  # under a new name that nobody had, and nobody takes the old one
                if resource.created:
                    self._left.add((was.kind, was.account, was.name))
                self._renamed[will.kind, will.account, will.name] = was
            else:
                principal = will
            if was is not None:
                self._former.setdefault(resource.address, was)
            if principal is not None:
                self._by_address.setdefault(resource.address, principal)
                self._name(principal, resource)
        self._pair_prefixes(resources)

    def _name(self, principal: Principal, resource: ManagedResource) -> None:
        for values in (resource.after, resource.before):
            label = values.get(_row(resource).label) if isinstance(values, dict) and _row(resource).label else None
            if isinstance(label, str):
                self._labels.setdefault(principal, label)

    def _at(self, resource: ManagedResource, values: Any) -> Principal | None:
        """The principal that a resource is with these values; by its address where its name is not known."""
        if not isinstance(values, dict):
            return None
        own_name = _row(resource).own_name
        name = values.get(own_name.path)
        account = self._grouping.account_id(resource)
        return Principal(own_name.kind, account, name if isinstance(name, str) else f"({resource.address})")

    def _pair_prefixes(self, resources: list[ManagedResource]) -> None:
        """Created principals whose names are unknown take the places of as many deleted ones with their name_prefix."""
        gone: dict[tuple[str, str, str], list[Principal]] = defaultdict(list)
        new: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for resource in resources:
            principal = self._by_address.get(resource.address)
            created, deleted = resource.before is None, not resource.values_after
            values = resource.after if created else resource.before
            prefix = values.get("name_prefix") if isinstance(values, dict) else None
            if principal is None or not isinstance(prefix, str) or not prefix:
                continue
            key = (principal.kind, principal.account, prefix)
            if deleted:
                gone[key].append(principal)
            elif created and principal.name.startswith("("):
                new[key].append(resource.address)
        for key, addresses in new.items():
            if len(addresses) == len(gone[key]):
                self._by_address.update(zip(addresses, gone[key], strict=True))


def _row(resource: ManagedResource) -> Any:
    return RESOURCE_TYPES[resource.type]


def _scope(values: Any) -> tuple[str, ...]:
    if not isinstance(values, dict):
        return ()
    kind, account = values.get("principal_type"), values.get("target_id")
    what = kind.lower() if isinstance(kind, str) else "identity store user"
    return what, account if isinstance(account, str) else ""


def managed_policy(name: str, account: str) -> Principal:
    """A managed policy as the holder of what it grants: somebody may attach it elsewhere."""
    return Principal(POLICY, account, name)
