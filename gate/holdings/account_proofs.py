"""What proves of which AWS account a provider instance is, and which of them are of one account or of two."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from typing import Any

import msgspec

from gate.holdings.disjoint_sets import DisjointSets
from gate.holdings.own_facts import Name
from gate.plan.provider_facts import Fact
from gate.plan.provider_instances import ProviderInstance, ProviderInstances


class Node(msgspec.Struct, frozen=True, gc=False, cache_hash=True):
    """What is of one account by construction: a provider instance, or what is left of a principal without provider."""

    instance: ProviderInstance | None
    left: str = ""


class Proofs:
    """What is known of the account of each node: it is learned step by step, and may be disbelieved.

    `numbers` and `partitions` are what is told of a node by itself; `groups` are the nodes of one account; the numbers
    of a `forgeable` node are somebody's word.
    """

    def __init__(self, instances: ProviderInstances, nodes: Iterable[Node]) -> None:
        self._instances = instances
        self.groups = DisjointSets(nodes)
        self.numbers: dict[Node, set[str]] = defaultdict(set)
        self.partitions: dict[Node, set[str]] = defaultdict(set)
        self.forgeable: set[Node] = set()
        self._different: set[frozenset[Node]] = set()

    @property
    def are_of_several(self) -> bool:
        """Whether there is more than one node, and so anything to prove."""
        return len(self.groups.members) > 1

    def learn_arn(self, node: Node, partition: str, number: str) -> None:
        """Notes what the own ARN of a resource says."""
        self.partitions[node].add(partition)
        self.numbers[node].add(number)

    def learn_block(self, node: Node) -> None:
        """Notes what the provider block of an instance says."""
        if node.instance is not None:
            facts = self._instances.facts(node.instance)
            self.numbers[node] |= facts.numbers
            self.partitions[node] |= {facts.partition} if facts.partition else set()

    def learn_reads(self, reads: Iterable[tuple[Node, Fact, str]]) -> None:
        """Notes what data sources that were read while planning say of the accounts of their providers."""
        for node, fact, text in reads:
            if node in self.groups.members and node not in self.forgeable:
                (self.numbers if fact is Fact.ACCOUNT else self.partitions)[node].add(text)

    def forget(self, node: Node) -> None:
        """Drops what was told of a node by itself."""
        self.numbers[node], self.partitions[node] = set(), set()

    def disbelieve(self) -> None:
        """Forgets the numbers of what does not call AWS but something else, or may: it says of accounts what it likes.
        Where all providers call the same, its numbers tell them apart."""
        systems = {node: self._system(node.instance) for node in self.groups.members if node.instance is not None}
        several = len(set(systems.values())) > 1
        for node, system in systems.items():
            if system is None or (several and system):
                self.disbelieve_of(node)

    def disbelieve_of(self, node: Node) -> None:
        """Forgets the numbers of one node, whoever tells them later."""
        self.forgeable.add(node)
        self.forget(node)

    def is_of_all(self, node: Node | None) -> bool:
        """Whether a provider instance calls AWS, or what all providers of the plan call. One that nobody knows may call
        any of these."""
        systems = {self._system(one.instance) for one in self.groups.members if one.instance is not None}
        own = self._system(node.instance) if node and node.instance is not None else None
        return systems <= {""} if node is None else own == "" or (own is not None and systems <= {own})

    def _system(self, instance: ProviderInstance) -> str | None:
        return self._instances.facts(instance).system

    def join(self, unique_ids: Iterable[tuple[Name, str, Node]]) -> None:
        """Puts together what is proven to be one account; sources that disagree about a node prove nothing of it.
        `unique_ids`: of what has which name in which node."""
        by_proof: dict[Any, list[Node]] = defaultdict(list)
        for node in self.groups.members:
            number = agreed([node], self.numbers)
            if number:
                by_proof["number", number].append(node)
        for name, unique, node in unique_ids:
            by_proof[name, unique].append(node)
        for node in self.groups.members:
            said_of_account = self._instances.facts(node.instance).account_arguments if node.instance else None
            if said_of_account is not None:
                by_proof["block", said_of_account].append(node)
        for nodes in by_proof.values():
            for node in nodes[1:]:
                if len(self.numbers_of(nodes[0]) | self.numbers_of(node)) <= 1:
                    self.groups.join(nodes[0], node)

    def numbers_of(self, node: Node) -> set[str]:
        """All that is told of the account that a node is in."""
        return {number for each in self.groups.all(node) for number in self.numbers[each]}

    def tell_apart(self, unique_ids: Iterable[tuple[Name, str, Node]]) -> None:
        """Notes what is proven to be two accounts, besides by their numbers: one name with two unique ids."""
        live: dict[Name, list[tuple[str, Node]]] = defaultdict(list)
        for name, unique, node in unique_ids:
            live[name].append((unique, self.groups.root(node)))
        for found in live.values():
            for (one, a), (other, b) in combinations(found, 2):
                if a != b and one != other:
                    self._different.add(frozenset((a, b)))

    def differ(self, one: Node, other: Node) -> bool:
        """Whether two groups, by their roots, are told apart by such ids."""
        return frozenset((one, other)) in self._different


def agreed(nodes: Iterable[Node], texts: dict[Node, set[str]]) -> str | None:
    """What all that is told of some nodes says; None where nothing is told, or more than one thing."""
    found = {text for node in nodes for text in texts[node]}
    return found.pop() if len(found) == 1 else None
