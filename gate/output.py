"""Where reports go: several formats at once, each whole or not at all."""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from gate.errors import GateError
from gate.reports import FORMATS, render
from gate.verdict import Report


class Target(msgspec.Struct, frozen=True, gc=False):
    """A report to write; `path` None is standard output."""

    format: str
    path: Path | None


def targets(outputs: Sequence[str]) -> list[Target]:
    """The targets of `-o FORMAT[=PATH]` options: text to standard output unless another format goes there.

    Raises GateError for an unknown format, two formats on standard output, or a path that is named twice.
    """
    found = []
    for output in outputs:
        name, equals, path = output.partition("=")
        if name not in FORMATS:
            raise GateError(f"-o {output}: there is no format `{name}`; choose one of {', '.join(FORMATS)}")
        if equals and not path:
            raise GateError(f"-o {output}: the path is missing")
        found.append(Target(name, Path(path) if path not in ("", "-") else None))
    here = [target for target in found if target.path is None]
    if len(here) > 1:
        raise GateError(f"-o: only one report can go to standard output; give a path, as in `{here[1].format}=PATH`")
    paths = [target.path for target in found if target.path is not None]
    if len(set(paths)) != len(paths):
        raise GateError("-o: two reports have the same path")
    return found if here else [*found, Target("text", None)]


def deliver(report: Report, wanted: Sequence[Target]) -> None:
    """Renders every report before it writes the first one. Raises GateError where a file can't be written."""
    rendered = [(target, render(report, target.format, colour=target.path is None and _colour())) for target in wanted]
    for target, text in sorted(rendered, key=lambda pair: pair[0].path is None):
        if target.path is None:
            sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
            sys.stdout.buffer.flush()
        else:
            _replace(target.path, text)


def _replace(path: Path, text: str) -> None:
    """Writes beside the file and moves it into place, so that nobody reads half a report."""
    try:
        if path.exists() and not path.is_file():  # /dev/stdout, a pipe: there is nothing to move into place
            path.write_bytes(text.encode("utf-8", "backslashreplace"))
            return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8", "backslashreplace"))
            umask = os.umask(0)
            os.umask(umask)
            Path(name).chmod(0o666 & ~umask)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise GateError(f"{path}: the report can't be written: {(error.strerror or str(error)).lower()}") from None


def _colour() -> bool:
    """Colour only on a terminal, and not where NO_COLOR (https://no-color.org) asks for none."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
