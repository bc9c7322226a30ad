"""The formats of a report: one file and one row of this table each.

What names them all (the help of -o, messages, the tests) is derived from it.
"""

from importlib import import_module

import msgspec

from gate.errors import GateError
from gate.report import Report
from gate.reports.look import Look


class Format(msgspec.Struct, frozen=True, gc=False):
    """`module` has `render(report: Report) -> str`; `summary` is for --help; `has_look` says that it takes a Look,
    `has_digest` that it tells the digest of each plan's file, `has_access` that it always tells who gains what."""

    module: str
    summary: str
    has_look: bool = False
    has_digest: bool = False
    has_access: bool = False


FORMATS = {
    "text": Format("gate.reports.text", "for people, in the terminal", has_look=True),
    "json": Format(
        "gate.reports.json", "everything, for programs (schemas/report.schema.json)", has_digest=True, has_access=True
    ),
    "junit": Format("gate.reports.junit", "JUnit XML: a test case for each policy document examined"),
    "html": Format(
        "gate.reports.html",
        "one page without scripts, to keep as an artifact: findings, who gains what",
        has_digest=True,
        has_access=True,
    ),
    "markdown": Format("gate.reports.markdown", "for a pull-request comment or a step summary", has_access=True),
    "sarif": Format("gate.reports.sarif", "SARIF 2.1.0, for code scanning"),
    "github": Format("gate.reports.github", "GitHub workflow annotations"),
    "gitlab": Format("gate.reports.gitlab", "GitLab code quality"),
}

DEFAULT = "text"


def render(report: Report, format_name: str, look: Look | None = None) -> str:
    """The report as text in one of FORMATS; only that format's module is loaded. Raises GateError for another name."""
    entry = FORMATS.get(format_name)
    if entry is None:
        raise GateError(f"unknown format `{format_name}`; choose one of {', '.join(FORMATS)}")
    module = import_module(entry.module)
    text: str = module.render(report, look) if entry.has_look and look else module.render(report)
    return text
