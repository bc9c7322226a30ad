"""What of a finding stays the same while its policies are moved, reformatted, split or merged."""

import json
from collections.abc import Iterable

from gate.iam.boxes import boxes
from gate.iam.guards import Box
from gate.iam.policy import Hole, Policy
from gate.iam.service import Service
from gate.new_access.causes import Lost
from gate.new_access.grants import Grant
from gate.new_access.policies import policy_of, readable_policy
from gate.new_access.undetermined import Undetermined
from gate.unknown import Unresolved, WhyUnknown, readable

# What stands for a reason. A waiver may be bound to a fingerprint, so these texts stay whatever messages say.
LOST = {None: "", Lost.DENY: "a Deny", Lost.BOUNDARY: "a permissions boundary", Lost.CONDITION: "a condition"}
UNDETERMINED = {
    None: "",
    Undetermined.POLICY: "the policy is known only after apply",
    Undetermined.BOUNDARY: "the permissions boundary is replaced by one that gate cannot see",
    Undetermined.INTRICATE: "the policies are too intricate to be decided",
    Undetermined.PRINCIPAL: "whose policy it is is known only after apply",
    Undetermined.ORDER: "the apply may delete what holds the access back after it has created it again",
    Undetermined.ONE_ACCOUNT: "nothing proves that these are not one account",
    Undetermined.TWO_ACCOUNTS: "nothing proves that these are one account",
    Undetermined.ACCOUNTS: "too many accounts may be one and the same",
}
WHY_UNKNOWN = {
    WhyUnknown.DEFERRED: "the change is deferred ({})",
    WhyUnknown.UNKNOWN_ACTION: "gate does not know the action `{}`",
    WhyUnknown.OUTSIDE_SOURCE: "{}, outside the source folder",
    WhyUnknown.WRITTEN_BY_TERRAFORM: "{}, written by Terraform itself",
    WhyUnknown.WRITTEN_BY_RESOURCE: "{}, may be written by {}",
    WhyUnknown.NOT_OF_AWS: "{} may be what another server than AWS's answers to provider {}",
}


def unknown_in_fingerprint(holes: Iterable[Hole]) -> tuple[str, ...]:
    """What unknown parts depend on, or why they can't be told."""
    return tuple(sorted({text for hole in holes for text in _told(hole)}))


def _told(hole: Hole) -> tuple[str, ...]:
    if not isinstance(hole, Unresolved):
        return (readable(hole),)
    if hole.reason:
        return (WHY_UNKNOWN[hole.reason.why].format(hole.reason.detail, hole.reason.by),)
    return hole.references or (readable(hole),)


def granted(grant: Grant | None, service: Service) -> list[str]:
    """The granted access in a form that does not change with spelling, order, splitting or merging of statements."""
    if grant is None:
        return []
    asked, worst = grant.question.actions(service), grant.undetermined is not None
    allowed = (boxes(Policy((statement,)), service, None, worst=worst)[0] for _, statement in grant.sources)
    pieces = _pieces(allowed, asked)
    texts = [*_texts(pieces, service), json.dumps([LOST[grant.cause.lost], UNDETERMINED[grant.undetermined]])]
    return [*texts, *(f"no longer {text}" for text in _texts(_held_back(grant, service, asked), service))]


def is_of_sensitive(grant: Grant) -> bool:
    """Whether what held the access back is marked as sensitive, or may be."""
    bounds = (grant.holder.boundary_before, grant.holder.boundary_after)
    documents = [held.document for held in (*grant.holder.before, *grant.holder.after)]
    documents += [bound.document for bound in bounds if bound]
    return grant.cause.lost is not None and any(document.sensitive for document in documents)


def _held_back(grant: Grant, service: Service, asked: int) -> dict[str, int]:
    """What no longer holds the access back: without it, a waiver given for one key that a Deny leaves would cover all
    that the same Deny leaves later."""
    if grant.cause.lost is None:
        return {}
    sides = []
    for side, boundary in (
        (grant.holder.before, grant.holder.boundary_before),
        (grant.holder.after, grant.holder.boundary_after),
    ):
        policies = [policy_of(held, [], set()) for held in side]
        told = [boxes(policy, service, None, worst=False) for policy in policies if not policy.may_go]
        bounding = boxes(readable_policy(boundary.document), service, None, worst=False) if boundary else ((), ())
        found = {
            Lost.DENY: [denies for _, denies in told],
            Lost.CONDITION: [allows for allows, _ in told],
            Lost.BOUNDARY: list(bounding),
        }[grant.cause.lost]
        sides.append(_pieces(found, asked))
    before, after = sides
    left = {key: actions & ~after.get(key, 0) for key, actions in before.items()}
    return {key: actions for key, actions in left.items() if actions}


def _pieces(several: Iterable[Iterable[Box]], asked: int) -> dict[str, int]:
    """The actions that were asked for, by the resources and the conditions of boxes."""
    pieces: dict[str, int] = {}
    for box in (box for found in several for box in found):
        clauses = [[clause.operator, clause.key, *clause.values] for clause in sorted(box.guard)]
        key = json.dumps([box.resources.included, sorted(box.resources.excluded), clauses])
        pieces[key] = pieces.get(key, 0) | box.actions & asked
    return pieces


def _texts(pieces: dict[str, int], service: Service) -> list[str]:
    return [json.dumps([key, service.names(actions)]) for key, actions in pieces.items() if actions]
