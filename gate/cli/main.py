"""The command line: which command, and what becomes an exit code.

Exit 0: nothing blocks. 1: at least one finding blocks. 2: no verdict. click's own errors and an uncaught exception
would exit with 1, which is the word for "blocked", so every way out passes through `exit_code`.
"""

import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import TextIO

import click

from gate import __version__
from gate.errors import GateError
from gate.text.words import quotable

COMMANDS = ("check", "report", "comment", "atlantis", "explain", "init", "config", "waive", "waivers")


class _Commands(click.Group):
    """Commands by name, each in its own module of gate.cli, loaded only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"gate.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named; for one that does not exist an error says which one may be meant."""
        if args and args[0] not in COMMANDS and args[0][:1] != "-":
            raise click.UsageError(f"no such command `{quotable(args[0])}`{_meant(args[0])}", ctx)
        return super().resolve_command(ctx, args)


def _meant(word: str) -> str:
    from difflib import get_close_matches
    from pathlib import Path

    close = get_close_matches(word, COMMANDS, n=1)
    if close:
        return f"; did you mean `gate {close[0]}`?"
    with suppress(OSError, ValueError):
        if Path(word).exists():
            return f"; did you mean `gate check {quotable(word)}`?"
    return ""


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="gate")
def gate() -> None:
    """Block Terraform plans that newly grant full AWS KMS access.

    Exit 0: nothing blocks. 1: at least one finding blocks. 2: no verdict, the reason is on stderr.
    """


def exit_code(arguments: list[str]) -> int:
    """Runs the command line with these arguments, those after `gate`; what is wrong is one line on standard error."""
    try:
        result = _invoke(arguments)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 2 if leaving.code else 0
    except GateError as error:
        return _failed(str(error))
    except click.exceptions.NoArgsIsHelpError as error:
        return _told(error.format_message())
    except click.ClickException as error:
        told = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "gate"
        return _failed(f"{_in_our_words(error.format_message())} see `{told} --help`")
    except (click.Abort, KeyboardInterrupt):
        return _failed("interrupted, no verdict")
    except Exception as error:  # the last line of defence: whatever fails is "no verdict"
        return _failed(_failure(error))


def _in_our_words(message: str) -> str:
    """A message of click as every other one of gate is written: in lower case, and going on."""
    begun = message[:1].lower() + message[1:].rstrip(".?")
    return f"{begun}{'?' if message.endswith('?') else ';'}"


def _failure(error: Exception) -> str:
    """What to say of an error that no part of gate has a sentence for."""
    if isinstance(error, MemoryError):
        return "not enough memory, no verdict; run it where there is more"
    if not isinstance(error, OSError):
        return _bug(error)
    _silence(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return "standard output was closed before everything was written"
    return f"standard output can't be written: {(error.strerror or str(error)).lower()}"


def _invoke(arguments: list[str]) -> object:
    """As click's own `main`, which would turn a closed pipe into exit code 1."""
    if os.environ.get("_GATE_COMPLETE"):
        return gate.main(arguments, prog_name="gate", standalone_mode=False)
    if sys.stdout is None or sys.stdin is None:
        raise GateError("standard input or output is closed; redirect it to /dev/null instead")
    try:
        os.getcwd()
    except OSError:
        raise GateError("the working directory is gone; change into one that exists") from None
    with gate.make_context("gate", arguments) as context:
        return gate.invoke(context)


def _silence(stream: TextIO) -> None:
    """What is left in the buffer goes nowhere, so that the interpreter does not complain while it exits."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _failed(message: str) -> int:
    try:
        from gate.text.escape import command_free, visible

        return _told(f"gate: {command_free(visible(message, limit=2000))}")
    except (ImportError, MemoryError):  # no memory even for this; an exit code is left
        return 2


def _told(message: str) -> int:
    try:
        click.echo(message, err=True)
    except (OSError, MemoryError):  # standard error can't be written: an exit code is left
        _silence(sys.stderr)
    return 2


def _bug(error: Exception) -> str:
    """Kind and place only: the message of an unforeseen error may hold text of the plan."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f" at {place.tb_frame.f_globals.get('__name__')}:{place.tb_lineno}" if place else ""
    return f"internal error ({type(error).__name__}{where}), no verdict; please report this as a bug in gate"
