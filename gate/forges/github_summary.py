"""The summary of a GitHub Actions step: where a report goes that cannot be a comment."""

from collections.abc import Mapping
from pathlib import Path

from gate.forges import body
from gate.forges.message import Message

# The runner drops a whole summary of more than 1 MiB, and one just below it when it rewrites line ends
# (https://github.com/actions/runner/issues/4337).
LIMIT = 900 * 1024  # bytes


def instead(environment: Mapping[str, str], message: Message) -> str:
    """Appends the message to GITHUB_STEP_SUMMARY. Returns what to add to a message: where it is, or nothing."""
    path = environment.get("GITHUB_STEP_SUMMARY")
    if not path:
        return ""
    try:
        file = Path(path)
        used = file.stat().st_size if file.exists() else 0
        if used >= LIMIT:
            return ""
        with file.open("ab") as summary:
            summary.write((b"\n" if used else b"") + body.render(message, LIMIT - used).encode() + b"\n")
    except OSError:
        return ""
    return "; the report is in the step's summary instead"
