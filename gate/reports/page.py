"""A page of plain lines for a terminal, some of them coloured."""

import re
from functools import cache

from gate.iam.services import protected
from gate.reports.look import Look
from gate.reports.phrases import wrapped
from gate.text.escape import command_free

_STYLES = {"red": "1;31", "green": "1;32", "yellow": "33", "calm": "32", "dim": "2", "bold": "1"}
_WORDS = {"gains": "yellow", "is new": "yellow", "loses": "dim", "is gone": "dim"}  # of what changed


class Page:
    """Lines so far, each made harmless for a GitHub runner before it is coloured."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self._lines: list[str] = []

    def add(self, line: str = "", style: str = "") -> None:
        """A line in one style, or as it is."""
        self._lines.append(self.painted(command_free(line), style))

    def put(self, line: str) -> None:
        """A line whose parts are harmless and painted already."""
        self._lines.append(line)

    def marked(self, line: str, label: int = 0) -> None:
        """A line whose first columns, a label, are dim; marked are all of the service and what is new or gone."""
        safe = command_free(line)
        rest = _telling().sub(lambda match: self.painted(match[0], _WORDS.get(match[0].lower(), "red")), safe[label:])
        self._lines.append(self.painted(safe[:label], "dim") + rest)

    def wrapped(self, text: str, style: str = "", hanging: int = 0, indent: int = 0) -> None:
        """The text in lines of the page's width, all of them indented, all but the first of them hanging."""
        for line in wrapped(text, self.look.width - indent, hanging):
            self.add(" " * indent + line, style)

    def text(self) -> str:
        """All lines."""
        return "\n".join(self._lines) + "\n"

    def painted(self, text: str, style: str) -> str:
        """A harmless text in one style, or as it is."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.look.colour and style and text.strip() else text


@cache
def _telling() -> re.Pattern[str]:
    service = protected()
    everything = rf"(?<![\w-]){re.escape(service.prefix)}:\*|{re.escape(service.words.full)}"
    return re.compile(rf"{everything}|(?<![\w./-])(?:{'|'.join(_WORDS)})(?![\w./-])", re.IGNORECASE)
