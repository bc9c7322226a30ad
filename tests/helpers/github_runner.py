"""A GitHub runner, as far as a composite action needs one: it takes the steps from the YAML and runs their shell."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.helpers.paths import ROOT

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


HOSTILE = "a b \"'`$(touch OWNED); touch OWNED &|>\\*?[x]{a,b}~#!\u00e9"


@dataclass(frozen=True)
class Ended:
    """What a step did."""

    status: int
    stdout: str
    stderr: str
    outputs: dict[str, str]
    summary: str

    @property
    def log(self) -> str:
        """What the runner scans for commands."""
        return self.stdout + self.stderr


@dataclass
class Runner:
    """`action` is the folder of the action, `checkout` the working folder, `temp` RUNNER_TEMP."""

    action: Path
    checkout: Path
    temp: Path
    variables: dict[str, str] = field(default_factory=dict)
    github: dict[str, str] = field(default_factory=dict)  # of the github context
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)  # by step

    def step(self, name: str, inputs: Mapping[str, str] | None = None, file: str = "action.yml") -> Ended:
        """Runs the step with this id or name as `shell: bash` does, with the inputs' defaults filled in."""
        action = _action(file)
        given = {key: value.get("default", "") for key, value in action["inputs"].items()} | dict(inputs or {})
        step = next(s for s in action["runs"]["steps"] if name in (s.get("id"), s["name"]))
        assert step["shell"] == "bash"
        assert not _EXPRESSION.search(step["run"])  # expressions in a script are how inputs become code
        environment = {key: self._resolve(value, given) for key, value in step.get("env", {}).items()}
        ended = self._bash(step["run"], environment)
        if "id" in step:
            self.outputs[step["id"]] = ended.outputs
        return ended

    def _resolve(self, text: str, inputs: Mapping[str, str]) -> str:
        def value(match: re.Match[str]) -> str:
            kind, _, name = match[1].partition(".")
            if kind == "inputs":
                return inputs[name]
            if kind == "github":
                return self.github.get(name, "")
            step, _, output = name.partition(".outputs.")
            return self.outputs.get(step, {}).get(output, "")

        return _EXPRESSION.sub(value, text)

    def _bash(self, script: str, environment: Mapping[str, str]) -> Ended:
        files = {name: self.temp / f"file {name}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")}
        for path in files.values():
            path.write_text("")
        path = self.temp / "script.sh"
        path.write_text(script)
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(path)],
            cwd=self.checkout,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.temp),
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": str(self.action),
                "GITHUB_WORKSPACE": str(self.checkout),
                "RUNNER_TEMP": str(self.temp),
                **{name: str(file) for name, file in files.items()},
                **self.variables,
                **environment,
            },
            capture_output=True,
            check=False,
        )
        assert files["GITHUB_ENV"].read_text() == ""
        return Ended(
            done.returncode,
            done.stdout.decode(),
            done.stderr.decode(),
            parse_outputs(files["GITHUB_OUTPUT"].read_text()),
            files["GITHUB_STEP_SUMMARY"].read_text(),
        )


@cache
def _action(file: str) -> Any:
    """An action of this repository, read once: PyYAML takes longer than most steps."""
    return load_yaml(ROOT / file)


def parse_outputs(text: str) -> dict[str, str]:
    """GITHUB_OUTPUT as the runner reads it: `name=value`, or `name<<delimiter`, lines, the delimiter."""
    outputs = {}
    lines = iter(text.split("\n"))
    for line in lines:
        heredoc, plain = re.fullmatch(r"([^=<]+)<<(.+)", line), re.fullmatch(r"([^=]+)=(.*)", line)
        if heredoc:
            found = []
            for inner in lines:
                if inner == heredoc[2]:
                    break
                found.append(inner)
            outputs[heredoc[1]] = "\n".join(found)
        elif plain:
            outputs[plain[1]] = plain[2]
    return outputs


def annotations(log: str) -> list[tuple[str, str]]:
    """The annotations that the runner makes of a log: level and text."""
    found: list[tuple[str, str]] = []
    for line in log.split("\n"):
        match = re.match(r"\s*::(\w+)(?: [^:]*)?::(.*)", line)
        if match:
            found.append((match[1], match[2].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")))
    return found


def load_yaml(path: Path) -> Any:
    """A YAML file as data."""
    return yaml.safe_load(path.read_text())


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Runs a program and keeps what it says."""
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def owned(runner: Runner) -> list[Path]:
    """What code of the checkout leaves behind when it runs."""
    return list(runner.checkout.parent.rglob("OWNED"))


def git(runner: Runner, *arguments: str) -> str:
    """What git says in the checkout."""
    return run("git", *arguments, cwd=runner.checkout).stdout.strip()
