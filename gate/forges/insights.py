"""A message as a Code Insights report of Bitbucket: plain text, a few numbers, an annotation for each cause.

Limits: https://developer.atlassian.com/cloud/bitbucket/rest/api-group-reports/
"""

import hashlib
from typing import Any

from gate.forges.body import no_verdict
from gate.forges.message import Message, short
from gate.iam.services import protected
from gate.report import Finding, Report
from gate.reports.phrases import caveats, count, examined, headline, is_off, listed, waived
from gate.reports.stories import Stories, Story, heading, plans_of, sentences, stories
from gate.text.escape import encodable, visible

MOST = 1000  # annotations of a report
_TITLE = 450  # characters; of a summary and an id too
_DETAILS = 2000
_PATH = 2000
_LINES = 40  # of the details; more do not fit


def insight(said: Message) -> dict[str, Any]:
    """The report itself. It passes only with a verdict that passes."""
    report = said.report
    passed = report is not None and report.verdict == "pass"
    name = f": {visible(said.name, 100)}" if said.name else ""
    fields: dict[str, Any] = {
        "title": encodable(_cut(f"gate, new {protected().words.title} access{name}", _TITLE)),
        "details": encodable(_cut(_details(said), _DETAILS)),
        "report_type": "SECURITY",
        "reporter": "gate",
        "result": "PASSED" if passed else "FAILED",
        "data": [*_numbers(report), {"title": "Commit", "type": "TEXT", "value": short(said.job.commit)}],
    }
    return fields | ({"link": said.job.log} if said.job.log else {})


def annotations(said: Message) -> list[dict[str, Any]]:
    """What each cause did, at its place in the source; what blocks first, and at most as many as Bitbucket takes."""
    if said.report is None:
        return []
    seen: set[str] = set()
    several = len(said.report.plans) > 1
    return [_annotation(story, seen, several=several) for story in _all(stories(said.report))[:MOST]]


def _all(told: Stories) -> tuple[Story, ...]:
    return (*told.blocking, *told.warnings, *told.waived, *told.off)


def _details(said: Message) -> str:
    report = said.report
    if report is None:
        return "\n".join(no_verdict(said.job, plain=True))
    told = stories(report)
    hidden = len(_all(told)) - MOST
    lines = [headline(report), *(f"{heading(story)}: {_sentence(story, 200)}" for story in told.blocking)]
    notes = [
        f"Examined {examined(report)}.",
        *(f"Note: {note}" for note in caveats(report, visible, visible)),
        f"{count(hidden, 'annotation')} more did not fit; the JSON report has all." if hidden > 0 else "",
        "How to ask for an exception: gate waive, https://github.com/kms-gate/gate/blob/main/docs/adopting.md#waivers"
        if report.verdict == "block"
        else "",
    ]
    return _fitting(lines, [note for note in notes if note])


def _fitting(lines: list[str], notes: list[str]) -> str:
    """As many lines as fit beside the notes; the first one always."""
    for shown in range(min(len(lines), _LINES), 0, -1):
        left = len(lines) - shown
        more = [f"and {left:,} more"] if left else []
        text = "\n".join([*lines[:shown], *more, *notes])
        if len(text) <= _DETAILS:
            return text
    return "\n".join([lines[0], *notes])


def _numbers(report: Report | None) -> list[dict[str, Any]]:
    if report is None:
        return []
    counted = {"Block": report.summary.blocking, "Warn": report.summary.warnings, "Waived": report.summary.waived}
    return [{"title": name, "type": "NUMBER", "value": number} for name, number in counted.items()]


def _annotation(story: Story, seen: set[str], *, several: bool) -> dict[str, Any]:
    finding = story.first
    waiver = f" ({waived(finding.waiver)})" if finding.waiver else ""
    others = () if story.is_counted else tuple(dict.fromkeys(one.address for one in story.findings[1:]))
    also = [f"also at {listed(others, lambda name: visible(name, 200))}"] if others else []
    plans = [f"in {listed(plans_of(story), lambda name: visible(name, 200))}"] if several else []
    told = [*sentences(story)[1:], *also, *plans, *map(visible, finding.remedy), *map(visible, story.aside)]
    fields: dict[str, Any] = {
        "external_id": _own_id(finding, seen),
        "annotation_type": "VULNERABILITY",
        "title": encodable(_cut(heading(story), _TITLE)),
        "summary": encodable(_cut(_sentence(story), _TITLE)),
        "details": encodable(_cut("\n".join([_sentence(story) + waiver, *told]), _DETAILS)),
        "severity": "HIGH" if finding.blocks else "LOW" if finding.waiver or is_off(finding) else "MEDIUM",
    }
    if finding.blocks:
        fields["result"] = "FAILED"
    elif finding.waiver or is_off(finding):
        fields["result"] = "IGNORED"
    if finding.location:
        path = encodable(visible(finding.location.file, _PATH)).removeprefix("./")
        fields |= {"path": _cut(path, _PATH), "line": finding.location.line}
    return fields


def _sentence(story: Story, limit: int = 1000) -> str:
    """What the first finding of a cause says, and where; how many there are is in the heading."""
    first = sentences(story)[0]
    return first if story.is_counted else f"{visible(story.first.address, limit)}: {first}"


def _own_id(finding: Finding, seen: set[str]) -> str:
    """The finding's fingerprint, or another one where two findings share it: Bitbucket keeps one of each id."""
    text = visible(finding.fingerprint, 100)
    number = 1
    while text in seen:
        number += 1
        text = hashlib.sha256(f"{finding.fingerprint} {number}".encode("utf-8", "surrogatepass")).hexdigest()
    seen.add(text)
    return text


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
