"""Conditions that limit an action so far that its gain is no finding: under them it hands on nothing."""

from collections.abc import Iterable

import msgspec

from gate.iam.conditions import Clause, Guard
from gate.iam.guards import Box

_IN_NO_NAME = set("*?$")  # wildcards and policy variables


class Limit(msgspec.Struct, frozen=True, gc=False):
    """A condition key by which some actions (bit set) are limited.

    `allows` are operators, each with the value that limits in the condition of an Allow; `denies` the same in the only
    condition of a Deny. Where the value is empty, any names limit that are written out and none of `but`.
    """

    actions: int
    key: str
    allows: tuple[tuple[str, str], ...]
    denies: tuple[tuple[str, str], ...]
    but: tuple[str, ...] = ()


def limited(limits: Iterable[Limit], guard: Guard, denies: Iterable[Box]) -> int:
    """The actions that are limited in requests for which `guard` holds, beside Denies of the same resource."""
    alone = [(box.actions, clause) for box in denies if len(box.guard) == 1 for clause in box.guard]
    total = 0
    for limit in limits:
        if any(_limits(limit, limit.allows, clause) for clause in guard):
            total |= limit.actions
        for actions, clause in alone:
            if _limits(limit, limit.denies, clause):
                total |= limit.actions & actions
    return total


def _limits(limit: Limit, how: tuple[tuple[str, str], ...], clause: Clause) -> bool:
    if clause.key != limit.key or not clause.values:
        return False
    values = {value.lower() for value in clause.values}
    for operator, wanted in how:
        if operator == clause.operator:
            named = not any(_IN_NO_NAME & set(value) for value in values) and values.isdisjoint(limit.but)
            return values == {wanted} if wanted else named
    return False
