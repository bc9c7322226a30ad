"""Which actions a principal could do under a condition only, and now without it."""

from collections.abc import Iterable

from msgspec.structs import replace

from gate.iam.boxes import boxes
from gate.iam.conditions import Clause
from gate.iam.guards import actions_of
from gate.iam.patterns import MANY
from gate.iam.policy import Policy, Statement
from gate.iam.service import Service
from gate.new_access.causes import Lost
from gate.new_access.circles import allows
from gate.new_access.grants import Grant


def allowed_at_all(policies: Iterable[Policy], service: Service) -> int:
    """The actions that some Allow names, whatever else has to hold or denies them."""
    return actions_of(box for policy in policies for box in boxes(policy, service, None, worst=False)[0])


def denied_no_more(before: Iterable[Policy], after: Iterable[Policy], service: Service) -> int:
    """The actions of every Deny that goes."""
    kept = {replace(one, index=0) for policy in after for one in policy.statements}
    gone = (
        replace(policy, statements=tuple(one for one in policy.statements if replace(one, index=0) not in kept))
        for policy in before
    )
    return actions_of(box for policy in gone for box in boxes(policy, service, None, worst=False)[1])


def held_back(before: Iterable[Policy], service: Service) -> int:
    """The actions that some condition, of an Allow or of a Deny, keeps from being allowed always."""
    said = [boxes(policy, service, None, worst=False) for policy in before]
    allowed = [box for allows_, _ in said for box in allows_]
    denied = [box for _, denies in said for box in denies]
    always = actions_of(box for box in denied if not box.guard and box.resources.included == MANY)
    conditional = actions_of(box for box in allowed if box.guard)
    conditional |= actions_of(allowed) & actions_of(box for box in denied if box.guard)
    return conditional & ~always & ~service.unscoped


def lost_conditions(grant: Grant, before: Iterable[Policy], actions: int, service: Service) -> tuple[str, ...]:
    """The keys of the conditions that no longer have to hold for some actions; none where each is still asked for.

    A key that is tested for other values than before is still asked for, unless any value will do.
    """
    old = [each for policy in before for each in policy.statements if allows(each, actions, service)]
    if grant.cause.lost is Lost.DENY:
        return _written(clause for each in old if each.effect == "Deny" for clause in each.conditions)
    same = [each for each in old if each.effect == "Allow"]
    for statement in (each for _, each in grant.sources if allows(each, actions, service)):
        tested = _tested(statement)
        gone = [[clause for clause in former.conditions if clause.key not in tested] for former in same]
        if all(gone):
            return _written(clause for clauses in gone for clause in clauses)
    return ()


def _written(clauses: Iterable[Clause]) -> tuple[str, ...]:
    """The condition keys of clauses, as the policy spells them."""
    return tuple(sorted({clause.spelled[-1] if clause.spelled else clause.key for clause in clauses}))


def _tested(statement: Statement) -> set[str]:
    """The condition keys that have to have some value for a statement to hold."""
    return {
        clause.key
        for clause in statement.conditions
        if clause.operator != "null" and not clause.operator.startswith("forallvalues:")
        if not clause.operator.endswith("ifexists") and not any(set(value) <= {"*"} for value in clause.values)
    }
