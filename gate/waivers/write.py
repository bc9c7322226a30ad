"""Writes waivers for what a report says blocks, to be reviewed and merged as a change of their own."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from gate.errors import GateError
from gate.files import write
from gate.iam.patterns import glob, matches
from gate.report import Finding, Report
from gate.settings.model import Content, Settings, WaiverEntry
from gate.settings.parse import parse
from gate.text.words import quotable
from gate.waivers.apply import apply, shortfall

_HEADER = "# gate: which rules block, and what is waived until when. In CI only the default branch's file counts.\n"
_COMMENT = 240  # characters of a finding's message
_SHORTEST = 8  # characters of a fingerprint that name a finding
_NAMED = 5  # findings to choose from


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the blocking findings are waived: those that one of each kind names. A kind without any asks nothing.

    `fingerprints` are whole or their first eight characters or more, `rules` ids or names, `addresses` and `plans`
    patterns as in an override of `.gate.toml`: `*` is any characters, `?` is one. An address that a finding has is this
    address alone: the author of a change may put a `*` into a key. Where plans are chosen, each waiver is for its own.
    """

    fingerprints: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()


_ALL = Selection()


def waive(
    report: Report,
    path: Path,
    reason: str,
    owner: str,
    expires: datetime.date,
    today: datetime.date,
    selection: Selection = _ALL,
) -> list[WaiverEntry]:
    """Appends a waiver to the file at `path` for each finding that blocks and is selected, and returns those written.

    Each covers one rule at one address for the principals and exactly the access that are named now. A finding that a
    waiver of the file covers already gets none. What the file holds stays as it is, byte by byte; a file that does not
    exist is begun. `today` is in UTC. Raises GateError, with the file untouched, if `expires` is past, a text is empty,
    the selection selects nothing that blocks, the file is not valid, or what would be written does not waive what it
    should.
    """
    if expires < today:
        raise GateError(
            f"{expires} is past ({today} now, in UTC); --expires is the last day on which the waivers count"
        )
    for option, text in (("--reason", reason), ("--owner", owner)):
        if not text.strip():
            raise GateError(f"{option} is empty; a waiver needs it")
    before = _read(path)
    content = parse(before, path.name)
    selected = _selected(report, selection)
    blocking = apply(selected, _settings(content), today)
    written: list[WaiverEntry] = []
    for finding in blocking:
        if finding.waiver is None and not any(shortfall(entry, finding) is None for entry in written):
            entry = _entry(finding, reason, owner, expires, len(content.waivers) + len(written) + 1)
            written.append(replace(entry, plan=finding.plan) if selection.plans else entry)
    if written:
        comments = [_comment(next(f for f in blocking if shortfall(entry, f) is None)) for entry in written]
        after = _appended(before, written, comments)
        _prove(after, path, selected, today)
        write(path.resolve(), after.decode())  # a link that the user keeps there stays one
    return written


def _selected(report: Report, selection: Selection) -> list[Finding]:
    """The blocking findings that are meant. GateError for what selects none of them: a slip is no success."""
    left = [finding for finding in report.findings if finding.blocks]
    for option, wanted, means in (
        ("--only", selection.fingerprints, _has_fingerprint),
        ("--rule", selection.rules, _is_of_rule),
        ("--address", selection.addresses, _standing(left)),
        ("--plan", selection.plans, _is_of_plan),
    ):
        for each in wanted:
            if not any(means(finding, each) for finding in left):
                raise GateError(_nothing_selected(f"{option} {each}", left, report))
        left = [finding for finding in left if not wanted or any(means(finding, each) for each in wanted)]
    return left


def _has_fingerprint(finding: Finding, start: str) -> bool:
    return len(start) >= _SHORTEST and finding.fingerprint.startswith(start.lower())


def _is_of_rule(finding: Finding, rule: str) -> bool:
    return rule.lower() in {finding.rule.lower(), finding.name.lower()}


def _is_of_plan(finding: Finding, plan: str) -> bool:
    return finding.plan == plan or matches(glob(plan), finding.plan)


def _standing(findings: Sequence[Finding]) -> Callable[[Finding, str], bool]:
    """Whether a finding stands where a text says: at this address if one of the findings does, else at what is like it
    as a pattern."""
    every = {address for finding in findings for address in _addresses(finding)}

    def stands(finding: Finding, text: str) -> bool:
        own = _addresses(finding)
        return text in own if text in every else any(matches(glob(text), address) for address in own)

    return stands


def _addresses(finding: Finding) -> list[str]:
    return [address for address in (finding.address, finding.previous_address) if address]


def _nothing_selected(what: str, left: Sequence[Finding], report: Report) -> str:
    """What to choose from: the findings that the options before this one left."""
    if not any(finding.blocks for finding in report.findings):
        return f"`{quotable(what)}` selects nothing: nothing in the report blocks"
    named = [f"{f.rule} at {quotable(f.address)} ({f.fingerprint[:_SHORTEST]})" for f in left[:_NAMED]]
    more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
    return f"`{quotable(what)}` selects nothing that blocks; there is {', '.join(named)}{more}"


def _entry(finding: Finding, reason: str, owner: str, expires: datetime.date, number: int) -> WaiverEntry:
    return WaiverEntry(
        rule=finding.rule,
        address=finding.address,
        principals=finding.principals,
        grant=finding.grant or None,
        fingerprint=None if finding.grant else finding.fingerprint,
        reason=reason,
        owner=owner,
        expires=expires,
        number=number,
    )


def _comment(finding: Finding) -> str:
    return quotable(f"{finding.name}: {finding.message}", _COMMENT)


def _appended(before: bytes, entries: Sequence[WaiverEntry], comments: Sequence[str]) -> bytes:
    """The file with the waivers at its end, where `[[waiver]]` means the same whatever stands before."""
    import tomlkit

    waivers = tomlkit.aot()
    for entry, comment in zip(entries, comments, strict=True):
        table = tomlkit.table()
        table.add(tomlkit.comment(comment))
        for key in ("rule", "address", "plan", "principals", "grant", "fingerprint", "reason", "owner", "expires"):
            value = getattr(entry, key)
            if value is not None:
                table.add(key, list(value) if isinstance(value, tuple) else value)
        table.add(tomlkit.nl())
        waivers.append(table)
    document = tomlkit.document()
    document.add("waiver", waivers)
    lines = tomlkit.dumps(document).rstrip("\n").encode("utf-8", "backslashreplace") + b"\n"
    kept = before or _HEADER.encode()
    gap = b"" if kept.endswith(b"\n") else b"\n"
    if b"\r\n" in kept:
        gap, lines = gap.replace(b"\n", b"\r\n"), lines.replace(b"\n", b"\r\n")
        return kept + gap + b"\r\n" + lines
    return kept + gap + b"\n" + lines


def _prove(after: bytes, path: Path, selected: Sequence[Finding], today: datetime.date) -> None:
    """Raises GateError unless the file is valid and waives everything that is selected."""
    try:
        content = parse(after, path.name)
    except GateError as error:
        raise GateError(f"`{path}`: a [[waiver]] cannot be appended, write waivers as [[waiver]]: {error}") from None
    left = [f for f in apply(selected, _settings(content), today) if f.waiver is None]
    if left:
        raise GateError(
            f"`{path}`: {left[0].rule} at `{quotable(left[0].address)}` cannot be waived as its text is not valid TOML"
        )


def _settings(content: Content) -> Settings:
    return Settings(content.rules, content.overrides, content.waivers, content=content)


def _read(path: Path) -> bytes:
    try:  # unlike gate.files.read: a file that is not there is begun
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise GateError(f"`{path}`: {error.strerror or type(error).__name__}") from None
