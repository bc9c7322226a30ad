"""Who is who: from names, and references where a name is unknown, to principals that are the same before and after.

"Names are not distinguished by case. For example, you cannot create resources named both MyResource and myresource"
(https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html): two spellings are one principal. Whether IAM
finds it under a spelling that is new is not documented, so what is written under one denies nothing.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.holdings.grouping import Grouping
from gate.holdings.hidden import Hidden, Lead
from gate.holdings.name_prefixes import paired
from gate.holdings.organization import Organization
from gate.holdings.principal import Key, Principal, folded_key, unscoped
from gate.holdings.resolve import IamResource, Version
from gate.holdings.resource_types import ASSIGNEE, GROUP, PERMISSION_SET, RESOURCE_TYPES, PrincipalNames
from gate.plan.attributes import values_at
from gate.text.sensitive import as_marked, unless_sensitive
from gate.text.sentences import Label, PrincipalKind

_KINDS: dict[str, PrincipalKind] = {
    "role": "role",
    "user": "user",
    "group": "group",
    "policy": "policy",
    "permission set": "permission set",
}
_Step = tuple[IamResource, "Principal | None", "Principal | None"]  # who it is by its name before and after


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

    def __init__(self, resources: list[IamResource], grouping: Grouping) -> None:
        self._grouping = grouping
        self.account_id = grouping.account_id if grouping.together else grouping.accounts.account_id
        self._organization = Organization(resources, grouping, self.account_id)
        self._known: dict[Key, Principal] = {}
        self._found: set[Key] = set()  # as they are certainly called
        self._respelled: set[Key] = set()
        self._by_address: dict[str, Principal] = {}
        self._left: dict[Key, Principal] = {}
        self._former: dict[str, Principal] = {}
        self._renamed: dict[Key, Principal] = {}
        self.newly_called: dict[Principal, Principal] = {}  # by whoever may have the new name of a renamed one already
        self._handed_on: set[Key] = set()  # names of one, and then of another
        self._labels: dict[Principal, str] = {}
        self._not_coming: set[Principal] = set()  # groups that AWS may refuse
        self._identify([resource for resource in resources if resource.row.own_name])
        self._shown = frozenset(self._by_address.values()) - self._assigned_elsewhere(resources)

    def principal_at(self, address: str, *, after: bool) -> Principal | None:
        """The principal that the resource at an address is before or after."""
        return (self._by_address if after else self._former).get(address)

    def is_shown(self, principal: Principal) -> bool:
        """Whether the plan manages the principal itself, so that what it has is in the plan."""
        return unscoped(principal) in self._shown

    def label(self, principal: Principal) -> Label:
        """What people call it: `role app`, and of which account where the plan has several. Its kind and the numbers of
        accounts are no names."""
        kind, within = (principal.kind, "") if not principal.scope else principal.scope[:2]
        suffix = self._grouping.label_suffix(principal.account)
        text, alike = f"{self._called(principal)}{suffix}", f"{kind} {within}{suffix.alike}"
        return Label(text, alike, _KINDS.get(unless_sensitive(kind), ""))

    def label_after(self, resource: IamResource) -> Label | None:
        """What the principal that a resource is will be called: under a new name, where it gets one."""
        will = self._at(resource, resource.after)
        return None if will is None else self.label(will)

    def _called(self, principal: Principal) -> str:
        name = self._labels.get(unscoped(principal), principal.name)
        if not principal.scope:
            return f"{principal.kind} {name}"
        what, where, *sets = principal.scope
        label = f"{what} {name}" + (f" in account {where}" if where else "")
        called = (self._called(Principal(PERMISSION_SET, principal.account, each)) for each in sets)
        return label + "".join(f" ({each})" for each in called)

    def named(self, resource: IamResource, version: Version, names: PrincipalNames) -> list[NamedPrincipal]:
        """The principals that a resource names before the change, or after it."""
        found: list[NamedPrincipal] = []
        kind, account = names.kind, self.account_id(resource)
        for attribute, name in values_at(version.values, names.path):
            if isinstance(name, Hidden):
                found += map(partial(_in_scope, version.values), self._hidden(resource, name, kind, attribute))
            elif isinstance(name, str):
                key = kind, self._organization.home(kind, name, account), name
                folded = folded_key(key)
                if version.after and folded in self._left:
                    continue  # its principal was made anew under another name: this one is gone
                was_given = version.kept or not resource.acts  # so it went along with who had the name
                latter = version.after and not was_given
                principal = self._renamed.get(folded) if latter else None
                if kind == ASSIGNEE:
                    principal = Principal(*key, _scope(version.values))
                if not version.after:
                    self._found.add(key)
                principal = principal or self._called_so(key, folded)
                unsure = self._is_unsure(key, folded, after=latter)
                unsure = unsure or (version.after and principal in self._not_coming)
                found.append(NamedPrincipal(principal, attribute, allows_only=unsure))
        return found

    @property
    def are_respelled(self) -> bool:
        """Whether a principal was named in more than one way so far."""
        return bool(self._respelled)

    def names_the_same(self, resource: IamResource) -> bool:
        """Whether a resource, which is none itself, stays as it is and names the same principals before and after the
        change."""
        return resource.stays and resource.row.own_name is None and not self._renamed

    def _called_so(self, key: Key, folded: Key) -> Principal:
        """The principal of a kind, account and name: one object for all that speaks of it."""
        known = self._known.get(folded)
        if known is None:
            known = self._known[folded] = Principal(*key)
        elif known.name != key[2]:
            self._respelled.add(folded)
        return known

    def _is_unsure(self, key: Key, folded: Key, *, after: bool) -> bool:
        """Whether what is written under a name may be another's. A policy goes along with who had the name before, if
        it was written before that."""
        return (folded in self._respelled and key not in self._found) or (after and folded in self._handed_on)

    def left(self, resource: IamResource, version: Version, names: PrincipalNames) -> Iterator[NamedPrincipal]:
        """The principals that a resource names as they were called before they were made anew: what it gives them is
        theirs until then, and denies them nothing later."""
        account = self._grouping.account_id(resource)
        for attribute, name in values_at(version.values, names.path):
            was = self._left.get(folded_key((names.kind, account, name))) if isinstance(name, str) else None
            if was is not None:
                yield NamedPrincipal(was, attribute, allows_only=True)

    def unidentified(self, resource: IamResource, names: PrincipalNames) -> NamedPrincipal:
        """Whoever it is that a resource should name, and does not."""
        return self._unidentified(resource, names.kind, names.path, ())

    def _hidden(self, resource: IamResource, name: Hidden, kind: str, attribute: str) -> Iterator[NamedPrincipal]:
        """The principals whose names are known only after apply: by the source, else by what the name refers to."""
        account = self.account_id(resource)
        for element in name.elements or ():
            found = self._lead_to((element.lead,) if element.lead else (), account, kind)
            if element.text is not None:
                key = kind, self._organization.home(kind, element.text, account), element.text
                folded = folded_key(key)
                principal = self._renamed.get(folded) or self._called_so(key, folded)
                unsure = self._is_unsure(key, folded, after=True)
                yield NamedPrincipal(principal, attribute, allows_only=unsure)
            elif found:
                yield from (
                    NamedPrincipal(principal, attribute, allows_only=principal in self._not_coming)
                    for principal in found
                )
            else:
                yield self._unidentified(resource, kind, attribute, element.references)
        if name.elements is not None:
            return
        led = self._lead_to(name.leads, account, kind)
        may_be_another = bool(name.dead_ends) or set(led.values()) != {lead.target.address for lead in name.leads}
        allows_only = len(led) > 1 or may_be_another or not self._not_coming.isdisjoint(led)
        for principal, reference in led.items():
            yield NamedPrincipal(principal, attribute, reference, allows_only=allows_only)
        if not led or may_be_another:
            yield self._unidentified(resource, kind, attribute, name.references)

    def _unidentified(
        self, resource: IamResource, kind: str, attribute: str, references: tuple[str, ...]
    ) -> NamedPrincipal:
        """A principal of which only is known what its name is computed from."""
        name = f"({' and '.join(references) or f'unknown until apply, {resource.address}'})"
        principal = Principal(kind, self.account_id(resource), name)
        return NamedPrincipal(principal, attribute, ", ".join(references), is_unidentified=True, references=references)

    def _lead_to(self, leads: Sequence[Lead], account: str, kind: str) -> dict[Principal, str]:
        """The principals that references lead to; a name that is used in another account is another principal's."""
        found: dict[Principal, str] = {}
        for lead in leads:
            row = RESOURCE_TYPES.get(lead.target.type)
            own_name = row.own_name if row else None
            if own_name is None or lead.target.attribute not in (own_name.path, "name", "id", ""):
                continue  # a description or a tag says nothing about whose it is
            for address in lead.addresses:
                principal = self._by_address.get(address)
                if (
                    principal is not None
                    and principal.kind == kind
                    and self._organization.may_be_of(principal, account)
                ):
                    found.setdefault(principal, lead.target.address)
        return found

    def _identify(self, resources: list[IamResource]) -> None:
        """Who the principal of every resource is, before and after: the name decides."""
        resources = [resource for resource in resources if resource.deposed in (None, False)]
        former = [self._at(resource, resource.before) for resource in resources]
        future = [
            was if resource.stays else self._at(resource, resource.after)
            for resource, was in zip(resources, former, strict=True)
        ]
        kept = [None if resource.kept is None else self._at(resource, resource.kept) for resource in resources]
        before, after = set(former), Counter([*future, *kept])
        steps = list(zip(resources, former, future, strict=True))
        called, anew = self._called_anew(steps, kept), self._made_anew(steps)
        for resource, was, will in steps:
            if will is None:
                principal = was
            elif resource.address in anew:
                principal = anew[resource.address]
            elif resource.address in called:
                same = called[resource.address]
                principal = self._under(resource, will, same) if same else self._somebody_new(resource, will)
                name = folded_key((will.kind, will.account, will.name))
                self._renamed[name] = principal
                self._handed_on |= {name} if will in before else set()
            elif was is not None and not will.is_known_by_name:
                principal = was
            elif was is not None and will not in before and not after[was]:
                principal = self._under(resource, will, was)  # a new name that nobody had, and nobody takes the old one
                if resource.created:
                    self._left[folded_key((was.kind, was.account, was.name))] = was
                self._renamed[folded_key((will.kind, will.account, will.name))] = was
            else:
                principal = will
            if was is not None:
                self._former.setdefault(resource.address, was)
            if principal is not None:
                self._by_address.setdefault(resource.address, principal)
                self._name(principal, resource)
        self._doubt([step for step in steps if not step[0].stays], before, after)
        self._by_address.update(paired(resources, self._by_address))

    def _called_anew(self, steps: list[_Step], kept: list[Principal | None]) -> dict[str, Principal | None]:
        """Who is called otherwise by an update, and who gets a name that is left so, by address."""
        if not any(resource.row.renames for resource, _, _ in steps):
            return {}
        from gate.holdings.renames import renamed  # many plans have neither users nor groups

        return renamed(steps, kept)

    def _made_anew(self, steps: list[_Step]) -> dict[str, Principal]:
        """Who of the identity store is made, by address."""
        if not any(resource.row.is_in_store for resource, _, _ in steps):
            return {}
        from gate.holdings.identity_store import made_anew  # most plans manage nobody there

        return made_anew(steps, self.account_id)

    def _assigned_elsewhere(self, resources: list[IamResource]) -> set[Principal | None]:
        """To whom of the identity store another plan may give what this one does not show."""
        if not any(resource.row.is_in_store for resource in resources):
            return set()
        from gate.holdings.identity_store import assigned_elsewhere

        return {self._by_address.get(address) for address in assigned_elsewhere(resources)}

    def _doubt(self, steps: list[_Step], before: set[Principal | None], after: Counter[Principal | None]) -> None:
        """Finds, of what does not stay, groups that AWS may refuse, and new names that somebody may have whom the plan
        does not show."""
        for resource, was, will in steps:
            principal = self._by_address.get(resource.address)
            if (
                will is not None
                and will.is_known_by_name
                and will not in before
                and was is not None
                and principal == was
            ):
                self.newly_called[will] = was
            is_doubtful = resource.may_not_come or (resource.created and after[will] > 1)
            if is_doubtful and principal is not None and principal.kind == GROUP:
                self._not_coming.add(principal)

    def _under(self, resource: IamResource, called: Principal, was: Principal) -> Principal:
        """Who has another name after the change: people look for that, and know the old one. A permission set is
        called otherwise than it is named."""
        if was.is_known_by_name and resource.row.label is None:
            self._labels.setdefault(was, f"{called.name} (before: {was.name})")
        return was

    def _somebody_new(self, resource: IamResource, called: Principal) -> Principal:
        """Who was not there before, whoever had the name."""
        principal = Principal(called.kind, called.account, f"({resource.address})")
        self._labels[principal] = called.name
        return principal

    def _name(self, principal: Principal, resource: IamResource) -> None:
        called_by = resource.row.label
        for values in (resource.after, resource.before) if called_by else ():
            label = values.get(called_by) if isinstance(values, dict) else None
            if isinstance(label, str):
                self._labels.setdefault(principal, label)

    def _at(self, resource: IamResource, values: Any) -> Principal | None:
        """The principal that a resource is with these values; by its address where its name is not known."""
        own_name = resource.row.own_name
        if own_name is None or not isinstance(values, dict):
            return None
        name = values.get(own_name.path)
        account = self.account_id(resource)
        if isinstance(name, str):
            account = self._organization.home(own_name.kind, name, account)
        key = own_name.kind, account, name if isinstance(name, str) else f"({resource.address})"
        self._found.add(key)
        return self._called_so(key, folded_key(key))


def _scope(values: Any) -> tuple[str, ...]:
    if not isinstance(values, dict):
        return ()
    kind, account = values.get("principal_type"), values.get("target_id")
    what = as_marked(kind.lower(), kind) if isinstance(kind, str) else "identity store user"
    return what, account if isinstance(account, str) else ""


def _in_scope(values: Any, who: NamedPrincipal) -> NamedPrincipal:
    """Who is referred to, as an assignment or a membership names an assignee."""
    principal = who.principal
    if principal.kind != ASSIGNEE:
        return who
    return replace(who, principal=replace(principal, scope=_scope(values)))
