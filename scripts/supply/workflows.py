"""What zizmor, in its strictest persona, and actionlint find in every workflow, action and configuration of GitHub."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent


def files(root: Path) -> tuple[list[str], list[str]]:
    """The workflows, and what else zizmor reads: the actions, Dependabot's configuration and the hooks."""
    folders = (root / ".github/workflows", root / "examples/workflows")
    workflows = [str(path.relative_to(root)) for folder in folders for path in sorted(folder.glob("*.yml"))]
    return workflows, ["action.yml", "comment/action.yml", ".github/dependabot.yml"]


def findings(root: Path) -> list[str]:
    """Each finding of either linter in one line; that a linter could not read what it was given is one."""
    workflows, others = files(root)
    lint = _run(root, "actionlint", "-format", "{{json .}}", *workflows)
    options = ["--offline", "--no-progress", "--strict-collection", "--persona=auditor", "--format=json-v1"]
    audit = _run(root, "zizmor", *options, *workflows, *others)
    return [
        *(f"actionlint: {one['filepath']}:{one['line']}: {one['message']}" for one in lint.found),
        *(f"zizmor: {one['ident']}: {one['desc']}" for one in audit.found),
        *(f"{said.name} did not run: {said.error}" for said in (lint, audit) if said.error),
    ]


@dataclass(frozen=True)
class Said:
    """What a linter found, or why it found nothing."""

    name: str
    found: list[dict[str, Any]]
    error: str = ""


def _run(root: Path, name: str, *arguments: str) -> Said:
    done = subprocess.run([str(BIN / name), *arguments], cwd=root, capture_output=True, text=True, check=False)
    try:
        return Said(name, json.loads(done.stdout) or [])
    except ValueError:
        return Said(name, [], done.stderr.strip() or f"exit status {done.returncode}")
