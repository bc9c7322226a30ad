"""`gate atlantis`: `gate check` as a run step of an Atlantis custom policy check."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click

from gate.errors import GateError
from gate.files import read

# Every argument is taken as it is: a wrong one has to end in a FAIL line, not in click's message on stderr.
_ANYTHING = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


@click.command(name="atlantis", context_settings=_ANYTHING, short_help="Check inside Atlantis.", add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS] [PLAN]")
def command(arguments: tuple[str, ...]) -> None:
    """Check a plan as a run step of Atlantis: `gate atlantis --help` tells how."""
    with _nothing_on_stderr():
        text = _text(arguments)
        if text:
            sys.stdout.buffer.write(text.encode("ascii"))
            sys.stdout.buffer.flush()


def _judged(plan: str | None, **options: Any) -> str:
    """Check PLAN, by default what Atlantis' `show` step wrote ($SHOWFILE), in a custom policy check.

    Atlantis judges a step by what it prints and drops the output of one that fails. So this prints a verdict that
    Atlantis understands, and its own errors too, to standard output, and exits with 0. docs/ci.md has a repos.yaml.
    """
    from gate.check import Options, run
    from gate.reports.atlantis import render
    from gate.settings.ci import as_atlantis

    path = plan or os.environ.get("SHOWFILE")
    if not path:
        raise GateError("SHOWFILE is not set: put a `show` step before this one in policy_check, or name the plan")
    asked = Options(**options, digests=False, access=False)
    report = run((path,), asked, as_atlantis(os.environ), os.getcwd(), automatic=True)
    return render(report, os.environ.get("HEAD_COMMIT", ""))


def _parser() -> click.Command:
    """`gate check`'s options, as far as they say how to judge: not where reports go, or what the exit status is."""
    from gate.check import Options
    from gate.cli.check import command as check

    judging = {*Options.__struct_fields__} - {"exit_zero"}
    options = [p for p in check.params if isinstance(p, click.Option) and p.name in judging]
    plan = click.Argument(["plan"], metavar="[PLAN]", required=False)
    settings = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
    return click.Command("atlantis", settings, _judged, [plan, *options], help=_judged.__doc__)


def _text(arguments: tuple[str, ...]) -> str:
    """What to print: a verdict, or why there is none. Nothing that goes wrong leaves this function as an exception."""
    try:
        told = _parser().main(list(arguments), prog_name="gate atlantis", standalone_mode=False)
        return told if isinstance(told, str) else ""  # --help has printed itself
    except BaseException as error:  # an exit or an interrupt would lose the output as well
        from gate.reports.atlantis import error as failure

        return failure(_said(error), _files(arguments), os.environ.get("HEAD_COMMIT", ""))


def _said(error: BaseException) -> str:
    """An error in one line. An unforeseen one may hold text of the plan, so only its kind and its place are said."""
    if isinstance(error, GateError):
        return str(error)
    if isinstance(error, click.ClickException):
        return f"{error.format_message().rstrip('.')}; gate atlantis --help lists the options"
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return "interrupted"
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f" at {Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
    return f"internal error ({type(error).__name__}{where}), which is a bug in gate; please report it"


def _files(arguments: tuple[str, ...]) -> bytes | None:
    """What the error may be about, the plan among it, so that an approval of the error is none of another plan."""
    found = []
    for path in map(Path, [*arguments, os.environ.get("SHOWFILE", "")]):
        with suppress(OSError, ValueError, MemoryError, GateError):
            found += [read(path, "")] if path.is_file() else []
    return b"".join(found) if found else None


@contextmanager
def _nothing_on_stderr() -> Iterator[None]:
    """Atlantis merges both streams in no order, and a line before the verdict defeats it; children inherit this."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    python = sys.stderr
    try:
        os.dup2(nowhere, 2)
        with open(os.devnull, "w", encoding="utf-8") as sys.stderr:
            yield
    finally:
        sys.stderr = python
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
