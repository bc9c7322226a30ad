"""Settings and waivers on findings: what blocks, and why not. Findings are partitioned, none is ever dropped.

A waiver covers a finding of its rule at its address, before or after a move, if every limit that it sets holds: the
plan, the principals, the newly allowed actions, the resources, the newly granted access, the fingerprint. What it does
not limit it does not look at, so one without limits covers whatever its rule finds there; `gate waive` writes the
`grant`.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import msgspec

from gate.errors import GateError
from gate.iam.patterns import Budget, OutOfBudget, cells, glob, matches
from gate.report import UNDETERMINED, Finding, Waiver
from gate.settings.model import Setting, Settings, WaiverEntry
from gate.text.words import in_words

SOON = datetime.timedelta(days=14)
_EARLIEST = datetime.date(2026, 1, 1)  # the year in which gate was written
_NAMED = 3  # unused waivers, and plans
_STEPS = 200_000  # of work for one finding's resources; beyond it they count as not covered

_Level = Literal["error", "warning", "note"]
_LEVELS: dict[Setting, _Level] = {"block": "error", "warn": "warning", "off": "note"}


def today(moment: datetime.datetime | None = None) -> datetime.date:
    """The date, in UTC, of an aware moment, or of now.

    Raises GateError where that is before gate was written: such a clock would bring back waivers that are over.
    """
    found = (moment or datetime.datetime.now(datetime.UTC)).astimezone(datetime.UTC).date()
    if found < _EARLIEST:
        raise GateError(f"the clock says {found}, so nothing tells which waivers are over; set it right")
    return found


def apply(findings: Sequence[Finding], settings: Settings, today: datetime.date) -> tuple[Finding, ...]:
    """The same findings in the same order, each with the level, the blocking and the waiver that the settings give it.

    A rule without a setting keeps the level that the rule gave. `today` is a date in UTC.
    """
    return tuple(_decided(finding, settings, today) for finding in findings)


def shortfall(entry: WaiverEntry, finding: Finding) -> str | None:
    """None if the waiver covers the finding, its date aside; otherwise why it does not, as the end of a sentence."""
    return next((words for check in _CHECKS if (words := check(entry, finding)) is not None), None)


def expired(entry: WaiverEntry, today: datetime.date) -> bool:
    """Whether the last day of the waiver is over."""
    return entry.expires < today


def notices(findings: Sequence[Finding], settings: Settings, today: datetime.date) -> tuple[str, ...]:
    """Sentences for the report on waivers: expired, about to, unused, nearly covering what blocks, covering too much.

    `findings` are those that `apply` returned.
    """
    return (
        *_dates(settings, today),
        *_near_misses(findings, settings, today),
        *_unlimited(findings, settings, today),
        *_hidden(findings, settings, today),
        *_in_several_plans(findings, settings, today),
        *_idle(findings, settings, today),
    )


def unused(findings: Sequence[Finding], settings: Settings) -> tuple[WaiverEntry, ...]:
    """The waivers that cover none of the findings, whatever their date."""
    return tuple(e for e in settings.waivers if all(shortfall(e, finding) is not None for finding in findings))


def _decided(finding: Finding, settings: Settings, today: datetime.date) -> Finding:
    setting = _setting(finding, settings)
    level = finding.level if setting is None else _LEVELS[setting]
    blocks = finding.blocks if setting is None else setting == "block"
    valid = [entry for entry in settings.waivers if not expired(entry, today) and shortfall(entry, finding) is None]
    entry = max(valid, key=lambda each: each.expires, default=None)
    waiver = Waiver(entry.reason, entry.owner, entry.expires.isoformat()) if entry else None
    return msgspec.structs.replace(finding, level=level, blocks=blocks and waiver is None, waiver=waiver)


def _setting(finding: Finding, settings: Settings) -> Setting | None:
    setting = settings.rules.get(finding.rule)
    for override in settings.overrides:
        here = override.plan is None or matches(glob(override.plan), finding.plan)
        if here and finding.rule in override.rules and matches(glob(override.address), finding.address):
            setting = override.rules[finding.rule]
    return setting


def _other_rule(entry: WaiverEntry, finding: Finding) -> str | None:
    return None if entry.rule == finding.rule else f"it is for {entry.rule}"


def _elsewhere(entry: WaiverEntry, finding: Finding) -> str | None:
    addresses = {finding.address, finding.previous_address}
    if entry.address is not None:
        return None if entry.address in addresses else "it is for another address"
    pattern = glob(entry.address_glob or "")
    return None if all(matches(pattern, address) for address in addresses if address) else "it is for other addresses"


def _other_plan(entry: WaiverEntry, finding: Finding) -> str | None:
    if entry.plan is None or matches(glob(entry.plan), finding.plan):
        return None
    return f"it is for the plan `{entry.plan}`"


def _other_principals(entry: WaiverEntry, finding: Finding) -> str | None:
    if entry.principals is None or set(entry.principals) == set(finding.principals):
        return None
    if not finding.principals:
        return "it is for principals and none is named here"
    return _beyond("principal", sorted(set(finding.principals) - set(entry.principals)))


def _other_actions(entry: WaiverEntry, finding: Finding) -> str | None:
    if entry.actions is None:
        return None
    if not finding.actions:
        return "it is for actions and none is named here"
    patterns = [glob(action.lower()) for action in entry.actions]
    return _beyond("action", [a for a in finding.actions if not any(matches(p, a.lower()) for p in patterns)])


def _other_resources(entry: WaiverEntry, finding: Finding) -> str | None:
    if entry.resources is None:
        return None
    if not finding.resources:
        return "it is for resources and none is named here"
    patterns = [glob(resource) for resource in entry.resources]
    budget = Budget(_STEPS)
    try:
        return _beyond("resource", [r for r in finding.resources if 0 in cells(glob(r), patterns, budget)])
    except OutOfBudget:
        return "its resources are too intricate to compare"


def _other_access(entry: WaiverEntry, finding: Finding) -> str | None:
    if entry.grant is not None and entry.grant != finding.grant:
        return "what is newly granted is not what it was given for (`grant`)"
    if entry.fingerprint is not None and entry.fingerprint != finding.fingerprint:
        return "what is newly granted is not what it was given for (`fingerprint`)"
    return None


_CHECKS: tuple[Callable[[WaiverEntry, Finding], str | None], ...] = (
    _elsewhere,
    _other_plan,
    _other_rule,
    _other_principals,
    _other_actions,
    _other_resources,
    _other_access,
)


def _beyond(noun: str, rest: Sequence[str]) -> str | None:
    if not rest:
        return None
    more = f" and {len(rest) - 1} more" if len(rest) > 1 else ""
    return f"it does not cover the {noun} `{rest[0]}`{more}"


def _dates(settings: Settings, today: datetime.date) -> Iterator[str]:
    for entry in settings.waivers:
        if expired(entry, today):
            yield f"{_name(entry)} expired after {entry.expires} and counts as absent"
        elif entry.expires - today <= SOON:
            yield f"{_name(entry)} expires after {entry.expires}"


def _near_misses(findings: Sequence[Finding], settings: Settings, today: datetime.date) -> Iterator[str]:
    for finding in findings:
        if not finding.blocks:
            continue
        for entry in settings.waivers:
            if not expired(entry, today) and _elsewhere(entry, finding) is None:
                why = shortfall(entry, finding)
                yield f"{_name(entry)} does not cover {finding.rule} at {finding.address}: {why}"


def _unlimited(findings: Sequence[Finding], settings: Settings, today: datetime.date) -> Iterator[str]:
    for entry in _used(findings, settings, today):
        if unlimited(entry):
            limits = "limit it with `grant`, or with `actions` and `resources`"
            yield f"{_name(entry)} covers whatever {entry.rule} finds there; {limits}"


def _hidden(findings: Sequence[Finding], settings: Settings, today: datetime.date) -> Iterator[str]:
    """The `grant` of what the plan does not show is a digest of what it depends on: the text itself is in no digest."""
    for entry in _used(findings, settings, today):
        if entry.rule == UNDETERMINED:
            yield f"{_name(entry)} covers whatever the text that the plan hides turns out to be"


def _in_several_plans(findings: Sequence[Finding], settings: Settings, today: datetime.date) -> Iterator[str]:
    """The same grant at the same address of two plans may be of two accounts, and the waiver was given for one."""
    for entry in _used(findings, settings, today):
        plans = sorted({finding.plan for finding in findings if shortfall(entry, finding) is None})
        if entry.plan is None and len(plans) > 1:
            named = plans[:_NAMED] + ([f"{len(plans) - _NAMED} more"] if len(plans) > _NAMED else [])
            yield f"{_name(entry)} covers findings in {len(plans)} plans, {in_words(named)}; limit it with `plan`"


def _used(findings: Sequence[Finding], settings: Settings, today: datetime.date) -> Iterator[WaiverEntry]:
    for entry in settings.waivers:
        if not expired(entry, today) and any(shortfall(entry, finding) is None for finding in findings):
            yield entry


def _idle(findings: Sequence[Finding], settings: Settings, today: datetime.date) -> Iterator[str]:
    """One sentence on all that are in force and unused: with one file for many plans that is no fault of theirs."""
    idle = [entry for entry in unused(findings, settings) if not expired(entry, today)]
    if idle:
        named = ", ".join(f"{entry.rule} at {entry.place}" for entry in idle[:_NAMED])
        more = f" and {len(idle) - _NAMED} more" if len(idle) > _NAMED else ""
        count = "1 waiver covers" if len(idle) == 1 else f"{len(idle)} waivers cover"
        yield f"{count} nothing in this run: {named}{more}; a waiver can go once its change is applied"


def unlimited(entry: WaiverEntry) -> bool:
    """Whether the waiver says nothing about the access that it covers."""
    return (entry.actions, entry.resources, entry.grant, entry.fingerprint) == (None,) * 4


def _name(entry: WaiverEntry) -> str:
    return f"waiver {entry.number} ({entry.rule} at {entry.place}, {entry.owner})"
