"""The report of one run: what was examined, what was found, and whether it blocks.

These nouns are the JSON report, field by field (schemas/report.schema.json): what `gate check -o json` writes, `gate
report` and `gate comment` read back. A renderer takes a Report and nothing else.
"""

from typing import Annotated, Literal

import msgspec

from gate import __version__
from gate.text.sentences import PrincipalKind

SCHEMA_VERSION = "1.0"
# what schemas/report.schema.json asks of values, beyond their types
Count = Annotated[int, msgspec.Meta(ge=0)]
LineNumber = Annotated[int, msgspec.Meta(ge=1)]
NotEmpty = Annotated[str, msgspec.Meta(min_length=1)]
Version = Annotated[str, msgspec.Meta(pattern=r"^1\.[0-9]+$")]
Date = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
UNDETERMINED = "KMS009"  # the rule whose findings the summary counts apart


class Statement(msgspec.Struct, frozen=True, gc=False):
    """A statement of a policy document: its place in the document, and its text as compact JSON unless sensitive.

    `elsewhere` is the address of its document where that is not the finding's own.
    """

    index: Count
    sid: str | None = None
    text: str | None = None
    elsewhere: str | None = None


class Witness(msgspec.Struct, frozen=True, gc=False):
    """A request that is allowed after the change and was not before; `conditions` are what has to hold for it."""

    principal: str
    action: str
    resource: str
    conditions: tuple[str, ...] = ()


class Call(msgspec.Struct, frozen=True, gc=False):
    """A step on the way to a Location: the address of a module call, such as module.orders, or of the resource whose
    block takes its value from elsewhere; and where that block stands, as a Location does."""

    address: str
    file: str
    line: LineNumber


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line of a file: its number from 1, its text, and whether it is what a finding is about."""

    number: LineNumber
    text: str
    marked: bool = False


class Location(msgspec.Struct, frozen=True, gc=False):
    """Where what a finding is about is written: a path relative to the root of the repository, a line from 1.

    `calls` are the module calls from the root module down to the module of the resource. Where the line is not in the
    block of the resource, because a value comes from a variable, a local or another document, that block is the last.
    `excerpt` are the lines there, with gaps in their numbers where some are left out; none where they may be sensitive.
    """

    file: str
    line: LineNumber
    calls: tuple[Call, ...] = ()
    excerpt: tuple[Line, ...] = ()


class Waiver(msgspec.Struct, frozen=True, gc=False):
    """Why a finding does not block although its rule would: `expires` is a date, YYYY-MM-DD, the last day it counts."""

    reason: str
    owner: str
    expires: Date


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One thing that one rule found at one place: `attribute` of the resource at `address` in `plan`."""

    rule: NotEmpty
    name: str
    level: Literal["error", "warning", "note"]
    blocks: bool
    plan: str
    address: str
    attribute: str
    principals: tuple[str, ...]
    statements: tuple[Statement, ...]
    message: str
    witness: Witness | None
    location: Location | None
    fingerprint: NotEmpty
    waiver: Waiver | None = None
    changes: tuple[str, ...] = ()  # what changed between the before and the after policy, one line each
    remedy: tuple[str, ...] = ()  # what to do, one line each
    example: tuple[str, ...] = ()  # what to write instead, lines in the document's notation
    before: tuple[Statement, ...] = ()  # the statements of the same document before the change that are about KMS
    actions: tuple[str, ...] = ()  # every action that is newly allowed, in the catalogue's spelling
    resources: tuple[str, ...] = ()  # the resource patterns of the statements that allow them, none where sensitive
    previous_address: str | None = None  # where the plan moves the resource from, when it does
    grant: str = ""  # a hash of the newly granted access alone: the same after a move, another when the grant grows
    cause: str = ""  # the same for all findings of the report that one change brought about
    named: tuple[str, ...] = ()  # those of the principals that the message names
    # a hash of the message without its names: the same for findings whose messages differ in names alone
    alike: str = ""
    kind: PrincipalKind = ""  # what all principals are; "" for several kinds, accounts, organizations and everyone


class Examined(msgspec.Struct, frozen=True, gc=False):
    """A policy document, or another place that hands out access, and whose access it is. `why` is a sentence on what it
    allows, where that was asked for (`gate check -v`)."""

    address: str
    attribute: str
    principals: tuple[str, ...]
    why: str = ""


class Extent(msgspec.Struct, frozen=True, gc=False):
    """On which keys somebody has some access: on none, on named ones, or on every one, of `within` ("account
    111122223333") where that is not empty. `conditional`: only under conditions. `undetermined`: gate cannot tell; it
    may be more than what is said here."""

    keys: Literal["none", "named", "every"]
    within: str = ""
    conditional: bool = False
    undetermined: bool = False


class AccessColumn(msgspec.Struct, frozen=True, gc=False):
    """The access of one kind, such as "use", before and after; `change` is what becomes of it. It may be more or less
    although the keys are called the same: on other named keys, or by other actions."""

    column: str
    before: Extent
    after: Extent
    change: Literal["same", "more", "less", "other", "undetermined"]


class AccessChange(msgspec.Struct, frozen=True, gc=False):
    """A principal, or a managed policy, whose access changes: a row of the matrix of who gains what.

    `gained` and `lost` are actions that it certainly may call on something after or before, and on nothing at the
    other time. `key` is the address of the key by whose policy or grants it has the access, empty for its own policies.
    """

    principal: str
    columns: tuple[AccessColumn, ...]
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    key: str = ""


class PlanReport(msgspec.Struct, frozen=True, gc=False):
    """A plan that was judged: where it is from, and how much of it was looked at."""

    path: str
    terraform_version: str
    format_version: str
    complete: bool
    documents: Count
    principals: Count
    unproven_roles: Count = 0  # roles that a dynamic inline_policy block could still give a policy
    examined: tuple[Examined, ...] = ()
    sha256: str = ""  # of the file that was checked, in hexadecimal
    access: tuple[AccessChange, ...] = ()  # everybody whose access changes, with or without a finding


class Gate(msgspec.Struct, frozen=True, gc=False):
    """The gate that judged."""

    version: str = __version__


class Summary(msgspec.Struct, frozen=True, gc=False):
    """How many findings there are of each kind."""

    blocking: Count = 0
    warnings: Count = 0
    waived: Count = 0
    undetermined: Count = 0


class Report(msgspec.Struct, frozen=True, gc=False):
    """The verdict on all plans of a run, and what it rests on: schemas/report.schema.json is its contract."""

    schema_version: Version
    gate: Gate
    verdict: Literal["pass", "block"]
    plans: Annotated[tuple[PlanReport, ...], msgspec.Meta(min_length=1)]
    findings: tuple[Finding, ...]
    summary: Summary
    configuration: str = ""  # a sentence: where the settings in force were read
    notes: tuple[str, ...] = ()  # sentences on the settings, the waivers and the source
    enforcing: bool = True  # False under --exit-zero: the verdict is only told


def report(
    plans: tuple[PlanReport, ...],
    findings: tuple[Finding, ...],
    configuration: str = "",
    notes: tuple[str, ...] = (),
    *,
    enforcing: bool = True,
) -> Report:
    """The verdict over all findings of all plans; the order of findings is rule, address, attribute."""
    ordered = tuple(sorted(findings, key=lambda f: (f.rule, f.address, f.attribute, f.plan, f.fingerprint)))
    blocking = sum(finding.blocks for finding in ordered)
    waived = sum(finding.waiver is not None for finding in ordered)
    summary = Summary(
        blocking=blocking,
        warnings=sum(f.level == "warning" and not f.blocks and f.waiver is None for f in ordered),
        waived=waived,
        undetermined=sum(finding.rule == UNDETERMINED for finding in ordered),
    )
    verdict: Literal["pass", "block"] = "block" if blocking else "pass"
    return Report(SCHEMA_VERSION, Gate(), verdict, plans, ordered, summary, configuration, notes, enforcing)
