"""What the comment says: a hidden marker, and the report as markdown, cut to what GitHub takes."""

import hashlib

from gate.report import Report
from gate.text.escape import code_span, encodable, visible

# GitHub refuses a body of more than 65,536 characters; which unit it counts in is disputed, so bytes are counted.
LIMIT = 60_000  # bytes of UTF-8


def marker(name: str) -> str:
    """The first line of a comment, by which it is found again; `name` tells several of a pull request apart.

    It holds a digest, so no name can close it or pass for another's.
    """
    return f"<!-- kms-gate:comment:{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:32]} -->"


def render(report: Report, name: str = "", limit: int = LIMIT) -> str:
    """The body of the comment in at most `limit` bytes: as many whole findings as fit, those that block first."""
    from gate.reports.markdown import render as markdown

    head = f"{marker(name)}\n"
    foot = f"\n<sub>The comment of gate for {code_span(visible(name, 100))}</sub>\n" if name else ""
    room = limit - len(encodable(head + foot).encode())
    return encodable(f"{head}{markdown(report, limit=room)}{foot}")
