"""gate as a process, and plans made of the examples."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.helpers.paths import EXAMPLES


def gate(folder: Path, environment: Mapping[str, str], *arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs gate in a folder; nothing of the folder can be imported."""
    command = [sys.executable, "-I", "-m", "gate", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=dict(environment), capture_output=True, text=True, check=False)


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
