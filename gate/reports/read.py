"""Reading JSON reports back, and making one report of several (a CI matrix fans out, this fans in)."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import msgspec

from gate.errors import GateError
from gate.files import is_empty, no_json, packed, utf8
from gate.report import SCHEMA_VERSION, Report
from gate.report import report as judged
from gate.schema import schema
from gate.text.escape import visible

_WRITE = "write one with `gate check PLAN -o json=REPORT.json`"


def read(raw: bytes, path: str) -> Report:
    """The report in the bytes of a file; `path` is its name for messages.

    UTF-8 with or without byte order mark and UTF-16 with one are read. Raises GateError, naming the place, for anything
    but a report of this major version, and for one whose verdict or counts its own findings contradict.
    """
    document = _document(raw, path)
    _require_report(document, path)
    _require_version(document["schema_version"], path)
    report = _as_written(document) or _by_schema(document, path)
    _require_agreement(report, path)
    return report


def merge(reports: Sequence[Report]) -> Report:
    """One report of all plans and findings of several; what is the same in two of them, field by field, counts once.

    It blocks if one of them does. Raises GateError where there is none, for no report is no pass.
    """
    if not reports:
        raise GateError(f"no report to read; {_WRITE}")
    plans = tuple(dict.fromkeys(plan for report in reports for plan in report.plans))
    findings = tuple(dict.fromkeys(finding for report in reports for finding in report.findings))
    merged = judged(
        plans,
        findings,
        "; ".join(dict.fromkeys(report.configuration for report in reports if report.configuration)),
        tuple(dict.fromkeys(note for report in reports for note in report.notes)),
        enforcing=all(report.enforcing for report in reports),
    )
    if any(report.verdict == "block" for report in reports):
        return msgspec.structs.replace(merged, verdict="block")
    return merged


def _document(raw: bytes, path: str) -> Any:
    try:
        raw = utf8(raw)
        if not raw.strip():
            raise GateError(f"{path}: {is_empty(path)}; {_WRITE}")
        return msgspec.json.decode(raw)
    except UnicodeError:
        raise GateError(f"{path}: not UTF-8 or UTF-16 text, so not a report; {_WRITE}") from None
    except RecursionError:
        raise GateError(f"{path}: nested too deeply to be a report; {_WRITE}") from None
    except msgspec.DecodeError as error:
        raise GateError(f"{path}: {packed(raw) or f'{visible(no_json(error), 300)}; {_WRITE}'}") from None


def _require_report(document: Any, path: str) -> None:
    if isinstance(document, dict) and isinstance(document.get("schema_version"), str):
        return
    if isinstance(document, dict) and "format_version" in document:
        raise GateError(f"{path}: this is a plan, not a report; {_WRITE}")
    raise GateError(f"{path}: `schema_version` is missing, so this is not a report; {_WRITE}")


def _require_version(found: str, path: str) -> None:
    major = SCHEMA_VERSION.partition(".")[0]
    if found.partition(".")[0] != major:
        raise GateError(
            f"{path}: schema_version `{visible(found, 20)}` is not supported (this gate reads {major}.x); "
            "use the same gate for `check` and here"
        )


def _as_written(document: Any) -> Report | None:
    """The report, if every field is there and as the schema wants it, which its types say as well; None where that is
    not so, or where there is more: the schema then says what is wrong, if anything is."""
    with suppress(msgspec.ValidationError):
        report = msgspec.convert(document, Report)
        if msgspec.json.encode(report) == msgspec.json.encode(document):
            return report
    return None


def _by_schema(document: Any, path: str) -> Report:
    _require_schema(document, path)
    try:
        return msgspec.convert(document, Report)
    except msgspec.ValidationError as error:
        raise GateError(f"{path}: not a report that gate can read: {visible(str(error), 300)}") from None


def _require_schema(document: Any, path: str) -> None:
    from jsonschema import Draft202012Validator

    errors = Draft202012Validator(schema("report")).iter_errors(document)
    error = next(errors, None)
    if error is None:
        return
    while error.context:  # of a oneOf, the alternative that went furthest says it best
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    place = error.json_path.removeprefix("$").removeprefix(".") or "the top level"
    raise GateError(f"{path}: {visible(place, 200)}: {visible(error.message, 300)}; {_WRITE}")


def _require_agreement(report: Report, path: str) -> None:
    """Raises GateError unless the verdict and the counts follow from the findings."""
    expected = judged(report.plans, report.findings)
    altered = f"so the report was altered; {_WRITE}"
    if report.verdict != expected.verdict:
        reason = "no finding blocks" if report.verdict == "block" else "a finding blocks"
        raise GateError(f"{path}: the verdict is `{report.verdict}` although {reason}, {altered}")
    for name in msgspec.structs.asdict(expected.summary):
        said, counted = getattr(report.summary, name), getattr(expected.summary, name)
        if said != counted:
            raise GateError(f"{path}: summary.{name} is {said} although the findings make it {counted}, {altered}")
    for number, finding in enumerate(report.findings):
        if finding.level == "error" and not finding.blocks and finding.waiver is None:
            raise GateError(f"{path}: findings[{number}] is an error that neither blocks nor is waived, {altered}")
