"""One finding in full as labelled rows of plain lines: what the terminal and JUnit tell about it."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from gate.report import Finding, Statement
from gate.reports.phrases import (
    is_off,
    listed,
    message,
    place,
    request,
    statement_lines,
    statement_name,
    terms,
    who,
    wrapped,
)
from gate.text.escape import visible

CHANGES, REMEDY, EXAMPLE, CONDITIONS = 12, 60, 60, 6  # how many of each are told
_LABEL = 11  # columns
_STATEMENTS, _PRINCIPALS = 5, 5


class Row(msgspec.Struct, frozen=True, gc=False):
    """A label and its lines, every one of them visible."""

    label: str
    lines: tuple[str, ...]


def rows(finding: Finding, *, with_plan: bool, width: int = 88) -> list[Row]:
    """The finding's rows in the order in which a reader asks: where, who, what is new, why, for example, what to do.

    `with_plan` also names the plan, for reports of several; `width` is that of the text beside the labels.
    """
    found = [
        Row("where", tuple(_where(finding, with_plan=with_plan))),
        Row("who", tuple(wrapped(listed(who(finding), _name, _PRINCIPALS), width)) if who(finding) else ()),
        Row("what", tuple(wrapped(message(finding), width))),
        Row("because", tuple(statement_texts(finding.statements, width))),
        Row("example", tuple(_example(finding, width))),
        Row("changed", tuple(_some(finding.changes, CHANGES, width))),
        Row("to do", tuple(_some(finding.remedy, REMEDY, width))),
        Row("instead", tuple(visible(line, 300) for line in finding.example[:EXAMPLE])),
        Row("waived", tuple(wrapped(terms(finding.waiver), width)) if finding.waiver else ()),
        Row("off", ("its rule is set to `off`: it neither warns nor blocks",) if is_off(finding) else ()),
    ]
    return [row for row in found if row.lines]


def lines(finding: Finding, *, with_plan: bool) -> list[str]:
    """The rows as lines of text, labels in a column of their own; arguments as for `rows`."""
    return [
        f"{row.label if first else '':<{_LABEL}}{line}".rstrip()
        for row in rows(finding, with_plan=with_plan)
        for first, line in _marked(row.lines)
    ]


def without_repeats(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, with a reference instead of a remedy that the one before told, or of an example told before."""
    told: list[Finding] = []
    remedy: tuple[str, ...] = ()
    examples: set[tuple[str, ...]] = {()}
    for finding in findings:
        new = finding.example not in examples
        again = bool(finding.remedy) and finding.remedy == remedy
        text = ("the same as above",) if again else finding.remedy
        if finding.example and not new and not again:
            text = (*text, "for what to write instead see above")
        told.append(replace(finding, remedy=text, example=finding.example if new else ()))
        examples.add(finding.example)
        remedy = finding.remedy
    return told


def statement_texts(statements: Sequence[Statement], width: int = 88) -> list[str]:
    """The first statements, each with its place in the document; the rest is counted."""
    found = []
    for statement in statements[:_STATEMENTS]:
        found.append(statement_name(statement))
        found.extend(f"  {line}" for line in statement_lines(statement, width - 2))
    if len(statements) > _STATEMENTS:
        found.append(f"and {len(statements) - _STATEMENTS:,} more statements")
    return found


def _marked(texts: tuple[str, ...]) -> list[tuple[bool, str]]:
    return [(number == 0, text) for number, text in enumerate(texts)]


def _where(finding: Finding, *, with_plan: bool) -> list[str]:
    attribute = f" ({visible(finding.attribute)})" if finding.attribute else ""
    found = [f"{visible(finding.address)}{attribute}"]
    if finding.previous_address:
        found.append(f"moved from {visible(finding.previous_address)}")
    if finding.location:
        found.append(visible(place(finding)))
    if with_plan:
        found.append(f"in {visible(finding.plan)}")
    return found


def _example(finding: Finding, width: int) -> list[str]:
    if finding.witness is None:
        return []
    conditions = finding.witness.conditions
    found = wrapped(request(finding.witness, lambda name: visible(name, 600)), width)
    for word, condition in zip(["if", *["and"] * CONDITIONS], conditions[:CONDITIONS], strict=False):
        found.extend(wrapped(f"{word} {visible(condition, 400)}", width))
    if len(conditions) > CONDITIONS:
        found.append(f"and {len(conditions) - CONDITIONS:,} more conditions")
    return found


def _some(texts: tuple[str, ...], limit: int, width: int) -> list[str]:
    found = [line for text in texts[:limit] for line in wrapped(visible(text), width, 2)]
    return [*found, f"and {len(texts) - limit:,} more"] if len(texts) > limit else found


def _name(principal: str) -> str:
    return visible(principal, 200)
