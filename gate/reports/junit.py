"""JUnit XML: a suite for each plan, a test case for each place examined, a failure for each finding that blocks. Notes
on the run stand in a suite of their own where there are several plans.

A case's class name is whose access it is (principals, comma-separated), its name the address and attribute. The first
finding that blocks at a place fails the place's own case, the first waived one skips it, and warnings stand in its
system-out; each further one gets a case of its own, so that every finding counts once.

GitLab and the GitHub actions annotate by the file and line of a case, which Jenkins' junit step takes too; its xUnit
plugin refuses them since 2.2.4 (they were in the schema before), so there use the junit step.

junit-xml writes the elements; gate.reports.junit_repairs makes good what it gets wrong.
"""

from dataclasses import dataclass, field

import msgspec
from junit_xml import TestCase, TestSuite, to_xml_report_string

from gate.report import Finding, PlanReport, Report
from gate.reports.detail import lines
from gate.reports.junit_repairs import repaired, verify
from gate.reports.phrases import caveats, listed, message, plan_caveats, title, waived
from gate.reports.stories import Story
from gate.text.escape import command_free, visible


@dataclass(slots=True)
class _Place:
    """A test case to be: a place that was examined and the findings there."""

    address: str
    attribute: str
    principals: tuple[str, ...]
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class _Suite:
    path: str
    plan: PlanReport | None
    places: list[_Place]
    notes: list[str] = field(default_factory=list)


def render(report: Report) -> str:
    """The report as JUnit XML. Raises RuntimeError if the XML, parsed again, does not count what the report counts."""
    suites = _suites(report) or [_Suite("no plan", None, [])]
    cases = [[case for place in suite.places for case in _cases(place)] or [_nothing()] for suite in suites]
    told = caveats(msgspec.structs.replace(report, plans=()), visible, visible)
    if len(suites) == 1:
        suites[0].notes = told
    elif told:
        suites.append(_Suite("all plans", None, [], told))
        cases.append([TestCase("notes of the run", "gate")])
    _make_unique([suite.path for suite in suites], cases)
    written = [_test_suite(suite, its) for suite, its in zip(suites, cases, strict=True)]
    text = repaired(to_xml_report_string(written, prettyprint=False, encoding="utf-8"))
    verify(text, report)
    return text


def _suites(report: Report) -> list[_Suite]:
    """A suite for each plan, with every finding at one place of one suite."""
    suites = [
        _Suite(plan.path, plan, [_Place(entry.address, entry.attribute, entry.principals) for entry in plan.examined])
        for plan in report.plans
    ]
    by_path: dict[str, _Suite] = {}
    by_place: dict[tuple[str, str, str], list[_Place]] = {}
    for suite in suites:
        by_path.setdefault(suite.path, suite)
        for place in suite.places:
            by_place.setdefault((suite.path, place.address, place.attribute), []).append(place)
    for finding in report.findings:
        if finding.plan not in by_path:
            suites.append(by_path.setdefault(finding.plan, _Suite(finding.plan, None, [])))
        suite = by_path[finding.plan]
        places = by_place.setdefault((finding.plan, finding.address, finding.attribute), [])
        if not places:
            places.append(_Place(finding.address, finding.attribute, finding.principals))
            suite.places.append(places[0])
        _best(places, finding).findings.append(finding)
    return suites


def _best(places: list[_Place], finding: Finding) -> _Place:
    """Of the entries for one place the one whose principals the finding names, or else the first."""
    named = set(finding.principals)
    return next((place for place in places if named & set(place.principals)), places[0])


def _cases(place: _Place) -> list[TestCase]:
    outcomes = [finding for finding in place.findings if finding.blocks or finding.waiver]
    outcomes.sort(key=lambda finding: not finding.blocks)
    first, further = (outcomes[0], outcomes[1:]) if outcomes else (None, [])
    warnings = [finding for finding in place.findings if not finding.blocks and not finding.waiver]
    located = next((finding for finding in [*outcomes, *warnings] if finding.location), None)
    case = _case(place, "", located)
    if first:
        _decide(case, first)
    if warnings:
        case.stdout = "\n\n".join(_full(finding) for finding in warnings)
    cases = [case]
    for finding in further:
        case = _case(place, f" {title(finding)} {visible(finding.fingerprint, 40)}", finding)
        _decide(case, finding)
        cases.append(case)
    return cases


def _case(place: _Place, suffix: str, located: Finding | None) -> TestCase:
    holder = listed(place.principals, lambda name: visible(name, 300), 3) or "(no principal)"
    case = TestCase(f"{visible(place.address)} {visible(place.attribute)}".strip() + suffix or "(no address)", holder)
    if located and located.location:
        case.file, case.line = visible(located.location.file), located.location.line
    return case


def _decide(case: TestCase, finding: Finding) -> None:
    if finding.blocks:
        case.add_failure_info(command_free(message(finding)), _full(finding), visible(finding.rule, 60) or "gate")
    elif finding.waiver:
        case.add_skipped_info(f"{title(finding)}, {waived(finding.waiver)}", _full(finding))


def _full(finding: Finding) -> str:
    cause = [f"cause {visible(finding.cause, 100)}"] if finding.cause else []
    told = lines(Story((finding,)), with_plan=True)
    body = [title(finding), *told, f"fingerprint {visible(finding.fingerprint, 100)}", *cause]
    return "\n".join(command_free(line) for line in body)


def _nothing() -> TestCase:
    return TestCase("nothing to examine: no policy document or attachment", "gate")


def _make_unique(paths: list[str], suites: list[list[TestCase]]) -> None:
    """Gives every case a name that no other of its class has, for GitLab squashes those that share both.

    Cases of several plans get the plan's path, so that a name does not depend on which plans come before; what still
    collides is numbered.
    """
    plans: dict[tuple[str, str], set[str]] = {}
    for path, cases in zip(paths, suites, strict=True):
        for case in cases:
            plans.setdefault((case.classname, case.name), set()).add(path)
    seen: set[tuple[str, str]] = set()
    for path, cases in zip(paths, suites, strict=True):
        for case in cases:
            several = len(plans[case.classname, case.name]) > 1
            name, number = f"{case.name} in {visible(path, 300)}" if several else case.name, 1
            case.name = name
            while (case.classname, case.name) in seen:
                number += 1
                case.name = f"{name} ({number})"
            seen.add((case.classname, case.name))


def _test_suite(suite: _Suite, cases: list[TestCase]) -> TestSuite:
    properties: dict[str, str] = {}
    notes = suite.notes
    if suite.plan:
        properties = {
            "terraform_version": visible(suite.plan.terraform_version),
            "format_version": visible(suite.plan.format_version),
            "complete": "true" if suite.plan.complete else "false",
        }
        notes = [*suite.notes, *plan_caveats(suite.plan, visible)]
    return TestSuite(
        f"gate: {visible(suite.path)}",
        cases,
        properties=properties,
        stdout="\n".join(command_free(note) for note in notes),
    )
