"""A report for Atlantis' custom policy checks, in the only words that Atlantis understands.

The contract was read from Atlantis' source (server/events/project_command_runner.go, server/events/models/models.go):
- a step that exits with anything but 0 loses its output, and the check may even pass: so gate exits 0;
- the output is judged by its text: a failure where it begins with FAIL or holds `([1-9][0-9]* failure|failures": \\[)`,
  a pass otherwise; servers before December 2025 take any "fail" for a failure, `0 failures` too;
- a line `N tests, N passed, N warnings, N failures, N exceptions` is shown as the summary;
- with `policy_item_regex: "(?m)^FAIL.*"` an approval is kept for exactly the lines that were approved;
- the output goes into a ```diff block as it is.
"""

import hashlib
import json
import re
from collections.abc import Iterable

import msgspec

from gate.report import UNDETERMINED, Finding, Report

_COMMIT = re.compile(r"[0-9a-f]{7,64}", re.ASCII)
_DERIVED = ("named", "alike", "kind")  # they follow from what else a finding says
_NOT_SHOWN = "cannot be shown here; gate check shows it"
_SHOWN = 5  # of a list of actions, resources or principals; the digest covers them all


def render(report: Report, commit: str = "") -> str:
    """The text of a run step for a report. It is ASCII, has no backtick, and is the same for the same input.

    A block: one FAIL line for each finding that blocks, details of each cause, and the line of counts. A pass: no
    "fail" in any case. `commit` is the head commit (HEAD_COMMIT): where a finding is about something that the plan does
    not show, an approval holds for that commit only.
    """
    text = _block(report, commit) if report.verdict == "block" else _pass(report)
    if report.verdict == "pass" and not _is_harmless(text):
        raise ValueError("a pass that Atlantis would take for a failure")
    return text


def error(message: str, about: bytes | None = None, commit: str = "") -> str:
    """The text of a run step that has no verdict: a failure too.

    An approval of it holds for that commit, and for what the error is about (the content of the plan), only.
    """
    bound = [f"sha256 {hashlib.sha256(about).hexdigest()}"] if about is not None else []
    bound += _bound_to(commit)
    suffix = f" [{', '.join(bound)}]" if bound else ""
    return f"FAIL - no verdict - {_plain(message[:2000])}{suffix}\n\n{_counts(0, 0, 1, 0)}\n"


def _block(report: Report, commit: str) -> str:
    blocking = [finding for finding in report.findings if finding.blocks]
    warnings = [f for f in report.findings if not f.blocks and f.waiver is None and f.level != "note"]
    waived = [finding for finding in report.findings if not finding.blocks and finding.waiver is not None]
    if not blocking:  # warnings block too: `--fail-on warn`
        blocking, warnings = warnings, []
    lines = sorted({_fail(finding, commit) for finding in blocking})
    if not lines:
        lines = ["FAIL - the report blocks and names no finding"]
    for finding, others in _of_each_cause(blocking):
        lines += ["", *_details(finding, others)]
    if warnings or waived:
        lines += ["", *map(_warning, warnings), *map(_waived, waived)]
    notes = [_note(*note) for note in _notes(report)]
    lines += ["", *notes] if notes else []
    found = {(finding.plan, finding.address, finding.attribute) for finding in report.findings}
    places = {(plan.path, place.address, place.attribute) for plan in report.plans for place in plan.examined}
    return "\n".join([*lines, "", _counts(len(places - found), len(warnings), max(len(blocking), 1), len(waived)), ""])


def _pass(report: Report) -> str:
    documents = sum(plan.documents for plan in report.plans)
    principals = sum(plan.principals for plan in report.plans)
    examined = f"{_number(documents, 'policy document')}, {_number(principals, 'principal')} examined"
    lines = [f"PASS - no finding blocks ({examined})"]
    lines += [_harmless("WARN", f, _warning(f)) for f in report.findings if f.waiver is None and f.level != "note"]
    lines += [_harmless("WAIVED", f, _waived(f)) for f in report.findings if f.waiver is not None]
    lines += [_note(topic, text if _is_harmless(text) else _NOT_SHOWN) for topic, text in _notes(report)]
    return "\n".join(lines) + "\n"


def _notes(report: Report) -> list[tuple[str, str]]:
    """What the verdict does not cover, and what was said of settings and waivers: the topic and a sentence of each."""
    found = [("settings", _plain(note)) for note in report.notes]
    if not all(plan.complete for plan in report.plans):
        found.append(("incomplete", "targeting or deferral left resources out of the plan, which nobody checked"))
    return found


def _note(topic: str, text: str) -> str:
    return f"NOTE - {topic} - {text}"


def _harmless(kind: str, finding: Finding, line: str) -> str:
    """A line of a pass; one that quotes a name with "fail" in it would be taken for a failure, so it quotes none."""
    return line if _is_harmless(line) else f"{kind} - {_plain(f'{finding.rule} {finding.name}')} - {_NOT_SHOWN}"


def _is_harmless(line: str) -> bool:
    """Whether no Atlantis takes the line for a failure: older ones look for the word anywhere."""
    return "fail" not in line.lower()


def _fail(finding: Finding, commit: str) -> str:
    seen = bool(finding.statements) and all(statement.text is not None for statement in finding.statements)
    bound = [finding.fingerprint[:16], f"digest {_digest(finding)}"]
    if not seen or finding.rule == UNDETERMINED:
        bound += _bound_to(commit)
    resources = _list(finding.resources) or "what is not shown"
    return " - ".join(
        [
            "FAIL",
            _plain(f"{finding.rule} {finding.name}"),
            _plain(f"{finding.address} {finding.attribute}".strip()),
            _list(finding.principals) or "no principal named",
            f"newly allows {_list(finding.actions) or 'what is not known'} on {resources}",
            f"[{_plain(', '.join(bound))}]",
        ]
    )


def _of_each_cause(findings: Iterable[Finding]) -> Iterable[tuple[Finding, int]]:
    """The first finding of each rule and cause, and how many more there are; every finding has its FAIL line above."""
    causes: dict[object, list[Finding]] = {}
    for number, finding in enumerate(findings):
        causes.setdefault((finding.rule, finding.cause or number), []).append(finding)
    return [(found[0], len(found) - 1) for found in causes.values()]


def _details(finding: Finding, others: int) -> list[str]:
    likewise = f" (and {_number(others, 'more finding')} of the same cause)" if others else ""
    lines = [f"  {_plain(finding.rule)} {_plain(finding.address)}: {_plain(finding.message)}{likewise}"]
    if finding.location:
        lines.append(f"    at {_plain(finding.location.file)}:{finding.location.line}")
    if finding.witness:
        witness = finding.witness
        given = f" if {_plain('; '.join(witness.conditions))}" if witness.conditions else ""
        lines.append(
            f"    newly allowed: {_plain(witness.principal)} may call {_plain(witness.action)} "
            f"on {_plain(witness.resource)}{given}"
        )
    lines += [f"    {_plain(change)}" for change in finding.changes]
    lines += [f"    to do: {_plain(line)}" for line in finding.remedy if line.strip()]
    return lines


def _warning(finding: Finding) -> str:
    return f"WARN - {_plain(f'{finding.rule} {finding.name}')} - {_plain(finding.address)} - {_plain(finding.message)}"


def _waived(finding: Finding) -> str:
    until = (
        f"until {finding.waiver.expires} by {finding.waiver.owner}: {finding.waiver.reason}" if finding.waiver else ""
    )
    return f"WAIVED - {_plain(f'{finding.rule} {finding.name}')} - {_plain(finding.address)} - {_plain(until)}"


def _counts(passed: int, warnings: int, failures: int, exceptions: int) -> str:
    """The line that Atlantis puts below the details: a waived finding is an exception."""
    tests = passed + warnings + failures + exceptions
    return (
        f"{_number(tests, 'test')}, {passed} passed, {_number(warnings, 'warning')}, "
        f"{_number(failures, 'failure')}, {_number(exceptions, 'exception')}"
    )


def _digest(finding: Finding) -> str:
    """A digest of everything that a finding says, so that an approval of one grant is none of another."""
    said = msgspec.to_builtins(msgspec.structs.replace(finding, plan="", location=None, remedy=(), cause=""))
    said = {name: value for name, value in said.items() if name not in _DERIVED}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode("ascii")).hexdigest()[:32]


def _bound_to(commit: str) -> list[str]:
    return [f"commit {commit}"] if _COMMIT.fullmatch(commit) else []


def _list(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(map(_plain, names[:_SHOWN])) + more


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _plain(text: str) -> str:
    """A text from the plan as printable ASCII on one line, which neither ends the block nor forges the counts."""
    inert = text.replace("`", "'").replace(" passed", "_passed")
    return "".join(c if " " <= c <= "~" else f"\\u{ord(c):04x}" for c in inert)
