"""Which findings one change brought about: they share a cause, and people's reports tell them as one story.

A change is one line of the configuration, or one block where the line is not known; the instances of a block and of the
module that it stands in are one block. It is also what was done there: instances of one block that newly say or attach
different things are different changes.
"""

import re
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from gate.findings.found import Found, Seen, digest
from gate.holdings.documents import Document, Place
from gate.iam.boxes import expand
from gate.iam.policy import Statement
from gate.iam.service import Service
from gate.new_access.causes import Lost
from gate.new_access.policies import Malformed, policy_in
from gate.new_access.trust import trust_policy
from gate.plan.addresses import module_path, unkeyed
from gate.plan.expressions import most_specific
from gate.plan.model import Plan
from gate.plan.references import References
from gate.plan.shapes import ResourceChange
from gate.report import Finding
from gate.text.sensitive import unless_sensitive
from gate.unknown import StandIn, written

_DOCUMENT = "data", "aws_iam_policy_document"
_OWNER = re.compile(
    r"(?<!\d)\d{12}(?!\d)|(?<![\w-])o-[a-z0-9]{10,32}(?![\w-])|(?<=:)root$"
)  # account, organization, all of it
_NAME = re.compile(r"[^*?:$]+")
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
    sources = [document for grant in grants for document, _ in grant.sources]
    told = sources or [document for one in several for document in one.documents]
    if not told:
        return digest(sorted({text for one in several for text in one.identity}))
    shapes = {digest(_shape(document, seen.service)) for document in told}
    return digest([*_names(document.place for document in told), *sorted(shapes)])


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
    """What the statements about the service say, all of them where none is, but for the names of resources and the
    values of conditions. Whose these are stays: a key for another account is no mere name."""
    policy = policy_in(document)
    if isinstance(policy, Malformed):
        trust = trust_policy(document)
        if trust is None:
            return ["malformed"]
        policy = trust
    statements = policy.statements
    about = [statement for statement in statements if _is_about(statement, service)] or statements
    return sorted({digest(_said(statement, service, hidden=document.sensitive)) for statement in about})


def _is_about(statement: Statement, service: Service) -> bool:
    action = statement.action
    named = any(expand(value, service) for value in action.values)
    return action.negated or bool(action.unknown) or named


def _said(statement: Statement, service: Service, *, hidden: bool) -> list[object]:
    """What a statement says, as `_shape` needs it; of one that is `hidden`, no action of another service."""
    principals = statement.principals
    actions = [value for value in statement.action.values if not hidden or expand(value, service)]
    return [
        statement.effect,
        statement.action.negated,
        sorted(str(written(value)).lower() for value in actions),
        statement.resource.negated,
        _reach(statement.resource.values, hidden=hidden),
        sorted(
            [*(("x", "x") if hidden else (one.operator, one.key)), _reach(one.values, hidden=hidden)]
            for one in statement.conditions
        ),
        principals is not None and principals.negated,
        sorted({(kind, *_reach([value], hidden=hidden)) for kind, value in (principals.values if principals else ())}),
    ]


def _reach(values: Iterable[str], *, hidden: bool) -> list[str]:
    """Where values have wildcards, and the accounts and organizations in them, unless these are `hidden`: nothing of a
    sensitive text is in a digest that may be guessed."""
    found: set[str] = set()
    for value in values:
        if isinstance(value, StandIn):
            found.add("x")
            continue
        found.add(_NAME.sub("x", value))
        found.update(() if hidden else _OWNER.findall(value))
    return sorted(found)
