"""GitHub workflow annotations: `::error file=...,line=...,title=...::message`, one a cause, at most ten of each level.

The runner keeps ten of each level of a step and drops the rest in silence (actions/runner, ExecutionContext.cs), so the
tenth says how many there are beyond nine. The escapes are actions/toolkit's (packages/core/src/command.ts).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gate.report import Report
from gate.reports.phrases import caveats, count, headline, is_off, listed, title, unsaid, waived
from gate.reports.source_lines import plain, way_text, ways
from gate.reports.stories import Story, heading, people, plans_of, sentences, stories
from gate.text.escape import command_data, command_property, visible

_KEPT = 10
_WAYS = 3


@dataclass(frozen=True, slots=True)
class _Annotation:
    level: str
    title: str
    text: str
    file: str = ""
    line: int = 0


def render(report: Report) -> str:
    """One annotation a line, errors first; where there is nothing to annotate, the verdict as plain text."""
    told = stories(report)
    several = len(report.plans) > 1
    found = {
        "error": [_annotation("error", story, several) for story in told.blocking],
        "warning": [
            *(_annotation("warning", story, several) for story in told.warnings),
            *(_Annotation("warning", "gate", caveat) for caveat in caveats(report, visible, visible)),
        ],
        "notice": [_annotation("notice", story, several) for story in (*told.waived, *told.off)],
    }
    lines = [_command(annotation) for level, many in found.items() for annotation in _kept(level, many)]
    return "\n".join(lines or [headline(report)]) + "\n"


def _annotation(level: str, story: Story, several: bool) -> _Annotation:
    finding = story.first
    if story.is_counted:
        return _Annotation(level, title(finding), sentences(story)[0])
    attribute = f" ({visible(finding.attribute)})" if finding.attribute else ""
    plan = f" in {listed(plans_of(story), visible)}" if several else ""
    first, *others = sentences(story)
    text = [f"{visible(finding.address)}{attribute}{plan}: {first}", *others]
    names = people(story) if len(story.findings) > 1 else unsaid(finding)
    if names:
        text.append(f"who: {listed(names, lambda name: visible(name, 200))}")
    if finding.waiver:
        text.append(waived(finding.waiver))
    elif is_off(finding):
        text.append("off: its rule is set to `off`")
    elif finding.remedy:
        text.append(f"to do: {visible(finding.remedy[0])}")
    file, line = (finding.location.file, finding.location.line) if finding.location else ("", 0)
    text += [f"by {way_text(way, plain)}" for way in ways(story)[:_WAYS] if len(way) > 1]
    return _Annotation(level, heading(story), "\n".join([*text, *story.aside]), visible(file), line)


def _kept(level: str, found: Sequence[_Annotation]) -> list[_Annotation]:
    if len(found) <= _KEPT:
        return list(found)
    more = len(found) - _KEPT + 1
    text = f"and {count(more, 'more annotation')} of this level; the report of this run has them all"
    return [*found[: _KEPT - 1], _Annotation(level, "gate", text)]


def _command(annotation: _Annotation) -> str:
    properties = {"file": annotation.file, "line": str(annotation.line or ""), "title": annotation.title}
    listing = ",".join(f"{key}={command_property(value)}" for key, value in properties.items() if value)
    return f"::{annotation.level} {listing}::{command_data(annotation.text)}"
