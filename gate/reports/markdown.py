"""Markdown for a pull-request comment or a step summary: the verdict, a table of what blocks, the rest folded.

What comes from a plan stands in code spans, code blocks or HTML code elements, or in a sentence in which markup is
escaped; it is nowhere markup, a link, an image or a mention (https://github.github.com/gfm/).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gate.report import Finding, Report, Waiver
from gate.reports import matrix
from gate.reports.detail import without_repeats
from gate.reports.markdown_detail import detail, folded
from gate.reports.phrases import (
    caveats,
    count,
    examined,
    headline,
    is_word,
    listed,
    message,
    parts,
    place,
    rule_page,
    who,
)
from gate.text.escape import code_span, prose, table_code, visible

_OPEN = 10  # blocking findings; more are folded
_PLANS = 20
_PRINCIPALS = 3  # in a table; all of them, or forty, are below it
_NAME = 200  # characters


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one finding adds to its section: a row of the table, and a folded part below it or nothing."""

    row: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Section:
    """A table of findings; `heading` folds it, and is "" for the first that block."""

    heading: str
    columns: str
    pieces: tuple[_Piece, ...]


def render(report: Report, *, limit: int | None = None) -> str:
    """The report in at most `limit` bytes of UTF-8 (None: no limit), cut by whole findings, those that block first.

    What is left out is counted in the text. The verdict itself is never left out, whatever the limit.
    """
    split = parts(report)
    several = len(report.plans) > 1
    told = "what is newly allowed" if all(finding.witness for finding in split.blocking) else "what was found"
    blocking = tuple(_blocking(finding, several) for finding in without_repeats(split.blocking))
    sections = (
        _Section("", told, blocking[:_OPEN]),
        _Section(f"Blocks as well: {count(len(blocking[_OPEN:]), 'finding')}", told, blocking[_OPEN:]),
        _Section(
            f"Does not block: {count(len(split.warnings), 'warning')}",
            "what was found",
            tuple(_Piece(_row(finding, several)) for finding in split.warnings),
        ),
        _Section(
            f"Waived: {count(len(split.waived), 'finding')}",
            "what is waived, and why",
            tuple(_Piece(_row(finding, several)) for finding in split.waived),
        ),
        _Section(
            f"Off: {count(len(split.off), 'finding')} of rules that are set to <code>off</code>",
            "what was found",
            tuple(_Piece(_row(finding, several)) for finding in split.off),
        ),
    )
    page = _cut(report, sections, limit)
    return page + matrix.comment(report, None if limit is None else limit - _size(page))


def _cut(report: Report, sections: Sequence[_Section], limit: int | None) -> str:
    total = sum(len(section.pieces) for section in sections)
    whole = _page(report, sections, total)
    if limit is None or _size(whole) <= limit:
        return whole
    low, high = 0, total - 1  # the most findings that fit lie between them
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _size(_page(report, sections, middle)) <= limit else (low, middle - 1)
    cut = _page(report, sections, low)
    return cut if _size(cut) <= limit else _heading(report) + "\n"


def _page(report: Report, sections: Sequence[_Section], shown: int) -> str:
    """The comment with the first `shown` findings, counted through all sections."""
    blocks = [_heading(report)]
    left = shown
    for section in sections:
        pieces = section.pieces[: max(left, 0)]
        left -= len(section.pieces)
        if pieces:
            blocks.append(_section(section, pieces))
    if left < 0:
        blocks.append(
            f"**{count(-left, 'finding')} not shown here**, for the text would be too long; "
            "the report of this run lists all of them."
        )
    notes = [f"- {note}" for note in _notes(report)]
    if not report.findings and not notes:
        return f"{blocks[0]}\n{_footer(report)}\n"
    if notes:
        blocks.append("\n".join(notes))
    if len(report.plans) > 1:
        blocks.append(_examined(report))
    return "\n\n".join([*blocks, _footer(report)]) + "\n"


def _heading(report: Report) -> str:
    return f"### {'❌' if report.verdict == 'block' else '✅'} {headline(report, _word)}"


def _footer(report: Report) -> str:
    settings = f" Configuration: {prose(visible(report.configuration))}." if report.configuration else ""
    return f"Examined {examined(report)} with gate {code_span(visible(report.gate.version, 40))}.{settings}"


def _notes(report: Report) -> list[str]:
    notes = [f"Note: {note}" for note in caveats(report, _span, lambda note: prose(visible(note)))]
    return [*notes[:_PLANS], f"and {len(notes) - _PLANS:,} more such notes"] if len(notes) > _PLANS else notes


def _section(section: _Section, pieces: Sequence[_Piece]) -> str:
    table = "\n".join(
        [
            f"| where | who | {section.columns} |",
            "| --- | --- | --- |",
            *(piece.row for piece in pieces),
        ]
    )
    details = [piece.detail for piece in pieces if piece.detail]
    body = "\n\n".join([table, *details])
    return folded(section.heading, body) if section.heading else body


def _row(finding: Finding, several: bool) -> str:
    attribute = f" {table_code(visible(finding.attribute, _NAME))}" if finding.attribute else ""
    where = [f"{table_code(visible(finding.address))}{attribute}"]
    if finding.location:
        where.append(f"at {table_code(visible(place(finding)))}")
    if several:
        where.append(f"in {table_code(visible(finding.plan, _NAME))}")
    what = [f"[{_word(finding.rule)}]({rule_page(finding)}) {_word(finding.name)}", prose(message(finding))]
    if finding.waiver:
        what.append(_waiver(finding.waiver))
    principals = listed(who(finding), lambda name: table_code(visible(name, _NAME)), _PRINCIPALS)
    return f"| {'<br>'.join(where)} | {principals} | {'<br>'.join(what)} |"


def _blocking(finding: Finding, several: bool) -> _Piece:
    return _Piece(
        _row(finding, several), detail(finding, several=several, with_principals=len(who(finding)) > _PRINCIPALS)
    )


def _waiver(waiver: Waiver) -> str:
    until = f"waived until {table_code(visible(waiver.expires, 40))} by {table_code(visible(waiver.owner, _NAME))}"
    return f"{until}: {prose(visible(waiver.reason, 500))}"


def _examined(report: Report) -> str:
    lines = [
        f"- {_span(plan.path)}: {count(plan.documents, 'policy document')}, {count(plan.principals, 'principal')}"
        for plan in report.plans[:_PLANS]
    ]
    if len(report.plans) > _PLANS:
        lines.append(f"- and {len(report.plans) - _PLANS:,} more plans")
    return folded("What was examined", "\n".join(lines))


def _span(text: str) -> str:
    return code_span(visible(text, _NAME))


def _size(text: str) -> int:
    return len(text.encode())


def _word(text: str) -> str:
    """A rule's identifier or name: as it is if it is one, else as code."""
    return text if is_word(text) else table_code(visible(text, 60))
