"""Which findings one change brought about: they share a cause, and people's reports tell them as one story.

A change is one line of the configuration, or one block where the line is not known; the instances of a block and of the
module that it stands in are one block. It is also what was done there: instances of one block that newly say or attach
different things are different changes.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from gate.findings.found import Found, Seen, digest
from gate.holdings.documents import Document, Place
from gate.iam.boxes import expand
from gate.iam.policy import MalformedPolicy, Statement
from gate.iam.service import Service
from gate.new_access.causes import Lost
from gate.new_access.policies import parsed
from gate.plan.addresses import module_path, unkeyed
from gate.plan.expressions import most_specific
from gate.plan.model import Plan
from gate.plan.references import References
from gate.plan.shapes import ResourceChange
from gate.report import Finding
from gate.text.sensitive import unless_sensitive
from gate.unknown import written

_DOCUMENT = "data", "aws_iam_policy_document"
_FROM_CALLER = ("var.", "local.", "each.")  # what a module call may give; a local may rest on a variable


def what_changed(place: Place, several: Sequence[Found], seen: Seen) -> str:
    """A digest of what was done at a place, whichever rule found it: of the document there, without the names in which
    instances of one block differ; else of what is newly attached there, or no longer."""
    document = seen.documents.after.get(place) or seen.documents.before.get(place)
    if document is not None:
        return digest(_shape(document, seen.service))
    grants = [one.grant for one in several if one.grant]
    if any(grant.cause.lost is Lost.BOUNDARY for grant in grants):
        bounds = [b.document.place for grant in grants if (b := grant.holder.boundary_before)]
        return digest(["boundary", *_names(bounds)])
    if any(grant.cause.lost is Lost.DENY for grant in grants):
        return digest(["Deny"])
    sources = [document.place for grant in grants for document, _ in grant.sources]
    told = [document.place for one in several for document in one.documents]
    return digest(_names(sources or told) or sorted({text for one in several for text in one.identity}))


def with_cause(finding: Finding, plan: Plan, references: References) -> Finding:
    """The finding with its cause: what was done there, and where: at which document that the block refers to, at which
    line of the source, else in which block."""
    resource = plan.resource_change(finding.address)
    return replace(finding, cause=digest([finding.cause, *_where(finding, resource, references)]))


def _where(finding: Finding, resource: ResourceChange | None, references: References) -> Iterable[str]:
    attribute = unkeyed(finding.attribute)
    if resource is None:
        return finding.plan, unkeyed(finding.address), attribute
    expression = references.expression(resource, attribute)
    document = references.origin(resource, expression).only
    if document is not None and (document.mode, document.type) == _DOCUMENT:
        return finding.plan, *document.module, document.name
    if finding.location:
        return finding.location.file, str(finding.location.line)
    block = f"{resource.type}.{resource.name}"
    if any(name.startswith(_FROM_CALLER) for name in most_specific(expression)):
        return finding.plan, *module_path(resource.module_address), block, attribute
    return finding.plan, *references.module_source(resource.module_address), block, attribute


def _names(places: Iterable[Place]) -> list[str]:
    """Documents by the addresses of their blocks; one outside of the plan by its ARN."""
    return sorted({_name(place) for place in places})


def _name(place: Place) -> str:
    address = unless_sensitive(place.address)
    return address if address.startswith("arn:") else unkeyed(address)


def _shape(document: Document, service: Service) -> list[str]:
    """What the statements about the service say, but for the names of resources and the values of conditions."""
    try:
        statements = parsed(document, service).statements
    except MalformedPolicy:
        return ["malformed"]
    return sorted({digest(_said(statement)) for statement in statements if _is_about(statement, service)})


def _is_about(statement: Statement, service: Service) -> bool:
    action = statement.action
    named = any(expand(value, service) for value in action.values)
    return action.negated or bool(action.unknown) or named


def _said(statement: Statement) -> list[object]:
    everybody = statement.principals is not None and any(value == "*" for _, value in statement.principals.values)
    return [
        statement.effect,
        statement.action.negated,
        sorted(str(written(value)).lower() for value in statement.action.values),
        statement.resource.negated,
        any(str(written(value)) == "*" for value in statement.resource.values),
        sorted([clause.operator, clause.key] for clause in statement.conditions),
        everybody,
    ]
