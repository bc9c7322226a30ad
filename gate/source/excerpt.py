"""The lines of a file that show what a finding is about."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gate.hcl.syntax import Lines
from gate.report import Line
from gate.source.tree import Tree

_MOST = 12


@dataclass(slots=True)
class Files:
    """The lines of the files of a tree, each read once."""

    tree: Tree
    _read: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def named(self, path: str) -> str | None:
        """The file that a path means for Terraform, as `lines` takes it; None where it is outside of the tree, or what
        Terraform itself writes."""
        found = self.tree.path(path, self.tree.root)
        return None if found is None or self.tree.written(found) else self.tree.relative(found)

    def lines(self, file: str) -> tuple[str, ...]:
        """The lines of a file by its path relative to the root module's folder; none where it can't be read."""
        if file not in self._read:
            path = self.tree.path(file, self.tree.root)
            raw = self.tree.read(path) if path else None
            text = (raw or b"").removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
            self._read[file] = tuple(line.removesuffix("\r") for line in text.split("\n"))
        return self._read[file]


def excerpt(lines: tuple[str, ...], shown: Lines, marked: Iterable[Lines]) -> tuple[Line, ...]:
    """At most a dozen of the lines `shown`: the first, those that are marked, the last, then what is next to them."""
    first, last = shown[0], min(shown[1], len(lines))
    marks = {number for start, end in marked for number in range(max(start, first), min(end, last) + 1)}
    near = min(marks, default=first)
    by_worth = sorted(
        range(first, last + 1),
        key=lambda number: (number != first, number not in marks, number != last, abs(number - near), number),
    )
    kept = sorted(by_worth[:_MOST])
    return tuple(Line(number, lines[number - 1], number in marks) for number in kept)


def mentions(lines: tuple[str, ...], shown: Lines, texts: Iterable[str]) -> tuple[Lines, ...]:
    """The lines that have one of the texts as a word of its own."""
    words = "|".join(map(re.escape, sorted(filter(None, texts), key=len, reverse=True)))
    if not words:
        return ()
    pattern = re.compile(rf"(?<![\w:*/-])(?:{words})(?![\w:*/-])", re.IGNORECASE)
    found = range(shown[0], min(shown[1], len(lines)) + 1)
    return tuple((number, number) for number in found if pattern.search(lines[number - 1]))
