"""Real Terraform on a stand-in for AWS. One stand-in, one folder and one running provider serve all accounts.

Needs a program that starts such a stand-in: a Python file with `setup`, `Moto`, `write`, `provider` and `LAB`, at
GATE_PROOF_LAB, else beside the project.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from scripts.proof.accounts.aws import Facts
from scripts.proof.accounts.resources import ACCOUNTS

BESIDE = Path(__file__).parents[3].parent / "shared" / "lab" / "realplan.py"
READER = Path(__file__).parent / "account_reader.py"
ACCOUNT = ACCOUNTS["aws"]  # the stand-in is one account
OF_AWS = "arn:aws:iam::aws:policy/"


@dataclass(frozen=True)
class StandIn:
    """An account, and the folder from which Terraform changes it."""

    lab: ModuleType
    moto: Any
    folder: Path
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Said:
    """What a command of Terraform wrote; `error` is empty if it succeeded."""

    text: str
    error: str


def lab() -> ModuleType | str:
    """The program that starts the stand-in, or why it can't be had."""
    path = Path(os.environ.get("GATE_PROOF_LAB", BESIDE))
    if not path.is_file():
        return "nothing at hand stands in for AWS (GATE_PROOF_LAB)"
    if shutil.which("terraform") is None:
        return "no terraform on PATH"
    spec = importlib.util.spec_from_file_location("lab", path)
    if spec is None or spec.loader is None:
        return f"{path} is no Python file"
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    found.setup()
    return found


@contextmanager
def started(program: ModuleType) -> Iterator[StandIn]:
    """A stand-in that runs, and a provider that stays there from one command to the next
    (https://developer.hashicorp.com/terraform/plugin/debugging)."""
    os.environ |= {"MOTO_ACCOUNT_ID": ACCOUNT, "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}
    with program.Moto() as moto, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "provider.tf").write_text(program.provider(moto.url))
        environment = {
            **{name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"},  # it speaks HTTP
            "TF_CLI_CONFIG_FILE": str(program.LAB / "tfrc"),
            "TF_IN_AUTOMATION": "1",
            "TF_CLI_ARGS": "-no-color",
        }
        said = terraform(StandIn(program, moto, folder, environment), "init", "-input=false")
        if said.error:
            raise RuntimeError(said.error)
        binary = next(folder.glob(".terraform/providers/*/*/*/*/*/terraform-provider-aws*"))
        with subprocess.Popen(
            [binary, "-debug"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as provider:
            try:
                line = next(line for line in provider.stdout or () if "TF_REATTACH_PROVIDERS=" in line)
                attached = line.partition("='")[2].rstrip().removesuffix("'")
                yield StandIn(program, moto, folder, {**environment, "TF_REATTACH_PROVIDERS": attached})
            finally:
                provider.kill()


def emptied(account: StandIn) -> None:
    """Nothing is in the account, and nothing in the state."""
    account.moto.reset()
    for state in account.folder.glob("*.tfstate*"):
        state.unlink()


def written(account: StandIn, files: Mapping[str, str]) -> None:
    """The folder holds these files, and the provider's configuration."""
    account.lab.write(account.folder, files)


def terraform(account: StandIn, *arguments: str) -> Said:
    """One command."""
    done = subprocess.run(
        ["terraform", *arguments],
        cwd=account.folder,
        env=account.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return Said(done.stdout, done.stderr or "it failed" if done.returncode else "")


def held(account: StandIn) -> Facts:
    """What the account holds, in the generator's words."""
    python = account.lab.LAB / "venv" / "bin" / "python"
    done = subprocess.run([python, READER, account.moto.url, ACCOUNT], capture_output=True, text=True, check=True)
    return frozenset(_fact(each) for each in json.loads(done.stdout) if not str(each[1]).startswith(OF_AWS))


def normal(facts: Facts) -> Facts:
    """The same account, each document with its keys in one order: the provider writes them in its own."""
    return frozenset(tuple(_text(part) for part in fact) for fact in facts)


def _text(part: Any) -> Any:
    return json.dumps(json.loads(part), sort_keys=True) if isinstance(part, str) and part.startswith("{") else part


def _fact(value: Any) -> Any:
    return tuple(map(_fact, value)) if isinstance(value, list) else value
