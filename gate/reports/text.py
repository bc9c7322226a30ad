"""The terminal report: the verdict, then what blocks in full, then warnings, waivers and what was examined in short."""

from collections.abc import Sequence

from gate.report import Finding, Report
from gate.reports.detail import lines, without_repeats
from gate.reports.phrases import (
    caveats,
    count,
    examined,
    headline,
    listed,
    message,
    parts,
    place,
    title,
    unsaid,
    waived,
    wrapped,
)
from gate.text.escape import command_free, visible

_IN_FULL = 20  # blocking findings
_IN_SHORT = 200  # blocking findings after those, warnings, waived ones
_WIDTH = 98
_STYLES = {"red": "1;31", "green": "1;32", "yellow": "33", "dim": "2", "bold": "1"}


def render(report: Report, *, colour: bool = False) -> str:
    """The report for people; `colour` adds colours and symbols, which a file or a log does not want."""
    page = _Page(colour)
    split = parts(report)
    blocked = report.verdict == "block"
    symbol = ("✗ " if blocked else "✓ ") if colour else ""
    page.add(symbol + headline(report), "red" if blocked else "green")
    several = len(report.plans) > 1
    _blocking(page, split.blocking, with_plan=several)
    warnings = f"Does not block: {count(len(split.warnings), 'warning')}"
    _short(page, split.warnings, warnings, with_plan=several)
    _short(page, split.waived, f"Waived: {count(len(split.waived), 'finding')}", with_plan=several)
    off = f"Off: {count(len(split.off), 'finding')} of rules that are set to `off`"
    _short(page, split.off, off, with_plan=several)
    if report.findings:
        page.add()
    for caveat in caveats(report, visible, visible):
        for line in wrapped(f"Note: {caveat}", _WIDTH, 6):
            page.add(line, "yellow")
    page.add(f"Examined {examined(report)}.", "dim")
    if report.configuration:
        for line in wrapped(f"Configuration: {visible(report.configuration)}", _WIDTH, 2):
            page.add(line, "dim")
    if report.findings:
        rule = visible((split.blocking or report.findings)[0].rule, 60)
        page.add(f"`gate explain {rule}` tells what the rule finds and why.", "dim")
    return page.text()


class _Page:
    """Lines so far, each made harmless for a GitHub runner before it is coloured."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour
        self._lines: list[str] = []

    def add(self, line: str = "", style: str = "") -> None:
        safe = command_free(line)
        self._lines.append(f"\x1b[{_STYLES[style]}m{safe}\x1b[0m" if self._colour and style and safe else safe)

    def text(self) -> str:
        return "\n".join(self._lines) + "\n"


def _blocking(page: _Page, findings: Sequence[Finding], *, with_plan: bool) -> None:
    for finding in without_repeats(findings[:_IN_FULL]):
        page.add()
        page.add(title(finding), "bold")
        for line in lines(finding, with_plan=with_plan):
            page.add(f"  {line}")
    more = f"Blocks as well: {count(len(findings) - _IN_FULL, 'finding')}"
    _short(page, findings[_IN_FULL:], more, with_plan=with_plan)


def _short(page: _Page, findings: Sequence[Finding], heading: str, *, with_plan: bool) -> None:
    if not findings:
        return
    page.add()
    page.add(heading, "yellow")
    for finding in findings[:_IN_SHORT]:
        attribute = f" ({visible(finding.attribute)})" if finding.attribute else ""
        where = f" at {visible(place(finding))}" if finding.location else ""
        plan = f" in {visible(finding.plan)}" if with_plan else ""
        page.add(f"  {title(finding)}{where}{plan}")
        page.add(f"    {visible(finding.address)}{attribute}")
        for line in wrapped(f"{message(finding)}{_for(finding)}", _WIDTH - 4):
            page.add(f"    {line}")
        if finding.waiver:
            for line in wrapped(waived(finding.waiver), _WIDTH - 4):
                page.add(f"    {line}")
    if len(findings) > _IN_SHORT:
        page.add(f"  and {len(findings) - _IN_SHORT:,} more; `-o json=FILE` lists them all")


def _for(finding: Finding) -> str:
    return f" ({listed(unsaid(finding), lambda name: visible(name, 200), 3)})" if unsaid(finding) else ""
