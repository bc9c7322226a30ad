"""The waivers of a file with the days that they have left."""

import datetime
from collections.abc import Iterator, Sequence

from gate.report import Finding
from gate.settings.lines import line_of
from gate.settings.model import Content, Settings, WaiverEntry
from gate.waivers.apply import expired, unlimited, unused


def listing(
    content: Content, today: datetime.date, findings: Sequence[Finding] | None = None
) -> tuple[list[str], bool]:
    """Lines that name each waiver, the soonest to expire first, and whether any has expired on `today` (in UTC).

    With the `findings` of a report the waivers that cover none of them are named too. Text of the file stands as it is:
    show it escaped.
    """
    ordered = sorted(content.waivers, key=lambda entry: (entry.expires, entry.number))
    over = [entry for entry in ordered if expired(entry, today)]
    plural = "waiver" if len(ordered) == 1 else "waivers"
    lines = [f"{content.name}: {len(ordered)} {plural}, {len(over)} expired"]
    for entry in ordered:
        line = line_of(content.text, ("waiver", entry.number - 1))
        lines += ["", f"{content.name}:{line}: {entry.rule} at {entry.place}", *_facts(entry, today)]
    if findings is not None:
        idle = unused(findings, Settings(waivers=content.waivers))
        lines += (
            ["", *(f"note: unused in this report: {entry.rule} at {entry.place}" for entry in idle)] if idle else []
        )
        lines += ["note: a waiver is unused once its change is applied; remove it then"] if idle else []
    return lines, bool(over)


def _facts(entry: WaiverEntry, today: datetime.date) -> Iterator[str]:
    yield f"  {_days(entry, today)} (expires {entry.expires})"
    yield f"  owner: {entry.owner}"
    yield f"  reason: {entry.reason}"
    limits = [f"{key} {', '.join(map(str, values)) or 'none'}" for key, values in _limits(entry)]
    rest = f"whatever {entry.rule} finds there" if unlimited(entry) else ""
    yield f"  covers: {'; '.join(filter(None, (*limits, rest)))}"


def _limits(entry: WaiverEntry) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key in ("plan", "principals", "actions", "resources", "grant", "fingerprint"):
        value = getattr(entry, key)
        if value is not None:
            yield key, value if isinstance(value, tuple) else (value,)


def _days(entry: WaiverEntry, today: datetime.date) -> str:
    days = (entry.expires - today).days
    if days < 0:
        return f"expired {-days} {'day' if days == -1 else 'days'} ago"
    if days == 0:
        return "expires today"
    return f"{days} {'day' if days == 1 else 'days'} left"
