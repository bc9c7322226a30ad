"""The terminal report: the verdict, then what blocks in full, then warnings, waivers and what was examined in short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gate.report import Finding, Report
from gate.reports.look import Detail, Look
from gate.reports.page import Page
from gate.reports.phrases import caveats, count, examined, headline, listed, title, unsaid, waived
from gate.text.escape import visible

if TYPE_CHECKING:  # loaded only where there are findings
    from gate.reports.stories import Story

PLAIN = Look()
_INDENT = 2
_IN_FULL = 6  # blocking stories
_IN_SHORT = 200  # blocking stories after those, warnings, waived ones
_PLANS = 5
_REMEDIES = 3  # lines of what to do about a warning
_CHANGES = 2  # lines of what changed


def render(report: Report, look: Look = PLAIN) -> str:
    """The report for people, in lines of the width that is wanted where words allow it."""
    page = Page(look)
    blocked = report.verdict == "block"
    symbol = ("✗ " if blocked else "✓ ") if look.colour else ""
    page.wrapped(symbol + headline(report), "red" if blocked else "green", 2)
    if look.detail is Detail.VERDICT:
        return page.text()
    first = _all_findings(page, report) if report.findings else ""
    for caveat in caveats(report, visible, visible):
        page.wrapped(f"Note: {caveat}", "yellow", 6)
    if look.detail is Detail.EVERYTHING:
        from gate.reports.everything import everything

        everything(page, report)
    page.wrapped(f"Examined {examined(report)}.", "dim", 2)
    if report.configuration:
        page.wrapped(f"Configuration: {visible(report.configuration)}", "dim", 2)
    if first:
        page.wrapped(f"`gate explain {visible(first, 60)}` tells what the rule finds and why.", "dim", 2)
    return page.text() + (_matrix(report, look) if look.matrix else "")


def _matrix(report: Report, look: Look) -> str:
    from gate.reports import matrix

    return matrix.text(report, look)


def _all_findings(page: Page, report: Report) -> str:
    """Adds what was found; gives the rule of the first."""
    from gate.reports.stories import stories

    told, several = stories(report), len(report.plans) > 1
    _blocking(page, told.blocking, with_plan=several)
    warnings = f"Does not block: {count(_findings(told.warnings), 'warning')}"
    _short(page, told.warnings, warnings, with_plan=several)
    _short(page, told.waived, f"Waived: {count(_findings(told.waived), 'finding')}", with_plan=several)
    off = f"Off: {count(_findings(told.off), 'finding')} of rules that are set to `off`"
    _short(page, told.off, off, with_plan=several)
    page.add()
    return (*told.blocking, *told.warnings, *told.waived, *told.off)[0].first.rule


def _findings(told: Sequence[Story]) -> int:
    return sum(len(story.findings) for story in told)


def _blocking(page: Page, told: Sequence[Story], *, with_plan: bool) -> None:
    if not told:
        return
    from gate.reports.detail import LABEL, lines, without_repeats
    from gate.reports.stories import heading, one_line

    for story in without_repeats(told[:_IN_FULL]):
        page.add()
        where = f": {visible(one_line(story))}" if one_line(story) else ""
        page.wrapped(f"{heading(story)}{where}", "bold", 2)
        for line in lines(story, with_plan=with_plan, width=page.look.width - LABEL - _INDENT):
            page.marked(" " * _INDENT + line, _INDENT + LABEL)
    rest = told[_IN_FULL:]
    _short(page, rest, f"Blocks as well: {count(_findings(rest), 'finding')}", with_plan=with_plan)


def _short(page: Page, told: Sequence[Story], heading: str, *, with_plan: bool) -> None:
    if not told:
        return
    page.add()
    page.add(heading, "yellow")
    above: Finding | None = None
    for story in told[:_IN_SHORT]:
        _in_short(page, story, above, with_plan=with_plan)
        above = story.first
    if len(told) > _IN_SHORT:
        page.add(f"  and {_findings(told[_IN_SHORT:]):,} more; `-o json=FILE` lists them all")


def _in_short(page: Page, story: Story, above: Finding | None, *, with_plan: bool) -> None:
    """In a few lines, without what the story above says as well."""
    from gate.reports.stories import heading, lines_of, plans_of, sentences

    first = story.first
    changes = () if above and above.changes == first.changes else first.changes
    if story.is_counted:
        page.wrapped(f"{title(first)}: {sentences(story)[0]}", "", 2, 2)
        return
    where = f" at {listed(lines_of(story), visible, 1)}" if lines_of(story) else ""
    plan = f" in {listed(plans_of(story), visible, _PLANS)}" if with_plan else ""
    page.add(f"  {heading(story)}{where}{plan}")
    attribute = f" ({visible(first.attribute)})" if first.attribute else ""
    more = f" and {len(story.findings) - 1:,} more" if len(story.findings) > 1 else ""
    page.add(f"    {visible(first.address)}{attribute}{more}")
    for text in sentences(story):
        page.wrapped(f"{text}{_for(story)}", "", 0, 4)
    for text in changes[:_CHANGES]:
        page.wrapped(f"changed: {visible(text)}", "", 9, 4)
    if len(changes) > _CHANGES:
        page.add(f"    and {count(len(changes) - _CHANGES, 'more difference')}")
    if first.waiver:
        page.wrapped(waived(first.waiver), "", 0, 4)
    elif first.level != "note" and not (above and above.remedy == first.remedy):
        for text in first.remedy[:_REMEDIES]:
            page.wrapped(f"to do: {visible(text)}", "", 7, 4)
    for text in story.aside:
        page.wrapped(text, "", 0, 4)


def _for(story: Story) -> str:
    """The principals that the sentence does not name, of a single finding."""
    if len(story.findings) > 1 or not unsaid(story.first):
        return ""
    return f" ({listed(unsaid(story.first), lambda name: visible(name, 200), 3)})"
