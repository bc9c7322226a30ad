"""Part 2: whole accounts before and after a change, applied in every order that Terraform may choose."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from os import cpu_count

from scripts.proof.accounts.compare import Compared, case, compared
from scripts.proof.part import Budget, Part, Result, Row

ACCOUNTS = 10_000
CHUNK, SHOWN = 100, 5


def run(budget: Budget) -> Result:
    """The rows of the table: their cases are accounts, and so are those with a miss or a false alarm."""
    return Result([row(_found(budget, further=further), further=further) for further in (False, True)])


def _found(budget: Budget, *, further: bool) -> list[Compared]:
    wanted = budget.of(ACCOUNTS)
    found: list[Compared] = []
    with ProcessPoolExecutor(cpu_count()) as pool:
        for start in range(0, 2 * wanted, max(wanted, CHUNK)):
            if len(found) < wanted:
                starts = range(start, start + max(wanted, CHUNK), CHUNK)
                found += [one for chunk in pool.map(partial(_chunk, budget.seed, further), starts) for one in chunk]
    return found[:wanted]


def row(found: list[Compared], *, further: bool = False) -> Row:
    """What came out of these accounts. Cautious are those where gate said KMS009, or told of access that lasts only as
    long as the apply."""
    wrong = [
        f"account {one.number}: {'; '.join((*one.missed, *one.alarms))}" for one in found if one.missed or one.alarms
    ]
    return Row(
        "accounts, changed in several places at once" if further else "accounts, each applied in every order",
        len(found),
        missed=sum(bool(one.missed) for one in found),
        alarms=sum(bool(one.alarms) and not one.missed for one in found),
        cautious=sum(bool(one.cautious or one.for_a_while) and not (one.missed or one.alarms) for one in found),
        not_compared=sum(not one.applies for one in found),
        examples=tuple(wrong[:SHOWN]),
    )


def _chunk(seed: int, further: bool, start: int) -> list[Compared]:
    return list(accounts(seed, range(start, start + CHUNK), further=further))


def accounts(seed: int, numbers: range, *, further: bool = False) -> Iterator[Compared]:
    """The accounts of these numbers, without those that AWS refuses or that nothing changes in."""
    for number in numbers:
        made = case(seed, number, further=further)
        if made is not None:
            yield compared(made)


PART = Part("accounts", "whole accounts before and after, applied in every order that Terraform may choose", run)
