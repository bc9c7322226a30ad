"""`gate init`: writes what a repository needs so that gate checks its changes."""

from pathlib import Path

import click

from gate.init.systems import NAMES


@click.command(name="init", short_help="Set gate up in this repository.")
@click.option("--ci", "names", multiple=True, type=click.Choice(NAMES), help="The system, instead of what is found.")
@click.option(
    "--owner",
    "owners",
    multiple=True,
    metavar="@ORG/TEAM",
    help="Who may approve exceptions, for CODEOWNERS; may repeat.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; show the files whole.")
def command(names: tuple[str, ...], owners: tuple[str, ...], dry_run: bool) -> None:
    """Write .gate.toml, a workflow for the CI system that this repository uses, and its CODEOWNERS.

    No file that exists is changed: what to add to it is told. Runs nothing and needs no network. Exit 0: done. 2: a
    file could not be written; why is on stderr.
    """
    from gate.init.look import look
    from gate.init.propose import propose
    from gate.init.systems import SYSTEMS
    from gate.init.words import closing, opening
    from gate.init.write import put

    found = look(Path.cwd().resolve())
    systems = tuple(system for system in SYSTEMS if system.name in names) if names else found.systems
    setup = propose(found, systems, _checked(owners))
    _tell(opening(found, systems))
    for proposal in setup.files:
        _tell(put(proposal, found.root, dry_run=dry_run))
    _tell(closing(setup, systems, dry_run=dry_run))


def _checked(owners: tuple[str, ...]) -> tuple[str, ...]:
    """An owner that the system does not know makes its line void, so that at least its form is looked at."""
    from gate.errors import GateError

    for owner in owners:
        _, at, rest = owner.partition("@")
        if not at or not rest or any(letter.isspace() or letter == "#" for letter in owner):
            raise GateError(f"--owner {owner}: this is no @USER, @ORG/TEAM or e-mail address")
    return owners


def _tell(lines: list[str]) -> None:
    from gate.text.escape import command_free, visible

    for line in lines:
        click.echo(command_free(visible(line, limit=2000)))
