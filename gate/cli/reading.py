"""What commands read."""

from typing import TYPE_CHECKING

from gate import files

if TYPE_CHECKING:
    from gate.report import Report


def read_report(path: str) -> "Report":
    """The JSON report in a file (`-` is standard input); raises GateError for what cannot be read as one."""
    from gate.reports.read import read
    from gate.text.words import quotable

    return read(files.read(path, f"`{quotable(path)}`"), path)
