"""Reads Terraform source and evaluates it partially, for policies that the plan does not show."""

from pathlib import Path

from gate.errors import GateError
from gate.hcl import text
from gate.hcl.values import Encoded, Rest, Unordered, is_known
from gate.plan.model import Plan
from gate.source.harmless import harmless, is_text
from gate.source.location import Sought
from gate.source.source import Instance, Missing, Source, source
from gate.unknown import Value

__all__ = [
    "Encoded", "Instance", "Missing", "Rest", "Sought", "Source", "Unordered", "decode_json", "harmless", "is_known",
    "is_text", "open_source",
]  # fmt: skip


def open_source(directory: Path, plan: Plan, within: Path | None = None) -> Source:
    """The source of a plan: `directory` is the folder of the root module, nothing is read before a question is asked.

    No file outside `within` (by default the folder itself) is read, links included: give the checkout's top folder
    where modules stand beside the root module. Raises GateError where `directory` is not a directory.
    """
    if not directory.is_dir():
        raise GateError(f"{directory}: not a directory; `--source` takes the folder that Terraform runs in")
    return source(directory, plan, within or directory)


def decode_json(value: Value) -> Value:
    """The structure of a JSON text that may have holes; see gate.hcl.text. Raises ValueError."""
    return text.decode_json(value, harmless)
