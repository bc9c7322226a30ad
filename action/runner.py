"""What a step says to the GitHub runner: outputs, annotations, the summary. Standard library only."""

import os
import secrets
import sys
from pathlib import Path

# The runner drops a whole summary of more than 1 MiB, and one just below it when it rewrites line ends.
_SUMMARY = 900 * 1024  # bytes


def environment(name: str) -> str:
    """The value of an input or of a variable of the runner, without white space around it; empty if there is none."""
    return os.environ.get(name, "").strip()


def output(name: str, value: str) -> None:
    """Sets an output of the step. A random delimiter keeps a value with line breaks from setting another one."""
    delimiter = f"gate_{secrets.token_hex(16)}"
    with Path(os.environ["GITHUB_OUTPUT"]).open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")


def annotate(level: str, message: str) -> None:
    """Writes an annotation: level is error, warning or notice."""
    escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::{level} title=gate::{escaped}", flush=True)


def summarize(markdown: str) -> None:
    """Adds to the summary of the step, unless that would grow too large to be shown at all."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    content = markdown.encode("utf-8", "replace") + b"\n"
    used = Path(path).stat().st_size if Path(path).exists() else 0
    if used + len(content) > _SUMMARY:
        content = b"**gate**: the report is too long for a summary; the step's `report` output names the file.\n"
    with Path(path).open("ab") as file:
        file.write(content)


def give_up(message: str) -> int:
    """No verdict: says why as an error and in the summary, and answers with the exit status for it."""
    annotate("error", message)
    plain = "".join(character if character.isprintable() else " " for character in message)
    summarize(f"**gate gave no verdict**, so nothing was approved:\n\n    {plain}\n")
    return 2


def said(stderr: bytes) -> str:
    """What gate said on standard error, without its name in front."""
    return stderr.decode("utf-8", "replace").strip().removeprefix("gate: ")


def isolated(*arguments: str) -> list[str]:
    """The command line that runs gate with nothing from the checkout or from PYTHON* variables on its path."""
    return [sys.executable, "-I", "-m", "gate", *arguments]
