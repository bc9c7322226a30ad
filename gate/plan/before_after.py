"""Every managed resource of some types: what it is before the change and what it is after."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from gate.errors import GateError
from gate.plan.attributes import marks_any
from gate.plan.decoded import after, change
from gate.plan.model import Plan
from gate.plan.shapes import UNKNOWN, Change, ResourceChange
from gate.text.sensitive import marked
from gate.unknown import Reason, WhyUnknown

_ENDS = {"delete"}
_STAYS = {"no-op", "read", "create", "update"}
_IDLE = {"no-op", "read"}
_FORGET = "forget"
_KNOWN = _ENDS | _STAYS | {_FORGET}

Baseline = Literal["refreshed", "state"]  # the account as Terraform saw it, or what was last applied


class _Actions(msgspec.Struct, frozen=True, gc=False):
    """What the `actions` of a change mean: see ManagedResource. `lets_go` of the former values, or `ends` with them."""

    acts: bool
    created: bool
    created_first: bool
    deleted: bool
    lets_go: bool
    ends: bool
    undecided: Reason | None


class ManagedResource(msgspec.Struct, frozen=True, gc=False):
    """One managed resource, with what its `entry` in the plan says decoded.

    `before` and `after` are its values, None where it does not exist before or after the change. `kept` are former
    values that stay in the account although the plan lets go of them (a `forget`, or a type whose destruction undoes
    nothing). `undecided` says why `after` can't be trusted, None where it can. `acts`: the apply does something to it.
    `created`: it is made anew, `created_first` where that comes before the old one is `deleted`. `refreshed` are its
    values in the account before the change, whatever `before` is measured against. `stays`: nothing is done to it, and
    `before` and `after` are one object in which nothing is unknown or sensitive. `may_not_come`: what makes it may
    leave it out, or AWS may refuse it.
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
    stays: bool = False
    may_not_come: bool = False

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
        if self.kept is None:  # as of nearly all
            return () if self.after is None else (self.after,)
        return (self.kept,) if self.after is None else (self.after, self.kept)


def managed_resources(
    plan: Plan, types: Iterable[str], *, baseline: Baseline = "refreshed", stays: Collection[str] = ()
) -> list[ManagedResource]:
    """Every managed resource of these types; destroying one of the types in `stays` undoes nothing.

    `baseline` "refreshed" measures against what Terraform saw in the account, "state" against what was last applied
    (`resource_drift`). A resource in `deferred_changes` is undecided. Raises GateError.
    """
    wanted = set(types)
    _require_changes(plan, wanted)
    drift = {}
    if baseline == "state":
        drift = {(d.address, d.deposed): _applied(d) for d in plan.resource_drift if d.type in wanted}
    found = [_managed_resource(entry, change(entry), drift, stays) for entry in plan.managed(wanted)]
    if baseline == "state":  # what was deleted by hand is only in the drift
        listed = {entry.address for entry in plan.resource_changes}
        gone = [entry for entry in plan.resource_drift if entry.type in wanted and entry.address not in listed]
        found += [ManagedResource(entry, _applied(entry), None) for entry in gone if entry.address]
    return [*found, *_deferred(plan, wanted, drift, stays)]


def _require_changes(plan: Plan, wanted: Collection[str]) -> None:
    """Raises GateError where a plan has something new of these types, and lists no change."""
    for planned in plan.new_without_change():
        if planned.mode == "managed" and planned.type in wanted:
            raise GateError(
                f"{plan.path}: `planned_values` has {planned.address}, which is new, and no change: "
                "`resource_changes` is missing from what Terraform wrote"
            )


def changed_resources(plan: Plan, types: Iterable[str]) -> Iterator[ManagedResource]:
    """Every managed resource of these types that does not stay as it is, one at a time: of types that hold large texts
    a plan has many, of which it changes few. Raises GateError."""
    wanted = set(types)
    for entry in plan.acting:
        if entry.type in wanted and entry.mode == "managed":
            found = _managed_resource(entry, change(entry), {}, ())
            if found.before != found.after:
                yield found
    yield from (one for one in _deferred(plan, wanted, {}, ()) if one.before != one.after)


def _deferred(plan: Plan, wanted: set[str], drift: dict[Any, Any], stays: Collection[str]) -> Iterator[ManagedResource]:
    for deferred in plan.deferred_changes:
        entry = deferred.resource_change
        if entry.type in wanted and entry.mode == "managed":
            reason = Reason(WhyUnknown.DEFERRED, str(deferred.reason))
            planned = _managed_resource(entry, change(entry), drift, stays)
            yield replace(planned, undecided=reason, stays=False)


def _applied(drift: ResourceChange) -> Any:
    """The values that were last applied of what has drifted since."""
    decoded = change(drift)
    return marked(decoded.before, decoded.before_sensitive)


def _managed_resource(
    entry: ResourceChange, decoded: Change, drift: dict[Any, Any], stays: Collection[str]
) -> ManagedResource:
    if not entry.address:
        raise GateError(f"a resource change of {entry.type} has no address, so this is not what Terraform wrote")
    actions = _meaning(decoded.actions)
    before = drift.get((entry.address, entry.deposed), decoded.before) if drift else decoded.before
    planned = after(decoded)
    kept = None
    if actions.lets_go:
        kept = before
        planned = planned if actions.created else None
    elif actions.ends:
        planned = None
    if actions.deleted and entry.type in stays:
        kept = before
    for values in (before,) if planned is before else (before, planned):
        if not isinstance(values, dict) and values is not None and values is not UNKNOWN:
            raise GateError(f"{entry.address}: its values are not an object, so this is not what Terraform wrote")
    sensitive = (decoded.before_sensitive, decoded.after_sensitive)
    refreshed = decoded.before
    stays_so = planned is before and before is not None and not actions.acts
    if (sensitive[0] or sensitive[1]) and any(map(marks_any, sensitive)):
        stays_so = False  # one of the two may be marked, and the other one not
        before, refreshed = (marked(values, sensitive[0]) for values in (before, refreshed))
        planned = marked(planned, sensitive[1])
    kept = None if kept is None else before
    return ManagedResource(
        entry,
        before,
        planned,
        kept,
        *sensitive,
        actions.undecided,
        acts=actions.acts,
        created=actions.created,
        created_first=actions.created_first,
        deleted=actions.deleted,
        refreshed=refreshed,
        stays=stays_so,
    )


@cache
def _meaning(actions: tuple[str, ...]) -> _Actions:
    several = set(actions)
    strange = ", ".join(sorted(several - _KNOWN))
    return _Actions(
        acts=not several <= _IDLE,
        created="create" in several,
        created_first=actions == ("create", "delete"),
        deleted="delete" in several,
        lets_go=_FORGET in several,
        ends=several == _ENDS,
        undecided=Reason(WhyUnknown.UNKNOWN_ACTION, strange) if strange else None,
    )
