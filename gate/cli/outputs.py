"""Where reports go: several formats at once, each whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from gate.cli.plans import is_plan
from gate.errors import GateError
from gate.files import CONFIGURATION, write
from gate.files import target as named
from gate.report import Report
from gate.reports import DEFAULT, FORMATS, render
from gate.reports.look import Detail, Look

if TYPE_CHECKING:
    from pathlib import Path

_NARROWEST, _WIDEST = 60, 200  # columns of a report


class Target(msgspec.Struct, frozen=True, gc=False):
    """A report to write; `path` None is standard output."""

    format: str
    path: Path | None


def targets(outputs: Sequence[str], inputs: Sequence[str], *, matrix: bool = False) -> list[Target]:
    """The targets of `-o FORMAT[=PATH]` options: text to standard output unless another format goes there.

    Raises GateError for an unknown format, two formats on standard output, a path that is named twice, one that is
    among the `inputs`, and one that is named like source; also where the `matrix` is asked for and no text report, to
    which it belongs.
    """
    found = []
    for output in outputs:
        name, equals, path = output.partition("=")
        if name not in FORMATS:
            raise GateError(
                f"-o {output}: there is no format `{name}`{_meant(name)}; choose one of {', '.join(FORMATS)}"
            )
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
        if any(str(written.resolve()) == os.path.realpath(name) for name in inputs):
            raise GateError(f"-o: {written} is an input; a report would overwrite it")
        if written.name.lower().endswith(CONFIGURATION):
            raise GateError(f"-o: {written} is named like a source file, which a report would overwrite")
    wanted = found if here else [*found, Target(DEFAULT, None)]
    if matrix and all(target.format != DEFAULT for target in wanted):
        raise GateError("--matrix belongs to the text report, and none is asked for; add `-o text=FILE`")
    return wanted


def _meant(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, FORMATS, n=1)
    return f" (did you mean `{close[0]}`?)" if close else ""


def discard(wanted: Sequence[Target]) -> None:
    """Takes away the files that reports will replace, so that an old one never stands for a run that gives no verdict.

    What is no file, such as a pipe, stays. Raises GateError where a file can't be taken away.
    """
    for path in (target.path for target in wanted if target.path is not None):
        try:
            if path.is_symlink() or path.is_file():
                path.unlink()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise GateError(f"{path}: an old file that can't be replaced: {reason.lower()}") from None


def discard_named(outputs: Sequence[str], inputs: Sequence[str]) -> None:
    """The same for the `-o` options of a command line that is wrong, as far as they name files that can be no input:
    nothing in a folder that is one, and no plan."""
    folders = {os.path.realpath(name) for name in inputs if "\0" not in name}
    for output in outputs:
        with suppress(GateError, ValueError):
            wanted = targets([output], inputs)
            paths = [one.path for one in wanted if one.path]
            if all(str(path.resolve().parent) not in folders and not is_plan(path) for path in paths):
                discard(wanted)


def deliver(
    report: Report, wanted: Sequence[Target], detail: Detail = Detail.FINDINGS, *, matrix: bool = False
) -> None:
    """Renders every report before it writes the first one. Raises GateError where a file can't be written."""
    rendered = [(target, render(report, target.format, _look(target, detail, matrix=matrix))) for target in wanted]
    for target, text in sorted(rendered, key=lambda pair: pair[0].path is None):
        if target.path is None:
            sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
            sys.stdout.buffer.flush()
        else:
            write(target.path, text)


def _look(target: Target, detail: Detail, *, matrix: bool) -> Look:
    """What fits standard output; a file gets neither colour nor the width of a terminal."""
    if target.path is not None:
        return Look(detail=detail, matrix=matrix)
    return Look(_colour(), _width() if sys.stdout.isatty() else Look().width, detail, matrix)


def _width() -> int:
    import shutil  # brings the compressions

    return min(max(shutil.get_terminal_size((Look().width, 24)).columns, _NARROWEST), _WIDEST)


def _colour() -> bool:
    """Colour on a terminal, elsewhere where FORCE_COLOR (https://force-color.org) asks for it, and nowhere where
    NO_COLOR (https://no-color.org) asks for none."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")
