"""A policy of a principal's own, in the place of one that it shares with others."""

import re
from collections.abc import Iterator

from gate.findings.found import Seen
from gate.findings.remedies import writing
from gate.findings.remedies.author import expression_of, parted
from gate.findings.remedies.writing import quoted
from gate.holdings.principal import Principal
from gate.holdings.resource_types import RESOURCE_TYPES, PrincipalNames
from gate.new_access.grants import Grant
from gate.plan.notation import Notation
from gate.text.sensitive import unless_sensitive


def own_policy(statement: writing.Statement, grant: Grant, seen: Seen) -> tuple[str, ...]:
    """A resource that gives the holder an inline policy with this statement; the statement alone where the holder is
    not one that has such policies, or has no name that could be written."""
    written = writing.lines(statement, Notation.OBJECT)
    principal = grant.holder.principal
    if unless_sensitive(principal.name) != principal.name or principal.name in seen.lookup.secrets:
        return written
    type_name = _inline_type(principal.kind)
    name = _name(principal, parted(seen.iam.templates.in_plan(grant.place).address)[0], seen)
    if type_name is None or name is None:
        return written
    label = re.sub(r"\W", "_", principal.name.strip("()"))
    return tuple(_resource(type_name, f"{label}_{seen.service.fields[-1]}s", principal.kind, name, written))


def _resource(type_name: str, label: str, kind: str, name: str, statement: tuple[str, ...]) -> Iterator[str]:
    yield f'resource "{type_name}" "{label}" {{'
    yield f"  {kind} = {name}"
    yield "  policy = jsonencode({"
    yield '    Version = "2012-10-17"'
    yield f"    Statement = [{statement[0]}"
    yield from (f"    {line}".rstrip() for line in statement[1:-1])
    yield f"    {statement[-1]}]"
    yield "  })"
    yield "}"


def _inline_type(kind: str) -> str | None:
    """The resource type of an inline policy of a kind of principal."""
    for name, row in RESOURCE_TYPES.items():
        if row.recipients == (PrincipalNames(kind, kind),) and row.documents == ("policy",):
            return name
    return None


def _name(principal: Principal, module: str, seen: Seen) -> str | None:
    """How a module names a principal: by the resource that it is, else by its name."""
    is_resource = seen.lookup.is_principal(principal)
    found = expression_of(*is_resource, module, seen.iam) if is_resource else None
    if found is not None:
        return found
    return quoted(principal.name) if principal.is_known_by_name else None
