"""Where reports go: several formats at once, each whole or not at all."""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from gate.errors import GateError
from gate.files import target as named
from gate.files import write
from gate.report import Report
from gate.reports import DEFAULT, FORMATS, render

_WIDTH = 98  # columns, where there is no terminal


class Target(msgspec.Struct, frozen=True, gc=False):
    """A report to write; `path` None is standard output."""

    format: str
    path: Path | None


def targets(outputs: Sequence[str], inputs: Sequence[str], *, matrix: bool = False) -> list[Target]:
    """The targets of `-o FORMAT[=PATH]` options: text to standard output unless another format goes there.

    Raises GateError for an unknown format, two formats on standard output, a path that is named twice, and one that is
    among the `inputs`; also where the `matrix` is asked for and no text report, to which it belongs.
    """
    found = []
    for output in outputs:
        name, equals, path = output.partition("=")
        if name not in FORMATS:
            raise GateError(f"-o {output}: there is no format `{name}`; choose one of {', '.join(FORMATS)}")
        if equals and not path:
            raise GateError(f"-o {output}: the path is missing")
        found.append(Target(name, named(path) if path not in ("", "-") else None))
    here = [target for target in found if target.path is None]
    if len(here) > 1:
        raise GateError(f"-o: only one report can go to standard output; give a path, as in `{here[1].format}=PATH`")
    paths = [target.path for target in found if target.path is not None]
    if len(set(paths)) != len(paths):
        raise GateError("-o: two reports have the same path")
    for written in paths:
        if any(written.resolve() == Path(name).resolve() for name in inputs):
            raise GateError(f"-o: {written} is an input; a report would overwrite it")
    wanted = found if here else [*found, Target(DEFAULT, None)]
    if matrix and all(target.format != DEFAULT for target in wanted):
        raise GateError("--matrix belongs to the text report, and none is asked for; add `-o text=FILE`")
    return wanted


def deliver(report: Report, wanted: Sequence[Target], *, matrix: bool = False) -> None:
    """Renders every report before it writes the first one, with the `matrix` in text. Raises GateError where a file
    can't be written."""
    rendered = []
    for target in wanted:
        colour = target.path is None and _colour()
        columns = shutil.get_terminal_size((_WIDTH, 0)).columns if target.path is None else _WIDTH
        rendered.append((target, render(report, target.format, colour=colour, matrix=columns if matrix else 0)))
    for target, text in sorted(rendered, key=lambda pair: pair[0].path is None):
        if target.path is None:
            sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
            sys.stdout.buffer.flush()
        else:
            write(target.path, text)


def _colour() -> bool:
    """Colour only on a terminal, and not where NO_COLOR (https://no-color.org) asks for none."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
