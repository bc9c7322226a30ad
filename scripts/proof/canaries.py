"""Part 6: plans with a secret in every place that a plan can mark as sensitive: none of it comes out of gate.

Each plan is made twice, with other secrets of the same length. What gate says of the two must be the same, byte for
byte: so not even a digest tells of a secret, but for those that gate makes slow to guess, which are left out.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from functools import cache
from os import cpu_count
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from gate import report
from gate.check import Options, check
from gate.errors import GateError
from gate.findings.secrets import slow_digest
from gate.forges import body, insights
from gate.forges.message import Message, job
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.plan.model import read
from gate.report import Report
from gate.reports import FORMATS, atlantis, render
from gate.reports.look import Detail, Look
from scripts.proof.fuzz.mutate import json_or_text
from scripts.proof.part import Budget, Part, Result, Row

ROOT = Path(__file__).parents[2]
_FOLDERS = ("examples/plans", "tests/plans", "tests/hostile", "tests/source/plans")
_ROUNDS = 20  # of every plan in a whole run
_PER_PROCESS = 50  # cases for each process
_BROKEN = 5  # texts that are made of each plan, to be refused
_SHOWN = 3
_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_LENGTH = 12
_KEPT = ("arn:aws:iam::aws:", "arn:aws:policy", "USER", "GROUP")  # policies of AWS itself, and words that stay

Plan = dict[str, Any]
Output = Callable[[Report], str]


@dataclass(frozen=True)
class Planted:
    """A plan with secrets in it: each of them holds `token`."""

    raw: bytes
    token: str


def _message(made: Report) -> Message:
    return Message(made, "", job("0123456789abcdef", "https://ci.example/log", "https://ci.example/files"))


OUTPUTS: Mapping[str, Output] = {
    **{name: (lambda made, name=name: render(made, name)) for name in FORMATS},  # type: ignore[misc]
    "text, --verbose --matrix": lambda made: render(made, "text", Look(detail=Detail.EVERYTHING, matrix=True)),
    "comments of GitHub, GitLab and Azure": lambda made: body.render(_message(made), 60_000),
    "Code Insights of Bitbucket": lambda made: (
        json.dumps([*insights.annotations(_message(made))]) + json.dumps(insights.insight(_message(made)))
    ),
    "atlantis": atlantis.render,
}


def run(budget: Budget) -> Result:
    """A row for each output, one for all that differs with a secret, one for refusals, and one for files."""
    rng = Random(budget.seed)
    cases = max(4, budget.of(_ROUNDS * len(_plans())))
    held: dict[str, list[str]] = {name: [] for name in (*OUTPUTS, _DIFFERS, _REFUSED, _FILES, _PROCESS)}
    tried = dict.fromkeys(held, 0)
    chosen = [(rng.choice(_plans()), rng.randrange(1 << 32)) for _ in range(cases)]
    alone = [(rng.choice(_plans()), rng.randrange(1 << 32)) for _ in range(max(1, cases // _PER_PROCESS))]
    with ProcessPoolExecutor(cpu_count()) as pool:
        told = [*pool.map(_told, chosen, chunksize=20), *pool.map(_told_by_process, alone)]
    for (name, seed), all_of_it in zip([*chosen, *alone], told, strict=True):
        for what, wrong in all_of_it:
            tried[what] += 1
            held[what] += [f"{what}: {name.parent.name}, seed {seed}: {wrong}"] if wrong else []
    rows = [(what, tried[what], wrong) for what, wrong in held.items()]
    return Result([Row(what, count, missed=len(wrong), examples=tuple(wrong[:_SHOWN])) for what, count, wrong in rows])


def _told(chosen: tuple[Path, int]) -> list[tuple[str, str]]:
    return [*_case(*chosen)]


def _told_by_process(chosen: tuple[Path, int]) -> list[tuple[str, str]]:
    path, seed = chosen
    return [(_PROCESS, _process(planted(json.loads(path.read_bytes()), seed, 1)))]


_DIFFERS = "anything, with another secret"
_REFUSED = "refusals of what is broken"
_FILES = "files that are opened to be written"
_PROCESS = "a process and its folders, with tokens in the environment"
_TOKENS = ("GITHUB_TOKEN", "CI_JOB_TOKEN", "SYSTEM_ACCESSTOKEN", "AWS_SECRET_ACCESS_KEY", "TF_VAR_password")


@cache
def _plans() -> list[Path]:
    return sorted(path for folder in _FOLDERS for path in (ROOT / folder).glob("*/plan.json"))


def _case(path: Path, seed: int) -> Iterator[tuple[str, str]]:
    """For each output whether it was wrong, and in what."""
    first, second = (planted(json.loads(path.read_bytes()), seed, number) for number in (1, 2))
    with _writing() as written:
        one, other = _judged(first), _judged(second)
        shown = {name: output(one) for name, output in OUTPUTS.items()} if isinstance(one, Report) else {}
    yield _FILES, ", ".join(written)
    for name, text in shown.items():
        yield name, _around(text, first.token)
    if isinstance(one, str):
        yield _REFUSED, _around(one, first.token)
    yield _DIFFERS, _difference(one, other)
    rng = Random(seed)
    for _ in range(_BROKEN):
        refused = _judged(Planted(json_or_text(first.raw, [first.raw], rng), first.token))
        if isinstance(refused, str):
            yield _REFUSED, _around(refused, first.token)


def _process(plan: Planted) -> str:
    """What was wrong with a check as people run it: its streams, its reports, and what else it left behind."""
    with tempfile.TemporaryDirectory() as name:
        folder, temporary = Path(name), Path(name) / "temporary"
        temporary.mkdir()
        (folder / "plan.json").write_bytes(plan.raw)
        command = [sys.executable, "-m", "gate", "check", "plan.json", "-v", "--matrix", "-o", "json=a", "-o", "html=b"]
        tokens = {each: f"{each}-{plan.token}" for each in _TOKENS}
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary), **tokens}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        left = {path.relative_to(folder).as_posix() for path in folder.rglob("*")} - {"plan.json", "temporary"}
        reports = [(folder / report).read_text() for report in sorted(left & {"a", "b"})]
        if left - {"a", "b"}:
            return f"left {sorted(left)}"
        return next(filter(None, (_around(text, plan.token) for text in (done.stdout, done.stderr, *reports))), "")


def planted(document: Plan, seed: int, number: int) -> Planted:
    """A plan in which some texts of every resource, or all of them, hold a secret, and are marked where they stand; or
    each at one place only, as a provider may repeat it elsewhere without the mark. The same seed chooses the same
    texts; secrets of another number are others."""
    letters = Random(f"{seed}.{number}")
    token = "zq" + "".join(letters.choice(_LETTERS) for _ in range(_LENGTH))
    rng = Random(seed)
    share, once = rng.choice((0.3, 0.7, 1.0)), rng.random() < 0.4
    chosen: dict[str, bool] = {}
    seen: set[str] = set()

    def plant(values: Any, everywhere: bool) -> tuple[Any, Any]:
        """The values, and their marks; `everywhere`: what is marked elsewhere is marked here as well."""
        if isinstance(values, dict):
            pairs = {key: plant(member, everywhere) for key, member in values.items()}
            marks = {key: mark for key, (_, mark) in pairs.items() if mark}
            return {key: member for key, (member, _) in pairs.items()}, marks
        if isinstance(values, list):
            made = [plant(member, everywhere) for member in values]
            marks_of = [mark for _, mark in made]
            return [member for member, _ in made], marks_of if any(marks_of) else []
        if not isinstance(values, str) or not values or values.startswith(_KEPT):
            return values, False
        if not chosen.setdefault(values, rng.random() < share):
            return values, False
        with_token = _with(values, token)
        marked = with_token != values and (everywhere or values not in seen or _is_document(values))
        seen.update([] if everywhere else [values])
        return with_token, marked

    for one in document.get("resource_changes", ()):
        change = one["change"]
        everywhere = not once or one.get("type") not in RESOURCE_TYPES
        for side in ("before", "after"):
            change[side], change[f"{side}_sensitive"] = plant(change.get(side), everywhere)
    _beside(document, token)
    return Planted(json.dumps(document).encode(), token)


def _beside(document: Plan, token: str) -> None:
    """Secrets in variables, outputs, the configuration of providers, and what the state knows."""
    root = document.setdefault("configuration", {}).setdefault("root_module", {})
    root.setdefault("variables", {})["of_the_canary"] = {"sensitive": True}
    document.setdefault("variables", {})["of_the_canary"] = {"value": {"a": [f"variable-{token}"]}}
    hidden = {"actions": ["create"], "before": None, "after": f"output-{token}", "after_sensitive": True}
    document.setdefault("output_changes", {})["of_the_canary"] = hidden
    shown = {"sensitive": True, "value": f"output-{token}", "type": "string"}
    document.setdefault("planned_values", {}).setdefault("outputs", {})["of_the_canary"] = shown
    providers = document["configuration"].setdefault("provider_config", {})
    aws = providers.setdefault("aws", {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"})
    for name in ("access_key", "secret_key", "token"):
        aws.setdefault("expressions", {})[name] = {"constant_value": f"{name}-{token}"}
    state = document.setdefault("prior_state", {"format_version": "1.0"}).setdefault("values", {})
    resources = state.setdefault("root_module", {}).setdefault("resources", [])
    resources.append(
        {
            "address": "data.aws_secretsmanager_secret_version.of_the_canary", "mode": "data",
            "type": "aws_secretsmanager_secret_version", "name": "of_the_canary", "schema_version": 0,
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "values": {"secret_string": f"state-{token}"}, "sensitive_values": {"secret_string": True},
        }
    )  # fmt: skip


def _with(text: str, token: str) -> str:
    """A text with the token in it: in a policy document where names, values and resources stand."""
    if not _is_document(text):
        return f"{text}-{token}"
    try:
        document = json.loads(text)
    except ValueError:
        return f"{text}-{token}"
    listed = document.get("Statement") if isinstance(document, dict) else None
    for statement in listed if isinstance(listed, list) else [listed]:
        if isinstance(statement, dict):
            _in_statement(statement, token)
    return json.dumps(document)


def _in_statement(statement: Plan, token: str) -> None:
    statement["Sid"] = f"{statement.get('Sid') or 'S'}{token}"
    for name in ("Action", "NotAction"):
        if name in statement:
            actions = statement[name] if isinstance(statement[name], list) else [statement[name]]
            statement[name] = [*actions, f"s3:Get{token}"]
    for name in ("Resource", "NotResource"):
        if name in statement:
            statement[name] = _each(statement[name], lambda text: text if text == "*" else f"{text}{token}")
    for operators in (statement.get("Condition") or {}).values():
        for key in operators if isinstance(operators, dict) else ():
            operators[key] = _each(operators[key], lambda text: f"{text}-{token}")


def _each(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return [_each(member, change) for member in value]
    return change(value) if isinstance(value, str) else value


def _is_document(text: str) -> bool:
    return text.lstrip()[:1] == "{" and "Statement" in text


def _judged(plan: Planted) -> Report | str:
    """The report without the digest of the plan's file, or why there is none, with all that was said meanwhile."""
    said = io.StringIO()
    slow_digest.cache_clear()
    try:
        with redirect_stderr(said), patch("hashlib.scrypt", lambda *_, **__: b""):
            checked = check(read(plan.raw, "plan.json"), Options(no_source=True, reasons=True))
    except GateError as error:
        return f"{error} {said.getvalue()}"
    return report.report(checked.plans, checked.findings, "defaults", (*checked.notes, said.getvalue()))


def _around(text: str, token: str) -> str:
    at = text.lower().find(token)
    return "" if at < 0 else f"...{text[max(0, at - 60) : at + 30]}..."


def _difference(one: Report | str, other: Report | str) -> str:
    if one == other:
        return ""
    texts = [each if isinstance(each, str) else render(each, "json") for each in (one, other)]
    pairs = zip(texts[0].splitlines(), texts[1].splitlines(), strict=False)
    return next((f"{a.strip()[:150]} / {b.strip()[:150]}" for a, b in pairs if a != b), "lengths differ")


@contextmanager
def _writing() -> Iterator[list[str]]:
    """Every file that is opened for writing meanwhile."""
    found: list[str] = []
    _watch().append(found)
    try:
        yield found
    finally:
        _watch().remove(found)


@cache
def _watch() -> list[list[str]]:
    """Who wants to know. A hook stays for as long as the process does."""
    watching: list[list[str]] = []

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if not watching or event not in ("open", "tempfile.mkstemp", "os.rename", "socket.connect", "subprocess.Popen"):
            return
        if event != "open" or (isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")):
            watching[-1].append(f"{event} {arguments[0]}")

    sys.addaudithook(hook)
    return watching


PART = Part("canaries", "plans full of secrets: none of them comes out of gate, whatever it writes", run)
