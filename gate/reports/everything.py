"""Every place that was examined, with what became of it: the terminal's longest report."""

from collections import defaultdict

from gate.report import Finding, Report
from gate.reports.page import Page
from gate.reports.phrases import is_off, listed, title
from gate.text.escape import visible


def everything(page: Page, report: Report) -> None:
    """One entry a place: where it is, whose access it is, and the findings there, else why there is none."""
    found: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for finding in report.findings:
        found[finding.plan, finding.address, finding.attribute].append(finding)
    for plan in report.plans:
        page.add(f"Every document of {visible(plan.path)}", "bold")
        for place in plan.examined:
            attribute = f" ({visible(place.attribute)})" if place.attribute else ""
            page.add(f"  {visible(place.address)}{attribute}")
            if any(name.strip() for name in place.principals):
                page.wrapped(f"who: {listed(place.principals, lambda name: visible(name, 200))}", "", 5, 4)
            for finding in found.get((plan.path, place.address, place.attribute), ()):
                page.wrapped(f"{title(finding)}: {_treated(finding)}", "red" if finding.blocks else "yellow", 2, 4)
            if place.why.strip():
                page.wrapped(visible(place.why), "", 2, 4)
        page.add()


def _treated(finding: Finding) -> str:
    if finding.blocks:
        return "blocks"
    return "is waived" if finding.waiver else "is off" if is_off(finding) else "warns"
