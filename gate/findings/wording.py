"""The sentences of a finding about a grant."""

from collections.abc import Sequence

from gate.iam.boxes import expand
from gate.iam.service import Service
from gate.iam.variables import IS
from gate.new_access.causes import Lost
from gate.new_access.introduced import Grant
from gate.new_access.questions import FULL
from gate.text.sensitive import unless_sensitive
from gate.unknown import StandIn, written

_SHOWN = 3
_LOST = {Lost.DENY: "a Deny", Lost.BOUNDARY: "a permissions boundary", Lost.CONDITION: "a condition"}


def and_others(message: str, principals: Sequence[str]) -> str:
    """A sentence about the first of several principals, with how many more it is true of."""
    more = len(principals) - 1
    return message if more < 1 else f"{message}, and {more} other{'s' if more > 1 else ''} with it"


def distance(grant: Grant) -> int:
    """How far the holder is from where the change was made: whoever has the document itself is told of first."""
    places = {document.place for document, _ in grant.sources}
    return min((len(held.links) for held in grant.holder.after if held.document.place in places), default=9)


def access(grant: Grant, service: Service) -> str:
    """What is granted: `full KMS access`, or the actions that were asked for."""
    if grant.question == FULL:
        return service.words.full
    return few(list(service.by_weight(grant.actions)) or list(grant.question.any_of))


def few(names: Sequence[str]) -> str:
    """Actions as a sentence names them: `kms:Decrypt and kms:DescribeKey`; past three of them `and 4 more`."""
    rest = len(names) - _SHOWN
    if rest > 0:
        return f"{', '.join(names[:_SHOWN])} and {rest} more"
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]


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
    """The resources on which a grant on named ones is new."""
    if _hidden(grant):
        return "resources that the plan marks as sensitive"
    values = [_named(resource) for resource in grant.resources]
    rest = len(values) - _SHOWN
    return ", ".join(values[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _named(resource: str) -> str:
    """A resource as a message names it: what is known only after apply by its address."""
    if isinstance(resource, StandIn) and resource.address:
        return f"{resource.address} (a key whose ARN is known only after apply)"
    return str(written(resource))


def because(grant: Grant) -> str:
    """What else there is to say: what completes it, what no longer stops it, a condition that has to hold."""
    told = []
    if grant.cause.together:
        others = {unless_sensitive(document.place.address) for document, _ in grant.sources} - {
            unless_sensitive(grant.place.address)
        }
        told.append(f"together with {', '.join(sorted(others))}")
    if grant.cause.lost:
        told.append(f"{_LOST[grant.cause.lost]} no longer stops it")
    guard = [] if grant.witness is None else sorted(grant.witness.guard)
    if grant.width is None:  # what the resource is, is told already
        guard = [clause for clause in guard if clause.operator != IS or not {*clause.values} & {*grant.resources}]
    if guard:
        clauses = " and ".join(map(str, guard))
        told.append("under a condition that is sensitive" if _hidden(grant) else f"under the condition {clauses}")
    return f" ({'; '.join(told)})" if told else ""


def _hidden(grant: Grant) -> bool:
    return any(document.sensitive for document, _ in grant.sources)


def remedy(grant: Grant, service: Service) -> tuple[str, ...]:
    """What to do instead, by where the change was made."""
    lost = grant.cause.lost
    if lost is Lost.DENY:
        return ("keep the Deny, or first narrow what the Allow grants",)
    if lost is Lost.BOUNDARY:
        return ("keep the permissions boundary, or first narrow what the policies grant",)
    if grant.place not in {document.place for document, _ in grant.sources}:
        return ("attach a policy that grants less, or do not give this principal what others have",)
    if grant.cause.together:
        return (
            "none of these statements is too much by itself: give them to different principals",
            service.words.administer,
        )
    condition = ("keep the condition, or",) if lost else ()
    wide = [value for _, s in grant.sources for value in s.action.values if _reaches(value, service)]
    wide = [] if _hidden(grant) else wide
    written = "what it leaves in" if any(s.action.negated for _, s in grant.sources) else _listed(wide)
    if grant.question != FULL:
        return (
            tuple(" ".join((*condition, line)) for line in narrowing(grant, service)[:1])
            + narrowing(grant, service)[1:]
        )
    width = "" if grant.width is None else ", and `*` by the ARN of the key"
    return (
        " ".join((*condition, f"replace {written} by the actions that are needed{width}")),
        service.words.use,
        service.words.administer,
    )


def narrowing(grant: Grant, service: Service) -> tuple[str, ...]:
    """How to allow a few actions where they are needed alone."""
    noun = service.fields[-1]
    limits = any(grant.actions & limit.actions for limit in service.limits)
    return (
        f"allow {access(grant, service)} only on the {noun}s for which it is needed: write their ARNs into Resource",
        *((service.words.limit,) if limits else ()),
    )


def _reaches(action: str, service: Service) -> bool:
    return bool(expand(action, service))


def _listed(values: list[str]) -> str:
    """The actions that a policy names, what it allows where they are not to be shown."""
    if not values:
        return "what it allows"
    shown = [f"`{value}`" for value in dict.fromkeys(values)][:_SHOWN]
    return ", ".join(shown) + (" and the others" if len(set(values)) > _SHOWN else "")


def example(grant: Grant, service: Service) -> tuple[str, ...]:
    """HCL to write instead, in the form that the document has; with the actions of the grant where it is not full."""
    words = service.words
    names = words.used if grant.question == FULL else tuple(service.by_weight(grant.actions))
    actions = ", ".join(f'"{name}"' for name in names)
    blocks = any(not isinstance(document.content, str) for document, _ in grant.sources)
    return written_as(grant, (words.example if blocks else words.example_json).replace("ACTIONS", actions))


def written_as(grant: Grant, example: str) -> tuple[str, ...]:
    """The lines of an example; none where something was taken away."""
    if grant.cause.lost in (Lost.DENY, Lost.BOUNDARY) or grant.place.in_plan != grant.place:
        return ()  # a template is no HCL
    return tuple(example.splitlines())
