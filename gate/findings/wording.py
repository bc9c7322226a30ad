"""The sentences of a finding about a grant."""

from collections.abc import Sequence
from contextlib import suppress

from gate.iam.conditions import UNKNOWN_CLAUSE, Clause
from gate.iam.contexts import told_by_others
from gate.iam.patterns import Budget, OutOfBudget
from gate.iam.service import Service
from gate.iam.variables import IS
from gate.new_access.causes import Lost
from gate.new_access.grants import Grant
from gate.new_access.policies import denies
from gate.new_access.questions import FULL
from gate.plan import addresses
from gate.text.sensitive import unless_sensitive
from gate.text.sentences import Sentence, joined, named_arn, sentence
from gate.unknown import StandIn

_SHOWN = 3
_STEPS = 10_000  # for what follows from other conditions; where it takes more, all are told
_LOST = {Lost.DENY: "a Deny", Lost.BOUNDARY: "a permissions boundary", Lost.CONDITION: "a condition"}


def and_others(message: Sentence, principals: Sequence[str]) -> Sentence:
    """A sentence about the first of several principals, with how many more it is true of."""
    more = len(principals) - 1
    others = f"{more} other{'s' if more > 1 else ''}"
    return message if more < 1 else sentence("{}, and {} with it", message, others)


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


def named(grant: Grant) -> Sentence:
    """The resources on which a grant on named ones is new."""
    if _rests_on_hidden(grant):
        return sentence("resources that the plan marks as sensitive")
    values = [_named(resource) for resource in grant.resources]
    rest = len(values) - _SHOWN
    return sentence("{}{}", joined(values[:_SHOWN], ", "), f" and {rest} more" if rest > 0 else "")


def _named(resource: str) -> Sentence:
    """A resource as a message names it: what is known only after apply by its address."""
    if not isinstance(resource, StandIn):
        return named_arn(resource)
    if resource.address:
        return sentence("{} (a key whose ARN is known only after apply)", addresses.named(resource.address))
    return addresses.named(resource.written)


def because(grant: Grant) -> Sentence:
    """What else there is to say: what completes it, what no longer stops it, a condition that has to hold."""
    told: list[str] = []
    if grant.cause.together:
        others = {unless_sensitive(document.place.address) for document, _ in grant.sources} - {
            unless_sensitive(grant.place.address)
        }
        told.append(sentence("together with {}", joined(map(addresses.named, sorted(others)), ", ")))
    if grant.cause.lost:
        told.append(f"{_LOST[grant.cause.lost]} no longer stops it")
    if unsure := _uncertain_denies(grant):
        told.append(sentence("what {} denies may not be in force", joined(map(addresses.named, unsure), ", ")))
    guard = [] if grant.witness is None else sorted(grant.witness.guard)
    if grant.width is None:  # what the resource is, is told already
        guard = [clause for clause in guard if clause.operator != IS or not {*clause.values} & {*grant.resources}]
    if guard:
        told.append("under a condition that is sensitive" if is_hidden(grant) else _under(guard))
    return sentence(" ({})", joined(told, "; ")) if told else sentence("")


def _under(guard: Sequence[Clause]) -> Sentence:
    """Under which conditions, without those that follow from the others; the one last that is not known."""
    with suppress(OutOfBudget):
        followed = told_by_others(frozenset(guard), Budget(_STEPS))
        guard = [clause for clause in guard if clause not in followed]
    known = [clause for clause in guard if clause != UNKNOWN_CLAUSE]
    open_ = ["a condition that is known only after apply"] if len(known) < len(guard) else []
    told = [sentence("the condition {}", joined(map(_condition, known), " and "))] if known else []
    return sentence("under {}", joined([*told, *open_], " and "))


def _uncertain_denies(grant: Grant) -> list[str]:
    """Where the holder is to have a Deny that may come later, or never."""
    allowing = {document.place for document, _ in grant.sources}
    held = [one for one in grant.holder.after if one.may_not_come and one.document.place not in allowing]
    places = {(one.links[0].place if one.links else one.document.place) for one in held if denies(one.document)}
    return sorted({unless_sensitive(place.address) for place in places})


def _condition(clause: Clause) -> Sentence:
    """A condition, the ARNs among its values as names."""
    values = joined(map(named_arn, clause.values), " or ")
    return sentence("{} = {}", clause.test, values) if clause.values else sentence("{}", clause.test)


def _rests_on_hidden(grant: Grant) -> bool:
    return any(document.sensitive for document, _ in grant.sources)


def is_hidden(grant: Grant) -> bool:
    """Whether what a grant rests on is marked as sensitive: a statement that allows it, or a condition that has to hold
    since another document of the holder denies what the condition leaves."""
    if _rests_on_hidden(grant):
        return True
    holder = grant.holder
    texts = [held.document for held in (*holder.before, *holder.after)]
    texts += [bound.document for bound in (holder.boundary_before, holder.boundary_after) if bound]
    hidden = [str.__str__(one.content) for one in texts if one.sensitive and isinstance(one.content, str)]
    values = {value for clause in (grant.witness.guard if grant.witness else ()) for value in clause.values}
    return any(str.__str__(value) in text for value in values if isinstance(value, str) for text in hidden)


def narrowing(grant: Grant, service: Service) -> tuple[str, ...]:
    """How to allow a few actions where they are needed alone."""
    noun = service.fields[-1]
    limits = any(grant.actions & limit.actions for limit in service.limits)
    return (
        f"allow {access(grant, service)} only on the {noun}s for which it is needed: write their ARNs into Resource",
        *((service.words.limit,) if limits else ()),
    )
