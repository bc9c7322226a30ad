"""Markdown for a pull-request comment or a step summary: the verdict, a table of what blocks, the rest folded.

What comes from a plan stands in code spans, code blocks or HTML code elements, or in a sentence in which markup is
escaped; it is nowhere markup, a link, an image or a mention (https://github.github.com/gfm/).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gate.report import Report
from gate.reports import matrix
from gate.reports.detail import without_repeats
from gate.reports.markdown_detail import detail, folded
from gate.reports.markdown_row import NAME, Around, Link, row, word
from gate.reports.phrases import caveats, count, examined, headline
from gate.reports.stories import Story, stories
from gate.text.escape import code_span, prose, visible

_OPEN = 10  # blocking stories; more are folded
_UNFOLDED = 3  # blocking stories whose remedy stands in the open
_PLANS = 20


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one story adds to its section: a row of the table, and a folded part below it or nothing; and how many
    findings it tells."""

    row: str
    detail: str = ""
    findings: int = 1


@dataclass(frozen=True, slots=True)
class _Section:
    """A table of findings; `heading` folds it, and is "" for the first that block."""

    heading: str
    columns: str
    pieces: tuple[_Piece, ...]


def render(report: Report, *, limit: int | None = None, link: Link | None = None) -> str:
    """The report in at most `limit` bytes of UTF-8 (None: no limit), cut by whole findings, those that block first.

    What is left out is counted in the text. The verdict itself is never left out, whatever the limit. `link` gives the
    web address of a line of the source, for a comment that knows where the repository is.
    """
    found = stories(report)
    around = Around(len(report.plans) > 1, link)
    told = "what is newly allowed" if all(story.first.witness for story in found.blocking) else "what was found"
    is_open = len(found.blocking) <= _UNFOLDED
    blocking = tuple(_blocking(story, around, is_open=is_open) for story in without_repeats(found.blocking))
    rest = blocking[_OPEN:]
    sections = (
        _Section("", told, blocking[:_OPEN]),
        _Section(f"Blocks as well: {count(_findings(rest), 'finding')}", told, rest),
        _section_of(found.warnings, "Does not block: {}", "warning", "what was found, and what to do", around),
        _section_of(found.waived, "Waived: {}", "finding", "what is waived, and why", around),
        _section_of(
            found.off, "Off: {} of rules that are set to <code>off</code>", "finding", "what was found", around
        ),
    )
    page = _cut(report, sections, limit)
    return page + matrix.comment(report, None if limit is None else limit - _size(page))


def _section_of(told: Sequence[Story], heading: str, noun: str, column: str, around: Around) -> _Section:
    pieces = tuple(_Piece(row(story, around), findings=len(story.findings)) for story in told)
    return _Section(heading.format(count(_findings(pieces), noun)), column, pieces)


def _findings(pieces: Sequence[_Piece]) -> int:
    return sum(piece.findings for piece in pieces)


def _cut(report: Report, sections: Sequence[_Section], limit: int | None) -> str:
    total = sum(len(section.pieces) for section in sections)
    whole = _page(report, sections, total)
    if limit is None or _size(whole) <= limit:
        return whole
    low, high = 0, total - 1  # the most pieces that fit lie between them
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _size(_page(report, sections, middle)) <= limit else (low, middle - 1)
    cut = _page(report, sections, low)
    return cut if _size(cut) <= limit else _heading(report) + "\n"


def _page(report: Report, sections: Sequence[_Section], shown: int) -> str:
    """The comment with the first `shown` stories, counted through all sections."""
    blocks = [_heading(report)]
    left, hidden = shown, 0
    for section in sections:
        pieces = section.pieces[: max(left, 0)]
        hidden += _findings(section.pieces[max(left, 0) :])
        left -= len(section.pieces)
        if pieces:
            blocks.append(_section(section, pieces))
    if hidden:
        blocks.append(
            f"**{count(hidden, 'finding')} not shown here**, for the text would be too long; "
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
    return f"### {'❌' if report.verdict == 'block' else '✅'} {headline(report, word)}"


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


def _blocking(story: Story, around: Around, *, is_open: bool) -> _Piece:
    return _Piece(row(story, around), detail(story, around, is_open=is_open), len(story.findings))


def _examined(report: Report) -> str:
    lines = [
        f"- {_span(plan.path)}: {count(plan.documents, 'policy document')}, {count(plan.principals, 'principal')}"
        for plan in report.plans[:_PLANS]
    ]
    if len(report.plans) > _PLANS:
        lines.append(f"- and {len(report.plans) - _PLANS:,} more plans")
    return folded("What was examined", "\n".join(lines))


def _span(text: str) -> str:
    return code_span(visible(text, NAME))


def _size(text: str) -> int:
    return len(text.encode())
