"""One finding in full as labelled rows of plain lines: what the terminal, JUnit and a comment all tell about it."""

from dataclasses import dataclass

from gate.reports.escape import visible
from gate.reports.wording import listed, message, place, request, statement_lines, statement_name, wrapped
from gate.verdict import Finding

_LABEL = 11  # columns
_STATEMENTS, _CHANGES, _REMEDY, _CONDITIONS, _PRINCIPALS = 5, 12, 60, 6, 5


@dataclass(frozen=True, slots=True)
class Row:
    """A label and its lines, every one of them visible."""

    label: str
    lines: tuple[str, ...]


def rows(finding: Finding, *, with_plan: bool, width: int = 88) -> list[Row]:
    """The finding's rows in the order in which a reader asks: where, who, what is new, why, for example, what to do.

    `with_plan` also names the plan, for reports of several; `width` is that of the text beside the labels.
    """
    found = [
        Row("where", tuple(_where(finding, with_plan=with_plan))),
        Row("who", tuple(wrapped(listed(finding.principals, _name, _PRINCIPALS), width)) if finding.principals else ()),
        Row("what", tuple(wrapped(message(finding), width))),
        Row("because", tuple(_because(finding, width))),
        Row("example", tuple(_example(finding, width))),
        Row("changed", tuple(_some(finding.changes, _CHANGES, width))),
        Row("to do", tuple(_some(finding.remedy, _REMEDY, width))),
    ]
    return [row for row in found if row.lines]


def lines(finding: Finding, *, with_plan: bool) -> list[str]:
    """The rows as lines of text, labels in a column of their own; arguments as for `rows`."""
    return [
        f"{row.label if first else '':<{_LABEL}}{line}".rstrip()
        for row in rows(finding, with_plan=with_plan)
        for first, line in _marked(row.lines)
    ]


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


def _because(finding: Finding, width: int) -> list[str]:
    found = []
    for statement in finding.statements[:_STATEMENTS]:
        found.append(statement_name(statement))
        found.extend(f"  {line}" for line in statement_lines(statement, width - 2))
    if len(finding.statements) > _STATEMENTS:
        found.append(f"and {len(finding.statements) - _STATEMENTS:,} more statements")
    return found


def _example(finding: Finding, width: int) -> list[str]:
    if finding.witness is None:
        return []
    conditions = finding.witness.conditions
    found = wrapped(request(finding.witness), width)
    for word, condition in zip(["if", *["and"] * _CONDITIONS], conditions[:_CONDITIONS], strict=False):
        found.extend(wrapped(f"{word} {visible(condition, 400)}", width))
    if len(conditions) > _CONDITIONS:
        found.append(f"and {len(conditions) - _CONDITIONS:,} more conditions")
    return found


def _some(texts: tuple[str, ...], limit: int, width: int) -> list[str]:
    found = [line for text in texts[:limit] for line in wrapped(visible(text), width, 2)]
    return [*found, f"and {len(texts) - limit:,} more"] if len(texts) > limit else found


def _name(principal: str) -> str:
    return visible(principal, 200)
