"""The `principals` blocks of a deferred `aws_iam_policy_document`, with what is said of their unknown identifiers.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document#principals-and-not_principals
"""

from typing import Any

import msgspec

from gate.holdings.resource_types import RESOURCE_TYPES, ROLE, USER
from gate.holdings.source_values import listed
from gate.plan.addresses import Instance, Target
from gate.plan.references import Origin, References
from gate.plan.shapes import UNKNOWN
from gate.text.sensitive import as_marked
from gate.unknown import Template, Unresolved, Value

# https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_session_context (caller_identity)
_OF_THE_CALLER = {("aws_caller_identity", "arn"), ("aws_iam_session_context", "issuer_arn")}
_ACCOUNT = ("aws_caller_identity", "account_id")
_PARTITION = ("aws_partition", "partition")


class Blocks(msgspec.Struct, frozen=True, gc=False):
    """Blocks as `planned`, the expressions that are `written` there, and what the source says of them (`sourced`)."""

    planned: Any
    written: Any
    sourced: Any


def principals(blocks: Blocks, resource: Instance, references: References) -> Value:
    """The Principal that blocks make.

    Without a source, as many references as unknown identifiers, each to the ARN of a role or user or to the account of
    a caller, are taken for these and for the root of that account.
    """
    planned, written, sourced = blocks.planned, blocks.written, blocks.sourced
    if not isinstance(planned, list):
        return Unresolved((f"{resource.address}.statement.principals",))
    found: dict[str, list[Value]] = {}
    for block in planned:
        kind = block.get("type") if isinstance(block, dict) else UNKNOWN
        if not isinstance(kind, str):
            return Unresolved((f"{resource.address}.statement.principals",))
        identifiers = block.get("identifiers")
        values = identifiers if isinstance(identifiers, list) else [UNKNOWN]
        known: list[Value] = [_unescaped(value) for value in values if isinstance(value, str)]
        unknown = len(values) - len(known)
        if unknown:
            own = _only(sourced, kind)
            expression = _only(written, kind)
            origin = references.origin(resource, expression) if expression else Origin()
            if own is not None:
                known += _told(own, unknown, whole=identifiers is UNKNOWN)
            elif identifiers is UNKNOWN:
                known.append(Unresolved(origin.names))  # there may be more in it than it refers to
            else:
                known += _taken(origin, unknown)
        found.setdefault("AWS" if kind == "*" else kind, []).extend(known)
    return found


def _only(blocks: Any, kind: str) -> Any:
    """The identifiers of the one block of a kind."""
    found = [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    own = [block for block in found if _constant(block.get("type")) == kind]
    return own[0].get("identifiers") if len(own) == 1 and len(found) == len(blocks) else None


def _constant(value: Any) -> Any:
    return value.get("constant_value") if isinstance(value, dict) else value


def _told(own: Value, unknown: int, *, whole: bool) -> list[Value]:
    """What the source says of as many unknown identifiers, or of the whole list."""
    told = [*listed(own)]
    if whole and told:
        return [_unescaped(value) if isinstance(value, str) else value for value in told]
    holes = [value for value in told if not isinstance(value, str)]
    return holes + [Unresolved()] * (unknown - len(holes))


def _taken(origin: Origin, unknown: int) -> list[Value]:
    units = [target for target in origin.targets if (target.type, target.attribute) != _PARTITION]
    named = [_unit(target) for target in units]
    if unknown == len(named) and not origin.dead_ends:
        certain = [value for value in named if value is not None]
        if len(certain) == unknown:
            return certain
    return [Unresolved(origin.names)] * unknown


def _unescaped(value: str) -> str:
    """`&{...}` is how the data source writes a policy variable."""
    return as_marked(value.replace("&{", "${"), value)


def _unit(target: Target) -> Value | None:
    row = RESOURCE_TYPES.get(target.type)
    own_arn = row.arn if row is not None and row.own_name is not None and row.own_name.kind in (ROLE, USER) else None
    if (target.type, target.attribute) in _OF_THE_CALLER or target.attribute == own_arn:
        # what is read by a name may be somebody who was there, and that only the source proves
        taken = f"({target.address})" if target.mode == "data" else ""
        return Unresolved((target.address,), exact=True, stands_for=taken)
    if (target.type, target.attribute) == _ACCOUNT:
        return Template(("arn:aws:iam::", Unresolved((target.address,), exact=True), ":root"))
    return None
