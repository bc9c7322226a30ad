"""SARIF 2.1.0 for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.

What GitHub reads of it, and how it tells two alerts apart (primaryLocationLineHash), is on its page "SARIF support for
code scanning".
"""

import json
from typing import Any
from urllib.parse import quote

from gate.iam.services import protected
from gate.report import Finding, Report
from gate.reports.phrases import RULES_PAGE, caveats, listed, message, rule_page, unsaid, waived
from gate.text.escape import code_block, json_inert, visible

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_HOME = "https://github.com/kms-gate/gate"
_LEVELS = {"block": "error", "warn": "warning"}  # of a rule's default action
_SECURITY_SEVERITY = {"error": "9.0", "warning": "6.0", "note": "3.0"}  # GitHub: critical, medium, low


def render(report: Report) -> str:
    """One run with every finding as a result; those that are waived are suppressed."""
    firsts: dict[str, Finding] = {}
    examples: dict[str, tuple[str, ...]] = {}
    for finding in report.findings:
        firsts.setdefault(finding.rule, finding)
        if finding.example:
            examples.setdefault(finding.rule, finding.example)
    indices = {rule: number for number, rule in enumerate(firsts)}
    driver = {
        "name": "gate",
        "informationUri": _HOME,
        "version": visible(report.gate.version, 100),
        "rules": [_rule(finding, examples.get(finding.rule, ())) for finding in firsts.values()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(report)}],
        "results": [_result(finding, indices[finding.rule]) for finding in report.findings],
    }
    return json_inert(json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)) + "\n"


def _notifications(report: Report) -> list[dict[str, Any]]:
    told = caveats(report, visible, visible)
    return [{"level": "warning", "message": {"text": _plain(caveat)}} for caveat in told]


def _rule(finding: Finding, example: tuple[str, ...]) -> dict[str, Any]:
    """The rule of a finding; `example` is HCL to write instead, from the first of its findings that has some."""
    summary, text, level, tags = _about(finding)
    lines = [visible(line, 300) for line in example]
    plain = "\n".join([text, "", "What to write instead:", "", *lines]) if lines else text
    markdown = f"{text}\n\nWhat to write instead:\n\n{code_block(lines, 'hcl')}" if lines else text
    return {
        "id": visible(finding.rule, 60),
        "name": visible(finding.name, 60),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": summary},
        "help": {"text": _plain(plain), "markdown": markdown},
        "helpUri": rule_page(finding),
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": ["security", "aws", "iam", protected().prefix, *tags],
            "precision": "high",
            "security-severity": _SECURITY_SEVERITY[level],
        },
    }


def _about(finding: Finding) -> tuple[str, str, str, tuple[str, ...]]:
    """A rule's summary, text, default level and tags; of one that this gate does not have, what the finding tells."""
    from gate.rules import RULES

    for rule in RULES:
        if rule.id == finding.rule:
            return rule.summary, rule.text, _LEVELS.get(rule.default, "note"), rule.tags
    name = visible(finding.name, 60) or "gate"
    return name, f"{name}: see {RULES_PAGE}", finding.level, ()


def _result(finding: Finding, index: int) -> dict[str, Any]:
    located = finding.location
    physical = {
        "artifactLocation": {"uri": _uri(located.file if located else finding.plan)},
        "region": {"startLine": located.line if located else 1},
    }
    logical = {"fullyQualifiedName": _plain(visible(finding.address)), "kind": "resource"}
    fingerprint = visible(finding.fingerprint, 200)
    return {
        "ruleId": visible(finding.rule, 60),
        "ruleIndex": index,
        "level": "error" if finding.blocks else finding.level,
        "message": {"text": _plain(_text(finding))},
        "locations": [{"physicalLocation": physical, "logicalLocations": [logical]}],
        "partialFingerprints": {"gate/v1": fingerprint, "primaryLocationLineHash": fingerprint},
        "suppressions": _suppressions(finding),
        "properties": {
            "blocks": finding.blocks,
            "attribute": visible(finding.attribute),
            "cause": visible(finding.cause, 200),
        },
    }


def _text(finding: Finding) -> str:
    names = unsaid(finding)
    told = f" (who: {listed(names, lambda name: visible(name, 200))})" if names else ""
    return f"{visible(finding.address)}: {message(finding)}{told}"


def _plain(text: str) -> str:
    """Text in which SARIF (section 3.11.6) sees no embedded link, `[text](target)`."""
    return text.replace("](", "] (")


def _suppressions(finding: Finding) -> list[dict[str, str]]:
    if finding.waiver is None or finding.blocks:
        return []
    return [{"kind": "external", "status": "accepted", "justification": _plain(waived(finding.waiver))}]


def _uri(path: str) -> str:
    """A path as a URI reference: relative to the repository, or a file: URI where it is absolute."""
    text = visible(path).replace("\\", "/").removeprefix("./") or "plan"
    if text[1:3] == ":/":  # a Windows drive
        text = f"/{text}"
    quoted = quote(text, safe="/")
    return f"file://{quoted}" if text.startswith("/") else quoted
