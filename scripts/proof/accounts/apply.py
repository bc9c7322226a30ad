"""The orders in which Terraform may apply a plan, and the accounts that they leave.

Edges as Terraform draws them (https://developer.hashicorp.com/terraform/internals/graph, and
internal/terraform/transform_destroy_edge.go): what is made or changed comes after what its configuration refers to;
what is destroyed, after all that depended on it by the state is destroyed; what is changed, after the destruction of
what it depended on by the state, unless that is created first; then the destruction comes last.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from scripts.proof.accounts.aws import Facts, changed
from scripts.proof.accounts.planned import CREATE_FIRST, CREATING, DELETE, REPLACING, UPDATE, Change, Step
from scripts.proof.accounts.resources import Values, depended_on

ALL_ORDERS, SAMPLES = 9, 200  # up to so many operations every order is tried, else so many samples


@dataclass(frozen=True)
class Operation:
    """One call of the provider."""

    type: str
    account: str
    before: Values | None
    after: Values | None


Node = tuple[str, bool]  # an address, and whether it is destroyed there


@dataclass(frozen=True)
class Outcome:
    """The accounts that are left, those on the way to them, whether every order was tried, and whether AWS refuses some
    order."""

    accounts: frozenset[Facts]
    on_the_way: frozenset[Facts]
    every_order: bool
    refused: bool
    operations: int


def outcome(step: Step, changes: Mapping[str, Change], facts: Facts, random: Random) -> Outcome:
    """Applies a plan. An order in which AWS refuses something is no apply that succeeds: it is left out."""
    operations = _operations(changes)
    after = _edges(step, changes, operations)
    if len(operations) <= ALL_ORDERS:
        return _all(operations, after, facts)
    return _sampled(operations, after, facts, random)


def _operations(changes: Mapping[str, Change]) -> dict[Node, Operation]:
    found: dict[Node, Operation] = {}
    for address, change in changes.items():
        if change.was and change.action in (DELETE, *REPLACING):
            found[address, True] = Operation(change.was.type, change.was.account, change.before, None)
        if change.will and change.action in (UPDATE, *CREATING):
            before = change.before if change.action == UPDATE else None
            found[address, False] = Operation(change.will.type, change.will.account, before, change.written())
    return found


def _edges(step: Step, changes: Mapping[str, Change], operations: Mapping[Node, Operation]) -> dict[Node, set[Node]]:
    """What has to be done before each operation."""
    new = {old: address for address, old in step.moved.items()}
    after: dict[Node, set[Node]] = {node: set() for node in operations}

    def edge(later: Node, earlier: Node) -> None:
        if later in operations and earlier in operations and later != earlier:
            after[later].add(earlier)

    for address, change in changes.items():
        made, destroyed = (address, False), (address, True)
        if change.action in REPLACING:
            edge(destroyed, made) if change.action == CREATE_FIRST else edge(made, destroyed)
        for other in depended_on(step.after, address) if change.will else ():
            edge(made, (other, False))
        for old in depended_on(step.before, change.was.address) if change.was else ():
            other = new.get(old, old)
            edge((other, True), destroyed)
            first = changes[other].action == CREATE_FIRST or _flagged(changes[other])
            edge((other, True), made) if first else edge(made, (other, True))
    return after


def _flagged(change: Change) -> bool:
    """Whether the state says of what is destroyed that it was to be created first."""
    return change.action == DELETE and change.was is not None and change.was.create_first


def _all(operations: Mapping[Node, Operation], after: Mapping[Node, set[Node]], facts: Facts) -> Outcome:
    """Every order, told apart by the accounts that it passes through."""
    reached: dict[frozenset[Node], set[Facts]] = {frozenset(): {facts}}
    passed: set[Facts] = set()
    refused = False
    for _ in operations:
        following: dict[frozenset[Node], set[Facts]] = {}
        for done, accounts in reached.items():
            for node, operation in operations.items():
                if node in done or not after[node] <= done:
                    continue
                for account in accounts:
                    result = changed(account, operation.type, operation.account, operation.before, operation.after)
                    refused = refused or result is None
                    if result is not None:
                        following.setdefault(done | {node}, set()).add(result)
        reached = following
        passed |= {account for accounts in reached.values() for account in accounts}
    left = {account for done, accounts in reached.items() if len(done) == len(operations) for account in accounts}
    return Outcome(frozenset(left), frozenset(passed - left), True, refused, len(operations))


def _sampled(
    operations: Mapping[Node, Operation], after: Mapping[Node, set[Node]], facts: Facts, random: Random
) -> Outcome:
    left: set[Facts] = set()
    passed: set[Facts] = set()
    refused = False
    for _ in range(SAMPLES):
        account: Facts | None = facts
        done: set[Node] = set()
        while account is not None and len(done) < len(operations):
            ready = sorted(node for node in operations if node not in done and after[node] <= done)
            if not ready:
                return Outcome(
                    frozenset(), frozenset(), False, False, len(operations)
                )  # a cycle: Terraform refuses the plan
            node = random.choice(ready)
            operation = operations[node]
            account = changed(account, operation.type, operation.account, operation.before, operation.after)
            done.add(node)
            passed |= {account} if account is not None else set()
        refused = refused or account is None
        if account is not None:
            left.add(account)
    return Outcome(frozenset(left), frozenset(passed - left), False, refused, len(operations))
