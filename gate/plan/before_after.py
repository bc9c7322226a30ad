"""Every managed resource of some types: what it is before the change and what it is after."""

from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.errors import GateError
from gate.plan.model import Plan, after, change
from gate.plan.shapes import UNKNOWN, Change, ResourceChange
from gate.text.sensitive import marked
from gate.unknown import Reason, WhyUnknown

_ENDS = {"delete"}
_STAYS = {"no-op", "read", "create", "update"}
_IDLE = {"no-op", "read"}
_FORGET = "forget"
_KNOWN = _ENDS | _STAYS | {_FORGET}


class ManagedResource(msgspec.Struct, frozen=True, gc=False):
    """One managed resource, with what its `entry` in the plan says decoded.

    `before` and `after` are its values, None where it does not exist before or after the change. `kept` are former
    values that stay in the account although the plan lets go of them (a `forget`, or a type whose destruction undoes
    nothing). `undecided` says why `after` can't be trusted, None where it can. `acts`: the apply does something to it.
    `created`: it is made anew, `created_first` where that comes before the old one is `deleted`. `refreshed` are its
    values in the account before the change, whatever `before` is measured against.
    """

    entry: ResourceChange
    before: Any
    after: Any
    kept: Any = None
    before_sensitive: Any = None
    after_sensitive: Any = None
    undecided: Reason | None = None
    acts: bool = True
    created: bool = False
    created_first: bool = False
    deleted: bool = False
    refreshed: Any = None

    @property
    def address(self) -> str:
        return self.entry.address

    @property
    def module_address(self) -> str:
        return self.entry.module_address

    @property
    def mode(self) -> str:
        return self.entry.mode

    @property
    def type(self) -> str:
        return self.entry.type

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def index(self) -> int | str | None:
        return self.entry.index

    @property
    def deposed(self) -> str | bool | None:
        """The key of an object that a replacement left over; None or False for the current one."""
        return self.entry.deposed

    @property
    def values_after(self) -> tuple[Any, ...]:
        """All values that hold after the change."""
        return tuple(values for values in (self.after, self.kept) if values is not None)


def managed_resources(
    plan: Plan, types: Iterable[str], *, baseline: str = "refreshed", stays: Collection[str] = ()
) -> list[ManagedResource]:
    """Every managed resource of these types; destroying one of the types in `stays` undoes nothing.

    `baseline` "refreshed" measures against what Terraform saw in the account, "state" against what was last applied
    (`resource_drift`). A resource in `deferred_changes` is undecided. Raises GateError.
    """
    wanted = set(types)
    drift = {}
    if baseline == "state":
        drift = {(d.address, d.deposed): _applied(d) for d in plan.resource_drift if d.type in wanted and d.address}
    found = [_managed_resource(entry, change(entry), drift, stays) for entry in plan.managed(wanted)]
    if baseline == "state":  # what was deleted by hand is only in the drift
        listed = {entry.address for entry in plan.resource_changes}
        gone = [entry for entry in plan.resource_drift if entry.type in wanted and entry.address not in listed]
        found += [ManagedResource(entry, _applied(entry), None) for entry in gone if entry.address]
    for deferred in plan.deferred_changes:
        entry = deferred.resource_change
        if entry.type in wanted and entry.mode == "managed":
            reason = Reason(WhyUnknown.DEFERRED, str(deferred.reason))
            found.append(replace(_managed_resource(entry, change(entry), drift, stays), undecided=reason))
    return found


def _applied(drift: ResourceChange) -> Any:
    """The values that were last applied of what has drifted since."""
    decoded = change(drift)
    return marked(decoded.before, decoded.before_sensitive)


def _managed_resource(
    entry: ResourceChange, decoded: Change, drift: dict[Any, Any], stays: Collection[str]
) -> ManagedResource:
    actions = set(decoded.actions)
    before = drift.get((entry.address, entry.deposed), decoded.before)
    planned = after(decoded)
    kept = None
    undecided = None
    if not actions <= _KNOWN:
        strange = ", ".join(sorted(actions - _KNOWN))
        undecided = Reason(WhyUnknown.UNKNOWN_ACTION, strange)
    if _FORGET in actions:
        kept = before
        planned = planned if "create" in actions else None
    elif actions == _ENDS:
        planned = None
    if "delete" in actions and entry.type in stays:
        kept = before
    for values in (before, planned):
        if values is not None and values is not UNKNOWN and not isinstance(values, dict):
            raise GateError(f"{entry.address}: its values are not an object, so this is not what Terraform wrote")
    sensitive = (decoded.before_sensitive, decoded.after_sensitive)
    refreshed = decoded.before
    if decoded.before_sensitive:
        before, refreshed = (marked(values, decoded.before_sensitive) for values in (before, refreshed))
    if decoded.after_sensitive:
        planned = marked(planned, decoded.after_sensitive)
    kept = None if kept is None else before
    return ManagedResource(
        entry,
        before,
        planned,
        kept,
        *sensitive,
        undecided,
        acts=not actions <= _IDLE,
        created="create" in actions,
        created_first=decoded.actions[:2] == ("create", "delete"),
        deleted="delete" in actions,
        refreshed=refreshed,
    )
