"""GitLab's code-quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

import hashlib
import json
from typing import Any

from gate.report import Finding, Report
from gate.reports.phrases import is_off, message, title, waived
from gate.text.escape import json_inert, visible

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(report: Report) -> str:
    """A JSON list of all findings: what blocks is a blocker, what is waived is for information."""
    seen: dict[str, int] = {}
    issues = [_issue(finding, seen, enforcing=report.enforcing) for finding in report.findings]
    return json_inert(json.dumps(issues, indent=2)) + "\n"


def _issue(finding: Finding, seen: dict[str, int], *, enforcing: bool) -> dict[str, Any]:
    located = finding.location
    path = visible(located.file if located else finding.plan).removeprefix("./") or "plan"
    return {
        "description": ("" if enforcing else "not enforced: ") + _description(finding),
        "check_name": title(finding),
        "fingerprint": _fingerprint(finding, seen),
        "severity": "blocker" if finding.blocks else "info" if finding.waiver else _SEVERITIES[finding.level],
        "location": {"path": path, "lines": {"begin": located.line if located else 1}},
    }


def _description(finding: Finding) -> str:
    text = f"{visible(finding.address)}: {message(finding)}"
    if finding.waiver:
        return f"{text} ({waived(finding.waiver)})"
    return f"off: {text}" if is_off(finding) else text


def _fingerprint(finding: Finding, seen: dict[str, int]) -> str:
    """The finding's own, unless another one had it: GitLab shows only the first of several that share one."""
    number = seen[finding.fingerprint] = seen.get(finding.fingerprint, 0) + 1
    text = visible(finding.fingerprint, 200)
    return text if number == 1 else hashlib.sha256(f"{text} {number}".encode()).hexdigest()
