"""Which resources are of one AWS account: proven equal, proven different, or neither.

Equal: one provider instance, one account number, blocks that differ in nothing that bears an account, one unique id of
what has one name. Different: different numbers, or different unique ids of what is one name. Where neither is proven
both are possible, and both are judged (gate.new_access.groupings).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import msgspec

from gate.holdings.account_proofs import Node, Proofs, agreed
from gate.holdings.own_facts import Name, is_principal, names_of, own_arn, partition_and_number, unique_ids
from gate.plan.addresses import named, unkeyed
from gate.plan.before_after import ManagedResource
from gate.plan.decoded import values
from gate.plan.model import Plan
from gate.plan.provider_facts import Fact, facts_read, tells_of_provider
from gate.plan.provider_instances import ProviderInstance, ProviderInstances
from gate.plan.references import References
from gate.text.sentences import Sentence, joined, sentence


class Account(msgspec.Struct, frozen=True, gc=False):
    """Resources that are proven to be of one account. `number` and `partition` are None where nothing proves them, and
    where sources disagree (`is_contradictory`). `providers` are its provider instances; where
    there are none, `unconfigured` are the resources without configuration of which it is the account."""

    id: str
    number: str | None = None
    partition: str | None = None
    providers: tuple[ProviderInstance, ...] = ()
    unconfigured: tuple[str, ...] = ()
    is_contradictory: bool = False

    @property
    def label(self) -> Sentence:
        """What people call it: `account 111122223333`, `provider aws.b`."""
        if self.number:
            return sentence("account {}", self.number)
        if self.providers:
            return joined([provider.label for provider in self.providers], ", ")
        return sentence("the account of {}", joined(map(named, self.unconfigured), ", "))


class Accounts:
    """The accounts of the resources in one plan."""

    def __init__(
        self,
        plan: Plan,
        references: References,
        resources: list[ManagedResource],
        may_hide: Callable[[str, tuple[str, ...]], bool],
        repeats: Callable[[str], bool],
    ) -> None:
        """`may_hide`: whether a provider block, by its key, may hold dynamic blocks of these types; `repeats`: whether
        it certainly has `for_each`. A plan shows neither."""
        self._plan = plan
        self._references = references
        self._instances = ProviderInstances(plan.configuration().provider_config, may_hide, repeats)
        self._node_of: dict[tuple[str, Any], Node] = {}
        self._nodes: dict[ProviderInstance, Node] = {}
        self._left: dict[Node, set[str]] = defaultdict(set)
        listed = [] if plan.lacks_configuration else self._instances.listed()
        self._proofs = Proofs(self._instances, map(Node, listed))
        self._groups = self._proofs.groups
        alone = self._place(resources)
        placed = [resource for resource in resources if _key(resource) in self._node_of] if alone else resources
        self._prove(placed)
        if alone:  # what is left of a principal follows what is proven of the others
            self._place_alone(placed, alone)
            self._prove(resources)
        if self._proofs.are_of_several:
            self._proofs.tell_apart(self._unique_ids(resources))
        root_of = {node: self._groups.root(node) for node in set(self._node_of.values())}
        described = {root: self._described(root) for root in set(root_of.values())}
        self.all = {account.id: account for account in described.values()}
        self._roots = {account.id: root for root, account in described.items()}
        self._ids = {node: described[root].id for node, root in root_of.items()}

    def account_id(self, resource: ManagedResource) -> str:
        """The id of a resource's account."""
        entry = resource.entry
        return self._ids[self._node_of[entry.address, entry.deposed]]

    def proven(self, account: str) -> tuple[frozenset[str], frozenset[str]]:
        """The numbers and the partitions that are proven of an account, by id; of the only one what was read, too."""
        own = self.all[account]
        is_only = not own.is_contradictory and len(self._groups.members) == 1
        read: dict[Fact, set[str]] = {Fact.ACCOUNT: set(), Fact.PARTITION: set()}
        for _, _, fact, text in self._identities if is_only else ():
            read[fact].add(text)
        return (
            frozenset({own.number} if own.number else read[Fact.ACCOUNT]),
            frozenset({own.partition} if own.partition else read[Fact.PARTITION]),
        )

    def differ(self, one: str, other: str) -> bool:
        """Whether two accounts, by id, are proven to be different."""
        numbers = {self.all[one].number, self.all[other].number} - {None}
        return len(numbers) == 2 or self._proofs.differ(self._roots[one], self._roots[other])

    def told_apart(self, account: str) -> str:
        """What tells apart what has one ARN in two accounts: empty for one of which all providers agree whose it is,
        the account, by id or as several are joined, for one whose ARNs are somebody's word (see `Proofs`)."""
        forgeable = self._proofs.forgeable
        if not forgeable:
            return ""
        root = self._roots.get(account)
        return account if root is None or forgeable & {*self._groups.all(root)} else ""

    def is_believed(self, module: str, address: str) -> bool:
        """Whether what a data source at an address read is what all providers would have read."""
        block = self._references.data_block(module, address)
        used = self._instances.used_by(block.provider_config_key, module, address) if block else None
        return self._proofs.is_of_all(Node(used) if used else None)

    def reads_keys(self, module: str, address: str) -> bool:
        """Whether a data source at an address asks AWS about a key, or what stands for AWS throughout the plan."""
        block = self._references.data_block(module, address)
        if block is None or not self.is_believed(module, address):
            return False
        return self._instances.asks_of_keys(self._instances.used_by(block.provider_config_key, module, address))

    def reading(self, key: str, module_address: str, address: str) -> Account:
        """The account that a data source at an address reads from; `key` is its `provider_config_key`."""
        node = Node(self._instances.used_by(key, module_address, address))
        if node not in self._groups.members:
            believed = self._proofs.is_of_all(node)
            self._groups.add(node)
            self._proofs.learn_block(node)
            if not believed:
                self._proofs.disbelieve_of(node)
        self._learn_reads()
        return self._described(self._groups.root(node))

    def region(self, key: str, module_address: str, address: str) -> Any:
        """The expression of the region of the provider that a data source at an address is read with."""
        return self._instances.region(self._instances.used_by(key, module_address, address))

    @property
    def may_be_of_several_regions(self) -> bool:
        """Whether resources of the aws provider may be in two regions without a word of their own."""
        return self._instances.may_be_of_several_regions

    def instance(self, key: str, module_address: str, address: str) -> str:
        """A text for the provider instance that what stands at an address uses: for that alone where each instance of
        the block may be in another region."""
        found = self._instances.used_by(key, module_address, address)
        within = address if self._instances.is_of_several_regions(found) else found.within
        return f"{found.key} {within}".rstrip()

    def _described(self, root: Node) -> Account:
        nodes = self._groups.all(root)
        number, partition = agreed(nodes, self._proofs.numbers), agreed(nodes, self._proofs.partitions)
        providers = tuple(sorted((n.instance for n in nodes if n.instance), key=lambda i: (i.key, i.within)))
        left = tuple(sorted({address for node in nodes for address in self._left.get(node, ())}))
        named = ", ".join(provider.label for provider in providers) or f"({', '.join(left)})"
        contradictory = any(len(self._proofs.numbers[node]) > 1 for node in nodes)
        return Account(number or named, number, partition, providers, left, contradictory)

    def _place(self, resources: list[ManagedResource]) -> list[ManagedResource]:
        """The node of every resource that has configuration; those that have none are what it gives."""
        blocks = [self._references.block(resource.entry) for resource in resources]
        configured = [
            (resource, block.provider_config_key)
            for resource, block in zip(resources, blocks, strict=True)
            if block is not None
        ]
        self._use(configured)
        if self._takes_apart():
            self._use(configured)
        for node in [*self._groups.members]:
            self._proofs.learn_block(node)
        if len(configured) == len(resources):
            return []
        return [resource for resource in resources if _key(resource) not in self._node_of]

    def _use(self, configured: list[tuple[ManagedResource, str]]) -> None:
        """Places resources, each by the key of its provider block."""
        for resource, key in configured:
            entry = resource.entry
            self._put(resource, self._node(self._instances.used_by(key, entry.module_address, entry.address)))

    def _takes_apart(self) -> bool:
        """Whether a block is several instances, and all its resources are to be placed by themselves: an instance is of
        one account, so that one of which resources, or data sources, tell two has `for_each`, which no plan shows."""
        told = {instance: {*self._proofs.numbers[node]} for instance, node in self._nodes.items()}
        for instance, fact, text in self._reads():
            if fact is Fact.ACCOUNT:
                told.setdefault(instance, set()).add(text)
        several = {instance.key for instance, numbers in told.items() if len(numbers) > 1}
        apart = {key for key in several if self._instances.take_apart(key)}
        return bool(apart)

    def _prove(self, resources: list[ManagedResource]) -> None:
        """Puts together what is proven to be one account, where there may be several."""
        if self._proofs.are_of_several:
            self._learn_reads()
            self._proofs.disbelieve()
            self._proofs.join(self._unique_ids(resources))

    def _place_alone(self, resources: list[ManagedResource], alone: list[ManagedResource]) -> None:
        """The node of every resource without configuration: it belongs to the only provider, or with its principal's
        other resources; else to the account that its own ARN names, or nobody knows to which, as in a trimmed plan."""
        if self._plan.lacks_configuration:
            for resource in alone:
                own = partition_and_number(own_arn(resource))
                self._put(resource, Node(None, f"account {own[1]}" if own else resource.address))
        elif len(self._groups.members) == 1:
            only = next(iter(self._groups.members))
            for resource in alone:
                self._put(resource, only)
        else:
            self._place_with_principals(resources, alone)

    def _place_with_principals(self, resources: list[ManagedResource], alone: list[ManagedResource]) -> None:
        """Principals first: what is left of one follows it."""
        depended = self._plan.dependencies()
        placed: dict[Name, set[Node]] = defaultdict(set)
        principals: dict[Name, set[tuple[str, Node]]] = defaultdict(set)

        def noted(resource: ManagedResource) -> None:
            root = self._groups.root(self._node_of[_key(resource)])
            for name in names_of(resource):
                placed[name].add(root)
                if is_principal(resource):
                    principals[name].add((unkeyed(resource.address), root))

        for resource in resources:
            noted(resource)
        for resource in sorted(alone, key=lambda resource: not is_principal(resource)):
            names, needs = names_of(resource), depended.get(resource.address, frozenset())
            needed = {node for name in names for block, node in principals[name] if block in needs}
            nodes = needed if len(needed) == 1 else {node for name in names for node in placed[name]}
            own = partition_and_number(own_arn(resource))
            of_account = {number for root in nodes for number in self._proofs.numbers_of(root)}
            if len(nodes) == 1 and (own is None or of_account <= {own[1]}):
                self._put(resource, nodes.pop())
            elif own:
                self._put(resource, Node(None, f"account {own[1]}"))
            else:
                left = ", ".join(" ".join(name) for name in sorted(names)) or resource.address
                self._put(resource, Node(None, left))
            noted(resource)

    def _node(self, instance: ProviderInstance) -> Node:
        """The node of an instance, in its group: one object for all resources of it."""
        if instance not in self._nodes:
            self._nodes[instance] = Node(instance)
            self._groups.add(self._nodes[instance])
        return self._nodes[instance]

    def _put(self, resource: ManagedResource, node: Node) -> None:
        self._node_of[_key(resource)] = node
        if node.left:
            self._groups.add(node)
            self._left[node].add(resource.address)
        arn = own_arn(resource)
        if arn and (own := partition_and_number(arn)):
            self._proofs.learn_arn(node, *own)

    def _learn_reads(self) -> None:
        self._proofs.learn_reads((Node(instance), fact, text) for instance, fact, text in self._reads())

    def _unique_ids(self, resources: list[ManagedResource]) -> Iterator[tuple[Name, str, Node]]:
        for resource in resources:
            node = self._node_of[_key(resource)]
            yield from ((*found, node) for found in unique_ids(resource) if node not in self._proofs.forgeable)

    def _reads(self) -> Iterator[tuple[ProviderInstance, Fact, str]]:
        """What data sources that were read while planning say of accounts, and of which provider."""
        for module, address, fact, text in self._identities:
            block = self._references.data_block(module, address)
            if block is not None:
                yield self._instances.used_by(block.provider_config_key, module, address), fact, text

    @cached_property
    def _identities(self) -> list[tuple[str, str, Fact, str]]:
        return [
            (module, source.address, fact, text)
            for module, source in self._plan.data_sources_in_modules()
            if tells_of_provider(source.type)
            for fact, text in facts_read(source.type, values(source))
            if fact is not Fact.REGION and text
        ]


def _key(resource: ManagedResource) -> tuple[str, Any]:
    entry = resource.entry
    return entry.address, entry.deposed
