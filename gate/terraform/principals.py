"""Who is who: from names, and references where a name is unknown, to principals that are the same on both sides."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec

from gate.terraform.accounts import Account, Accounts
from gate.terraform.attributes import at
from gate.terraform.configuration import Target
from gate.terraform.evidence import Evidence, listed
from gate.terraform.plan import UNKNOWN, ResourceChange
from gate.terraform.resource_types import ASSIGNEE, RESOURCE_TYPES, Holders
from gate.terraform.sides import Sides


class Principal(msgspec.Struct, frozen=True, gc=False, order=True):
    """A role, user, group, permission set, assignee, or a managed policy, which somebody may attach.

    `name` decides who it is; where the name is unknown it is the resource's address in parentheses. `scope` tells
    assignees of different kinds and in different target accounts apart: their label, with `*` for the name.
    """

    kind: str
    account: Account
    name: str
    scope: str = ""


class Resolved(msgspec.Struct, frozen=True, gc=False):
    """A principal that a resource names; `proven` is False where only a reference says so."""

    principal: Principal
    attribute: str
    proven: bool = True
    reference: str = ""


class Principals:
    """The principals of one plan."""

    def __init__(self, sides: list[Sides], evidence: Evidence, accounts: Accounts) -> None:
        self._evidence = evidence
        self._accounts = accounts
        self._by_address: dict[str, Principal] = {}
        self._renamed: dict[tuple[str, Account, str], Principal] = {}
        self._labels: dict[Principal, str] = {}
        self._known: dict[tuple[str, str], set[Account]] = defaultdict(set)
        self._identify([side for side in sides if _row(side).itself])

    def of(self, address: str) -> Principal | None:
        """The principal that the resource at an address is."""
        return self._by_address.get(address)

    def label(self, principal: Principal) -> str:
        """How people call it: `role app`."""
        name = self._labels.get(principal, principal.name)
        return f"{principal.scope.replace('*', name)}" if principal.scope else f"{principal.kind} {name}"

    def account(self, resource: ResourceChange, kind: str, name: object) -> Account | None:
        """The account of a resource; one without configuration belongs with its principal's other resources."""
        account = self._accounts.of(resource)
        if account is None and isinstance(name, str):
            known = self._known.get((kind, name), set())
            return next(iter(known)) if len(known) == 1 else None
        return account

    def named(self, side: Sides, values: Any, holders: Holders, *, after: bool) -> Iterator[Resolved]:
        """The principals that a resource names on one side; none where an account can't be told."""
        resource = side.resource
        for attribute, name in at(values, holders.path):
            if name is UNKNOWN:
                yield from self._referred(resource, holders, attribute)
            elif isinstance(name, str):
                kind = holders.kind
                account = self.account(resource, kind, name)
                if account is not None:
                    scope = _scope(values) if kind == ASSIGNEE else ""
                    renamed = self._renamed.get((kind, account, name)) if after else None
                    yield Resolved(renamed or Principal(kind, account, name, scope), attribute)

    def _referred(self, resource: ResourceChange, holders: Holders, attribute: str) -> Iterator[Resolved]:
        """The principals whose names are known only after apply: by the source, else by what the name refers to."""
        account = self._accounts.of(resource) or ""
        path = holders.path
        value = self._evidence.value(resource, path.removesuffix("[]")) if "." not in path else None
        for element in listed(value) if value is not None else ():
            target = self._evidence.target(element)
            found = self._lead_to([target] if target else [], resource, holders.kind)
            if isinstance(element, str):
                name = self._renamed.get((holders.kind, account, element))
                yield Resolved(name or Principal(holders.kind, account, element), attribute)
            elif found:
                yield from (Resolved(principal, attribute) for principal, _ in found)
            else:
                yield self._nobody(resource, holders, attribute, getattr(element, "references", ()))
        if value is not None:
            return
        references = self._evidence.references
        origin = references.origin(resource, references.expression(resource, path))
        led = self._lead_to(list(origin.targets), resource, holders.kind)
        for principal, reference in led:
            yield Resolved(principal, attribute, proven=False, reference=reference)
        if not led:
            yield self._nobody(resource, holders, attribute, origin.names)

    def _nobody(
        self, resource: ResourceChange, holders: Holders, attribute: str, references: tuple[str, ...]
    ) -> Resolved:
        """A principal of which only is known what its name is computed from."""
        name = f"({' and '.join(references) or f'unknown until apply, {resource.address}'})"
        principal = Principal(holders.kind, self._accounts.of(resource) or "", name)
        return Resolved(principal, attribute, proven=False, reference=", ".join(references))

    def _lead_to(self, targets: list[Target], resource: ResourceChange, kind: str) -> list[tuple[Principal, str]]:
        found: dict[Principal, str] = {}
        for target in targets:
            for instance in self._evidence.references.instances(target, resource):
                principal = self._by_address.get(instance.address)
                if principal is not None and principal.kind == kind:
                    found.setdefault(principal, target.address)
        return list(found.items())

    def _identify(self, sides: list[Sides]) -> None:
        before = {self._before(side) for side in sides} - {None}
        for side in sides:
            itself = _row(side).itself
            assert itself is not None  # noqa: S101 - the caller chose these rows
            was, will = self._before(side), self._after(side, itself)
            if will is None or (was is not None and will.name.startswith("(")):
                principal = was
            elif was is not None and will != was and will not in before:
                principal = was
                self._renamed[will.kind, will.account, will.name] = was
            else:
                principal = will
            if principal is None:
                continue
            self._by_address.setdefault(side.resource.address, principal)
            self._known[principal.kind, principal.name].add(principal.account)
            label = next(
                (
                    values[_row(side).label or ""]
                    for values in (side.after, side.before)
                    if isinstance(values, dict) and isinstance(values.get(_row(side).label or ""), str)
                ),
                None,
            )
            if label:
                self._labels[principal] = label
        self._pair_prefixes(sides)

    def _before(self, side: Sides) -> Principal | None:
        itself = _row(side).itself
        name = side.before.get(itself.path) if itself and isinstance(side.before, dict) else None
        account = self._accounts.of(side.resource)
        return Principal(itself.kind, account or "", name) if itself and isinstance(name, str) else None

    def _after(self, side: Sides, itself: Holders) -> Principal | None:
        if not isinstance(side.after, dict):
            return None
        name = side.after.get(itself.path)
        account = self._accounts.of(side.resource) or ""
        return Principal(itself.kind, account, name if isinstance(name, str) else f"({side.resource.address})")

    def _pair_prefixes(self, sides: list[Sides]) -> None:
        """A created principal whose name is unknown takes the place of a deleted one of the same name_prefix."""
        gone: dict[tuple[str, str], list[Principal]] = defaultdict(list)
        new: dict[tuple[str, str], list[ResourceChange]] = defaultdict(list)
        for side in sides:
            kind = self._by_address[side.resource.address].kind if side.resource.address in self._by_address else ""
            for values, other in ((side.before, side.after), (side.after, side.before)):
                prefix = values.get("name_prefix") if isinstance(values, dict) else None
                if not isinstance(prefix, str) or not prefix or isinstance(other, dict):
                    continue
                if values is side.before:
                    gone[kind, prefix].append(self._by_address[side.resource.address])
                elif self._by_address[side.resource.address].name.startswith("("):
                    new[kind, prefix].append(side.resource)
        for key, resources in new.items():
            if len(resources) == 1 and len(gone[key]) == 1:
                self._by_address[resources[0].address] = gone[key][0]


def _row(side: Sides) -> Any:
    return RESOURCE_TYPES[side.resource.type]


def _scope(values: Any) -> str:
    if not isinstance(values, dict):
        return ""
    kind, account = values.get("principal_type"), values.get("target_id")
    shown = kind.lower() if isinstance(kind, str) else "principal"
    return f"{shown} * in account {account}" if isinstance(account, str) else f"{shown} *"


def managed_policy(name: str, account: Account) -> Principal:
    """A managed policy as the holder of what it grants: somebody may attach it elsewhere."""
    return Principal("policy", account, name)
