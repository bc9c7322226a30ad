"""Part 4: a sample of the accounts of part 2, planned and applied by real Terraform against a stand-in for AWS.

Where the stand-in or Terraform is not at hand (scripts.proof.accounts.stand_in), the part does not run and says so.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from os import cpu_count
from types import ModuleType

from scripts.proof.accounts.apply import Outcome
from scripts.proof.accounts.aws import Facts
from scripts.proof.accounts.compare import Case, Compared, case, compared
from scripts.proof.accounts.configuration import files
from scripts.proof.accounts.plans_differ import differences
from scripts.proof.accounts.stand_in import StandIn, emptied, held, lab, normal, started, terraform, written
from scripts.proof.part import Budget, Part, Result, Row

APPLIES, SHOWN = 25, 10
TRIES = 3  # of the first apply, in which a name that is no reference may come too early


@dataclass(frozen=True)
class Applied:
    """An account that Terraform changed: gate's verdict against what it then grants (None where it did not come to the
    end), and where what the simulator said of it was otherwise: the account before, the plan, the account after.
    `changes` are those that were compared. `refused`: what Terraform said, if it did not come to the end."""

    number: int
    compared: Compared | None
    changes: int = 0
    plan: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    refused: str = ""


def run(budget: Budget) -> Result:
    """A row for the verdicts, one for the plans, and one for what the simulator made of the accounts."""
    program = lab()
    if isinstance(program, str):
        return Result([Row(f"not run: {program}", 0)])
    made, several = list(sample(budget.seed, budget.of(APPLIES))), cpu_count() or 1
    with ThreadPoolExecutor(several) as threads:
        found = threads.map(partial(_applied, program), [made[start::several] for start in range(several)])
        return Result(rows(sorted((one for some in found for one in some), key=lambda one: one.number)))


def _applied(program: ModuleType, several: Sequence[Case]) -> list[Applied]:
    """Some accounts, one after the other, in a stand-in of their own."""
    if not several:
        return []
    with started(program) as account:
        return [applied(account, made) for made in several]


def rows(found: list[Applied]) -> list[Row]:
    """The rows of these accounts."""
    ended = [one.compared for one in found if one.compared is not None]
    wrong = [f"{one.number}: {'; '.join((*one.missed, *one.alarms))}" for one in ended if one.missed or one.alarms]
    refused = [f"{one.number}: not compared: {one.refused}" for one in found if one.refused]
    other_plan = [f"{one.number}: {text}" for one in found for text in one.plan]
    other_account = [f"{one.number}: {text}" for one in found for text in one.account]
    not_ended = len(found) - len(ended)
    return [
        Row(
            "gate, against what the account grants",
            len(found),
            missed=sum(bool(one.missed) for one in ended),
            alarms=sum(bool(one.alarms) and not one.missed for one in ended),
            cautious=sum(bool(one.cautious or one.for_a_while) and not (one.missed or one.alarms) for one in ended),
            not_compared=not_ended,
            examples=tuple([*wrong, *refused][:SHOWN]),
        ),
        Row(
            "the simulator's plan, each change, against Terraform's",
            sum(one.changes for one in found),
            alarms=len(other_plan),
            examples=tuple(other_plan[:SHOWN]),
        ),
        Row(
            "the simulator's accounts, against those that are left",
            len(found),
            alarms=sum(bool(one.account) for one in found),
            not_compared=not_ended,
            examples=tuple(other_account[:SHOWN]),
        ),
    ]


def sample(seed: int, wanted: int) -> Iterator[Case]:
    """The first accounts of a seed that AWS does not refuse and the stand-in can hold: they are one account, without
    Identity Center, without boundaries of users, which moto does not keep, and without lists of inline policies by
    name, which the provider refuses while a policy is not there. In half of them somebody newly has full access, which
    is so in a sixth of all."""
    left = {True: wanted - wanted // 2, False: wanted // 2}
    for number in count():
        made = case(f"applied {seed}", number)
        if made is None or not _fits(made):
            continue
        has_new = compared(made).new > 0
        if left[has_new]:
            left[has_new] -= 1
            yield made
        if not any(left.values()):
            return


def _fits(made: Case) -> bool:
    every = [one for world in (made.step.before, made.step.after) for one in world.values()]
    one_account = all(one.provider == "aws" and not one.type.startswith("aws_ssoadmin") for one in every)
    bounded = any(one.type == "aws_iam_user" and one.values.get("permissions_boundary") for one in every)
    listed = any(one.type.endswith("_policies_exclusive") and one.values["policy_names"] for one in every)
    return one_account and not bounded and not listed and bool(made.outcome.accounts)


def applied(account: StandIn, made: Case) -> Applied:
    """One account: its code before is applied, its code after is planned, gate judges the plan, the plan is applied."""
    emptied(account)
    written(account, files(made.step.before))
    terraform(account, "get")
    tries = (terraform(account, "apply", "-auto-approve", "-input=false").error for _ in range(TRIES))
    errors = [error for error in _up_to_success(tries) if error]
    if len(errors) == TRIES:
        return Applied(made.number, None, refused=f"the code before: {errors[-1]}")
    before = held(account)
    if other := _other(normal(made.facts), normal(before)):
        return Applied(made.number, None, refused=f"the account before: {other}")
    written(account, files(made.step.after, made.step))
    terraform(account, "get")
    planned = terraform(account, "plan", "-out=p.bin", "-input=false")
    if planned.error:
        return Applied(made.number, None, refused=f"the plan: {planned.error}")
    plan = terraform(account, "show", "-json", "p.bin").text.encode()
    changes, other_plan = differences(made.plan, plan)
    done = terraform(account, "apply", "-input=false", "p.bin")
    if done.error:
        text = f"the apply{'' if made.outcome.refused else ', which no order was to refuse'}: {done.error}"
        return Applied(made.number, None, changes, other_plan, refused=text)
    after = held(account)
    least = min((_other(normal(one), normal(after)) for one in made.outcome.accounts), key=len)
    real = Outcome(frozenset({after}), made.outcome.accounts | made.outcome.on_the_way, False, False, 0)
    verdict = compared(replace(made, plan=plan, outcome=real))
    return Applied(made.number, verdict, changes, other_plan, (least,) if least else ())


def _up_to_success(tries: Iterator[str]) -> Iterator[str]:
    for error in tries:
        yield error
        if not error:
            return


def _other(said: Facts, is_: Facts) -> str:
    """What is in one of two accounts only; empty if they are the same."""
    lost = [f"{fact} is not there" for fact in sorted(said - is_, key=str)]
    return "; ".join([*lost, *(f"{fact} is there" for fact in sorted(is_ - said, key=str))])


PART = Part("applies", "a sample of the accounts, applied by real Terraform and read back", run, at_length=True)
