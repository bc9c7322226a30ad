"""`gate config`: the configuration that is in force here, and where each value comes from."""

import click


@click.command(name="config", short_help="Show the configuration in force and where each value comes from.")
@click.option("--config", "file", metavar="FILE", type=click.Path(), help="Read this file.")
@click.option("--config-ref", "ref", metavar="REF", help="Read .gate.toml from this full ref name or commit.")
def command(file: str | None, ref: str | None) -> None:
    """Show what `gate check` with the same options would take as its configuration, here and now.

    Exit 0: shown. 2: it cannot be read or is not valid; why is on stderr.
    """
    import os

    from gate.rules import RULES
    from gate.settings import load
    from gate.settings.describe import describe
    from gate.text.escape import command_free, visible

    settings = load(os.environ, os.getcwd(), file, ref)
    for line in describe(settings, {rule.id: rule.default for rule in sorted(RULES, key=lambda rule: rule.id)}):
        click.echo(command_free(visible(line)))
