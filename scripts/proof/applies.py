"""Part 4: a sample of the accounts of part 2, planned and applied by real Terraform against a stand-in for AWS.

Needs a program that runs Terraform on such a stand-in: a Python file with `setup`, `Moto`, `write`, `provider` and
`LAB`, at GATE_PROOF_LAB, else beside the project. Without it, or without Terraform, the part does not run and says so.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from scripts.proof.accounts.apply import Outcome
from scripts.proof.accounts.aws import Facts
from scripts.proof.accounts.compare import Case, Compared, case, compared
from scripts.proof.accounts.configuration import files
from scripts.proof.accounts.resources import ACCOUNTS, World
from scripts.proof.part import Budget, Part, Result, Row

ROOT = Path(__file__).parents[2]
BESIDE = ROOT.parent / "shared" / "lab" / "realplan.py"
READER = Path(__file__).parent / "accounts" / "account_reader.py"
APPLIES, SHOWN = 25, 5
TRIES = 3  # of the first apply, in which a name that is no reference may come too early
ACCOUNT = ACCOUNTS["aws"]  # the stand-in is one account
OF_AWS = "arn:aws:iam::aws:policy/"


@dataclass(frozen=True)
class Applied:
    """An account that was applied: gate's verdict against what it then grants, and where the generator's plan differs
    from Terraform's. `refused`: what Terraform said, where it did not come to the end."""

    number: int
    compared: Compared | None
    entries: int = 0
    differences: tuple[str, ...] = ()
    refused: str = ""


def run(budget: Budget) -> Result:
    """A row for the verdicts, and one for the plans."""
    lab = _lab()
    if isinstance(lab, str):
        return Result([Row(f"not run: {lab}", 0)])
    found = list(applied(lab, budget.seed, budget.of(APPLIES)))
    ended = [one.compared for one in found if one.compared is not None]
    wrong = [
        f"applied account {one.number}: {'; '.join((*one.missed, *one.alarms))}"
        for one in ended
        if one.missed or one.alarms
    ]
    other = [f"plan of account {one.number}: {text}" for one in found for text in one.differences]
    return Result(
        [
            Row(
                "accounts, applied by Terraform and read back",
                len(found),
                missed=sum(bool(one.missed) for one in ended),
                alarms=sum(bool(one.alarms) and not one.missed for one in ended),
                cautious=sum(bool(one.cautious or one.for_a_while) and not (one.missed or one.alarms) for one in ended),
                not_compared=sum(one.compared is None for one in found),
                examples=tuple(wrong[:SHOWN]),
            ),
            Row(
                "resource changes, as Terraform plans them",
                sum(one.entries for one in found),
                alarms=len(other),
                examples=tuple(other[:SHOWN]),
            ),
        ]
    )


def applied(lab: ModuleType, seed: int, wanted: int) -> Iterator[Applied]:
    """So many accounts of a seed that Terraform applies to one account. Not those with Identity Center."""
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT
    found = number = 0
    with lab.Moto() as moto, tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        (where / "provider.tf").write_text(lab.provider(moto.url))
        _terraform(lab, where, "init", "-input=false")
        while found < wanted:
            made = case(f"applied {seed}", number)
            if made is not None and made.outcome.accounts and _is_of_one_account(made):
                found += 1
                yield _applied(lab, moto, where, made)
            number += 1


def _lab() -> ModuleType | str:
    """The program that runs Terraform, or why it can't be had."""
    path = Path(os.environ.get("GATE_PROOF_LAB", BESIDE))
    if not path.is_file():
        return "nothing at hand stands in for AWS (GATE_PROOF_LAB)"
    if shutil.which("terraform") is None:
        return "no terraform on PATH"
    spec = importlib.util.spec_from_file_location("lab", path)
    if spec is None or spec.loader is None:
        return f"{path} is no Python file"
    lab = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(lab)
    lab.setup()
    return lab


def _is_of_one_account(made: Case) -> bool:
    worlds: tuple[World, ...] = (made.step.before, made.step.after)
    every = [one for world in worlds for one in world.values()]
    return all(one.provider == "aws" and not one.type.startswith("aws_ssoadmin") for one in every)


def _applied(lab: ModuleType, moto: Any, where: Path, made: Case) -> Applied:
    """One account, in a folder in which Terraform has its provider."""
    moto.reset()
    for state in where.glob("*.tfstate*"):
        state.unlink()
    lab.write(where, files(made.step.before))
    _terraform(lab, where, "get")
    tries = (_terraform(lab, where, "apply", "-auto-approve", "-input=false") for _ in range(TRIES))
    if all(each.returncode for each in tries):
        return Applied(made.number, None, refused="the first apply")
    before = _read(lab, moto.url)
    lab.write(where, files(made.step.after, made.step))
    for command in (("get",), ("plan", "-out=p.bin", "-input=false"), ("apply", "-input=false", "p.bin")):
        if command[0] == "apply":
            plan = _terraform(lab, where, "show", "-json", "p.bin").stdout.encode()
        done = _terraform(lab, where, *command)
        if done.returncode:
            return Applied(made.number, None, refused=done.stderr)
    after = _read(lab, moto.url)
    entries, differences = _differences(made, plan) if before == made.facts else (0, ())
    real = Outcome(frozenset({after}), made.outcome.accounts | made.outcome.on_the_way, False, False, 0)
    return Applied(
        made.number, compared(replace(made, facts=before, plan=plan, outcome=real)), entries, tuple(differences)
    )


def _terraform(lab: ModuleType, where: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    env = {
        **os.environ,
        "TF_CLI_CONFIG_FILE": str(lab.LAB / "tfrc"),
        "TF_IN_AUTOMATION": "1",
        "TF_CLI_ARGS": "-no-color",
    }
    return subprocess.run(["terraform", *arguments], cwd=where, env=env, capture_output=True, text=True, check=False)


def _read(lab: ModuleType, url: str) -> Facts:
    """What the account holds, in the generator's words."""
    done = subprocess.run(
        [lab.LAB / "venv" / "bin" / "python", READER, url, ACCOUNT], capture_output=True, text=True, check=True
    )
    return frozenset(_fact(each) for each in json.loads(done.stdout) if not str(each[1]).startswith(OF_AWS))


def _fact(value: Any) -> Any:
    return tuple(map(_fact, value)) if isinstance(value, list) else value


def _differences(made: Case, plan: bytes) -> tuple[int, list[str]]:
    """How many changes were compared, and which of the generator's are not as Terraform plans them: actions, what will
    be, and what of it is unknown, as far as the generator says anything of it."""
    ours, real = (
        {entry["address"]: entry for entry in json.loads(text)["resource_changes"]} for text in (made.plan, plan)
    )
    found = [f"{address} is in one plan only" for address in sorted(ours.keys() ^ real.keys())]
    for address in sorted(ours.keys() & real.keys()):
        one, other = ours[address]["change"], real[address]["change"]
        if one["actions"] != other["actions"]:
            found.append(f"{address}: {one['actions']} here, {other['actions']} by Terraform")
            continue
        for side in ("before", "after"):
            here, there = one[side] or {}, other[side] or {}
            found += [
                f"{address}: {side} {name} is {here[name]!r} here, {there.get(name)!r} by Terraform"
                for name in sorted(here)
                if name not in ("id", "unique_id") and not _same(here[name], there.get(name))
            ]
        unknown = {name for name, value in one["after_unknown"].items() if value is True}
        really = {name for name, value in other["after_unknown"].items() if value is True}
        found += [f"{address}: {name} is not unknown by Terraform" for name in sorted(unknown - really)]
        told = {name for name in really & set(one["after"] or {}) if one["after"][name] is not None}
        found += [f"{address}: {name} is unknown by Terraform" for name in sorted(told)]
    return len(ours.keys() | real.keys()), found


def _same(here: Any, there: Any) -> bool:
    """Whether two values say the same: in any order, and nothing as an empty text or list."""
    if isinstance(here, list) and isinstance(there, list):
        return sorted(map(str, here)) == sorted(map(str, there))
    return bool(here == there or (not here and not there))


PART = Part("applies", "a sample of the accounts, applied by real Terraform and read back", run, at_length=True)
