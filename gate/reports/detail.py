"""A story in full as labelled rows of plain lines: what the terminal and JUnit tell about findings."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from gate.report import Finding, Statement
from gate.reports.look import TEXT_WIDTH
from gate.reports.phrases import (
    code,
    is_off,
    listed,
    request,
    statement_lines,
    statement_name,
    terms,
    wrapped,
)
from gate.reports.source_lines import excerpt, plain, way_text, ways
from gate.reports.stories import Story, one_line, sentences
from gate.reports.stories import people as whom
from gate.text.escape import visible

CHANGES, REMEDY, EXAMPLE, CONDITIONS = 12, 60, 60, 6  # how many of each are told
LABEL = 11  # columns
_AROUND = 1  # lines beside those that a finding is about
_STATEMENTS, _PRINCIPALS, _PLACES, _ADDRESSES = 5, 5, 3, 2


class Row(msgspec.Struct, frozen=True, gc=False):
    """A label and its lines, every one of them visible."""

    label: str
    lines: tuple[str, ...]


def rows(story: Story, *, with_plan: bool, width: int = TEXT_WIDTH) -> list[Row]:
    """The story's rows in the order in which a reader asks: where, who, what is new, why, for example, what to do.

    `with_plan` also names the plans, for reports of several; `width` is that of the text beside the labels.
    """
    finding, people = story.first, whom(story)
    found = [
        Row("where", tuple(_where(story, width, with_plan=with_plan))),
        Row("who", tuple(wrapped(listed(people, _name, _PRINCIPALS), width)) if people else ()),
        Row("what", tuple(line for text in sentences(story) for line in wrapped(text, width))),
        Row("lines", tuple(excerpt(finding, width, _AROUND))),
        Row("because", tuple(statement_texts(finding.statements, width))),
        Row("example", tuple(_example(finding, width))),
        Row("changed", tuple(_some(finding.changes, CHANGES, width))),
        Row("to do", tuple(_some(finding.remedy, REMEDY, width))),
        Row("instead", tuple(part for line in finding.example[:EXAMPLE] for part in code(visible(line, 300), width))),
        Row("waived", tuple(wrapped(terms(finding.waiver), width)) if finding.waiver else ()),
        Row("off", ("its rule is set to `off`: it neither warns nor blocks",) if is_off(finding) else ()),
        Row("beside", tuple(line for text in story.aside for line in wrapped(text, width))),
    ]
    return [row for row in found if row.lines]


def lines(story: Story, *, with_plan: bool, width: int = TEXT_WIDTH) -> list[str]:
    """The rows as lines of text, labels in a column of their own; arguments as for `rows`."""
    return [
        f"{row.label if first else '':<{LABEL}}{line}".rstrip()
        for row in rows(story, with_plan=with_plan, width=width)
        for first, line in _marked(row.lines)
    ]


def without_repeats(stories: Iterable[Story]) -> list[Story]:
    """The stories, with a reference instead of a remedy that the one before told, or of an example told before."""
    told: list[Story] = []
    remedy: tuple[str, ...] = ()
    examples: dict[tuple[str, ...], str] = {}
    for story in stories:
        finding = story.first
        new = finding.example not in examples
        where = examples.setdefault(finding.example, finding.address)
        again = bool(finding.remedy) and finding.remedy == remedy
        text = ("the same as above",) if again else finding.remedy
        if finding.example and not new and not again:
            text = (*text, f"for what to write instead see `{where}` above")
        first = replace(finding, remedy=text, example=finding.example if new else ())
        told.append(Story((first, *story.findings[1:]), story.aside))
        remedy = finding.remedy
    return told


def statement_texts(statements: Sequence[Statement], width: int = TEXT_WIDTH) -> list[str]:
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


def _where(story: Story, width: int, *, with_plan: bool) -> list[str]:
    """The resources of a story, two of them at most, and the ways to the lines of the source; a line that the heading
    has, and that no module call leads to, is not told again."""
    found = []
    for finding in story.findings[:_ADDRESSES]:
        attribute = f" ({visible(finding.attribute)})" if finding.attribute else ""
        found.append(f"{visible(finding.address)}{attribute}")
        if finding.previous_address:
            found.append(f"moved from {visible(finding.previous_address)}")
    rest = len(story.findings) - _ADDRESSES
    if rest > 0:
        found.append(f"and {rest:,} more; `-o json=FILE` lists them all")
    told = [way for way in ways(story) if len(way) > 1 or not one_line(story)]
    found += [line for way in told[:_PLACES] for line in wrapped(way_text(way, plain), width, 2)]
    if len(told) > _PLACES:
        found.append(f"and {len(told) - _PLACES:,} more ways")
    if with_plan:
        found += [f"in {plan}" for plan in _few(tuple(dict.fromkeys(finding.plan for finding in story.findings)))]
    return found


def _few(texts: Sequence[str]) -> list[str]:
    more = [f"{len(texts) - _PLACES:,} more"] if len(texts) > _PLACES else []
    return [*(visible(text) for text in texts[:_PLACES]), *more]


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
