"""Terraform source: expressions, and files beside a plan that hides a policy."""

import json
import tempfile
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from gate.check import Options, check
from gate.errors import GateError
from gate.hcl.parse import attributes, blocks, template
from gate.hcl.values import Encoded, ExhaustedError, RefusedError
from gate.hcl.work import Scope, Work
from gate.plan.model import read
from scripts.proof.fuzz.target import WrongAnswer
from tests.helpers.containing import REFUSED, World, contains, exact, value_of
from tests.helpers.plans import change, plan

ROOT = Path(__file__).parents[3]
_LARGEST = 6_000  # bytes of a file to begin with
_HIDDEN = change(
    "aws_iam_role_policy.p", None, {"name": "p", "role": "app"}, change={"after_unknown": {"policy": True}}
)


@cache
def expression_seeds() -> Sequence[bytes]:
    """What is written to be compared with Terraform's console."""
    rows = (ROOT / "tests/hcl/answers.tsv").read_text().splitlines()
    return [row.rsplit("\t", 1)[0].encode() for row in rows][::7]


@cache
def file_seeds() -> Sequence[bytes]:
    """The source of the examples and of the tests."""
    folders = ("examples/plans", "tests/plans", "tests/source/plans", "tests/hostile_source")
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.tf"))
    found = [path.read_bytes() for path in paths if path.stat().st_size < _LARGEST]
    hidden = b'resource "aws_iam_role_policy" "p" {\n  role = "app"\n  policy = %s\n}\n'
    return [*found, *(hidden % text for text in expression_seeds()[:200])]


def read_expression(raw: bytes) -> None:
    """An expression has a value; that value is among those that it may have where nothing is known of the locals."""
    text = raw.decode("utf-8", "replace")
    try:
        told = _value(text, _known())
        if told is REFUSED or not exact(told):
            return
        if not contains(_value(text, {}), _plain(told)):
            raise WrongAnswer("a value is not among those that it may have where less is known")
    except (ExhaustedError, GateError, KeyError, IndexError):
        return


def read_file(raw: bytes) -> None:
    """Files beside a plan: what is no source of the hidden policy leaves it undetermined."""
    found, _ = blocks(raw, "main.tf")
    for block in found:
        for attribute in block.attributes.values():
            _ = attribute.expression
    attributes(raw, "terraform.tfvars")
    template(raw.decode("utf-8", "replace"))
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        (Path(folder) / "main.tf").write_bytes(raw)
        try:
            checked = check(read(plan(_HIDDEN), "plan.json"), Options(source=(folder,)))
        except GateError:
            return
    if not checked.findings and b"aws_iam_role_policy" not in raw:
        raise WrongAnswer("a hidden policy is taken for harmless, and no source of it is there")


def _value(text: str, known: dict[str, Any]) -> Any:
    from gate.hcl.evaluate import evaluate
    from gate.hcl.syntax import Unreadable

    found, problem = blocks(f"a {{\n  v = {text}\n}}\n".encode(), "main.tf")
    if problem is not None or len(found) != 1 or list(found[0].attributes) != ["v"]:
        return REFUSED
    expression = found[0].attributes["v"].expression
    if isinstance(expression, Unreadable):
        return REFUSED
    try:
        return evaluate(expression, Scope(None), Work(World(known)))
    except RefusedError:
        return REFUSED


@cache
def _known() -> dict[str, Any]:
    texts = tomllib.loads((ROOT / "tests/hcl/shapes.toml").read_text())["locals"]
    return {name: value_of(text) for name, text in texts.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Encoded):
        return json.dumps(_plain(value.value))
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    return [_plain(member) for member in value] if isinstance(value, list) else value


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - files that are written thousands of times
