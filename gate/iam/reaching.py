"""What a policy may allow by what is written of it: each of several texts of which one will stand there."""

from collections.abc import Container, Iterator

from msgspec.structs import replace

from gate.iam.policy import Element, Hole, Policy, Statement
from gate.iam.undecided import parts, texts
from gate.iam.variables import widest
from gate.unknown import OneOf, Value


def reaching(policy: Policy, among: Container[Statement] | None = None) -> Policy:
    """A policy with every alternative that its Allows may have, and no Deny that is not certain. What is not known at
    all allows nothing. Only statements `among` some reach further, whatever their position, where that is given."""
    found = []
    for one in policy.statements:
        further = among is None or replace(one, index=0) in among
        if one.is_open and one.effect != "Deny" and further:
            found.append(_with_alternatives(one))
        elif not one.is_open or one.effect == "Allow":
            found.append(one)
    return replace(policy, statements=tuple(found))


def _with_alternatives(one: Statement) -> Statement:
    resource = _all_of(one.resource)
    values = resource.values if resource.negated else tuple(widest(each, one.variables) for each in resource.values)
    return replace(
        one, effect="Allow", certain=True, action=_all_of(one.action), resource=replace(resource, values=values)
    )


def _all_of(element: Element) -> Element:
    """An element with the texts of its alternatives; one that is negated leaves out none of them for certain."""
    open_ = tuple(hole for hole in element.unknown if not isinstance(hole, OneOf) or [*_hidden(hole)])
    told = () if element.negated else tuple(text for hole in element.unknown for text in texts(hole))
    return replace(element, values=(*element.values, *told), unknown=open_)


def _hidden(value: Value) -> Iterator[Hole]:
    """What of a value is no text."""
    if not isinstance(value, (str, list, OneOf)):
        yield value
    for part in parts(value):
        yield from _hidden(part)
