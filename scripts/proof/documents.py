"""Part 1: what the algebra says of two accesses, against judges that try every request, or that solve formulas."""

import json
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from os import cpu_count
from random import Random

from gate.iam import access
from gate.iam.boxes import boxes
from gate.iam.guards import Access
from gate.iam.kms import kms
from gate.iam.patterns import Budget as Work
from gate.iam.patterns import OutOfBudget
from gate.iam.policy import parse
from scripts.proof.pairs import Held, Pair, random_pair
from scripts.proof.part import Budget, Part, Result, Row

ENUMERATED, SOLVED = 100_000, 20_000
CHUNK = 100
SHOWN = 3
STEPS = 10**7
SCOPED = tuple(f"kms:{name}" for i, name in enumerate(kms().actions) if not kms().unscoped >> i & 1)


@dataclass(frozen=True)
class Compared:
    """One pair: whether gate missed something, called something new that is not, or took it at its worst."""

    missed: bool = False
    alarm: bool = False
    cautious: bool = False
    not_compared: bool = False
    example: str = ""


def run(budget: Budget) -> Result:
    """The two rows of the table."""
    return Result(
        [
            _row("pairs on every request of a small universe", enumerated, budget, ENUMERATED),
            _row("pairs on KMS, each action, against Z3", solved, budget, SOLVED),
        ]
    )


def _row(what: str, compare, budget: Budget, cases: int) -> Row:  # type: ignore[no-untyped-def]
    numbers = range(budget.of(cases))
    chunks = [numbers[at : at + CHUNK] for at in range(0, len(numbers), CHUNK)]
    with ProcessPoolExecutor(cpu_count()) as pool:
        found = [one for chunk in pool.map(partial(_chunk, compare, budget.seed), chunks) for one in chunk]
    return Row(
        what,
        len(found),
        missed=sum(one.missed for one in found),
        alarms=sum(one.alarm for one in found),
        cautious=sum(one.cautious for one in found),
        not_compared=sum(one.not_compared for one in found),
        examples=tuple([one.example for one in found if one.missed or one.alarm][:SHOWN]),
    )


def _chunk(compare, seed: int, numbers: Iterable[int]) -> list[Compared]:  # type: ignore[no-untyped-def]
    """Each pair has a seed of its own, so that it can be repeated alone."""
    return [compare(Random(f"{seed} {number}")) for number in numbers]


def enumerated(random: Random) -> Compared:
    """One pair of the tests' generator, every operator of conditions in it, against the naive judge."""
    from tests.helpers import joint

    before, after = joint.random_pair(random)
    compared = joint.compared(before, after)
    if compared is None:
        return Compared(not_compared=True)
    alarm = compared.alarm and compared.settled
    example = json.dumps({"before": before, "after": after}) if compared.missed or alarm else ""
    return Compared(compared.missed, alarm, compared.alarm and not alarm, example=example)


def solved(random: Random) -> Compared:
    """One pair on KMS keys, action by action, against Z3."""
    return against_solver(random_pair(random))


def against_solver(pair: Pair) -> Compared:
    """Whether the algebra and Z3 say the same of a pair."""
    from scripts.proof.solver import newly_allowed

    answer = newly_allowed(pair, SCOPED)
    try:
        told = algebra(pair)
    except OutOfBudget:
        return Compared(not_compared=True)
    missed, more = answer.new - told - answer.unanswered, told - answer.new - answer.unanswered
    alarm = bool(more) and pair.exact
    example = f"missed {sorted(missed)}, more {sorted(more)}: {described(pair)}" if missed or alarm else ""
    return Compared(bool(missed), alarm, bool(more) and not alarm, bool(answer.unanswered), example)


def algebra(pair: Pair) -> frozenset[str]:
    """The actions that the algebra calls newly allowed on some key. Raises OutOfBudget."""
    service = kms()
    new = 0
    for cell in access.cells_of_one_action(_access(pair.before), _access(pair.after), service.shape, [], Work(STEPS)):
        new |= cell.after.allowed & ~cell.before.allowed
    return frozenset(service.names(new & ~service.unscoped))


def described(pair: Pair) -> str:
    """A pair as JSON, to be kept."""
    both = {"before": pair.before, "after": pair.after}
    return json.dumps({name: {"documents": held.documents, "boundary": held.boundary} for name, held in both.items()})


def _access(held: Held) -> Access:
    policies = [parse(json.dumps(document)) for document in held.documents]
    both = [boxes(policy, kms(), i, worst=False) for i, policy in enumerate(policies)]
    allows = tuple(box for own, _ in both for box in own)
    denies = tuple(box for _, own in both for box in own)
    if held.boundary is None:
        return Access(allows, denies)
    bounds, less = boxes(parse(json.dumps(held.boundary)), kms(), None, worst=False)
    return Access(allows, denies + less, bounds)


PART = Part("documents", "the algebra of policies against an enumeration of requests, and against Z3", run)
