"""The sentences of a finding about a grant."""

from collections.abc import Sequence

from gate.iam.catalogue import Service
from gate.introduced import Grant
from gate.placeholders import readable

_SHOWN = 3


def and_others(message: str, principals: Sequence[str]) -> str:
    """A sentence about the first of several principals, with how many more it is true of."""
    more = len(principals) - 1
    return message if more < 1 else f"{message}, and {more} other{'s' if more > 1 else ''} with it"


def distance(grant: Grant) -> int:
    """How far the holder is from where the change was made: whoever has the document itself is told of first."""
    places = {document.place for document, _ in grant.sources}
    return min((len(held.links) for held in grant.holder.after if held.document.place in places), default=9)


def breadth(grant: Grant, service: Service) -> str:
    """On what: `every key`, `every key in region eu-west-1`, or the names."""
    noun = service.fields[-1]
    if grant.width is None:
        return f"{noun}s that it names"
    tied = [
        f"{name} {value}"
        for name, value in zip(grant.width, grant.fields, strict=True)
        if (name, value) != ("partition", "aws")
    ]
    return f"every {noun}" + (f" of {' and '.join(tied)}" if tied else "")


def named(grant: Grant) -> str:
    """The resources that the statements name, for a grant on named ones."""
    if any(document.sensitive for document, _ in grant.sources):
        return "resources that the plan marks as sensitive"
    values = sorted({_named(value) for _, statement in grant.sources for value in statement.resource.values})
    rest = len(values) - _SHOWN
    return ", ".join(values[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _named(resource: str) -> str:
    """A resource as a message names it: what is known only after apply by its address."""
    shown = readable(resource)
    if shown == resource:
        return resource
    address = shown.strip("()").partition(": ")[2]
    return f"{address} (a key whose ARN is known only after apply)" if address else "a key not known until apply"


def because(grant: Grant) -> str:
    """What else there is to say: a condition that has to hold, a Deny or a boundary that is gone."""
    told = []
    if grant.lost:
        told.append(f"{grant.lost} no longer stops it")
    if grant.witness and grant.witness.guard:
        hidden = any(document.sensitive for document, _ in grant.sources)
        clauses = (
            "a condition that is sensitive" if hidden else " and ".join(str(c) for c in sorted(grant.witness.guard))
        )
        told.append(f"under the condition {clauses}")
    return f" ({'; '.join(told)})" if told else ""


def remedy(grant: Grant, service: Service) -> tuple[str, ...]:
    """What to do instead, for a grant of everything."""
    prefix = service.prefix
    if grant.lost == "a Deny":
        first = "keep the Deny that this change removes, or first narrow what the Allow grants"
    elif grant.lost:
        first = "keep the permissions boundary, or first narrow what the policies grant"
    else:
        first = f"replace `{prefix}:*` by the actions that are needed"
    lines = [
        first,
        "to encrypt and decrypt: kms:Encrypt, kms:Decrypt, kms:GenerateDataKey, kms:GenerateDataKeyWithoutPlaintext",
        "to administer keys, in a role of its own: kms:DescribeKey, kms:EnableKeyRotation, kms:TagResource and so on",
    ]
    if grant.width is not None:
        lines.append("name the key: Resource = its ARN, such as aws_kms_key.example.arn, instead of `*`")
    return tuple(lines)
