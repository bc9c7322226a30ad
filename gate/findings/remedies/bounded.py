"""A statement that lets somebody write policies, under a condition that these stay within a permissions boundary."""

from gate.findings.found import Seen
from gate.findings.remedies import writing
from gate.findings.remedies.author import Author, author, expression_of
from gate.findings.remedies.put_back import as_written
from gate.findings.remedies.suggested import entry
from gate.findings.remedies.writing import Expression, NotWritten
from gate.iam.escalation import BOUNDARY_KEY, can_be_bounded
from gate.new_access.becoming import Becoming

_REPLACED = ("Sid", "Action", "NotAction")
_SOME_BOUNDARY = "arn:aws:iam::111122223333:policy/boundary"


def within_boundary(one: Becoming, seen: Seen) -> tuple[str, ...]:
    """The statement that allows it, with that condition and without its other actions, which do not know it; nothing
    where not all that is newly possible knows it, or where it takes several statements."""
    sources = [source for source in one.grant.sources if source[0].place == one.grant.place]
    names = list(dict.fromkeys(action for way in one.ways for action in way.actions))
    if len(one.grant.sources) != 1 or not sources or sources[0][0].sensitive or not can_be_bounded(names):
        return ()
    writer = author(one.grant.place, seen)
    try:
        found = entry(sources[0])
        condition = found.get("Condition") or {}
        tests = {**(condition.get("StringEquals") or {}), BOUNDARY_KEY: _boundary(writer, seen)}
        kept = {name: value for name, value in found.items() if name not in _REPLACED}
        narrowed = {**kept, "Action": names, "Condition": {**condition, "StringEquals": tests}}
        statement = as_written(narrowed, writer)
        return writing.lines(statement, writer.notation)
    except NotWritten:
        return ()


def _boundary(writer: Author, seen: Seen) -> str | Expression:
    """The policy that the plan uses as a boundary, where there is one that the document can name."""
    for policy in seen.holdings.policies:
        if policy.bounds:
            text = expression_of(policy.planned.resource.address, "arn", writer.module, seen.iam)
            if text and writer.refers:
                return Expression(text)
    return _SOME_BOUNDARY
