"""A model of how Atlantis judges the output of a custom policy check.

Read from runatlantis/atlantis, server/events/project_command_runner.go and server/events/models/models.go.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Judged:
    """What Atlantis makes of a policy check: `summary` is the line that it shows below the details."""

    passed: bool
    summary: str = ""


_FAILURE = re.compile(r'([1-9][0-9]* failure|failures": \[)')
_SUMMARY = re.compile(r"\d+ tests?, \d+ passed, \d+ warnings?, \d+ failures?, \d+ exceptions?(, \d skipped)?")


def judge(output: str) -> Judged:
    """Atlantis' verdict on the output of one run step that exited with 0."""
    failed = bool(_FAILURE.search(output)) or output.strip().startswith("FAIL")
    found = _SUMMARY.search(output)
    return Judged(not failed and bool(output.strip()), found[0] if found else "")


def judge_as_older(output: str) -> bool:
    """The verdict of a server before December 2025: any "fail" is one. Go folds a dotted capital I to i."""
    return "fail" not in output.replace("\u0130", "i").casefold()
