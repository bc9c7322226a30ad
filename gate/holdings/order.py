"""What the order of an apply leaves open: a delete and a create that do not depend on each other.

Terraform runs at the same time what does not depend on each other. A resource is destroyed before what it depended on
when it was last applied (`depends_on` in `prior_state`), and made after what its configuration refers to
(https://developer.hashicorp.com/terraform/internals/graph).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from gate.holdings.documents import Place
from gate.holdings.hidden import Hidden
from gate.holdings.principal import Principal
from gate.holdings.principals import Principals
from gate.holdings.resolve import IamResource
from gate.holdings.resource_types import PERMISSION_SET, ManagedPolicy
from gate.holdings.template_types import in_terraform, rolls_back
from gate.plan.addresses import Instance, module_path, names_in_modules, unkeyed
from gate.plan.attributes import text_of, top_of, values_at
from gate.plan.decoded import after, change
from gate.plan.model import Plan
from gate.plan.references import References

_PolicyName = tuple[str, str]  # account and name


class Order:
    """Which of two places the apply may come to last. `in_local` tells what stands in a local that a block leads to."""

    def __init__(
        self,
        plan: Plan,
        references: References,
        resources: list[IamResource],
        principals: Principals,
        in_local: Callable[[Instance, tuple[str, ...], str], Sequence[str]],
    ) -> None:
        self._plan = plan
        self._references = references
        self._in_local = in_local
        self._resources: dict[str, IamResource] = {}
        self._deposed: dict[str, IamResource] = {}
        for resource in resources:
            (self._deposed if resource.deposed else self._resources)[resource.address] = resource
        self._deleted: dict[Principal, set[str]] = defaultdict(set)
        self._created: dict[Principal, set[str]] = defaultdict(set)
        changing = [resource for resource in resources if resource.deleted or resource.created]
        for resource in changing:
            if resource.row.own_name:
                was, will = (principals.principal_at(resource.address, after=after) for after in (False, True))
                if resource.deleted and was:
                    self._deleted[was].add(resource.address)
                if resource.created and will:
                    self._created[will].add(resource.address)
        self._called: dict[Principal, set[str]] = defaultdict(set)
        for resource in resources if principals.newly_called else ():
            one = principals.principal_at(resource.address, after=True) if resource.row.own_name else None
            if one is not None:
                self._called[one].add(resource.address)
        self._renamed = _renamed_in_place(resources, principals)
        self._made_first = _made_first(resources, principals)
        replaced = [(address, one) for address, one in self._resources.items() if one.created_first]
        self._taking_nothing = {address for address, one in replaced if self._deletes_under_old_name(one, principals)}
        taking = [*(each for each in replaced if each[0] not in self._taking_nothing), *self._deposed.items()]
        self._taking_last = {address for address, one in taking if not one.row.stays}
        self._anew = dict(_policies_made_anew(changing, principals))

    def _deletes_under_old_name(self, resource: IamResource, principals: Principals) -> bool:
        """Whether a replacement deletes what its principal has under a name that this no longer has: it is renamed in
        place before the new one is made under its new name, and the old one is deleted last; or it is made first
        itself, for which AWS asks for another name, and the old one is deleted from who is deleted after that."""
        if resource.row.own_name is not None:
            return True
        for names in resource.row.recipients:
            was, will = (text_of(values, names.path) for values in (resource.before, resource.after))
            if not was or was.lower() == will.lower():
                continue
            whose = names.kind, principals.account_id(resource), was
            renamed = self._renamed.get((*whose, will), ()) if will else ()
            if any(self._refers(resource.address, own.address) for own in (*renamed, *self._made_first.get(whose, ()))):
                return True
        return False

    def is_deleted(self, principal: Principal) -> bool:
        """Whether the apply deletes a principal and makes none of its name."""
        return bool(self._deleted.get(principal) and not self._created.get(principal))

    def is_recreated(self, principal: Principal) -> bool:
        """Whether the apply deletes a principal and makes it anew."""
        return bool(self._deleted.get(principal) and self._created.get(principal))

    def deleted_at(self, principal: Principal) -> Place:
        """Where the apply deletes a principal that it makes anew."""
        resource = self._resources[min(self._deleted[principal])]
        return Place(resource.address, resource.row.own_name.path if resource.row.own_name else "")

    def names_by_text(self, address: str, namesake: Principal, renamed: Principal) -> bool:
        """Whether what stands at an address names a principal by the new name that the plan gives it, and does not wait
        for that."""
        own = self._called.get(renamed, ())
        if address not in self._resources or not self._references.present:
            return False
        return self._names(address, namesake) and not any(self._waits(address, one) for one in own)

    def _names(self, address: str, principal: Principal) -> bool:
        """Whether what stands at an address names a principal by its name, as a text."""
        resource = self._resources[address]
        named_by = (*resource.row.recipients, *((resource.row.joins,) if resource.row.joins else ()))
        texts = (text for names in named_by for _, text in values_at(resource.after, names.path))
        return any(isinstance(text, str) and text.lower() == principal.name.lower() for text in texts)

    def certainly_follows(self, address: str, other: str, renamed: Mapping[Principal, Principal]) -> bool:
        """Whether what stands at an address is made after another resource in every order: it waits for that, or names
        somebody by a new name, and the other one by the name that goes. `renamed` are they, by who has the new name."""
        if not {address, other} <= self._resources.keys():
            return False
        waits = self._references.present and self._waits(address, other)
        pairs = renamed.items()
        return waits or any(self._names(address, will) and self._names(other, was) for will, was in pairs)

    def comes_after(self, address: str, principal: Principal) -> bool:
        """Whether what stands at an address is made only after a principal that the apply creates, or with it."""
        created = self._created.get(principal, set())
        return address in created or (address in self._resources and any(self._waits(address, new) for new in created))

    def may_be_another(self, principal: Principal, places: Iterable[Place]) -> bool:
        """Whether the apply creates a principal, and writes at one of these places what does not wait for it: AWS
        refuses a second one of a name, and then that is written for the one who has it, and nothing that refers to the
        new one is there (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html). A permission set is
        named by an ARN that AWS makes up, and so by nothing that does not wait for it."""
        if principal.kind == PERMISSION_SET:
            return False
        if not self._created.get(principal) or self._deleted.get(principal) or not self._references.present:
            return False
        return any(self.acts(place) and not self.comes_after(place.address, principal) for place in places)

    def leaves_behind(self, principal: Principal, place: Place) -> bool:
        """Whether a principal is made anew without what it had at a place, which nothing gives it again."""
        resource = self._resources.get(place.address)
        if not self.is_recreated(principal) or resource is None or resource.created:
            return False
        return not self.lists_anew(principal, place)

    def lists_anew(self, principal: Principal, place: Place) -> bool:
        """Whether a list of principals that is changed at a place has the name of one that is made anew for the first
        time: what the list gives, it gives to the new one. A name that is not known yet is another one where the new
        principal is made first."""
        resource = self._resources.get(place.address)
        made = [self._resources[address] for address in self._created.get(principal, ())]
        if resource is None:
            return False
        paths = [names.path for names in resource.row.recipients if names.kind == principal.kind]
        listed, lists = (
            [name.lower() if isinstance(name, str) else name for path in paths for _, name in values_at(values, path)]
            for values in (resource.before, resource.after)
        )
        names = [text_of(one.after, one.row.own_name.path).lower() for one in made if one.row.own_name]
        if "" in names:
            return all(one.created_first for one in made) and any(isinstance(name, Hidden) for name in lists)
        return any(name in lists for name in names) and not any(name in listed for name in names)

    def takes_along(self, principal: Principal, attached: bool) -> bool:
        """Whether the apply destroys a principal and with it all that it has, attached or inline."""
        gone = [self._resources[address] for address in self._deleted.get(principal, ()) if address in self._resources]

        def shown(resource: IamResource) -> bool:
            paths = resource.row.attaches if attached else resource.row.documents
            values = resource.before if isinstance(resource.before, dict) else {}
            return any(bool(values.get(top_of(path))) for path in paths)

        return bool(gone) and all(resource.row.takes_along and shown(resource) for resource in gone)

    def former_policy(self, place: Place) -> Place | None:
        """Where a managed policy that the apply creates is deleted: AWS refuses the one while the other is there, and
        deletes that only after it was detached."""
        return self._anew.get(place.address)

    @property
    def makes_policies_anew(self) -> bool:
        """Whether there is any such managed policy."""
        return bool(self._anew)

    def takes_slot(self, former: Place, place: Place) -> bool:
        """Whether a principal has one of a kind only, and what is deleted at `former` takes it from `place` too."""
        resource = self._resources.get(former.address)
        if resource is None or not resource.deleted or resource.created:
            return False
        return self.is_own(place) and not self.is_own(former)

    def is_own(self, place: Place) -> bool:
        """Whether a place is an attribute of a principal itself."""
        resource = self._resources.get(place.address)
        return resource is not None and resource.row.own_name is not None

    def acts(self, place: Place) -> bool:
        """Whether the apply does anything at a place."""
        resource = self._resources.get(place.address)
        return resource is None or resource.acts or place.address in self._deposed

    def writes(self, place: Place) -> bool:
        """Whether the apply writes anything at a place, which it does not where it only deletes or forgets."""
        resource = self._resources.get(place.address)
        return resource is None or (resource.acts and resource.after is not None)

    @property
    def takes_again(self) -> bool:
        """Whether the apply takes anything away that it has just given, or makes a managed policy anew: then somebody
        may lose what stands in the plan as it stood."""
        return bool(self._taking_last or self._anew)

    def takes_last(self, place: Place) -> bool:
        """Whether the apply takes away at a place what it has just given there: a replacement that is created before
        the old one is deleted, or an old one that was left over, has the same key."""
        return place.address in self._taking_last

    def is_another(self, place: Place) -> bool:
        """Whether what stands at a place is created before the old one is deleted: under a name of its own, then."""
        resource = self._resources.get(place.address)
        return resource is not None and resource.created_first

    def may_lose(self, gone: Place, made: Place, principal: Principal, former: Iterable[Place]) -> bool:
        """Whether the apply may take something away from a principal at `gone` after it gave it the same at `made`.
        `former` are the places of all that the principal had."""
        resource = self._resources.get(gone.address)
        if gone.address == made.address or gone.address in self._taking_nothing or not self.acts(gone):
            return False
        if resource is None or made.address not in self._resources:
            return True
        ends = self.takes_last(gone) or (resource.deleted and not resource.created)
        if not ends and self._refers(made.address, gone.address):
            return False  # what it refers to is changed first
        return not self._is_between(gone.address, made.address, principal, former)

    def _is_between(self, gone: str, made: str, principal: Principal, former: Iterable[Place]) -> bool:
        """Whether the principal is deleted after the one and made again before the other.

        AWS deletes no principal that has something left: it is deleted only if all that it had is.
        """
        old = {unkeyed(address) for address in self._deleted.get(principal, ())}
        resource = self._resources[gone]
        if self._references.block(resource) is not None:
            return False  # what the state says of one that is still configured is of the new configuration
        depended = old & self._plan.dependencies().get(gone, frozenset())
        all_gone = all(self._is_deleted(place) for place in former)
        return bool(depended) and all_gone and any(self._refers(made, new) for new in self._created.get(principal, ()))

    def _is_deleted(self, place: Place) -> bool:
        resource = self._resources.get(place.address)
        return resource is not None and resource.deleted and not resource.row.stays

    def waits_for(self, address: str, other: str) -> bool:
        """Whether what stands at an address is made only after another resource. What a template makes waits with its
        stack, and is taken back where another resource of the template is not made."""
        resource = self._resources.get(address)
        block = self._references.block(in_terraform(resource.entry)) if resource is not None else None
        return block is None or not block.expressions or self._waits(address, other)

    def _waits(self, address: str, other: str) -> bool:
        one, another = (in_terraform(self._resources[each].entry) for each in (address, other))
        if one != another:
            return self._refer(one, another)
        entry = self._plan.resource_change(one.address)
        return entry is None or rolls_back(after(change(entry)))

    def _refers(self, one: str, other: str) -> bool:
        return self._refer(self._resources[one], self._resources[other])

    def _refer(self, referring: Instance, referred: Instance) -> bool:
        """Whether the block of one resource refers to that of another, or depends on it by `depends_on`, its own or
        that of a module."""
        block = self._references.block(referring)
        if block is None or self._references.block(referred) is None:
            return False
        if any(
            name in self._references.depends_on(referring, depth)
            for depth, name in enumerate(names_in_modules(referring, referred))
        ):
            return True
        wanted = (module_path(referred.module_address), referred.mode, referred.type, referred.name)
        said = [block.expressions, block.for_each_expression, block.count_expression]
        targets = self._references.needed(referring, said, partial(self._in_local, referring))
        return any((target.module, target.mode, target.type, target.name) == wanted for target in targets)


def _renamed_in_place(
    resources: list[IamResource], principals: Principals
) -> dict[tuple[str, str, str, str], list[IamResource]]:
    """The groups and users that get another name, and nobody their old one: by kind, account and both names."""
    found = defaultdict(list)
    for resource in resources:
        own = resource.row.own_name
        in_place = resource.row.renames and not (resource.created or resource.deleted or resource.deposed)
        if own is not None and resource.acts and in_place:
            was, will = (text_of(values, own.path) for values in (resource.before, resource.after))
            same, former = (principals.principal_at(resource.address, after=after) for after in (True, False))
            if was != will and same is not None and same == former:
                found[own.kind, principals.account_id(resource), was, will].append(resource)
    return found


def _made_first(resources: list[IamResource], principals: Principals) -> dict[tuple[str, str, str], list[IamResource]]:
    """The principals of which a new one is made before the old one is deleted: by kind, account and old name."""
    found = defaultdict(list)
    for resource in resources:
        own = resource.row.own_name
        if own is not None and resource.created_first:
            found[own.kind, principals.account_id(resource), text_of(resource.before, own.path)].append(resource)
    return found


def _policies_made_anew(resources: list[IamResource], principals: Principals) -> Iterator[tuple[str, Place]]:
    """The addresses of created managed policies, with the document of one that is deleted under the same name; not of
    one that is replaced under its own name."""
    gone: dict[_PolicyName, Place] = {}
    made: dict[_PolicyName, str] = {}
    for resource in resources:
        if resource.row.policy is None:
            continue
        account = principals.account_id(resource)
        was = _policy_name(resource.row.policy, account, resource.before) if resource.deleted else None
        will = _policy_name(resource.row.policy, account, resource.after) if resource.created else None
        if was == will:
            continue
        if was is not None:
            gone[was] = Place(resource.address, resource.row.documents[0])
        if will is not None:
            made[will] = resource.address
    yield from ((address, gone[key]) for key, address in made.items() if key in gone)


def _policy_name(row: ManagedPolicy, account: str, values: Any) -> _PolicyName | None:
    """What an account has only one managed policy of, whatever its path, None where that is not known."""
    name = text_of(values, row.name)
    return (account, name.lower()) if name else None
