"""What junit-xml gets wrong is made good here, or noticed.

It writes `disabled`, which the schema of Jenkins' xUnit plugin rejects, and a time that nobody measured. It drops a
failure with an empty message and breaks on characters that XML cannot hold: gate.reports.phrases.message is never empty
and gate.text.escape.visible leaves no such character, and `verify` would notice what was dropped.
"""

import xml.etree.ElementTree as ET

from gate.report import Report
from gate.text.escape import xml_inert


def repaired(xml: str) -> str:
    """The XML that junit-xml wrote, without `disabled` and with a name; byte-identical for the same report."""
    root = ET.fromstring(xml)  # noqa: S314 - only what junit-xml wrote is parsed
    root.set("name", "gate")
    for element in root.iter():
        element.attrib.pop("disabled", None)
        if element.tag in {"testsuites", "testsuite", "testcase"}:
            element.set("time", "0")
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml_inert(body)}\n'


def verify(text: str, report: Report) -> None:
    """Raises RuntimeError if the XML, parsed again, does not count what the report counts."""
    root = ET.fromstring(text.encode())  # noqa: S314 - only what junit-xml wrote is parsed
    blocking = sum(finding.blocks for finding in report.findings)
    waived = sum(finding.waiver is not None and not finding.blocks for finding in report.findings)
    cases = root.findall("testsuite/testcase")
    found = (
        len(root.findall("testsuite/testcase/failure[@message]")),
        sum(int(suite.get("failures", "-1")) for suite in root),
        int(root.get("failures", "-1")),
        len(root.findall("testsuite/testcase/skipped")),
        int(root.get("tests", "-1")),
    )
    expected = (blocking, blocking, blocking, waived, len(cases))
    if found != expected or not cases or any(not case.get("name") or not case.get("classname") for case in cases):
        raise RuntimeError(f"the JUnit report counts {found} where the report has {expected}")
