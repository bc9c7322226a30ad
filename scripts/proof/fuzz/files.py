"""What gate reads beside plans and source: `.gate.toml` with its waivers, and its own reports."""

import json
import re
import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from gate import report
from gate.check import Options, check
from gate.errors import GateError
from gate.plan.model import read as read_plan
from gate.report import Finding
from gate.reports import FORMATS, render
from gate.reports.read import merge, read
from gate.settings.model import Settings
from gate.settings.parse import parse
from gate.waivers import apply
from scripts.proof.fuzz.target import WrongAnswer
from tests.helpers.plans import inline, plan, policy, statement

ROOT = Path(__file__).parents[3]
_TODAY = date(2026, 11, 28)
_LARGEST = 20_000  # bytes of a report to begin with


@cache
def settings_seeds() -> Sequence[bytes]:
    """One with everything, and what the documentation shows."""
    pages = "\n".join(path.read_text() for path in sorted((ROOT / "docs").glob("*.md")))
    shown = [text.encode() for text in re.findall(r"```toml\n(.*?)```", pages, re.DOTALL)]
    found = _granted()[0]
    waiver = f'address = "{found.address}"\nreason = "r"\nowner = "o"\n'
    everything = (
        f'[rules]\nKMS001 = "warn"\n[[override]]\naddress = "module.*"\nrules = {{ KMS001 = "off" }}\n'
        f'[[waiver]]\nrule = "KMS001"\n{waiver}expires = 2027-01-31\ngrant = "{found.grant}"\n'
        f'[[waiver]]\nrule = "KMS001"\n{waiver}expires = 2020-01-31\nactions = ["kms:*"]\nresources = ["*"]\n'
    )
    return [*shown, everything.encode()]


@cache
def report_seeds() -> Sequence[bytes]:
    """The small reports of the examples, and one of a run with a finding."""
    paths = sorted((ROOT / "examples").rglob("*.json"))
    written = [path.read_bytes() for path in paths if path.stat().st_size < _LARGEST]
    found = _granted()
    made = report.report((), found, "defaults", ("a note",))
    return [*(text for text in written if b'"schema_version"' in text[:200]), render(made, "json").encode()]


def read_settings(raw: bytes) -> None:
    """A configuration is valid or refused. Every finding stays; what blocks stays so unless the file has a word for
    it: a rule that is set, or a waiver that is not over."""
    try:
        content = parse(raw, ".gate.toml")
    except GateError:
        return
    try:
        tomllib.loads(raw.decode("utf-8-sig"))
    except ValueError:
        raise WrongAnswer("a file that is no TOML is valid") from None
    settings = Settings(content.rules, content.overrides, content.waivers, content=content)
    before = _granted()
    decided = apply.apply(before, settings, _TODAY)
    apply.notices(decided, settings, _TODAY)
    if [one.fingerprint for one in decided] != [one.fingerprint for one in before]:
        raise WrongAnswer("a finding is lost")
    in_force = [entry for entry in content.waivers if entry.expires >= _TODAY]
    if not content.rules and not content.overrides and not in_force and not all(one.blocks for one in decided):
        raise WrongAnswer("a file without a word for it lets a grant pass")
    for name in ("text", "json"):
        render(report.report((), decided, "a file", ()), name)


def read_report(raw: bytes) -> None:
    """A report is read or refused; one that says "pass" has nothing that blocks, and every format can show it."""
    try:
        found = read(raw, "report.json")
    except GateError:
        return
    if found.verdict == "pass" and any(finding.blocks for finding in found.findings):
        raise WrongAnswer("a report passes and has a finding that blocks")
    if merge([found, found]).verdict != found.verdict:
        raise WrongAnswer("twice the same report has another verdict")
    for name in FORMATS:
        render(found, name)
    again = read(render(found, "json").encode("utf-8", "backslashreplace"), "report.json")
    if json.loads(render(again, "json")) != json.loads(render(found, "json")):
        raise WrongAnswer("a report that is written and read is another one")


@cache
def _granted() -> tuple[Finding, ...]:
    granting = plan(inline(None, policy(statement("kms:*"))))
    return check(read_plan(granting, "plan.json"), Options(no_source=True)).findings
