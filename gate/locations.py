"""Where in the source a finding stands."""

from pathlib import Path

import msgspec

from gate.terraform.evidence import Evidence, relative
from gate.terraform.plan import Plan
from gate.verdict import Finding, Location


def located(finding: Finding, plan: Plan, evidence: Evidence, directory: Path | None) -> Finding:
    """The finding with file and line of its block, better of its statement, where the source is at hand.

    `directory` is the folder that --source named. The file is relative to the working directory.
    """
    resource = next((each for each in plan.resource_changes if each.address == finding.address), None)
    if resource is None:
        return finding
    own = [statement.index for statement in finding.statements if statement.elsewhere is None]
    found = evidence.locate(resource, finding.attribute, own[0] if own else None)
    if found is None:
        return finding
    file, line = found
    return msgspec.structs.replace(finding, location=Location(relative(file, directory), line))
