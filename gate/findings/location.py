"""Where in the source a finding stands."""

import msgspec

from gate.holdings.source_answers import SourceAnswers
from gate.holdings.template_types import BODIES
from gate.plan.model import Plan
from gate.report import Finding, Location
from gate.source_folders import SourceFolders


def located(finding: Finding, plan: Plan, answers: SourceAnswers, folders: SourceFolders) -> Finding:
    """The finding with file and line of its block, better of its statement, where the source is at hand.

    The file is relative to the working directory.
    """
    resource = next((each for each in plan.resource_changes if each.address == finding.address), None)
    if resource is None:
        return finding
    own = [statement.index for statement in finding.statements if statement.elsewhere is None]
    body = finding.attribute.partition(".")[0]
    if body in BODIES:  # a statement in a template has no line of its own
        found = answers.locate(resource, body, None)
    else:
        found = answers.locate(resource, finding.attribute, own[0] if own else None)
    if found is None:
        return finding
    file, line = found
    return msgspec.structs.replace(finding, location=Location(folders.relative(plan, file), line))
