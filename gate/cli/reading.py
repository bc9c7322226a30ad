"""What commands read."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gate.errors import GateError

if TYPE_CHECKING:
    from gate.report import Report


def read_report(path: str) -> "Report":
    """The JSON report in a file (`-` is standard input); raises GateError for what cannot be read as one."""
    from gate.reports.read import read
    from gate.text.words import quotable

    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise GateError(f"`{quotable(path)}`: {(error.strerror or type(error).__name__).lower()}") from None
    except ValueError:
        raise GateError("a path cannot hold a null character") from None
    return read(raw, path)
