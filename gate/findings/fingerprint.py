"""What of a finding stays the same while its policies are moved, reformatted, split or merged."""

import json
from collections.abc import Iterable

from gate.iam.boxes import boxes
from gate.iam.policy import Hole, Policy
from gate.iam.service import Service
from gate.new_access.causes import Lost
from gate.new_access.grants import Grant
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
    pieces: dict[str, int] = {}
    asked = grant.question.actions(service)
    for _, statement in grant.sources:
        for box in boxes(Policy((statement,)), service, None, worst=grant.undetermined is not None)[0]:
            clauses = [[clause.operator, clause.key, *clause.values] for clause in sorted(box.guard)]
            key = json.dumps([box.resources.included, sorted(box.resources.excluded), clauses])
            pieces[key] = pieces.get(key, 0) | box.actions & asked
    texts = [json.dumps([key, service.names(actions)]) for key, actions in pieces.items() if actions]
    return [*texts, json.dumps([LOST[grant.cause.lost], UNDETERMINED[grant.undetermined]])]
