"""Who is who: from names, and references where a name is unknown, to principals that are the same on both sides."""

from collections import Counter, defaultdict
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

POLICY = "policy"


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
    """A principal that a resource names. `proven` is False where only a reference says so; it is `nobody` in particular
    where even the references, `references`, do not tell who it is. `denies_only`: it may be this one or another, so
    that what is denied counts for each and what is allowed for none; `allows_only` is the reverse.
    """

    principal: Principal
    attribute: str
    proven: bool = True
    reference: str = ""
    nobody: bool = False
    references: tuple[str, ...] = ()
    denies_only: bool = False
    allows_only: bool = False


class Principals:
    """The principals of one plan."""

    def __init__(self, sides: list[Sides], evidence: Evidence, accounts: Accounts) -> None:
        self._evidence = evidence
        self._accounts = accounts
        self._by_address: dict[str, Principal] = {}
        self._left: set[tuple[str, Account, str]] = set()
        self._everywhere: set[Account] = set()
        self._former: dict[str, Principal] = {}
        self._renamed: dict[tuple[str, Account, str], Principal] = {}
        self._labels: dict[Principal, str] = {}
        self._known: dict[tuple[str, str], set[Account]] = defaultdict(set)
        self._learn_accounts(sides)
        self._identify([side for side in sides if _row(side).itself])
        self._shown = frozenset(self._by_address.values())

    def of(self, address: str, *, after: bool) -> Principal | None:
        """The principal that the resource at an address is on one side."""
        return (self._by_address if after else self._former).get(address)

    def remade(self, side: Sides) -> Iterator[Principal]:
        """The principal that a resource is, if the change deletes it and makes it anew: what it had does not follow."""
        own = self._by_address.get(side.resource.address) if _row(side).itself else None
        if own is not None and isinstance(side.after, dict):
            yield own

    def is_shown(self, principal: Principal) -> bool:
        """Whether the plan manages the principal itself, so that what it has is in the plan."""
        return principal in self._shown

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
                if account is None and not after:
                    for candidate in sorted(self._candidates(kind, name)):
                        yield Resolved(Principal(kind, candidate, name), attribute, denies_only=True)
                if after and (kind, account, name) in self._left:
                    continue  # its principal was made anew under another name: this one is gone
                if account is not None:
                    scope = _scope(values) if kind == ASSIGNEE else ""
                    renamed = self._renamed.get((kind, account, name)) if after else None
                    yield Resolved(renamed or Principal(kind, account, name, scope), attribute)

    def _candidates(self, kind: str, name: str) -> set[Account]:
        """The accounts in which a principal of a resource without configuration may be."""
        return self._known.get((kind, name)) or self._everywhere

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
            yield Resolved(principal, attribute, proven=False, reference=reference, allows_only=len(led) > 1)
        if not led or origin.dead_ends or {reference for _, reference in led} != {t.address for t in origin.targets}:
            yield self._nobody(resource, holders, attribute, origin.names)

    def nobody(self, resource: ResourceChange, holders: Holders) -> Resolved:
        """Whoever it is that a resource should name, and does not."""
        return self._nobody(resource, holders, holders.path, ())

    def _nobody(
        self, resource: ResourceChange, holders: Holders, attribute: str, references: tuple[str, ...]
    ) -> Resolved:
        """A principal of which only is known what its name is computed from."""
        name = f"({' and '.join(references) or f'unknown until apply, {resource.address}'})"
        principal = Principal(holders.kind, self._accounts.of(resource) or "", name)
        told = ", ".join(references)
        return Resolved(principal, attribute, proven=False, reference=told, nobody=True, references=references)

    def _lead_to(self, targets: list[Target], resource: ResourceChange, kind: str) -> list[tuple[Principal, str]]:
        found: dict[Principal, str] = {}
        for target in targets:
            row = RESOURCE_TYPES.get(target.type)
            if row is None or row.itself is None or target.attribute not in (row.itself.path, "name", "id", ""):
                continue  # a description or a tag says nothing about whose it is
            for instance in self._evidence.references.instances(target, resource):
                principal = self._by_address.get(instance.address)
                if principal is not None and principal.kind == kind:
                    found.setdefault(principal, target.address)
        return list(found.items())

    def _learn_accounts(self, sides: list[Sides]) -> None:
        """Which principals are in which accounts, from all resources whose account is told: they tell the others'."""
        for side in sides:
            account = self._accounts.of(side.resource)
            if account is None:
                continue
            self._everywhere.add(account)
            row = _row(side)
            for holders in (*([row.itself] if row.itself else []), *row.to):
                for values in (side.before, *side.attached):
                    for _, name in at(values, holders.path):
                        if isinstance(name, str):
                            self._known[holders.kind, name].add(account)

    def _identify(self, sides: list[Sides]) -> None:
        """Who the principal of every resource is, on both sides: the name decides."""
        sides = [side for side in sides if side.resource.deposed in (None, False)]
        before = {self._at(side, side.before) for side in sides}
        after = Counter(self._at(side, values) for side in sides for values in side.attached)
        for side in sides:
            was, will = self._at(side, side.before), self._at(side, side.after)
            if will is None or (was is not None and will.name.startswith("(")):
                principal = was
            elif was is not None and will != was and will not in before and not after[was]:
                principal = was  # under a new name that nobody had, and nobody takes the old one
                if side.created:
                    self._left.add((was.kind, was.account, was.name))
                self._renamed[will.kind, will.account, will.name] = was
            else:
                principal = will
            if was is not None:
                self._former.setdefault(side.resource.address, was)
            if principal is not None:
                self._by_address.setdefault(side.resource.address, principal)
                self._name(principal, side)
        self._pair_prefixes(sides)

    def _name(self, principal: Principal, side: Sides) -> None:
        for values in (side.after, side.before):
            label = values.get(_row(side).label) if isinstance(values, dict) and _row(side).label else None
            if isinstance(label, str):
                self._labels.setdefault(principal, label)

    def _at(self, side: Sides, values: Any) -> Principal | None:
        """The principal that a resource is with these values; by its address where its name or account is not told."""
        if not isinstance(values, dict):
            return None
        itself = _row(side).itself
        name = values.get(itself.path)
        account = self.account(side.resource, itself.kind, name)
        if account is None:
            return Principal(itself.kind, f"(of {side.resource.address})", str(name))
        return Principal(itself.kind, account, name if isinstance(name, str) else f"({side.resource.address})")

    def _pair_prefixes(self, sides: list[Sides]) -> None:
        """Created principals whose names are unknown take the places of as many deleted ones with their name_prefix."""
        gone: dict[tuple[str, str, str], list[Principal]] = defaultdict(list)
        new: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for side in sides:
            principal = self._by_address.get(side.resource.address)
            created, deleted = side.before is None, not side.attached
            values = side.after if created else side.before
            prefix = values.get("name_prefix") if isinstance(values, dict) else None
            if principal is None or not isinstance(prefix, str) or not prefix:
                continue
            key = (principal.kind, principal.account, prefix)
            if deleted:
                gone[key].append(principal)
            elif created and principal.name.startswith("("):
                new[key].append(side.resource.address)
        for key, addresses in new.items():
            if len(addresses) == len(gone[key]):
                self._by_address.update(zip(addresses, gone[key], strict=True))


def _row(side: Sides) -> Any:
    return RESOURCE_TYPES[side.resource.type]


def _scope(values: Any) -> str:
    if not isinstance(values, dict):
        return ""
    kind, account = values.get("principal_type"), values.get("target_id")
    shown = kind.lower() if isinstance(kind, str) else "identity store user"
    return f"{shown} * in account {account}" if isinstance(account, str) else f"{shown} *"


def managed_policy(name: str, account: Account) -> Principal:
    """A managed policy as the holder of what it grants: somebody may attach it elsewhere."""
    return Principal(POLICY, account, name)
