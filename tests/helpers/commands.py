"""gate's command line in this process, or as a process of its own, and plans made of the examples."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unittest import mock

from gate.cli.main import exit_code
from tests.helpers.paths import EXAMPLES


def gate(
    folder: Path, environment: Mapping[str, str], *arguments: object, stdin: bytes = b""
) -> subprocess.CompletedProcess[str]:
    """Runs gate in a folder, with these variables alone and with streams that are files. It is the program's own
    `exit_code` in this process, for a start costs more than most runs; tests/cli/test_process.py holds every command
    against the process that people start, and what is about processes starts them."""
    command = list(map(str, arguments))
    given, out, err = (TextIOWrapper(BytesIO(text), "utf-8", "backslashreplace", "\n") for text in (stdin, b"", b""))
    with (
        _as_started(folder, environment),
        mock.patch.object(sys, "stdin", given),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = exit_code(command)
    return subprocess.CompletedProcess(command, code, _written(out), _written(err))


def gate_process(
    folder: Path, environment: Mapping[str, str], *arguments: object, stdin: bytes = b""
) -> subprocess.CompletedProcess[str]:
    """The same as a process of its own; nothing of the folder can be imported."""
    command = [sys.executable, "-I", "-m", "gate", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, env=dict(environment), input=stdin, capture_output=True, check=False)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@contextmanager
def _as_started(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """The folder and the variables of a process, for a while."""
    with chdir(folder), mock.patch.dict(os.environ, environment, clear=True):
        yield


def _written(stream: TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, BytesIO)
    return stream.buffer.getvalue().decode()


def check(folder: Path, environment: Mapping[str, str], *arguments: object) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON report of `gate check`."""
    done = gate(folder, environment, "check", "-o", "json", *arguments)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def plan(path: Path, policy: object, *, example: str = "full-access", moved: bool = False) -> Path:
    """Writes an example's plan with another policy of its aws_iam_role_policy.kms, moved to another address or not."""
    document = json.loads((EXAMPLES / example / "plan.json").read_text(encoding="utf-8"))
    if moved:
        document = _renamed(document)
    (change,) = [c for c in document["resource_changes"] if c["type"] == "aws_iam_role_policy"]
    change["change"]["after"]["policy"] = policy if isinstance(policy, str) else json.dumps(policy)
    if moved:
        change["previous_address"] = "aws_iam_role_policy.kms"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _renamed(value: Any) -> Any:
    """The same JSON with aws_iam_role_policy.kms under the name `renamed`."""
    if isinstance(value, list):
        return [_renamed(entry) for entry in value]
    if not isinstance(value, dict):
        return "aws_iam_role_policy.renamed" if value == "aws_iam_role_policy.kms" else value
    new = {key: _renamed(entry) for key, entry in value.items()}
    if new.get("type") == "aws_iam_role_policy" and new.get("name") == "kms":
        new["name"] = "renamed"
    return new


def policy(actions: object, resources: object) -> dict[str, object]:
    """A policy document of one Allow statement."""
    return {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": actions, "Resource": resources}}
