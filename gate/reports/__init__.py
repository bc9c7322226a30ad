"""The formats of a report: one file and one row of this table each.

What names them all (the help of -o, messages, the tests) is derived from it.
"""

from importlib import import_module

import msgspec

from gate.errors import GateError
from gate.report import Report


class Format(msgspec.Struct, frozen=True, gc=False):
    """`module` has `render(report: Report) -> str`; `summary` is for --help; `coloured` says that it takes colour."""

    module: str
    summary: str
    coloured: bool = False


FORMATS = {
    "text": Format("gate.reports.text", "for people, in the terminal", coloured=True),
    "json": Format("gate.reports.json", "everything, for programs (schemas/report.schema.json)"),
    "junit": Format("gate.reports.junit", "JUnit XML: a test case for each policy document examined"),
    "html": Format("gate.reports.html", "one page without scripts, to keep as an artifact: findings, who gains what"),
    "markdown": Format("gate.reports.markdown", "for a pull-request comment or a step summary"),
    "sarif": Format("gate.reports.sarif", "SARIF 2.1.0, for code scanning"),
    "github": Format("gate.reports.github", "GitHub workflow annotations"),
    "gitlab": Format("gate.reports.gitlab", "GitLab code quality"),
}

DEFAULT = "text"


def render(report: Report, format_name: str, *, colour: bool = False, matrix: int = 0) -> str:
    """The report as text in one of FORMATS; only that format's module is loaded. Raises GateError for another name.

    `matrix`: the columns of the terminal for the matrix of who gains what, below the text report; 0 leaves it out.
    """
    entry = FORMATS.get(format_name)
    if entry is None:
        raise GateError(f"unknown format `{format_name}`; choose one of {', '.join(FORMATS)}")
    module = import_module(entry.module)
    text: str = module.render(report, colour=colour) if entry.coloured else module.render(report)
    if matrix and format_name == DEFAULT:
        from gate.reports.matrix import text as table

        text += table(report, colour=colour, width=matrix)
    return text
